"""Runs trafilatura over labelled pages, in the environment of `make bench-peers`.

    .venv-peers/bin/python tests/oracles/trafilatura_pages.py SETTING PAGES.jsonl

SETTING is default or favor_recall.  Prints one JSON object: cpu_seconds without imports, and texts in order.
Comments are left out, as they are from ours.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    setting, path = sys.argv[1:]
    with open(path, encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    import trafilatura

    options = {} if setting == "default" else {"favor_recall": True}
    trafilatura.extract("<html><body><p>" + "warm " * 100 + "</p></body></html>", **options)
    start = time.process_time()
    texts = [trafilatura.extract(page, include_comments=False, **options) or "" for page in pages]
    seconds = time.process_time() - start
    json.dump({"cpu_seconds": seconds, "texts": texts}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
