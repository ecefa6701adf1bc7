"""What docs/filters.md claims of abuse, register and fairness, on the real sets.

The tables are printed by ``python -m tests.filters.profanity.figures DATA``.
"""

from __future__ import annotations

from pathlib import Path

from tests.filters.profanity import figures

DOCS = Path(__file__).parents[3] / "docs"

FLOORS = {(name, head): floor for name, head, floor in figures.QUESTIONS}
# False drops of at most half a percent.
SOUND = ("news", "statutes", "petitions", "literature of 1921-39", "the same, in pages", "fairy tales",
         "scripture, old style", "encyclopedia", "technical pages", "blogs")  # fmt: skip
STANDARD = ("news", "statutes", "petitions", "encyclopedia", "technical pages", "blogs")


def test_abuse_is_found_on_test_splits_with_thresholds_chosen_on_train(shared_data: Path) -> None:
    found = {(name, head): (score, recall, false) for name, head, score, recall, false in figures.quality(shared_data)}
    assert {key: score for key, (score, _, _) in found.items() if score < FLOORS[key]} == {}, found


def test_disguise_hides_little_and_makes_no_innocent_text_suspect(shared_data: Path) -> None:
    found = {name: (recall, false, plain) for name, recall, false, plain in figures.disguises(shared_data)}
    assert set(found) == set(figures.DISGUISES)
    assert [name for name, (recall, _, _) in found.items() if recall < 0.9] == [], found
    assert [name for name, (_, false, plain) in found.items() if false > plain + 0.02] == [], found


def test_registers_survive_and_sound_documents_all_but_do(shared_data: Path) -> None:
    rates = {name: share for name, _, _, share in figures.keep_rates(shared_data)}
    assert min(rates.values()) >= 0.95, rates
    assert [name for name in SOUND if rates[name] < 0.995] == [], rates
    standard = min(rates[name] for name in STANDARD)
    assert [name for name, share in rates.items() if share < standard - 0.03] == [], rates


def test_naming_a_group_costs_a_clean_sentence_nothing(shared_data: Path) -> None:
    table = list(figures.fairness(shared_data))
    assert [group for group, _, dropped, others in table if dropped - others > 0.02] == [], table
    assert all(count > 30 for _, count, _, _ in table), table


def test_the_data_card_shows_the_table_of_filters_md() -> None:
    tables = []
    for page in ("filters.md", "data-card.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        begin = text.index("| clean sentences that name | sentences | dropped | more than others |")
        tables.append(text[begin:].split("\n\n")[0].splitlines())
    assert len(tables[0]) == 9 and tables[0] == tables[1][:9]
