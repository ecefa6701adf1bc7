"""Faults of other systems' Korean cleaning, each a text that ingest's editors leave whole or mask rightly, and the
code points that no document may hold."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.identity import text_digest
from corpus.sources.config import IngestConfig, InputConfig, RightsBasis
from corpus.sources.listing import plan
from jobs.tasks.clean import Cleaner
from jobs.tasks.ingest import IngestTask, ingest_part

KINDS = ("blog", "cafe", "news", "comments", "others")


def cleaned(text: str, kind: str = "others") -> str:
    return Cleaner(IngestConfig()).clean(text, None, kind).text


def whole(text: str) -> None:
    for kind in KINDS:
        assert cleaned(text, kind) == text


@pytest.mark.parametrize("text", ["진짜ㅋㅋㅋ", "좋다ㅎㅎ", "이거ㄹㅇ", "ㅋㅋ그래서", "안녕ㅋㅋㅋㅋ"])
def test_peer_fault_folding_of_laughter_eats_the_syllable_beside_it(text: str) -> None:
    whole(text)


@pytest.mark.parametrize(
    "text",
    ["회의는 2021-05-25에 열린다.", "가격은 12,000-15,000-20,000원이다.", "제3-2021-000123호로 접수되었다."],
)
def test_peer_fault_dates_prices_and_receipts_are_taken_for_bank_accounts(text: str) -> None:
    whole(text)


def test_peer_fault_a_phone_number_is_cut_out_of_a_longer_number() -> None:
    whole("주문번호 20210525010123 로 찾아 주세요.")
    whole("바코드 88010123456780 과 송장 501234567890123 이 붙어 있다.")


def test_peer_fault_masks_of_random_digits_lose_the_dialing_code() -> None:
    for _ in range(2):  # the same on every run, too
        assert cleaned("전화 010-1234-5678") == "전화 010-****-****"
        assert cleaned("전화 02-123-4567") == "전화 02-****-****"


@pytest.mark.parametrize(
    "phone", ["010.1234.5678", "010 1234 5678", "01012345678", "(010)1234-5678", "+82 10-1234-5678"]
)
def test_peer_fault_only_dashed_phones_are_found(phone: str) -> None:
    assert cleaned(f"연락처는 {phone} 입니다") == "연락처는 010-****-**** 입니다"


@pytest.mark.parametrize(
    "number", ["900101-1234568", "900101 1234568", "9001011234568", "９００１０１－１２３４５６８"]
)
def test_peer_fault_resident_numbers_are_found_with_a_dash_alone(number: str) -> None:
    assert cleaned(f"주민등록번호 {number}") == "주민등록번호 90-1-****-****"


def test_peer_fault_resident_numbers_of_impossible_dates_are_masked_and_those_without_a_check_digit_are_not() -> None:
    whole("제품번호 901341-1234568 을 고르세요.")
    assert cleaned("주민등록번호 210101-3000000") == "주민등록번호 20-3-****-****"  # issued since October 2020


def test_peer_fault_foreigners_numbers_are_checked_by_the_citizens_formula() -> None:
    assert cleaned("외국인등록번호 900101-5234561") == "외국인등록번호 90-5-****-****"


@pytest.mark.parametrize("mark", ["주소:", "전화:", "카카오톡:", "(끝)", "©", "제보는", "무단전재"])
def test_peer_fault_footer_words_cut_the_text_behind_them(mark: str) -> None:
    whole(f"박물관 안내를 옮긴다.\n원고에는 {mark} 라는 표시가 있고 그 뒤로도 글이 이어진다.\n글은 아직 끝나지 않았다.")


@pytest.mark.parametrize("word", ["마사지샵", "바카라", "카지노", "토토"])
def test_peer_fault_one_word_drops_the_document(word: str) -> None:
    whole(f"{word}라는 낱말의 뜻과 유래를 풀이한 글이다.")


def test_peer_fault_cutting_repeated_phrases_joins_all_lines() -> None:
    whole("산은 산이요 산은 산이요\n물은 물이로다 물은 물이로다\n\n  들여 쓴 줄\t칸")


@pytest.mark.parametrize("sign", ["/", "#", "=", "네이버", "기사", "뉴스"])
def test_peer_fault_sentences_with_a_sign_or_a_common_word_go(sign: str) -> None:
    whole(f"이 문장에는 {sign} 표시가 들어 있다. 다음 문장도 그대로 남는다.")


@pytest.mark.parametrize("text", ["1000000원", "100원", "www.예.kr", "zzz", "야아아아", "3.141592653589793"])
def test_peer_fault_folding_of_repeats_rewrites_digits_and_letters(text: str) -> None:
    whole(text)


def test_peer_fault_decomposed_text_is_counted_kept_and_hashed_apart() -> None:
    text = "국립국어원 누리집의 말뭉치 😀 ㅋㅋ 漢字 ﾡ ㈜"
    assert cleaned(unicodedata.normalize("NFD", text)) == cleaned(text) == text


CONTROLS = [
    chr(point) for point in (*range(0x20), *range(0x7F, 0xA0)) if chr(point) not in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x85"
]
BREAKS = ["\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
DIRECTIONS = [chr(point) for point in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
WIDTHLESS = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\u2064", "\ufeff", "\u180e"]
FILLERS = ["\u3164", "\uffa0"]
TAGS = [chr(point) for point in range(0xE0001, 0xE0080) if point == 0xE0001 or point >= 0xE0020]
PRIVATE = ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"]
NOTHING = ["\u0378", "\ufdd0", "\uffff", "\U0001fffe", "\U0010ffff", "\ud800", "\udbff", "\udc00", "\udfff"]
GONE = [*CONTROLS, *DIRECTIONS, *WIDTHLESS, *FILLERS, *TAGS, *PRIVATE, *NOTHING]
KEPT = ["ㄱ", "ㅏ", "ㅋㅋ", "ﾡ", "ￂ", "Ａ", "１", "①", "㈜", "½", "ﬁ", "ᄒᆞᆫ", "\u115fᅡ", "ㆍ", "漢", "金", "か\u3099\u0301", "é",
        "\u0301", "\ufe0f", "👨\u200d👩\u200d👧", "🇰🇷", "1\ufe0f\u20e3", "\ufffd", "\t", "𠮷", "ꥠ", "ힰ", "〮", "·", "…"]  # fmt: skip


def test_there_are_two_hundred_cases_of_unicode() -> None:
    assert len(GONE) + len(BREAKS) + len(KEPT) >= 200


@pytest.mark.parametrize("character", GONE, ids=lambda character: f"U+{ord(character):04X}")
def test_a_code_point_without_meaning_is_in_no_document(character: str) -> None:
    text = cleaned(f"말모이{character}사전은 {character}원고이다.{character}")
    assert text == "말모이사전은 원고이다."
    assert text_digest(text) == text_digest(cleaned("말모이사전은 원고이다."))


@pytest.mark.parametrize("mark", BREAKS, ids=ascii)
def test_every_form_of_line_break_is_one(mark: str) -> None:
    assert cleaned(f"말모이{mark}사전") == "말모이\n사전"


@pytest.mark.parametrize("text", KEPT, ids=ascii)
def test_what_a_writer_meant_stays(text: str) -> None:
    stored = unicodedata.normalize("NFC", text)
    for form in ("NFC", "NFD"):
        found = cleaned(unicodedata.normalize(form, f"말모이 {text}사전"))
        assert found == f"말모이 {stored}사전"
        found.encode("utf-8")


HOSTILE = ["..", "../../a", "/etc/passwd", "a\x00b", "%2e%2e%2f", "con", "aux.txt", "a" * 4_000, "글" * 2_000, "-rf", "~", "*",
           "\\\\host\\share", "C:\\a", "a\nb", "\u202etxt.exe", "${HOME}", "`id`", "s3://a/b", "\ud800"]  # fmt: skip


def test_a_thousand_hostile_keys_name_no_file(tmp_path: Path) -> None:
    keys = [f"{name}{number}" if number else name for number in range(50) for name in HOSTILE]
    with open(tmp_path / "a.jsonl", "w", encoding="utf-8") as file:
        for key in keys:
            file.write(json.dumps({"id": key, "url": key, "title": key, "source": key, "text": "말모이"}) + "\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    item = InputConfig(name="말뭉치", uri=str(tmp_path), rights=RightsBasis(basis="own"), class_="open")
    for index, slices in enumerate(plan(item, IngestConfig())):
        ingest_part(IngestTask(str(tmp_path / "run"), index, item, IngestConfig(), slices))
    assert sorted(path.name for path in tmp_path.iterdir()) == [*before, "run"]
    files = sorted(str(path.relative_to(tmp_path / "run")) for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert files == ["documents/part-00000.parquet"]
    ids = pq.read_table(tmp_path / "run" / "documents" / "part-00000.parquet")["id"].to_pylist()
    assert len(set(ids)) == len(keys) == 1_000 and {len(one) for one in ids} == {16}
