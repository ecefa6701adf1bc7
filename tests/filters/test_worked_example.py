"""The rule that docs/filters.md writes as an example works as it stands there."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "filters.md"


def test_the_worked_example_is_a_rule_and_its_test_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, line, test = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    module = types.ModuleType("filters.quality.laughter")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(rule, "laughter.py", "exec"), module.__dict__)
    assert len(rule.splitlines()) <= 120
    assert line.strip() == "laughter: LaughterThresholds = LaughterThresholds()"
    checks: dict[str, object] = {}
    exec(compile(test, "test_laughter.py", "exec"), checks)
    found = [item for name, item in checks.items() if name.startswith("test_") and callable(item)]
    assert len(found) == 1
    found[0]()


def test_the_page_names_every_reason_of_every_rule() -> None:
    from filters.catalog import RULE_REASONS

    page = PAGE.read_text(encoding="utf-8")
    between = {f"repetition.duplicate_{n}_grams" for n in range(6, 10)} | {"repetition.top_3_grams"}
    missing = [reason for reason in RULE_REASONS if reason not in between and reason.split(".")[1] not in page]
    assert missing == []
