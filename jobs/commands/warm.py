"""Compiles every kernel into numba's cache by running the chain over a few documents in a scratch folder.

Run at installation: the first compilation costs about 90 CPU seconds, which no later run pays again,
and a chain that ends verified shows that Java, Spark and the streaming runner work here.  One process can
compile one kernel at a time, so a second one takes the rules and what later stages need.  The chain's
Java leaves Spark's classes behind as the archive that later sessions start from.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus.document import DocumentBatch, text_buffers
from corpus.errors import MalmoiError
from corpus.identity import keyed_hash
from filters import catalog
from filters.boilerplate.lines import RepeatedLines, ascending
from filters.boilerplate.repeated import LineCounts, LinesThresholds, merged, table_of
from filters.dedup.config import DedupConfig
from filters.dedup.signature import signatures
from jobs import load
from jobs.java import class_archive, java, options
from jobs.pipeline import NAMES, Pipeline
from jobs.progress import Progress
from serializer.tokenizer.merges import learn

WORDS = (
    "바다 산길 시장 도서관 마을 정원 강가 골목 부엌 공방 항구 들판 다리 사과 국수 감자 배추 두부 "
    "편지 사진 지도 우산 시계 연필 거울 등불 어머니 선생님 이웃 손님 어부 목수 의사 기자 학생 친구 "
    "아이 화가 시인 농부 조용한 오래된 커다란 따뜻한"
)
DOCUMENTS = 60
MERGED = 400  # ids of its tokenizer
ARCHIVE_SECONDS = 120  # it takes 5


def text(number: int, words: int = 60) -> str:
    """Sentences of words drawn by keyed hash: no two documents are alike."""
    known = WORDS.split(" ")
    drawn = [known[keyed_hash(number, "warm", bytes([place])) % len(known)] for place in range(words)]
    return "\n".join(" ".join(drawn[start : start + 6]) + " 보았다." for start in range(0, words, 6))


def records() -> list[dict[str, str]]:
    """Plain documents, an exact copy, one that differs in a few words (settled exactly), one with a phone."""
    rows = [{"id": f"{number}", "text": text(number), "title": f"글 {number}"} for number in range(DOCUMENTS)]
    near = rows[1]["text"].replace("보았다.", "들었다.", 2)
    phone = f"연락처는 010-0000-1234 입니다. {rows[2]['text']}"
    return [
        *rows,
        {"id": "copy", "text": rows[0]["text"]},
        {"id": "near", "text": near},
        {"id": "phone", "text": phone},
        {"id": "page", "html": f"<html><body><h1>쪽</h1><p>{text(900)}</p></body></html>"},
    ]


def batch() -> DocumentBatch:
    """The plain documents as rules and signatures read them."""
    ids = pa.array([number.to_bytes(16, "big") for number in range(DOCUMENTS)], pa.binary(16))
    kinds = pa.array(["others"] * DOCUMENTS)
    texts = pa.array([text(number) for number in range(DOCUMENTS)])
    return DocumentBatch(pa.RecordBatch.from_arrays([ids, kinds, kinds, texts], names=["id", "source", "kind", "text"]))


def rules() -> None:
    """Score by every rule."""
    catalog.score_batch(batch())


def later() -> None:
    """What the stages after annotate compile: signatures, merges, and the editor of repeated lines.

    A chain without a line table does not reach the last.  Raises MalmoiError where it takes out nothing.
    """
    signatures(batch(), DedupConfig())
    texts = [f"{text(number)}\n이용약관" for number in range(DOCUMENTS)]
    learn(text_buffers(pa.array(texts)), np.ones(DOCUMENTS, np.int64), MERGED, 2)
    columns = [pa.array(["warm"] * DOCUMENTS), pa.nulls(DOCUMENTS, pa.string()), pa.array(texts)]
    counts = LineCounts()
    counts.add(pa.RecordBatch.from_arrays(columns, names=["source", "url", "text"]))
    table, _ = table_of(merged(counts.rows()), LinesThresholds())
    known = ascending(*(table.column(name).combine_chunks().to_numpy() for name in ("site", "line", "reach")))
    _, edits = RepeatedLines(*known).edit(texts[0].encode(), "warm")
    if not edits.get("repeated_lines"):
        raise MalmoiError("warm", "the editor of repeated lines took no line out", "Install malmoi anew")


def leave(archive: Path) -> str:
    """The option that makes Java leave ``archive`` behind; none for a Java that would not start with it.

    The archive lies on top of Java's own, which a trimmed runtime (`make java`) lacks.
    """
    option = f"-XX:ArchiveClassesAtExit={archive}"
    tried = subprocess.run([java(), option, "-version"], capture_output=True, timeout=ARCHIVE_SECONDS, check=False)
    archive.unlink(missing_ok=True)
    return option if tried.returncode == 0 else ""


def end_java() -> None:
    """End the session's Java and wait for it: it writes its archive of classes when it ends."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway  # pyspark offers no public way to end its Java
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=ARCHIVE_SECONDS)


def keep(written: Path, archive: Path) -> None:
    """Put the archive where sessions look for it, whole or not at all; an older one is replaced."""
    if not written.is_file():
        sys.stdout.write("This Java writes no class archive; Spark will start from its jars\n")
        return
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        temporary = archive.with_name(f".{archive.name}.{os.getpid()}")
        shutil.move(written, temporary)
        os.replace(temporary, archive)
    except OSError as error:
        sys.stdout.write(f"No class archive at {archive} ({error.strerror}); Spark will start from its jars\n")


def main() -> int:
    """Run the chain; raises what the chain raises."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="malmoi-warm-") as folder:
        archive = Path(folder, "classes")
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records())
        Path(folder, "documents.jsonl").write_text(rows, encoding="utf-8")
        config = {
            "inputs": [
                {"name": "warm", "uri": f"{folder}/documents.jsonl", "class": "permitted", "rights": {"basis": "own"}}
            ],
            "tokenizer": {"vocabulary_size": MERGED},
            "serialize": {"runner": "inline"},
            "spark": {
                "master": "local[1]",
                "conf": {"spark.driver.extraJavaOptions": f"{options(shared=False)} {leave(archive)}"},
            },
        }
        path = Path(folder, "config.json")
        path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
        with open(Path(folder, "log"), "w", encoding="utf-8") as log:
            pipeline = Pipeline(load.load(str(path)).config, f"{folder}/run", Progress(log, live=False))
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
                scored, compiled = beside.submit(rules), beside.submit(later)
                try:
                    pipeline.execute(("ingest",))
                    scored.result()
                    pipeline.execute(NAMES)
                    compiled.result()
                finally:
                    pipeline.close()
                    end_java()
        keep(archive, class_archive())
    seconds = time.monotonic() - started
    sys.stdout.write(f"Kernels compiled; a small chain ran and was verified in {seconds:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
