"""Identifiers: what is masked, what is left, and that nothing is left to find."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.privacy import email, phone, resident
from filters.privacy.digits_kernel import holds_number
from filters.privacy.identifiers import Identifiers, mask

SCRAPS = "010 -1234 5678 02 031 - . ) ( +82 0502 900101 -1 234567 @ a.kr kim 1234567 **** ***** 가 a@b.co".split()
SCRAPS += ["010-1234-5678", "900101-1234567", "9", "x", "ㅋ", "２", "–", "(0) ", " ", "\u00a0", "\n"]
PIECES = st.sampled_from(SCRAPS)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("02 123 0502 1234 5678")
@example("x@010-1234-5678.com")
@example("a@b.co@c.co@d.co")
def test_masking_twice_is_masking_once_and_no_detector_finds_more(text: str) -> None:
    masked = mask(text).text
    assert mask(masked) == (masked, (), ())
    for detector in (email, phone, resident):
        assert list(detector.find(masked)) == []


@settings(max_examples=1500, deadline=None)
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


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_the_first_look_misses_nothing(text: str) -> None:
    if any(True for detector in (phone, resident) for _ in detector.find(text)):
        assert holds_number(np.frombuffer(text.encode(), np.uint8))


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("문의 010-1234-5678입니다", "문의 010-****-****입니다", ["mobile"]),
        ("010.2345.6789", "010-****-****", ["mobile"]),
        ("010 2345 6789", "010-****-****", ["mobile"]),
        ("01023456789", "010-****-****", ["mobile"]),
        ("010 - 2345 - 6789", "010-****-****", ["mobile"]),
        ("010–2345–6789", "010-****-****", ["mobile"]),
        ("010\u00a02345\u00a06789", "010-****-****", ["mobile"]),
        ("016-234-5678", "016-****-****", ["mobile"]),
        ("+82 10-2345-6789", "010-****-****", ["mobile"]),
        ("+82-(0)10-2345-6789", "010-****-****", ["mobile"]),
        ("82-10-2345-6789", "010-****-****", ["mobile"]),
        ("대표 02-345-6789", "대표 02-****-****", ["landline"]),
        ("(02) 3456-7890", "02-****-****", ["landline"]),
        ("02)3456-7890", "02-****-****", ["landline"]),
        ("031.234.5678", "031-****-****", ["landline"]),
        ("0312345678", "031-****-****", ["landline"]),
        ("+82-2-345-6789", "02-****-****", ["landline"]),
        ("070-1234-5678", "070-****-****", ["landline"]),
        ("0502-1234-5678", "0502-****-****", ["landline"]),
        ("김철수 <Kim.CS+a@naver.com>", "김철수 <****@naver.com>", ["email"]),
        ("minseo123@mail.example.kr로", "****@mail.example.kr로", ["email"]),
        ("850412-1234567", "8*****-1******", ["resident"]),
        ("010203-4234567", "0*****-4******", ["resident"]),
        ("850412 - 2234567", "8*****-2******", ["resident"]),
        ("8504121234561", "8*****-1******", ["resident"]),
        ("2110303123456", "2*****-3******", ["resident"]),
        ("180412-3234567", "1*****-3******", ["resident"]),
        ("850412-5234567", "8*****-5******", ["foreigner"]),
        (
            "010-1111-2222, a@b.kr, 02-333-4444",
            "010-****-****, ****@b.kr, 02-****-****",
            ["mobile", "email", "landline"],
        ),
    ],
)
def test_masked(text: str, masked: str, kinds: list[str]) -> None:
    found = mask(text)
    assert found.text == masked
    assert [span.type for span in found.spans] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-25 2021.05.25 20210525 12:30:45",
        "12,000-15,000-20,000원 1,234,567,890원",
        "v1.2.3.4 3.11.7-rc1 0.0212345678 3.010123456789",
        "ISBN 978-89-123-4567-2 9788912345678 89-123-4567-2",
        "https://책.kr/dp/0321193679/ ISBN: 0321193679 ISBN-10 0312320221 MA 02110-1301",
        "사업자등록번호 123-45-67890 법인 110111-1234567",
        "카드 4518-1234-5678-9012 계좌 110-234-567890 주문 20240101-0101234567",
        "1588-1234 080-123-4567 114 119",
        "1577836800000 8801043012345",
        "상태 010-****-**** ****@naver.com 8*****-1******",
        "@홍길동 git@github.com:말/모이.git 그림@2x.png logo@2x.png user@localhost",
        "0x0212345678 a0212345678 제02-1호 02-12-345",
        "991332-1234567 850412-0234567 8504121234560",
        "1234010-1234-56789",
        "",
        "0",
    ],
)
def test_left_as_it_is(text: str) -> None:
    assert mask(text).text == text


def test_contacts_are_equal_for_equal_numbers_in_any_writing() -> None:
    editor = Identifiers(key=7)
    one, two = mask("010-1234-5678 KIM@a.kr"), mask("kim@A.kr +82 10 1234 5678")
    assert set(one.contacts) == set(two.contacts) == {"01012345678", "kim@a.kr"}
    assert editor.hashes(one.contacts) == editor.hashes(two.contacts)
    assert editor.hashes(one.contacts) != Identifiers(key=8).hashes(one.contacts)
    assert all(-(1 << 63) <= value < 1 << 63 for value in editor.hashes(one.contacts))


def test_persons_numbers_are_no_contacts() -> None:
    assert mask("850412-1234567").contacts == ()


def test_counts_are_per_type() -> None:
    assert Identifiers().edit("a@b.kr c@d.kr 010-1234-5678", None)[1] == {
        "identifiers.email": 2,
        "identifiers.mobile": 1,
    }


@pytest.mark.parametrize(
    "unit", ["0", "010", "010-", "a@", "@", "a.", "1 ", "0)", "900101", "010-1234-", "+82", "*-", "a@b.", "02 "]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            mask(text)
            best = min(best, time.process_time() - start)
        return best

    mask("010-1234-5678")
    assert seconds(400_000) < 3.5 * seconds(200_000) + 0.02


def test_many_identifiers_take_linear_time() -> None:
    start = time.process_time()
    assert len(mask("010-1234-5678 a@b.kr 850412-1234567\n" * 20_000).spans) == 60_000
    assert time.process_time() - start < 8
