"""Speed of the tokenizer against ``tokenizers``: encoding, and learning merges from text.

CPU seconds of this process, MB of UTF-8 text; both sides get the same bytes in the same run, and a
figure is given only if both gave the same ids or merges.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import tokenizers
import zstandard
from tokenizers import models, pre_tokenizers, trainers

from corpus.document import TextBuffers, text_buffers
from corpus.errors import MalmoiError
from corpus.masks import MARKS
from serializer.bpe import Encoder
from serializer.config import TokenizerConfig
from serializer.tokenizer import merges, training
from serializer.tokenizer.counts import NO_ENDS, borders, count_pieces, summed, training_ends
from serializer.tokenizer.pretokenizer import PATTERN
from serializer.tokenizer.write import END_OF_DOCUMENT, FIRST_MERGE_ID

SAMPLE = Path(__file__).resolve().parents[2] / "conf" / "sample"
_BYTES_ALONE = FIRST_MERGE_ID  # a vocabulary that leaves the library's trainer nothing to merge
_MARK = re.compile("|".join(re.escape(mark) for mark in sorted(MARKS, key=len, reverse=True)))
LIBRARY = f"tokenizers {tokenizers.__version__}"

T = TypeVar("T")


def bench(texts: Sequence[str] | None = None, vocabulary_size: int = 32_000) -> list[dict[str, Any]]:
    """Rows of name, mb_per_s (one core), ratio and against (the library; both None where it has none).

    ``texts``: the bundled sample's when None.  Raises MalmoiError where results differ.
    """
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    chosen = [unicodedata.normalize("NFC", text) for text in (sample_texts() if texts is None else texts)]
    text = text_buffers(pa.array(chosen, pa.string()))
    size = int(text.offsets[-1]) / 1e6
    config = TokenizerConfig(vocabulary_size=vocabulary_size)

    def learn() -> training.Trained:
        return training.trained(config, summed([count_pieces(text, training_ends(text, NO_ENDS))]), {})

    _warm(config)
    trained, own = _timed(learn)
    between = [part for item in chosen for part in _MARK.split(item)]  # the library's trainer cuts at no token
    theirs, library = _timed(lambda: _library_merges(between, vocabulary_size))
    _same("merges", json.loads(trained.tokenizer)["model"]["merges"], theirs)
    _, unmerged = _timed(lambda: _library_merges(between, _BYTES_ALONE))
    counts = summed([count_pieces(text, training_ends(text, NO_ENDS))])
    pieces, sums = text_buffers(counts.column("piece").combine_chunks()), counts.column("count").to_numpy()
    _, merging = _timed(lambda: merges.learn(pieces, sums, vocabulary_size, config.min_count))
    _, analysing = _timed(lambda: borders(text))
    rows = [
        _row("merges from text, split and count included", size, own, library),
        _row("merges from counts", size, merging, library - unmerged),
        _row("morpheme borders", size, analysing, None),
    ]

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        with open(path, "wb") as stream:
            stream.write(trained.tokenizer)
        encoder = Encoder(path)
        model = tokenizers.Tokenizer.from_file(path)
    model.encode_special_tokens = True
    (ids, starts), cold = _timed(lambda: encoder.encode_buffers(text))
    _, warm = _timed(lambda: encoder.encode_buffers(text))
    encoded, library = _timed(lambda: model.encode_batch_fast(chosen, add_special_tokens=False))
    found = [ids[low:high].tolist() for low, high in pairwise(starts)]
    _same("ids", found, [item.ids for item in encoded])
    return [*rows, _row("encode, empty memo", size, cold, library), _row("encode, warm memo", size, warm, library)]


def sample_texts() -> list[str]:
    """Texts of the bundled sample's zstd JSON lines."""
    texts = []
    for path in sorted(SAMPLE.glob("*/*.jsonl.zst")):
        with path.open("rb") as stream:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
            texts += [str(json.loads(line).get("text") or "") for line in lines]
    return texts


def _library_merges(texts: Sequence[str], vocabulary_size: int) -> list[list[str]]:
    model = tokenizers.Tokenizer(models.BPE())
    split = pre_tokenizers.Split(tokenizers.Regex(PATTERN), "isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=TokenizerConfig().min_count,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[END_OF_DOCUMENT, *MARKS],
        show_progress=False,
    )
    model.train_from_iterator(texts, trainer)
    learned: list[list[str]] = json.loads(model.to_str())["model"]["merges"]
    return learned


def _warm(config: TokenizerConfig) -> None:
    """Compile or load every kernel before anything is timed."""
    text: TextBuffers = text_buffers(pa.array(["나는 나는 학교에 갔다", "나는"], pa.string()))
    trained = training.trained(config, summed([count_pieces(text, training_ends(text, borders(text)))]), {})
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        with open(path, "wb") as stream:
            stream.write(trained.tokenizer)
        Encoder(path).encode_buffers(text)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def _same(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise MalmoiError("bench", f"our {what} differ from those of {LIBRARY}")


def _row(name: str, size: float, seconds: float, library: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "mb_per_s": round(size / seconds, 1),
        "ratio": None if library is None else round(library / seconds, 1),
        "against": None if library is None else LIBRARY,
    }
