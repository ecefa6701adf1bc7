"""Quality: sound text of any register stays, menus and wrong decodings fall, and length gives no rank."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import zstandard

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import KindConfig, PinnedFile
from filters import catalog
from filters.catalog import FilterConfig
from filters.linear.features import FeatureSpec, Stream
from filters.linear.model import Head, LinearModel
from filters.linear.model_file import to_bytes
from filters.quality.model import Quality, QualityThresholds
from filters.quality.noise import SORTS, Draw, noise, page_labels
from filters.rule import failing
from tests.filters.scored import reasons

PROSE = (
    "말모이는 주시경과 그 제자들이 1911년부터 만들던 우리말 사전의 원고이다. 책으로 나오지는 못했으나, 낱말을 모으고 뜻을 밝히던 "
    "그 일은 뒷날 조선어학회의 큰사전으로 이어졌다. 원고는 해방 뒤 서울역 창고에서 발견되었다고 한다."
)
LAW = "제1조(목적) 이 법은 우리말을 보전하고 발전시키기 위하여 필요한 사항을 규정함을 목적으로 한다."
STORY = "옛날 어느 마을에 마음씨 착한 나무꾼이 살았습니다. 하루는 산에서 나무를 하는데 사슴 한 마리가 뛰어왔습니다."
MENU = "\n".join(page_labels()[:60])
KEYWORDS = ", ".join(
    f"부산{a}{b}" for a in ("꽃집", "떡집", "빵집", "찻집") for b in ("추천", "가격", "후기", "순위", "업체")
)


def scores(*texts: str | None) -> list[tuple[float, float]]:
    found = Quality().score(DocumentBatch(pa.record_batch({"text": pa.array(texts, pa.string())})))
    return list(zip(found["probability"].tolist(), found["log_odds"].tolist(), strict=True))


@pytest.mark.parametrize("text", [PROSE, LAW, STORY], ids=["prose", "law", "story"])
def test_sound_text_of_any_register_passes(text: str) -> None:
    assert scores(text)[0][0] > 0.7
    assert reasons(text) == []


@pytest.mark.parametrize("text", [MENU, KEYWORDS], ids=["menu", "keywords"])
def test_menus_and_keyword_lists_fall(text: str) -> None:
    assert scores(text)[0][0] < 0.1
    assert "quality.too_low" in reasons(text)


def test_the_nearest_document_that_stays_has_prose_beside_its_menu() -> None:
    assert "quality.too_low" not in reasons(f"{MENU}\n\n{PROSE}\n\n{PROSE}")


def test_length_alone_gives_no_rank() -> None:
    short, long = scores(PROSE, f"{PROSE} " * 40)
    assert abs(short[1] - long[1]) < 0.25 * abs(short[1])


def test_null_empty_and_one_character_have_scores() -> None:
    assert scores(None, "", " \n")[:2] == [(0.0, 0.0), (0.0, 0.0)]
    assert 0.0 <= scores("가")[0][0] <= 1.0


def test_scores_do_not_depend_on_the_batch_and_ten_megabytes_are_scored() -> None:
    texts = [PROSE, None, MENU, "", f"{STORY}\n" * 60_000, "中文 mixed 글 ㅋㅋ", unicodedata.normalize("NFD", LAW)]
    assert len(texts[4].encode()) > 9_000_000  # type: ignore[union-attr]
    assert scores(*texts) == [scores(text)[0] for text in texts]


def test_no_quality_is_asked_of_kinds_of_other_languages_nor_of_utterances() -> None:
    kinds = {"wiki": KindConfig(languages=("en", "ja"))}
    assert "quality.too_low" in reasons(KEYWORDS, kind="wiki")
    assert "quality.too_low" not in reasons(KEYWORDS, kind="wiki", kinds=kinds)
    assert "quality.too_low" not in reasons(KEYWORDS, kind="comments")


def test_a_user_s_own_model_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    spec = FeatureSpec(input="text", bits=8, streams=(Stream(form="characters", shortest=1, longest=1),))
    heads = (Head(name="good", scale=1.0, bias=-5.0),)
    path = tmp_path / "own.linear"
    path.write_bytes(to_bytes(LinearModel(spec, heads, np.zeros((256, 1), np.int8))))
    pinned = PinnedFile(file=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())
    config = FilterConfig(quality=QualityThresholds(model=pinned))
    files = catalog.pinned(config)
    assert files == (("quality", "model", str(path), pinned.digest),)
    rules = catalog.scorers(files)
    batch = DocumentBatch(pa.record_batch({"text": pa.array([PROSE], pa.string())}))
    found = catalog.score_batch(batch, rules)
    assert found.column("quality.log_odds").to_pylist() == [-5.0]
    wrong = FilterConfig(quality=QualityThresholds(model=PinnedFile(file=str(path), digest="0" * 64)))
    with pytest.raises(ConfigError, match=r"filters\.quality\.model\.digest"):
        catalog.scorers(catalog.pinned(wrong))


# ------------------------------------------------------------------ made noise


def test_noise_is_drawn_from_the_text_alone_and_every_sort_comes_up() -> None:
    texts = [f"{PROSE} {number}" for number in range(200)]
    made = [noise(text, 7) for text in texts]
    assert made == [noise(text, 7) for text in texts]
    assert made != [noise(text, 8) for text in texts]
    assert {sort for sort, _ in made} == set(SORTS)
    assert len({text for _, text in made}) == 200
    for sort, function in SORTS.items():
        assert function(Draw(1), ["말모이"], "말모이"), sort
    assert noise("", 7)[1]


def test_noise_that_the_model_was_not_trained_on_falls_too() -> None:
    made = [noise(f"{PROSE}\n{STORY} {number}", 1234) for number in range(300)]
    found = scores(*(text for sort, text in made if sort not in ("salad", "garbled")))
    assert np.mean([probability < 0.5 for probability, _ in found]) > 0.9


# ------------------------------------------------------------------ real text

SOUND = (
    "wikinews_ko",
    "news_parallel_ko",
    "petitions",
    "korean_statutes",
    "fairytale",
    "book_review_nanet",
    "ud_korean",
)


def real(shared: Path, name: str, most: int) -> list[str]:
    with open(shared / "docs" / f"{name}.jsonl.zst", "rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        rows = [json.loads(line) for _, line in zip(range(most * 8), lines, strict=False)]
    return [row["text"][:3000] for row in rows[::8] if len(row["text"]) >= 40]


def test_the_shipped_model_s_losses_on_real_text_are_those_of_its_card(shared_data: Path) -> None:
    (check,) = Quality().checks(QualityThresholds())
    lost: dict[str, Any] = {}
    for name in SOUND:
        found = Quality().score(
            DocumentBatch(pa.record_batch({"text": pa.array(real(shared_data, name, 60), pa.string())}))
        )
        lost[name] = float(failing(check, found[check.score]).mean())
    assert max(lost.values()) <= 0.02, lost
