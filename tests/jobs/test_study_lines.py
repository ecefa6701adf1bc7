"""`malmoi study lines`: tables that depend on the documents alone, and what ingest and the pipe do with them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import manifest as manifests
from corpus.errors import ConfigError, InputError
from corpus.ledger import Census
from corpus.manifest import Manifest, Part
from corpus.sources.config import IngestConfig, InputConfig, PinnedTable, RightsBasis
from corpus.sources.listing import plan
from filters.boilerplate.repeated import LinesThresholds
from filters.privacy.identifiers import Identifiers, mask
from filters.spam import contacts
from jobs import load
from jobs.commands.study import run_study_lines
from jobs.config import Config
from jobs.pipeline import BY_NAME, Pipeline
from jobs.progress import Progress
from jobs.spark.study_lines import FOLDER, study
from jobs.stage import StageContext
from jobs.streaming import pipe
from jobs.tasks import lines as tasks
from jobs.tasks.clean import Cleaner
from jobs.tasks.ingest import IngestTask, ingest_part
from tests.sample.sites import Page, pages

SITES = 3
PAGES = [page for site in range(SITES) for page in pages(site, 60)]
PHONE, OTHER = "010-1234-5678", "010-9876-5432"
RIGHTS = RightsBasis(basis="own")


def record(number: int, page: Page) -> dict[str, Any]:
    """Every tenth page has a number of many sites, every page of the first site its own number."""
    calls = [PHONE] if number % 10 == 0 else []
    calls += [OTHER] if "누리0." in page.url else []
    extra = "".join(f"\n문의 {call} ({number}쪽에서 알립니다)" for call in calls)
    first, mark, rest = page.text.partition("\n\n")
    return {"id": str(number), "url": page.url, "text": first + extra + mark + rest}


def ingested(folder: Path, files: int, lines: PinnedTable | None = None) -> list[Part]:
    """Documents of PAGES, read from ``files`` input files, below ``folder``/run."""
    (folder / "in").mkdir(parents=True)
    records = [record(number, page) for number, page in enumerate(PAGES)]
    for number in range(files):
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records[number::files])
        (folder / "in" / f"{number}.jsonl").write_text(data, encoding="utf-8")
    item = InputConfig(name="누리", uri=str(folder / "in"), rights=RIGHTS, class_="open", kind="news")
    limits = IngestConfig(lines=lines, split_bytes=10_000 if files > 1 else 1 << 25)
    found = []
    for index, slices in enumerate(plan(item, limits)):
        for piece in slices if files > 1 else [slices]:
            task = IngestTask(
                str(folder / "run"), 100 * index + len(found), item, limits, (piece,) if files > 1 else piece
            )
            found += [Part.from_row(answer["part"]) for answer in ingest_part(task)["documents"]]
    return found


def shuffled(blocks: Sequence[pa.RecordBatch], part: int) -> Iterator[pa.RecordBatch]:
    for block in blocks:
        if block.column("part")[0].as_py() == part:
            yield block


def tables(folder: Path, documents: Sequence[Part], parts: int = 2) -> tuple[Part, Part]:
    """What the command makes, without Spark; ``folder``/out holds the tables."""
    run, out = str(folder / "run"), str(folder / "out")
    given = [tasks.LinesTask(run, part.name, parts) for part in documents]
    lines = [block for task in given for block in tasks.line_blocks(task)]
    told = [block for task in given for block in tasks.contact_blocks(task)]
    counted, called = [], []
    for number in range(parts):
        counted += [Part.from_row(row) for row in tasks.write_lines(out, FOLDER, 20, shuffled(lines, number))]
        called += [Part.from_row(row) for row in tasks.write_contacts(out, FOLDER, shuffled(told, number))]
    table, _ = tasks.write_lines_table(out, counted, LinesThresholds())
    calls, _ = tasks.write_contacts_table(out, called, 0)
    return table, calls


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Part, Part]:
    folder = tmp_path_factory.mktemp("plain")
    return (folder, *tables(folder, ingested(folder, 1)))


def pinned(plain: tuple[Path, Part, Part]) -> PinnedTable:
    return PinnedTable(table=str(plain[0] / "out" / "lines.parquet"), digest=plain[1].sha256)


def test_files_and_parts_do_not_alter_a_byte(plain: tuple[Path, Part, Part], tmp_path: Path) -> None:
    documents = ingested(tmp_path, 7)
    assert len(documents) >= 7
    table, calls = tables(tmp_path, documents[::-1], parts=5)
    assert (table.sha256, calls.sha256) == (plain[1].sha256, plain[2].sha256)
    assert table.rows > 20


def test_the_tables_hold_no_text(plain: tuple[Path, Part, Part]) -> None:
    for name in ("lines", "contacts"):
        schema = pq.read_schema(plain[0] / "out" / f"{name}.parquet")
        assert {str(field.type) for field in schema} <= {"int64", "int32", "uint8"}


def test_contacts_are_counted_over_documents_and_sites(plain: tuple[Path, Part, Part]) -> None:
    known = contacts.load(PinnedTable(table=str(plain[0] / "out" / "contacts.parquet"), digest=plain[2].sha256), 0)
    hashes = [Identifiers(0).hashes(mask(number).contacts)[0] for number in (PHONE, OTHER)]
    documents, sites = contacts.frequencies(known, hashes)
    assert (documents.tolist(), sites.tolist()) == ([len(PAGES) // 10, 60], [SITES, 1])


def test_ingest_and_the_pipe_take_the_same_lines_out(plain: tuple[Path, Part, Part], tmp_path: Path) -> None:
    table = pinned(plain)
    rows = [
        row
        for part in ingested(tmp_path, 3, table)
        for row in pq.read_table(tmp_path / "run" / part.name).to_pylist(maps_as_pydicts="strict")
    ]
    item = InputConfig(name="누리", uri="없음", rights=RIGHTS, class_="open")
    config = Config(inputs=(item,), ingest=IngestConfig(lines=table))
    kinds = {row["key"]: row["kind"] for row in rows}
    records = [{**record(number, page), "kind": kinds[str(number)]} for number, page in enumerate(PAGES)]
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records).encode()
    stream = io.BytesIO()
    assert pipe.main("clean", config, io.BytesIO(data), stream) == 0
    answers = {row["id"]: row for row in map(json.loads, stream.getvalue().splitlines())}
    assert {row["key"]: (row["text"], row["edits"]["counts"]) for row in rows} == {
        key: (answer["text"], answer["edits"]) for key, answer in answers.items()
    }
    assert all(answer["edits"]["repeated_lines"] > 5 for answer in answers.values())
    removed = sum(answer["edits"]["repeated_lines.characters"] for answer in answers.values())
    unedited = {
        str(number): Cleaner(IngestConfig()).clean(row["text"], None, row["kind"]).text
        for number, row in enumerate(records)
    }
    assert removed == sum(len(unedited[key]) - len(answers[key]["text"]) for key in unedited)


def test_a_pipe_record_without_source_and_url_keeps_its_lines(plain: tuple[Path, Part, Part]) -> None:
    cleaner = Cleaner(IngestConfig(lines=pinned(plain)))
    assert "repeated_lines" not in cleaner.clean(PAGES[0].text, None).counts
    assert cleaner.clean(PAGES[0].text, None, site="누리0.kr").counts["repeated_lines"] > 5


def test_cleaning_twice_is_cleaning_once(plain: tuple[Path, Part, Part]) -> None:
    cleaner = Cleaner(IngestConfig(lines=pinned(plain)))
    for number, page in enumerate(PAGES[::7]):
        site = f"누리{PAGES.index(page) // 60}.kr"
        once = cleaner.clean(record(number, page)["text"], "제목")
        assert (
            cleaner.clean(once.text, once.title, site=site).text
            == cleaner.clean(record(number, page)["text"], "제목", site=site).text
        )
        again = cleaner.clean(record(number, page)["text"], "제목", site=site)
        assert cleaner.clean(again.text, again.title, site=site)[:3] == (again.data, again.title, {})


def test_lines_that_meet_after_a_removal_are_masked_again(plain: tuple[Path, Part, Part]) -> None:
    """Nothing after cleaning holds what a detector matches."""
    cleaner = Cleaner(IngestConfig(lines=pinned(plain)))
    for number, page in enumerate(PAGES[:60]):
        text = cleaner.clean(record(number, page)["text"], None, site="누리0.kr").text
        assert mask(text).text == text


def test_another_digest_than_the_pinned_one_stops_ingest_and_the_pipe(
    plain: tuple[Path, Part, Part], tmp_path: Path
) -> None:
    wrong = replace(pinned(plain), digest="0" * 64)
    with pytest.raises(ConfigError) as caught:
        ingested(tmp_path, 1, wrong)
    assert caught.value.exit_code == 2
    item = InputConfig(name="누리", uri="없음", rights=RIGHTS, class_="open")
    with pytest.raises(ConfigError):
        pipe.main("clean", Config(inputs=(item,), ingest=IngestConfig(lines=wrong)), io.BytesIO(b""), io.BytesIO())


def test_the_digest_and_not_the_place_of_a_table_is_in_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "글"}\n', encoding="utf-8")
    item = InputConfig(name="누리", uri=str(tmp_path / "a.jsonl"), rights=RIGHTS, class_="open")

    def facts(table: str, digest: str) -> Any:
        pinned = PinnedTable(table=table, digest=digest)
        config = Config(inputs=(item,), ingest=IngestConfig(lines=pinned))
        return Pipeline(config, str(tmp_path / "run"), Progress(live=False)).facts(BY_NAME["ingest"], {})

    assert facts("/a", "1") == facts("/b", "1")
    assert facts("/a", "1") != facts("/a", "2")
    assert facts("/a", "1")["versions"]["repeated_lines"] == 1


def test_a_relative_table_lies_beside_the_configuration(tmp_path: Path) -> None:
    text = "inputs: [{name: 가, uri: a, class: open, rights: {basis: own}}]\ningest: {lines: {table: t/lines.parquet, digest: '0'}}\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    config = load.load(str(tmp_path / "c.yaml"), (), None, {}).config
    assert config.ingest.lines == PinnedTable(table=str(tmp_path / "t" / "lines.parquet"), digest="0")


def test_documents_that_a_table_cleaned_are_not_studied_again(tmp_path: Path) -> None:
    item = InputConfig(name="누리", uri="없음", rights=RIGHTS, class_="open")
    config = Config(inputs=(item,), ingest=IngestConfig(lines=PinnedTable(table="t", digest="0")))
    run = tmp_path / "run"
    manifests.write(str(run), Manifest("ingest", "f", (), Census(), {"content": "0"}))
    (run / "config.json").write_text(json.dumps(load.to_json(config)), encoding="utf-8")
    with pytest.raises(InputError, match="cleaned by a line table"):
        run_study_lines(config, str(tmp_path / "out"), str(run), io.StringIO(), Progress(live=False))


def test_spark_makes_the_same_bytes(spark: Any, plain: tuple[Path, Part, Part], tmp_path: Path) -> None:
    documents = ingested(tmp_path, 5)
    item = InputConfig(name="누리", uri="없음", rights=RIGHTS, class_="open")
    ingest = Manifest("ingest", "", tuple(documents), Census(), {"content": "0"})
    context = StageContext(
        "study_lines",
        Config(inputs=(item,)),
        str(tmp_path / "out"),
        {"ingest": ingest},
        Progress(live=False),
        lambda: spark,
    )
    studied = study(context, str(tmp_path / "run"))
    assert (studied.lines.sha256, studied.contacts.sha256) == (plain[1].sha256, plain[2].sha256)
    assert studied.measures["lines"] == plain[1].rows and studied.measures["contacts_repeated"] == plain[2].rows
    assert not (tmp_path / "out" / FOLDER).exists()
