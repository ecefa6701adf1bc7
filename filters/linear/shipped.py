"""The models that are shipped, each beside its rule; those that read one input are scored two at a time."""

from __future__ import annotations

from functools import cache
from importlib import resources

from corpus.document import DocumentBatch
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters.linear.model import LinearModel, Margins
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
def beside(name: str) -> str | None:
    """The other shipped model, if any, that shares a pass with ``name``: of one input and segment, in pairs."""
    spec = shipped(name).spec
    alike = [o for o in SHIPPED if (shipped(o).spec.input, shipped(o).spec.segment) == (spec.input, spec.segment)]
    place = alike.index(name) ^ 1
    return alike[place] if place < len(alike) else None


def margins(batch: DocumentBatch, name: str) -> Margins:
    """Margins of a shipped model's heads; one pass per batch for it and the model beside it."""
    other = beside(name)
    return shipped(name).of(batch, shipped(other) if other else None)


def pinned_model(pinned: PinnedFile, key: str, heads: tuple[str, ...]) -> LinearModel:
    """The user's own model.  Raises ConfigError when it is not the pinned one, or lacks a head of ``heads``."""
    model = from_bytes(read_pinned_file(pinned, key), key)
    missing = sorted(set(heads) - {head.name for head in model.heads})
    if missing:
        raise ConfigError(key, f"the model has no head {missing[0]!r}", "Train one by `malmoi train`")
    return model
