"""What of a page is chrome by its elements, roles and names: marks of removed nodes over the scan's table."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus.extract.scan_kernel import Ints, Longs
from corpus.extract.tags import (
    BODY,
    CHARACTERS,
    CHROME,
    FORM,
    H1,
    HEADER,
    HIDDEN,
    LARGE,
    LINKED,
    N_BITS,
    N_NAME,
    N_PARENT,
    N_SIZE,
    SMALL,
    STRIP,
)
from corpus.kernel import kernel

Flags = np.ndarray[Any, np.dtype[np.uint8]]

# What the names of an element make of it (corpus.extract.names).
COMMENTS, HARD, SOFT, CONTAINER, ALWAYS, OVERLAY, CAPTIONED, LICENCE = 1, 2, 4, 8, 16, 32, 64, 128
# Why a node is gone; 0 keeps it.
BY_TAG, AS_COMMENTS, BY_NAME = 1, 2, 3

LARGE_SHARE = 0.5  # 0.3 and 0.8 cost .001 of mean F1
SMALL_SHARE = 0.3
FORM_SHARE = 0.1
OWN_CHARACTERS = 200  # a box with more text than this, 80 % of it outside links, is content whatever its soft name
OWN_SHARE = 0.8
REST_CHARACTERS = 150  # comments go if so much is left,
REST_SHARE = 0.1  # and this share of the page


@kernel
def prune(nodes: Ints, sorts: Longs, mild: bool) -> Flags:
    """Marks of removed nodes (their subtrees go with them).  ``sorts`` is of names; ``mild`` removes only what
    holds no text by its element, and nav and footer."""
    count = len(nodes)
    gone = np.zeros(count, np.uint8)
    outside = np.empty(count, np.int64)
    every = np.empty(count, np.int64)
    headings = np.empty(count, np.int32)
    total = np.int64(0)
    left = np.int64(0)  # of the page after what goes by its element
    for stage in range(4):
        outside[:] = 0
        every[:] = 0
        headings[:] = 0
        for node in range(count - 1, -1, -1):
            bits = nodes[node, N_BITS]
            if bits & CHARACTERS:
                every[node] = nodes[node, N_SIZE]
                outside[node] = 0 if bits & LINKED else nodes[node, N_SIZE]
            elif gone[node]:
                continue
            elif stage == 0:
                if bits & STRIP:
                    gone[node] = BY_TAG
                    continue
                if bits & BODY:
                    total = max(total, outside[node])
            elif stage == 1:
                if (bits & LARGE) and outside[node] < LARGE_SHARE * total:
                    gone[node] = BY_TAG
                    continue
            elif stage == 2:
                if bits & BODY:
                    left = max(left, outside[node])
                if (bits & (SMALL | HIDDEN | CHROME)) and _goes(
                    bits, outside[node], every[node], headings[node], total
                ):
                    gone[node] = BY_TAG
                    continue
            elif nodes[node, N_NAME] >= 0 and not bits & BODY and nodes[node, N_PARENT] >= 0:
                sort = sorts[nodes[node, N_NAME]]
                if sort & ALWAYS:
                    gone[node] = BY_NAME
                    continue
                if sort & COMMENTS:
                    if total - outside[node] >= max(REST_CHARACTERS, REST_SHARE * total):
                        gone[node] = AS_COMMENTS
                        continue
                elif sort & OVERLAY and outside[node] < LARGE_SHARE * total:
                    gone[node] = BY_NAME
                    continue
                elif sort & (HARD | SOFT) and outside[node] < LARGE_SHARE * left:
                    own = outside[node] > OWN_CHARACTERS and outside[node] > OWN_SHARE * every[node]
                    if sort & HARD or not own:
                        gone[node] = BY_NAME
                        continue
            parent = nodes[node, N_PARENT]
            if parent >= 0:
                outside[parent] += outside[node]
                every[parent] += every[node]
                headings[parent] += headings[node] + ((bits & H1) != 0)
        if mild and stage == 1:
            break
    return gone


@kernel
def _goes(bits: int, outside: int, every: int, headings: int, total: np.int64) -> bool:
    if bits & HEADER and (
        (headings > 0 and outside < SMALL_SHARE * total) or (every > 150 and outside > OWN_SHARE * every)
    ):
        return False
    return bool(outside < (FORM_SHARE if bits & FORM else SMALL_SHARE) * total)
