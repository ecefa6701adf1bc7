"""What each step of `malmoi pipe` does with a batch of records: the functions that the stages run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpus.document import EDITS, DocumentBatch
from corpus.errors import ConfigError, RecordError
from corpus.ledger import DROPPED, KEPT, QUARANTINE_CLASSES
from corpus.sources.config import IngestConfig
from filters import catalog
from filters.boilerplate.site import site_of
from filters.decision import decide
from filters.dedup.config import DedupConfig
from filters.rule import Scorer
from jobs.config import Config

Record = dict[str, Any]
TOKENS = "tokens"


@dataclass(frozen=True)
class Step:
    """``needs``: the field, besides id, that a record must have, or ``instead``; ``may``: strings that may be null
    or absent; ``counts``: maps of a string to a number that may be.  ``run`` answers every record, or says by a
    RecordError why it has no answer."""

    needs: str
    run: Callable[[list[Record]], Sequence[Record | RecordError]]
    may: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    instead: str | None = None
    surrogates: bool = False  # the step removes lone surrogates itself
    vocabulary: int = field(default=0)  # token ids must be below


def prepare(step: str, config: Config | None, tokenizer: str | None) -> Step:
    """The step under a configuration, or under the built-in values.  Raises ConfigError."""
    if step == "extract":
        from jobs.tasks.pipe_extract import ENCODED, HTML, Pages

        return Step(HTML, Pages().run, ("url", "content_type", HTML), instead=ENCODED)
    if step == "annotate":
        filters = config.filters if config else catalog.FilterConfig()
        kinds = config.kinds if config else {}
        rules = catalog.scorers(catalog.pinned(filters))
        strings = ("title", "source", "kind")
        return Step("text", lambda records: annotate(records, filters, kinds, rules), strings, ("edits",))
    if step == "clean":
        from jobs.tasks.clean import Cleaner

        cleaner = Cleaner(config.ingest if config else IngestConfig())
        may = ("title", "source", "kind", "url")
        return Step("text", lambda records: [clean(cleaner, item) for item in records], may, surrogates=True)
    if step == "mask":
        addresses = config.ingest.ip_addresses if config else IngestConfig().ip_addresses
        return Step("text", lambda records: mask(records, addresses))
    if step == "signature":
        from filters.dedup.signature import signature_of

        dedup = config.dedup if config else DedupConfig()
        return Step("text", lambda records: [{"id": r["id"], **signature_of(r["text"], dedup)} for r in records])
    if step in ("encode", "decode"):
        if tokenizer is None:
            raise ConfigError("--tokenizer", f"{step} needs a tokenizer.json", "Give it as --tokenizer FILE")
        from serializer.bpe import Encoder

        encoder = Encoder(tokenizer)
        if step == "encode":
            return Step("text", lambda records: encode(encoder, records))
        return Step(TOKENS, lambda records: decode(encoder, records), vocabulary=encoder.vocabulary_size)
    raise ConfigError(step, "no such step")


def annotate(
    records: list[Record], filters: catalog.FilterConfig, kinds: Any, rules: Sequence[Scorer] | None = None
) -> list[Record]:
    """Scores, and the fate under the thresholds of the record's kind and source."""
    if not records:
        return []
    names = ("source", "kind", "title", "text")
    columns = {name: pa.array([item.get(name) for item in records], pa.string()) for name in names}
    edits = [{"counts": list(item["edits"].items())} if item.get("edits") else None for item in records]
    batch = pa.record_batch({**columns, "edits": pa.array(edits, EDITS)})
    rows = catalog.score_batch(DocumentBatch(batch), rules)
    decided = decide(rows, filters, kinds)
    scores = rows.select([name for name in rows.schema.names if "." in name]).to_pylist()
    reasons = zip(decided.reason.to_pylist(), decided.all_reasons.to_pylist(), strict=True)
    return [
        {
            "id": item["id"],
            "scores": measured,
            "fate": KEPT if reason is None else DROPPED,
            "reason": reason,
            "reasons": failed,
        }
        for item, measured, (reason, failed) in zip(records, scores, reasons, strict=True)
    ]


def clean(cleaner: Any, record: Record) -> Record:
    site = site_of(record.get("source"), record.get("url"))
    cleaned = cleaner.clean(record["text"], record.get("title"), record.get("kind"), site)
    return {"id": record["id"], "title": cleaned.title, "text": cleaned.text, "edits": cleaned.counts}


def mask(records: list[Record], addresses: bool) -> list[Record]:
    """``addresses``: mask IPv4 addresses of persons, too."""
    from filters.privacy.masking import mask as masked

    found = [(item["id"], masked(item["text"], addresses=addresses)) for item in records]
    return [
        {"id": key, "text": answer.text, "spans": [span._asdict() for span in answer.spans]} for key, answer in found
    ]


def encode(encoder: Any, records: list[Record]) -> list[Record]:
    found = encoder.encode_batch([item["text"] for item in records])
    return [{"id": item["id"], TOKENS: ids.tolist()} for item, ids in zip(records, found, strict=True)]


def decode(encoder: Any, records: list[Record]) -> list[Record]:
    return [{"id": item["id"], "text": encoder.decode(item[TOKENS])} for item in records]


def parse(step: Step, line: bytes | None) -> Record | RecordError:
    """The record of a line, or why there is none: (its id or None, a quarantine class, what is wrong)."""
    if line is None:
        return _refused("record.too_large")
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _refused("record.not_utf8", f"byte {error.start} of the line is not UTF-8")
    except (ValueError, RecursionError) as error:
        column = getattr(error, "colno", None)
        return _refused("record.malformed", f"not JSON from column {column} on" if column else "not JSON that is read")
    if not isinstance(record, dict):
        return _refused("record.malformed", f"expected a JSON object, found {type(record).__name__}")
    key = record.get("id")
    if not isinstance(key, str | int) or isinstance(key, bool) or not _encodes(str(key)):
        return _refused("record.malformed", "field id must be a string or an integer")
    if step.needs == TOKENS:
        tokens = record.get(TOKENS)
        if not isinstance(tokens, list) or not all(_is_token(number, step.vocabulary) for number in tokens):
            return _refused("record.missing_text", f"field tokens must list ids below {step.vocabulary}", key)
        return record
    if not any(isinstance(record.get(name), str) for name in (step.needs, step.instead) if name):
        wanted = f"{step.needs} or {step.instead}" if step.instead else step.needs
        return _refused("record.missing_text", f"field {wanted} must be a string", key)
    for name in step.may:
        if not isinstance(record.get(name), str | None):
            return _refused("record.malformed", f"field {name} must be a string or null", key)
    for name in step.counts:
        if not _are_counts(record.get(name)):
            return _refused("record.malformed", f"field {name} must give a name's number below 2^31, or be null", key)
    values = [record.get(name) or "" for name in (step.needs, *step.may)]
    if not step.surrogates and not all(map(_encodes, values)):
        return _refused("record.not_utf8", "a field holds a lone surrogate", key)
    return record


def _is_token(number: Any, vocabulary: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < vocabulary


def _are_counts(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, dict) and all(_encodes(name) and _is_token(value[name], 1 << 31) for name in value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(code: str, message: str | None = None, key: Any = None) -> RecordError:
    return RecordError(key, code, message or QUARANTINE_CLASSES[code])
