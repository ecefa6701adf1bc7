"""`malmoi train language`: a fastText model of languages, from JSON lines with text and language.

It is trained on what the rule will show it, samples of prose by script, whole and cut short, and compared with the
shipped model on texts that were not trained on: a share of each language's, by hash, or a held-out set.  The
library (`pip install malmoi[train]`) trains on one thread, so that the same texts give the same model.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa

from corpus import storage
from corpus.document import text_buffers
from corpus.errors import ConfigError, InputError, PreflightError
from corpus.hangul import nfc
from corpus.identity import keyed_hash
from filters.language.fasttext import FastText
from filters.language.identifier import COLUMNS, Identifier, column, identifier
from filters.language.prose import Prose
from jobs.commands.columns import aligned
from jobs.commands.training_records import numbered

CUTS = (600, 100, 30)  # characters of a training text: a sample as the rule takes it, and two short ones
HELD_OUT = 20  # percent of each language's texts where no held-out set is given
SETTINGS = {"dim": 16, "minn": 2, "maxn": 4, "bucket": 200_000, "epoch": 15, "lr": 0.5, "loss": "softmax"}
BYTES_PER_ROW = 25  # of a quantised table: 8 codes, a norm, a pair of the index; words have their letters besides


@dataclass(frozen=True, slots=True)
class Sample:
    """The main script's prose of one record, as the rule samples it."""

    text: str
    language: str
    digest: bytes  # of the record's folded text: the same text never lies on both sides


def flags(parser: argparse.ArgumentParser) -> None:
    """What is this trainer's own."""
    add = parser.add_argument
    add("--field", default="language", metavar="NAME", help="field with the language, as ko or kor_Hang")
    add("--most", type=int, default=2000, metavar="N", help="texts of one language, by hash (default 2000)")
    add("--bytes", type=int, default=938_013, metavar="N", help="size of the model (default: that of lid.176.ftz)")


def run(arguments: argparse.Namespace, stream: TextIO) -> int:
    """Train, write the model, print its accuracy beside the shipped one's, and what to pin."""
    library = _library()
    samples = list(_samples(_records(arguments.input, arguments.field), arguments.most))
    held = list(_samples(_records(arguments.held_out, arguments.field), arguments.most))
    if held:
        known = {sample.digest for sample in held}
        samples = [sample for sample in samples if sample.digest not in known]
    else:
        away = [keyed_hash(0, "train language", sample.digest) % 100 < HELD_OUT for sample in samples]
        held = [sample for sample, out in zip(samples, away, strict=True) if out]
        samples = [sample for sample, out in zip(samples, away, strict=True) if not out]
    languages = Counter(sample.language for sample in samples)
    if len(languages) < 2 or not any(column(language) == "ko" for language in languages) or not held:
        raise InputError(
            ", ".join(arguments.input),
            f"has texts of {', '.join(sorted(languages)) or 'no language'}",
            "Give JSON lines of Korean and of another language, some of them to be held out",
        )
    data = _train(library, samples, arguments.bytes)
    ours = Identifier(FastText.parse(data, arguments.output))
    storage.write_bytes(arguments.output, data)
    texts = {cut: _cut(held, cut) for cut in CUTS}
    rows: list[tuple[str, ...]] = [("texts of", "held out", "characters", "this model", "lid.176.ftz")]
    for cut, found in texts.items():
        wanted = [column(sample.language) for sample in found]
        right = [_right(model, found, wanted) for model in (ours, identifier())]
        for name in ("all", *(code for code in COLUMNS if code in wanted)):
            chosen = np.array([name in ("all", one) for one in wanted])
            shares = (f"{float(one[chosen].mean()):.4f}" for one in right)
            rows.append((name, f"{int(chosen.sum()):,}", f"at most {cut}", *shares))
    stream.write(f"trained on {len(samples):,} texts: {_listed(languages)}\n{aligned(rows)}")
    stream.write(f"\nfilters:\n  language:\n    model:\n      file: {arguments.output}\n")
    stream.write(f"      digest: {hashlib.sha256(data).hexdigest()}\n")
    return 0


def _library() -> Any:
    try:
        library = importlib.import_module("fasttext")
        library.train_supervised  # noqa: B018  (fasttext-predict is another module of the same name)
    except (ImportError, AttributeError) as error:
        raise PreflightError(
            "malmoi train language", "the fastText library is not here", "pip install 'malmoi[train]'"
        ) from error
    return library


def _records(uris: Sequence[str], field: str) -> Iterator[tuple[str, str]]:
    """Text and language of every record that has both."""
    for data, where in numbered(uris):
        row = _row(data, where)
        text, language = row.get("text"), row.get(field)
        if isinstance(text, str) and isinstance(language, str) and language.strip():
            yield nfc(text), language


def _row(data: bytes | None, where: str) -> dict[str, Any]:
    try:
        row = json.loads(data) if data and data.strip() else {}
    except ValueError as error:
        raise InputError(where, "is no JSON", "One JSON object a line") from error
    if data is None or not isinstance(row, dict):
        raise InputError(where, "is no JSON object of at most 10 MiB", "One JSON object a line")
    return row


def _samples(records: Iterable[tuple[str, str]], most: int) -> Iterator[Sample]:
    """One sample a text, no text twice, of each language those ``most`` whose hash is lowest."""
    chosen: dict[str, dict[bytes, str]] = {}
    for text, language in records:
        if not all(one.isalnum() or one in "-_" for one in language):
            raise InputError("a record", "has a language that is no code", "Name languages as ko or kor_Hang")
        folded = "".join(one for one in text.lower() if one.isalnum())
        rows = chosen.setdefault(language, {})
        rows[hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=16).digest()] = text
        if len(rows) > 2 * most:
            chosen[language] = dict(sorted(rows.items())[:most])
    for language in sorted(chosen):
        rows = dict(sorted(chosen[language].items())[:most])
        prose = Prose.read(text_buffers(pa.array(list(rows.values()), pa.large_string())), least=1)
        main = prose.weights.argmax(axis=1)
        keys = list(rows)
        for k, (document, group) in enumerate(zip(prose.document.tolist(), prose.group.tolist(), strict=True)):
            if group == main[document]:
                start, end = prose.samples.offsets[k], prose.samples.offsets[k + 1]
                text = prose.samples.data[start:end].tobytes().decode("utf-8", "ignore")
                yield Sample(text, language, keys[document])


def _cut(samples: Iterable[Sample], most: int) -> list[Sample]:
    return [Sample(sample.text[:most], sample.language, sample.digest) for sample in samples]


def _train(library: Any, samples: Sequence[Sample], size: int) -> bytes:
    """A quantised model of at most ``size`` bytes."""
    with tempfile.TemporaryDirectory(prefix="malmoi-language-") as folder:
        texts = [sample for cut in CUTS for sample in _cut(samples, cut)]
        texts.sort(key=lambda sample: (keyed_hash(len(sample.text), "order", sample.digest), sample.language))
        file = Path(folder, "texts")
        rows = (f"__label__{sample.language} {sample.text.strip()}\n" for sample in texts)
        file.write_text("".join(rows), encoding="utf-8")
        labels = len({sample.language for sample in samples})
        rows_kept = (size - 40_000 - labels * 100) // BYTES_PER_ROW
        if rows_kept < 1000:
            raise ConfigError("--bytes", f"{size:,} bytes hold no model", "Allow 100,000 or more")
        model = library.train_supervised(input=str(file), thread=1, verbose=0, minCount=5, **SETTINGS)
        while True:
            small = library.load_model(_saved(model, folder))
            small.quantize(input=str(file), cutoff=rows_kept, qnorm=True, retrain=True, thread=1, verbose=0, epoch=5)
            data = Path(_saved(small, folder)).read_bytes()
            if len(data) <= size:
                return data
            rows_kept = rows_kept * 9 // 10


def _saved(model: Any, folder: str) -> str:
    path = os.path.join(folder, "model")
    model.save_model(path)
    return path


def _right(model: Identifier, samples: Sequence[Sample], wanted: Sequence[str]) -> Any:
    shares, _ = model.identify(text_buffers(pa.array([sample.text for sample in samples], pa.large_string())))
    return np.array([COLUMNS[place] for place in shares.argmax(axis=1)]) == np.array(wanted)


def _listed(languages: Counter[str]) -> str:
    return ", ".join(f"{language} {count:,}" for language, count in languages.most_common())
