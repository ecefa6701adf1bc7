"""Identifiers: what is masked, what is left, and that nothing is left to find."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.masks import MARKS
from filters.privacy import candidates_kernel as kernel
from filters.privacy.fold import fold
from filters.privacy.identifiers import Identifiers, mask
from filters.privacy.masking import DETECTORS

SCRAPS = "010 -1234 5678 02 031 - . ) ( +82 0502 900101 -1 234567 @ a.kr kim 1234567 **** ***** 가 a@b.co".split()
SCRAPS += ["010-1234-5678", "900101-1234567", "9", "x", "ㅋ", "２", "–", "(0) ", " ", "\u00a0", "\n", "\u200b", "①"]
SCRAPS += [
    "공일공", " 일이삼사", "오육칠팔", "O1O", "12가", " 3456", "서울 ", "여권 ", "M12345678", "M123A4567", "카톡 ",
]  # fmt: skip
SCRAPS += ["아이디: ", "kim12", "계좌 ", "국민은행 ", "110-234-567890", "4111-1111", "-1111-1111", "11-12-123456-78"]
SCRAPS += [
    "(at)", "골뱅이", "네이버", " dot com", " at ", "naver.com", "t.me/", "****@", "****-****", "ᄀ", "ᅡ", "＠", "𝟎",
]  # fmt: skip
SCRAPS += [
    "주민번호 ", "앞자리 ", " 뒷자리 ", "900101", "1234567", "구공공일공일", "일이삼사오육칠", " 다시 ", "에 ", "뒤 ", "九〇", "一二三四五六七",
]  # fmt: skip
SCRAPS += [
    "+82(10)", "[010]", ":1234", "%40", "앳", "점com", ",com", "@@", "_at_", "g메일", " c o m", "k i m @ ",
    "김철수@",
]  # fmt: skip
SCRAPS += [
    " 계좌로", "로 입금", "카드번호: ", "1234-5678-9012-3456", "'", "【 ", "ID: ", "(카톡)", "M-12345678", "JR1234567",
]  # fmt: skip
SCRAPS += ["90.01.01", "90년 1월 1일", "jumin2=", "우리 ", "110/234/567890", " 1", "=", "\t", "영", "l", "O", "김민서,"]
PIECES = st.sampled_from(SCRAPS)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("02 123 0502 1234 5678")
@example("x@010-1234-5678.com")
@example("a@b.co@c.co@d.co")
def test_masking_twice_is_masking_once(text: str) -> None:
    masked = mask(text).text
    assert mask(masked) == (masked, (), ())


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_no_detector_finds_anything_in_masked_text_when_it_looks_at_all_of_it(text: str) -> None:
    """The detectors over the whole text are the slow twin of the pass that chooses where they look."""
    masked = fold(mask(text).text).text
    left = [item for kind, detector in DETECTORS if kind != kernel.ADDRESS for item in detector(masked)]
    assert left == []


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_spans_are_disjoint_and_hold_all_that_changed(text: str) -> None:
    masked = mask(text)
    position, outside = 0, []
    for span in masked.spans:
        assert position <= span.start < span.end <= len(text)
        outside.append(text[position : span.start])
        position = span.end
    outside.append(text[position:])
    rest = masked.text
    for part in outside:  # what lies between the spans is in the masked text, in order
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]
    assert (masked.text == text) == (not masked.spans)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_text_or_its_bytes_give_the_same(text: str) -> None:
    assert mask(text, text.encode()) == mask(text)


MASKED = [
    ("문의 010-1234-5678입니다", "문의 010-****-****입니다", ["mobile"]),
    ("010.2345.6789", "010-****-****", ["mobile"]),
    ("010 2345 6789", "010-****-****", ["mobile"]),
    ("01023456789", "010-****-****", ["mobile"]),
    ("010 - 2345 - 6789", "010-****-****", ["mobile"]),
    ("010–2345–6789", "010-****-****", ["mobile"]),
    ("010\u00a02345\u00a06789", "010-****-****", ["mobile"]),
    ("010·2345·6789", "010-****-****", ["mobile"]),
    ("016-234-5678", "016-****-****", ["mobile"]),
    ("+82 10-2345-6789", "010-****-****", ["mobile"]),
    ("+82-(0)10-2345-6789", "010-****-****", ["mobile"]),
    ("(+82) 10-2345-6789", "010-****-****", ["mobile"]),
    ("82-10-2345-6789", "010-****-****", ["mobile"]),
    ("+821023456789", "010-****-****", ["mobile"]),
    ("(010) 2345-6789", "010-****-****", ["mobile"]),
    ("(010-2345-6789)", "(010-****-****)", ["mobile"]),
    ("HP010-2345-6789", "HP010-****-****", ["mobile"]),
    ("대표 02-345-6789", "대표 02-****-****", ["landline"]),
    ("(02) 3456-7890", "02-****-****", ["landline"]),
    ("02)3456-7890", "02-****-****", ["landline"]),
    ("031.234.5678", "031-****-****", ["landline"]),
    ("0312345678", "031-****-****", ["landline"]),
    ("+82-2-345-6789", "02-****-****", ["landline"]),
    ("070-1234-5678", "070-****-****", ["landline"]),
    ("0502-1234-5678", "0502-****-****", ["landline"]),
    ("０１０－２３４５－６７８９", "010-****-****", ["mobile"]),
    ("0 1 0 - 2 3 4 5 - 6 7 8 9", "010-****-****", ["mobile"]),
    ("0\u200b10-2345-67\u200b89!", "010-****-****!", ["mobile"]),
    ("⓪①⓪-②③④⑤-⑥⑦⑧⑨", "010-****-****", ["mobile"]),
    ("𝟎𝟏𝟎-𝟐𝟑𝟒𝟓-𝟔𝟕𝟖𝟗", "010-****-****", ["mobile"]),
    ("공일공 일이삼사 오육칠팔", "010-****-****", ["mobile_spelled"]),
    ("영일영-이삼사오-육칠팔구", "010-****-****", ["mobile_spelled"]),
    ("010-일이삼사-오육칠팔입니다", "010-****-****입니다", ["mobile_spelled"]),
    ("O1O-1234-5678", "010-****-****", ["mobile_spelled"]),
    ("○1○ 1234 5678", "010-****-****", ["mobile_spelled"]),
    ("김철수 <Kim.CS+a@naver.com>", "김철수 <****@naver.com>", ["email"]),
    ("minseo123@mail.example.kr로", "****@mail.example.kr로", ["email"]),
    ("ｋｉｍ＠ｎａｖｅｒ．ｃｏｍ", "****@naver.com", ["email"]),
    ("kim(at)naver.com", "****@naver.com", ["email_spelled"]),
    ("kim [at] naver [dot] com", "****@naver.com", ["email_spelled"]),
    ("kim골뱅이네이버", "****@naver.com", ["email_spelled"]),
    ("kim@네이버", "****@naver.com", ["email_spelled"]),
    ("kim at haneul dot co dot kr", "****@haneul.co.kr", ["email_spelled"]),
    ("kim @ naver.com", "****@naver.com", ["email_spelled"]),
    ("850412-1234567", "80-1-****-****", ["resident"]),
    ("010203-4234567", "00-4-****-****", ["resident"]),
    ("850412 - 2234567", "80-2-****-****", ["resident"]),
    ("8504121234561", "80-1-****-****", ["resident"]),
    ("주민번호 2110303123456", "주민번호 20-3-****-****", ["resident"]),
    ("180412-3234567", "10-3-****-****", ["resident"]),
    ("850412-\n1234567", "80-1-****-****", ["resident"]),
    ("850412-5234567", "80-5-****-****", ["foreigner"]),
    ("앞자리 900101 뒷자리 1234567", "앞자리 90-1-****-****", ["resident"]),
    ("앞자리는 900101이고 뒷자리는 1234567입니다", "앞자리는 90-1-****-****입니다", ["resident"]),
    ("주민번호 90.01.01-1234567", "주민번호 90-1-****-****", ["resident"]),
    ("1990년 1월 1일생, 뒷자리 1234567", "90-1-****-****", ["resident"]),
    ("주민번호 구공공일공일 일이삼사오육칠", "주민번호 90-1-****-****", ["resident_spelled"]),
    ("주민번호 九〇〇一〇一-一二三四五六七", "주민번호 90-1-****-****", ["resident_spelled"]),
    ("9OOlOl-lZ34567", "90-1-****-****", ["resident_spelled"]),
    ("주민번호 38OZOZ-lZ3l68O", "주민번호 30-1-****-****", ["resident_spelled"]),
    ("73O8ZZ-ll6Z63Z", "70-1-****-****", ["resident_spelled"]),
    ("９００１０１-１Ｚ３４５６７", "90-1-****-****", ["resident_spelled"]),
    ("O1O-Z345-678Z", "010-****-****", ["mobile_spelled"]),
    ("국민은행 110-Z34-567890 홍길동", "국민은행 ****-**** 홍길동", ["account_spelled"]),
    ("외국인번호 900101 다시 5234567", "외국인번호 90-5-****-****", ["foreigner"]),
    ("우리 1002123456789 홍길동", "우리 ****-**** 홍길동", ["account"]),
    ("신한은행\n110-234-567890", "신한은행\n****-****", ["account"]),
    ("국민은행 일이삼사오육-공일-이삼사오육칠", "국민은행 ****-****", ["account_spelled"]),
    ("계좌 110에 234에 567890", "계좌 ****-****", ["account"]),
    ("공일공에 일이삼사에 오육칠팔", "010-****-****", ["mobile_spelled"]),
    ("국민은행 123456-01-234567 홍길동", "국민은행 ****-**** 홍길동", ["account"]),
    ("카카오뱅크 3333-01-1234567", "카카오뱅크 ****-****", ["account"]),
    ("계좌번호: 11023456789012", "계좌번호: ****-****", ["account"]),
    ("카드 4111-1111-1111-1111", "카드 ****-****", ["card"]),
    ("아멕스 3782-822463-10005", "아멕스 ****-****", ["card"]),
    ("여권번호 M12345678", "여권번호 ****-****", ["passport"]),
    ("passport M123A4567", "passport ****-****", ["passport"]),
    ("면허 11-12-345678-90", "면허 11-****-****", ["licence"]),
    ("서울 12-345678-90", "서울-****-****", ["licence"]),
    ("차량 12가 3456", "차량 ****-****", ["plate"]),
    ("123가4567 차주님", "****-**** 차주님", ["plate"]),
    ("서울 12 가 3456", "****-****", ["plate"]),
    ("카톡 아이디: kim.cs", "카톡 아이디: ****-****", ["messenger"]),
    ("https://open.kakao.com/o/gAbCd12", "https://open.kakao.com/o/****-****", ["messenger"]),
    ("텔레그램 @kimcs", "텔레그램 ****-****", ["messenger"]),
    ("+82(10)1234-5678", "010-****-****", ["mobile"]),
    ("+82 (10) 1234-5678", "010-****-****", ["mobile"]),
    ("+82 (010) 1234-5678", "010-****-****", ["mobile"]),
    ("+82 (10 1234-5678)", "010-****-****", ["mobile"]),
    ("+82 (2) 123-4567", "02-****-****", ["landline"]),
    ("+82-(2)-123-4567", "02-****-****", ["landline"]),
    ("[010]1234-5678", "010-****-****", ["mobile"]),
    ("[010-1234-5678]", "[010-****-****]", ["mobile"]),
    ("전화:010:1234:5678", "전화:010-****-****", ["mobile"]),
    ("010-1 2 3 4-5678", "010-****-****", ["mobile"]),
    ("010 1234 5 6 7 8", "010-****-****", ["mobile"]),
    ("김철수@naver.com", "****@naver.com", ["email"]),
    ("메일은 김철수@naver.com", "메일은 ****@naver.com", ["email"]),
    ("kim@@naver.com", "****@naver.com", ["email"]),
    ("x.kr/?mail=kim%40naver.com", "x.kr/?mail=****@naver.com", ["email_spelled"]),
    ("kim_at_naver.com", "****@naver.com", ["email_spelled"]),
    ("kim_cs_at_naver_dot_com", "****@naver.com", ["email_spelled"]),
    ("kim앳naver.com", "****@naver.com", ["email_spelled"]),
    ("kim(앳)naver.com", "****@naver.com", ["email_spelled"]),
    ("k i m @ n a v e r . c o m", "****@naver.com", ["email_spelled"]),
    ("메일 k i m 1 2 @ n a v e r . c o . k r 로", "메일 ****@naver.co.kr 로", ["email_spelled"]),
    ("kim골뱅이g메일", "****@gmail.com", ["email_spelled"]),
    ("kim@naver점com", "****@naver.com", ["email_spelled"]),
    ("kim@haneul점co점kr", "****@haneul.co.kr", ["email_spelled"]),
    ("kim@naver,com", "****@naver.com", ["email_spelled"]),
    ("kim@naver. com", "****@naver.com", ["email_spelled"]),
    ("kim@naver.c o m", "****@naver.com", ["email_spelled"]),
    ("kim@naver, 또는 전화", "****@naver.com, 또는 전화", ["email_spelled"]),
    ("110-123-456789 계좌에서 출금", "****-**** 계좌에서 출금", ["account"]),
    ("110-123-456789로 입금해 주세요", "****-****로 입금해 주세요", ["account"]),
    ("345-2346-3345 계좌에서 100만원을 찾았다", "****-**** 계좌에서 100만원을 찾았다", ["account"]),
    ("kb 123456-01-123456", "kb ****-****", ["account"]),
    ("ibk 123-123456-12-123", "ibk ****-****", ["account"]),
    ("sc 123-20-123456", "sc ****-****", ["account"]),
    ("nh 301-1234-5678-91", "nh ****-****", ["account"]),
    ("씨티은행 123-12345-123-12", "씨티은행 ****-****", ["account"]),
    ("산업은행 013-1234567-1234", "산업은행 ****-****", ["account"]),
    ("카드번호: 1234-5678-9012-3456", "카드번호: ****-****", ["card"]),
    ("card number 1234 5678 9012 3456", "card number ****-****", ["card"]),
    ("여권번호 M-12345678", "여권번호 ****-****", ["passport"]),
    ("여권번호 JR1234567", "여권번호 ****-****", ["passport"]),
    ("여권번호 ＪＲ１２３４５６７", "여권번호 ****-****", ["passport"]),
    ("서울특별시 12가 3456", "****-****", ["plate"]),
    ("대구 11주 2513", "****-****", ["plate"]),
    ("부품 교체 차량 12라3456", "부품 교체 차량 ****-****", ["plate"]),
    ("카톡 아이디 'kimcs123'", "카톡 아이디 '****-****'", ["messenger"]),
    ('카톡 아이디 "kimcs"', '카톡 아이디 "****-****"', ["messenger"]),
    ("카톡 ID는 [kimcs123]", "카톡 ID는 [****-****]", ["messenger"]),
    ("카톡 아이디 【 kimcs123 】", "카톡 아이디 【 ****-**** 】", ["messenger"]),
    ("카톡 문의 : kimcs123", "카톡 문의 : ****-****", ["messenger"]),
    ("ID : kimcs123 (카톡)", "ID : ****-**** (카톡)", ["messenger"]),
    ("카톡: KimCs", "카톡: KimCs", []),
    ("카톡 아이디: KimCs", "카톡 아이디: ****-****", ["messenger"]),
    (
        "010-1111-2222, a@b.kr, 02-333-4444",
        "010-****-****, ****@b.kr, 02-****-****",
        ["mobile", "email", "landline"],
    ),
]


@pytest.mark.parametrize(("text", "masked", "kinds"), MASKED)
def test_masked(text: str, masked: str, kinds: list[str]) -> None:
    found = mask(text)
    assert found.text == masked
    assert [span.type for span in found.spans] == kinds


@pytest.mark.parametrize(("text", "masked", "kinds"), MASKED)
def test_every_mask_holds_one_mark(text: str, masked: str, kinds: list[str]) -> None:
    assert sum(masked.count(mark) for mark in MARKS) == len(kinds)


@pytest.mark.parametrize(
    "text", ["문의는 010-일이삼사-오육칠팔 로", "차량 12가 3456 이동", "국민은행 123456-01-234567 홍길동"]
)
def test_decomposed_text_is_masked_alike_and_its_spans_are_its_own(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    plain, found = mask(text), mask(decomposed)
    assert unicodedata.normalize("NFC", found.text) == plain.text
    assert [unicodedata.normalize("NFC", decomposed[span.start : span.end]) for span in found.spans] == [
        text[span.start : span.end] for span in plain.spans
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-25 2021.05.25 20210525 12:30:45 2021-05-25T12:30:45.123456Z",
        "12,000-15,000-20,000원 1,234,567,890원",
        "v1.2.3.4 3.11.7-rc1 0.0212345678 3.010123456789 0.1912345678",
        "ISBN 978-89-123-4567-2 9788912345678 89-123-4567-2",
        "https://책.kr/dp/0321193679/ ISBN: 0321193679 ISBN-10 0312320221 MA 02110-1301",
        "사업자등록번호 123-45-67890 법인 110111-1234567",
        "주문 20240101-0101234567 운송장 6891-2345-6789",
        "1588-1234 080-123-4567 114 119",
        "1577836800000 8801043012345",
        "상태 010-****-**** ****@naver.com 80-1-****-**** 11-****-**** 계좌 ****-****",
        "@홍길동 git@github.com:말/모이.git 그림@2x.png logo@2x.png user@localhost getty@tty1.service",
        "0x0212345678 a0212345678 제02-1호 02-12-345",
        "991332-1234567 850412-0234567 8504121234560 850231-1234567 400101-3234567",
        "1234010-1234-56789",
        "카드 4111-1111-1111-1112 1234-5678-9012-3456",
        "모델 M12345678 부품 S123A4567",
        "24주 1000명 30도 1234 제12조 2020 12호 2019년",
        "192.168.0.1 8.8.8.8 37.123456, 127.123456",
        "550e8400-e29b-41d4-a716-446655440000 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "카톡으로 주세요 카카오톡 API 라인 번호 12 온라인 교육 line 123",
        "일이 삼사일 만에 끝났다 공일이 많은 오월 구이 오이 사이",
        "0 1 0 1 1 0 1 0 0 1 1",
        "앞자리 031 뒷자리 1234567, 우편번호 앞자리 012 뒷자리 34",
        "날짜 900101 조회수 1234567, 2019년 3월 2일 뒤 1234567명, 2019.03.02 인구 1234567",
        "시리얼 900101-1234567-01, 품번 900101.1234567.1, page1=900101&page2=1234567",
        "900101-1****** 생년월일 900101 뒷자리 없음",
        "주민 인증서 유효기간 901231235959Z, 130101120000Z-1234567, 발급 0101231200Z, 20130101120000Z",
        "기간 20130101T120000Z/20130201T120000Z 로그 901231 235959Z, 송장 1Z1234560200001234",
        "부품 QZ12345-67890Z1Z, 모델 Z370-1234567, zoom 900101 zz1234567, lZO0oIl-OoQlIZz, 9OOlOl-lZzQoIl",
        "일이삼사오육칠팔구십, 구이 오이, 二〇一九年 五月, 원주율 삼점일사일오구이육오삼오팔구칠구",
        "우리 12345678901명이 모였다, 국민 8801234567893, 기업 20190102030405",
        "카카오톡(KakaoTalk)은 카카오가 만든 메신저, 위챗(WeChat), 텔레그램: BotFather, 카카오톡 OAuth2 로그인",
        "line identifier, 라인 identity, line id attribute of the element, Line ID column, 라인 id column",
        "카톡: https://책.kr/가 텔레그램: http://책.kr 카카오톡 iOS13 이상",
        "우리나라 2018-12-123456, 국민청원 2018-12-123456 호, 기업회계기준 2020-12-123456호, 대구 지방법원 2019-12-123456",
        "disc 123-20-123456, 24kb 123456-01-123456, ```sh\n313030363434 20",
        "110-123-456789 계좌추적",
        "받는사람@example.com 홍길동@example.org 아이디@naver.com 8761.1358436950%40lists.postgresql.org",
        "대구 11주 2500, 인천 10호 1200, 인천 12호 1234번지, 강원 12도 2000, 서울 12도 2024년 들어, 부품 12라3456, 98누1234 판결",
        "look at google dot com, visit us at haneul dot com, read more at naver dot com",
        "2001:010:1234:5678::1 12:010:1234:5678 010:1234:5678:90 02:123:4567 010: 1234:5678",
        "a[02]1234-5678 [02-1234] 010-1 2 3 4-56789 카드번호 1234-5678-9012 여권 만료 KB1234567 50%40명 vue%403.2.1",
        "look_at_me.py created_at_utc 앳된 얼굴 엣지 a @ b . c Kim@2x,com user@@ @@naver.com 안녕@홍길동",
        "look at the dot in the middle, see (at) the end",
        "",
        "0",
    ],
)
def test_left_as_it_is(text: str) -> None:
    assert mask(text).text == text


def test_addresses_of_persons_are_masked_only_when_asked_and_never_those_of_machines() -> None:
    text = "작성자 IP 211.234.56.78 / 서버 192.168.0.1, 접속 10.0.0.1, DNS 8.8.8.8"
    assert mask(text).text == text
    found = mask(text, addresses=True)
    assert found.text == "작성자 IP 211.234.****-**** / 서버 192.168.0.1, 접속 10.0.0.1, DNS 8.8.8.8"
    assert [span.type for span in found.spans] == ["address"]


@pytest.mark.parametrize(
    "written",
    [
        "010-1234-5678",
        "+82 10 1234 5678",
        "０１０－１２３４－５６７８",
        "공일공 일이삼사 오육칠팔",
        "010-일이삼사-오육칠팔",
        "O1O.1234.5678",
        "⓪①⓪ ①②③④ ⑤⑥⑦⑧",
        "0 1 0 1 2 3 4 5 6 7 8",
        "(010)1234-5678",
    ],
)
def test_a_number_is_one_contact_in_any_writing(written: str) -> None:
    assert mask(f"문의 {written}").contacts == ("01012345678",)


@pytest.mark.parametrize(
    "written", ["kim@naver.com", "KIM@Naver.com", "kim(at)naver.com", "kim골뱅이네이버", "kim @ naver.com"]
)
def test_an_address_is_one_contact_in_any_writing(written: str) -> None:
    assert mask(written).contacts == ("kim@naver.com",)


def test_ids_and_accounts_are_contacts_under_their_service() -> None:
    assert mask("카톡 아이디 Kim12, 텔레그램 @Kim12").contacts == ("kakao:kim12", "telegram:kim12")
    assert mask("신한은행 110-234-567890").contacts == ("account:110234567890",)


def test_hashes_are_keyed_and_signed() -> None:
    editor = Identifiers(key=7)
    one, two = mask("010-1234-5678 KIM@a.kr"), mask("kim@A.kr +82 10 1234 5678")
    assert editor.hashes(one.contacts) == editor.hashes(two.contacts)
    assert editor.hashes(one.contacts) != Identifiers(key=8).hashes(one.contacts)
    assert all(-(1 << 63) <= value < 1 << 63 for value in editor.hashes(one.contacts))


def test_persons_numbers_are_no_contacts() -> None:
    assert mask("850412-1234567 여권 M12345678 면허 11-12-345678-90 차량 12가3456").contacts == ()


def test_counts_are_per_type() -> None:
    assert Identifiers().edit("a@b.kr c@d.kr 010-1234-5678", None)[1] == {
        "identifiers.email": 2,
        "identifiers.mobile": 1,
    }
