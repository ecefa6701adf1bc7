"""The tree speaks of malmoi alone, and its documentation is whole: every page linked, every key described."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from jobs import load
from jobs.config import Config

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.ko.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]

# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = (
    re.compile(r"/(?:home|Users|root|mnt|media|work)/[a-z0-9_.-]+", re.IGNORECASE),  # a path of somebody's machine
    re.compile(r"https?://(?:localhost|127\.0\.0\.1|10\.\d+\.\d+\.\d+|192\.168\.)[^\s\"')]*:\d+/(?:simple|repository)"),
    re.compile(r"(?:index-url|extra-index-url|trusted-host)\s*[= ]\s*\S+"),  # a registry of one place
    re.compile("artif" + "actory|nex" + "us3|dev" + "pi", re.IGNORECASE),
    re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    re.compile("as an (?:AI|lang" + "uage) (?:assis" + "tant|mo" + "del)", re.IGNORECASE),
    re.compile(r"\bissue #?\d+\b|\bissues? sho" + "w|\\.libr" + "ary/", re.IGNORECASE),
    re.compile("scratch" + "/PLAN|CHAIN_" + "READY"),
)
TEXT = {".py", ".md", ".yaml", ".yml", ".cfg", ".toml", ".txt", ".sh", ".properties", ""}
MADE_UP_PATHS = re.compile(r"/home/(?:user|spark|hadoop)\b")  # of examples


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=30, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_file_holds_a_machine_path_a_registry_or_an_unfinished_mark() -> None:
    found = []
    for path in tracked():
        if path.suffix not in TEXT or not path.is_file() or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            line = MADE_UP_PATHS.sub("", line)
            found += [
                f"{path.relative_to(ROOT)}:{number}: {pattern.pattern}" for pattern in FORBIDDEN if pattern.search(line)
            ]
    assert found == []


def links(page: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_resolve(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


def test_every_page_is_linked_from_the_index() -> None:
    index = set(links(DOCS / "README.md"))
    assert {page.name for page in DOCS.glob("*.md")} - index == {"README.md"}


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_documentation_has_one_sentence_a_line(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = [line for line in text.splitlines() if line and not line.startswith(("|", "#", "-", "*", ">", " "))]
    assert [line for line in prose if re.search(r"[a-z)`][.?!] [A-Z]", re.sub(r"`[^`]*`", "", line))] == []


# ------------------------------------------------------------------ configuration


def keys(kind: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, default or 'required') of every leaf of a configuration dataclass."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        for member in arguments:
            yield from keys(member, path)
    elif dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        for item in dataclasses.fields(kind):
            name = item.name.rstrip("_")
            here = f"{path}.{name}" if path else name
            inner = list(keys(hints[item.name], here))
            if inner:
                yield from inner
            elif item.default_factory is not dataclasses.MISSING:
                yield here, item.default_factory()
            else:
                yield here, "required" if item.default is dataclasses.MISSING else item.default
    elif origin is tuple and dataclasses.is_dataclass(arguments[0]):
        yield from keys(arguments[0], f"{path}.*")
    elif len(arguments) == 2 and dataclasses.is_dataclass(arguments[1]):
        yield from keys(arguments[1], f"{path}.*")


def described() -> dict[str, str]:
    """Key -> default as the page gives it."""
    rows = re.findall(
        r"^\| `([^`]+)` \| ([^|]+) \|", (DOCS / "configuration.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return {key: default.strip().strip("`") for key, default in rows}


def test_every_key_and_its_default_are_described() -> None:
    expected = {
        key: "required"
        if default == "required"
        else json.dumps(list(default) if isinstance(default, tuple) else default)
        for key, default in keys(Config)
    }
    assert described() == expected


@pytest.mark.parametrize("path", sorted((ROOT / "conf").glob("*.yaml")), ids=lambda path: path.name)
def test_every_key_of_a_bundled_configuration_is_described(path: Path) -> None:
    patterns = [re.compile(re.escape(key).replace(r"\*", r"[^.]+") + r"(\..+)?") for key in described()]

    def leaves(tree: Any, at: str) -> Iterator[str]:
        items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
        children = [leaf for name, item in items for leaf in leaves(item, f"{at}.{name}" if at else str(name))]
        yield from children or [at]

    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [leaf for leaf in leaves(written, "") if not any(pattern.fullmatch(leaf) for pattern in patterns)] == []
    assert load.load(str(path), (), "/nowhere" if "{input}" in path.read_text(encoding="utf-8") else None, {}).config
