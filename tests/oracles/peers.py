"""Measures datatrove and rensa on the texts of `malmoi bench`, in the environment of `make bench-peers`.

    .venv-peers/bin/python tests/oracles/peers.py TASK TEXTS.jsonl.gz

TASK is measures, near or signatures.  Prints one JSON object: cpu_seconds of this process tree without
imports, documents, bytes of UTF-8 text, and what came out, so that a run that did nothing is seen.
One task, one worker.  Words are cut at white space (str.split): datatrove's Korean analyzer is 60 times
slower and would flatter us.  Every peer reads gzipped JSON lines, the fastest input it knows, and writes
them with zstd.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any


def cpu_seconds() -> float:
    """User and system time of this process and its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def read(texts: str) -> Iterator[str]:
    """Texts of a file of gzipped JSON lines."""
    with gzip.open(texts, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def split_at_spaces() -> None:
    """Give datatrove a word tokenizer that is str.split; before its steps are imported."""
    from datatrove.utils import word_tokenizers

    class Spaces(word_tokenizers.WordTokenizer):
        def word_tokenize(self, text: str) -> list[str]:
            return text.split()

        def sent_tokenize(self, text: str) -> list[str]:
            return text.splitlines()

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            raise NotImplementedError

    word_tokenizers.load_word_tokenizer = lambda language: Spaces()


def run(steps: list[Any], logs: str) -> None:
    from datatrove.executor import LocalPipelineExecutor

    LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=logs).run()


def lines_in(folder: str) -> int:
    """Lines of all files below a folder that a writer made."""
    import zstandard

    count = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with zstandard.open(os.path.join(root, name), "rt", encoding="utf-8") as stream:
                count += sum(1 for _ in stream)
    return count


def measures(texts: str, work: str) -> tuple[Callable[[], None], Callable[[], dict[str, int]]]:
    """Gopher quality and repetition.  English stop words and word lengths, which would drop all Korean at
    once, are off; everything else is as shipped, early stops included."""
    split_at_spaces()
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    kept = os.path.join(work, "kept")
    steps = [
        JsonlReader(os.path.dirname(texts), glob_pattern=os.path.basename(texts)),
        GopherRepetitionFilter(),
        GopherQualityFilter(min_avg_word_length=1, max_avg_word_length=25, min_stop_words=None),
        JsonlWriter(kept, compression="zstd"),
    ]
    return lambda: run(steps, os.path.join(work, "logs")), lambda: {"kept": lines_in(kept)}


def near(texts: str, work: str) -> tuple[Callable[[], None], Callable[[], dict[str, int]]]:
    """MinHash of word 5-grams, 14 bands of 8: signatures, buckets, clusters, filtered documents."""
    split_at_spaces()
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
    )
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    at = {name: os.path.join(work, name) for name in ("signatures", "buckets", "removed", "kept")}

    def reader() -> Any:
        return JsonlReader(os.path.dirname(texts), glob_pattern=os.path.basename(texts))

    stages = [
        [reader(), MinhashDedupSignature(at["signatures"], config=config)],
        [MinhashDedupBuckets(at["signatures"], at["buckets"], config=config)],
        [MinhashDedupCluster(at["buckets"], at["removed"], config=config)],
        [reader(), MinhashDedupFilter(at["removed"]), JsonlWriter(at["kept"], compression="zstd")],
    ]

    def go() -> None:
        for index, steps in enumerate(stages):
            if index == 1:  # one task a bucket, as it must be
                from datatrove.executor import LocalPipelineExecutor

                LocalPipelineExecutor(steps, tasks=14, workers=1, logging_dir=os.path.join(work, f"logs{index}")).run()
            else:
                run(steps, os.path.join(work, f"logs{index}"))

    return go, lambda: {"kept": lines_in(at["kept"])}


def signatures(texts: str, work: str) -> tuple[Callable[[], None], Callable[[], dict[str, int]]]:
    """rensa's RMinHash, 112 permutations over character 5-grams without white space, cut in Python."""
    from rensa import RMinHash

    documents = list(read(texts))
    made: list[list[int]] = []

    def go() -> None:
        for text in documents:
            squeezed = "".join(text.split())
            signature = RMinHash(num_perm=112, seed=42)
            signature.update([squeezed[at : at + 5] for at in range(len(squeezed) - 4)])
            made.append(signature.digest())

    return go, lambda: {"kept": len({tuple(item) for item in made})}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """datatrove logs to stderr and prints a dashboard; neither is ours to show."""
    os.environ["LOGURU_LEVEL"] = "ERROR"
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def main(task: str, texts: str) -> None:
    """Prepare outside the clock, run inside it, answer."""
    sizes = [len(text.encode()) for text in read(texts)]
    with tempfile.TemporaryDirectory(prefix="peers") as work, quiet():
        go, found = {"measures": measures, "near": near, "signatures": signatures}[task](os.path.abspath(texts), work)
        started = cpu_seconds()
        go()
        used = cpu_seconds() - started
        answer = {"task": task, "cpu_seconds": round(used, 3), "documents": len(sizes), "bytes": sum(sizes), **found()}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
