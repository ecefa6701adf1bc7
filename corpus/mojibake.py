"""Editor: Korean that was once decoded with the wrong table gets its bytes back, where that is proven.

    utf-8_as_latin-1   í•œê¸€      UTF-8 read as Latin-1 or windows-1252
    utf-8_as_cp949     (rare syllables and Hanja)   UTF-8 read as CP949
    cp949_as_latin-1   ÇÑ±Û        CP949 read as Latin-1 or windows-1252
    twice              any two of these on top of one another

The bytes of a line are written back by the table that read them wrongly and read strictly by the right
one.  Lines are whole in every encoding concerned (no second byte is a line feed), so each is judged by
itself, and all lines that one reading mends are proven together: their syllables have to be those of
Korean (corpus.syllables), and those of the text as it stands must not.  What lost bytes on its way
(U+FFFD, ?) stays as it is: nothing is guessed.

It runs before NFC, which rewrites Hanja that the bytes depend on, and before controls are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from corpus.hangul import made_up
from corpus.mojibake_kernel import KOREAN, LATIN, SIGNS, suspicion
from corpus.syllables import CLASSES, MINIMUM_COMMON, MINIMUM_HANGUL, MINIMUM_KS_OF_FEW, Syllables, syllables

# Syllables that all lines of one reading must have together.  Fewer can come about by chance: ÇÃ, the end of
# many Portuguese words in capitals, is one syllable (프) in CP949.
MINIMUM = 3
MINIMUM_OF_UTF_8 = 2  # six bytes of UTF-8 prove more

# What windows-1252 makes of bytes 0x80 to 0x9F; five are undefined there, and browsers leave them as controls.
_WINDOWS = {
    bytes((byte,)).decode("cp1252"): chr(byte)
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TO_BYTES = str.maketrans(_WINDOWS)
_RUN = re.compile(f"[\u0080-\u00ff{''.join(_WINDOWS)}]+")
# HTML readers make a plain space of byte 0xA0, which is in every syllable from 젠 to 졀 and many more.  A reader that
# leaves out what windows-1252 does not define makes the same of a lost byte before a space that always was one: 이
# (EC 9D B4) and a space would become 촠 (EC B4 A0).  So 0xA0 is put back only where a control in the text proves that
# the undefined bytes were kept (이, 은, 을, 에, 도 have one), and in lines without one only to syllables of KS X 1001.
_KEPT = re.compile("[\u0080-\u009f]")
_INNER = f"[\u0080-\u00bf{''.join(_WINDOWS)}]"
LEADS = "êëìí"  # first bytes of Hangul
_LOST_SPACE = re.compile(f"(?<=[{LEADS}])  |(?<=[{LEADS}]) (?={_INNER})|(?<=[{LEADS}]{_INNER}) |(?<=Â) ")
# Two syllables of CP949 side by side.
_PAIRS = re.compile(f"[\u0081-\u00fe{''.join(_WINDOWS)}]{{4}}")


class Reading(NamedTuple):
    """``undo`` gives the text behind a line that was read wrongly, or None when it cannot be; it is told whether the
    text shows that its reader kept the bytes that windows-1252 does not define."""

    name: str
    kind: int  # bit of suspicion
    undo: Callable[[str, bool], str | None]


def _latin_utf8(line: str, kept: bool) -> str | None:
    """Every run of Latin characters that is UTF-8; single ones (é, ·) may be meant as they are."""
    own = _KEPT.search(line) is not None
    whole = _LOST_SPACE.sub(_no_break, line) if own or kept else line.replace("Â ", " ")
    mended: list[str] = []
    end = 0
    for run in _RUN.finditer(whole):
        try:
            text = run[0].translate(_TO_BYTES).encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            if len(run[0]) > 1 or run[0] in LEADS:
                return None
            text = run[0]
        mended += (whole[end : run.start()], text)
        end = run.end()
    text = "".join(mended) + whole[end:]
    if kept and not own and whole != line and (counts := syllables(text)).ks < counts.syllables:
        return None
    return text


def _no_break(spaces: re.Match[str]) -> str:
    return "\u00a0" * len(spaces[0])


def _latin_cp949(line: str, kept: bool) -> str | None:
    try:
        return made_up(line.translate(_TO_BYTES).encode("latin-1").decode("cp949"))
    except UnicodeError:
        return None


def _cp949_utf8(line: str, kept: bool) -> str | None:
    """Bytes that no CP949 character has may have been kept, as lone surrogates or as U+0080."""
    try:
        return line.replace("\x80", "\udc80").encode("cp949", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return None


_READINGS = (
    Reading("utf-8_as_latin-1", LATIN, _latin_utf8),
    Reading("utf-8_as_cp949", KOREAN, _cp949_utf8),
    Reading("cp949_as_latin-1", LATIN, _latin_cp949),
)


class Mojibake:
    """Counts lines: ``{mojibake.utf-8_as_cp949: 12}``."""

    name = "mojibake"
    version = 2

    def edit(self, text: str, encoded: bytes | None = None) -> tuple[str, Mapping[str, int]]:
        """The text with its proven lines mended, the same object when there are none.  Idempotent.

        ``encoded`` is the text's UTF-8, where at hand.
        """
        counts: dict[str, int] = {}
        while kinds := _kinds(text, encoded):  # what is mended may show more; every round leaves fewer characters
            encoded = None
            mended = _mended(text, kinds, counts)
            if mended == text:
                break
            text = mended
        return text, counts

    def suspects(self, data: bytes) -> bool:
        """Whether a text, given in UTF-8, is worth an ``edit``; without a byte of SIGNS none is."""
        return bool(suspicion(np.frombuffer(data, np.uint8), CLASSES))


def _kinds(text: str, encoded: bytes | None) -> int:
    try:
        data = text.encode("utf-8") if encoded is None else encoded
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    else:
        for sign in SIGNS:
            if sign in data:
                break
        else:
            return 0
    return int(suspicion(np.frombuffer(data, np.uint8), CLASSES))


class Line(NamedTuple):
    """One line as it stands and as a reading mends it."""

    before: str
    after: str
    counts: Syllables  # of ``after``
    alone: bool  # whether it bears witness by itself; else it is mended only with the whole text


def _mended(text: str, kinds: int, counts: dict[str, int]) -> str:
    lines = text.split("\n")
    marked = [number for number, line in enumerate(lines) if not line.isascii()]
    found: dict[str, dict[int, Line]] = {}
    kept = _KEPT.search(text) is not None
    for number in marked:
        for name, result in _results(lines[number], kinds, kept):
            found.setdefault(name, {})[number] = result
    taken: set[int] = set()
    for name in sorted(found, key=lambda name: (name.count("+"), name)):
        group = {number: line for number, line in found[name].items() if number not in taken}
        whole = len(group) == len(marked)
        group = {number: line for number, line in group.items() if line.alone or whole}
        if _proven(group.values(), name):
            for number, line in group.items():
                lines[number] = line.after
            taken |= group.keys()
            counts[f"mojibake.{name}"] = counts.get(f"mojibake.{name}", 0) + len(group)
    return "\n".join(lines)


def _results(line: str, kinds: int, kept: bool) -> Iterator[tuple[str, Line]]:
    """What each reading, and each two in a row, makes of a line, where that can be text."""
    for reading in _READINGS:
        once = reading.undo(line, kept) if reading.kind & kinds else None
        if once is None or once == line:
            continue
        if result := _result(line, once, line, reading):
            yield reading.name, result
        for second in _READINGS:
            twice = second.undo(once, False)
            if twice is not None and twice != once and (result := _result(line, twice, once, second)):
                yield f"{reading.name}+{second.name}", result


def _result(line: str, mended: str, latin: str, reading: Reading) -> Line | None:
    """None for what is no text, or no Korean.

    UTF-8 bears witness by being UTF-8, even where it is no Hangul (©); bytes of CP949 do by two syllables
    side by side, of which Portuguese capitals (ÇÃO, ÇÕES) have one at a time.
    """
    counts = syllables(mended)
    if counts.unwanted or counts.ks * 2 < counts.syllables + counts.han:
        return None
    return Line(line, mended, counts, reading.undo is not _latin_cp949 or bool(counts.ks and _PAIRS.search(latin)))


def _proven(lines: Collection[Line], name: str) -> bool:
    """The KS X 1001 test over all lines that the reading gives Hangul."""
    bearing = [line for line in lines if line.counts.syllables]
    before = syllables("\n".join(line.before for line in bearing))
    after = syllables("\n".join(line.after for line in bearing))
    ks, gained = after.ks, after.syllables
    if name.startswith("utf-8_as_cp949"):
        if before.ks * 2 >= before.syllables + before.han:
            return False
    else:  # right Hangul may stand beside Latin letters that hide more of it, which has to be Korean by itself
        ks, gained = ks - before.ks, gained - before.syllables
    if gained < MINIMUM_OF_UTF_8 or ks < MINIMUM_KS_OF_FEW * gained:
        return False
    if not name.endswith("cp949_as_latin-1"):
        return True
    rest = after.outside - before.syllables - after.jamo  # CP949 is no proof of itself: any pair may be a syllable
    return gained >= max(MINIMUM, MINIMUM_HANGUL * rest) and after.common - before.common >= MINIMUM_COMMON * gained
