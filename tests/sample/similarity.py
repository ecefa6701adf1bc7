"""Most similar pairs of a set of texts: every pair estimated by MinHash, likely ones settled exactly."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from tests.sample.planted import jaccard

LANES = 64  # standard error of an estimate at .5: .06
SLACK = 0.2  # pairs estimated up to this far below the threshold are settled exactly
ROWS = 256  # documents compared with all others at a time


def similar(texts: Sequence[str], least: float) -> list[tuple[float, int, int]]:
    """(Jaccard, i, j) of pairs at ``least`` or above, most similar first."""
    odd = np.arange(1, 2 * LANES, 2, dtype=np.uint32) * np.uint32(0x9E3779B1)
    lanes = np.zeros((LANES, len(texts)), np.uint16)
    for at, text in enumerate(texts):
        squeezed = re.sub(r"\s+", "", text)
        grams = {squeezed[k : k + 5] for k in range(len(squeezed) - 4)} or {squeezed}
        hashes = np.fromiter((zlib.crc32(gram.encode("utf-32-le")) for gram in grams), np.uint32, len(grams))
        mixed = (hashes[:, None] ^ (hashes[:, None] >> np.uint32(15))) * odd
        lanes[:, at] = (mixed ^ (mixed >> np.uint32(13))).min(axis=0).astype(np.uint16)
    found = []
    for start in range(0, len(texts), ROWS):
        block = lanes[:, start : start + ROWS]
        agreeing = np.zeros((block.shape[1], len(texts)), np.uint8)
        for lane in range(LANES):
            agreeing += block[lane][:, None] == lanes[lane][None, :]
        for i, j in zip(*np.nonzero(agreeing >= (least - SLACK) * LANES), strict=True):
            if start + i < j:
                value = jaccard(texts[start + i], texts[j])
                if value >= least:
                    found.append((value, int(start + i), int(j)))
    return sorted(found, reverse=True)
