"""Find rows of a run by id, key or URL; reads only row groups whose small columns match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import storage
from corpus.identity import ID_BYTES, document_id
from corpus.manifest import Manifest, Part

Found = tuple[str, int, dict[str, Any]]  # file, row number, row


def rows(
    run: str, parts: Sequence[Part], match: Mapping[str, Sequence[Any]], columns: Sequence[str]
) -> Iterator[Found]:
    """Rows in which any column of ``match`` holds one of its values.

    Small columns are read whole, the others only in row groups with a match: explaining one document of
    a run of 300 MB reads its ids, keys and URLs and one row group of text.  Of ``columns`` those are
    read that a file has.
    """
    wanted = {name: pa.array(values) for name, values in match.items() if len(values)}
    for part in parts if wanted else ():
        uri = storage.join(run, part.name)
        source: Any = storage.local_path(uri) if storage.is_local(uri) else storage.open_input(uri)
        with pq.ParquetFile(source) as file:
            start, held = 0, [name for name in columns if name in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                small = file.read_row_group(group, columns=list(wanted))
                mask = np.zeros(small.num_rows, bool)
                for name, values in wanted.items():
                    column = small.column(name)
                    mask |= np.asarray(pc.fill_null(pc.is_in(column, values.cast(column.type)), False))
                if mask.any():
                    found = file.read_row_group(group, columns=held).filter(pa.array(mask)).to_pylist()
                    for place, row in zip(np.flatnonzero(mask), found, strict=True):
                        yield part.name, start + int(place), row
                start += small.num_rows


def ids_of(published: Mapping[str, Manifest], wanted: str) -> list[bytes]:
    """Ids that a word from the command line may mean: itself in hexadecimal, or the key of any source."""
    sources = sorted({entry.source for entry in published["ingest"].census.tallies})
    found = [document_id(source, wanted) for source in sources]
    if len(wanted) == 2 * ID_BYTES:
        try:
            found.insert(0, bytes.fromhex(wanted))
        except ValueError:
            return found  # a key of this length
    return found
