"""What `malmoi explain` prints: labels in Korean and English, numbers in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corpus.report.markup import percent, shown
from corpus.report.words import Words, reason_words
from jobs.commands.columns import aligned

VERDICTS = {
    "passes": Words("통과", "passes"),
    "fails": Words("걸림", "FAILS"),
    "off": Words("안 봄", "off"),
    "measured": Words("재기만 함", "measured"),
}
AREAS = {"core": "핵심 core", "normal": "보통 normal", "excluded": "뺌 excluded"}
FATES = {
    "kept": Words("남김", "kept"),
    "dropped": Words("뺌", "dropped"),
    "quarantined": Words("격리", "quarantined"),
    "joined": Words("합침", "joined"),
}


def render(told: Mapping[str, Any]) -> str:
    """Everything that explain found, one document after the other."""
    parts = ["\n".join(_document(item)) for item in told["documents"]]
    parts += ["\n".join(_dropped(row)) for row in told["dropped"]]
    parts += ["\n".join(_quarantined(row)) for row in told["quarantined"]]
    if told["more"]:
        parts.append("… 더 있음 more documents share this key or URL; give an id")
    return ("\n" + "=" * 72 + "\n").join(part.rstrip("\n") + "\n" for part in parts)


def head(words: Words) -> str:
    return f"{words.ko} {words.en}"


def fate(name: str | None) -> str:
    words = FATES.get(name or "", Words(name or "-", name or "-"))
    return f"{words.ko} {words.en}"


def lines(*rows: tuple[str, str, Any]) -> str:
    """Korean label, English label, value; empty values are left out."""
    kept = [(f"{ko} {en}", shown(str(value))) for ko, en, value in rows if value not in (None, "", [], {})]
    return aligned(kept, indent="  ").rstrip("\n")


def _document(item: Mapping[str, Any]) -> Iterator[str]:
    document, decision = item["document"], item["decision"]
    result = fate(decision["fate"]) if decision else "-"
    reason = f": {decision['reason']}" if decision and decision["reason"] else ""
    yield f"{shown(document['title']) or document['key']}  →  {result}{reason}"
    yield ""
    yield head(Words("문서", "Document"))
    rights, origin = document["rights"] or {}, document["origin"] or {}
    yield lines(
        ("번호", "id", document["id"]),
        ("출처", "source", document["source"]),
        ("갈래", "kind", f"{document['kind']} ({document['class']})"),
        ("구역", "area", f"{document['area']} ({AREAS[document['area_class']]})" if document["area"] else None),
        ("열쇠", "key", document["key"]),
        ("주소", "url", document["url"]),
        ("쓴 때", "created", document["created_at"]),
        ("받은 때", "fetched", document["fetched_at"]),
        ("이용 허락", "licence", document["license"]),
        ("권리 근거", "rights", _rights(rights)),
        ("온 곳", "origin", f"{origin.get('file')} @ {origin.get('offset')}"),
        ("있는 곳", "stored", f"{document['file']} #{document['row']}"),
        ("고친 곳", "edits", _counts((document["edits"] or {}).get("counts"))),
        ("글 지문", "text digest", document["text_digest"]),
        ("글 앞부분", "excerpt", document["excerpt"]),
    )
    yield ""
    yield from _scores(item["scores"])
    yield from _dedup(item["dedup"])
    yield from _verdicts(item["verdicts"])
    yield from _decision(decision)
    yield from _mixture(item["mixture"], item["shards"])


def _rights(rights: Mapping[str, Any]) -> str:
    allowed = {True: "허락됨 allowed", False: "허락 안 됨 not allowed"}.get(rights.get("allowed"), "모름 unknown")  # type: ignore[arg-type]
    return ", ".join(str(word) for word in (allowed, rights.get("basis"), rights.get("evidence")) if word)


def _counts(counts: Any) -> str:
    pairs = counts.items() if isinstance(counts, Mapping) else counts or ()
    return ", ".join(f"{name} {count}" for name, count in pairs)


def _measure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}".rstrip("0").rstrip(".")


def _scores(scores: list[Mapping[str, Any]]) -> Iterator[str]:
    if not scores:
        return
    yield head(Words("점수와 기준", "Scores and thresholds"))
    rows = [("", "점수 score", "값 value", "기준 threshold", "아래 below", "판정 verdict", "뜻 meaning")]
    for row in scores:
        sign = {"below": "≥ ", "above": "≤ "}.get(row["fails"] or "", "")
        limit = sign + _measure(row["threshold"]) if row["threshold"] is not None else "-"
        words = VERDICTS[row["is"]]
        mark = "✗" if row["is"] == "fails" else " "
        meaning = f"{row['meaning']} ({row['unit']})"
        if row["is"] == "fails":
            meaning = f"{row['reason']}: {reason_words(row['reason']).ko}"
        place = "-" if row["quantile"] is None else percent(row["quantile"]).replace("\u202f", " ")
        rows.append((mark, row["score"], _measure(row["value"]), limit, place, f"{words.ko} {words.en}", meaning))
    yield aligned(rows, right=(2, 3, 4), indent="  ")
    most = max(row["among"] or 0 for row in scores)
    yield f"  아래 below: 같은 출처와 갈래의 문서 {most:,}건 가운데 값이 더 작은 몫"
    yield f"  the share of {most:,} documents of its source and kind with a smaller value\n"


def _dedup(dedup: Mapping[str, Any] | None) -> Iterator[str]:
    if dedup is None:
        return
    yield head(Words("겹침", "Duplicates"))
    yield lines(
        ("조각", "shingles", f"{dedup['shingles']:,}"),
        ("기준", "threshold", f"J ≥ {dedup['threshold']}"),
        ("같은 글", "same text", f"{dedup['same_count']:,}"),
        ("비슷한 글", "verified pairs", f"{dedup['pairs_count']:,}"),
    )
    rows = [("같음 =", "", *_other(row)) for row in dedup["same"]]
    rows += [(f"J {row['jaccard']:.4f}", row["how"], *_other(row)) for row in dedup["pairs"]]
    if rows:
        yield aligned(rows, indent="    ").rstrip("\n")
    yield ""


def _other(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["id"], fate(row.get("fate")), shown(row.get("source")), shown(row.get("title"), 40)


def _decision(decision: Mapping[str, Any] | None) -> Iterator[str]:
    if decision is None:
        return
    yield head(Words("결정", "Decision"))
    words = reason_words(decision["reason"]) if decision["reason"] else None
    others = [reason for reason in decision["all_reasons"] or [] if reason != decision["reason"]]
    rows: list[tuple[str, str, Any]] = [
        ("결과", "fate", fate(decision["fate"])),
        ("단계", "stage", decision["stage"]),
        ("까닭", "reason", f"{decision['reason']} ({words.ko}, {words.en})" if words else None),
        ("다른 까닭", "also fails", ", ".join(others)),
        ("값", "value", _measure(decision["value"]) if decision["value"] is not None else None),
        ("기준", "threshold", _measure(decision["threshold"]) if decision["threshold"] is not None else None),
        ("규칙 판", "rule version", decision["rule_version"]),
        ("모임 크기", "cluster size", decision["cluster_size"]),
    ]
    if "kept" in decision:
        twin = decision["kept"]
        rows += [
            ("남은 짝", "kept twin", twin["id"]),
            ("  제목", "title", twin.get("title")),
            ("  출처", "source", twin.get("source")),
            ("  주소", "url", twin.get("url")),
        ]
    yield lines(*rows)
    yield ""


def _verdicts(verdicts: list[Mapping[str, Any]]) -> Iterator[str]:
    if not verdicts:
        return
    yield head(Words("서비스의 판정", "The service's own verdicts"))
    rows: list[tuple[str, ...]] = [("종류 type", "점수 score", "때 time", "찾은 길 found by", "표 table")]
    rows += [
        (
            *(shown(str(row[name] or "-")) for name in ("type", "score", "time", "by")),
            shown(row.get("fault") or row["where"]),
        )
        for row in verdicts
    ]
    yield aligned(rows, right=(1,), indent="  ")


def _mixture(mixture: Mapping[str, Any] | None, shards: list[Mapping[str, Any]]) -> Iterator[str]:
    if mixture is None:
        return
    yield head(Words("섞기와 샤드", "Mixture and shards"))
    yield lines(
        ("토큰", "tokens", f"{mixture['tokens']:,}"),
        ("갈래의 반복", "epochs of its kind", mixture["epochs"]),
        ("몇 벌", "copies", f"{len(mixture['copies']):,}"),
    )
    if not mixture["copies"]:
        yield f"    {head(reason_words('mixture.over_budget'))}"
    rows = [
        (
            f"{row['copy'] + 1}벌째 copy {row['copy']}",
            row["shard"],
            f"문서 document {row['document']:,}",
            f"토큰 tokens {row['first_token']:,}–{row['first_token'] + row['tokens'] - 1:,}",
        )
        for row in shards
    ]
    if rows:
        yield aligned(rows, indent="    ").rstrip("\n")


def _dropped(row: Mapping[str, Any]) -> Iterator[str]:
    reason = row["reason"]
    words = reason_words(reason) if reason else None
    yield f"{row['id']}  →  {fate(row['fate'])}" + (f": {reason}" if reason else "")
    yield ""
    joined = Words("다른 문서에 합친 기록", "Record joined into another document")
    yield head(Words("들이기에서 빠진 기록", "Record dropped by ingest") if words else joined)
    origin = row.get("origin") or {}
    yield lines(
        ("출처", "source", row["source"]),
        ("갈래", "kind", row["kind"]),
        ("단계", "stage", row["stage"]),
        ("까닭", "reason", f"{reason} ({words.ko}, {words.en})" if words else None),
        ("온 곳", "origin", f"{origin['file']} @ {origin['offset']}" if origin else None),
        ("합친 문서", "joined into", row["kept_id"]),
    )


def _quarantined(row: Mapping[str, Any]) -> Iterator[str]:
    words = reason_words(row["class"])
    yield f"{shown(row['file'])}:{row['offset']}  →  {fate('quarantined')}: {row['class']}"
    yield ""
    yield head(Words("격리한 기록", "Quarantined record"))
    yield lines(
        ("출처", "source", row["source"]),
        ("까닭", "class", f"{row['class']} ({words.ko}, {words.en})"),
        ("크기", "bytes", row["bytes"]),
        ("지문", "digest", row["digest"]),
        ("자세히", "detail", row["detail"]),
    )
