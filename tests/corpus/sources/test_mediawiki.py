"""MediaWiki exports: articles by any ranges, redirects and other namespaces counted, damage costs one page."""

from __future__ import annotations

import bz2
import gzip
import unicodedata
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources.listing import Slice
from corpus.sources.mediawiki import read
from corpus.sources.raw import SKIPPED, RawRecord

LIMIT = 1 << 20
HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="ko">
  <siteinfo>
    <sitename>말모이</sitename>
    <dbname>mowiki</dbname>
    <base>https://mo.example.org/wiki/%EB%8C%80%EB%AC%B8</base>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">토론</namespace>
      <namespace key="6" case="first-letter">자료</namespace>
      <namespace key="14" case="first-letter">갈래</namespace>
    </namespaces>
  </siteinfo>
"""
FOOT = "</mediawiki>\n"


def page(number: int, text: str = "'''글''' [[말]]", *, title: str = "", ns: int = 0, extra: str = "") -> str:
    return (
        f"  <page>\n    <title>{escape(title or f'글 {number}')}</title>\n    <ns>{ns}</ns>\n    <id>{number}</id>\n{extra}"
        f"    <revision>\n      <id>{number + 1000}</id>\n      <timestamp>2024-03-0{number % 9 + 1}T00:00:00Z</timestamp>\n"
        f"      <contributor><username>사람</username><id>7</id></contributor>\n      <model>wikitext</model>\n"
        f'      <text bytes="{len(text.encode())}" xml:space="preserve">{escape(text)}</text>\n    </revision>\n  </page>\n'
    )


def run(path: Path, data: bytes, start: int = 0, end: int | None = None, limit: int = LIMIT) -> list[RawRecord]:
    path.write_bytes(data)
    return list(read(Slice(str(path), path.name, "mediawiki", start, end), limit))


def faults(found: list[RawRecord]) -> list[str]:
    return [record.fault for record in found]


def multistream(parts: list[str]) -> bytes:
    return b"".join(bz2.compress(part.encode()) for part in parts)


def test_an_article_has_key_title_url_dates_and_text(tmp_path: Path) -> None:
    text = "{{정보|a={{b}}}}'''한글'''은 [[훈민정음|글자]]다. [[자료:a.png|섬네일|그림]][[갈래:문자|가]]\n== 각주 ==\n<references />"
    (record,) = run(tmp_path / "a.xml", (HEAD + page(7, text, title="한글 & 말") + FOOT).encode())
    assert record.fields == {
        "key": "7",
        "title": "한글 & 말",
        "text": "한글은 글자다.",
        "url": "https://mo.example.org/wiki/%ED%95%9C%EA%B8%80_&_%EB%A7%90",
        "created_at": "2024-03-08T00:00:00Z",
        "fetched_at": "2024-03-08T00:00:00Z",
        "revision": "1007",
        "site": "mowiki",
        "categories": "문자",
    }


def test_redirects_talk_and_other_models_are_skipped_and_counted(tmp_path: Path) -> None:
    data = HEAD + page(1) + page(2, extra='    <redirect title="글 1" />\n') + page(3, ns=1) + page(4, ns=-1)
    data += page(5).replace("<model>wikitext", "<model>Scribunto") + FOOT
    found = run(tmp_path / "a.xml", data.encode())
    assert [(record.fault, record.detail) for record in found] == [
        ("", ""),
        (SKIPPED, "redirects"),
        (SKIPPED, "namespace 1"),
        (SKIPPED, "namespace -1"),
        (SKIPPED, "other content models"),
    ]


REDIRECTS = [
    "#넘겨주기 [[말모이]]",
    "#REDIRECT [[말모이]]",
    "\n#redirect[[말모이]]",
    "#転送 [[言葉]]",
    "＃リダイレクト : [[言葉]]",
]


@pytest.mark.parametrize("text", [*REDIRECTS, unicodedata.normalize("NFD", "#넘겨주기 [[말모이]]")])
def test_a_redirect_without_its_element_is_one_by_its_word(text: str, tmp_path: Path) -> None:
    (record,) = run(tmp_path / "a.xml", (HEAD + page(1, text) + FOOT).encode())
    assert (record.fault, record.detail) == (SKIPPED, "redirects")


@pytest.mark.parametrize(
    "text",
    ["#넘겨주기는 문서를 [[말모이]]로 이끈다.", "#하나 [[말모이]]", "글 #넘겨주기 [[말모이]]", "#redirect 말모이"],
)
def test_an_article_about_redirects_is_an_article(text: str, tmp_path: Path) -> None:
    (record,) = run(tmp_path / "a.xml", (HEAD + page(1, text) + FOOT).encode())
    assert record.fault == "" and record.fields is not None


def test_plain_and_compressed_forms_give_the_same_articles(tmp_path: Path) -> None:
    parts = [HEAD, page(1) + page(2), page(3), FOOT]
    data = "".join(parts).encode()
    plain = [record.fields for record in run(tmp_path / "a.xml", data)]
    assert len(plain) == 3
    for packed in (gzip.compress(data), bz2.compress(data), multistream(parts), zstandard.compress(data)):
        assert [record.fields for record in run(tmp_path / "b.xml", packed)] == plain


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(40, 900), st.booleans(), st.data())
def test_ranges_read_every_page_once(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], step: int, packed: bool, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("ranges") / "a.xml"
    whole = HEAD + "".join(page(number, "말 " * size) for number, size in enumerate(sizes, 1)) + FOOT
    content = whole.encode()
    if packed:  # streams cut anywhere, as parallel packers do, not only between pages
        cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
        content = b"".join(bz2.compress(content[a:b]) for a, b in pairwise([0, *cuts, len(content)]))
    expected = run(path, content)
    assert [record.fields and record.fields["key"] for record in expected] == [str(n + 1) for n in range(len(sizes))]
    bounds = [*range(0, len(content), step), len(content)]
    assert [record for a, b in pairwise(bounds) for record in run(path, content, a, b)] == expected


def test_a_damaged_page_costs_that_page(tmp_path: Path) -> None:
    bad = page(2).replace("</revision>", "</revision")
    data = (HEAD + page(1) + bad + page(3) + FOOT).encode()
    found = run(tmp_path / "a.xml", data)
    assert faults(found) == ["", "record.malformed", ""]
    assert found[1].offset == data.index(b"<page>", data.index(b"</page>")) and found[1].size == len(
        bad.encode().strip()
    )
    cut = page(2).replace("</page>", "")
    assert faults(run(tmp_path / "a.xml", (HEAD + page(1) + cut + page(3) + FOOT).encode())) == [
        "",
        "record.malformed",
        "",
    ]
    wrong = (HEAD + page(1)).encode() + page(2).encode("cp949") + (page(3) + FOOT).encode()
    assert faults(run(tmp_path / "a.xml", wrong)) == ["", "record.not_utf8", ""]


def test_a_damaged_stream_costs_its_pages(tmp_path: Path) -> None:
    packed = [bz2.compress(part.encode()) for part in (HEAD, page(1), page(2), page(3), FOOT)]
    bad = bytearray(packed[2])
    bad[len(bad) // 2] ^= 0xFF
    packed[2] = bytes(bad)
    found = run(tmp_path / "a.xml.bz2", b"".join(packed))
    assert faults(found) == ["", "record.malformed", ""]
    assert found[1].size == len(bad) and found[1].offset == len(packed[0]) + len(packed[1])


@pytest.mark.parametrize("suffix", ["xml", "gz", "bz2"])
def test_a_truncated_dump_ends_in_a_unit(tmp_path: Path, suffix: str) -> None:
    data = (HEAD + "".join(page(n, f"말 {n}") for n in range(1, 9)) + FOOT).encode()
    packed = {"xml": data, "gz": gzip.compress(data), "bz2": bz2.compress(data)}[suffix]
    found = run(tmp_path / "a", packed[: len(packed) - 80])
    assert found[-1].fault == "file.truncated"
    assert all(record.fields for record in found[:-1] if record.fault != "record.malformed")


def test_a_dump_without_its_end_tag_is_seen_as_truncated_though_its_pages_are_whole(tmp_path: Path) -> None:
    assert faults(run(tmp_path / "a.xml", (HEAD + page(1)).encode())) == ["", "file.truncated"]


def test_a_page_above_the_limit_is_read_past(tmp_path: Path) -> None:
    data = HEAD + page(1) + page(2, "가" * 3_000_000) + page(3) + FOOT
    found = run(tmp_path / "a.xml", data.encode(), limit=20_000)
    assert faults(found) == ["", "record.too_large", ""]
    assert found[1].size == len(page(2, "가" * 3_000_000).strip().encode())


def test_a_document_type_declaration_is_refused_whole(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "하"><!ENTITY b "&a;&a;&a;">]>' + HEAD
    found = run(tmp_path / "a.xml", (bomb + page(1) + FOOT).encode())
    assert [(record.fault, record.detail) for record in found] == [("record.unsupported", "document type declaration")]
    inside = HEAD + page(1).replace("<revision>", "<!DOCTYPE m><revision>") + page(2).replace(">글 2<", ">&b;<") + FOOT
    assert faults(run(tmp_path / "b.xml", inside.encode())) == ["record.malformed", "record.malformed"]


def test_deep_elements_are_refused(tmp_path: Path) -> None:
    deep = HEAD + "<page>" + "<a>" * 10_000 + "</page>" + FOOT
    assert faults(run(tmp_path / "a.xml", deep.encode())) == ["record.malformed"]


def test_a_page_without_id_or_title_has_no_provenance(tmp_path: Path) -> None:
    data = HEAD + page(1).replace("<id>1</id>", "", 1) + page(2).replace("<title>글 2</title>", "") + FOOT
    assert faults(run(tmp_path / "a.xml", data.encode())) == ["record.no_provenance"] * 2


def test_the_latest_of_several_revisions_is_read(tmp_path: Path) -> None:
    newer = "<revision><id>1</id><timestamp>2025-01-01T00:00:00Z</timestamp><text>새 글</text></revision>"
    older = "<revision><id>2</id><timestamp>2020-01-01T00:00:00Z</timestamp><text>옛 글</text></revision>"
    data = HEAD + f"<page><title>글</title><ns>0</ns><id>1</id>{newer}{older}</page>" + FOOT
    (record,) = run(tmp_path / "a.xml", data.encode())
    assert record.fields is not None and (record.fields["text"], record.fields["revision"]) == ("새 글", "1")


@pytest.mark.parametrize(
    ("data", "expected"), [("", []), ("이것은 덤프가 아니다", ["record.malformed"]), (HEAD + FOOT, [])]
)
def test_files_without_a_page(tmp_path: Path, data: str, expected: list[str]) -> None:
    assert faults(run(tmp_path / "a.xml", data.encode())) == expected


@settings(max_examples=150)
@given(st.data())
def test_any_damage_leaves_a_record_or_a_unit_for_every_page(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = (HEAD + page(1) + page(2) + page(3) + FOOT).encode()
    if data.draw(st.booleans()):
        content = bz2.compress(content[:700]) + bz2.compress(content[700:])
    bad = bytearray(content)
    for place in data.draw(st.lists(st.integers(0, len(bad) - 1), min_size=1, max_size=4)):
        bad[place] ^= data.draw(st.integers(1, 255))
    cut = bytes(bad[: data.draw(st.integers(1, len(bad)))])
    found = run(tmp_path_factory.mktemp("fuzz") / "a", cut)
    assert found and all((record.fields is None) == bool(record.fault) for record in found)
    assert len({record.offset for record in found}) == len(found)
