"""Writes the bundled sample: `python -m tests.sample.generate conf/sample`.

Every document is made of hand-written vocabularies and sentence patterns by keyed hashes of its own
number; nothing is copied from anywhere, and every run writes the same records.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.sample.files import content, line, page, write_lines, write_parquet, write_truncated, write_warc
from tests.sample.kinds import MAKERS, Record
from tests.sample.planted import planted
from tests.sample.text import Draw

PAGES = tuple((f"page-{n:02d}", "euc-kr" if n in (3, 7) else "utf-8") for n in range(12))
HTML_FILES = ("guide-01", "guide-02", "guide-03", "guide-04")

# A line that is no UTF-8 and no Korean legacy encoding either, and lines that are no JSON object.
BAD_LINES = (
    b'{"id":"cafe-bad-00","text":"\xff\xfe\xc3\x28 \xa0\xff \xfe"}\n',
    '{"id":"cafe-bad-01","text":"따옴표가 닫히지 않은 글\n'.encode(),
    '["배열은", "문서가", "아니다"]\n'.encode(),
    '{"id":"cafe-bad-03","title":"본문 칸이 없는 글"}\n'.encode(),
)


def ordinary() -> dict[str, list[Record]]:
    """Ordinary documents by kind, before anything is planted."""
    return {kind: [make(number) for number in range(count)] for kind, (count, make) in MAKERS.items()}


def mixed(records: list[Record], key: str) -> list[Record]:
    """In an order drawn from the ids, so that planted cases lie among the others."""
    return sorted(records, key=lambda item: (Draw(f"{key}/{item['id']}").below(1 << 32), item["id"], item["text"]))


def generate(folder: Path) -> dict[str, object]:
    """Write the files below ``folder``; returns (and writes) the manifest with what was planted."""
    documents = ordinary()
    cases: dict[str, list[dict[str, str]]] = {}
    files: dict[str, list[Record]] = {kind: list(records) for kind, records in documents.items()}
    for case, kind, made, original in planted(documents):
        files[kind].append(made)
        entry = {"id": made["id"], "kind": kind} | ({"of": original} if original else {})
        cases.setdefault(case, []).append(entry)
    lines = {kind: [line(item) for item in mixed(records, kind)] for kind, records in files.items()}
    for kind in files:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    half = len(lines["blog"]) // 2
    write_lines(folder / "blog/blog-1.jsonl.zst", lines["blog"][:half])
    write_lines(folder / "blog/blog-2.jsonl.zst", lines["blog"][half:])
    write_lines(folder / "cafe/cafe-1.jsonl.gz", lines["cafe"][:-60])
    write_truncated(folder / "cafe/cafe-2.jsonl.gz", lines["cafe"][-60:-20])
    tail = list(lines["cafe"][-20:])
    for at, bad in enumerate(BAD_LINES):
        tail.insert(5 * at + 2, bad)
    write_lines(folder / "cafe/cafe-3.jsonl", tail)
    write_parquet(folder / "news/news.parquet", mixed(files["news"], "news"))
    write_lines(folder / "comments/comments.jsonl.zst", lines["comments"])
    write_lines(folder / "kin/kin.jsonl.zst", lines["kin"])
    write_lines(folder / "modu/modu.jsonl", lines["modu"])
    write_lines(folder / "wiki/wiki.jsonl.gz", lines["wiki"])
    write_lines(folder / "others/others.jsonl.zst", lines["others"])
    write_warc(folder / "others/pages.warc.gz", PAGES)
    for name in HTML_FILES:
        (folder / f"others/{name}.html").write_bytes(page(name)[1])
    described = {}
    for path in sorted(item for item in folder.glob("*/*") if item.is_file()):
        records, sha256 = content(path)
        described[path.relative_to(folder).as_posix()] = {"records": records, "sha256": sha256}
    lost = json.loads(lines["cafe"][-21])["id"]  # the truncated file ends inside this one
    manifest: dict[str, object] = {"files": described, "planted": cases, "lost": lost}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return manifest


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
