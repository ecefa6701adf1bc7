"""The kernels equal their slow twins in tests/oracles/extraction.py."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from corpus.extract import names, tags
from corpus.extract.evidence_kernel import evidence
from corpus.extract.names_kernel import classify
from corpus.extract.prune_kernel import prune
from corpus.extract.scan_kernel import measure, scan
from tests.corpus.extract.korean_pages import PAGES
from tests.oracles import extraction

WORDS = (
    "nav",
    "sidebar",
    "comment",
    "list",
    "tags",
    "hidden",
    "article",
    "Body",
    "se",
    "main",
    "container",
    "x1",
    "광고",
)
CLASS = st.lists(st.sampled_from(WORDS), max_size=4).flatmap(
    lambda words: st.sampled_from(["-", "_", " ", ""]).map(lambda mark: mark.join(words))
)
MARKUP = st.sampled_from(
    "<p> </p> <table> <tr> <td> <li> <ul> </ul> <br> <a> </a> <b> </b> <h1> </h1> <nav> </nav> <form> </form> <header> "
    "</header> <pre> </pre> <svg> </svg> <button> <div hidden> <div style='display:none'> <div role=navigation> </div> "
    "<custom-one> </custom-one> <select><option> </select> <textarea> </textarea> <noscript> </noscript>".split(" ")
)
TEXT = st.text(st.sampled_from("가각나ㅋ漢か¥a1. \n\u3000\xa0\u1112\u1161\u11ab&𠮷"), min_size=1, max_size=30)
PAGE = st.lists(st.one_of(MARKUP, TEXT, CLASS.map("<div class='{}'>".format)), max_size=40).map("".join)


def both(page: str) -> tuple[np.ndarray, np.ndarray, bytes, extraction.Node]:
    parser = LexborHTMLParser(page.encode())
    raw = (parser.html or "").encode() + b"\0" * 8
    nodes, values = scan(np.frombuffer(raw, np.uint8), tags.KEYS, tags.KEY_NUMBERS, tags.BITS, tags.ROLES)
    return nodes, values, raw, extraction.tree(parser.root)


def check(page: str) -> None:
    nodes, values, raw, root = both(page)
    nodes = nodes[: int(nodes[0, tags.N_END])]  # the root element's own, without the padding behind it
    twin = extraction.flat(root)
    assert [tags.NAMES[number] for number in nodes[:, tags.N_TAG]] == [
        one.tag if one.tag in tags.NUMBERS else "" for one in twin
    ]
    assert [int(bits) & ~tags.LINKED for bits in nodes[:, tags.N_BITS]] == [one.bits for one in twin]
    texts = [n for n, one in enumerate(twin) if one.bits & tags.CHARACTERS]
    assert [tuple(nodes[n, [tags.N_SIZE, tags.N_DENSE]].tolist()) for n in texts] == [
        extraction.measured(twin[n].text) for n in texts
    ]
    assert [bool(nodes[n, tags.N_BITS] & tags.LINKED) for n in texts] == [twin[n].linked for n in texts]
    sorts = classify(np.frombuffer(raw, np.uint8), values, names.HASHES, names.WAYS, names.MASKS)
    gone = prune(nodes, sorts, False)
    extraction.prune(root, names.PHRASES)
    assert (gone != 0).tolist() == [one.gone for one in twin]


@settings(max_examples=300)
@given(PAGE)
def test_scan_and_prune_equal_the_tree(page: str) -> None:
    check(f"<html><body>{page}")


@pytest.mark.parametrize("name", PAGES)
def test_scan_and_prune_equal_the_tree_of_korean_pages(name: str) -> None:
    check(PAGES[name])


def test_scan_and_prune_equal_the_tree_of_real_pages(shared_data: Path) -> None:
    for site in ("html/gimp_help_ko", "raw/extraction/scrapinghub_articles"):
        data = zstandard.ZstdDecompressor().stream_reader((shared_data / f"{site}.jsonl.zst").read_bytes()).read()
        for line in data.decode().split("\n")[:3]:
            check(json.loads(line)["html"])


DATED = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<a href=x>",
            "</a>",
            "<script>",
            "</script>",
            "<option>",
            "공공누리",
            "공공",
            "누리",
            "크리에이티브",
            "C",
            "CC BY",
            "-BY",
            "2024",
            "1999",
            "1989",
            "202",
            "-01",
            ". 1",
            "년",
            " 년",
            " ",
            "/",
            "가",
            "<b>",
            "</b>",
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(DATED, st.sampled_from(["NFC", "NFD"]))
def test_licence_marks_and_dates_are_found_where_expressions_find_them(page: str, form: str) -> None:
    nodes, _, raw, root = both(unicodedata.normalize(form, f"<html><body>{page}"))
    nodes = nodes[: int(nodes[0, tags.N_END])]
    marks, named, dates = evidence(np.frombuffer(raw, np.uint8), nodes, np.zeros(len(tags.NAMES), np.uint8))
    nuri, commons, years = extraction.evidence(root)
    assert marks.tolist() == nuri
    assert named.tolist() == commons
    holds = [next(n for n, row in enumerate(nodes) if row[tags.N_BITS] & tags.CHARACTERS
                  and row[tags.N_FROM] <= place < row[tags.N_TO]) for place in dates.tolist()]  # fmt: skip
    assert holds == years


@given(st.lists(CLASS, min_size=1, max_size=5).map(" ".join))
def test_names_are_sorted_as_by_expressions(value: str) -> None:
    raw = value.encode() + b"\0" * 8
    row = np.array([[0, len(raw) - 8, 0, 0]], np.int32)
    found = classify(np.frombuffer(raw, np.uint8), row, names.HASHES, names.WAYS, names.MASKS)
    assert found.tolist() == [extraction.sort(value, names.PHRASES)]


@given(TEXT)
def test_characters_are_counted_as_by_unicode(text: str) -> None:
    raw = text.replace("&", "&amp;").replace("\xa0", "&nbsp;").encode() + b"\0" * 8
    assert measure(np.frombuffer(raw, np.uint8), 0, len(raw) - 8) == extraction.measured(text)
