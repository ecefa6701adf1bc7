"""The report: the same numbers everywhere, safe to open anywhere, readable in two languages."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ledger import QUARANTINE_CLASSES, STAGE_REASONS
from corpus.report import verdict
from corpus.report.charts import funnel, heat, histogram
from corpus.report.markup import Html, korean_number, number, percent, shown, tag
from corpus.report.metrics import build as metrics_of
from corpus.report.metrics import to_csv
from corpus.report.samples import differences, excerpt, gather
from corpus.report.scan import CLUSTER_EDGES, scan
from corpus.report.scan import histogram as binned
from corpus.report.sections import dedup, ranges
from corpus.report.style import STYLE
from corpus.report.words import LABELS, RULE_REASONS, reason_words
from jobs.commands import closing
from tests.jobs.small_run import CONFIG, build, finish

VOID = {"meta", "input", "rect", "line", "polygon", "path", "circle"}
# Attributes that can fetch, run or leave the page.
FORBIDDEN = {"src", "srcset", "action", "formaction", "background", "poster", "data", "ping", "style", "xlink:href"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "input", "div", "span", "label", "a", "b", "i", "p"),
    *("h1", "h2", "h3", "h4", "header", "nav", "main", "section", "footer", "ul", "li", "table", "thead", "tbody"),
    *("tr", "th", "td", "details", "summary", "code", "mark", "small"),
    *("svg", "rect", "line", "polygon", "path", "circle", "text"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "run"
    build(str(folder))
    finish(str(folder))
    return folder


@pytest.fixture(scope="module")
def html(run: Path) -> str:
    return (run / "report" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def metrics(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / "report" / "metrics.json").read_text()))


class Page(HTMLParser):
    """Every element with its attributes, and the text outside style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.stack), data))

    def text(self) -> str:
        return "".join(data for stack, data in self.texts if "style" not in stack)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


# ------------------------------------------------------------------ safety


def test_the_page_is_well_nested_and_uses_known_elements_only(page: Page) -> None:
    assert page.stack == []
    assert {name for name, _ in page.elements} <= TAGS


def test_nothing_is_fetched_and_nothing_runs(page: Page, html: str) -> None:
    for name, attributes in page.elements:
        assert name not in ("script", "link", "img", "iframe", "object", "embed", "form", "base")
        assert not FORBIDDEN & attributes.keys()
        assert not any(key.startswith("on") for key in attributes)
        if "href" in attributes:
            assert re.fullmatch("#[a-z]+", attributes["href"] or "")
    assert not re.search(r"@import|url\(", STYLE)
    assert "javascript:" not in "".join(value or "" for _, found in page.elements for value in found.values())
    assert html.count("<style>") == 1


def test_the_policy_forbids_all_but_the_one_style_sheet(page: Page) -> None:
    policy = next(a["content"] for n, a in page.elements if n == "meta" and "content-security" in str(a).lower())
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_no_attribute_holds_text_of_the_data(page: Page) -> None:
    """Attributes are our words, our numbers and our ids; a source or title in one would be a way out."""
    held = " ".join(value or "" for _, attributes in page.elements for value in attributes.values())
    for text in ("maeul-blog", "kin-answers", "이야기", "example", "제2024-17호", "onmouseover"):
        assert text not in held


def test_what_hostile_documents_hold_is_shown_as_text(page: Page, html: str) -> None:
    """The canary stands in a text, a title, a URL, a quarantined file's name, its detail and a contract."""
    shown_text = page.text()
    assert shown_text.count("<script>alert('말모이')</script>") >= 3
    assert "<img src=x onerror=alert(1)> {{7*7}} [U+202E]거꾸로[U+202C] </style></title>" in shown_text
    assert "제2024-17호 <b onmouseover=alert(1)>" in shown_text
    assert "<script" not in html.lower()
    assert "&lt;script&gt;" in html
    assert {"\u202e", "\u202c", "\u2028", "\x00"}.isdisjoint(html)


@given(st.text())
def test_any_text_comes_back_from_markup_as_it_was(text: str) -> None:
    inner = Page(str(tag("p", text.replace("\r", " "))))
    assert [name for name, _ in inner.elements] == ["p"]
    assert inner.text() == text.replace("\r", " ")


@given(st.text(max_size=300))
def test_shown_text_has_no_character_that_hides_or_turns_the_line(text: str) -> None:
    found = shown(text)
    assert not re.search(
        "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", found
    )


def test_an_excerpt_never_exceeds_two_hundred_characters(run: Path) -> None:
    long = "가나다라 마바사 " * 10_000
    assert len(excerpt(long)) == 200
    assert excerpt("한 글자") == "한 글자"
    assert excerpt("") == ""
    rows = [row for found in gather(str(run), closing.read_manifests(str(run))).reasons.values() for row in found]
    assert rows
    assert all(len(excerpt(row["text"])) <= 200 for row in rows if row["text"])


def test_finished_markup_is_told_from_text_by_type() -> None:
    assert tag("p", Html("<b>말</b>")) == "<p><b>말</b></p>"
    assert tag("p", "<b>말</b>") == "<p>&lt;b&gt;말&lt;/b&gt;</p>"
    assert tag("a", href='"><x') == '<a href="&quot;&gt;&lt;x"></a>'


# ------------------------------------------------------------------ what it says


def test_every_label_stands_in_korean_and_in_english(page: Page) -> None:
    text = page.text()
    for key in ("green", "first", "funnel", "reasons", "mixture", "dedup", "tokenizer", "shards", "timings", "rights"):
        assert LABELS[key].ko in text
        assert LABELS[key].en in text
    languages = [attributes.get("lang") for name, attributes in page.elements]
    assert languages.count("ko") - 1 == languages.count("en")  # html itself is ko
    assert ("html", {"lang": "ko"}) in page.elements


def test_the_reader_chooses_a_language_without_a_script(page: Page) -> None:
    picks = [attributes for name, attributes in page.elements if name == "input"]
    assert [(pick["type"], pick["id"], "checked" in pick) for pick in picks] == [
        ("radio", "both", True),
        ("radio", "ko", False),
        ("radio", "en", False),
    ]
    labels = [attributes["for"] for name, attributes in page.elements if name == "label"]
    assert labels == ["both", "ko", "en"]
    assert "#ko:checked~.page .en,#en:checked~.page .ko{display:none}" in STYLE


def test_every_chart_has_a_table_with_the_same_numbers(page: Page, html: str, metrics: dict[str, Any]) -> None:
    sections = re.split(r"<section ", html)[1:]
    charted = [section for section in sections if "<svg" in section]
    assert len(charted) >= 5
    assert all("<table" in section for section in charted)
    text = page.text()
    for row in metrics["funnel"]:
        assert f"{row['bytes']:,}" in text
    for row in metrics["mixture"]["kinds"]:
        assert f"{row['mixed']['tokens']:,}" in text


def test_the_first_screen_says_green_and_the_three_sums(page: Page, metrics: dict[str, Any]) -> None:
    text = page.text()
    start = text[: text.index(LABELS["funnel"].en)]
    assert "이상 없음" in start
    assert "All clear" in start
    for value in (metrics["documents"]["kept"], metrics["mixture"]["mixed"]["tokens"], metrics["documents"]["read"]):
        assert f"{value:,}" in start


def test_every_reason_shows_real_samples_and_three_pairs_stand_side_by_side(page: Page, html: str) -> None:
    text = page.text()
    for reason in ("dedup.near", "dedup.exact", "length.too_short", "hangul_share.too_low", "record.not_utf8"):
        assert reason in text
        assert reason_words(reason).ko in text
    assert "네 맞아요" in text
    assert "BUY NOW!!!" in text
    assert html.count('class="sides"') == 3
    assert html.count("<mark>") >= 6


@pytest.mark.parametrize("reasons", [STAGE_REASONS, QUARANTINE_CLASSES, RULE_REASONS])
def test_reasons_have_words_in_both_languages(reasons: Collection[str]) -> None:
    for reason in reasons:
        words = reason_words(reason)
        assert re.search("[가-힣]", words.ko), reason
        assert re.search("[a-z]", words.en), reason
        assert words.ko != words.en


def test_a_reason_that_is_new_here_still_shows() -> None:
    assert reason_words("spam.too_many_contacts") == ("spam: too many contacts", "spam: too many contacts")


def test_the_page_is_small(run: Path) -> None:
    assert (run / "report" / "index.html").stat().st_size < 3_000_000


# ------------------------------------------------------------------ metrics.json


def test_metrics_hold_the_sums_of_the_run(metrics: dict[str, Any]) -> None:
    documents = metrics["documents"]
    assert (documents["read"], documents["kept"], documents["dropped"], documents["quarantined"]) == (281, 225, 45, 11)
    assert [row["stage"] for row in metrics["funnel"]] == ["read", "ingest", "rules", "dedup", "mix"]
    assert [row["documents"] for row in metrics["funnel"]] == [281, 266, 249, 225, 225]
    assert metrics["dedup"]["exact"] == 8
    assert metrics["dedup"]["near"] == 16
    assert metrics["dedup"]["pairs"] == 16
    assert metrics["dedup"]["cluster_sizes"]["counts"] == [24, 0, 0, 0, 0, 0, 0, 0, 0]
    assert metrics["dedup"]["crossing"] == [
        {"dropped_source": "maeul-blog", "kept_source": "han-daily", "documents": 24}
    ]
    assert sum(metrics["lengths"]["counts"]) == 225
    assert metrics["shards"]["shards"] == 2
    assert metrics["shards"]["tokens"] == metrics["mixture"]["mixed"]["tokens"]
    assert sum(row["documents"] for row in metrics["rights"]["mixed"]) == 225
    assert metrics["verify"] == {"faults": 0}
    assert metrics["edits"] == [{"documents": 19, "edit": "identifiers.phone", "edits": 19}]


def test_metrics_are_equal_for_reversed_manifests_and_other_timings(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "reversed"
    build(str(other), reverse=True)
    (other / "timings.json").write_text('{"ingest": {"seconds": 99.5, "engine": "streaming"}}')
    finish(str(other))
    for name in ("metrics.json", "metrics.csv"):
        assert (other / "report" / name).read_bytes() == (run / "report" / name).read_bytes()
    assert (other / "ingest" / "_manifest.json").read_bytes() == (run / "ingest" / "_manifest.json").read_bytes()


def numbers(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict):
        for item in tree.values():
            yield from numbers(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from numbers(item)
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield tree


def test_metrics_are_integers_and_quotients_to_six_decimals(metrics: dict[str, Any]) -> None:
    for value in numbers(metrics):
        assert isinstance(value, int) or value == round(value, 6)


def test_the_csv_holds_the_same_numbers_and_no_formula(run: Path, metrics: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO((run / "report" / "metrics.csv").read_text())))
    fates = [row for row in rows if row["section"] == "fates" and row["measure"] == "documents"]
    assert sum(int(row["value"]) for row in fates) == metrics["documents"]["read"]
    assert not any(str(cell)[:1] in "=+@" for row in rows for cell in row.values() if cell)


def test_the_stage_lists_its_files_and_its_digest_is_that_of_the_metrics(run: Path) -> None:
    manifest = closing.read_manifests(str(run))["report"]
    assert [part.name for part in manifest.parts] == ["report/index.html", "report/metrics.csv", "report/metrics.json"]
    data = (run / "report" / "metrics.json").read_bytes()
    assert manifest.digests["content"] == hashlib.sha256(data).hexdigest()[:32]


# ------------------------------------------------------------------ verdict


def fresh(run: Path) -> dict[str, Any]:
    published = closing.read_manifests(str(run))
    return metrics_of(published, scan(str(run), published), CONFIG)


def test_a_sound_run_is_green_and_still_says_what_to_look_at(run: Path) -> None:
    found = fresh(run)
    assert verdict.colour(found) == "green"
    assert [note.level for note in verdict.notes(found)] == ["plain", "plain", "plain"]


@pytest.mark.parametrize(
    "section, key, value, colour, words",
    [
        ("verify", "faults", 3, "red", "3곳"),
        ("documents", "kept", 0, "red", "남은 문서가 없습니다"),
        ("documents", "read", 282, "red", "맞지 않습니다"),
        ("documents", "quarantined_share", 0.2, "amber", "격리한 기록이 20.0"),
    ],
)
def test_the_verdict_follows_the_figures(
    run: Path, section: str, key: str, value: Any, colour: str, words: str
) -> None:
    found = fresh(run)
    found[section][key] = value
    assert verdict.colour(found) == colour
    assert any(words in note.words.ko for note in verdict.notes(found) if note.level == colour)


def test_a_source_lost_to_duplicates_and_a_missed_share_are_amber(run: Path) -> None:
    found = fresh(run)
    found["sources"][0] |= {"dedup_share": 0.9, "dedup_limit": 0.5, "dedup_alarm": True}
    found["mixture"]["kinds"][0]["mixed"]["share"] += 0.1
    found["reasons"][0]["share"] = 0.4
    assert [note.section for note in verdict.notes(found)[:3]] == ["reasons", "dedup", "mixture"]
    assert verdict.colour(found) == "amber"


@pytest.mark.parametrize(
    ("expected", "twins", "alarm"), [(0.0, 3, False), (0.0, 4, True), (4.0, 13, False), (4.0, 14, True)]
)
def test_missed_twins_beyond_chance_are_amber(run: Path, expected: float, twins: int, alarm: bool) -> None:
    """Above three standard errors of what the bands let expect, and 3: 4 + 3 * 2 + 3 = 13."""
    published = closing.read_manifests(str(run))
    audit = published["audit"]
    details = {**audit.details, "expected": expected, "documents_with_twins": twins}
    published["audit"] = replace(audit, details=details)
    found = metrics_of(published, scan(str(run), published), CONFIG)
    assert found["audit"]["alarm"] is alarm
    assert verdict.colour(found) == ("amber" if alarm else "green")


def test_an_audit_that_is_off_leaves_no_section_and_no_row(run: Path) -> None:
    published = closing.read_manifests(str(run))
    published["audit"] = replace(published["audit"], details={"sampled": 0}, parts=())
    found = metrics_of(published, scan(str(run), published), CONFIG)
    assert found["audit"] == {}
    assert verdict.colour(found) == "green"
    assert LABELS["audit"].en not in str(dedup(found, gather(str(run), published)))
    assert "\naudit," not in to_csv(found)


def test_a_missed_pair_stands_side_by_side(run: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(run, tmp_path / "run"))
    published = closing.read_manifests(str(other))
    sample = pq.read_table(other / "audit" / "sample.parquet").column("id").to_pylist()
    path = other / "audit" / "twins.parquet"
    pair = {"jaccard": 0.8125, "source": "han-daily", "twin_source": "maeul-blog"}
    rows = [{"id": sample[0], "twin": sample[1], **pair}, {"id": sample[1], "twin": sample[0], **pair}]
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(path)), path)
    samples = gather(str(other), published)
    assert [(row["value"], sorted(twin)) for row, twin in samples.missed] == [
        (0.8125, ["id", "kind", "source", "text", "title", "url"])
    ]
    shown_text = Page(str(tag("div", dedup(fresh(run), samples)))).text()
    assert shown_text.count("함께 남은 문서") == 1
    assert "0.8125" in shown_text


def test_the_audit_stands_beside_what_is_expected(page: Page, metrics: dict[str, Any]) -> None:
    text = page.text()
    for key in ("audit", "missed_rate", "expected_rate", "recall_of_dedup"):
        assert LABELS[key].ko in text and LABELS[key].en in text
    assert metrics["audit"]["sampled"] == 40
    assert metrics["audit"]["documents"] == 225
    assert metrics["audit"]["recall_of_dedup"] == 0.923548
    assert percent(0.923548, 2) in text


def test_a_run_that_was_not_verified_is_red(run: Path) -> None:
    found = fresh(run)
    found["verify"] = None
    assert verdict.colour(found) == "red"


# ------------------------------------------------------------------ small parts


@pytest.mark.parametrize(
    "value, text",
    [(0, ""), (9_999, ""), (10_000, "1만"), (207_065, "20.7만"), (123_456_789, "1.2억"), (10**12, "1조")],
)
def test_korean_numbers_count_in_ten_thousands(value: int, text: str) -> None:
    assert korean_number(value) == text


def test_numbers_have_separators() -> None:
    assert (number(1234567), number(0), percent(0.12345)) == ("1,234,567", "0", "12.3\u202f%")


def test_bins_include_their_upper_edge() -> None:
    assert ranges(CLUSTER_EDGES, 1) == ["2", "3", "4", "5–8", "9–16", "17–32", "33–64", "65–128", "> 128"]
    assert binned(np.array([2, 3, 8, 9, 128, 129]), CLUSTER_EDGES).tolist() == [1, 1, 0, 1, 1, 0, 0, 1, 1]


def test_differing_words_are_marked_and_equal_beginnings_cut_away() -> None:
    start = "같은 말이 이어집니다 " * 30
    left, right = differences(start + "붉은 감이 열렸다", start + "푸른 감이 열렸다")
    assert [piece.strip() for differs, piece in left if differs] == ["붉은"]
    assert [piece.strip() for differs, piece in right if differs] == ["푸른"]
    assert left[0][1].startswith("…")
    assert differences("", "") == ([], [])


def test_charts_stand_on_nothing_too() -> None:
    assert Page(str(funnel([]))).stack == []
    assert Page(str(histogram([], []))).stack == []
    assert Page(str(histogram(["가"], [0]))).stack == []
    assert Page(str(heat([], []))).stack == []


def test_a_square_is_as_dark_as_its_shares() -> None:
    square = Page(str(heat(["length.too_short", "<b>"], [[1.0, 0.25], [0.0, 1.0]])))
    shades = [attributes["fill-opacity"] for _, attributes in square.elements if "fill-opacity" in attributes]
    assert shades == ["1.000", "0.250", "1.000"]
    assert "2 <b>" in square.text() and ("b", {}) not in square.elements


def luminance(colour: str) -> float:
    digits = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_shapes_stand_out_in_light_and_in_dark(mode: str) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for shapes that carry meaning (1.4.11)."""
    blocks = [re.findall(r"--(\w+):#(\w+)", block) for block in re.findall(r":root\{[^}]*\}", STYLE)]
    colours = dict(blocks[0]) | (dict(blocks[1]) if mode == "dark" else {})
    for text in ("ink", "soft", "one", "green", "amber", "red"):
        assert contrast(colours[text], colours["paper"]) >= 4.5
        assert contrast(colours[text], colours["card"]) >= 4.5
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
    for shape in ("one", "two", "asked", "amber"):
        assert contrast(colours[shape], colours["track"]) >= 3
