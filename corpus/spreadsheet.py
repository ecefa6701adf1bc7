"""CSV that people open in a spreadsheet: cells that run nothing, and bytes that keep their Hangul.

A spreadsheet takes a cell that begins with = + - @ (in East Asian locales their full-width forms, too), a tab or a
carriage return for a formula, which may send the sheet away or start a program.  A quote before it shows it as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from corpus.errors import ConfigError

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"
# Excel for Korean Windows saves "CSV" in its own code page, and European ones separate by semicolons.
ENCODINGS = ("utf-8-sig", "cp949")
DELIMITERS = (",", ";", "\t")


def cell(text: str) -> str:
    """The text as a spreadsheet may hold it; leading white space hides no formula."""
    return "'" + text if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def written(head: Sequence[str], rows: Iterable[Sequence[str | int | float | None]], bom: bool = False) -> bytes:
    """A table as UTF-8 CSV; text cells are defused, numbers stay numbers.  ``bom`` tells Excel that it is UTF-8."""
    stream = io.StringIO()
    stream.write(BOM if bom else "")
    writer = csv.writer(stream)  # RFC 4180: CR LF, so that either inside a cell is quoted
    writer.writerow(head)
    for row in rows:
        writer.writerow(cell(value) if isinstance(value, str) else value for value in row)
    return stream.getvalue().encode("utf-8", "replace")


def read(data: bytes, where: str) -> list[tuple[int, dict[str, str]]]:
    """(line, column -> value) of a CSV that a spreadsheet saved.  Raises ConfigError with the line at fault."""
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ConfigError(where, "is neither UTF-8 nor CP949", "Save it as CSV UTF-8")
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        names = [name.strip() for name in next(reader, [])]
        for values in reader:
            if not any(value.strip() for value in values):
                continue  # a spreadsheet's empty rows
            if len(values) > len(names):
                raise ConfigError(
                    f"{where}:{reader.line_num}", f"has {len(values)} values for {len(names)} columns", "Quote the cell"
                )
            rows.append((reader.line_num, dict(zip(names, values, strict=False))))
    except csv.Error as error:
        raise ConfigError(f"{where}:{reader.line_num}", f"is no CSV line ({error})", "Save it as CSV UTF-8") from error
    if not names:
        raise ConfigError(where, "is empty", "Its first line names the columns")
    return rows
