"""Romanised Korean: Latin prose whose words end in Korean particles and endings.

No model of languages knows it: lid.176 takes it for Indonesian, Tagalog or a Turkic language.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from corpus.kernel import kernel
from filters.language import prose_kernel as groups
from filters.language.prose import Prose
from filters.rule import Array

WORDS = 10  # fewer say nothing
SHORTEST, LONGEST = 3, 8  # letters of an ending; eight bytes are one number
# Particles, then endings of predicates, in Revised Romanization and as people write it.  Left out are those that
# end words of other languages too: ege (college), hante (chante), bakke, ayo (mayo), nida (unida), onda.
ENDINGS = (
    "neun reul eul eun eseo egeseo kkaji buteo cheoreom mankeum hago deul deuli deureun deureul euroseo eulo euroneun "
    "eseoneun egeneun seumnida eumnida imnida hamnida mnida subnida seubnida ibnida habnida nikka haeyo eoyo aeyo "
    "yeyo ieyo seyo sseoyo jiyo neyo issda itda etda eotda haetda yeotda ieotda doetda eopda eopsda isseo eopseo "
    "haesseo sseo haneun inneun issneun eomneun doeneun hamyeon myeon jiman neunde eunde ryeogo euryeo haeseo hayeo "
    "eoseo geosi geoseun geoseul geot handa neunda"
)


def share(prose: Prose, shares: Array) -> Array:
    """Share of words with such an ending in a document's Latin lines, times those lines' share of its prose."""
    counts = np.zeros((len(prose.group), 2), np.int64)
    count(prose.samples.data, prose.samples.offsets, prose.group, _endings(), counts)
    words, korean = counts[:, 0], counts[:, 1]
    found = np.where(words >= WORDS, korean / np.maximum(words, 1), 0)
    result = np.zeros(len(shares))
    for group in (groups.LATIN, groups.REST):
        rows = np.flatnonzero(prose.group == group)
        result[prose.document[rows]] += shares[prose.document[rows], group] * found[rows]
    return result


@cache
def _endings() -> Array:
    """Endings as numbers of their bytes, ascending."""
    return np.array(sorted({int.from_bytes(ending.encode()) for ending in ENDINGS.split()}), np.uint64)


@kernel
def count(data: Any, offsets: Any, group: Any, endings: Any, counts: Any) -> None:
    """Words of ASCII letters, and those with an ending, of each sample in Latin script into ``counts``."""
    for k in range(len(group)):
        if group[k] != groups.LATIN and group[k] != groups.REST:
            continue
        tail = np.uint64(0)  # the last eight letters
        length = 0
        for i in range(offsets[k], offsets[k + 1]):
            letter = np.uint64(data[i] | 32)
            if 97 <= letter <= 122:
                tail = tail << np.uint64(8) | letter
                length += 1
                continue
            if length > 0:
                counts[k, 0] += 1
            for size in range(SHORTEST, min(length, LONGEST) + 1):
                wanted = tail & (~np.uint64(0) >> np.uint64(64 - 8 * size))
                low, high = 0, len(endings)
                while low < high:
                    middle = (low + high) // 2
                    if endings[middle] < wanted:
                        low = middle + 1
                    else:
                        high = middle
                if low < len(endings) and endings[low] == wanted:
                    counts[k, 1] += 1
                    break
            tail = np.uint64(0)
            length = 0
