"""The models that are shipped, each beside its rule; those of one feature spec are scored in one pass."""

from __future__ import annotations

from functools import cache
from importlib import resources

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters.linear.model import LinearModel, Margins, joined
from filters.linear.model_file import digest, from_bytes
from filters.pinned import read_pinned_file

# Name -> package whose folder models/ holds <name>.linear.  One line each; heads have different names.
SHIPPED: dict[str, str] = {
    "abuse": "filters.profanity",
    "quality": "filters.quality",
    "spam": "filters.spam",
}


def versions() -> dict[str, str]:
    """Digest of every shipped model: another model gives other scores."""
    return {f"filters.linear.{name}": digest(_bytes(name)) for name in SHIPPED}


def _bytes(name: str) -> bytes:
    return (resources.files(SHIPPED[name]) / "models" / f"{name}.linear").read_bytes()


@cache
def shipped(name: str) -> LinearModel:
    """A model that malmoi brings along."""
    return from_bytes(_bytes(name), f"{SHIPPED[name]}/models/{name}.linear")


@cache
def together(name: str) -> LinearModel:
    """All shipped models of the spec of ``name`` as one."""
    spec = shipped(name).spec
    return joined([shipped(other) for other in SHIPPED if shipped(other).spec == spec])


def margins(batch: DocumentBatch, name: str) -> Margins:
    """Margins of a shipped model's heads; one pass per batch for all models of its spec."""
    return together(name).of(batch)


def pinned_model(pinned: PinnedFile, key: str, heads: tuple[str, ...]) -> LinearModel:
    """The user's own model.  Raises ConfigError when it is not the pinned one, or lacks a head of ``heads``."""
    model = from_bytes(read_pinned_file(pinned, key), key)
    missing = sorted(set(heads) - {head.name for head in model.heads})
    if missing:
        raise ConfigError(key, f"the model has no head {missing[0]!r}", "Train one by `malmoi train`")
    return model
