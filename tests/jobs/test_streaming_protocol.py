"""The lines between Streaming tasks: UTF-8 as it is, and safe from whatever a library prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import GateError, RecordError
from jobs.streaming.job import described
from jobs.streaming.protocol import JsonPairs, TaskLines, last_attempt

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import ctypes, os, subprocess, sys
from jobs.streaming.job import StreamingJob
class Chatty(StreamingJob):
    def mapper(self, _, task):
        print("파이썬이 찍은 줄")
        os.write(1, b"from a descriptor\\n")
        ctypes.CDLL(None).puts(b"from C")
        ctypes.CDLL(None).fflush(None)
        subprocess.run(["echo", "from a child"], check=True)
        yield "열쇠", task
Chatty(["--mapper", "--step-num=0"]).execute()
"""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text(), VALUES)
def test_pairs_survive_a_line(key: str, value: object) -> None:
    line = JsonPairs().write(key, value)
    assert b"\n" not in line and b"\r" not in line and line.count(b"\t") == 1
    assert JsonPairs().read(line) == (key, value)


def test_hangul_is_not_escaped() -> None:
    assert JsonPairs().write("가", {"제목": "각"}) == '"가"\t{"제목": "각"}'.encode()
    assert TaskLines().read('{"name": "조각"}'.encode()) == (None, {"name": "조각"})


def test_stray_prints_do_not_reach_the_protocol() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input='{"n": "하나"}\n{"n": "둘"}\n'.encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stdout.decode() == '"열쇠"\t{"n": "하나"}\n"열쇠"\t{"n": "둘"}\n'
    for stray in ("파이썬이 찍은 줄", "from a descriptor", "from C", "from a child"):
        assert done.stderr.decode().count(stray) == 2


@pytest.mark.parametrize(
    ("most", "job", "attempt", "last"),
    [
        (None, None, None, True),  # inline and local: nothing retries
        ("4", "job_local12_0001", "attempt_local12_0001_m_000000_0", True),  # LocalJobRunner: nor here
        ("4", "job_17_0001", "attempt_17_0001_m_000000_0", False),
        ("4", "job_17_0001", "attempt_17_0001_m_000000_2", False),
        ("4", "job_17_0001", "attempt_17_0001_m_000000_3", True),
        ("1", "job_17_0001", "attempt_17_0001_m_000000_0", True),
    ],
)
def test_only_the_last_attempt_turns_an_error_into_a_row(
    monkeypatch: pytest.MonkeyPatch, most: str | None, job: str | None, attempt: str | None, last: bool
) -> None:
    for name, value in (("map_maxattempts", most), ("job_id", job), ("task_attempt_id", attempt)):
        if value is None:
            monkeypatch.delenv(f"mapreduce_{name}", raising=False)
        else:
            monkeypatch.setenv(f"mapreduce_{name}", value)
    assert last_attempt() is last


def test_an_error_row_holds_no_text_of_a_foreign_error() -> None:
    try:
        int("비밀스러운 문서의 본문")
    except ValueError as error:
        row = described("part-00001", error)
    assert row[0] == "MalmoiError" and row[1] == "part-00001" and row[2].startswith("ValueError at ")
    assert "비밀" not in "".join(row)
    assert described("x", GateError("파일", "무엇", "고침")) == ["GateError", "파일", "무엇", "고침"]
    assert described("x", RecordError("파일:3", "record.malformed"))[0] == "RecordError"
