"""The explicit list of rules and their thresholds: adding a rule is one file, one line here, one test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterConfig:
    """Thresholds per rule; filled by the rules' own dataclasses."""
