"""The `malmoi` command: verbs, flags, exit codes.  It says where and how; what to do is the config's.

Results go to stdout, progress and errors to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from corpus import storage
from corpus.errors import GateError, MalmoiError
from jobs import load
from jobs.commands import train
from jobs.pipeline import BY_NAME, NAMES, Pipeline, chain
from jobs.progress import Progress

PIPE_STEPS = ("extract", "annotate", "mask", "clean", "signature", "encode", "decode")


def parser() -> argparse.ArgumentParser:
    """All verbs and flags."""
    top = argparse.ArgumentParser(
        prog="malmoi",
        description="From permitted Korean documents to training shards and a tokenizer.",
        epilog="Exit codes: 0 ok, 1 bug, 2 usage or configuration, 3 a check failed, 4 input missing or short, "
        "5 the machine lacks something, 75 try again later, 130 interrupted.",
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    run = verbs.add_parser("run", help="run the whole chain; stages with nothing changed are skipped")
    _stage_flags(run)
    run.add_argument("--from", dest="first", metavar="STAGE", help="rerun from this stage on, whatever changed")
    run.add_argument("--until", dest="last", metavar="STAGE", help="stop after this stage")
    for name in NAMES:
        if name != "verify":
            _stage_flags(verbs.add_parser(name, help=f"run the {name} stage alone"))
    verify = verbs.add_parser("verify", help="reread everything that a run published; exit 3 on any fault")
    verify.add_argument("run", metavar="RUN")
    explain = verbs.add_parser("explain", help="tell one document's whole way")
    explain.add_argument("run", metavar="RUN")
    explain.add_argument("document", metavar="ID|KEY|URL")
    explain.add_argument("--json", action="store_true", help="machine-readable")
    sample = verbs.add_parser("sample", help="show documents that share a reason")
    sample.add_argument("run", metavar="RUN")
    sample.add_argument("--reason", required=True, action="append", help="may be given several times")
    sample.add_argument("-n", type=int, default=10, help="how many of each (default 10)")
    sample.add_argument("--csv", metavar="FILE", help="write a table with an empty verdict column instead")
    sample.add_argument("--bom", action="store_true", help="with --csv: a mark by which Excel knows UTF-8")
    quarantine = verbs.add_parser("quarantine", help="list what could not be read, or read it again after a fix")
    actions = quarantine.add_subparsers(dest="action", required=True, metavar="list|retry")
    listing = actions.add_parser("list", help="units by class, source and file")
    listing.add_argument("run", metavar="RUN")
    listing.add_argument("--json", action="store_true", help="machine-readable, with every origin")
    retry = actions.add_parser("retry", help="read quarantined units again, and them alone")
    retry.add_argument("run", metavar="RUN")
    retry.add_argument("--quiet", action="store_true", help="no live progress line")
    _config_flags(retry, "YAML configuration (default: the run's own)")
    study = verbs.add_parser("study", help="build the tables that depend on a whole corpus")
    subjects = study.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    lines = subjects.add_parser("lines", help="repeated lines of sites, and repeated contacts")
    _config_flags(lines)
    lines.add_argument("--run", metavar="RUN", help="a finished ingest; without it the inputs are ingested first")
    lines.add_argument("--output", required=True, metavar="TABLE", help="folder of the tables")
    areas = subjects.add_parser("areas", help="what every area is worth, and a proposal for select.areas")
    areas.add_argument("--run", required=True, metavar="RUN")
    areas.add_argument("--output", required=True, metavar="DIR", help="folder of areas.tsv and areas.yaml")
    areas.add_argument(
        "--set", dest="assignments", action="append", default=[], metavar="KEY=VALUE", help="override one key"
    )
    ablation = subjects.add_parser("ablation", help="what each rule alone and last would drop, and their overlaps")
    ablation.add_argument("--run", required=True, metavar="RUN")
    ablation.add_argument("--output", metavar="DIR", help="write ablation.json and ablation.html there, too")
    precision = subjects.add_parser("precision", help="how often each reason was right, from labelled samples")
    precision.add_argument("--labels", required=True, action="append", metavar="CSV", help="of `malmoi sample --csv`")
    precision.add_argument("--run", metavar="RUN", help="estimate how many documents of this run were dropped wrongly")
    precision.add_argument("--json", action="store_true", help="machine-readable")
    train.add(verbs)
    thresholds = subjects.add_parser("thresholds", help="what thresholds drop of each kind, and what others would")
    where = thresholds.add_mutually_exclusive_group(required=True)
    where.add_argument("--run", metavar="RUN")
    where.add_argument("--input", action="append", metavar="URI", help="attributes: Parquet files or folders of them")
    thresholds.add_argument("--config", metavar="F", help="YAML configuration (default: the run's own, or built in)")
    thresholds.add_argument(
        "--set", dest="assignments", action="append", default=[], metavar="KEY=VALUE", help="override one key"
    )
    thresholds.add_argument("--labels", action="append", default=[], metavar="CSV", help="of `malmoi sample --csv`")
    thresholds.add_argument("--output", required=True, metavar="DIR", help="folder of thresholds.tsv, .json, .html")
    pipe = verbs.add_parser("pipe", help="one JSON object a line from stdin to stdout through one step")
    pipe.add_argument("step", choices=PIPE_STEPS, help="what it reads and writes: docs/pipe.md")
    pipe.add_argument("--config", metavar="F", help="YAML configuration (default: built in)")
    pipe.add_argument(
        "--set", dest="assignments", action="append", default=[], metavar="KEY=VALUE", help="override one key"
    )
    pipe.add_argument("--tokenizer", metavar="FILE", help="tokenizer.json, for encode and decode")
    config = verbs.add_parser("config", help="show the resolved configuration")
    config.add_argument("action", choices=["show"])
    config.add_argument("--origin", action="store_true", help="say where each value comes from")
    _config_flags(config)
    verbs.add_parser("bench", help="measure kernels and stages against oracles and libraries", add_help=False)
    return top


def _config_flags(verb: argparse.ArgumentParser, optional: str | None = None) -> None:
    verb.add_argument("--config", required=not optional, metavar="F", help=optional or "YAML configuration")
    verb.add_argument("--input", metavar="URI", help="fills {input} in the configuration's inputs")
    verb.add_argument(
        "--set", dest="assignments", action="append", default=[], metavar="KEY=VALUE", help="override one key"
    )


def _stage_flags(verb: argparse.ArgumentParser) -> None:
    _config_flags(verb)
    verb.add_argument("--output", required=True, metavar="RUN", help="run directory (path, hdfs:// or s3a://)")
    verb.add_argument("--force", action="store_true", help="run even when nothing changed")
    verb.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
    verb.add_argument("--quiet", action="store_true", help="no live progress line")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is returned."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["bench"]:  # its flags are its own
        from jobs.commands import bench

        return bench.main(words[1:])
    arguments = parser().parse_args(words)
    try:
        return dispatch(arguments)
    except MalmoiError as error:
        sys.stderr.write(f"malmoi: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("malmoi: interrupted; finished stages stay published, run again to go on\n")
        return 130
    except BrokenPipeError:
        return 0
    except Exception:  # noqa: BLE001 - the outermost boundary: shown whole, exit code 1
        traceback.print_exc()
        return 1


def dispatch(arguments: argparse.Namespace) -> int:
    """Call the verb.  Modules are imported here, so that `malmoi --help` starts nothing."""
    verb = arguments.verb
    if verb == "verify":
        from jobs.commands import verify

        return verify.run_verify(arguments.run, sys.stdout)
    if verb == "explain":
        from jobs.commands import explain

        return explain.run_explain(arguments.run, arguments.document, arguments.json, sys.stdout)
    if verb == "sample":
        from jobs.commands import sample

        if arguments.csv:
            return sample.write_csv(
                arguments.run, arguments.reason, arguments.n, arguments.csv, arguments.bom, sys.stdout
            )
        return max(sample.run_sample(arguments.run, reason, arguments.n, sys.stdout) for reason in arguments.reason)
    if verb == "quarantine":
        return _quarantine(arguments)
    if verb == "train":
        return train.run(arguments, sys.stdout)
    if verb == "pipe":
        from jobs.streaming import pipe

        config = load.load(arguments.config, arguments.assignments).config if arguments.config else None
        return pipe.main(arguments.step, config, sys.stdin.buffer, sys.stdout.buffer, arguments.tokenizer)
    if verb == "study" and arguments.subject == "areas":
        from jobs.commands import study_areas

        return study_areas.run_study_areas(arguments.run, arguments.output, arguments.assignments, sys.stdout)
    if verb == "study" and arguments.subject == "ablation":
        from jobs.commands import study_ablation

        return study_ablation.run_study_ablation(arguments.run, arguments.output, sys.stdout)
    if verb == "study" and arguments.subject == "thresholds":
        from jobs.commands import study_thresholds

        return study_thresholds.run_study_thresholds(
            arguments.run, arguments.input or [], arguments.config, arguments.assignments, arguments.labels,
            arguments.output, sys.stdout,
        )  # fmt: skip
    if verb == "study" and arguments.subject == "precision":
        from jobs.commands import study_precision

        return study_precision.run_study_precision(arguments.labels, arguments.run, arguments.json, sys.stdout)
    loaded = load.load(arguments.config, arguments.assignments, arguments.input)
    if verb == "study":
        from jobs.commands import study

        return study.run_study_lines(loaded.config, arguments.output, arguments.run, sys.stdout)
    if verb == "config":
        show(loaded, arguments.origin)
        return 0
    names = chain(arguments.first, arguments.last) if verb == "run" else (verb,)
    if arguments.dry_run:
        from jobs.commands import dry_run

        return dry_run.describe(loaded, arguments, names, sys.stdout)
    return run_stages(loaded, arguments, names)


def _quarantine(arguments: argparse.Namespace) -> int:
    from jobs.commands import quarantine

    if arguments.action == "list":
        return quarantine.run_list(arguments.run, arguments.json, sys.stdout)
    run = storage.join(arguments.run) if "://" in arguments.run else storage.local_path(arguments.run)
    if arguments.config:
        config = load.load(arguments.config, arguments.assignments, arguments.input).config
    else:
        config = load.published(run, arguments.assignments)
    progress = Progress(live=False if arguments.quiet else None)
    return quarantine.run_retry(Pipeline(config, run, progress), sys.stdout)


def show(loaded: load.Loaded, origin: bool) -> None:
    """Print every value as dotted key = JSON, with its origin when asked."""
    for path, value in leaves(load.to_json(loaded.config), ""):
        line = f"{path} = {json.dumps(value, ensure_ascii=False)}"
        print(f"{line}  # {loaded.origins.get(path, 'built-in')}" if origin else line)


def leaves(tree: Any, path: str) -> list[tuple[str, Any]]:
    """(dotted key, value) of every leaf of a plain tree."""
    if isinstance(tree, dict) and tree:
        return [leaf for key, item in tree.items() for leaf in leaves(item, f"{path}.{key}" if path else key)]
    if isinstance(tree, list) and tree:
        return [leaf for index, item in enumerate(tree) for leaf in leaves(item, f"{path}.{index}")]
    return [(path, tree)]


def run_stages(loaded: load.Loaded, arguments: argparse.Namespace, names: Sequence[str]) -> int:
    """Run stages, write summary.json whatever happens, print the closing sums of a whole run, and alarms.

    An alarm changes the exit code only where ``select.losses.stop`` says so; everything is written first.
    """
    from jobs.commands import alarms, closing

    progress = Progress(live=False if arguments.quiet else None)
    for item in loaded.config.inputs:
        evidence = f" ({item.rights.evidence})" if item.rights.evidence else ""
        progress.event("rights", input=item.name, basis=item.rights.basis + evidence, **{"class": item.class_})
    run = storage.join(arguments.output) if "://" in arguments.output else storage.local_path(arguments.output)
    pipeline = Pipeline(loaded.config, run, progress)
    status, code, reason = "failed", 1, "bug"
    raised: list[str] = []
    try:
        pipeline.execute(names, force_from=getattr(arguments, "first", None), force=arguments.force)
        raised = alarms.raised(run) if NAMES.index(names[-1]) >= NAMES.index("select") else []
        status, code, reason = "ok", 0, ""
        if raised and loaded.config.select.losses.stop:
            status, code, reason = "failed", GateError.exit_code, f"alarm: {'; '.join(raised)}"
    except MalmoiError as error:
        code, reason = error.exit_code, f"{type(error).__name__}: {error}"
        raise
    except KeyboardInterrupt:
        status, code, reason = "interrupted", 130, "interrupted"
        raise
    finally:
        pipeline.close()
        if code != 75:  # somebody else is writing this run: the summary is theirs
            closing.write_summary(run, status, code, reason)
    if names[-1] == "report":
        closing.print_sums(run, sys.stdout)
    for line in raised:
        sys.stderr.write(f"malmoi: alarm: {line}; read some with `malmoi sample {run} --reason dedup.near`\n")
    return code


def submitted(stage: str, argv: Sequence[str] | None = None) -> None:
    """Entry of jobs/spark/<stage>.py under spark-submit; raises SystemExit with the exit code."""
    flags = list(sys.argv[1:] if argv is None else argv)
    if stage not in BY_NAME:
        raise SystemExit(2)
    code = main([stage, *flags])
    raise SystemExit(code)


def script() -> None:
    """Entry of the `malmoi` command."""
    raise SystemExit(main())


if __name__ == "__main__":
    script()
