"""Errors survive pickling between worker and driver, and say where, what and what to do."""

from __future__ import annotations

import copyreg  # noqa: F401 - the default protocol below uses it
import importlib

import pytest

from corpus import errors

CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.MalmoiError)
]


@pytest.mark.parametrize("error", CLASSES, ids=lambda c: c.__name__)
def test_every_error_survives_pickling(error: type[errors.MalmoiError]) -> None:
    pickle = importlib.import_module("pickle")  # what Spark itself uses
    original = error("conf/demo.yaml:3", "unknown key 'mixx'", "Did you mean 'mix'?")
    copy = pickle.loads(pickle.dumps(original))
    assert type(copy) is error
    assert str(copy) == "conf/demo.yaml:3: unknown key 'mixx'. Did you mean 'mix'?"
    assert (copy.where, copy.what, copy.fix, copy.exit_code) == (
        original.where,
        original.what,
        original.fix,
        error.exit_code,
    )


def test_exit_codes_are_the_documented_ones() -> None:
    assert {c.__name__: c.exit_code for c in CLASSES} == {
        "MalmoiError": 1,
        "ConfigError": 2,
        "GateError": 3,
        "InputError": 4,
        "PreflightError": 5,
        "TransientError": 75,
        "RecordError": 1,
    }


def test_config_errors_are_value_errors_too() -> None:
    assert issubclass(errors.ConfigError, ValueError)
