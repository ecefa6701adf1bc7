"""Made noise: the negative texts of the quality model, built from the words of sound ones.

Pages that a crawl brings and nobody wants to read: lists of keywords, stuffed keywords, menus and footers,
price lists and tables, hash tags and links, search snippets, word salad, keyboard mash, wrong decodings.
No comment and no plain post is among them: a model that learns those as bad learns register, and rejects
literature.  Everything is drawn by keyed hashes of the text that the words come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from corpus.identity import keyed_hash

VERSION = 1
MASK = 2**64 - 1
SUFFIXES = ("추천", "가격", "후기", "순위", "비교", "할인", "정보", "업체", "예약", "문의", "사이트", "방법")
ENDINGS = ("원", "개", "명", "건", "점", "위", "년", "월", "일", "%", "kg", "cm", "GB", "호", "층", "회")
KEYS = ("ㅁㄴㅇㄹ", "ㅂㅈㄷㄱ", "ㅋㅌㅊㅍ", "asdf", "qwer", "zxcv", "ㅗㅓㅏㅣ", "ㅛㅕㅑㅐ", "1234", ";'[]")


@dataclass(slots=True)
class Draw:
    """A stream of choices made from one seed (splitmix64)."""

    state: int

    def below(self, limit: int) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return (z ^ z >> 31) % limit

    def of(self, items: Sequence[str]) -> str:
        return items[self.below(len(items))]

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)


def noise(text: str, seed: int) -> tuple[str, str]:
    """(sort, noise) made of the words of a text; the sort is a name in SORTS."""
    draw = Draw(keyed_hash(seed, "noise", text.encode("utf-8")))
    sort = draw.of(tuple(SORTS))
    words = [word.strip(".,!?()[]{}\"'`*#|-:;") for word in text.split()]
    return sort, SORTS[sort](draw, [word for word in words if 1 < len(word) <= 20] or ["말모이"], text)


@cache
def page_labels() -> tuple[str, ...]:
    """Words of menus, buttons and footers."""
    lines = (resources.files("filters.quality") / "data" / "page_labels.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _keywords(draw: Draw, words: Sequence[str], _text: str) -> str:
    """A list of search words, the same few coming back with one suffix after another."""
    heads = [draw.of(words) for _ in range(draw.between(1, 6))]
    mark = draw.of((" ", ", ", ",", "\n", " | ", " / ", "·"))
    found = []
    for _ in range(draw.between(20, 150)):
        tail = draw.of(SUFFIXES) if draw.below(2) else draw.of(words)
        found.append(draw.of(heads) + draw.of(("", " ")) + tail)
    return mark.join(found)


def _stuffed(draw: Draw, words: Sequence[str], _text: str) -> str:
    """Words in no order with one keyword put between them again and again."""
    key = f"{draw.of(words)} {draw.of(SUFFIXES)}"
    found = []
    for _ in range(draw.between(15, 60)):
        found += [draw.of(words) for _ in range(draw.between(1, 4))] + [key]
    return " ".join(found)


def _menu(draw: Draw, words: Sequence[str], text: str) -> str:
    """Navigation, breadcrumbs, board rows and footers; entries are words of the text and its short lines."""
    labels = page_labels()
    lines = [line.strip(" #*-|>") for line in text.splitlines()]
    entries = [line for line in lines if 2 <= len(line) <= 40 and line[-1] not in ".다요?!"] or words
    if draw.below(2):
        labels = tuple(entries)  # a table of contents: hardly a word that menus are known by
    found = []
    for _ in range(draw.between(15, 60)):
        kind = draw.below(8)
        if kind < 4:
            found.append(draw.of(labels))
        elif kind == 4:
            found.append(draw.of((" > ", " | ", " · ", " ")).join(draw.of(labels) for _ in range(draw.between(2, 6))))
        elif kind == 5:
            title = " ".join(draw.of(words) for _ in range(draw.between(1, 4)))
            found.append(f"{title} [{draw.below(90)}] 조회 {draw.below(9999)} | {_date(draw)}")
        elif kind == 6 or draw.below(2):
            found.append(draw.of(entries))
        else:
            found.append(" ".join(str(n + 1) for n in range(draw.between(3, 10))) + " 다음")
    return draw.of(("\n", "\n", " ", "\n\n")).join(found)


def _listing(draw: Draw, words: Sequence[str], _text: str) -> str:
    """Price lists, tables, directories: a word or two and figures, line after line."""
    mark = draw.of(("\t", " | ", ", ", " ", " - "))
    sorts = [draw.below(4) for _ in range(draw.between(1, 4))]
    rows = []
    for number in range(draw.between(10, 60)):
        cells = [str(number + 1)] if sorts[0] % 2 else []
        cells += [draw.of(words)]
        for sort in sorts:
            cells.append(
                f"{draw.below(99) + 1},{draw.below(10)}00원" if sort == 0
                else f"{draw.below(1000)}{draw.of(ENDINGS)}" if sort == 1
                else _date(draw) if sort == 2
                else draw.of(words)
            )  # fmt: skip
        rows.append(mark.join(cells))
    return "\n".join(rows)


def _date(draw: Draw) -> str:
    return f"{draw.between(1999, 2026)}{draw.of(('.', '-', '. '))}{draw.between(1, 12)}.{draw.between(1, 28)}"


def _tags(draw: Draw, words: Sequence[str], _text: str) -> str:
    """Hash tags and links."""
    found = []
    for _ in range(draw.between(15, 80)):
        word = draw.of(words)
        path = "".join(draw.of("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(draw.between(5, 12)))
        found.append(f"#{word}" if draw.below(5) else f"https://{path}.com/{draw.below(9999)}")
    return draw.of((" ", "", "\n")).join(found)


def _snippets(draw: Draw, words: Sequence[str], text: str) -> str:
    """Results of a search: sentences cut in the middle, with what stands around them."""
    found = []
    for _ in range(draw.between(8, 25)):
        start = draw.below(max(1, len(text) - 30))
        found.append(f"{draw.of(words)} {draw.of(SUFFIXES)}")
        found.append(
            " ".join(text[start : start + draw.between(15, 50)].split()) + draw.of(("...", "…", " ... 더보기"))
        )
        if draw.below(2):
            found.append(f"{draw.of(page_labels())} {_date(draw)}")
    return "\n".join(found)


def _salad(draw: Draw, words: Sequence[str], _text: str) -> str:
    """Words of the text in no order, with full stops here and there, as text spinners leave them."""
    found = [draw.of(words) + ("." if not draw.below(12) else "") for _ in range(draw.between(30, 200))]
    return " ".join(found)


def _mash(draw: Draw, words: Sequence[str], _text: str) -> str:
    """Keys hit at random, and syllables that no word holds."""
    found = []
    for _ in range(draw.between(10, 60)):
        kind = draw.below(4)
        if kind == 0:
            found.append("".join(draw.of(draw.of(KEYS)) for _ in range(draw.between(3, 15))))
        elif kind == 1:
            found.append("".join(chr(0xAC00 + draw.below(11172)) for _ in range(draw.between(2, 6))))
        elif kind == 2:
            found.append(draw.of(KEYS) * draw.between(1, 5))
        else:
            found.append(draw.of(words))
    return " ".join(found)


def _garbled(draw: Draw, _words: Sequence[str], text: str) -> str:
    """The text read in a wrong encoding, or with what could not be read replaced."""
    start = draw.below(max(1, len(text) - 600))
    text = text[start : start + 600]
    kind = draw.below(5)
    if kind == 0:
        return text.encode("utf-8").decode("cp1252", "replace")
    if kind == 1:
        return text.encode("cp949", "replace").decode("latin-1")
    if kind == 2:
        return text.encode("utf-8").decode("cp949", "replace")
    if kind == 3:
        return text.encode("cp949", "replace").decode("utf-8", "replace")
    holes = draw.between(5, 40)
    return "".join("\ufffd" if not letter.isspace() and draw.below(100) < holes else letter for letter in text)


SORTS: dict[str, Callable[[Draw, Sequence[str], str], str]] = {
    "keywords": _keywords,
    "stuffed": _stuffed,
    "menu": _menu,
    "listing": _listing,
    "tags": _tags,
    "snippets": _snippets,
    "salad": _salad,
    "mash": _mash,
    "garbled": _garbled,
}
