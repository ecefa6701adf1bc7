"""Bytes to text by proof."""

from __future__ import annotations

import codecs
import html as markup
import json
import re
import time
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources.charset import codec, decode, decode_named, undecodable
from corpus.sources.listing import Slice
from corpus.sources.warc import read
from corpus.syllables import is_korean, syllables

KOREAN = "말모이는 우리말을 모은 사전의 원고이다. 사람들이 쓰는 말을 그대로 적어 두었다."
JAPANESE = "日本語の文章です。これはテストの文章で、ひらがなが多く含まれています。"
CHINESE = "中文网页的内容是什么，这里写的是一些普通的句子，用来做测试的文字。"
RUSSIAN = "Привет, как дела? Это обычный русский текст."


@pytest.mark.parametrize(
    ("data", "declared", "encoding"),
    [
        (KOREAN.encode(), None, "utf-8"),
        (KOREAN.encode(), "euc-kr", "utf-8"),
        (codecs.BOM_UTF8 + KOREAN.encode(), "euc-kr", "utf-8"),
        (KOREAN.encode("cp949"), None, "cp949"),
        (KOREAN.encode("cp949"), "utf-8", "cp949"),
        (KOREAN.encode("cp949"), "iso-8859-1", "cp949"),
        (KOREAN.encode("cp949"), "gb2312", "cp949"),
        (KOREAN.encode("cp949"), "shift_jis", "cp949"),
        (KOREAN.encode("cp949"), "utf-16", "cp949"),
        (KOREAN.encode("cp949"), "no such label", "cp949"),
        (codecs.BOM_UTF8 + KOREAN.encode("cp949"), None, "cp949"),
        (KOREAN.encode("johab"), None, "johab"),
        (KOREAN.encode("johab"), "euc-kr", "johab"),
        (KOREAN.encode("iso2022_kr"), None, "iso2022_kr"),
        (KOREAN.encode("utf-16"), None, "utf-16-le"),
        (codecs.BOM_UTF16_BE + KOREAN.encode("utf-16-be"), "utf-8", "utf-16-be"),
        (KOREAN.encode("utf-16-le"), None, "utf-16-le"),
        (KOREAN.encode("utf-16-be"), "euc-kr", "utf-16-be"),
        (KOREAN.replace(" ", "").encode("utf-16-le"), None, "utf-16-le"),
        ("<p>plain English</p>".encode("utf-16-le"), None, "utf-16-le"),
        (KOREAN.encode("utf-32"), None, "utf-32-le"),
        (KOREAN.encode("utf-32-be"), None, "utf-32-be"),
        (JAPANESE.encode("shift_jis"), "shift_jis", "cp932"),
        (JAPANESE.encode("euc_jp"), "euc-jp", "euc_jp"),
        (JAPANESE.encode("iso2022_jp"), None, "iso2022_jp"),
        (CHINESE.encode("gbk"), "gb2312", "gb18030"),
        (RUSSIAN.encode("cp1251"), "windows-1251", "cp1251"),
        ("un café à la crème, s’il vous plaît".encode("cp1252"), "iso-8859-1", "cp1252"),
        (b"plain ascii", "iso-8859-1", "utf-8"),
        (b"", None, "utf-8"),
    ],
)
def test_an_encoding_is_proven_whatever_is_declared(data: bytes, declared: str | None, encoding: str) -> None:
    found = decode(data, declared)
    assert found is not None and found[1] == encoding
    python = {"cp932": "shift_jis", "gb18030": "gbk"}.get(encoding, encoding)
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.removeprefix(mark)
    assert found[0] == data.decode(python)


@pytest.mark.parametrize(
    ("head", "data"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987">', "펲"),
        ("<META CHARSET = 'x-windows-949'>", "뷁"),
        ('<?xml version="1.0" encoding="EUC-KR"?>', "똠"),
        ("<!-- " + "-" * 2000 + ' --><meta charset="euc-kr">', "햏"),
    ],
)
def test_a_declaration_inside_decides_where_the_bytes_are_too_few(head: str, data: str) -> None:
    """One rare syllable proves nothing; windows-949 is meant by every Korean label."""
    page = (head + data).encode("cp949")
    assert decode(page) == (head + data, "cp949")
    assert decode(page, "utf-8") == (head + data, "cp949")
    assert decode(page.replace(b"charset", b"x").replace(b"encoding", b"x").replace(b"CHARSET", b"x")) is None


def test_cp949_that_passes_as_utf_8_is_read_as_it_declares() -> None:
    assert "책".encode("cp949") == "å".encode()
    assert decode("책".encode("cp949"), "euc-kr") == ("책", "cp949")
    assert decode('<meta charset="euc-kr">책'.encode("cp949")) == ('<meta charset="euc-kr">책', "cp949")
    assert decode("på svenska för alla".encode()) == ("på svenska för alla", "utf-8")
    assert decode("ñandú".encode(), "euc-kr") == ("ñandú", "utf-8")


def test_syllables_beyond_ks_x_1001_come_whole_from_euc_kr() -> None:
    """Written as sequences of eight bytes, which a CP949 reader takes for loose letters."""
    written = "똠방각하 펲시콜라를 마시고 있다"
    assert len("똠".encode("euc_kr")) == 8
    assert decode(written.encode("euc_kr")) == (written, "cp949")


def test_the_postal_mark_of_2002_is_read() -> None:
    assert decode(b"\xa2\xe8" + KOREAN.encode("cp949")) == ("\u327e" + KOREAN, "cp949")


def test_cesu_8_is_utf_8_with_its_emoji_in_two_halves() -> None:
    assert decode("좋다 ".encode() + b"\xed\xa0\xbd\xed\xb8\x80") == ("좋다 😀", "cesu-8")
    assert decode("좋다 ".encode() + b"\xed\xa0\xbd") is None


def test_lines_of_two_encodings_are_read_each_by_its_own() -> None:
    page = b"\n".join([KOREAN.encode(), KOREAN.encode("cp949"), b"<p>", "둘째 글이다".encode()])
    assert decode(page) == ("\n".join([KOREAN, KOREAN, "<p>", "둘째 글이다"]), "utf-8+cp949")


@pytest.mark.parametrize(
    ("data", "declared", "detail"),
    [
        (b"\xff\xfe\xff", "iso-8859-1", "utf-16-le to byte 2 of 3, inside the last character"),
        (b"caf\xe9 \x80\x81", "iso-8859-1", "utf-8 to byte 3 of 7"),
        (bytes(range(128, 256)), "iso-8859-1", "utf-8 to byte 0 of 128"),
        (
            KOREAN.encode() * 9 + b"\xff" + KOREAN.encode(),
            "iso-8859-1",
            f"utf-8 to byte {len(KOREAN.encode()) * 9} of ",
        ),
        (KOREAN.encode("cp949") * 9 + b"\xff" + KOREAN.encode("cp949"), "windows-1251", "cp949 to byte "),
        (KOREAN.encode() + "가".encode()[:2], None, ", inside the last character"),
        (KOREAN.encode("cp949") + b"\xb0", "euc-kr", ", inside the last character"),
        (b"\xc0\x80" + KOREAN.encode(), None, "utf-8 to byte 0"),
        (CHINESE.encode("gbk"), None, "to byte"),
        (JAPANESE.encode("shift_jis"), None, "to byte"),
        (JAPANESE.encode("euc_jp"), None, "to byte"),
        (JAPANESE.encode("shift_jis"), "euc-kr", "to byte"),
        (RUSSIAN.encode("cp1251"), "iso-8859-1", "to byte"),
    ],
)
def test_what_no_reading_proves_is_none_and_its_place_is_told(data: bytes, declared: str | None, detail: str) -> None:
    assert decode(data, declared) is None
    assert detail in undecodable(data)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16-le"])
def test_a_cut_character_is_left_off_only_where_the_container_says_that_it_cut(encoding: str) -> None:
    whole = KOREAN.encode(encoding)
    cut = whole + "가".encode(encoding)[:1]
    assert decode(cut) is None
    assert decode(cut, cut=True) == (KOREAN, encoding)
    assert decode(whole[:40] + b"\xff" + cut[40:], cut=True) is None


@pytest.mark.parametrize("label", ["unicode_escape", "raw_unicode_escape", "utf-7", "idna", "punycode", "rot13", "hex",
                                   "mbcs", "undefined", "utf_8_sig", "x" * 10_000, "\x00", "euc-kr\x00"])  # fmt: skip
def test_a_page_cannot_choose_a_codec_that_is_no_encoding_of_the_web(label: str) -> None:
    assert codec(label) is None


@pytest.mark.parametrize(
    ("label", "name"),
    [(' "EUC_KR" ', "cp949"), ("'ms949'", "cp949"), ("KS_C_5601-1987", "cp949"), ("korean", "cp949"), ("uhc", "cp949"),
     ("x-windows-949", "cp949"), ("UTF8", "utf-8"), ("gb2312", "gb18030"), ("x-sjis", "cp932"), ("latin1", "cp1252"),
     ("johab", "johab"), ("cp1361", "johab"), ("iso-2022-kr", "iso2022_kr"), ("us-ascii", "cp1252")],
)  # fmt: skip
def test_labels_mean_what_browsers_take_them_for(label: str, name: str) -> None:
    assert codec(label) == name


def test_peer_fault_errors_replace_hides_a_bad_byte() -> None:
    data = KOREAN.encode() + b"\xff" + KOREAN.encode()
    assert "\ufffd" in data.decode("utf-8", "replace")
    assert decode(data) is None


def test_peer_fault_a_reader_of_utf_8_alone_turns_cp949_into_replacement_characters() -> None:
    data = KOREAN.encode("cp949")
    lost = data.decode("utf-8", "replace")
    assert lost.count("\ufffd") > len(KOREAN) / 2
    assert decode(data) == (KOREAN, "cp949")


@pytest.mark.parametrize("text", ["우리가 사는 곳", "학교 가는 길", "이것은 책이다"])
def test_peer_fault_frequencies_of_bytes_guess_wrong_on_short_text(text: str) -> None:
    """Syllables decide, and a few of them are enough."""
    for encoding in ("utf-8", "cp949", "johab", "utf-16-le", "utf-16-be"):
        assert decode(text.encode(encoding)) == (text, encoding)


MIXED = "大韓民國은 民主共和國이다. 大韓民國의 主權은 國民에게 있고, 모든 權力은 國民으로부터 나온다."


@pytest.mark.parametrize(
    "text", [MIXED, "ㅋㅋㅋㅋ 진짜 웃기다 ㅠㅠ", "ㅋㅋㅋ 네", "ㅋㅋㅋㅋ ㅎㅎ ㅠㅠ", "ㅋㅋㅋㅋㅋ\n"]
)
@pytest.mark.parametrize("encoding", ["cp949", "johab", "utf-16-le", "utf-16-be"])
def test_chat_and_mixed_script_are_korean_without_a_declaration(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("せしすせそ ばばぬぬ ぞぞ", "euc_jp"),
        ("こんにちは。元気ですか。これは日本語です。", "euc_jp"),
        ("学会の発表は来週です。資料は各自で用意してください。", "cp932"),
        ("边缘计算是一种分布式计算架构，将应用程序、数据资料与服务的计算移往网络逻辑上的边缘节点。", "gbk"),
        ("大韓民國憲法 第一條 國民主權", "cp949"),  # nothing but Hanja
        ("大韓民國은 國民이다", "cp949"),  # too few syllables to tell
        ("中華民國的國民主權屬於全體國民，人民在法律上一律平等。", "big5"),
    ],
)
def test_hanja_and_jamo_prove_nothing_by_themselves(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found is None or found[0] == text


HANJA = "大韓民國憲法 第一條 國民主權"


@pytest.mark.parametrize(
    ("data", "label", "encoding"),
    [
        (HANJA.encode("cp949"), "euc-kr", "cp949"),
        (KOREAN.encode("johab"), "johab", "johab"),
        ("ㅋㅋㅋㅋㅋ".encode("utf-16-le"), "utf-16le", "utf-16-le"),
        (JAPANESE.encode("utf-16-le"), "utf-16", "utf-16-le"),
        ("ㅋㅋㅋㅋㅋ".encode("utf-16-be"), "utf-16be", "utf-16-be"),
        (JAPANESE.encode("shift_jis"), "shift_jis", "cp932"),
        (KOREAN.encode("utf-16"), "euc-kr", "utf-16-le"),  # a mark goes before
        (KOREAN.encode(), "euc-kr", "utf-8"),  # a wrong word beside a proof
        (KOREAN.encode("cp949"), "shift_jis", "cp949"),
        (b"plain ascii", "utf-16le", "utf-8"),
    ],
)
def test_a_named_encoding_is_believed_before_other_proof(data: bytes, label: str, encoding: str) -> None:
    found = decode_named(data, label)
    assert found is not None and found[1] == encoding
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF8))
    assert found[0] == data.decode("utf-16" if marked else encoding)


@pytest.mark.parametrize("label", ["utf-8", "euc-kr", "johab", "utf-16le", "utf-32be", "iso-8859-1", "no label"])
def test_a_named_encoding_is_never_read_with_loss(label: str) -> None:
    assert decode_named(KOREAN.encode() + b"\xff" + KOREAN.encode(), label) is None


def test_no_chinese_or_japanese_page_becomes_korean(shared_data: Path) -> None:
    """Pieces of 20 to 200 characters of 664 pages, in every encoding that these are written in."""
    seen = 0
    for language, encodings in (("zh", ("gb18030", "gbk", "big5hkscs")), ("ja", ("cp932", "euc_jp"))):
        path = shared_data / "html" / f"mdn_archive_{language}_sample.jsonl.zst"
        with path.open("rb") as stream:
            rows = zstandard.ZstdDecompressor().stream_reader(stream).read().splitlines()
        for row in rows:
            page = re.sub("<[^>]*>|[ -~\\s]+", "", json.loads(row)["html"])
            for size, start in ((20, 0), (50, 100), (200, 300), (len(page), 0)):
                for encoding in encodings:
                    piece = page[start : start + size].encode(encoding, "ignore")
                    for name in ("cp949", "johab"):
                        text = piece.decode(name, "ignore")
                        counts = syllables(text)
                        seen += len(text) > 5
                        assert not is_korean(text) or counts.korean
    assert seen > 10_000


def test_peer_fault_a_nul_ends_the_text() -> None:
    assert decode("앞\0뒤 그리고 끝".encode()) == ("앞\0뒤 그리고 끝", "utf-8")
    assert decode(("앞\0" + KOREAN).encode("cp949")) == ("앞\0" + KOREAN, "cp949")


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "euc-kr", "iso-8859-1", "gb2312", "utf-16", "johab"]))
def test_no_bytes_raise_and_no_reading_holds_a_surrogate(data: bytes, declared: str | None) -> None:
    found = decode(data, declared)
    if found is None:
        assert undecodable(data)
    else:
        found[0].encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_valid_utf_8_is_read_as_it_is(text: str) -> None:
    found = decode(text.encode())
    if found != (text, "utf-8"):  # a mark, an escape of ISO-2022, or UTF-16 of plain text
        assert text.startswith("\ufeff") or "\x1b" in text or "\0" in text


@pytest.mark.parametrize(
    "unit",
    [
        b"<meta ",
        b"<meta charset",
        b"<?xml ",
        b"\xb0\xa1\xff",
        b"\x1b$)C\x0e",
        b"\xed\xa0",
        b"\0",
        b"\xa2\xe8",
        b"\xe4\n",
    ],
)
def test_hostile_bytes_cost_as_their_number(unit: bytes) -> None:
    def seconds(size: int) -> float:
        data = unit * (size // len(unit))
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            decode(data, "euc-kr")
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(200_000), seconds(1_600_000)
    assert large < 0.05 + 16 * small  # eight times the bytes; quadratic would be 64 times


def test_every_real_file_is_read_in_its_encoding(shared_data: Path) -> None:
    folder = shared_data / "raw" / "encoding_ko"
    rows = [json.loads(line) for line in (folder / "MANIFEST.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 32
    for row in rows:
        data = (folder / row["file"]).read_bytes()
        expected = {"utf-32": "utf-32-be"}.get(row["python_codec"], row["python_codec"])
        for declared in (None, "utf-8", "iso-8859-1", "shift_jis", row["label_charset"]):
            assert decode(data, declared) == (data.decode(row["python_codec"]), expected), row["file"]


def test_every_page_of_the_korean_web_archive_has_its_encoding_and_its_text(shared_data: Path) -> None:
    folder = shared_data / "raw" / "warc_ko"
    lines = zstandard.decompress((folder / "ko_pages_dev.truth.jsonl.zst").read_bytes(), max_output_size=1 << 27)
    truth = {row["record_id"]: row for row in map(json.loads, lines.decode().splitlines()) if row.get("variant")}
    path = folder / "ko_pages_dev.warc.gz"
    pages = [item.fields for item in read(Slice(str(path), path.name, "warc"), 10 << 20) if item.fields]
    assert len(pages) == len(truth) == 327
    for page in pages:
        row = truth[page["record_id"]]
        assert page["charset"] == {"utf-8": "utf-8", "euc-kr": "cp949", "cp949": "cp949"}[row["true_encoding"]]
        visible = "".join(markup.unescape(re.sub(r"<[^>]*>", "", page["html"])).split())
        for line in (row["expect_text"] or "").split("\n")[:3]:
            assert "".join(line.split()) in visible, row["url"]
