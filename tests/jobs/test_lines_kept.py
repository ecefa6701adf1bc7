"""All editors of ingest together over real statutes, verse, prose, code and lists: which lines go, by editor.

Every kind is read as if it were news and a blog's at once, and no kind is verbatim, so that nothing but the editors'
own care keeps a line.  Identifiers are not masked: masks change lines without taking one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from corpus.sources.config import IngestConfig
from jobs.tasks.clean import Cleaner, Dirty

RECORDS = 2_000  # of a source; more than there are statutes
EVERY = IngestConfig(identifiers=False, news_kinds=("any",), sharing_kinds=("any",), verbatim_kinds=())
NONE = IngestConfig(identifiers=False, title_in_body=False, news_kinds=(), sharing_kinds=())

STATUTES = ("korean_statutes", "assembly_bills")
VERSE_AND_STORIES = ("bible_korrv", "pd_literature", "fairytale")
PROSE = ("book_review_nanet", "news_parallel_ko", "ud_korean", "wiki_paragraphs_kobest", "wikinews_ko")
CODE_AND_LISTS = (
    "blog_johngrib", "d2l_ko", "kubernetes_ko", "ms_cpp_ko", "ms_powershell_ko_versions", "ms_sql_ko", "python_docs_ko",
    "pytorch_tutorials_ko_src", "react_ko", "rust_book_ko", "tensorflow_ko", "tldr_ko", "typescript_ko", "vite_ko",
    "vue_ko", "webpack_ko",
)  # fmt: skip

ITEM = re.compile(r"\s*(?:[-+*•○●▪□■▶]\s|\(?[0-9]{1,4}[.)]|\(?[가-힣A-Za-z][.)]\s|[①-⑳])")
AROUND = " \t#*=_-\"'“”‘’「」『』<>《》[]【】.!?。…"


def texts(path: Path, records: int = RECORDS) -> Iterator[tuple[str, str | None]]:
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the development data")
    with path.open("rb") as stream:
        data = zstandard.ZstdDecompressor().stream_reader(stream).read()
    for line in data.splitlines()[:records]:
        record = json.loads(line)
        if record.get("text"):
            yield record["text"], record.get("title")


def bare(text: str) -> str:
    return "".join(re.sub(r"\{#[^{}]*\}\s*$", "", text).strip(AROUND).split())


def sorted_lines(lines: list[str]) -> dict[str, Counter[str]]:
    """Lines that are not blank, by what they are."""
    found: dict[str, Counter[str]] = {"code": Counter(), "item": Counter(), "heading": Counter(), "other": Counter()}
    fenced = False
    for line in lines:
        edge = line.lstrip().startswith(("```", "~~~"))
        fenced ^= edge
        if not line.strip():
            continue
        if fenced or edge or line.startswith(("    ", "\t")):
            found["code"][line] += 1
        elif ITEM.match(line):
            found["item"][line] += 1
        else:
            found["heading" if re.match(r"#{1,6}\s", line) else "other"][line] += 1
    return found


def lost(shared_data: Path, name: str) -> Counter[str]:
    """Lines that went from a source, by what they are; and the titles said again at the head of a text."""
    cleaner, untouched = Cleaner(EVERY), Cleaner(NONE)
    records = list(texts(shared_data / "docs" / f"{name}.jsonl.zst"))
    found: Counter[str] = Counter()
    for at in range(0, len(records), 256):
        some = records[at : at + 256]
        dirty = [Dirty(*one, "any") for one in some]
        for (_, title), stored, cleaned in zip(some, untouched.clean_all(dirty), cleaner.clean_all(dirty), strict=True):
            if cleaned.data == stored.data:
                continue
            whole, left = stored.text.split("\n"), cleaned.text.split("\n")
            head = [line for line in whole if line.strip()][:24]
            while whole and left and whole[-1] == left[-1]:  # most texts differ in their first line alone
                whole.pop()
                left.pop()
            before, after = sorted_lines(whole), sorted_lines(left)
            for form, lines in before.items():
                for line, times in (lines - after[form]).items():
                    said = title is not None and line in head and bare(line) in (bare(title), "".join(title.split()))
                    found["title at the head" if said and times == 1 else form] += times
    return found


@pytest.mark.parametrize("name", [*STATUTES, *VERSE_AND_STORIES, *PROSE, *CODE_AND_LISTS])
def test_no_editor_takes_a_line_but_the_title_said_again_at_the_head(shared_data: Path, name: str) -> None:
    found = lost(shared_data, name)
    # Of the named sources one text loses more: a story of a newspaper whose first sentence is its title.
    allowed = {"wikinews_ko": {"other": 1}}.get(name, {})
    assert {form: times for form, times in found.items() if form != "title at the head"} == allowed


def test_lines_are_told_apart() -> None:
    lines = ["# 제목", "", "1. 항", "가. 목", "- 글머리", "```", "fn", "```", "    들여쓰기", "글"]
    assert {form: dict(found) for form, found in sorted_lines(lines).items()} == {
        "code": {"```": 2, "fn": 1, "    들여쓰기": 1},
        "item": {"1. 항": 1, "가. 목": 1, "- 글머리": 1},
        "heading": {"# 제목": 1},
        "other": {"글": 1},
    }


def test_news_and_sharing_take_addresses_and_notices_at_the_end_of_petitions_and_posts(shared_data: Path) -> None:
    found: Counter[str] = Counter()
    for name in ("petitions", "nodejs_ko_blog"):
        cleaner = Cleaner(EVERY)  # all of petitions: what its people write at the end is an address or a quoted notice
        for text, title in texts(shared_data / "docs" / f"{name}.jsonl.zst", 4_000):
            found.update(cleaner.clean(text, title, "any").counts)
    found = Counter({name: times for name, times in found.items() if name.startswith(("news", "sharing"))})
    assert found == {"news.email": 4, "news.byline": 1, "news.copyright": 1, "news.characters": 122}
