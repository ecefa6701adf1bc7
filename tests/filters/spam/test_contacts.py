"""The table of contacts answers how often a hash occurs, and only for the key that it was made under."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import ConfigError
from corpus.sources.config import PinnedTable
from filters.privacy.identifiers import Identifiers, mask
from filters.spam.contacts import CONTACTS, KEY_METADATA, Contacts, frequencies, key_mark, load

KEY = 41
ADVERTISED = Identifiers(KEY).hashes(mask("예약 010-1234-5678").contacts)[0]


def write(path: Path, key: int = KEY) -> PinnedTable:
    rows = [(ADVERTISED, 412, 38), (-5, 2, 1), (7, 30, 1)]
    table = pa.Table.from_pylist([dict(zip(CONTACTS.names, row, strict=True)) for row in rows], schema=CONTACTS)
    metadata = {**(CONTACTS.metadata or {}), KEY_METADATA: key_mark(key).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return PinnedTable(table=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_number_written_otherwise_has_the_frequency_of_its_hash(tmp_path: Path) -> None:
    known = load(write(tmp_path / "contacts.parquet"), KEY)
    hashes = Identifiers(KEY).hashes(mask("문의는 010 1234 5678 로 주세요").contacts)
    documents, sites = frequencies(known, np.array(hashes))
    assert (documents.tolist(), sites.tolist()) == ([412], [38])


def test_contacts_that_the_table_lacks_are_of_this_document_alone(tmp_path: Path) -> None:
    known = load(write(tmp_path / "contacts.parquet"), KEY)
    documents, sites = frequencies(known, np.array([6, -5, 2**63 - 1, 7, -(2**63)]))
    assert (documents.tolist(), sites.tolist()) == ([1, 2, 1, 30, 1], [1, 1, 1, 1, 1])


def test_no_contacts_and_an_empty_table_are_answered() -> None:
    nothing = Contacts(*(np.zeros(0, np.int64) for _ in range(3)))
    assert [values.tolist() for values in frequencies(nothing, np.array([3]))] == [[1], [1]]
    assert [values.tolist() for values in frequencies(nothing, np.zeros(0, np.int64))] == [[], []]


def test_a_table_under_another_key_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    pinned = write(tmp_path / "contacts.parquet", KEY + 1)
    with pytest.raises(ConfigError, match=r"another ingest\.contact_key") as caught:
        load(pinned, KEY)
    assert caught.value.exit_code == 2


def test_a_changed_table_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    pinned = write(tmp_path / "contacts.parquet")
    write(tmp_path / "contacts.parquet", KEY + 1)
    with pytest.raises(ConfigError, match="has sha256"):
        load(pinned, KEY)
