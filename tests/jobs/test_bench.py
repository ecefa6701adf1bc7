"""The bench measures the same texts every time, divides what belongs together, and calls a missed bar so."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import GateError
from filters.dedup.config import DedupConfig
from jobs import load
from jobs.commands import bench, bench_chain, bench_spark, bench_text
from tests.sample.planted import jaccard

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return bench_text.texts(load.load(str(ROOT / "conf" / "demo.yaml"), (), None, {}).config, 6_000_000)


def test_texts_are_of_the_size_asked_and_the_same_every_time(texts: list[str]) -> None:
    again = bench_text.texts(load.load(str(ROOT / "conf" / "demo.yaml"), (), None, {}).config, 6_000_000)
    assert texts == again
    assert 6_000_000 <= sum(len(text.encode()) for text in texts) < 6_050_000


def test_recombined_texts_hold_edited_copies(texts: list[str]) -> None:
    made = list(zip(range(17), bench_text.recombined(texts, 0), strict=False))
    assert 0.8 <= jaccard(made[6][1], made[7][1]) < 1.0
    assert jaccard(made[5][1], made[6][1]) < DedupConfig().jaccard


ROWS: list[dict[str, Any]] = [
    {"name": "measures", "work": "measures", "mb_per_s": 80.0, "ratio": 30.0, "against": "oracle", "peak_mb": 300.0},
    {
        "name": "signature",
        "work": "signatures",
        "mb_per_s": 100.0,
        "ratio": 10.0,
        "against": "datasketch 2",
        "peak_mb": 1.0,
    },
]


def test_a_bar_divides_our_speed_by_the_peer_of_the_same_work() -> None:
    peers = {"measures": {"mb_per_s": 2.0}, "signatures": {"mb_per_s": 10.0}}
    assert bench.reached(bench.Bar("measures", "datatrove", 20, 35), ROWS, peers) == (40.0, 80.0, 2.0)
    catalogue = [{"name": "all rules", "work": "catalogue", "mb_per_s": 18.0}]
    assert bench.reached(bench.Bar("catalogue", "datatrove", 7, 12), catalogue, peers) == (9.0, 18.0, 2.0)
    assert bench.reached(bench.Bar("signatures", "rensa", 8, 14), ROWS, peers) == (10.0, 100.0, 10.0)
    assert bench.reached(bench.Bar("signatures", "datasketch", 20, 40), ROWS, peers) == (10.0, 100.0, 10.0)
    assert bench.reached(bench.Bar("near", "datatrove", 20, 35), ROWS, peers)[0] is None


def test_a_missed_bar_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    peer = {"mb_per_s": 2.0, "kept": 5, "documents": 9}
    assert bench.print_bars(ROWS, {"measures": peer}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("signatures") and line.endswith("BELOW THE BAR")]
    assert [line for line in lines if line.startswith("measures") and line.endswith("reaches the aim")]
    assert [line for line in lines if line.startswith("near") and "not measured" in line]


def test_rounds_are_summed_up_by_their_median() -> None:
    rounds = [{**ROWS[0], "mb_per_s": speed, "ratio": ratio} for speed, ratio in ((80, 30), (10, 31), (90, 20))]
    assert [(row["mb_per_s"], row["ratio"]) for row in bench.medians(rounds)] == [(80, 30)]


def test_a_child_that_fails_is_an_error_with_its_last_words() -> None:
    with pytest.raises(GateError, match="끝났다"):
        bench.child([sys.executable, "-c", "raise SystemExit('끝났다')"])


def test_a_childs_cpu_and_memory_are_its_own() -> None:
    """From a process of its own, as the bench is: a child's peak starts at that of the process which forked it."""
    code = "import json; block = bytearray(200_000_000); print(json.dumps(sum(range(3_000_000))))"
    program = f"import sys\nfrom jobs.commands import bench\nprint(*bench.child([sys.executable, '-c', {code!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True, timeout=120
    )
    answer, seconds, peak = (float(word) for word in done.stdout.split())
    assert answer == 4499998500000
    assert 0 < seconds < 30
    assert 200_000_000 < peak < 400_000_000


def test_the_tree_of_a_process_is_watched() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(40_000_000))'])"
    process = subprocess.Popen([sys.executable, "-c", code])
    with bench_chain.Tree(process.pid) as tree:
        assert process.wait() == 0
    assert tree.cpu_seconds > 0.2
    assert tree.peaks["driver"] > 1_000_000 and tree.peaks["python"] > 1_000_000


@pytest.mark.peers
@pytest.mark.skipif(not PEERS.exists(), reason="datatrove and rensa are not installed (make bench-peers)")
@pytest.mark.parametrize("task", ["measures", "near", "signatures"])
def test_a_peer_reads_every_document_and_answers(task: str, texts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts[:500]))
    answer, _, _ = bench.child([str(PEERS), str(ROOT / "tests" / "oracles" / "peers.py"), task, str(path)])
    assert answer["documents"] == 500
    assert 0 < answer["kept"] <= 500


def test_stages_inside_spark_are_measured(texts: list[str]) -> None:
    answer, _, _ = bench.child(
        [
            sys.executable,
            "-c",
            f"import json\nfrom jobs.commands import bench_spark\nprint(json.dumps(bench_spark.bench({texts[:50]!r})))",
        ]
    )
    assert [row["name"] for row in answer] == list(bench_spark.STAGES.values())
    assert all(row["mb_per_s"] > 0 for row in answer)
