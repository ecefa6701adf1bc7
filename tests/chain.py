"""A small Korean corpus of known content, and the whole chain over it, for the chain's own tests."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus import manifest as manifests
from corpus.identity import keyed_hash
from jobs import load
from jobs.pipeline import NAMES, Pipeline
from jobs.progress import Progress

NOUNS = (
    "바다 산길 시장 도서관 기차역 학교 마을 정원 강가 골목 부엌 공방 극장 병원 연구소 우체국 텃밭 항구 들판 다리 "
    "사과 옥수수 된장 국수 보리차 감자 도토리묵 배추 미역 두부 편지 사진 지도 우산 자전거 시계 연필 거울 항아리 등불 "
    "어머니 할아버지 선생님 이웃 손님 어부 목수 의사 기자 학생 친구 아이 과학자 화가 시인 배우 농부 운전사 경찰 사서"
).split()
VERBS = (
    "만들었다 찾아갔다 기다렸다 고쳤다 그렸다 읽었다 나누었다 지켜보았다 옮겼다 심었다 건넜다 배웠다 떠났다 "
    "돌아왔다 물었다 들었다 보냈다 모았다 골랐다 씻었다 데웠다 말렸다 펼쳤다 접었다 알아냈다 떠올렸다"
).split()
PARTICLES = ("에서", "으로", "부터", "까지", "에게", "처럼", "보다", "마다")
MODIFIERS = "오래된 조용한 커다란 낯선 따뜻한 젖은 새로운 작은 푸른 둥근 느린 밝은 깊은 가벼운 서늘한 뜨거운".split()


def sentence(draw: Iterator[int]) -> str:
    def pick(words: Sequence[str]) -> str:
        return words[next(draw) % len(words)]

    return (
        f"{pick(MODIFIERS)} {pick(NOUNS)}{pick(PARTICLES)} {pick(MODIFIERS)} {pick(NOUNS)}를 "
        f"{pick(NOUNS)}와 함께 {pick(VERBS)}."
    )


def draws(*key: object) -> Iterator[int]:
    number = 0
    while True:
        yield keyed_hash(1, "test", repr((key, number)).encode())
        number += 1


def text(number: int, sentences: int) -> str:
    draw = draws("text", number)
    lines = [" ".join(sentence(draw) for _ in range(3)) for _ in range(max(1, sentences // 3))]
    return "\n".join(lines)


def records(count: int = 240) -> list[dict[str, Any]]:
    """Documents of three kinds with exact, spaced and edited copies, an NFD copy, short and foreign ones."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        kind = ("blog", "news", "comments")[number % 3]
        row = {
            "id": f"{kind}-{number:04d}",
            "kind": kind,
            "title": f"{NOUNS[number % len(NOUNS)]} 이야기 {number}",
            "text": text(number, 9 + number % 14),
            "date": f"2026-0{1 + number % 9}-1{number % 9}",
            "url": f"https://example.kr/{kind}/{number}",
            "license": "CC-BY-4.0",
        }
        rows.append(row)
        if number % 20 == 3:
            rows.append({**row, "id": row["id"] + "-copy"})
        if number % 20 == 5:
            rows.append({**row, "id": row["id"] + "-nfd", "text": unicodedata.normalize("NFD", row["text"])})
        if number % 20 == 7:
            rows.append({**row, "id": row["id"] + "-spaced", "text": row["text"].replace(" ", "  ").replace(".", "!")})
        if number % 20 == 9:
            words = row["text"].split(" ")
            words[len(words) // 2] = "고친낱말"
            rows.append({**row, "id": row["id"] + "-edited", "text": " ".join(words)})
        if number % 20 == 11:
            rows.append({**row, "id": row["id"] + "-short", "text": "짧다"})
        if number % 20 == 13:
            rows.append({**row, "id": row["id"] + "-foreign", "text": "This page is written in English only. " * 9})
        if number % 20 == 15:
            rows.append(
                {
                    **row,
                    "id": row["id"] + "-masked",
                    "text": f"연락처는 010-1234-{number:04d} 입니다. " + text(number + 9000, 9),
                }
            )
    return rows


def write_corpus(folder: Path, rows: Sequence[dict[str, Any]], files: int = 1, bad_lines: bool = True) -> Path:
    """JSON lines cut into ``files`` files in the given order; two lines that cannot be read."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(rows) // files)
    for number in range(files):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows[number * size : (number + 1) * size]]
        data = ("\n".join(lines) + "\n").encode()
        if bad_lines and number == 0:
            data += '{"id": "깨진 줄", "text": \n'.encode() + b'{"id": "x", "text": "\xb0\xa1\xff"}\n'
        (folder / f"part-{number:03d}.jsonl").write_bytes(data)
    return folder


def write_config(path: Path, corpus: Path, **changes: Any) -> Path:
    """A configuration over ``corpus``; ``changes`` are top-level sections."""
    tree: dict[str, Any] = {
        "seed": 7,
        "inputs": [
            {
                "name": "시험",
                "uri": str(corpus),
                "class": "permitted",
                "rights": {"basis": "own"},
                "kind": "others",
                "kind_by": [{"field": "kind", "values": {"blog": "blog", "news": "news", "comments": "comments"}}],
            }
        ],
        "tokenizer": {"vocabulary_size": 700, "sample_floor_bytes": 200_000},
        "mix": {"mode": "proportional", "parts": 3},
        "serialize": {"runner": "inline"},
        "spark": {"master": "local[2]"},
    }
    tree.update(changes)
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return path


def run_chain(config: Path, run: Path, spark: Any, names: Sequence[str] = NAMES, **options: Any) -> Pipeline:
    """The chain in this process on the tests' one Spark session."""
    pipeline = Pipeline(load.load(str(config), environment={}).config, str(run), Progress(live=False))
    pipeline._session = spark
    pipeline.execute(names, **options)
    return pipeline


CLEAN_MIX = {"mode": "proportional", "parts": 3, "validation": 0.15}


def make_clean(folder: Path, spark: Any) -> None:
    """``folder``/docs, config.json and run of the records in three files: what the fixture clean_chain hands out."""
    config = write_config(folder / "config.json", write_corpus(folder / "docs", records(), 3), mix=CLEAN_MIX)
    run_chain(config, folder / "run", spark)


def products(run: Path) -> dict[str, str]:
    """sha256 of everything that may not depend on layout: tokenizer, decisions, pairs, audit, mixed, shards, metrics."""
    digests = {}
    fixed = ("pairs/", "decisions/", "audit/", "tokenizer/", "mixed/", "validation/", "shards/")
    for stage in ("dedup", "select", "audit", "tokenizer", "mix", "serialize", "report"):
        for part in manifests.read(str(run), stage).parts:
            if part.name.startswith(fixed) or part.name.endswith("metrics.json"):
                digests[part.name] = part.sha256
    return dict(sorted(digests.items()))
