"""`malmoi quarantine list|retry RUN`: what could not be read, and reading it again after a fix.

A retry reads only the quarantined units, by file and offset, under the configuration given: a raised limit, a
corrected mapping, a repaired file, newer code.  What can be read now becomes documents in new files, its fate moves,
and the ingest manifest is written anew as the next generation; later stages follow its digest.  A change that would
alter documents that are not quarantined is refused: ingest has to run again for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from corpus import manifest as manifests
from corpus import storage
from corpus.document import QUARANTINE
from corpus.errors import ConfigError, GateError
from corpus.identity import MODULUS
from corpus.ledger import KEPT, QUARANTINED, Census, Entry, Tally
from corpus.manifest import Manifest
from corpus.report.markup import shown
from corpus.sources.adapters.registry import joins
from corpus.sources.config import InputConfig
from corpus.sources.listing import format_of, input_files, plan_file
from corpus.table import PartWriter, read_batches
from jobs.commands.columns import aligned
from jobs.lock import locked
from jobs.pipeline import Pipeline
from jobs.stage import StageContext
from jobs.tasks import clean
from jobs.tasks.account import Account
from jobs.tasks.ingest import PLACES
from jobs.tasks.retry import RetryTask, Unit, retry_part, unit_of

ORIGINS = 5  # offsets shown of a group
LIMITS = ("max_record_bytes", "split_bytes")  # of ingest: they decide what is read, not what becomes of it
FIXED = ("name", "kind", "kind_by", "class", "rights")  # of an input: they are in every document

Row = dict[str, Any]


# ------------------------------------------------------------------ list


def groups(run: str) -> list[dict[str, Any]]:
    """Units by class, source and file, with their offsets ascending; never content."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in _rows(run, manifests.read(run, "ingest")):
        key = (row["class"], row["source"], row["file"])
        group = found.setdefault(
            key, {"class": key[0], "source": key[1], "file": key[2], "units": 0, "bytes": 0, "origins": []}
        )
        group["units"] += 1
        group["bytes"] += row["bytes"] or 0
        origin = {"offset": row["offset"], "digest": row["digest"].hex(), "detail": row["detail"]}
        group["origins"].append(origin)
    for group in found.values():
        group["origins"].sort(key=lambda origin: (origin["offset"], origin["digest"]))
    return [found[key] for key in sorted(found)]


def _rows(run: str, manifest: Manifest) -> list[Row]:
    return [
        row
        for part in manifest.files("quarantine")
        for batch in read_batches(storage.join(run, part.name))
        for row in batch.to_pylist()
    ]


def run_list(run: str, as_json: bool, stream: TextIO) -> int:
    """Print the groups, as columns or as JSON with every origin."""
    found = groups(_local(run))
    if as_json:
        stream.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return 0
    if not found:
        stream.write("nothing is quarantined\n")
        return 0
    rows: list[tuple[str, ...]] = [("class", "source", "file", "units", "bytes", "offsets")]
    for group in found:
        places = [str(origin["offset"]) for origin in group["origins"][:ORIGINS]]
        more = ["…"] if group["units"] > ORIGINS else []
        named = (group["class"], shown(group["source"]), shown(group["file"]))
        rows.append((*named, f"{group['units']:,}", f"{group['bytes']:,}", ", ".join(places + more)))
    stream.write(aligned(rows, right=(3, 4)))
    return 0


def _local(run: str) -> str:
    return run.rstrip("/") if "://" in run else storage.local_path(run)


# ------------------------------------------------------------------ retry


@dataclass(frozen=True)
class Retried:
    """Units read again and what they became; ``left``: units of files that are gone or of joined threads;
    ``vanished``: what they covered holds no record any more."""

    units: int
    left: int
    documents: int
    dropped: int
    quarantined: int

    @property
    def vanished(self) -> int:
        return max(0, self.units - self.documents - self.dropped - self.quarantined)


def retry(pipeline: Pipeline) -> Retried:
    """Raises ConfigError when more than the reading of units changed."""
    from jobs.spark import ingest, superseded
    from jobs.spark.parts import map_parts

    run = pipeline.run
    with locked(run):
        present = manifests.read(run, "ingest")
        refuse_other_changes(run, present, pipeline, ingest.versions())
        context = StageContext("ingest", pipeline.config, run, {}, pipeline.progress, pipeline.session)
        generation = int(present.details.get("generation", 0)) + 1
        rows = _rows(run, present)
        tasks, read = _tasks(pipeline, present, rows, generation)
        left = [row for row in rows if id(row) not in read]
        results = map_parts(context, tasks, retry_part, "files")
        retried = [row for row in rows if id(row) in read]
        if not retried or all(_same(results, retried)):
            return Retried(len(retried), len(left), 0, 0, len(retried))
        account = account_of(present)
        remove(account, retried, pipeline.config.inputs)
        account.others = [part for part in account.others if not part.name.startswith("quarantine/")]
        if left:
            with PartWriter(
                run, f"quarantine/retry{generation:03d}-left.parquet", QUARANTINE, PLACES["quarantine"]
            ) as writer:
                writer.write(_batch(left))
            account.others.append(writer.done())
        known = set(account.documents)
        for task, result in zip(tasks, results, strict=True):
            account.add(task.item.name, [result])
        moved = {fate: sum(result["records"][fate][0] for result in results) for fate in (KEPT, "dropped", QUARANTINED)}
        for answer in superseded.rewrite(context, sorted(account.documents)):
            if answer["old"] in known:  # its rows are in the census as a whole
                for census in (Census.from_rows(answer["documents"]["census"]), _as_kept(answer["census"])):
                    _subtract(account.census, census)
            account.supersede(answer)
        published = ingest.result_of(context, account)
        earlier = present.details.get("generations", [])
        told = {"generation": generation, "units": len(retried), **moved, "versions": dict(ingest.versions())}
        pipeline.republish("ingest", published, {"generation": generation, "generations": [*earlier, told]})
    return Retried(len(retried), len(left), moved[KEPT], moved["dropped"], moved[QUARANTINED])


def refuse_other_changes(run: str, present: Manifest, pipeline: Pipeline, versions: Mapping[str, Any]) -> None:
    """Raise ConfigError when editors, rights or kinds are not those of the documents that are there."""
    before = json.loads(storage.read_bytes(storage.join(run, "config.json")))
    old, new = _fixed(before), _fixed(pipeline.tree)
    cleaning = {name: versions[name] for name in clean.versions()}
    old["versions"], new["versions"] = {name: present.details["versions"].get(name) for name in cleaning}, cleaning
    changed = [
        f"{part}.{key}"
        for part in new
        for key in {**old[part], **new[part]}
        if old[part].get(key) != new[part].get(key)
    ]
    if changed:
        raise ConfigError(
            ", ".join(sorted(changed)),
            "changed since the documents of this run were made, which holds for all of them",
            "Run `malmoi ingest` again; a retry reads quarantined units alone",
        )


def _fixed(tree: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    inputs = {item["name"]: {key: item[key] for key in FIXED} for item in tree["inputs"]}
    return {
        "inputs": inputs,
        "ingest": {key: value for key, value in tree["ingest"].items() if key not in LIMITS},
        "kinds": dict(tree["kinds"]),
    }


def _tasks(pipeline: Pipeline, present: Manifest, rows: list[Row], generation: int) -> tuple[list[RetryTask], set[int]]:
    """A task per file that can be read again, and the identities of the rows that it covers."""
    by_file: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_file.setdefault((row["source"], row["file"]), []).append(row)
    now = pipeline.input_digests()
    before = present.details["inputs"].get("files", {})
    seen = _seen(pipeline.run, present, {file for _, file in by_file})
    tasks: list[RetryTask] = []
    read: set[int] = set()
    for item in pipeline.config.inputs:
        if joins(item):
            continue  # a recovered record may belong to a document that is there: the thread must be joined again
        changed = {name for name, _ in map(tuple, now[item.name])} - {
            name for name, digest in map(tuple, now[item.name]) if [name, digest] in before.get(item.name, [])
        }
        files = input_files(item)
        held = _by_container({file for _, file in files}, [name for source, name in by_file if source == item.name])
        for uri, file in files:
            names = held.get(file)
            if not names:
                continue
            limits = pipeline.config.ingest
            slices = tuple(plan_file(item, uri, file, limits))
            format_ = slices[0].format if slices else ""
            units = {
                name: tuple(
                    unit_of(row, format_ if name == file else format_of(name) or "")
                    for row in by_file[(item.name, name)]
                )
                for name in names
            }
            if file in changed:  # a repair moves what stands behind it; what has a row already is known by its digest
                units = {name: (Unit(min(unit.start for unit in found), None),) for name, found in units.items()}
            known = {name: seen.get(name, (frozenset[int](), frozenset[bytes]())) for name in names}
            places = {} if file in changed else {name: places for name, (places, _) in known.items()}
            digests = {name: digests for name, (_, digests) in known.items()} if file in changed else {}
            tasks.append(RetryTask(pipeline.run, len(tasks), generation, item, limits, slices, units, places, digests))
            read |= {id(row) for name in names for row in by_file[(item.name, name)]}
    return tasks, read


def _by_container(files: set[str], names: Iterable[str]) -> dict[str, list[str]]:
    """The names that rows carry, by the file that holds them: themselves, or the archive before an ``!``."""
    found: dict[str, list[str]] = {}
    for name in names:
        words = name.split("!")
        outer = [prefix for end in range(len(words), 0, -1) if (prefix := "!".join(words[:end])) in files]
        if outer:
            found.setdefault(outer[0], []).append(name)
    return found


def _seen(run: str, present: Manifest, files: set[str]) -> dict[str, tuple[frozenset[int], frozenset[bytes]]]:
    """Offsets and digests of the records of these files that have a row outside the quarantine."""
    places: dict[str, set[int]] = {}
    digests: dict[str, set[bytes]] = {}
    for folder in ("documents", "dropped", "joined"):
        for part in present.files(folder):
            for batch in read_batches(storage.join(run, part.name), ["origin"]):
                for origin in batch.column("origin").to_pylist():
                    if origin["file"] in files:
                        places.setdefault(origin["file"], set()).add(origin["offset"])
                        digests.setdefault(origin["file"], set()).add(origin["digest"])
    return {file: (frozenset(places[file]), frozenset(digests[file])) for file in places}


def _same(results: Iterable[Mapping[str, Any]], retried: list[Row]) -> list[bool]:
    """Whether every unit is in quarantine again, as it was."""
    found = list(results)
    again = sum(result["records"][QUARANTINED][0] for result in found)
    digests = sum(int(result["records"][QUARANTINED][1], 16) for result in found) % MODULUS
    number = sum(result["read"][0] for result in found)
    before = sum(int.from_bytes(row["digest"], "big") for row in retried) % MODULUS
    classes: Census = Census()
    for result in found:
        classes.merge(Census.from_rows(result["census"]))
    named = {reason: tally.documents for (reason,), tally in classes.by("reason").items()}
    were: dict[str, int] = {}
    for row in retried:
        were[row["class"]] = were.get(row["class"], 0) + 1
    return [number == again == len(retried), digests == before, named == were]


def account_of(present: Manifest) -> Account:
    """The account that a manifest states; the census of its documents is in the account's own."""
    account = Account()
    account.census.merge(present.census)
    account.documents = {part.name: {"part": part.row(), "census": []} for part in present.files("documents")}
    account.others = [part for part in present.parts if not part.name.startswith("documents/")]
    for fate, (number, digests) in present.details["records"].items():
        tally = account.read if fate == "read" else account.records[fate]
        tally.add(number, 0, int(digests, 16))
    account.skipped.update(present.details["skipped"])
    account.rules = {name: dict(rules) for name, rules in present.details["adapters"].items()}
    return account


def remove(account: Account, rows: list[Row], inputs: Iterable[InputConfig]) -> None:
    """Take quarantined units out of every sum."""
    kinds = {item.name: item.kind for item in inputs}
    gone = Census()
    for row in rows:
        gone.add(Entry(row["source"], kinds[row["source"]], QUARANTINED, row["class"]), 1, row["bytes"] or 0)
        digest = int.from_bytes(row["digest"], "big")
        for tally in (account.read, account.records[QUARANTINED]):
            tally.add(-1, 0, -digest)
    _subtract(account.census, gone)


def _subtract(census: Census, gone: Census) -> None:
    for entry, tally in gone.tallies.items():
        if entry not in census.tallies:
            raise GateError("ingest", f"the manifest counts no {'/'.join(entry)}", "Run `malmoi verify`")
        census.add(entry, -tally.documents, -tally.bytes, -tally.ids)
        if census.tallies[entry] == Tally():
            del census.tallies[entry]


def _as_kept(rows: Iterable[Mapping[str, Any]]) -> Census:
    census = Census()
    for entry, tally in Census.from_rows(rows).tallies.items():
        census.add(Entry(entry.source, entry.kind, KEPT, ""), tally.documents, tally.bytes, tally.ids)
    return census


def _batch(rows: list[Row]) -> Any:
    import pyarrow as pa

    return pa.RecordBatch.from_pylist(rows, schema=QUARANTINE)


def run_retry(pipeline: Pipeline, stream: TextIO) -> int:
    """Retry, and say what became of the units."""
    from jobs.commands import closing

    try:
        found = retry(pipeline)
    finally:
        pipeline.close()
    closing.write_summary(pipeline.run, "ok", 0, "")
    stream.write(told(found))
    return 0


def told(found: Retried) -> str:
    """What became of the units, in lines."""
    lines = [
        f"units read again {found.units:,}: documents {found.documents:,}, dropped {found.dropped:,}, "
        f"still quarantined {found.quarantined:,}, no longer there {found.vanished:,}"
    ]
    if found.left:
        lines.append(f"units left {found.left:,}: their file is gone, or their input joins records by thread")
    if found.documents or found.dropped:
        lines.append("later stages follow: `malmoi run` brings them up to date")
    return "".join(f"{line}\n" for line in lines)


__all__ = ["Retried", "groups", "retry", "run_list", "run_retry"]
