"""Stage dedup on real Spark: the pairs are a pure function of the documents, and the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from corpus.errors import ConfigError, GateError
from corpus.ledger import check_conservation
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import read_table
from filters.dedup.candidates import CANDIDATE
from filters.dedup.config import DedupConfig
from filters.dedup.election import EXACT, KEPT, NEAR, Election, elect_local
from filters.dedup.rank import ranks
from filters.dedup.verification import PAIR
from jobs.config import Config
from jobs.spark import dedup
from jobs.spark.verification import verify
from jobs.stage import StageContext, StageResult
from jobs.tasks import verification
from jobs.tasks.candidates import FOLDER
from jobs.tasks.verification import verify_locally
from tests.jobs import laid_out
from tests.oracles import dedup as oracle

SYLLABLES = np.array([chr(point) for point in range(0xAC00, 0xD7A4)])


def hangul(rng: np.random.Generator, characters: int) -> str:
    """Syllables alone, in eojeol of two to five."""
    words = []
    while characters > 0:
        width = int(rng.integers(2, 6))
        words.append("".join(rng.choice(SYLLABLES, width)))
        characters -= width
    return " ".join(words)


def edited(rng: np.random.Generator, text: str, changes: int) -> str:
    letters = list(text)
    for place in rng.choice([n for n, letter in enumerate(letters) if letter != " "], changes, replace=False):
        letters[place] = chr(0xAC00 + (ord(letters[place]) - 0xAC00 + 1 + int(rng.integers(11171))) % 11172)
    return "".join(letters)


def texts(originals: int = 900, seed: int = 1) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts, and (original, near copy) with a true Jaccard of at least .9.

    Half of the originals have a copy: exact, spaced otherwise, punctuated otherwise, edited little, edited
    much; after them come 200 distinct texts of one to six syllables.
    """
    rng = np.random.default_rng(seed)
    rows = [hangul(rng, int(rng.integers(120, 500))) for _ in range(originals)]
    near = []
    for n in range(0, originals, 2):
        text = rows[n]
        copy = (
            text,
            text.replace(" ", "\n"),
            text.replace(" ", ", "),
            edited(rng, text, max(1, len(text) // 150)),
            edited(rng, text, len(text) // 60),
        )[n // 2 % 5]
        if n // 2 % 5 == 3 and oracle.jaccard(text, copy) >= 0.9:
            near.append((n, len(rows)))
        rows.append(copy)
    rows += [hangul(rng, 6)[: 1 + n % 6] + str(SYLLABLES[n]) for n in range(200)]
    return rows, near


def documents(rows: Sequence[str]) -> list[dict[str, Any]]:
    return [laid_out.document(("하루", "daily")[n % 2], "blog", f"글-{n:05d}", text) for n, text in enumerate(rows)]


def config(**keys: Any) -> Config:
    own = RightsBasis(basis="own")
    inputs = tuple(InputConfig(name=name, uri=".", rights=own, class_="open") for name in ("하루", "daily"))
    return Config(inputs=inputs, dedup=DedupConfig(**keys))


def run(
    folder: Path, spark: Any, rows: list[dict[str, Any]], files: int = 1, backwards: bool = False, **keys: Any
) -> tuple[StageContext, StageResult]:
    ingest = laid_out.ingested(folder, rows, files, backwards)
    context = laid_out.context("dedup", config(**keys), folder, [ingest], spark)
    result = dedup.run(context)
    check_conservation("dedup", ingest.census, result.census)
    return context, result


def pairs_of(folder: Path, result: StageResult) -> list[dict[str, Any]]:
    names = [part.name for part in result.parts if part.name.startswith("pairs/")]
    rows: list[dict[str, Any]] = pa.concat_tables([read_table(str(folder / name)) for name in names]).to_pylist()
    return rows


def elected(folder: Path, result: StageResult) -> tuple[Election, dict[bytes, int]]:
    """The election among all documents, and the row of every id in it."""
    names = [part.name for part in result.parts if part.name.startswith("signatures/")]
    signed = pa.concat_tables([read_table(str(folder / name)) for name in names])
    found = pa.Table.from_pylist(pairs_of(folder, result), schema=PAIR)
    answer = elect_local(
        signed["id"],
        signed["squeezed"],
        ranks(signed, {}),
        np.ones(len(signed), bool),
        found["a"],
        found["b"],
        found["jaccard"].to_numpy(),
        found["how"],
    )
    return answer, {id_: n for n, id_ in enumerate(signed["id"].to_pylist())}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: Any, spark: Any) -> tuple[Path, StageContext, StageResult, list[dict[str, Any]]]:
    """About 1,550 documents in seven files, through the stage."""
    folder = tmp_path_factory.mktemp("dedup")
    rows = documents(texts()[0])
    context, result = run(folder, spark, rows, files=7)
    return folder, context, result, rows


Stage = tuple[Path, StageContext, StageResult, list[dict[str, Any]]]


@pytest.mark.parametrize(("files", "backwards"), [(1, True), pytest.param(64, True, marks=pytest.mark.faults)])
def test_any_layout_of_the_documents_gives_the_same_bytes(
    files: int, backwards: bool, tmp_path: Path, stage: Stage, spark: Any
) -> None:
    _, _, before, rows = stage
    _, after = run(tmp_path, spark, rows, files, backwards)
    assert after.digests == before.digests
    assert after.details == before.details
    hashes = [{p.name: p.sha256 for p in r.parts if p.name.startswith("pairs/")} for r in (before, after)]
    assert hashes[0] == hashes[1]


def test_joins_on_spark_give_the_pairs_of_the_driver(tmp_path: Path, spark: Any) -> None:
    rows = documents(texts(120, seed=3)[0])
    ingest = laid_out.ingested(tmp_path, rows, 3)
    context = laid_out.context("dedup", config(), tmp_path, [ingest], spark)
    result = dedup.run(context)
    signatures = [part for part in result.parts if part.name.startswith("signatures/")]
    found = dedup.candidates(context, signatures)
    files = ingest.files("documents")
    local, joined = verify_locally(context, files, signatures, found), verify(context, files, signatures, found)
    assert [part.row() for part in local] == [part.row() for part in joined]
    assert local[0].measures["exact"] > 0
    assert local[0].measures["estimate"] > 0


def test_pairs_are_those_of_the_plain_definition(tmp_path: Path, spark: Any) -> None:
    """Candidates by the oracle; a pair stands when its texts fold alike, or its estimate or Jaccard says so."""
    plain = texts(60, seed=5)[0]
    rows = documents(plain)
    _, result = run(tmp_path, spark, rows, 3)
    by_id = {row["id"]: row["text"] for row in rows}
    order = {row["id"]: ((1 << 32) - len(row["text"])).to_bytes(4, "big") + row["id"] for row in rows}
    wanted = {}
    for a, b in oracle.candidates(by_id, order)[0]:
        x, y = by_id[a], by_id[b]
        equal = sum((i ^ j) & 0xFF == 0 for i, j in zip(oracle.lanes(x), oracle.lanes(y), strict=True))
        estimate = (equal / 112 - 1 / 256) / (1 - 1 / 256)
        if oracle.fold(x) == oracle.fold(y):
            wanted[a, b] = ("folded", 1.0)
        elif estimate >= 0.8 + 0.08:
            wanted[a, b] = ("estimate", estimate)
        elif estimate >= 0.8 - 0.08 and oracle.jaccard(x, y) >= 0.8:
            wanted[a, b] = ("exact", oracle.jaccard(x, y))
    found = {(row["a"], row["b"]): (row["how"], row["jaccard"]) for row in pairs_of(tmp_path, result)}
    assert {pair: how for pair, (how, _) in found.items()} == {pair: how for pair, (how, _) in wanted.items()}
    assert len(found) >= 15
    for pair, (_, value) in wanted.items():
        assert abs(found[pair][1] - value) <= 1 / 8192


def test_pairs_are_sorted_and_name_the_smaller_id_first(stage: Stage) -> None:
    folder, _, result, _ = stage
    keys = [(row["a"], row["b"]) for row in pairs_of(folder, result)]
    assert keys == sorted(set(keys))
    assert all(a < b for a, b in keys)


def test_near_copies_of_hangul_alone_are_found(tmp_path: Path, spark: Any) -> None:
    """1 - (1 - .9^8)^14 is .9996 at the bound; at least 99 % of those planted above it."""
    rng = np.random.default_rng(11)
    rows, planted = [], []
    while len(planted) < 300:
        text = hangul(rng, int(rng.integers(150, 400)))
        copy = edited(rng, text, int(rng.integers(1, 3)))
        if oracle.jaccard(text, copy) >= 0.9:
            planted.append((len(rows), len(rows) + 1))
            rows += [text, copy]
    named = documents(rows)
    _, result = run(tmp_path, spark, named, 3)
    linked = {frozenset((row["a"], row["b"])) for row in pairs_of(tmp_path, result)}
    hits = sum(frozenset((named[x]["id"], named[y]["id"])) in linked for x, y in planted)
    assert hits >= 297
    assert len(linked) == hits


def test_the_election_keeps_one_of_every_set_of_copies(stage: Stage) -> None:
    """A system whose buckets drop every member loses both copies of an exact duplicate."""
    folder, _, result, rows = stage
    answer, place = elected(folder, result)
    plain, near = texts()
    for n in range(0, 900, 2):
        original, copy = (answer.fate[place[rows[m]["id"]]] for m in (n, 900 + n // 2))
        if n // 2 % 5 < 3:
            assert sorted([original, copy]) == [KEPT, EXACT]
    for x, y in near:
        assert sorted(answer.fate[place[rows[m]["id"]]] for m in (x, y)) == [KEPT, NEAR]
    assert (answer.fate == KEPT).sum() + (answer.fate != KEPT).sum() == len(plain)


def test_short_documents_are_compared_exactly_alone(stage: Stage) -> None:
    folder, _, result, rows = stage
    answer, place = elected(folder, result)
    short = [row for row in rows if len(oracle.squeeze(row["text"])) < 9]
    assert len(short) >= 200
    assert {int(answer.fate[place[row["id"]]]) for row in short} == {KEPT}


def test_1000_distinct_short_hangul_documents_all_stay(tmp_path: Path, spark: Any) -> None:
    rows = [hangul(np.random.default_rng(n), 7) + str(SYLLABLES[n]) for n in range(1000)]
    assert len(set(rows)) == 1000
    _, result = run(tmp_path, spark, documents(rows), 2)
    assert pairs_of(tmp_path, result) == []
    assert set(elected(tmp_path, result)[0].fate.tolist()) == {KEPT}


def test_measures_account_for_every_candidate(stage: Stage) -> None:
    measures = stage[2].details
    verdicts = ("unlike", "settled_unlike", "estimate", "exact", "folded")
    assert measures["candidates"] == sum(measures[name] for name in verdicts)
    assert measures["pairs"] == measures["estimate"] + measures["exact"] + measures["folded"]
    assert measures["folded"] == 90
    assert measures["skipped"] == measures["doubt"] == 0


def test_nothing_is_left_beside_the_products(stage: Stage) -> None:
    assert not (stage[0] / FOLDER).exists()


def test_a_run_without_documents_has_no_pairs(tmp_path: Path, spark: Any) -> None:
    _, result = run(tmp_path, spark, [])
    assert [part.rows for part in result.parts] == [0, 0]


def test_sets_settled_in_portions_are_settled_alike(
    tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = documents(texts(60, seed=9)[0])
    _, before = run(tmp_path, spark, rows, 2)
    monkeypatch.setattr(verification, "LOCAL_SHINGLES", 1000)
    _, after = run(tmp_path, spark, rows, 2)
    assert after.digests == before.digests
    assert after.details["exact"] > 0


def test_a_pair_without_a_signature_is_refused(tmp_path: Path, spark: Any) -> None:
    context, result = run(tmp_path, spark, documents(["가나다라마바사아자차카타파하"]))
    stray = pa.Table.from_pylist([{"a": bytes(16), "b": b"\1" * 16}], schema=CANDIDATE)
    part = laid_out.table(tmp_path, "candidates/part-00000.parquet", CANDIDATE, stray.to_pylist())
    signatures = [part for part in result.parts if part.name.startswith("signatures/")]
    with pytest.raises(GateError, match="without a signature"):
        verify_locally(context, context.inputs["ingest"].files("documents"), signatures, [part])


def test_parameters_that_signatures_cannot_have_stop_the_stage(tmp_path: Path, spark: Any) -> None:
    with pytest.raises(ConfigError, match=r"dedup\.shingle"):
        run(tmp_path, spark, documents(["가나다"]), shingle=3)


def test_pairs_are_cut_in_equal_ranges_of_ids() -> None:
    ids = pa.array([bytes([first]) + bytes(15) for first in (0, 63, 64, 127, 128, 255)])
    assert verification.part_of(ids, 4).to_pylist() == [0, 0, 1, 1, 2, 3]
    assert [verification.part_count(n) for n in (0, 1, 2_000_000, 2_000_001)] == [1, 1, 1, 2]
