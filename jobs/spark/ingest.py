"""Stage ingest: files in every format to documents, quarantine, dropped and joined rows.

Spark hands out (URI, range); every task opens its own files and writes its own parts.
"""

from __future__ import annotations

from corpus.errors import InputError
from corpus.extract.html import VERSION as EXTRACT_VERSION
from corpus.manifest import Part, content_digest
from corpus.rights import RESERVED_VERSION
from corpus.sources.adapters.registry import VERSION as ADAPTERS_VERSION
from corpus.sources.adapters.registry import joins
from corpus.sources.charset import VERSION as CHARSET_VERSION
from corpus.sources.listing import plan
from corpus.sources.wikitext import VERSION as WIKITEXT_VERSION
from jobs.spark import superseded
from jobs.spark.parts import map_parts
from jobs.spark.threads import join_threads
from jobs.stage import StageContext, StageResult
from jobs.tasks import clean
from jobs.tasks.account import Account
from jobs.tasks.ingest import IngestTask, ingest_part


def run(context: StageContext) -> StageResult:
    """Raises InputError when an input has no file or all of them hold no record."""
    limits = context.config.ingest
    clean.Cleaner(limits)  # a table that is not the pinned one stops here, before any work
    account = Account()
    index = 0
    tasks: list[IngestTask] = []
    for item in context.config.inputs:
        planned = [
            IngestTask(context.run, index + number, item, limits, slices)
            for number, slices in enumerate(plan(item, limits))
        ]
        index += len(planned)
        if planned and joins(item):
            account.add(item.name, join_threads(context, planned, planned[0].index))
        else:
            tasks += planned
    for task, result in zip(tasks, map_parts(context, tasks, ingest_part), strict=True):
        account.add(task.item.name, [result])
    if account.read.documents == 0:
        raise InputError(", ".join(item.uri for item in context.config.inputs), "the inputs hold no record")
    for answer in superseded.rewrite(context, sorted(account.documents)):
        account.supersede(answer)
    return result_of(context, account)


def result_of(context: StageContext, account: Account) -> StageResult:
    """What the manifest will say.  Raises GateError when records are unaccounted for."""
    census = account.total()
    documents = [Part.from_row(item["part"]) for item in account.documents.values()]
    rights = {item.name: [item.rights.basis, item.rights.evidence] for item in context.config.inputs}
    digests = {"content": content_digest(documents), "losses": content_digest(account.others)}
    return StageResult((*documents, *account.others), census, digests, {**account.details(), "rights": rights})


def versions() -> dict[str, int | str]:
    """Versions of the editors, the extraction, and what the text's form depends on."""
    own = {"extract": EXTRACT_VERSION, "adapters": ADAPTERS_VERSION, "wikitext": WIKITEXT_VERSION}
    own |= {"reserved": RESERVED_VERSION, "charset": CHARSET_VERSION}
    return {**clean.versions(), **own}


if __name__ == "__main__":
    from jobs.cli import submitted

    submitted("ingest")
