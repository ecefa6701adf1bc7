"""Every reason of the spam rules: the nearest text that has it, and the nearest that has not."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.document import EDITS, DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters import catalog
from filters.catalog import FilterConfig
from filters.decision import decide
from filters.privacy.identifiers import Identifiers, mask
from filters.spam.affiliate import END, INSIDE, NOWHERE, TITLE, TOP, Affiliate
from filters.spam.contact import Contact, ContactThresholds
from filters.spam.contacts import CONTACTS, KEY_METADATA, check, key_mark
from filters.spam.links import Links
from filters.spam.made import Made
from tests.filters.scored import reasons, scores

OWN = [
    reason
    for reason in catalog.RULE_REASONS
    if reason.split(".")[0]
    in "contact links affiliate hashtags stuffing promotion gambling adult illegal spam made".split()
]
PLAIN = "어제는 하루 종일 비가 와서 집에서 책을 읽고 국수를 끓여 먹었다. 저녁에는 동생이 와서 함께 이야기를 나누었다. "
LINKS = "".join(f"https://site{n}.kr/a 좋은 곳 " for n in range(12))

CASES = {
    "contact.too_many": (
        "연락은 010-1234-5678, 010-2345-6789, 02-345-6789 로 주세요.",
        "연락은 010-1234-5678, 010-2345-6789 로 주세요.",
    ),
    "links.farm": (
        "".join(f"https://a{n}.kr/x 글 " for n in range(13)),
        "".join(f"https://a{n}.kr/x 글 " for n in range(9)),
    ),
    "affiliate.links": (
        "쿠팡 파트너스 활동의 일환으로 수수료를 받습니다. https://a.kr/1 12,000원 https://a.kr/2",
        "https://a.kr/1 12,000원 https://a.kr/2 사진을 올립니다.",
    ),
    "hashtags.tail": (
        PLAIN * 6 + " ".join(f"#태그{n}" for n in range(21)),
        PLAIN * 6 + " ".join(f"#태그{n}" for n in range(20)),
    ),
    "hashtags.stuffed": (" ".join(f"#태그{n} 글" for n in range(21)), " ".join(f"#태그{n} 글" for n in range(20))),
    "stuffing.places": ("강남 청소 서초 청소 송파 청소", "강남 청소 서초 청소 송파 공원"),
    "promotion.sale": (
        "오늘만 반값 할인 쿠폰 지급, 선착순 사은품! 문의 주세요 010-1234-5678",
        "할인 쿠폰 지급은 오늘까지입니다. 문의 02-345-6789",
    ),
    "promotion.investment": (
        "무료 리딩방 입장하세요. 수익 보장, 카톡 주세요",
        "리딩방에 속아 돈을 잃었습니다. 수익 보장은 거짓이었어요.",
    ),
    "promotion.job_lure": (
        "하루 10만원 고액 알바 모집합니다. 카톡 주세요",
        "하루 10만원 받는 알바를 했는데 고액은 아니었다.",
    ),
    "gambling.offer": ("안전 놀이터 추천, 첫충 30% 드립니다", "안전 놀이터라는 말은 도박 업자들이 쓴다."),
    "adult.offer": ("출장 안마 후불제, 전화 주세요", "출장 안마 업소가 늘고 있다고 한다."),
    "illegal.loan": ("작업 대출 당일 입금, 카톡 주세요", "작업 대출은 서류를 꾸며 은행을 속이는 일이다."),
    "illegal.account": ("통장 삽니다, 텔레 주세요", "통장을 만들러 은행에 갔다."),
    "illegal.drug": ("필로폰 팝니다, 텔레 문의", "필로폰은 1893년에 처음 만들어졌다."),
    "illegal.document": ("졸업장 제작 문의 주세요", "졸업장을 받으러 학교에 갔다. 문의 주세요"),
    "illegal.goods": ("명품 레플리카 판매, 카톡 문의", "박물관은 레플리카를 전시한다. 문의 02-345-6789"),
}


@pytest.mark.parametrize("reason", CASES)
def test_the_nearest_text_that_has_a_reason_and_the_nearest_that_has_not(reason: str) -> None:
    has, lacks = CASES[reason]
    assert reason in reasons(has)
    assert reason not in reasons(lacks)


def test_every_reason_has_its_two_texts_or_a_test_of_its_own() -> None:
    elsewhere = {"contact.widespread", "affiliate.notices", "spam.model", "spam.window"}
    made = {reason for reason in OWN if reason.startswith("made.")}
    assert set(OWN) == set(CASES) | elsewhere | made


# ------------------------------------------------------------------ a mention is no offer (peers' faults)


@pytest.mark.parametrize(
    "text",
    [
        "동네 마사지샵에 다녀왔는데 어깨가 한결 가벼워졌다.",
        "바카라는 카드 놀이의 하나로, 끝수가 9에 가까운 쪽이 이긴다.",
        "경찰은 카지노 사이트를 열어 첫충과 꽁머니로 회원을 모은 일당을 검거했다.",
        "청원합니다. 토토 사이트 광고 문자가 매일 옵니다. 텔레그램으로 회원을 모집하는 이들을 처벌해 주십시오.",
        "제28조(무허가 대부업의 금지) 누구든지 급전 대출을 광고하여서는 아니 된다. 위반한 자는 징역에 처한다.",
        "성매매 알선 혐의로 기소된 업주는 출장 안마라는 간판을 걸고 예약을 받은 것으로 드러났다.",
        "도서관에서 대출 기간을 늘려 드립니다. 문의는 자료실로 해 주세요.",
        "기대출력과 최대출력은 다르다. 상담 가능.",
    ],
)
def test_who_writes_about_it_offers_nothing(text: str) -> None:
    """dps drops a document for one 마사지샵 or one 바카라 in it."""
    assert [reason for reason in reasons(text) if reason in OWN] == []


STATUTE = "제3조(시설) 이 영에서 정하는 시설은 다음 각 호와 같다. 관계 기관의 장은 이를 미리 관보에 고시하여야 한다. "
CHANCE = {
    "adult.offer": "댐의 수위 조절은 신청인의 주소와 연락처를 적는다. ",
    "illegal.goods": "이 링크에서 레플을 확인하세요. ",
    "gambling.offer": "단폴 확인하세요, 주소는 아래 링크. ",
}


@pytest.mark.parametrize("reason", CHANCE)
def test_an_odd_word_in_one_window_of_a_long_text_is_no_offer(reason: str) -> None:
    """Two hundred windows of a statute or a manual: one of them meets a word of the lists by chance."""
    chance = CHANCE[reason]
    assert reason in reasons(chance)
    assert reason not in reasons(STATUTE * 40 + chance + STATUTE * 40)


def test_whom_a_room_for_stocks_cost_their_money_offers_nothing() -> None:
    told = (
        "무료 리딩방에 초대를 받았습니다. 수익 보장이라며 가입하라고 하였고 카톡으로 추천 종목을 보내 주었습니다. "
        "저는 그 말을 믿고 남편 몰래 적금을 깨어 넣었습니다. 며칠은 올랐으나 곧 반토막이 났습니다. "
        "전화를 걸어도 받지 않았고, 담당자라던 사람은 이름도 가짜였습니다. 아이들 얼굴을 볼 낯이 없습니다. "
    )
    assert "promotion.investment" in reasons("무료 리딩방 입장하세요. 수익 보장, 카톡 주세요")
    assert [reason for reason in reasons(told) if reason in OWN] == []


@pytest.mark.parametrize(
    "text", ["카 지 노 추 천 첫충 가입 코드 ab12", "카.지.노.추.천 꽁머니 드립니다", "카\u200b지노 추천 꽁머니 텔레"]
)
def test_a_term_that_is_taken_apart_is_found(text: str) -> None:
    assert "gambling.offer" in reasons(text)


# ------------------------------------------------------------------ what reads edits, titles and tables


def batch(**columns: list[Any]) -> DocumentBatch:
    types = {"edits": EDITS, "text": pa.large_string(), "title": pa.string()}
    return DocumentBatch(pa.record_batch({name: pa.array(values, types[name]) for name, values in columns.items()}))


def edits(counts: dict[str, int], contacts: list[int]) -> dict[str, Any]:
    return {"counts": list(counts.items()), "contacts": contacts}


def test_masked_and_unmasked_text_have_as_many_contacts() -> None:
    raw = "전화 010-1234-5678, 메일 kim@naver.com, 카톡 아이디: kimkim77"
    masked = mask(raw)
    counts = Identifiers().counts(masked)
    found = Contact().score(batch(text=[masked.text, masked.text], edits=[edits(counts, []), None]))
    assert found["contacts"].tolist() == [3, 3]
    assert found["per_1000"].tolist() == [15.0, 15.0]


def test_edits_of_a_slice_are_its_own() -> None:
    whole = batch(
        text=["가", "나", "다"],
        edits=[edits({"identifiers.mobile": 7}, [1]), None, edits({"identifiers.email": 2}, [])],
    )
    part = DocumentBatch(whole.arrow.slice(1))
    assert Contact().score(whole)["contacts"].tolist() == [7, 0, 2]
    assert Contact().score(part)["contacts"].tolist() == [0, 2]


def contacts_table(path: Path) -> PinnedFile:
    rows = [{"contact": 5, "documents": 400, "sites": 38}, {"contact": 6, "documents": 90, "sites": 1}]
    table = pa.Table.from_pylist(rows, schema=CONTACTS)
    pq.write_table(
        table.replace_schema_metadata({**(CONTACTS.metadata or {}), KEY_METADATA: key_mark(0).encode()}), path
    )
    return PinnedFile(file=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())


def test_an_advertisers_number_is_widespread_and_a_footers_is_not(tmp_path: Path) -> None:
    config = FilterConfig(contact=ContactThresholds(contacts=contacts_table(tmp_path / "contacts.parquet")))
    texts = [PLAIN, PLAIN, PLAIN]
    rows = pa.record_batch(
        {
            "text": pa.array(texts, pa.large_string()),
            "edits": pa.array([edits({}, [6, 5]), edits({}, [6]), None], EDITS),
        }
    )
    scored = catalog.score_batch(DocumentBatch(rows), catalog.scorers(catalog.pinned(config)))
    assert scored.column("contact.sites").to_pylist() == [38, 1, 0]
    assert scored.column("contact.documents").to_pylist() == [400, 90, 0]
    decided = decide(scored, config)
    assert decided.all_reasons.to_pylist() == [["contact.widespread"], [], []]


def test_a_table_of_another_contact_key_stops_annotate(tmp_path: Path) -> None:
    pinned = contacts_table(tmp_path / "contacts.parquet")
    check(pinned, 0)
    check(None, 5)
    with pytest.raises(ConfigError, match=r"another ingest\.contact_key"):
        check(pinned, 5)


def test_a_table_that_is_not_the_pinned_one_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    pinned = contacts_table(tmp_path / "contacts.parquet")
    config = FilterConfig(contact=ContactThresholds(contacts=PinnedFile(file=pinned.file, digest="0" * 64)))
    with pytest.raises(ConfigError, match=r"filters\.contact\.contacts"):
        catalog.scorers(catalog.pinned(config))


def test_the_place_of_a_notice_is_told() -> None:
    notice = "소정의 원고료를 받아 쓴 글입니다."
    texts = [PLAIN * 9, notice + PLAIN * 9, PLAIN * 5 + notice + PLAIN * 5, PLAIN * 9 + notice, PLAIN * 9]
    titles = [None, None, None, None, "[협찬 받은 후기] 새 의자"]
    found = Affiliate().score(batch(text=texts, title=titles))
    assert found["place"].tolist() == [NOWHERE, TOP, INSIDE, END, TITLE]
    assert found["notices"].tolist() == [0, 1, 1, 1, 1]


def test_a_disclosed_review_with_substance_stays_unless_asked() -> None:
    review = "업체에서 제품을 제공받아 쓴 글입니다. " + PLAIN * 3 + "값은 12,000원입니다."
    assert [reason for reason in reasons(review) if reason.startswith("affiliate")] == []
    strict = FilterConfig(sources={"원천": {"affiliate": {"maximum_notices": 0.0}}})
    assert "affiliate.notices" in reasons(review, config=strict)


def test_hosts_are_counted_once() -> None:
    found = Links().score(batch(text=["https://a.kr/1 https://a.kr/2 http://b.kr https://A.kr/3"]))
    assert found["hosts"].tolist() == [2]


# ------------------------------------------------------------------ made: scores alone


def test_marks_of_translation_and_generation_are_scores_and_drop_nothing() -> None:
    text = "저는 인공지능 언어 모델로서 답변을 드릴 수 없습니다. 그것은 학습(learning)에 의해 결정됩니다. [회사명]에 문의하세요."
    found = Made().score(batch(text=[text, PLAIN]))
    assert [values.tolist() for values in (found["assistant"], found["leftovers"])] == [[3, 0], [1, 0]]
    assert found["translated"].tolist() == [10.0, 0.0] and found["glosses"].tolist() == [5.0, 0.0]
    assert [reason for reason in reasons(text) if reason.startswith("made")] == []
    strict = FilterConfig(
        sources={"원천": {"made": {f"maximum_{n}": 0.0 for n in ("translated", "glosses", "assistant", "leftovers")}}}
    )
    assert [reason for reason in reasons(text, config=strict) if reason.startswith("made")] == [
        "made.translated", "made.glosses", "made.assistant", "made.leftovers",
    ]  # fmt: skip
    assert [reason for reason in reasons(PLAIN, config=strict) if reason.startswith("made")] == []


# ------------------------------------------------------------------ every rule: null, empty, one character, NFD, huge, mixed

HARD: list[str | None] = [
    None,
    "",
    "가",
    " ",
    "\n",
    unicodedata.normalize("NFD", "도서관 추천 문의"),
    "漢字 かな ABC 한글 😀 ㅋㅋ",
    "\ufffd",
]


def test_rules_are_total_on_hard_texts() -> None:
    for text in HARD:
        row = scores(text)
        assert all(value is not None and np.isfinite(value) for name, value in row.items() if "." in name)
        assert [reason for reason in reasons(text) if reason in OWN] == []


def test_decomposing_an_offer_hides_it_from_no_rule() -> None:
    offer = "카지노 추천 문의"
    assert reasons(unicodedata.normalize("NFD", offer)) == reasons(offer)
    assert "gambling.offer" in reasons(offer)


def test_ten_megabytes_are_scored() -> None:
    assert scores("사과와 배를 먹었다. " * 370_000)["gambling.offer"] == 0
