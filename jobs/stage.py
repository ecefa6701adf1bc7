"""What a stage gets and gives.  A stage is one module with ``run(context) -> StageResult``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus import storage
from corpus.ledger import Census
from corpus.manifest import Manifest, Part

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from jobs.config import Config
    from jobs.progress import Progress


@dataclass(frozen=True)
class StageContext:
    """``inputs`` holds the manifests of the stages this one follows, by stage name.

    ``session`` starts Spark on the first call; a stage that needs no Spark never calls it.
    """

    name: str
    config: Config
    run: str
    inputs: Mapping[str, Manifest]
    progress: Progress
    session: Callable[[], SparkSession]

    def uri(self, *names: str) -> str:
        """A URI below the run directory."""
        return storage.join(self.run, *names)


@dataclass(frozen=True)
class StageResult:
    """What the manifest will say.  ``digests`` must hold ``content``."""

    parts: tuple[Part, ...]
    census: Census
    digests: Mapping[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)
