"""explain tells one document's whole way; sample shows the same documents of a reason every time."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import manifest as manifests
from corpus.errors import ConfigError, InputError
from corpus.identity import document_id
from corpus.table import read_table
from jobs.cli import main
from jobs.commands.columns import aligned, width
from jobs.commands.explain import explain, run_explain
from jobs.commands.sample import run_sample, sample
from tests.jobs.small_run import Run, build, finish


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain") / "run"
    build(str(folder))
    finish(str(folder))
    return folder


def printed(run: Path, wanted: str) -> str:
    stream = io.StringIO()
    assert run_explain(str(run), wanted, False, stream) == 0
    return stream.getvalue()


@pytest.mark.parametrize("wanted", ["key", "url", "id"])
def test_a_document_is_found_by_key_by_url_and_by_id(run: Path, wanted: str) -> None:
    names = {
        "key": "kin-0003",
        "url": "https://kin-answers.example/3",
        "id": document_id("kin-answers", "kin-0003").hex(),
    }
    found = explain(str(run), names[wanted])
    assert [item["document"]["key"] for item in found["documents"]] == ["kin-0003"]
    assert (found["dropped"], found["quarantined"]) == ([], [])


def test_a_kept_document_leads_to_its_shard_and_tokens(run: Path) -> None:
    [told] = explain(str(run), "mae-0001")["documents"]
    assert told["document"]["origin"] == {
        "file": "maeul-blog/2024.jsonl",
        "offset": 1000,
        "digest": told["document"]["origin"]["digest"],
    }
    assert told["decision"]["fate"] == "kept"
    assert [copy["copy"] for copy in told["mixture"]["copies"]] == [0, 1, 2, 3]  # blog is used 4 times
    assert {shard["copy"] for shard in told["shards"]} == {0, 1, 2, 3}
    assert {shard["tokens"] for shard in told["shards"]} == {told["mixture"]["tokens"]}
    text = printed(run, "mae-0001")
    assert "남김 kept" in text
    first = told["shards"][0]
    assert f"{first['first_token']:,}–{first['first_token'] + first['tokens'] - 1:,}" in text


def test_every_score_stands_beside_its_threshold_and_verdict(run: Path) -> None:
    [told] = explain(str(run), "kin-0700")["documents"]
    short = next(row for row in told["scores"] if row["reason"] == "length.too_short")
    assert (short["score"], short["value"], short["threshold"], short["is"]) == ("length.characters", 7, 10, "fails")
    assert {row["is"] for row in told["scores"]} == {"passes", "fails", "off", "measured"}
    assert told["decision"]["reason"] == "length.too_short"
    assert (told["decision"]["value"], told["decision"]["threshold"]) == (7.0, 10.0)
    line = next(line for line in printed(run, "kin-0700").splitlines() if "✗" in line)
    assert line.split()[:8] == ["✗", "length.characters", "7", "≥", "10", "0.0", "%", "걸림"]
    assert "글이 너무 짧음" in line


def test_every_score_says_where_it_stands_among_its_source_and_kind(run: Path) -> None:
    [told] = explain(str(run), "kin-0703")["documents"]
    rows = [row for path in sorted((run / "attributes").iterdir()) for row in read_table(str(path)).to_pylist()]
    same = [row for row in rows if (row["source"], row["kind"]) == ("kin-answers", "kin")]
    assert len(same) == 65
    for row in told["scores"]:
        below = sum(other[row["score"]] < row["value"] for other in same)
        assert (row["quantile"], row["among"]) == (round(below / 65, 6), 65), row["score"]
    [short] = [row for row in told["scores"] if row["reason"] == "length.too_short"]
    assert (short["is"], short["quantile"]) == ("fails", 0.0)
    text = printed(run, "kin-0703")
    assert "같은 출처와 갈래의 문서 65건" in text and "the share of 65 documents" in text


def test_a_cut_of_quantiles_stands_beside_its_score(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["select"]["areas"]["classes"] = {"maeul-*": "core"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    published = manifests.read(str(folder), "select")
    cut = {"documents": 65, "quality": 0.125, "area": 0.25}
    cuts = [
        {"source": source, "kind": kind, **cut} for source, kind in (("kin-answers", "kin"), ("maeul-blog", "blog"))
    ]
    details = {**published.details, "quantiles": {"score": "symbols.symbols", "cuts": cuts}}
    manifests.write(str(folder), replace(published, details=details))
    for key, area, limits in (("kin-0703", "normal", (0.25, 0.125)), ("mae-0001", "core", (None, 0.125))):
        [told] = explain(str(folder), key)["documents"]
        assert told["document"]["area_class"] == area
        rows = {row["reason"]: row for row in told["scores"] if row["score"] == "symbols.symbols"}
        assert list(rows) == ["symbols.too_many", "area.below_quantile", "quality.below_quantile"]
        for reason, limit in zip(("area.below_quantile", "quality.below_quantile"), limits, strict=True):
            assert rows[reason]["threshold"] == limit
            below = limit is not None and rows[reason]["value"] < limit
            assert rows[reason]["is"] == ("off" if limit is None else "fails" if below else "passes")
    assert "(핵심 core)" in printed(folder, "mae-0001")


def test_a_duplicate_names_its_kept_twin_with_title_source_and_url(run: Path) -> None:
    [told] = explain(str(run), "mae-0901")["documents"]
    twin = told["decision"]["kept"]
    assert (twin["source"], twin["key"], twin["url"]) == ("han-daily", "han-0001", "https://han-daily.example/1")
    [pair] = told["dedup"]["pairs"]
    assert pair["id"] == twin["id"]
    assert pair["fate"] == "kept"
    assert 0.7 < pair["jaccard"] < 1.0
    text = printed(run, "mae-0901")
    assert "dedup.near" in text
    assert twin["title"] in text
    assert told["mixture"] is None


def test_an_exact_duplicate_lists_the_documents_of_its_class(run: Path) -> None:
    [told] = explain(str(run), "mae-0903")["documents"]
    assert told["dedup"]["pairs"] == []
    assert [row["key"] for row in told["dedup"]["same"]] == ["han-0003"]


def test_a_record_that_ingest_dropped_is_explained_by_its_key(run: Path) -> None:
    found = explain(str(run), "bae-2001")
    assert found["documents"] == []
    assert found["dropped"][0]["reason"] == "ingest.superseded"
    assert "같은 문서의 새 판이 있음" in printed(run, "bae-2001")


def test_a_quarantined_record_is_explained_by_file_and_offset_or_digest(run: Path) -> None:
    [unit] = explain(str(run), "kin-answers/2024.jsonl:90001")["quarantined"]
    assert unit["class"] == "record.not_utf8"
    assert explain(str(run), unit["digest"])["quarantined"] == [unit]
    assert "격리" in printed(run, unit["digest"])


def test_what_names_nothing_is_an_input_error(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no document"):
        explain(str(run), "없는-열쇠")
    with pytest.raises(InputError, match="names no document"):
        explain(str(run), "0" * 32)
    with pytest.raises(InputError, match="no documents were published"):
        explain(str(tmp_path), "kin-0003")


def test_json_output_holds_the_same(run: Path) -> None:
    stream = io.StringIO()
    run_explain(str(run), "mae-0901", True, stream)
    assert json.loads(stream.getvalue()) == explain(str(run), "mae-0901")


def test_hostile_text_reaches_no_terminal_as_control_characters(run: Path) -> None:
    text = printed(run, "mae-0850")
    assert "[U+202E]거꾸로" in text
    assert {"\u202e", "\u2028", "\x1b"}.isdisjoint(text)


# ------------------------------------------------------------------ sample


def test_a_sample_is_the_same_every_time_and_of_that_reason(run: Path) -> None:
    rows = sample(str(run), "dedup.near", 5)
    assert len(rows) == 5
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert rows == sample(str(run), "dedup.near", 5)
    assert rows[:2] == sample(str(run), "dedup.near", 2)
    assert all(row["text"] and row["kept_id"] for row in rows)
    assert len(sample(str(run), "kept", 400)) == 225


def test_a_sample_prints_value_threshold_and_excerpt(run: Path) -> None:
    stream = io.StringIO()
    assert run_sample(str(run), "length.too_short", 2, stream) == 0
    lines = stream.getvalue().splitlines()
    assert lines[0] == "length.too_short · 글이 너무 짧음 · too few characters: 2"
    assert any(line.endswith("7 (기준 threshold 10)") for line in lines)
    assert sum("네 맞아요" in line for line in lines) == 2


def test_quarantined_records_are_sampled_by_class(run: Path) -> None:
    stream = io.StringIO()
    run_sample(str(run), "record.not_utf8", 3, stream)
    assert stream.getvalue().count("kin-answers/2024.jsonl:") == 3


def test_an_unknown_reason_names_the_nearest(run: Path) -> None:
    with pytest.raises(ConfigError, match=r"Did you mean 'length\.too_short'"):
        sample(str(run), "lenght.too_shrt", 3)
    assert sample(str(run), "length.too_long", 3) == []  # a reason that nothing had


def test_the_commands_exit_with_their_codes(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(run), "kin-0003", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"][0]["document"]["key"] == "kin-0003"
    assert main(["explain", str(run), "nothing"]) == 4
    assert main(["sample", str(run), "--reason", "no.such"]) == 2
    assert main(["verify", str(run)]) == 0
    assert capsys.readouterr().out.startswith("verified: 10 stages")


# ------------------------------------------------------------------ columns


def test_hangul_takes_two_cells_so_that_columns_meet() -> None:
    assert (width("가나"), width("ab"), width("한a"), width("가".encode().decode()), width("")) == (4, 2, 3, 2, 0)
    assert width("\u1112\u1161\u11ab") >= 2  # decomposed 한
    assert aligned([("가", "1"), ("ab", "22")], right=(1,)) == "가   1\nab  22\n"
    assert aligned([]) == ""


def test_a_url_that_many_documents_share_explains_the_first_twenty_and_says_so(tmp_path: Path) -> None:
    small = Run(str(tmp_path / "run"))
    for row in small.rows[:25]:
        row["url"] = "https://example.kr/모두"
    small.write()
    found = explain(str(tmp_path / "run"), "https://example.kr/모두")
    assert (len(found["documents"]), found["more"]) == (20, True)
    assert "more documents share" in printed(tmp_path / "run", "https://example.kr/모두")
