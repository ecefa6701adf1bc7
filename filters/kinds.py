"""Thresholds of kinds whose text differs from articles by nature, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

# Kind or source -> rule -> threshold -> value; null switches a check off.
Overrides = Mapping[str, Mapping[str, Mapping[str, float | None]]]

# Where nobody advertises but fares and times are told, and where an utterance is too short to tell: of 45,535 real
# documents four lie between -4 and -2, paragraphs on fares and broadcasts among them, and none advertises.
EDITED: Mapping[str, float | None] = {"maximum_log_odds": -2.0}

# Posts and answers: one sentence may be all, some write without a space and with ... for a full stop.  Of 9 petitions
# between 0.003 and 0.1 of quality, read one by one, 7 above 0.02 are sound but unpunctuated or hardly spaced.
INFORMAL: Mapping[str, Mapping[str, float | None]] = {
    "length": {"minimum_characters": 10, "maximum_eojeol": None},
    "symbols": {"maximum_ellipses": None},
    "quality": {"minimum": 0.02},
}

# A user's `filters.kinds` is laid over these.
KINDS: Overrides = {
    # One utterance: short (KcBERT, Lee 2020, keeps 10 characters and more; 3 % of film reviews that people
    # rated have fewer than 5), unspaced, and full of ... and ㅋㅋ.
    "comments": {
        "length": {"minimum_characters": 5, "minimum_eojeol": None, "maximum_eojeol": None},
        "symbols": {"maximum_symbols": 0.75, "maximum_ellipses": None},
        "garbled": {"maximum_uncommon": 0.3},  # 봣엇: two misspelt syllables of 24 are none of a broken encoding
        "graphemes": {"maximum_letter_runs": 0.6, "maximum_symbol_runs": 0.6, "maximum_jamo": 0.8},
        "mash": {"maximum_loose_jamo": 0.6},
        "repetition": {"top_2": 0.6, "top_3": 0.6, "top_4": 0.6},
        # Two strong words in one comment: 4.7 % of hateful ones, .04 % of others (filters/profanity/profanity.py).
        "profanity": {"maximum": 5.0},
        "abuse": {"maximum_profanity": 0.9, "maximum_hate": 0.9},
        "quality": {"minimum": None},  # one utterance gives too little evidence
        "spam": EDITED,
    },
    "kin": INFORMAL,
    "cafe": INFORMAL,
    # Transcribed speech: an utterance may be one word.
    "modu": {
        "length": {"minimum_characters": 2, "minimum_eojeol": 1.0},
        "boilerplate": {"maximum": None},  # nobody speaks a page; commands to an assistant sound like one
        "symbols": {"maximum_ellipses": 0.5},
        "quality": {"minimum": None},
        "spam": EDITED,
    },
    # Dates and figures: 0.5 % of real encyclopedia paragraphs have more than 0.22 digits.
    "wiki": {"symbols": {"maximum_digits": 0.4}, "spam": EDITED},
    "ency": {"symbols": {"maximum_digits": 0.4}, "spam": EDITED},
    # Edited prose holds no code: Gopher's values for lines and paragraphs, and dps's 0.25 Hangul.
    "news": {
        "length": {"minimum_characters": 10},  # a flash is one sentence
        "hangul_share": {"minimum": 0.25},
        "repetition": {
            "duplicate_lines": 0.3,
            "duplicate_line_characters": 0.2,
            "duplicate_paragraphs": 0.3,
            "duplicate_paragraph_characters": 0.2,
        },
        "profanity": {"maximum": 5.0},
        "spam": EDITED,
    },
    # Dialogue swears.
    "literature": {
        "profanity": {"maximum": 20.0},
        "spam": EDITED,
        "abuse": {"maximum_profane_windows": 0.3, "maximum_hateful_windows": 0.4},
    },
}


def layered(lower: Overrides, upper: Overrides) -> dict[str, dict[str, dict[str, float | None]]]:
    """Both, threshold by threshold; ``upper`` wins."""
    merged: dict[str, dict[str, dict[str, float | None]]] = {}
    for layer in (lower, upper):
        for group, rules in layer.items():
            for rule, values in rules.items():
                merged.setdefault(group, {}).setdefault(rule, {}).update(values)
    return merged
