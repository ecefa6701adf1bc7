"""Text without meaning, made by rule: one generator for each way in which pages are filled.  Same number, same text."""

from __future__ import annotations

import random
from collections.abc import Callable

PLACES = "강남 홍대 부산 대구 인천 수원 일산 분당 제주 전주 강릉 여수 천안 청주 울산 창원 포항 김해 안양 부천".split()
SERVICES = (
    "맛집 카페 미용실 네일샵 이사업체 청소업체 학원 과외 병원 치과 한의원 헬스장 필라테스 펜션 호텔 렌터카".split()
)
SENTENCES = (
    "처음에는 아무도 그 말을 믿지 않았다.",
    "우리는 골목을 지나 오래된 시장으로 걸어갔다.",
    "날이 저물자 가게마다 하나둘 불이 켜졌다.",
    "할머니는 광주리에서 감자를 꺼내어 건네주셨다.",
    "그 뒤로 마을 사람들은 다리를 새로 놓기로 했다.",
    "비가 그치고 나서야 아이들이 마당으로 나왔다.",
)


def prose(draw: random.Random, sentences: int = 30) -> str:
    return " ".join(draw.choice(SENTENCES) for _ in range(sentences))


def keyword_list(draw: random.Random) -> str:
    """Places times services, in any order."""
    words = [place + service for place in PLACES for service in SERVICES]
    draw.shuffle(words)
    return " ".join(words[:200])


def combined_list(draw: random.Random) -> str:
    """The same as numbered lines, as a machine makes them."""
    pairs = [(place, service) for place in PLACES for service in SERVICES]
    draw.shuffle(pairs)
    return "\n".join(f"{i}. {place} {service} 추천 업체 순위" for i, (place, service) in enumerate(pairs[:120], 1))


def keyword_stuffing(draw: random.Random) -> str:
    """Sentences with one keyword beside every other eojeol."""
    keyword = draw.choice(PLACES) + draw.choice(SERVICES)
    words = prose(draw).split()
    return " ".join(f"{keyword}{draw.choice(['', '은', '을', '에서'])} {word}" for word in words)


def laughter(draw: random.Random) -> str:
    return " ".join(draw.choice("ㅋㅎ") * draw.randint(15, 60) for _ in range(8))


def one_syllable(draw: random.Random) -> str:
    return " ".join(draw.choice("아와헐오") * draw.randint(15, 60) for _ in range(8))


def alternating(draw: random.Random) -> str:
    """가나가나: a period that no run of one character shows."""
    few = "".join(draw.sample("가나다라마바사", 3))
    return "\n".join(few * draw.randint(5, 9) for _ in range(12))


def digits(draw: random.Random) -> str:
    return "\n".join(
        f"{draw.randint(1, 10**9)} {draw.randint(1, 10**9)} 번 {draw.randint(1, 10**6)}" for _ in range(60)
    )


def symbols(draw: random.Random) -> str:
    return "\n".join(
        f"{'★' * draw.randint(5, 9)} {'=' * draw.randint(9, 20)} 공지 {'♡' * draw.randint(5, 9)}" for _ in range(30)
    )


def hangul_mash(draw: random.Random) -> str:
    """Keys of the Hangul keyboard, as they come out when nothing composes."""
    return " ".join(
        "".join(draw.choice("ㅁㄴㅇㄹㅂㅈㄷㄱㅅㅎㅗㅓㅏㅣ") for _ in range(draw.randint(4, 12))) for _ in range(40)
    )


def latin_mash(draw: random.Random) -> str:
    """Consonant keys between Korean words that hold the script rule off."""
    mash = lambda: "".join(draw.choice("sdfghjklqwrtzxcvbnm") for _ in range(draw.randint(9, 16)))  # noqa: E731
    return " ".join(f"{draw.choice(SERVICES)} {mash()}" for _ in range(40))


def key_rows(draw: random.Random) -> str:
    """Keys struck along their rows, vowels among them."""
    runs = "asdf qwer fdsa jkl asd zxcv lkjhg qwe uio poiu sdfg".split()
    row = lambda: "".join(draw.choice(runs) for _ in range(draw.randint(2, 4)))  # noqa: E731
    return " ".join(f"{draw.choice(SERVICES)} {row()}" for _ in range(40))


def mash_lines(draw: random.Random) -> str:
    """Letters of the whole alphabet on lines of their own, between sentences."""
    word = lambda: "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(draw.randint(6, 14)))  # noqa: E731
    return "\n".join(f"{prose(draw, 1)}\n{' '.join(word() for _ in range(20))}" for _ in range(10))


def sentence_list(draw: random.Random) -> str:
    """One sentence over and over, place and service changed by machine."""
    return "\n".join(
        f"{i}. {draw.choice(PLACES)}에서 가장 유명한 {draw.choice(SERVICES)} 한 곳을 소개합니다." for i in range(1, 81)
    )


def entry_list(draw: random.Random) -> str:
    """Entries of a directory with nothing in them."""
    return "\n".join(
        f"{draw.choice(PLACES)} {draw.choice(SERVICES)} - 전화번호, 주소, 영업시간, 후기" for _ in range(60)
    )


def footers(draw: random.Random) -> str:
    """What stands under every page, and no page above it."""
    parts = (
        "상호명 말모이상사", "대표자 홍길동", "사업자등록번호 000-00-00000", "통신판매업신고 제0000호", "개인정보처리방침",
        "이용약관", "이메일무단수집거부", "고객센터", "찾아오시는 길", "Copyright All rights reserved", "TOP", "목록",
        "이전글", "다음글", "인쇄", "공유하기", "스크랩", "글자크기 크게", "글자크기 작게", "회사소개", "채용정보", "제휴문의",
    )  # fmt: skip
    return "\n".join(draw.choice(parts) for _ in range(60))


def strewn(draw: random.Random) -> str:
    """Syllables drawn alike from all of KS X 1001."""
    from corpus.hangul import ks_x_1001

    known = sorted(ks_x_1001())
    return " ".join("".join(draw.choice(known) for _ in range(draw.randint(2, 5))) for _ in range(150))


def lorem(draw: random.Random) -> str:
    words = (
        "lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore".split()
    )
    return "사이트 준비 중입니다. 곧 새로운 모습으로 찾아뵙겠습니다. " + " ".join(draw.choice(words) for _ in range(40))


def utf8_as_cp949(draw: random.Random) -> str:
    return prose(draw).encode().decode("cp949", "ignore")


def cp949_as_latin_1(draw: random.Random) -> str:
    """Half a page: the other half says what it was, so that the script rule sees Hangul."""
    return prose(draw, 10) + " " + prose(draw, 20).encode("cp949").decode("latin-1")


def utf8_as_latin_1(draw: random.Random) -> str:
    return prose(draw, 10) + " " + prose(draw, 20).encode().decode("latin-1")


def lost(draw: random.Random) -> str:
    """Every other word was lost on the way through U+FFFD and CP949."""
    broken = "\ufffd\ufffd".encode().decode("cp949")
    assert broken == "占쏙옙"
    return " ".join(word if draw.random() < 0.5 else broken * len(word) for word in prose(draw).split())


def replaced(draw: random.Random) -> str:
    return "".join("\ufffd" if draw.random() < 0.1 and character != " " else character for character in prose(draw))


def menu(draw: random.Random) -> str:
    entries = (
        "홈 로그인 회원가입 장바구니 주문조회 고객센터 공지사항 이용안내 회사소개 오시는길 사이트맵 전체메뉴".split()
    )
    return "\n".join(draw.choice(entries) for _ in range(60))


GENERATORS: dict[str, Callable[[random.Random], str]] = {
    function.__name__: function
    for function in (
        keyword_list, combined_list, keyword_stuffing, laughter, one_syllable, alternating, digits, symbols, hangul_mash,
        latin_mash, key_rows, mash_lines, sentence_list, entry_list, footers, strewn, lorem, utf8_as_cp949, cp949_as_latin_1, utf8_as_latin_1, lost, replaced, menu,
    )
}  # fmt: skip


def text(name: str, number: int) -> str:
    return GENERATORS[name](random.Random(f"{name} {number}"))
