"""Repeated lines: keys, forms and removal equal their definition; content beside them stays."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError
from corpus.sources.config import PinnedTable
from filters.boilerplate import lines as module
from filters.boilerplate.lines import LINES, RepeatedLines, load
from filters.boilerplate.lines_kernel import count_breaks, holds_any, prefixes_of, read_lines
from filters.boilerplate.removal_kernel import ALONE, ANYWHERE, BLOCK, EDGE, SECTION
from filters.boilerplate.site import site_hash, site_of
from tests.oracles import lines as oracle

SITE = "소식.kr"


def scanned(text: str) -> tuple[list[int], list[int], list[int]]:
    """(ends, keys, forms) of a text's lines."""
    data = np.frombuffer(text.encode() or b"", np.uint8)
    size = count_breaks(data) + 1
    ends, keys, forms = np.empty(size, np.int64), np.empty(size, np.uint64), np.empty(size, np.int64)
    assert read_lines(data, np.uint64(site_hash(SITE)), ends, keys, forms) == size
    return ends.tolist(), keys.tolist(), forms.tolist()


def key(line: str) -> int:
    return scanned(line)[1][0]


def editor(**known: int) -> RepeatedLines:
    return editor_of(known)


def editor_of(known: dict[str, int]) -> RepeatedLines:
    rows = sorted((key(line), reach) for line, reach in known.items())
    return RepeatedLines(
        np.full(len(rows), site_hash(SITE), np.uint64),
        np.array([row[0] for row in rows], np.uint64),
        np.array([row[1] for row in rows], np.uint8),
    )


def edited(known: dict[str, int], text: str, site: str | None = SITE) -> tuple[str, dict[str, int]]:
    data, counts = editor_of(known).edit(text.encode(), site)
    return data.decode(), dict(counts)


MENU = {
    "홈": EDGE,
    "정치": EDGE,
    "경제": EDGE,
    "로그인 | 회원가입": EDGE,
    "공유하기": BLOCK,
    "스크랩": BLOCK,
    "글자크기": BLOCK,
}
FOOTER = {"회사소개": EDGE, "이용약관": EDGE, "Copyright ⓒ 말모이신문": ALONE}


# ------------------------------------------------------------------ keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("조회 1,234 | 댓글 5", "조회 9 | 댓글 12"),
        ("입력 2024.03.01 12:30", "입력 2023.12.31 09:05"),
        ("공유 하기", "  공유하기\t"),
        ("회사\u00a0소개\u3000", "회사소개"),
    ],
)
def test_spaces_and_numbers_do_not_tell_lines_apart(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("정치", "경제"),
        ("가나", "나가"),
        ("1-2", "12"),
        ("Home", "home"),
        ("ㅋㅋ", "ㅋㅋㅋ"),
        ("가 1", "1 가"),
        ("정치 뉴스", "정치 소식"),
    ],
)
def test_other_letters_are_another_line(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_a_line_has_another_key_on_another_site() -> None:
    data = np.frombuffer("이용약관".encode(), np.uint8)
    keys = []
    for site in ("가.kr", "나.kr"):
        out = np.empty(1, np.uint64)
        read_lines(data, np.uint64(site_hash(site)), np.empty(1, np.int64), out, np.empty(1, np.int64))
        keys.append(int(out[0]))
    assert keys[0] != keys[1]


PIECES = st.sampled_from(
    ["홈", "정치", "ㅋ", "각", "漢", "é", "А", "□", "▶", "…", "、", "😀", " ", "\t", "\u00a0", "\u3000", "1", "23", ",", ".", ":", "-", "- ", "* ", "• ", "#", "|", "```", "~~~", "    ", "a", "Z", "\n", "\n", "\n\n", "길" * 300]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS)
def test_forms_and_keys_are_those_of_the_definition(text: str) -> None:
    ends, keys, forms = scanned(text)
    lines = text.split("\n")
    assert [text.encode()[:end].decode("utf-8").count("\n") for end in ends] == list(range(len(lines)))
    assert forms == oracle.forms(lines)
    short = [n for n, line in enumerate(lines) if len(line.encode()) <= oracle.MAXIMUM]
    same_key = {(a, b) for a in short for b in short if keys[a] == keys[b]}
    assert same_key == {(a, b) for a in short for b in short if oracle.folded(lines[a]) == oracle.folded(lines[b])}


@given(TEXTS, st.lists(st.sampled_from(["홈정치", "홈", "각a", "정치漢é", "0a"]), max_size=3))
def test_the_quick_look_finds_a_known_line_exactly_when_there_is_one(text: str, known: list[str]) -> None:
    keys = np.array(sorted(key(line) for line in set(known)), np.uint64)
    data = np.frombuffer(text.encode(), np.uint8)
    words = np.frombuffer(text.encode(), np.uint64, len(data) // 8)
    found = holds_any(data, words, np.uint64(site_hash(SITE)), keys, 0, len(keys), prefixes_of(keys))
    assert found == bool(set(scanned(text)[1]) & set(keys.tolist()))


# ------------------------------------------------------------------ removal

WORDS = st.sampled_from(
    [
        "홈",
        "정치",
        "경제",
        "- 목록",
        "- 항목",
        "| 표 | 가 |",
        "# 제목",
        "본문이다.",
        "- 다른 글",
        "---",
        "1 2 3",
        "```",
        "",
        "    x = 1",
    ]
)
KNOWN = st.dictionaries(
    st.sampled_from(["홈", "정치", "경제", "- 목록", "- 항목", "| 표 | 가 |", "# 제목"]),
    st.sampled_from([SECTION, EDGE, BLOCK, ALONE, ANYWHERE]),
)


@given(st.lists(WORDS, max_size=24), KNOWN)
def test_removal_is_the_definition_repeated_until_nothing_changes(lines: list[str], known: dict[str, int]) -> None:
    wanted = lines
    folded = {oracle.folded(line): reach for line, reach in known.items()}
    while True:
        left = oracle.kept(wanted, folded)
        full = [line for line in wanted if line.strip()]
        if left == full:
            break
        wanted = left_with_blanks(wanted, left)
    text, counts = edited(known, "\n".join(lines))
    assert [line for line in text.split("\n") if line.strip()] == left
    assert ("repeated_lines" in counts) == (left != [line for line in lines if line.strip()])
    assert edited(known, text) == (text, {})


def left_with_blanks(before: list[str], left: list[str]) -> list[str]:
    """``left`` is ``before`` without some lines: with the blank ones that stay between."""
    rows: list[str] = []
    gone, wanted, cut = rest(before, left), list(reversed(left)), False
    for n, line in enumerate(before):
        if n in gone:
            cut = True
        elif not line.strip():
            if not (cut and (not rows or not rows[-1].strip())):
                rows.append(line)
        else:
            rows.append(wanted.pop())
            cut = False
    return rows


def rest(before: list[str], left: list[str]) -> set[int]:
    """Places of the lines that were taken: matched from the end, equal lines being interchangeable."""
    gone, wanted = set(), list(left)
    for n in range(len(before) - 1, -1, -1):
        if before[n].strip():
            if wanted and wanted[-1] == before[n]:
                wanted.pop()
            else:
                gone.add(n)
    return gone


def test_a_menu_before_and_a_footer_after_the_text_go() -> None:
    text = "홈\n정치\n경제\n로그인 | 회원가입\n\n첫눈이 내렸다.\n\n눈은 밤새 쌓였다.\n\n회사소개\n이용약관\nCopyright ⓒ 말모이신문"
    assert edited(MENU | FOOTER, text) == (
        "첫눈이 내렸다.\n\n눈은 밤새 쌓였다.",
        {"repeated_lines": 7, "repeated_lines.characters": 49},
    )


def test_without_a_site_or_on_another_site_nothing_is_compared() -> None:
    text = "홈\n정치\n경제\n첫눈이 내렸다."
    assert edited(MENU, text, None) == (text, {})
    assert edited(MENU, text, "다른.kr") == (text, {})


def test_a_known_line_amid_text_stays() -> None:
    text = "첫눈이 내렸다.\n정치\n눈은 밤새 쌓였다.\n홈\n경제\n아침이 왔다."
    assert edited(MENU, text) == (text, {})


def test_three_frequent_lines_amid_text_go_and_two_stay() -> None:
    assert edited(MENU, "가을이다.\n\n공유하기\n스크랩\n글자크기\n\n겨울이다.")[0] == "가을이다.\n\n겨울이다."
    assert edited(MENU, "가을이다.\n\n공유하기\n스크랩\n\n겨울이다.")[1] == {}


def test_one_line_at_an_edge_needs_a_larger_share() -> None:
    assert edited(FOOTER, "가을이다.\n이용약관")[0] == "가을이다.\n이용약관"
    assert edited(FOOTER, "가을이다.\nCopyright ⓒ 말모이신문")[0] == "가을이다."


def test_eight_lines_of_a_section_go_from_anywhere_and_seven_stay() -> None:
    menu = [f"{name} 게시판" for name in "가나다라마바사아"]
    known = dict.fromkeys(menu, SECTION)
    assert edited(known, "\n".join(["가을이다.", *menu, "겨울이다."]))[0] == "가을이다.\n겨울이다."
    assert edited(known, "\n".join(["가을이다.", *menu[:7], "겨울이다."]))[1] == {}
    assert edited(known, "\n".join([*menu[:7], "겨울이다."]))[1] == {}


def test_rules_and_page_numbers_go_with_what_is_around_them() -> None:
    assert edited(FOOTER, "가을이다.\n\n---\n회사소개\n1 2 3\n이용약관\n***")[0] == "가을이다.\n\n---"


def test_a_heading_stays_with_what_it_heads() -> None:
    known = {"# 개념": ALONE, "홈": EDGE, "정치": EDGE}
    assert edited(known, "# 개념\n\n운영체제란 무엇인가.")[1] == {}
    assert edited(known, "홈\n정치\n# 개념\n운영체제란 무엇인가.")[0] == "# 개념\n운영체제란 무엇인가."


def test_a_heading_goes_with_a_footer_that_it_heads() -> None:
    known = {"## 관련 기사": EDGE, "더 보기": EDGE, "구독하기": EDGE}
    assert edited(known, "가을이다.\n\n## 관련 기사\n더 보기\n구독하기")[0] == "가을이다."


def test_a_list_goes_whole_or_not_at_all() -> None:
    known = {"- 윈도우 10": EDGE, "- 윈도우 11": EDGE}
    assert edited(known, "- 윈도우 10\n- 윈도우 11\n- 리눅스\n지원한다.")[1] == {}
    assert edited(known, "- 윈도우 10\n- 윈도우 11\n\n지원한다.")[0] == "지원한다."


def test_a_table_goes_whole_or_not_at_all() -> None:
    known = {"이름 | 값": EDGE, "단위 | 원": EDGE}
    assert edited(known, "이름 | 값\n단위 | 원\n배추 | 3,000\n올랐다.")[1] == {}


def test_code_between_fences_or_set_off_by_indentation_stays() -> None:
    known = {"import torch": ANYWHERE, "x = 0": ANYWHERE, "끝": ANYWHERE}
    text = "```python\nimport torch\nx = 1\n```\n코드이다.\n\n    import torch\n    x = 1"
    assert edited(known, text)[1] == {}


def test_a_document_that_is_nothing_but_menu_becomes_empty() -> None:
    assert edited(MENU, "홈\n정치\n경제")[0] == ""


def test_nfc_and_masked_text_is_what_the_table_knows() -> None:
    known = {"대표전화 02-****-****": ALONE}
    assert edited(known, "가을이다.\n대표전화 02-****-****")[0] == "가을이다."


# ------------------------------------------------------------------ sites


@pytest.mark.parametrize(
    ("source", "url", "site"),
    [
        ("신문", "https://www.News.kr:443/a/1?x=1#y", "news.kr"),
        ("신문", "http://m.news.kr/", "m.news.kr"),
        ("블로그", "https://blog.naver.com/malmoi/223", "blog.naver.com/malmoi"),
        ("블로그", "https://user@malmoi.tistory.com/3", "malmoi.tistory.com"),
        ("신문", None, "신문"),
        ("신문", "주소 없음", "신문"),
        (None, "https://예.kr/1", "예.kr"),
        (None, None, None),
        ("", "", None),
    ],
)
def test_the_site_is_the_host_and_on_shared_hosts_the_author(
    source: str | None, url: str | None, site: str | None
) -> None:
    assert site_of(source, url) == site


# ------------------------------------------------------------------ the pinned table


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def write(path: Path, schema: pa.Schema = LINES) -> PinnedTable:
    row = {
        "site": signed(site_hash(SITE)),
        "line": signed(key("이용약관")),
        "reach": ALONE,
        "documents": 30,
        "occurrences": 30,
        "site_documents": 40,
    }
    pq.write_table(pa.Table.from_pylist([row], schema=schema), path)
    return PinnedTable(table=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_table_is_read_once_a_process(tmp_path: Path) -> None:
    pinned = write(tmp_path / "lines.parquet")
    first = load(pinned)
    (tmp_path / "lines.parquet").unlink()
    assert load(pinned) is first
    assert RepeatedLines(*first).edit("가을이다.\n이용약관".encode(), SITE)[0].decode() == "가을이다."


def test_another_table_than_the_pinned_one_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    pinned = write(tmp_path / "lines.parquet")
    other = PinnedTable(table=pinned.table, digest="0" * 64)
    with pytest.raises(ConfigError, match=pinned.digest) as caught:
        load(other)
    assert caught.value.exit_code == 2 and caught.value.where == "ingest.lines.digest"


def test_a_table_of_another_schema_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    pinned = write(tmp_path / "lines.parquet", LINES.with_metadata({"malmoi.schema": "contacts 1"}))
    with pytest.raises(ConfigError, match="no table of lines"):
        load(pinned)


def test_the_version_is_part_of_the_schema() -> None:
    assert LINES.metadata[b"malmoi.schema"] == f"lines {module.VERSION}".encode()
