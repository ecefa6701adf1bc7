"""Contexts and inputs for tests of the Streaming jobs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa

from corpus.document import DOCUMENT
from corpus.document import cast as to_schema
from corpus.identity import document_id, keyed_hash, text_digest
from corpus.ledger import Census
from corpus.manifest import Manifest, Part
from corpus.sources.config import InputConfig, RightsBasis
from corpus.table import PartWriter
from filters.dedup.config import DedupConfig
from jobs.config import Config
from jobs.progress import Progress
from jobs.stage import StageContext
from serializer.config import HadoopConfig, SerializeConfig
from tests.serializer.samples import TEXTS, mixed_part, train

PARTS = 3
SOURCES = ("blog", "cafe", "news")
SENTENCES = (
    "아침마다 강가를 걷다 보면 물안개가 천천히 걷히는 것을 볼 수 있다.",
    "할머니는 장독대 옆에서 메주를 말리며 옛날이야기를 들려주셨다.",
    "지난해보다 쌀값이 올라 농민들은 한시름을 놓았다고 한다.",
    "도서관 삼 층 창가 자리는 오전 열 시만 되어도 빈 곳이 없다.",
    "버스가 끊긴 시골길에서 우리는 별을 세며 걸었다.",
    "새로 생긴 분식집의 떡볶이는 맵지 않고 달큼했다.",
    "기차는 터널을 지나 바다가 보이는 역에 멈추었다.",
    "서류를 다시 내라는 말에 그는 한숨을 쉬었다.",
)


def no_session() -> Any:
    raise AssertionError("this stage starts no Spark")


def settings(runner: str, form: str = "megatron", **hadoop: Any) -> SerializeConfig:
    return SerializeConfig(runner=cast(Any, runner), format=cast(Any, form), hadoop=HadoopConfig(**hadoop))


def serialize_context(run: Path, runner: str, form: str = "megatron", **hadoop: Any) -> StageContext:
    """Three mixed parts and a tokenizer in ``run``, as the pipeline hands them to the stage."""
    tokenizer = train(run / "tokenizer" / "tokenizer.json")
    parts = [
        mixed_part(str(run), f"mixed/part-{n:05d}.parquet", [f"{text} {n}번" for text in TEXTS], tokenizer)
        for n in range(PARTS)
    ]
    config = cast(Config, SimpleNamespace(serialize=settings(runner, form, **hadoop)))
    mix = Manifest("mix", "", tuple(parts), Census(), {"content": ""})
    return StageContext("serialize", config, str(run), {"mix": mix}, Progress(live=False), no_session)


def documents(run: Path) -> Manifest:
    """Three documents files: near-duplicates, copies that differ in spacing, NFD, emoji, empty, one character."""
    parts: list[Part] = []
    for number in range(PARTS):
        texts = list(TEXTS)
        for group in range(8):
            words = [SENTENCES[keyed_hash(group, "sentence", bytes([i])) % len(SENTENCES)] for i in range(12)]
            if number:
                words[keyed_hash(group, "edit", bytes([number])) % len(words)] = SENTENCES[number]
            texts.append((" " if group % 2 else "\n").join(words) + f" {group // 4}")
        texts.append("".join(SENTENCES).replace(" ", "" if number else " "))
        source = SOURCES[number]
        keys = [f"{number}/{place}" for place in range(len(texts))]
        table = pa.table(
            {
                "id": [document_id(source, key) for key in keys],
                "source": [source] * len(texts),
                "kind": [source] * len(texts),
                "class": ["open"] * len(texts),
                "key": keys,
                "text": texts,
                "text_digest": [text_digest(text) for text in texts],
            }
        )
        with PartWriter(str(run), f"documents/part-{number:05d}.parquet", DOCUMENT, without=("text",)) as writer:
            writer.write(to_schema(table, DOCUMENT))
        parts.append(writer.done())
    return Manifest("ingest", "", tuple(parts), Census(), {"content": ""})


def stage_context(
    name: str, run: Path, ingest: Manifest, engine: str, runner: str, session: Any, **hadoop: Any
) -> StageContext:
    """A stage over ``ingest``'s documents, by either engine."""
    rights = RightsBasis(basis="own")
    inputs = tuple(
        InputConfig(name=source, uri="", rights=rights, class_="open", priority=number)
        for number, source in enumerate(SOURCES)
    )
    config = Config(
        inputs=inputs, engine=cast(Any, engine), dedup=DedupConfig(comparisons=3), serialize=settings(runner, **hadoop)
    )
    return StageContext(name, config, str(run), {"ingest": ingest}, Progress(live=False), lambda: session)
