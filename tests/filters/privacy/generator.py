"""The generated test set of identifiers: forms filled in and put into sentences, the same on every run.

Contexts are sentences of real documents where the development data is at hand, else the written ones here.
``python -m tests.filters.privacy.generator`` prints recall by type, precision, and what was missed.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import zstandard

FORMS = Path(__file__).parent / "forms"

NAMES = "김민서 이도윤 박서준 최하은 정지우 강예린 조현우 윤서연 장민준 임수빈".split()
USERS = "minseo.kim doyun_lee sjpark hanei choi.ha jiwoo99 kang_yr hyunwoo0412 seoyeon.y mjjang1 subin-lim k2m8 happy7942".split()
DOMAINS = "naver.com gmail.com daum.net hanmail.net nate.com kakao.com korea.kr outlook.com yonsei.ac.kr sample-shop.co.kr".split()
HOSTS = "naver gmail haneul sample-shop malgeun dasom".split()
AREAS = "02 031 032 033 041 042 043 044 051 052 053 054 055 061 062 063 064".split()
# Groupings of the banks' own numbering schemes: 금융결제원, 참가기관별 CMS 계좌번호체계, 2026-05-08.
BANKS = {
    "국민": ("6-2-6", "3-2-6-1", "4-2-8"),
    "신한": ("3-3-6",),
    "우리": ("4-3-6",),
    "하나": ("3-6-5", "3-6-2"),
    "농협": ("3-4-4-2", "3-2-6", "6-2-6"),
    "기업": ("3-6-2-3", "3-2-6-1"),
    "카카오뱅크": ("4-2-7",),
    "토스뱅크": ("4-4-4",),
    "케이뱅크": ("3-3-6",),
    "새마을금고": ("4-4-4-1",),
    "우체국": ("6-2-6",),
    "SC제일": ("3-2-6",),
    "부산": ("3-4-4-2", "3-2-6-1"),
    "수협": ("4-4-4", "3-2-6"),
    "신협": ("3-3-6",),
}
METROPOLISES = "서울특별시 부산광역시 대구광역시 인천광역시 광주광역시 대전광역시 울산광역시 세종특별자치시".split()
CITIES = "서울 부산 대구 인천 광주 대전 울산 경기 강원 충북 충남 전북 전남 경북 경남 제주".split()
SYLLABLES = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호"
HANGUL = "공일이삼사오육칠팔구"
# Other writings of ten digits and of the dash between groups, for the forms of fresh_*.txt.
NUMERALS = {
    "hangul": HANGUL,
    "young": "영일이삼사오육칠팔구",
    "hanja": "〇一二三四五六七八九",
    "letters": "OlZ3456789",
    "keycap": [f"{digit}\ufe0f\u20e3" for digit in range(10)],
    "bold": [chr(0x1D7CE + digit) for digit in range(10)],
}
DASHES = {
    "dots": ".",
    "slashes": "/",
    "stars": "*",
    "lines": "_",
    "doubled": "--",
    "wide": " - ",
    "em": "—",
    "said": " 다시 ",
    "at": "에 ",
    "named": "(대시)",
    "broken": "-\n",
    "tab": "\t",
}
CARD_HEADS = "4 4 51 55 2221 3530 62 9410 9490".split()
CONTEXTS = (
    "이번 모임은 다음 달로 미뤄졌습니다.",
    "자세한 내용은 게시판을 참고하세요.",
    "아침부터 비가 내려 길이 미끄러웠다.",
    "그는 말없이 창밖을 바라보았다.",
    "신청서는 방문해서 내셔야 합니다.",
    "오래된 책에서 나는 냄새를 좋아한다.",
)


class Case(NamedTuple):
    """``text[start:end]`` of every item of ``spans`` is an identifier of ``type`` (empty for none)."""

    type: str
    form: str
    text: str
    spans: tuple[tuple[int, int], ...]


def forms(name: str) -> list[str]:
    lines = (FORMS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def contexts(shared: Path | None) -> list[str]:
    """Sentences without digits, Latin or marks, so that every hit lies in the form."""
    if shared is None or not (shared / "docs").is_dir():
        return list(CONTEXTS)
    found: list[str] = []
    for name in ("petitions", "news_parallel_ko", "book_review_nanet", "wiki_paragraphs_kobest"):
        with (shared / "docs" / f"{name}.jsonl.zst").open("rb") as stream:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
            kept = 0
            for line in lines:
                for sentence in re.split(r"(?<=[.?!])\s+", json.loads(line)["text"]):
                    if 10 <= len(sentence) <= 80 and re.fullmatch(r"[가-힣 ,.?!]+", sentence):
                        found.append(sentence)
                        kept += 1
                if kept > 1500:
                    break
    return found


def positives(name: str, per_form: int, sentences: list[str]) -> Iterator[Case]:
    draw = Random(f"{name}:positive")
    for form in forms(name):
        kind, writing, template = form.split("|", 2)
        for _ in range(per_form):
            filled = _fill(template.replace("\\n", "\n").replace("\\t", "\t"), draw)
            text, spans = "", []
            for piece in re.split(r"(\[\[.*?\]\](?!\]))", filled, flags=re.DOTALL):
                if piece.startswith("[["):
                    piece = _written(piece[2:-2], writing)
                    spans.append((len(text), len(text) + len(piece)))
                text += piece
            yield _placed(kind, form, text, spans, sentences, draw)


def negatives(name: str, per_form: int, sentences: list[str]) -> Iterator[Case]:
    draw = Random(f"{name}:negative")
    for form in forms(name):
        for _ in range(per_form):
            yield _placed("", form, _fill(form.replace("\\t", "\t"), draw), [], sentences, draw)


def _placed(kind: str, form: str, text: str, spans: list[tuple[int, int]], sentences: list[str], draw: Random) -> Case:
    before = draw.choice(sentences) + draw.choice((" ", "\n"))
    after = draw.choice((" ", "\n")) + draw.choice(sentences)
    moved = tuple((start + len(before), end + len(before)) for start, end in spans)
    return Case(kind, form, before + text + after, moved)


def _written(text: str, writing: str) -> str:
    if writing == "full":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    if writing == "circled":
        return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] if c.isdigit() else c for c in text)
    if writing == "spaced":
        return " ".join(c for c in text if c != " ")
    if writing == "zero":
        return "\u200b".join(text)
    for one in writing.split("+"):
        if one in NUMERALS:
            text = "".join(NUMERALS[one][int(c)] if c in "0123456789" else c for c in text)
        elif one in DASHES:
            text = text.replace("-", DASHES[one])
    return text


def _fill(template: str, draw: Random) -> str:
    values = _values(draw)
    text = template.replace("{{", "\0").replace("}}", "\1")
    text = re.sub(r"(?<!&)#", lambda _: str(draw.randint(0, 9)), text) if "{hex6}" not in text else text
    text = re.sub(r"%", lambda _: str(draw.randint(1, 9)), text)
    text = re.sub(r"\{([a-z]+[0-9]?[0-9]?)\}", lambda match: values[match[1]](), text)
    return text.replace("\0", "{").replace("\1", "}")


def _values(draw: Random) -> dict:
    def digits(count: int) -> str:
        return "".join(str(draw.randint(0, 9)) for _ in range(count))

    def hexadecimal(count: int) -> str:
        return "".join(draw.choice("0123456789abcdef") for _ in range(count))

    young = draw.random() < 0.3
    year = draw.randint(0, 25) if young else draw.randint(30, 99)
    birth = f"{year:02}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    bank = draw.choice(sorted(BANKS))
    shape = draw.choice(BANKS[bank]).split("-")
    account = [str(draw.randint(1, 9)) + digits(int(size) - 1) for size in shape]
    head = draw.choice(CARD_HEADS)
    card = _luhn(head + digits(15 - len(head)))
    amex = _luhn(draw.choice(("34", "37")) + digits(12))
    sex = draw.choice("34" if young else "12")
    return {
        "b6": lambda: birth,
        "s7": lambda: sex + digits(6),
        "v7": lambda: _checked(birth + sex + digits(5))[6:],
        "h7": lambda: "".join(HANGUL[int(c)] for c in sex + digits(6)),
        "yyyy": lambda: ("20" if young else "19") + birth[:2],
        "yy": lambda: birth[:2],
        "mm": lambda: birth[2:4],
        "dd": lambda: birth[4:],
        "m1": lambda: str(int(birth[2:4])),
        "d1": lambda: str(int(birth[4:])),
        "s1": lambda: sex,
        "f1": lambda: "7" if young else "5",
        "f7": lambda: draw.choice("78" if young else "56") + digits(6),
        "name": lambda: draw.choice(NAMES),
        "user": lambda: draw.choice(USERS),
        "domain": lambda: draw.choice(DOMAINS),
        "host": lambda: draw.choice(HOSTS),
        "area": lambda: draw.choice(AREAS),
        "area0": lambda: draw.choice(AREAS)[1:],
        "bank": lambda: bank,
        "acct": lambda: "-".join(account),
        "acctraw": lambda: "".join(account),
        "acctspace": lambda: " ".join(account),
        **{f"c{i + 1}": (lambda i=i: card[4 * i : 4 * i + 4]) for i in range(4)},
        "x1": lambda: amex[:4],
        "x2": lambda: amex[4:10],
        "x3": lambda: amex[10:],
        "pp": lambda: draw.choice("MSRD") + digits(8),
        "pn": lambda: draw.choice("MSRD") + digits(3) + draw.choice("ABCDEFGH") + digits(4),
        "region": lambda: draw.choice([*map(str, range(11, 27)), "28"]),
        "region2": lambda: digits(2),
        "regionname": lambda: draw.choice(CITIES),
        "pf2": lambda: f"{draw.randint(1, 99):02}",
        "pf3": lambda: str(draw.randint(100, 799)),
        "syll": lambda: draw.choice(SYLLABLES),
        "city": lambda: draw.choice(CITIES),
        "metro": lambda: draw.choice(METROPOLISES),
        "percent": lambda: "%",
        "h4": lambda: "".join(draw.choice(HANGUL) for _ in range(4)),
        "okey": lambda: draw.choice("gs") + "".join(draw.choice("ABCDefgh1234xyz") for _ in range(7)),
        "date": lambda: f"{draw.randint(1990, 2029)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        "year": lambda: str(draw.randint(1990, 2029)),
        "hex40": lambda: hexadecimal(40),
        "hex24": lambda: hexadecimal(24),
        "hex32": lambda: hexadecimal(32),
        "hex8": lambda: hexadecimal(8),
        "hex6": lambda: hexadecimal(6),
        "uuid": lambda: "-".join(hexadecimal(size) for size in (8, 4, 4, 4, 12)),
        "ean": lambda: _ean("880" + digits(9)),
    }


def _luhn(body: str) -> str:
    for check in "0123456789":
        values = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(body + check))]
        if sum(value - 9 if value > 9 else value for value in values) % 10 == 0:
            return body + check
    raise AssertionError(body)


def _checked(body: str) -> str:
    total = sum(int(c) * weight for c, weight in zip(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    return body + str((11 - total % 11) % 10)


def _ean(body: str) -> str:
    return body + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10)


class Score(NamedTuple):
    found: int
    asked: int
    missed: tuple[Case, ...]

    @property
    def recall(self) -> float:
        return self.found / self.asked


def measure(cases: list[Case]) -> tuple[dict[str, Score], int, list[Case]]:
    """(recall by type, spans that hold identifiers, cases with a span that holds none)."""
    from filters.privacy.masking import mask

    found: dict[str, list[Case]] = {}
    missed: dict[str, list[Case]] = {}
    true, false = 0, []
    for case in cases:
        spans = mask(case.text).spans
        true += sum(any(s.start < end and start < s.end for start, end in case.spans) for s in spans)
        if any(not any(s.start < end and start < s.end for start, end in case.spans) for s in spans):
            false.append(case)
        if case.type:
            whole = all(_covered(case, start, end, spans) for start, end in case.spans)
            (found if whole else missed).setdefault(case.type, []).append(case)
    scores = {
        kind: Score(
            len(found.get(kind, [])), len(found.get(kind, [])) + len(missed.get(kind, [])), tuple(missed.get(kind, []))
        )
        for kind in sorted({*found, *missed})
    }
    return scores, true, false


SECRET = frozenset(HANGUL + "영〇一二三四五六七八九OlZ")
TYPES = {
    "obfuscated_resident": {"resident", "resident_spelled"},
    "obfuscated_account": {"account", "account_spelled"},
    "obfuscated_mobile": {"mobile", "mobile_spelled"},
    "obfuscated_email": {"email", "email_spelled"},
}


def _covered(case: Case, start: int, end: int, spans: tuple) -> bool:
    """Every digit of the identifier, or its name before @ or the id, lies in a span of the right type."""
    names = TYPES.get(case.type, {case.type})
    text = case.text[start:end]
    if "email" in case.type:
        secret = range(start, start + len(re.match(r"[\w.+-]+", text)[0]))
    elif case.type == "messenger":
        key = re.search(r"[\w.-]+$", text)
        secret = range(start + key.start(), end)
    elif case.type in ("obfuscated_resident", "obfuscated_account"):
        secret = [start + i for i, c in enumerate(text) if c.isdigit() or c in SECRET]
    else:
        secret = [start + i for i, c in enumerate(text) if c.isdigit() or c in HANGUL]
    return all(any(s.start <= place < s.end and s.type in names for s in spans) for place in secret)


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sentences = contexts(shared)
    for prefix, per_positive, per_negative in (("", 24, 120), ("held_out_", 24, 200), ("fresh_", 24, 200)):
        cases = list(positives(f"{prefix}positive.txt", per_positive, sentences))
        others = list(negatives(f"{prefix}negative.txt", per_negative, sentences))
        scores, true, false = measure(cases + others)
        print(f"{prefix or 'developed '}positives {len(cases)} negatives {len(others)}")
        for kind, score in scores.items():
            print(f"  {kind:20} recall {score.recall:.4f} of {score.asked}")
            if "-v" in sys.argv:
                for form in sorted({case.form for case in score.missed}):
                    print("      missed:", form, sum(case.form == form for case in score.missed))
        print(f"  precision {true / (true + len(false)):.4f}: {len(false)} false")
        if "-v" in sys.argv:
            for form in sorted({case.form for case in false}):
                print(
                    "      false:",
                    form,
                    sum(case.form == form for case in false),
                    [
                        (s.type, c.text[s.start : s.end])
                        for c in false
                        if c.form == form
                        for s in __import__("filters.privacy.masking").privacy.masking.mask(c.text).spans
                    ][:2],
                )


if __name__ == "__main__":
    main()
