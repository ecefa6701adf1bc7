"""What a person sees at a terminal, and what a log gets elsewhere."""

from __future__ import annotations

import io
import json
import threading

from jobs import progress
from jobs.progress import Progress, plain


def test_elsewhere_every_event_is_one_json_line_in_utf8() -> None:
    stream = io.StringIO()
    Progress(stream, live=False).event("rights", input="블로그", basis="own")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["input"], line["basis"]) == ("rights", "블로그", "own")
    assert "블로그" in stream.getvalue()


def test_at_a_terminal_events_are_words() -> None:
    assert plain("stage", {"stage": "ingest", "state": "done", "seconds": 3.2}) == "ingest     3.2 s"
    assert plain("stage", {"stage": "mix", "state": "skipped"}) == "mix        skipped, nothing changed"
    assert plain("rights", {"input": "블로그", "class": "open", "basis": "license (CC0)"}) == (
        "rights     블로그 (open): license (CC0)"
    )


def test_a_watch_shows_stage_done_total_rate_and_time_left(monkeypatch) -> None:
    monkeypatch.setattr(progress, "LIVE_SECONDS", 0.01)
    monkeypatch.setattr(progress, "LOG_SECONDS", 0.01)
    for live, words in ((True, ("annotate", "[##########", "5/10 parts", "/s left 0")), (False, ('"eta_s"', '"rate"'))):
        stream = io.StringIO()
        shown = threading.Event()

        def measure(shown: threading.Event = shown, calls: list[int] = []) -> tuple[int, int, str]:  # noqa: B006
            calls.append(1)
            if len(calls) > 2:
                shown.set()
            return 5, 10, "parts"

        with Progress(stream, live=live).watch("annotate", measure):
            assert shown.wait(10)
        for word in words:
            assert word in stream.getvalue()
