"""Whether a reading of bytes is Korean: counts of its syllables, compared with measured shares.

A wrong decoding of Korean, or a Korean decoding of something else, gives letters in plenty, but not the
letters that Korean is written with.  Three shares tell them apart: Hangul syllables among the characters
outside ASCII, syllables of KS X 1001 among those, and the 66 commonest among those.

Measured on pieces of 20, 50 and 200 characters outside ASCII, of 3,300 documents of 13 Korean sources
(70,000 pieces) and 534 Chinese and Japanese documents (17,000 pieces); smallest value of 99.9 % of the
Korean pieces, and largest value of 99.9 % of the foreign ones read as CP949, Johab or UTF-16:

    pieces of          20                50                200
    Hangul        .60  (1.00)       .68  (1.00)       .85  (.68)
    KS X 1001     .95  (1.00)       .98  (1.00)       .995 (1.00)
    commonest     .16   (.50)       .24   (.37)       .34   (.08)

Foreign pieces that pass all three at once: 6 of 5,900, 0 of 2,900 and 0 of 900.  Korean in one of CP949,
Johab, UTF-16LE and -BE read as another of them: 0 of 120,000 pieces of 20 or more, 1 of 39,000 of 10.

Two kinds of Korean have too few syllables for the first share, and are known by what stands between them:

    chat           ㅋㅋㅋㅋ 진짜 웃기다 ㅠㅠ        the runs of ㅋ, ㅎ, ㅠ and ㅜ, which are せ, ぞ, ば and ぬ in EUC-JP
    mixed script   大韓民國은 民主共和國이다       Hangul particles and endings behind Hanja, at a word's end

Of 61,943 pieces of 20, 50 and 200 characters and whole pages, of 664 Chinese and Japanese pages in GB18030, GBK, Big5,
Shift_JIS, EUC-JP and UTF-16, no reading by one of the Korean encodings passes as either.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

import numpy as np

from corpus.hangul import COMPATIBILITY_JAMO, HAN_BLOCKS, SYLLABLES, ks_x_1001
from corpus.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]

MINIMUM_HANGUL = 0.6
MINIMUM_KS = 0.9
MINIMUM_COMMON = 0.2
# Below so many characters outside ASCII one rare syllable weighs too much: KS X 1001 is asked less of them.
FEW = 20
MINIMUM_KS_OF_FEW = 0.7

# Particles, endings and the syllables of the commonest words: 55 to 60 % of the syllables of any Korean text.
COMMON = frozenset(
    "이다의는에을가고기하를로사도지은시서한리인대어해자그부정수아전나일과라제보상스원게있들주으니구장면만요안경여우조무동유비오것된거적합"
)

SYLLABLE, KS, COMMONEST, HAN, UNWANTED, JAMO = 1, 2, 4, 8, 16, 32


def _classes() -> Array:
    """Flags of every code point of the basic plane."""
    classes = np.zeros(0x10000, np.uint8)
    classes[SYLLABLES[0] : SYLLABLES[1] + 1] = SYLLABLE
    for flag, characters in ((KS, ks_x_1001()), (COMMONEST, COMMON)):
        classes[[ord(character) for character in characters]] |= flag
    for low, high in HAN_BLOCKS:
        classes[low : min(high + 1, 0x10000)] |= HAN
    classes[COMPATIBILITY_JAMO[0] : COMPATIBILITY_JAMO[1] + 1] |= JAMO
    for point in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xF900), *range(0xFDD0, 0xFDF0), 0xFFFD, 0xFFFF):
        classes[point] |= UNWANTED if chr(point) not in "\t\n\v\f\r" else 0
    # Letters get assigned from time to time; only the blocks that will stay empty are looked up.
    for point in range(0x0370, 0xFFFE):
        if unicodedata.category(chr(point)) == "Cn":
            classes[point] |= UNWANTED
    return classes


CLASSES = _classes()


class Syllables(NamedTuple):
    """Numbers of characters; ``unwanted`` are controls, private-use and unassigned ones and U+FFFD, ``jamo``
    those of chat (ㅋ)."""

    characters: int
    outside: int
    syllables: int
    ks: int
    common: int
    han: int
    unwanted: int
    jamo: int

    @property
    def korean(self) -> bool:
        """Whether these are the syllables of Korean, and mostly syllables."""
        least = MINIMUM_KS if self.outside >= FEW else MINIMUM_KS_OF_FEW
        return (
            self.syllables > 0
            and self.syllables >= MINIMUM_HANGUL * self.outside
            and self.ks >= least * self.syllables
            and self.common >= MINIMUM_COMMON * self.syllables
        )


# The four letters of laughter and tears that are typed in runs.
_CHAT = re.compile(r"([ㅋㅎㅠㅜ])\1+")
_CHAT_ALONE = 3
_HANJA = "[\u4e00-\u9fff\uf900-\ufaff]"
_ENDINGS = (
    "은|는|이|가|을|를|의|에|에서|에게|으로|로|와|과|도|만|까지|부터|들이|들은|들의|이다|이며|이고|이라|라|"
    "하다|한다|하고|하여|하는|하며|하였다|한|할|된|되다|되는|적"
)
_ENDED = re.compile(rf"{_HANJA}(?:{_ENDINGS})(?![가-힣]|{_HANJA})")
MIXED_ENDINGS, MIXED_SYLLABLES, MIXED_COMMON = 2, 8, 0.5


def without_chat(text: str) -> tuple[str, int]:
    """The text without its runs of ㅋ, ㅎ, ㅠ and ㅜ, and the number of their letters."""
    rest = _CHAT.sub("", text)
    return rest, len(text) - len(rest)


def is_korean(text: str) -> bool:
    """Whether it is Korean, chat and mixed script among it."""
    counts = syllables(text)
    if counts.korean:
        return True
    text, chat = without_chat(text) if counts.jamo else (text, 0)
    if chat:
        counts = syllables(text)
        hangul = counts.syllables >= MINIMUM_HANGUL * counts.outside and counts.ks == counts.syllables
        if counts.korean or (chat >= _CHAT_ALONE and hangul):
            return True
    return bool(
        counts.han
        and not counts.unwanted
        and counts.syllables >= MIXED_SYLLABLES
        and counts.syllables + counts.han >= MINIMUM_HANGUL * counts.outside
        and counts.ks >= MINIMUM_KS * counts.syllables
        and counts.common >= MIXED_COMMON * counts.syllables
        and len(_ENDED.findall(text)) >= MIXED_ENDINGS
    )


def syllables(text: str) -> Syllables:
    """The counts of a text; lone surrogates count as unwanted."""
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    return Syllables(*(int(number) for number in count(data, CLASSES)))


@kernel
def count(data: Array, classes: Array) -> Any:
    """The eight counts of valid UTF-8 (surrogates allowed)."""
    counts = np.zeros(8, np.int64)
    position, size = 0, len(data)
    while position < size:
        byte = np.uint32(data[position])
        counts[0] += 1
        if byte < 0x80:
            counts[6] += (classes[byte] >> 4) & 1
            position += 1
            continue
        counts[1] += 1
        if byte < 0xE0:
            point = ((byte & 0x1F) << 6) | (data[position + 1] & 0x3F)
            position += 2
        elif byte < 0xF0:
            point = ((byte & 0x0F) << 12) | ((data[position + 1] & 0x3F) << 6) | (data[position + 2] & 0x3F)
            position += 3
        else:
            position += 4
            continue
        flags = classes[point]
        counts[2] += flags & 1
        counts[3] += (flags >> 1) & 1
        counts[4] += (flags >> 2) & 1
        counts[5] += (flags >> 3) & 1
        counts[6] += (flags >> 4) & 1
        counts[7] += flags >> 5
    return counts
