"""Cases planted among the documents: what each stage must find, keep, mend or set apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from tests.sample.foreign import english, japanese
from tests.sample.kinds import MAKERS, Record, record
from tests.sample.text import WORDS, Draw, Writer, topics

SHINGLE = 5
Planted = tuple[str, str, Record, str | None]  # case, kind, record, id of what it copies


def shingles(text: str) -> set[str]:
    """Character 5-grams without white space, the measure of dedup."""
    squeezed = re.sub(r"\s+", "", text)
    return {squeezed[at : at + SHINGLE] for at in range(len(squeezed) - SHINGLE + 1)}


def jaccard(one: str, other: str) -> float:
    """Jaccard similarity of the shingle sets."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def planted(documents: dict[str, list[Record]]) -> Iterator[Planted]:
    """Every planted record, in a fixed order.  ``documents`` are the ordinary ones by kind."""
    for case, (count, make) in CASES.items():
        for number in range(count):
            yield make(case, number, documents)


def _new(case: str, number: int, kind: str, title: str | None, text: str) -> Record:
    made = record(kind, number, title, text)
    made["id"] = f"{kind}-{case}-{number:02d}"
    made["url"] = f"https://{kind}.example.org/{case}/{number}"
    return made


def _copy(change: Callable[[str, Draw], str], kinds: str = "blog cafe news kin") -> Callable[..., Planted]:
    def make(case: str, number: int, documents: dict[str, list[Record]]) -> Planted:
        draw = Draw(f"{case}/{number}")
        kind = draw.pick(kinds.split())
        base = draw.pick(documents[kind])
        return case, kind, _new(case, number, kind, base["title"], change(base["text"], draw)), base["id"]

    return make


def _written(change: Callable[[Record, Draw], Record], kinds: str) -> Callable[..., Planted]:
    """A document of its own, written for the case."""

    def make(case: str, number: int, documents: dict[str, list[Record]]) -> Planted:
        draw = Draw(f"{case}/{number}")
        kind = draw.pick(kinds.split())
        base = MAKERS[kind][1](50_000 + draw.below(40_000))
        changed = change(base, draw)
        return case, kind, _new(case, number, kind, changed["title"], changed["text"]), None

    return make


def _spacing(text: str, draw: Draw) -> str:
    gaps = [" "] * 8 + ["  ", "", "\n", "\t"]
    return re.sub(r" ", lambda _: draw.pick(gaps), text).replace("\n\n", "\n\n\n")


def _punctuation(text: str, draw: Draw) -> str:
    return re.sub(r"[.,](?=\s|$)", lambda found: draw.pick([found.group(), "", "!", ".."]), text)


def _edited(low: float, high: float) -> Callable[[str, Draw], str]:
    """Replace words until the true Jaccard lies between ``low`` and ``high``."""

    def change(text: str, draw: Draw) -> str:
        words = re.split(r"(\s+)", text)
        places = [at for at, word in enumerate(words) if len(word) > 1 and not word.isspace()]
        edited = text
        for at in draw.some(places, len(places)):
            things = topics()[draw.pick(sorted(topics()))]["thing"]
            kept, words[at] = words[at], draw.pick(things).split()[0] + draw.pick(["도", "만", "까지", ""])
            tried = "".join(words)
            if jaccard(text, tried) < low:
                words[at] = kept
            else:
                edited = tried
            if jaccard(text, edited) <= high:
                break
        return edited

    return change


def _identifiers(base: Record, draw: Draw) -> Record:
    name = draw.pick(WORDS["surname"]) + draw.pick(WORDS["given"])
    serial = draw.between(1000, 9999)
    contacts = [
        f"문의는 {name} 010-0000-{serial} 로 부탁드립니다.",
        f"메일 주소는 user{serial}@example.com 입니다.",
        f"연락처: 010.0000.{serial} ({name})",
        f"주민등록번호 900101-1{serial}00 을 적으라고 해서 놀랐습니다.",
        f"사무실 번호는 02-100-{serial}, 담당은 {name} 씨입니다.",
        f"신청서에 8{draw.between(0, 9)}0515-2{serial}01 과 user{serial}@example.org 를 함께 적었습니다.",
    ]
    lines = draw.some(contacts, 2)
    return {**base, "text": base["text"] + "\n" + "\n".join(lines)}


def _spam(base: Record, draw: Draw) -> Record:
    writer = Writer(f"spam/{base['id']}")
    city = draw.pick(WORDS["city"])
    slogan = f"{city} {writer.fixed['S']} 최저가 보장 무료 상담 당일 배송"
    return {**base, "title": f"{city} {writer.fixed['S']} 최저가", "text": "\n".join([slogan] * draw.between(12, 30))}


def _symbols(base: Record, draw: Draw) -> Record:
    marks = "★☆▶◀■□●○◆◇※→⇒♥♡~!@#$%^&*=+-_|/"
    words = base["text"].split()
    noisy = " ".join("".join(draw.pick(marks) for _ in range(draw.between(4, 12))) + word[:1] for word in words[:60])
    return {**base, "text": noisy}


def _short(base: Record, draw: Draw) -> Record:
    short = ["ㅋㅋ", "1등", "퍼가요", "ㅠㅠ", "네", "헐", "추천", "굿", "음", "👍", "ㅎㅇ", "대박"]
    return {**base, "title": None, "text": draw.pick(short) + draw.pick(["", "!", "~"])}


def _foreign(base: Record, draw: Draw) -> Record:
    title, text = draw.pick([english, japanese])(f"foreign/{base['id']}")
    return {**base, "title": title, "text": text}


def _titled(base: Record, draw: Draw) -> Record:
    return {**base, "text": f"{base['title']}\n\n{base['text']}"}


def _marker(base: Record, draw: Draw) -> Record:
    parts = base["text"].split(" ")
    parts.insert(draw.below(len(parts)), "<|endoftext|>")
    return {**base, "text": " ".join(parts)}


def _emoji(base: Record, draw: Draw) -> Record:
    faces = ["😀", "👍🏽", "👨‍👩‍👧", "🇰🇷", "❤️", "🍀", "🎉", "😭"]
    return {**base, "text": re.sub(r"\. ", lambda _: f". {draw.pick(faces)} ", base["text"])}


def _jamo(base: Record, draw: Draw) -> Record:
    lines = [
        "".join(draw.pick("ㅋㅎㅠㅜㅇㄴㄱ") for _ in range(draw.between(6, 30))) for _ in range(draw.between(5, 9))
    ]
    return {**base, "text": "\n".join(lines)}


def _controls(base: Record, draw: Draw) -> Record:
    hidden = ["\u200b", "\u0007", "\ufeff", "\u00ad", "\r", "\u2028", "\u0000"]
    words = base["text"].split(" ")
    return {**base, "text": " ".join(word + (draw.pick(hidden) if draw.chance(20) else "") for word in words)}


def _decomposed(base: Record, draw: Draw) -> Record:
    return {**base, "text": unicodedata.normalize("NFD", base["text"])}


def _nothing(base: Record, draw: Draw) -> Record:
    return {**base, "text": draw.pick([" \n\t ", "\u200b\u200b", "\n\n\n", "\u00a0 "])}


def _superseded(case: str, number: int, documents: dict[str, list[Record]]) -> Planted:
    """Another version of a document under the same id, in the same source."""
    base: dict[str, Any] = Draw(f"{case}/{number}").pick(documents["cafe"])
    changed = {**base, "text": base["text"] + f"\n(추가) {number + 1}번째로 고친 글입니다."}
    return case, "cafe", changed, base["id"]


# Case -> how many, and how one is made.
CASES: dict[str, tuple[int, Callable[..., Planted]]] = {
    "exact": (40, _copy(lambda text, draw: text)),
    "spacing": (30, _copy(_spacing)),
    "punctuation": (20, _copy(_punctuation)),
    "decomposed-copy": (10, _copy(lambda text, draw: unicodedata.normalize("NFD", text))),
    "near": (60, _copy(_edited(0.86, 0.94))),
    "apart": (20, _copy(_edited(0.45, 0.60))),
    "decomposed": (15, _written(_decomposed, "blog cafe news")),
    "identifiers": (30, _written(_identifiers, "blog cafe kin")),
    "spam": (25, _written(_spam, "blog cafe")),
    "symbols": (15, _written(_symbols, "blog cafe")),
    "short": (30, _written(_short, "cafe comments")),
    "foreign": (15, _written(_foreign, "blog cafe news")),
    "title": (15, _written(_titled, "blog news")),
    "marker": (6, _written(_marker, "blog kin")),
    "emoji": (8, _written(_emoji, "blog cafe")),
    "jamo": (8, _written(_jamo, "comments cafe")),
    "controls": (6, _written(_controls, "blog news")),
    "nothing": (4, _written(_nothing, "blog cafe")),
    "superseded": (3, _superseded),
}
