"""Elements of HTML as the kernels see them: a number, and bits that say how each is treated."""

from __future__ import annotations

import numpy as np

# Bits of an element, by its name.
STRIP = 1 << 0  # no text of it is content
LARGE = 1 << 1  # navigation by its name, removed unless it holds half of the text
SMALL = 1 << 2  # the same with a lower share
INLINE = 1 << 3
HEADING = 1 << 4
TEXT = 1 << 5  # its blocks are content whatever their length
BLOCK = 1 << 6  # makes a table cell that holds it a container of its own
VOID = 1 << 7  # has no end tag
RAW = 1 << 8  # its text is not escaped
LINK = 1 << 9
BREAK = 1 << 10
PRE = 1 << 11
CELL = 1 << 12
ITEM = 1 << 13
LIST = 1 << 14
H1 = 1 << 15
HEADER = 1 << 16
FORM = 1 << 17
BODY = 1 << 18
ARTICLE = 1 << 19
MAIN = 1 << 20
CAPTION = 1 << 21
# Bits of a node, by its attributes or its place.
HIDDEN = 1 << 22
CHROME = 1 << 23  # a role such as navigation
ARTICLE_BODY = 1 << 24  # itemprop
LINKED = 1 << 25  # text below a link
CHARACTERS = 1 << 26  # a text node
QUOTE = 1 << 27
PARAGRAPH = 1 << 28
ORDERED = 1 << 29
REVERSED = 1 << 30  # an attribute of ordered lists

_NAMES = {
    STRIP: "script style template svg iframe object embed canvas video audio select input textarea datalist head "
    "noembed noframes rt rp",
    LARGE: "nav aside footer",
    SMALL: "header button dialog noscript form",
    INLINE: "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark output q ruby "
    "s samp small span strike strong sub sup time tt u var wbr nobr picture meter progress math td th br",
    HEADING: "h1 h2 h3 h4 h5 h6",
    TEXT: "p li pre td th tr dt dd blockquote caption figcaption h1 h2 h3 h4 h5 h6",
    BLOCK: "p div table ul ol dl pre blockquote h1 h2 h3 h4 h5 h6",
    VOID: "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr",
    RAW: "script style xmp iframe noembed noframes plaintext",
    LINK: "a",
    BREAK: "br",
    PRE: "pre xmp listing",
    CELL: "td th",
    ITEM: "li",
    LIST: "ul ol",
    ORDERED: "ol",
    H1: "h1",
    HEADER: "header",
    FORM: "form",
    BODY: "body",
    ARTICLE: "article",
    MAIN: "main",
    CAPTION: "figcaption",
    QUOTE: "blockquote",
    PARAGRAPH: "p",
}
# Elements that only the metadata looks for.
_OTHERS = "html meta link title script time"

NAMES = ("", *sorted({name for names in _NAMES.values() for name in names.split()} | set(_OTHERS.split())))
NUMBERS = {name: number for number, name in enumerate(NAMES)}
BITS = np.array(
    [sum(bit for bit, names in _NAMES.items() if name in names.split()) if name else 0 for name in NAMES], np.int32
)


def packed(name: str) -> int:
    """The last eight bytes of a name as one number, as the scan kernel packs them."""
    return int.from_bytes(name.encode()[-8:], "big")


_ORDER = sorted(range(1, len(NAMES)), key=lambda number: packed(NAMES[number]))
KEYS = np.array([packed(NAMES[number]) for number in _ORDER], np.int64)
KEY_NUMBERS = np.array(_ORDER, np.int32)
ROLES = np.array(
    sorted(
        packed(role)
        for role in ("navigation", "search", "banner", "contentinfo", "complementary", "dialog", "menu", "alert")
    ),
    np.int64,
)

# Columns of a node.  Of ol and li elements N_SIZE says whether N_DENSE holds a start or value that was written.
N_BITS, N_TAG, N_PARENT, N_END, N_FROM, N_TO, N_SIZE, N_DENSE, N_NAME = range(9)
COLUMNS = 9
