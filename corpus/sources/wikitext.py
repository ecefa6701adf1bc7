"""Wikitext to plain text in one pass: templates, tables, references, files, categories and interwiki links
go; headings, lists, the words of links, code and formulas stay.

What a page shows depends on templates that are not in it, so nothing is expanded.  The pass is linear:
every mark is looked at once, open marks lie on a bounded stack, and a closing tag that was not found once
is not looked for again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import NamedTuple

VERSION = 2

# Open marks inside each other; MediaWiki itself stops expanding at 40 templates.  Deeper ones are literal.
MAX_DEPTH = 200

_MARK = re.compile(r"<!--|</?[A-Za-z][^<>]{0,2000}>|\{\{+|\{\||\}\}+|\|\}(?!\})|\[\[|\]\]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# \x00 stands where a template was, \x01 and \x02 around the number of a literal piece: XML has none of them.
_CONTROL = str.maketrans({"\x00": None, "\x01": None, "\x02": None})

# Elements whose content is no running text, those whose content is text as it stands, those that end a line,
# and those whose tags go while their content stays.
_DROPPED_NAMES = """ref references gallery timeline imagemap graph score hiero templatedata mapframe maplink
    categorytree inputbox templatestyles includeonly style script indicator section dynamicpagelist"""
_LITERAL_NAMES = "nowiki pre syntaxhighlight source math chem ce"
_BREAK_NAMES = "br p div hr tr table blockquote center poem li dt dd"
_INLINE_NAMES = """b i u s em strong small big sub sup span font code tt kbd var samp cite del ins strike abbr q
    ruby rb rt rp rtc bdi bdo mark time data dfn noinclude onlyinclude ul ol dl td th caption h1 h2 h3 h4 h5 h6 wbr
    translate tvar langconvert"""
_DROPPED, _LITERAL, _BREAKS, _INLINE = (
    frozenset(names.split()) for names in (_DROPPED_NAMES, _LITERAL_NAMES, _BREAK_NAMES, _INLINE_NAMES)
)
# Templates that only set their argument: name -> number of that argument.
_SHOWN = {"lang": 2, "llang": 2, "nowrap": 1, "nobr": 1, "lang-en": 1, "lang-ja": 1, "lang-zh": 1, "small": 1}

FILES = frozenset({"file", "image", "media", "파일", "그림", "미디어", "ファイル", "画像", "メディア"})
CATEGORIES = frozenset({"category", "분류", "カテゴリ"})
# Interlanguage links name a language in lower case; these short prefixes are projects, whose links are text.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,12})*|simple")
_PROJECTS = frozenset({"mw", "voy", "doi", "rfc", "wmf", "tv", "bug", "gnu"})

_QUOTES = re.compile(r"'{2,5}")
_LINK = re.compile(r"\[(?:https?:|ftp:|mailto:)?//[^\s\[\]]+[ \t]*([^\[\]\n]*)\]")
_MAGIC = re.compile(r"__[^\W\d_]{3,24}__")
_HEADING = re.compile(r"(={1,6})(?!=)(.{1,500}?)\1[ \t]*$")
_EMPTIED = re.compile(r"[(（](?:[ \t,;:·]{0,8}\x00)+[ \t,;:·]{0,8}[)）]")
_EMPTIED_LEFT = re.compile(r"(?<=[(（])\x00[ \t]{0,8}[,;][ \t]{0,8}")
_EMPTIED_RIGHT = re.compile(r"[,;][ \t]{0,8}\x00(?=[)）])")
_PIECE = re.compile(r"\x01([0-9]+)\x02")


class Names(NamedTuple):
    """Lower-case names of the file and category namespaces, aliases included."""

    files: frozenset[str] = FILES
    categories: frozenset[str] = CATEGORIES


class Plain(NamedTuple):
    text: str
    categories: tuple[str, ...]


class _Frame:
    """An open mark: ``kind`` is one of { [ | and the root; ``braces`` are those of an opening run not yet
    closed."""

    __slots__ = ("braces", "kind", "parts")

    def __init__(self, kind: str, braces: int = 0) -> None:
        self.kind, self.braces = kind, braces
        self.parts: list[str] = []


def plain(text: str, names: Names = Names()) -> Plain:  # noqa: B008 (a constant)
    """The text of a page and its categories.  Total: any string gives a result, in linear time."""
    if "\x00" in text or "\x01" in text or "\x02" in text:
        text = text.translate(_CONTROL)
    page = _Page(names)
    page.read(text)
    return Plain(page.written(), tuple(dict.fromkeys(page.categories)))


class _Page:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.stack = [_Frame("")]
        self.open = {"{": 0, "[": 0, "|": 0}
        self.pieces: list[str] = []
        self.categories: list[str] = []
        self.unclosed: set[str] = set()  # names of elements that are not closed again
        self.broken = False

    def read(self, text: str) -> None:
        place = 0
        search = _MARK.search
        while mark := search(text, place):
            start, following = mark.span()
            if start > place:
                self.stack[-1].parts.append(text[place:start])
            place = following
            sign = text[start]
            if sign == "[":
                self._push("[", 0, "[[")
            elif sign == "]":
                self._close_link()
            elif sign == "{":
                if text[start + 1] == "{":
                    self._push("{", following - start, text[start:following])
                elif _begins_line(text, start):
                    self._push("|", 0, "")
                else:
                    self.stack[-1].parts.append("{|")
            elif sign == "}":
                self._close_braces(following - start)
            elif sign == "|":
                if self.open["|"] and _begins_line(text, start):
                    self._close_table()
                else:
                    self.stack[-1].parts.append("|")
                    place = start + 1
            elif text.startswith("<!--", start):
                end = -1 if "!" in self.unclosed else text.find("-->", following)
                if end < 0:
                    self.unclosed.add("!")  # MediaWiki hides the rest; a stray mark must not
                else:
                    place = end + 3
            else:
                place = self._element(text, start, following)
        self.stack[-1].parts.append(text[place:])

    def _push(self, kind: str, braces: int, mark: str) -> None:
        if len(self.stack) > MAX_DEPTH:
            return
        self.stack.append(_Frame(kind, braces))
        self.open[kind] += 1

    def _pop(self) -> _Frame:
        frame = self.stack.pop()
        self.open[frame.kind] -= 1
        return frame

    def _close_link(self) -> None:
        if self.stack[-1].kind != "[":
            return
        content = "".join(self._pop().parts)
        self.stack[-1].parts.append(self._shown(content))

    def _shown(self, content: str) -> str:
        target, pipe, label = content.partition("|")
        if ":" in target:
            if target.startswith(":"):
                target = target[1:]
            else:
                space, _, rest = target.partition(":")
                space = space.strip()
                lowered = space.lower()
                if lowered in self.names.files:
                    return ""
                if lowered in self.names.categories:
                    self.categories.append(rest.strip())
                    return ""
                if _LANGUAGE.fullmatch(space) and space not in _PROJECTS:
                    return ""
        if not pipe:
            return target.replace("_", " ") if "_" in target else target
        return label if label.strip() else target.rpartition(":")[2].partition(" (")[0]

    def _close_braces(self, count: int) -> None:
        while count >= 2 and self.open["{"]:
            while self.stack[-1].kind != "{":
                self._pop()  # a link or table that a template's end leaves open is the template's
            frame = self.stack[-1]
            width = 3 if count >= 3 and frame.braces >= 3 else 2
            count -= width
            frame.braces -= width
            shown = _argument(frame.parts) if width == 2 else None
            frame.parts.clear()
            if frame.braces < 2:
                self._pop()
            self.stack[-1].parts.append("\x00" if shown is None else shown)

    def _close_table(self) -> None:
        while self.stack[-1].kind != "|":
            if self.stack[-1].kind == "{":
                return  # the row end of a table that a template holds
            self._pop()
        self._pop()

    def _element(self, text: str, start: int, following: int) -> int:
        """Place behind an element or tag; what is not of HTML or MediaWiki is text."""
        tag = _TAG.match(text, start)
        name = tag[2].lower() if tag else ""
        closing = bool(tag and tag[1])
        parts = self.stack[-1].parts
        if name in _DROPPED or name in _LITERAL:
            if closing or text.startswith("/", following - 2):
                return following
            found = None if name in self.unclosed else _CLOSING[name].search(text, following)
            if found is None:
                self.unclosed.add(name)
                return following
            if name in _LITERAL:
                parts.append(self._literal(name, text[following : found.start()]))
            return found.end()
        if name in _BREAKS:
            parts.append("\n- " if name == "li" and not closing else "\n")
        elif name not in _INLINE:
            parts.append(text[start:following])
        return following

    def _literal(self, name: str, content: str) -> str:
        if name in ("math", "chem", "ce"):
            content = f"${content.strip()}$"
        elif name != "nowiki":
            content = content.strip("\n")
        self.pieces.append(content)
        piece = f"\x01{len(self.pieces) - 1}\x02"
        return f"\n{piece}\n" if name in ("pre", "syntaxhighlight", "source") and "\n" in content else piece

    def written(self) -> str:
        self.broken = self.open["{"] > 0 or self.open["|"] > 0
        text = "".join(part for frame in self.stack for part in frame.parts)
        if "\x00" in text:
            text = _EMPTIED.sub("", text)
            text = _EMPTIED_RIGHT.sub("", _EMPTIED_LEFT.sub("", text)).replace(" \x00 ", " ").replace("\x00", "")
        if "''" in text:
            text = _QUOTES.sub("", text)
        if "//" in text and "[" in text:
            text = _LINK.sub(r"\1", text)
        if "__" in text:
            text = _MAGIC.sub("", text)
        lines = "\n".join(_lines(text.split("\n"), self.broken))
        if "&" in lines:
            lines = html.unescape(lines)
        return _PIECE.sub(lambda found: self._piece(int(found[1])), lines) if self.pieces else lines

    def _piece(self, number: int) -> str:
        return html.unescape(self.pieces[number]) if number < len(self.pieces) else ""


_CLOSING = {name: re.compile(rf"</{name}[ \t\n]{{0,8}}>", re.IGNORECASE) for name in _DROPPED | _LITERAL}


def _begins_line(text: str, place: int) -> bool:
    """Whether only indents stand before ``place`` on its line (at most 16 of them)."""
    before = text[max(0, place - 17) : place]
    return not before[before.rfind("\n") + 1 :].strip(" \t:")


def _argument(parts: list[str]) -> str | None:
    """What a template of ``_SHOWN`` sets, None for every other."""
    if not parts:
        return None
    name = parts[0][:12].partition("|")[0].strip().lower()
    number = _SHOWN.get(name)
    if number is None:
        return None
    arguments = "".join(parts).split("|")[1:]
    positional = [item for item in arguments if "=" not in item]
    return positional[number - 1].strip() if len(positional) >= number else None


def _lines(lines: Iterable[str], broken: bool) -> list[str]:
    """List marks and headings in the form that extraction from HTML has; headings of nothing left out."""
    found: list[tuple[int, str]] = []  # (level of a heading or 0, line)
    for line in lines:
        line = line.strip()
        if not line:
            if found and found[-1][1]:
                found.append((0, ""))
            continue
        first = line[0]
        if first in "*#:;":
            line = _item(line)
            if line:
                found.append((0, line))
        elif first == "=" and (heading := _HEADING.match(line)) and heading[2].strip():
            found.append((len(heading[1]), heading[2].strip()))
        elif not (first in "|!" and broken) and line.strip("-"):
            found.append((0, line))
    kept: list[str] = []
    level = 1  # of the heading that follows, or 0 when text does; the end is as a heading of the first level
    for own, line in reversed(found):
        if own == 0:
            level = 0 if line else level
            if line or (kept and kept[-1]):
                kept.append(line)
        elif not 0 < level <= own:
            # Blank lines around a heading, as around a heading of a page.
            if kept and kept[-1]:
                kept.append("")
            kept += [line, ""]
            level = own
    while kept and not kept[-1]:
        kept.pop()
    return kept[::-1]


def _item(line: str) -> str:
    body = line.lstrip("*#:;")
    marks = line[: len(line) - len(body)]
    body = body.strip()
    return f"- {body}" if body and marks[-1] in "*#" else body
