"""Progress of long work: one live line on a terminal, one JSON log line every 30 s elsewhere."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

LOG_SECONDS = 30.0  # DESIGN: one line every 30 s
LIVE_SECONDS = 0.5


class Progress:
    """Shows stage, done/total, rate and time left.  Never receives document text.

    ``watch`` polls a callable that answers (done, total, unit) from a background thread, so that the
    work itself reports nothing.
    """

    def __init__(self, stream: TextIO | None = None, live: bool | None = None) -> None:
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty() if live is None else live

    def event(self, event: str, **facts: Any) -> None:
        """One line that stays: a JSON object, or plain words on a terminal, where a stage's start is a line
        that its progress overwrites."""
        if self.live and facts.get("state") == "started":
            self.stream.write(f"\r\033[K{plain(event, facts)}")
        elif self.live:
            self.stream.write(f"\r\033[K{plain(event, facts)}\n")
        else:
            line = {"event": event, "ts": round(time.time(), 1), **facts}
            self.stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.stream.flush()

    def watch(self, stage: str, measure: Callable[[], tuple[int, int, str]]) -> _Watch:
        return _Watch(self, stage, measure)


def plain(event: str, facts: Mapping[str, Any]) -> str:
    """An event in words, for a terminal."""
    if event == "stage":
        words = {"started": "...", "skipped": "skipped, nothing changed", "kept": "kept, as only its inputs changed"}
        return f"{facts['stage']:<10} {words.get(facts['state'], '')}{facts.get('seconds', '')}" + (
            " s" if "seconds" in facts else ""
        )
    if event == "rights":
        return f"{'rights':<10} {facts['input']} ({facts['class']}): {facts['basis']}"
    return " ".join([event, *(f"{key}={value}" for key, value in facts.items())])


class _Watch:
    def __init__(self, progress: Progress, stage: str, measure: Callable[[], tuple[int, int, str]]) -> None:
        self.progress, self.stage, self.measure = progress, stage, measure
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> _Watch:
        self.start = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join(timeout=5)
        if self.progress.live:
            self.progress.stream.write("\r\033[K")
            self.progress.stream.flush()

    def _loop(self) -> None:
        while not self.done.wait(LIVE_SECONDS if self.progress.live else LOG_SECONDS):
            done, total, unit = self.measure()
            seconds = time.monotonic() - self.start
            rate = done / seconds if seconds else 0.0
            left = (total - done) / rate if rate else None
            if self.progress.live:
                share = done / total if total else 0.0
                bar = "#" * int(20 * share)
                eta = "--:--" if left is None else f"{int(left) // 60:02d}:{int(left) % 60:02d}"
                self.progress.stream.write(
                    f"\r\033[K{self.stage:<10} [{bar:<20}] {done}/{total} {unit} {rate:.1f}/s left {eta}"
                )
                self.progress.stream.flush()
            else:
                self.progress.event(
                    "progress",
                    stage=self.stage,
                    done=done,
                    total=total,
                    unit=unit,
                    rate=round(rate, 2),
                    eta_s=None if left is None else round(left),
                )
