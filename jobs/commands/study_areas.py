"""`malmoi study areas --run RUN --output DIR`: a table of what every area is worth, and a proposal to paste."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import storage
from corpus.errors import GateError, InputError
from corpus.identity import id_strings
from corpus.ledger import KEPT
from corpus.manifest import Manifest
from corpus.report.markup import shown
from corpus.report.scan import batches
from corpus.spreadsheet import cell
from corpus.table import read_table
from filters.decision import decide
from jobs import load
from jobs.commands.closing import read_manifests
from jobs.commands.columns import aligned
from jobs.config import Config
from jobs.tasks import quantiles
from jobs.tasks.area_study import BARRED, MARKS, MEASURES, Area, Rows, areas, concern, encode
from jobs.tasks.decisions import array

SHOWN = 30  # areas on the terminal; the table holds them all
HEAD = (
    "area",
    "sources",
    "kinds",
    "documents",
    "kept",
    "quality_10",
    "quality_50",
    "quality_90",
    "rank",
    "spam",
    "harm",
)
TAIL = ("importance", "proposal", "because")

Array = np.ndarray[Any, np.dtype[Any]]


def run_study_areas(run: str, output: str, assignments: list[str], stream: TextIO) -> int:
    """Write areas.tsv and areas.yaml below ``output``, and print the largest areas.

    Raises InputError when the run has no attributes.
    """
    run = run.rstrip("/") if "://" in run else storage.local_path(run)
    published = read_manifests(run)
    if "annotate" not in published:
        raise InputError(run, "no attributes were published here", "Run `malmoi annotate` first")
    config = load.published(run, assignments)
    rows = collect(run, published, config)
    found = areas(rows, config.study.areas, "select" in published)
    folder = storage.join(output) if "://" in output else storage.local_path(output)
    written = {
        storage.join(folder, name): make(found) for name, make in (("areas.tsv", table), ("areas.yaml", snippet))
    }
    for uri, text in written.items():  # before what is printed: its reader may leave early
        storage.write_bytes(uri, text.encode("utf-8", "replace"))
    stream.write(render(found[:SHOWN]))
    if len(found) > SHOWN:
        stream.write(f"… {len(found) - SHOWN:,} more areas\n")
    if not rows.scored.any():
        stream.write(f"no column {config.select.quality.score}: nothing is proposed as core\n")
    stream.write("".join(f"{uri}\n" for uri in written))
    return 0


def collect(run: str, published: Mapping[str, Manifest], config: Config) -> Rows:
    """Columns of all documents; what the decisions say, or where there are none, what the rules would."""
    every, bits, kept = _decisions(run, published)
    names: tuple[dict[str, int], ...] = ({}, {}, {})
    columns: dict[str, list[Array]] = {}
    score, link = config.select.quality.score, config.study.areas.in_links
    wanted = ["id", "area", "source", "kind", "signals", *(["meta"] if link else [])]
    for part in published["ingest"].files("documents"):
        documents = read_table(storage.join(run, part.name), wanted).combine_chunks()
        attributes = read_table(storage.join(run, "attributes", storage.name(part.name))).combine_chunks()
        if not attributes.column("id").equals(documents.column("id")):
            raise GateError(f"attributes/{storage.name(part.name)}", "does not hold its documents", "Run it again")
        if not documents.num_rows:
            continue
        piece: dict[str, Array] = {}
        for codes_of, name in zip(names, ("area", "source", "kind"), strict=True):
            encoded = array(documents, name).dictionary_encode(null_encoding="encode")
            piece[name] = encode(codes_of, encoded.dictionary.to_pylist())[encoded.indices.to_numpy()]
        held = score in attributes.schema.names
        codes, scored = quantiles.steps(attributes.column(score)) if held else (np.zeros(documents.num_rows),) * 2
        piece["steps"], piece["scored"] = codes.astype(np.int64), scored.astype(bool)
        if "select" in published:
            ids = id_strings(array(documents, "id"))
            place = np.minimum(np.searchsorted(every, ids), max(len(every) - 1, 0))
            if not len(every) or (every[place] != ids).any():
                raise GateError("decisions", f"do not name every document of {part.name}", "Run select again")
            piece["concerns"], piece["kept"] = bits[place], kept[place]
        else:
            decided = decide(attributes, config.filters, dict(config.kinds))
            piece["concerns"], piece["kept"] = _bits(decided.all_reasons), decided.passes
        signals = array(documents, "signals")
        for name in (*MARKS, "likes", "author_level"):
            piece |= _numbers(name, pc.struct_field(signals, name))
        if link:
            piece |= _numbers("in_links", _parsed(pc.map_lookup(array(documents, "meta"), link, "first")))
        for name, values in piece.items():
            columns.setdefault(name, []).append(values)
    if not columns:
        raise InputError(run, "holds no document", "Ingest some first")
    whole = {name: np.concatenate(values) for name, values in columns.items()}

    def known(wanted: tuple[str, ...]) -> dict[str, tuple[Array, Array]]:
        found = {name: (whole[name], whole[f"{name}?"]) for name in wanted if name in whole}
        return {name: pair for name, pair in found.items() if pair[1].any()}

    return Rows(
        areas=list(names[0]),
        sources=list(names[1]),
        kinds=list(names[2]),
        **{name: whole[name] for name in ("area", "source", "kind", "steps", "scored", "kept", "concerns")},
        marks=known(MARKS),
        measures=known(MEASURES),
    )


def _decisions(run: str, published: Mapping[str, Manifest]) -> tuple[Array, Array, Array]:
    """Ids of all decisions, ascending, with their concerns and whether they are kept."""
    ids, bits, kept = [np.empty(0, "S16")], [np.empty(0, np.uint8)], [np.empty(0, bool)]
    for batch in batches(run, published, "select", "decisions", ["id", "fate", "all_reasons"]):
        ids.append(id_strings(batch.column("id")))
        bits.append(_bits(batch.column("all_reasons")))
        kept.append(np.asarray(pc.equal(batch.column("fate"), KEPT)))
    every = np.concatenate(ids)
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate(bits)[order], np.concatenate(kept)[order]


def _bits(lists: pa.Array) -> Array:
    """The concerns of each row's reasons."""
    found = np.zeros(len(lists), np.uint8)
    encoded = lists.flatten().dictionary_encode()
    if len(encoded):
        values = np.array([concern(reason) for reason in encoded.dictionary.to_pylist()], np.uint8)
        owner = np.repeat(np.arange(len(lists)), np.asarray(pc.fill_null(lists.value_lengths(), 0)))
        np.bitwise_or.at(found, owner, values[np.asarray(encoded.indices)])
        of_area = np.array([reason.startswith("area.") for reason in encoded.dictionary.to_pylist()])
        others = np.bincount(owner, ~of_area[np.asarray(encoded.indices)], len(lists))
        found[(others == 0) & (np.bincount(owner, minlength=len(lists)) > 0)] |= BARRED
    return found


def _numbers(name: str, column: pa.Array) -> dict[str, Array]:
    """A column as floats under its name, and where it is known under ``name?``."""
    known = np.asarray(pc.is_valid(column))
    return {name: pc.fill_null(pc.cast(column, pa.float64()), 0.0).to_numpy(), f"{name}?": known}


def _parsed(texts: pa.Array) -> pa.Array:
    """Whole numbers among texts; null for others."""
    good = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,15}$"), False)
    return pc.cast(pc.if_else(good, texts, None), pa.int64())


def render(found: list[Area]) -> str:
    """A table for a terminal."""
    head = (
        "구역 area",
        "문서 documents",
        "남김 kept",
        "품질 rank",
        "스팸 spam",
        "해로움 harm",
        "겹침 twins",
        "중요도 importance",
    )
    rows: list[tuple[str, ...]] = [(*head, "제안 proposal")]
    for area in found:
        shares = (area.spam, area.harm, area.duplicates)
        rows.append(
            (
                shown(area.area, 40) or "–",
                f"{area.documents:,}",
                f"{area.kept / area.documents:.2f}",
                _two(area.rank),
                *(_two(None if part is None else part / area.documents) for part in shares),
                _two(area.importance),
                f"{area.proposal} ({', '.join(area.because)})",
            )
        )
    return aligned(rows, right=range(1, 8))


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def table(found: list[Area]) -> str:
    """Every area with every measure, tab-separated; empty where nothing is known."""
    lines = ["\t".join((*HEAD, "duplicates", *MARKS, *MEASURES, *TAIL))]
    for area in found:
        numbers = [*(area.quality or (None,) * 3), area.rank, area.spam, area.harm, area.duplicates]
        numbers += [area.marks.get(name) for name in MARKS] + [area.measures.get(name) for name in MEASURES]
        names = (area.area, " ".join(area.sources), " ".join(area.kinds))
        cells = [*(cell(shown(name)) for name in names), str(area.documents), str(area.kept)]
        cells += ["" if value is None else f"{value:.6g}" for value in (*numbers, area.importance)]
        lines.append("\t".join((*cells, area.proposal, "; ".join(area.because))))
    return "".join(line + "\n" for line in lines)


def snippet(found: list[Area]) -> str:
    """What `select.areas` would be; areas proposed as normal are the default and left out."""
    lines = ["select:", "  areas:", "    default: normal"]
    chosen = [area for area in found if area.proposal != "normal" and area.area]
    lines.append("    classes:" if chosen else "    classes: {}")
    for area in sorted(chosen, key=lambda area: (area.proposal, area.area)):
        note = f"{area.documents:,} documents; {', '.join(area.because)}"
        lines.append(f"      {_quoted(area.area)}: {area.proposal}  # {note}")
    return "".join(line + "\n" for line in lines)


def _quoted(name: str) -> str:
    """A YAML string of one line, whatever the name holds."""
    text = json.dumps(name, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
