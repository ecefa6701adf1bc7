"""`malmoi train SUBJECT`: one module per model, one line each in SUBJECTS."""

from __future__ import annotations

import argparse
import importlib
from typing import Any, TextIO

# Subject -> (module, what `malmoi train --help` says).  A module has ``flags(parser)``, which adds what is its own,
# and ``run(arguments, stream)``, which trains, writes ``arguments.output`` and returns the exit code.
SUBJECTS: dict[str, tuple[str, str]] = {
    "abuse": ("jobs.commands.train_abuse", "profanity and hate, for filters.abuse.model"),
    "language": ("jobs.commands.train_language", "languages, for filters.language.model"),
    "quality": ("jobs.commands.train_quality", "sound text against noise, for filters.quality.model"),
    "spam": ("jobs.commands.train_spam", "advertising against other text, for filters.spam.model"),
}


def add(verbs: Any) -> None:
    """The verb and its subjects, each with the flags that all share."""
    verb = verbs.add_parser("train", help="train a model from labelled texts")
    subjects = verb.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    for name, (module, purpose) in SUBJECTS.items():
        parser = subjects.add_parser(name, help=purpose)
        parser.add_argument(
            "--input", action="append", default=[], metavar="URI", help="JSON lines with text, label and id; repeatable"
        )
        parser.add_argument("--labels", metavar="F", help="CSV of ids and verdicts, as `malmoi sample --csv` writes it")
        parser.add_argument(
            "--held-out",
            action="append",
            default=[],
            metavar="URI",
            help="texts that must not be trained on; repeatable",
        )
        parser.add_argument("--output", required=True, metavar="FILE", help="the model")
        parser.set_defaults(trainer=module)
        importlib.import_module(module).flags(parser)


def run(arguments: argparse.Namespace, stream: TextIO) -> int:
    """Train what the arguments name."""
    return int(importlib.import_module(arguments.trainer).run(arguments, stream))
