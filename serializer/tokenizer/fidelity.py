"""How far the finished tokenizer, used without an analyzer, keeps to the morphemes it was taught by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from corpus.document import TextBuffers
from serializer.bpe import Encoder
from serializer.tokenizer.counts import borders, training_ends
from serializer.tokenizer.pretokenizer import hangul_ends

NOTHING = dict.fromkeys(("tokens", "unchanged", "morpheme_borders", "token_borders", "shared_borders"), 0)

_PLACES = 6  # decimals of a share


def fidelity(text: TextBuffers, encoder: Encoder) -> dict[str, int]:
    """Integer sums over texts in NFC.

    ``tokens`` at use, and how many of them are ``unchanged``: also there when no merge may cross a
    morpheme border.  Inside Hangul pieces: borders of morphemes, of tokens, and of both at once.
    """
    if text.offsets[0] == text.offsets[-1]:
        return dict(NOTHING)
    start = text.offsets[:1]
    wanted = borders(text)
    guided = TextBuffers(text.data, np.concatenate([start, training_ends(text, wanted)]))
    used, taught = encoder.token_ends(text), encoder.token_ends(guided)
    spans, taught_spans = (_spans(np.concatenate([start, ends])) for ends in (used, taught))
    inside = hangul_ends(text, used)
    return {
        "tokens": len(used),
        "unchanged": len(np.intersect1d(spans, taught_spans, assume_unique=True)),
        "morpheme_borders": len(wanted),
        "token_borders": len(inside),
        "shared_borders": len(np.intersect1d(wanted, inside, assume_unique=True)),
    }


def _spans(ends: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Start and length of every token in one number; batches are far below 2^31 bytes."""
    return (ends[:-1] << 31) + np.diff(ends)


def facts(sums: Mapping[str, int]) -> dict[str, Any]:
    """The sums with the shares that people read: of changed ids, and precision, recall and F1 of borders."""
    precision = _share(sums["shared_borders"], sums["token_borders"])
    recall = _share(sums["shared_borders"], sums["morpheme_borders"])
    f1 = _share(2 * sums["shared_borders"], sums["token_borders"] + sums["morpheme_borders"])
    changed = _share(sums["tokens"] - sums["unchanged"], sums["tokens"])
    return {**sums, "changed_share": changed, "border_precision": precision, "border_recall": recall, "border_f1": f1}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _PLACES) if whole else None
