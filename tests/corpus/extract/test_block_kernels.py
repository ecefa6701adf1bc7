"""Guard, blocks, choice, prints and rendering equal their slow twins in tests/oracles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from corpus.extract import labels, names, tags
from corpus.extract.blocks_kernel import BORDER, LINE, NO_NUMBER, blocks
from corpus.extract.choose_kernel import choose
from corpus.extract.guard_kernel import shape
from corpus.extract.html import _CLOSE
from corpus.extract.names_kernel import classify
from corpus.extract.prints_kernel import fingerprints
from corpus.extract.prune_kernel import prune
from corpus.extract.render_kernel import render
from corpus.extract.scan_kernel import scan
from tests.corpus.extract.korean_pages import PAGES, SHORT_PAGES
from tests.oracles import extraction
from tests.oracles import extraction_blocks as oracle
from tests.oracles.extraction_guard import shape as guarded

SENTENCE = "말모이는 우리말 사전의 원고이며 주시경과 그의 제자들이 1911년부터 조선광문회에서 엮었다. "
MARKUP = st.sampled_from(
    "<p> </p> <div> </div> <table> <tr> <td> <th> </table> <li> <li value=7> <ul> </ul> <ol> <ol_start=-2> <ol_reversed> "
    "</ol> <br> <a_href=x> </a> <b> </b> <h1> </h1> <h3> </h3> <nav> </nav> <pre> </pre> <article> </article> <main> "
    "</main> <figure> <figcaption> </figcaption> </figure> <blockquote> </blockquote> <dl> <dt> <dd> </dl> <em_class=img_desc> "
    "</em> <tr><td><p> </p><td><div> "
    "<div_class=article-body> <div_class=sidebar> <div_itemprop=articleBody> <li_hidden> <span> </span>".split(" ")
).map(lambda markup: markup.replace("_", " "))
SAID = st.sampled_from(
    [
        SENTENCE,
        SENTENCE * 4,
        SENTENCE * 12,
        "산에는 꽃 피네",
        "관련기사",
        "▶ 관련기사",
        "[관련기사] 한글날을 맞아",
        "관련 기사 : 한글날",
        "사진=연합뉴스",
        "사진: 반명함판 1매",
        "ⓒ 뉴스",
        "Photo by 홍길동",
        "Read more: 말모이",
        "2. 둘째",
        "-2) 셋째",
        " ",
        "\n  \n",
        "a&nbsp;b",
        "¥ 5,000",
        "가나다 라마바",
    ]
)
ANY = st.text(st.sampled_from("가각ㅋ漢かa1.:=|]】： \n\u3000\xa0\u0085\u1112\u1161&<©ⓒ▶𠮷"), min_size=1, max_size=20)
PAGE = st.lists(st.one_of(MARKUP, SAID, ANY.map(lambda text: text.replace("&", "&amp;"))), max_size=40).map("".join)


def check(page: str) -> None:
    parser = LexborHTMLParser(page.encode())
    raw = (parser.html or "").encode("utf-8", "ignore") + b"\0" * 8
    data = np.frombuffer(raw, np.uint8)
    nodes, values = scan(data, tags.KEYS, tags.KEY_NUMBERS, tags.BITS, tags.ROLES)
    root = extraction.tree(parser.root)
    extraction.prune(root, names.PHRASES)
    flat = extraction.flat(root)
    place = {id(node): number for number, node in enumerate(flat)}
    body = next(node for node in flat if node.bits & tags.BODY)
    sorts = classify(data, values, names.HASHES, names.WAYS, names.MASKS)
    gone = prune(nodes, sorts, False)
    found, parts, ranges = blocks(nodes, gone, sorts, place[id(body)])
    reading = oracle.read(body, names.PHRASES)
    marks = {oracle.LINE: LINE, oracle.BORDER: BORDER}
    assert [
        (*row[:1], parts[row[1] : row[2]].tolist(), *row[3:7], row[8]) for row in (line.tolist() for line in found)
    ] == [
        (
            place[id(one.node)],
            [marks[part] if isinstance(part, str) else place[id(part)] for part in one.parts],
            one.size,
            one.links,
            one.dense,
            one.item,
            NO_NUMBER if one.number is None else one.number,
        )
        for one in reading.blocks
    ]
    assert found[:, 7].tolist() == [one.mass for one in reading.blocks]
    assert {number: tuple(pair.tolist()) for number, pair in enumerate(ranges) if pair[0] >= 0} == {
        place[node]: pair for node, pair in reading.ranges.items()
    }
    prints = fingerprints(data, nodes, found, parts)
    said = [oracle.said(one) for one in reading.blocks]
    assert [prints[:, 0].tolist().index(one) for one in prints[:, 0].tolist()] == [said.index(one) for one in said]
    kept = choose(nodes, gone, found, ranges, sorts, prints, labels.PRINTS, labels.HEADS, labels.CREDITS)
    chosen = oracle.choose(reading, body, names.PHRASES)
    assert kept.astype(bool).tolist() == chosen
    for marked in (kept, np.ones_like(kept)):
        text = render(data, nodes, found, parts, marked, _CLOSE).tobytes().decode()
        assert text == oracle.render(reading.blocks, marked.astype(bool).tolist())


@settings(max_examples=300, deadline=None)
@given(PAGE)
@example("<article>" + SENTENCE * 9 + "<ul><li><h3><a href=x>한글날을 맞아</a></h3></ul><p>사진=연합뉴스</article>")
@example("<div class=article-body><div>산에는 꽃 피네</div><div>꽃이 피네</div></div><div>" + SENTENCE + "</div>")
@example("<table><tr><td><p>가</p> <p>나<br></p>다<td><div><p>라</p></div></table><p>" + SENTENCE)
@example("<table><tr><td><em class=img_desc>가</em>나<td>다<tr><td><p>" + SENTENCE * 12 + "</p><td><p>라</table>")
@example("<div class=article-body><div><pre>가</pre></div><p>나다라마바사</p><li><div>하나</div><td></div>")
@example("<ol start=3><li>셋<li hidden>넷<li>5. 다섯</ol><table><tr><td><br>가<td><p>나</table>")
def test_blocks_choice_and_text_equal_the_tree(page: str) -> None:
    check(f"<html><body>{page}")


@pytest.mark.parametrize("name", PAGES)
def test_blocks_choice_and_text_equal_the_tree_of_korean_pages(name: str) -> None:
    check(PAGES[name])


@pytest.mark.parametrize("name", SHORT_PAGES)
def test_blocks_choice_and_text_equal_the_tree_of_short_pages(name: str) -> None:
    check(f"<html><body>{SHORT_PAGES[name][0]}")


@pytest.mark.parametrize(
    "site", ["html/mdn_rendered_ko", "raw/extraction/scrapinghub_articles", "raw/extraction/wcxb_dev_sample"]
)
def test_blocks_choice_and_text_equal_the_tree_of_real_pages(shared_data: Path, site: str) -> None:
    data = zstandard.ZstdDecompressor().stream_reader((shared_data / f"{site}.jsonl.zst").read_bytes()).read()
    for line in data.decode().split("\n")[:5]:
        check(json.loads(line)["html"])


TAG = st.sampled_from("div p li b span td tbody option script style body br img a custom-one svg".split(" ")).flatmap(
    lambda name: st.sampled_from([f"<{name}", f"</{name}", f"<{name.upper()}"])
)
INSIDE = st.sampled_from(
    [">", "/>", " a", ' b="x > y"', " c='", "'", '"', ' d = "e"', "/", "=", " ", "\n", "<", "<!--", "-->", "글", "</s"]
)
BYTES = st.lists(st.one_of(TAG, INSIDE, st.just("</script>")), max_size=40).map("".join)


@settings(max_examples=500, deadline=None)
@given(BYTES)
@example("<div " + "a " * 5 + "><p><li><b><!-- <div> --><script><div></script><i/>")
def test_the_guard_counts_as_an_expression_does(page: str) -> None:
    assert shape(np.frombuffer(page.encode(), np.uint8)) == guarded(page.encode())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.integers(0, 30), st.sampled_from(["div", "b", "ul", "custom"]))
def test_the_guard_counts_no_fewer_than_the_parser_opens(depth: int, wide: int, name: str) -> None:
    page = f"<{name}>" * depth + "<i " + " ".join(f"a{n}=1" for n in range(wide)) + ">가"
    deepest, widest = shape(np.frombuffer(page.encode(), np.uint8))
    node = LexborHTMLParser(page).css_first("i")
    opened = 0
    while node is not None and node.tag != "body":
        opened, node = opened + 1, node.parent
    assert deepest >= opened and widest == wide
