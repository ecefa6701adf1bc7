"""Wrongly decoded Korean is mended where that is proven, and nothing else is touched."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.mojibake import Mojibake
from corpus.mojibake_kernel import KOREAN, LATIN, SIGNS, suspicion
from corpus.sources.config import IngestConfig
from corpus.syllables import CLASSES, syllables
from jobs.tasks.clean import Cleaner
from tests.oracles import mojibake as oracle

TEXT = "말모이는 우리말을 모은 사전의 원고이다.\n사람들이 쓰는 말과 글을 그대로 적어 두었다."
EDITOR = Mojibake()

_WINDOWS = {byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0xA0)}


def web(data: bytes) -> str:
    """Latin-1 as browsers read it: windows-1252, with controls for its five holes."""
    table = {byte: sign for byte, sign in _WINDOWS.items() if sign != "\ufffd"}
    return data.decode("latin-1").translate(table)


def kept(data: bytes) -> str:
    return data.decode("cp949", "surrogateescape")


MISREADINGS: dict[str, Callable[[str], str]] = {
    "utf-8_as_latin-1": lambda text: text.encode().decode("latin-1"),
    "utf-8_as_latin-1 ": lambda text: web(text.encode()),
    "utf-8_as_latin-1  ": lambda text: web(text.encode()).replace("\u00a0", " "),
    "cp949_as_latin-1": lambda text: text.encode("cp949").decode("latin-1"),
    "cp949_as_latin-1 ": lambda text: web(text.encode("cp949")),
    "utf-8_as_cp949": lambda text: kept(text.encode()),
    "utf-8_as_latin-1+utf-8_as_latin-1": lambda text: web(web(text.encode()).encode()),
    "utf-8_as_latin-1+cp949_as_latin-1": lambda text: web(web(text.encode("cp949")).encode()),
}


@pytest.mark.parametrize("name", MISREADINGS)
def test_a_whole_document_is_mended_and_its_lines_counted(name: str) -> None:
    wrong = MISREADINGS[name](TEXT)
    assert wrong != TEXT
    assert EDITOR.edit(wrong) == (TEXT, {f"mojibake.{name.strip()}": 2})
    assert EDITOR.edit(TEXT) == (TEXT, {})


@pytest.mark.parametrize("name", MISREADINGS)
def test_only_the_broken_line_is_mended(name: str) -> None:
    first, second = TEXT.split("\n")
    page = f"제목\n{first}\n{MISREADINGS[name](second)}\nEnd — café\n"
    assert EDITOR.edit(page) == (f"제목\n{first}\n{second}\nEnd — café\n", {f"mojibake.{name.strip()}": 1})


def test_latin_mojibake_is_mended_beside_right_hangul_in_one_line() -> None:
    assert EDITOR.edit("제목: " + web("우리말 사전".encode()))[0] == "제목: 우리말 사전"


def test_what_is_no_hangul_is_mended_in_proven_company_alone() -> None:
    company = web("우리말 사전".encode())
    assert EDITOR.edit(f"{company}\nÂ© 2020 donâ€™t")[0] == "우리말 사전\n© 2020 don’t"
    assert EDITOR.edit("우리말 사전\nÂ© 2020 donâ€™t") == ("우리말 사전\nÂ© 2020 donâ€™t", {})


@pytest.mark.parametrize(
    "text",
    [
        "INFORMAÇÕES, OPÇÕES E CONDIÇÕES\nA AÇÃO DA NAÇÃO",
        "créées à l’été « où » — naïve “ça”",
        "così “ciao” perché più… però “sì”",
        "ÄÖÜäöüß ÆØÅ þÞðÐ ÀÁÂÃÈÉÊË",
        "Ïðèâåò, êàê äåëà? Ýòî îáû÷íûé òåêñò",
        web("Привет, как дела".encode()),
        web("日本語の文章です".encode()),
        web("中文网页的内容".encode("gbk")),
        "大韓民國 憲法 前文 悠久한 歷史와 傳統에 빛나는",
        "뷁 햏 쀍 똠방각하 펲시콜라 괞찮아",
        "갂갃갅갆갇갈갉갊갋갌갍갎갏",
        "占쏙옙占쏙옙 占쏙옙占쏙옙",
        web("\ufffd\ufffd".encode()) * 4,
        "중국어 中文 と 日本語 ひらがな",
        "（전각）：ＡＢＣ，１２３",
        "",
    ],
)
def test_right_text_and_lost_text_stay_as_they_are(text: str) -> None:
    assert EDITOR.edit(text) == (text, {})


def test_text_that_lost_bytes_is_never_guessed() -> None:
    lost = TEXT.encode().decode("cp949", "replace")
    assert "\ufffd" in lost
    assert EDITOR.edit(lost) == (lost, {})


def left_out(data: bytes) -> str:
    """What windows-1252 leaves undefined is left out, as ``errors="ignore"`` does."""
    return data.decode("cp1252", "ignore")


@pytest.mark.parametrize(
    "line", ["나팔꽃이 대답했다.", "호랑이 형님", "눈의 여왕", "# 전역 승인 설정 구성", "고개도 들지", "집에 어린애가"]
)
def test_a_space_is_not_made_a_byte_where_bytes_were_lost(line: str) -> None:
    """Guessed, the space behind 이 gives 촠, behind 의 옠 and behind 인 츠, which is of KS X 1001."""
    for lost in (
        left_out(line.encode()),
        left_out(left_out(line.encode()).encode()),
        left_out(line.encode()).strip("\u00a0"),
    ):
        assert EDITOR.edit(lost) == (lost, {})
        page = f"{left_out('말모이 사전을 읽다'.encode())}\n{lost}\n우리말 사전"
        assert EDITOR.edit(page) == (page, {})


def test_a_space_is_made_a_byte_where_the_text_shows_that_no_byte_was_lost() -> None:
    spaced = web("이미 할 것은 다 했고 필요한 정리".encode()).replace("\u00a0", " ")
    assert EDITOR.edit(spaced)[0] == "이미 할 것은 다 했고 필요한 정리"
    without = web("정리".encode()).replace("\u00a0", " ")
    assert not any("\x80" <= letter <= "\x9f" for letter in without)
    assert EDITOR.edit(without) == (without, {})
    assert EDITOR.edit(f"{spaced}\n{without}")[0] == "이미 할 것은 다 했고 필요한 정리\n정리"
    # of a line that lost bytes beside one that did not, what would be no syllable of KS X 1001 stays
    lost = left_out("나팔꽃이 대답했다.".encode())
    assert EDITOR.edit(f"{spaced}\n{lost}")[0] == f"이미 할 것은 다 했고 필요한 정리\n{lost}"


def test_no_real_line_that_lost_bytes_becomes_another(shared_data: Path) -> None:
    seen = 0
    for source in ("petitions", "wikinews_ko", "fairytale", "korean_statutes"):
        for row in records(shared_data / "docs" / f"{source}.jsonl.zst", 40):
            for line in row["text"][:4000].replace("\u00a0", " ").split("\n"):
                for lost in (left_out(line.encode()), left_out(line.encode()).replace("\u00a0", " ")):
                    seen += 1
                    assert EDITOR.edit(lost)[0].replace("\u00a0", " ") in (line, lost.replace("\u00a0", " "))
    assert seen > 3_000


def test_peer_fault_repair_leaves_korean_legacy_encodings_alone() -> None:
    """ftfy mends UTF-8 read as Latin-1 and knows no CP949."""
    assert EDITOR.edit("ÇÑ±Û ¹®¼­¸¦ ÀÐ´Â ¹ý")[0] == "한글 문서를 읽는 법"


def test_repair_comes_before_nfc_which_rewrites_hanja_that_bytes_depend_on() -> None:
    cleaner = Cleaner(IngestConfig())
    for misread in MISREADINGS.values():
        cleaned = cleaner.clean(misread(TEXT), misread("우리말 사전을 읽다"))
        assert (cleaned.text, cleaned.title) == (TEXT, "우리말 사전을 읽다")
        assert sum(cleaned.counts.values()) == 3
    assert Cleaner(IngestConfig(mojibake=False)).clean("í•œê¸€ë¡œ", None).text == "í•œê¸€ë¡œ"


PIECES = st.one_of(
    st.sampled_from([TEXT, "우리말", "다", "é", "\u00a0", " ", "\n", "“", "漢字", "\ufffd", "\udc80", "뷁", "\x80", "\u200b"]),
    st.builds(lambda name, text: MISREADINGS[name](text), st.sampled_from(sorted(MISREADINGS)), st.sampled_from(["우리말 글", "책을 읽다", "그"])),
    st.text(max_size=5),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_mending_twice_is_mending_once(text: str) -> None:
    once, counts = EDITOR.edit(text)
    assert EDITOR.edit(once) == (once, {})
    assert (once == text) == (not counts)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("¿ì¸®¸» ±Û\udc80")  # a lone surrogate hid the line from its proof
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaner = Cleaner(IngestConfig())
    once = cleaner.clean(text, None).text
    assert cleaner.clean(once, None).text == once


@settings(max_examples=800, deadline=None)
@given(TEXTS)
def test_the_kernel_marks_what_the_definition_marks(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    found = suspicion(np.frombuffer(data, np.uint8), CLASSES)
    assert found == oracle.suspicion(text, LATIN, KOREAN)
    if found and max(text) < "\ud800":
        assert any(sign in data for sign in SIGNS)


@settings(max_examples=400, deadline=None)
@given(st.text(st.characters(max_codepoint=0xFFFF), max_size=60))
def test_syllables_are_counted_as_defined(text: str) -> None:
    assert syllables(text) == oracle.counts(text)


def records(path: Path, most: int) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), "utf-8", newline="\n")
        for _, line in zip(range(most), lines, strict=False):
            yield json.loads(line)


def test_no_right_document_is_changed(shared_data: Path) -> None:
    """The first 400 records of every file: Korean of 50 sources, and 18 other languages."""
    seen = 0
    for folder in ("docs", "labelled", "html"):
        for path in sorted((shared_data / folder).glob("*.jsonl.zst")):
            for row in records(path, 400):
                for text in (row.get("text"), row.get("title"), row.get("html")):
                    if text:
                        seen += 1
                        assert EDITOR.edit(text) == (text, {}), (path.name, row["id"])
    assert seen > 20_000


@pytest.mark.parametrize("name", MISREADINGS)
def test_real_text_is_got_back(shared_data: Path, name: str) -> None:
    """Nearly all lines with Hangul of 250 documents; none becomes something else.

    Where 0xA0 was made a space, lines that ended in one have lost it.
    """
    lines = mended = 0
    for source in ("petitions", "wikinews_ko", "fairytale", "korean_statutes", "blogs_ccby", "pd_literature"):
        for row in records(shared_data / "docs" / f"{source}.jsonl.zst", 50):
            text = row["text"][:4000].replace("\u00a0", " ").encode("cp949", "ignore").decode("cp949")
            wrong = MISREADINGS[name](text)
            found, _ = EDITOR.edit(wrong)
            for right, bad, line in zip(text.split("\n"), wrong.split("\n"), found.split("\n"), strict=True):
                if syllables(right).syllables:
                    lines += 1
                    mended += line == right
                    assert line in (right, bad)
    assert lines > 5_000 and mended >= (0.96 if name.endswith("  ") else 0.995) * lines
