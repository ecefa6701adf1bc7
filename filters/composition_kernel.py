"""Kernel of `composition`: which texts hold what composes."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.hangul import JAMO, JAMO_EXTENDED_A, JAMO_EXTENDED_B, SYLLABLES, TONE_MARKS
from corpus.kernel import kernel

FILLER, FIRST_FINAL, EXTENDED_FINAL = 0x115F, 0x11A8, 0xD7CB
FIRST_VOWEL, VOWELS = np.uint32(0x1160), np.uint32(JAMO[1] - 0x1160)
EXTENDED, MORE = np.uint32(JAMO_EXTENDED_B[0]), np.uint32(JAMO_EXTENDED_B[1] - JAMO_EXTENDED_B[0])
TONE, OTHER_TONE = np.uint32(TONE_MARKS[0]), np.uint32(TONE_MARKS[1])


@kernel
def find(points: Any, offsets: Any, found: Any) -> None:
    """Whether a syllable block stands in each row of ``points`` (uint32)."""
    for row in range(len(found)):
        seen = False  # a letter behind an initial or a syllable, as next to no text has one
        for k in range(offsets[row], offsets[row + 1]):
            point = points[k]
            seen |= (
                (point - FIRST_VOWEL <= VOWELS) | (point - EXTENDED <= MORE) | (point == TONE) | (point == OTHER_TONE)
            )
        found[row] = seen and holds_block(points, offsets[row], offsets[row + 1])


@kernel
def holds_block(points: Any, start: int, end: int) -> bool:
    """Whether a vowel stands behind an initial, or a final or tone mark behind a syllable."""
    before = np.int64(0)
    for k in range(start, end):
        point = np.int64(points[k])
        if JAMO[0] <= before < FILLER or JAMO_EXTENDED_A[0] <= before <= JAMO_EXTENDED_A[1]:
            if 0x1160 < point < FIRST_FINAL or JAMO_EXTENDED_B[0] <= point < EXTENDED_FINAL:
                return True
        elif SYLLABLES[0] <= before <= SYLLABLES[1]:
            final = FIRST_FINAL <= point <= JAMO[1] or EXTENDED_FINAL <= point <= JAMO_EXTENDED_B[1]
            if final or TONE_MARKS[0] <= point <= TONE_MARKS[1]:
                return True
        before = point
    return False
