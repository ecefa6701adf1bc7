"""Every seed, and every input that once broke a promise, keeps it now."""

from __future__ import annotations

import pytest

from tests.fuzz.targets import FINDS, TARGETS, seeds

INPUTS = [(name, f"seed {index}", data) for name in TARGETS for index, data in enumerate(seeds(name))] + [
    (path.parent.name, path.name, path.read_bytes()) for path in sorted(FINDS.glob("*/*"))
]


@pytest.mark.parametrize(("name", "data"), [(n, d) for n, _, d in INPUTS], ids=[f"{n}-{i}" for n, i, _ in INPUTS])
def test_an_input_that_was_found_keeps_its_promise(name: str, data: bytes) -> None:
    TARGETS[name](data)
