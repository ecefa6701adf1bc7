"""How often a contact occurs: a pinned table of keyed hashes, for rules that read a document's contacts.

Ingest leaves a document's phones and addresses as keyed 64-bit hashes (edits.contacts).  A contact of many
documents on many sites is an advertiser's; one of many documents on one site is its footer's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus.errors import ConfigError
from corpus.identity import keyed_hash
from corpus.sources.config import PinnedFile, PinnedTable
from filters.pinned import read_pinned
from filters.rule import Array

# contact: as in edits.contacts.  Only contacts of two documents or more.
CONTACTS = pa.schema(
    [("contact", pa.int64()), ("documents", pa.int32()), ("sites", pa.int32())],
    metadata={"malmoi.schema": "contacts 1"},
)
KEY_METADATA = b"malmoi.contact_key"


class Contacts(NamedTuple):
    """Rows ascending by contact."""

    contact: Array
    documents: Array
    sites: Array


def key_mark(contact_key: int) -> str:
    """16 hexadecimal digits that tell whether two tables were made under one ``ingest.contact_key``."""
    return f"{keyed_hash(contact_key, 'contacts table', b''):016x}"


@lru_cache(4)
def load(pinned: PinnedTable, contact_key: int, key: str = "filters.contacts") -> Contacts:
    """The table.  Raises ConfigError when it is another than was pinned, or made under another key."""
    table = read_pinned(pinned, key, CONTACTS)
    if (table.schema.metadata or {}).get(KEY_METADATA) != key_mark(contact_key).encode():
        raise ConfigError(
            f"{key}.table",
            f"{pinned.table} was made under another ingest.contact_key",
            "Study the contacts of documents that were ingested under this key",
        )
    return _contacts(table)


def check(pinned: PinnedFile | None, contact_key: int, key: str = "filters.contact.contacts") -> None:
    """Raise ConfigError where the table was made under another ``ingest.contact_key``: no hash of it would be met."""
    if pinned is not None:
        load(PinnedTable(table=pinned.file, digest=pinned.digest), contact_key, key)


@lru_cache(4)
def load_file(pinned: PinnedFile, key: str) -> Contacts:
    """The table, whatever key it was made under: ``load`` tells that where the configuration is at hand."""
    return _contacts(read_pinned(PinnedTable(table=pinned.file, digest=pinned.digest), key, CONTACTS))


def _contacts(table: pa.Table) -> Contacts:
    table = table.sort_by("contact")
    return Contacts(*(table.column(name).combine_chunks().to_numpy() for name in CONTACTS.names))


def frequencies(known: Contacts, hashes: Array) -> tuple[Array, Array]:
    """(documents, sites) of every hash, in their order; 1 and 1 for a contact that the table lacks."""
    hashes = np.asarray(hashes, np.int64)
    documents = np.ones(len(hashes), np.int32)
    sites = np.ones(len(hashes), np.int32)
    if len(known.contact):
        place = np.minimum(np.searchsorted(known.contact, hashes), len(known.contact) - 1)
        met = known.contact[place] == hashes
        documents[met], sites[met] = known.documents[place[met]], known.sites[place[met]]
    return documents, sites
