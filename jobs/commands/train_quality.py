"""`malmoi train quality`: sound text of many registers against made noise and bad pages."""

from __future__ import annotations

import argparse
from typing import TextIO


def flags(parser: argparse.ArgumentParser) -> None:
    """What is this trainer's own."""
    add = parser.add_argument
    add("--good", action="append", default=[], metavar="[NAME=]URI", help="sound texts of one source; repeatable")
    add("--bad", action="append", default=[], metavar="[NAME=]URI", help="bad texts; repeatable")
    add("--informal", action="append", default=[], metavar="[NAME=]URI", help="sound but informal texts; repeatable")
    add("--most", type=int, default=900, metavar="N", help="texts of one of these, by hash (default 900)")
    add("--noise", type=int, default=75, metavar="PERCENT", help="of sound texts get made noise besides (default 75)")
    add("--compare", action="store_true", help="with the contrast of two language models, and without each source")


def run(arguments: argparse.Namespace, stream: TextIO) -> int:
    """Train, write the model, print figures on texts that were not trained on."""
    from jobs.tasks.quality_training import run_training

    return run_training(arguments, stream)
