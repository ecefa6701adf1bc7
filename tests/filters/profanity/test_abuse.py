"""Abuse by windows: short texts by the worst, long ones by the share; the user's own model; the model that ships."""

from __future__ import annotations

import hashlib
import time
import unicodedata
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters import catalog
from filters.catalog import FilterConfig
from filters.linear import model_file, shipped
from filters.profanity.abuse import FLAGGED, HITS, LEAST, Abuse, AbuseThresholds
from jobs.commands import dist
from tests.filters.scored import reasons, scores

MODEL = files("filters.profanity") / "models" / "abuse.linear"
CALM = "오늘은 시장에서 사과와 배추를 사고 저녁에는 식구들과 함께 국을 끓여 먹었다. "
FOUL = "야 이 씨발 병신 새끼야 지랄하지 말고 꺼져 개새끼들아 좆같은 놈들. "


def abusive(text: str | None, kind: str = "others") -> list[str]:
    return [reason for reason in reasons(text, kind) if reason.startswith("abuse.")]


def test_a_profane_comment_falls_and_the_same_remark_in_plain_words_stays() -> None:
    assert abusive("씨발 진짜 병신같은 새끼들이네", "comments") == ["abuse.profane", "abuse.hateful"]
    assert abusive("아 진짜 답답한 사람들이네", "comments") == []


def test_hate_without_a_swear_word_is_hateful_and_not_profane() -> None:
    assert abusive("짱깨들은 전부 추방해야 한다 더러운 것들", "comments") == ["abuse.hateful"]
    assert abusive("중국에서 온 사람들과 함께 일한다", "comments") == []


def test_one_bad_window_costs_a_comment_and_no_article() -> None:
    text = CALM * 30 + FOUL + CALM * 30
    assert abusive(text, "others") == [] == abusive(text, "news")
    assert "abuse.profane" in abusive(text, "comments")


def test_a_long_text_falls_by_the_share_of_its_windows() -> None:
    assert abusive(CALM * 10 + FOUL * 40) == ["abuse.profane_windows", "abuse.hateful_windows"]
    assert abusive(CALM * 200 + FOUL * 4) == []


def test_dialogue_that_swears_is_dearer_in_literature() -> None:
    story = (CALM * 24 + FOUL * 3) * 6
    assert "abuse.profane_windows" in abusive(story, "others")
    assert abusive(story, "literature") == []


def test_a_short_text_has_the_share_of_ten_windows() -> None:
    row = scores(FOUL)
    assert row["abuse.profanity"] > FLAGGED["profanity"]
    assert row["abuse.profane_windows"] == pytest.approx(1 / LEAST, abs=1 / 4096)
    assert abusive(FOUL) == []


def test_scores_are_those_of_the_windows_raised_by_the_lexicon() -> None:
    texts = [CALM, FOUL, CALM * 20 + FOUL * 5, "존나 좋다", ""]
    batch = DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())}))
    found, margins = Abuse().score(batch), shipped.margins(batch, "abuse")
    windows = margins.window_probability("profanity")
    hits = [(0, 0), (2, 0), (2, 0), (0, 1), (0, 0)]  # strong, mild; at most two of each
    for place, (text, (strong, mild)) in enumerate(zip(texts, hits, strict=True)):
        part = windows[margins.window_offsets[place] : margins.window_offsets[place + 1]]
        worst = min(max(part.max(), 1e-9), 1 - 1e-9)
        odds = (text != "") * worst / (1 - worst) * np.exp(HITS["profanity"][0] * strong + HITS["profanity"][1] * mild)
        assert found["profanity"][place] == pytest.approx(odds / (1 + odds), abs=1 / 4096)
        share = (part > FLAGGED["profanity"]).sum() / max(len(part), LEAST)
        assert found["profane_windows"][place] == pytest.approx(share, abs=1 / 4096)


@pytest.mark.parametrize("text", [None, "", "가", "ㅅ", "x", "1", " ", "🙂"])
@pytest.mark.parametrize("kind", ["others", "comments", "news"])
def test_null_empty_and_one_character_are_not_abusive(text: str | None, kind: str) -> None:
    assert abusive(text, kind) == []


def test_decomposed_text_scores_as_composed_text() -> None:
    names = [f"abuse.{score.name}" for score in Abuse.scores]
    composed, decomposed = scores(FOUL), scores(unicodedata.normalize("NFD", FOUL))
    assert [composed[name] for name in names] == [decomposed[name] for name in names]


@pytest.mark.parametrize(
    "text", ["Ceci est 日本語 mixed текст 그리고 한글 123.", "ㅋㅋㅋㅋㅋㅋㅋㅋ", "0101010101", "def f(x): return x+1"]
)
def test_mixed_script_laughter_digits_and_code_are_not_abusive(text: str) -> None:
    assert abusive(text, "comments") == []


def test_ten_megabytes_are_scored_in_time() -> None:
    text = CALM * (10_000_000 // len(CALM.encode()))
    began = time.process_time()
    assert abusive(text) == []
    assert time.process_time() - began < 20


def test_no_document_sees_its_neighbour() -> None:
    texts = [CALM, FOUL, None, "", CALM * 9, "씨발"]
    batch = DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())}))
    together = Abuse().score(batch)
    for place, text in enumerate(texts):
        alone = Abuse().score(DocumentBatch(pa.record_batch({"text": pa.array([text], pa.string())})))
        assert {name: values[place] for name, values in together.items()} == {n: v[0] for n, v in alone.items()}


# ------------------------------------------------------------------ models


def pin(path: Path, data: bytes) -> PinnedFile:
    path.write_bytes(data)
    return PinnedFile(file=str(path), digest=hashlib.sha256(data).hexdigest())


def test_your_own_model_is_pinned_read_and_reruns_annotate(tmp_path: Path) -> None:
    own = pin(tmp_path / "own.linear", MODEL.read_bytes())
    config = FilterConfig(abuse=AbuseThresholds(model=own))
    assert catalog.pinned(config) == (("abuse", "model", own.file, own.digest),)
    assert catalog.pinned(FilterConfig()) == ()
    assert "filters.abuse.model" in catalog.SCORING_KEYS
    batch = pa.record_batch({"text": pa.array([CALM, FOUL], pa.string())})
    plain = catalog.score_batch(DocumentBatch(batch))
    chosen = catalog.score_batch(DocumentBatch(batch), catalog.scorers(catalog.pinned(config)))
    assert plain.equals(chosen)


def test_another_file_than_was_pinned_and_one_of_other_heads_are_errors(tmp_path: Path) -> None:
    own = pin(tmp_path / "own.linear", MODEL.read_bytes())
    (tmp_path / "own.linear").write_bytes(b"another")
    batch = DocumentBatch(pa.record_batch({"text": pa.array([CALM], pa.string())}))
    with pytest.raises(ConfigError, match="has sha256"):
        Abuse(own).score(batch)
    model = shipped.shipped("abuse")
    one = type(model)(model.spec, model.heads[:1], model.table[:, :1])
    with pytest.raises(ConfigError, match="no head 'hate'"):
        Abuse(pin(tmp_path / "one.linear", model_file.to_bytes(one))).score(batch)


def test_a_threshold_may_differ_per_kind_and_the_model_may_not() -> None:
    catalog.check_config(FilterConfig(kinds={"news": {"abuse": {"maximum_hate": 0.5}}}))
    with pytest.raises(ConfigError, match="no such threshold 'model'"):
        catalog.check_config(FilterConfig(kinds={"news": {"abuse": {"model": None}}}))


def test_the_model_that_ships_is_the_one_of_its_card_and_small() -> None:
    data = MODEL.read_bytes()
    assert len(data) < 1_000_000
    card = (files("filters.profanity") / "models" / "abuse.md").read_text("utf-8")
    assert model_file.digest(data) in card
    assert [head.name for head in shipped.shipped("abuse").heads] == ["profanity", "hate"]
    assert Abuse.version == 4  # another model: another version, and its digest in the card


def test_model_and_word_lists_travel_in_the_zip_for_workers(tmp_path: Path) -> None:
    with zipfile.ZipFile(dist.build(tmp_path / "malmoi.zip")) as archive:
        assert archive.read("filters/profanity/models/abuse.linear") == MODEL.read_bytes()
        assert "filters/profanity/data/lexicon.tsv" in archive.namelist()
