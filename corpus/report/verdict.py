"""Green, amber or red, and what to look at first: read off metrics.json alone.

Red: the run must not be used.  Amber: it holds, but a figure is unlike what a sound corpus shows.
The limits are ours; each is where a person would want to have been told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from corpus.report.markup import number, percent
from corpus.report.words import Words, reason_words

# Unreadable records above this share point to a wrong format or field mapping, not to single bad rows.
QUARANTINED = 0.05
# One rule that takes more of what was read is more often a wrong threshold than a bad corpus.
ONE_REASON = 0.3
# Percentage points between the asked and the achieved share of a kind's tokens.  Whole documents are
# drawn, so small corpora miss by chance: 2 points are 1 document in 50.
MIXTURE = 0.02
NAMES = 3  # of areas, in one note


class Note(NamedTuple):
    """``level``: red, amber or plain.  ``section``: where on the page it is told in full."""

    level: str
    section: str
    words: Words


def notes(metrics: Mapping[str, Any]) -> list[Note]:
    """Worst first; within a level in the order of the page."""
    order = {"red": 0, "amber": 1, "plain": 2}
    return sorted(_notes(metrics), key=lambda note: order[note.level])


def colour(metrics: Mapping[str, Any]) -> str:
    levels = {note.level for note in notes(metrics)}
    return "red" if "red" in levels else "amber" if "amber" in levels else "green"


def _notes(metrics: Mapping[str, Any]) -> Iterator[Note]:
    documents, mixture = metrics["documents"], metrics["mixture"]
    checked = metrics["verify"]
    if checked is None:
        yield Note("red", "verdict", Words("검증을 거치지 않은 실행입니다.", "The run has not been verified."))
    elif checked["faults"]:
        count = number(checked["faults"])
        yield Note(
            "red", "verdict", Words(f"검증에서 {count}곳이 어긋났습니다.", f"Verification found {count} faults.")
        )
    accounted = documents["kept"] + documents["dropped"] + documents["joined"] + documents["quarantined"]
    if accounted != documents["read"]:
        yield Note(
            "red",
            "funnel",
            Words(
                f"읽은 문서 {number(documents['read'])}건과 처리한 문서 {number(accounted)}건이 맞지 않습니다.",
                f"{number(documents['read'])} documents were read, {number(accounted)} are accounted for.",
            ),
        )
    if not documents["kept"]:
        yield Note("red", "funnel", Words("남은 문서가 없습니다.", "No document is kept."))
    if documents["quarantined_share"] > QUARANTINED:
        share = percent(documents["quarantined_share"])
        yield Note(
            "amber",
            "quarantine",
            Words(
                f"읽지 못해 격리한 기록이 {share}입니다(한도 {percent(QUARANTINED, 0)}). "
                "형식과 필드 이름을 먼저 확인하세요.",
                f"{share} of all records could not be read (limit {percent(QUARANTINED, 0)}); "
                "check format and field names first.",
            ),
        )
    for row in metrics["reasons"]:
        if row["fate"] == "dropped" and row["share"] > ONE_REASON:
            words = reason_words(row["reason"])
            yield Note(
                "amber",
                "reasons",
                Words(
                    f"{row['reason']} 하나로 {percent(row['share'])}가 빠졌습니다({words.ko}). "
                    "기준값이 맞는지 보기를 읽어 보세요.",
                    f"{row['reason']} alone took {percent(row['share'])}; "
                    "read its samples before you trust the threshold.",
                ),
            )
    for row in metrics["sources"]:
        if row["read"] and not row["kept"]:
            yield Note(
                "amber",
                "sources",
                Words(f"{row['source']}에서 남은 문서가 없습니다.", f"Nothing of {row['source']} is kept."),
            )
        if row["dedup_alarm"]:
            share, limit = percent(row["dedup_share"]), percent(row["dedup_limit"])
            yield Note(
                "amber",
                "dedup",
                Words(
                    f"{row['source']}의 쓸 만한 문서 가운데 {share}가 겹침으로 빠졌습니다(한도 {limit}).",
                    f"{share} of the otherwise good documents of {row['source']} were duplicates (limit {limit}).",
                ),
            )
    rows = metrics.get("verdict_rows")
    if rows and rows["unmatched"]:
        missing, told = number(rows["unmatched"]), number(rows["rows"])
        yield Note(
            "amber" if rows["unmatched"] == rows["rows"] else "plain",
            "verdicts" if metrics["verdicts"] else "reasons",
            Words(
                f"서비스의 판정 {told}줄 가운데 {missing}줄이 어느 문서와도 맞지 않습니다.",
                f"{missing} of {told} rows of the services' verdicts match no document.",
            ),
        )
    unused = metrics["areas"].get("unused", [])
    if unused:
        names = ", ".join(unused[:NAMES]) + (" …" if len(unused) > NAMES else "")
        yield Note(
            "amber",
            "areas",
            Words(
                f"설정의 구역 이름 가운데 어느 구역에도 맞지 않는 것이 있습니다: {names}.",
                f"select.areas names no area of this run by {names}.",
            ),
        )
    audit = metrics["audit"]
    if audit.get("alarm"):
        seen, chance = audit["twins_per_1000"], audit["expected_per_1000"]
        yield Note(
            "amber",
            "dedup",
            Words(
                f"남긴 문서 1,000건마다 비슷한 짝이 {seen:.1f}건 더 있습니다(어림 {chance:.1f}건).",
                f"Kept documents have {seen:.1f} missed twins per 1,000, where {chance:.1f} were expected.",
            ),
        )
    for row in mixture.get("kinds", []):
        distance = row["mixed"]["share"] - row["asked"]["share"]
        if abs(distance) > MIXTURE:
            yield Note(
                "amber",
                "mixture",
                Words(
                    f"{row['kind']} 갈래가 바란 비율과 {100 * distance:+.1f}%p 다릅니다.",
                    f"{row['kind']} is {100 * distance:+.1f} pp off its asked share.",
                ),
            )
    yield from _plain(metrics)


def _plain(metrics: Mapping[str, Any]) -> Iterator[Note]:
    """What a reader wants to know although nothing is wrong."""
    if metrics["reasons"]:
        row = metrics["reasons"][0]
        words, count = reason_words(row["reason"]), number(row["documents"])
        yield Note(
            "plain",
            "reasons",
            Words(
                f"가장 많이 빠진 까닭: {words.ko} — {row['reason']} {count}건({percent(row['share'])}).",
                f"Largest loss: {row['reason']}, {count} documents ({percent(row['share'])}).",
            ),
        )
    left = [row for row in metrics["sources"] if row["read"]]
    if len(left) > 1:
        row = min(left, key=lambda item: (item["kept_share"], item["source"]))
        yield Note(
            "plain",
            "sources",
            Words(
                f"가장 적게 남은 출처: {row['source']}, {percent(row['kept_share'])}.",
                f"Source with the smallest kept share: {row['source']}, {percent(row['kept_share'])}.",
            ),
        )
    repeated = [row for row in metrics["mixture"].get("kinds", []) if row["mixed"]["epochs"] > 1]
    if repeated:
        row = max(repeated, key=lambda item: (item["mixed"]["epochs"], item["kind"]))
        yield Note(
            "plain",
            "mixture",
            Words(
                f"가장 많이 되풀이한 갈래: {row['kind']}, {row['mixed']['epochs']:.2f}회.",
                f"Most repeated kind: {row['kind']}, {row['mixed']['epochs']:.2f} epochs.",
            ),
        )
