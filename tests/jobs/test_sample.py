"""The bundled sample is what its generator writes, holds what it says, and nothing repeats by accident."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus.document import DocumentBatch
from filters import catalog
from filters.decision import decide
from filters.privacy.identifiers import mask
from jobs import load
from jobs.tasks.clean import Cleaner
from tests.sample.generate import BAD_LINES, generate, ordinary
from tests.sample.grammar import Predicate, particle
from tests.sample.planted import jaccard, planted
from tests.sample.similarity import similar

SAMPLE = Path(__file__).resolve().parents[2] / "conf" / "sample"
LIMIT = 2_500_000


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((SAMPLE / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def documents() -> dict[str, list[dict[str, Any]]]:
    return ordinary()


@pytest.fixture(scope="module")
def cases(documents: dict[str, list[dict[str, Any]]]) -> dict[str, list[tuple[dict[str, Any], str | None]]]:
    found: dict[str, list[tuple[dict[str, Any], str | None]]] = {}
    for case, _, record, original in planted(documents):
        found.setdefault(case, []).append((record, original))
    return found


def test_generating_again_gives_the_bundled_content(tmp_path: Path, manifest: dict[str, Any]) -> None:
    assert generate(tmp_path) == manifest
    named = {path.relative_to(SAMPLE).as_posix() for path in SAMPLE.glob("*/*") if path.is_file()}
    assert named == set(manifest["files"])


def test_the_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) <= LIMIT


def test_records_and_planted_cases_are_as_many_as_the_readme_says(manifest: dict[str, Any]) -> None:
    assert sum(item["records"] for item in manifest["files"].values()) == 4959
    assert len(manifest["files"]) == 16
    assert {case: len(items) for case, items in manifest["planted"].items()} == {
        "exact": 40, "spacing": 30, "punctuation": 20, "decomposed-copy": 10, "near": 60, "apart": 20,
        "superseded": 3, "decomposed": 15, "identifiers": 30, "title": 15, "marker": 6, "controls": 6, "emoji": 8,
        "spam": 25, "symbols": 15, "jamo": 8, "short": 30, "foreign": 15, "nothing": 4,
    }  # fmt: skip


def test_unrelated_documents_are_unlike(documents: dict[str, list[dict[str, Any]]]) -> None:
    texts = [record["text"] for records in documents.values() for record in records]
    assert len(texts) == 4580
    assert similar(texts, 0.5) == []


def test_copies_are_as_similar_as_they_claim(
    documents: dict[str, list[dict[str, Any]]], cases: dict[str, list[tuple[dict[str, Any], str | None]]]
) -> None:
    texts = {record["id"]: record["text"] for records in documents.values() for record in records}

    def measured(case: str) -> list[float]:
        return [
            jaccard(unicodedata.normalize("NFC", record["text"]), texts[str(original)])
            for record, original in cases[case]
        ]

    assert set(measured("exact")) == set(measured("spacing")) == set(measured("decomposed-copy")) == {1.0}
    assert all(0.86 <= value <= 0.94 for value in measured("near"))
    assert all(0.45 <= value <= 0.60 for value in measured("apart"))


def test_every_planted_identifier_is_one_that_the_detector_finds(
    cases: dict[str, list[tuple[dict[str, Any], str | None]]],
) -> None:
    for record, _ in cases["identifiers"]:
        assert len(mask(record["text"]).spans) >= 2, record["id"]


def test_rules_drop_what_was_planted_for_them_and_nothing_ordinary(
    documents: dict[str, list[dict[str, Any]]], cases: dict[str, list[tuple[dict[str, Any], str | None]]]
) -> None:
    config = load.load(str(SAMPLE.parent / "demo.yaml"), (), None, {}).config
    cleaner = Cleaner(config.ingest)
    wanted = {
        "spam": ("repetition.", "labels.", "words."),
        "symbols": ("symbols.", "graphemes."),
        "short": ("length.",),
        "jamo": ("graphemes.",),
        "foreign": ("hangul_share.", "length."),
    }
    rows = [("ordinary", record) for records in documents.values() for record in records]
    rows += [(case, record) for case, records in cases.items() for record, _ in records if case != "nothing"]
    batch = pa.RecordBatch.from_pydict(
        {
            "id": [record["id"].encode() for _, record in rows],
            "source": [record["id"].split("-")[0] for _, record in rows],
            "kind": [record["id"].split("-")[0] for _, record in rows],
            "text": [cleaner.clean(record["text"], record["title"]).text for _, record in rows],
        }
    )
    decided = decide(catalog.score_batch(DocumentBatch(batch)), config.filters, config.kinds)
    taken = []
    for (case, record), reason in zip(rows, decided.reason.to_pylist(), strict=True):
        if case in wanted:
            assert reason is not None and reason.startswith(wanted[case]), (record["id"], reason)
        elif reason == "spam.model" and case == "ordinary":
            taken.append(record["id"])
        else:
            assert reason is None, (record["id"], reason)
    assert taken == []


def test_the_published_mixture_is_asked_for() -> None:
    for name, root in (("demo", None), ("hyperclova", "/nowhere")):
        mix = load.load(str(SAMPLE.parent / f"{name}.yaml"), (), root, {}).config.mix
        weights = {kind: share.weight for kind, share in mix.kinds.items()}
        assert weights == {
            "blog": 273.6, "cafe": 83.3, "news": 73.8, "comments": 41.1,
            "kin": 27.3, "modu": 6.0, "wiki": 5.2, "others": 51.5,
        }  # fmt: skip
        assert round(sum(weight or 0 for weight in weights.values()), 1) == 561.8


def test_the_configuration_for_real_files_maps_sources_before_domains() -> None:
    item = load.load(str(SAMPLE.parent / "real.yaml"), (), "/data", {}).config.inputs[0]
    assert item.uri == "/data"
    assert [mapping.field for mapping in item.kind_by] == ["source", "domain"]
    assert (item.kind, item.rights.basis, item.class_, item.fields.source) == ("others", "own", "permitted", "source")


def test_damaged_bytes_are_damaged() -> None:
    for charset in ("utf-8", "cp949", "johab"):
        with pytest.raises(UnicodeDecodeError):
            BAD_LINES[0].decode(charset)
    for line in BAD_LINES[1:2]:
        with pytest.raises(json.JSONDecodeError):
            json.loads(line)


@pytest.mark.parametrize(
    ("word", "polite", "formal", "plain", "past", "if_"),
    [
        ("굽다", "구워요", "굽습니다", "굽는다", "구웠다", "구우면"),
        ("잡다", "잡아요", "잡습니다", "잡는다", "잡았다", "잡으면"),
        ("썰다", "썰어요", "썹니다", "썬다", "썰었다", "썰면"),
        ("고르다", "골라요", "고릅니다", "고른다", "골랐다", "고르면"),
        ("젓다", "저어요", "젓습니다", "젓는다", "저었다", "저으면"),
        ("담그다", "담가요", "담급니다", "담근다", "담갔다", "담그면"),
        ("듣다", "들어요", "듣습니다", "듣는다", "들었다", "들으면"),
        ("하다", "해요", "합니다", "한다", "했다", "하면"),
        ("되다", "돼요", "됩니다", "된다", "됐다", "되면"),
        ("무겁다~", "무거워요", "무겁습니다", "무겁다", "무거웠다", "무거우면"),
        ("바쁘다~", "바빠요", "바쁩니다", "바쁘다", "바빴다", "바쁘면"),
        ("아니다~", "아니에요", "아닙니다", "아니다", "아니었다", "아니면"),
        ("있다", "있어요", "있습니다", "있다", "있었다", "있으면"),
        ("관건=", "관건이에요", "관건입니다", "관건이다", "관건이었다", "관건이면"),
        ("차이=", "차이예요", "차이입니다", "차이다", "차이였다", "차이면"),
    ],
)
def test_predicates_are_conjugated(word: str, polite: str, formal: str, plain: str, past: str, if_: str) -> None:
    predicate = Predicate.parse(word)
    assert predicate.ending("yo") == polite
    assert predicate.ending("formal") == formal
    assert predicate.ending("plain") == plain
    assert predicate.past().ending("plain") == past
    assert predicate.form("면") == if_


def test_particles_follow_the_sound() -> None:
    assert [particle(word, "을") for word in ("국", "시루", "”글”", "3", "URL")] == ["을", "를", "을", "을", "을"]
    assert [particle(word, "으로") for word in ("손", "발", "코", "7")] == ["으로", "로", "로", "로"]
