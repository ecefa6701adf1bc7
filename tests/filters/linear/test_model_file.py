"""A model's file: fixed bytes, and a clear refusal of everything else."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters.linear import model_file, shipped
from filters.linear.features import FeatureSpec, Stream
from filters.linear.model import Calibration, Head, LinearModel
from filters.linear.model_file import PREFIX, from_bytes, to_bytes
from jobs.commands import dist

SPEC = FeatureSpec(input="matching", bits=8, streams=(Stream(form="jamo", shortest=3, longest=6),))
HEADS = (
    Head(name="abuse", scale=0.5, bias=-1.0, calibration=Calibration(slope=2.0, intercept=0.25)),
    Head(name="spam", scale=0.25, bias=0.5, calibration=Calibration(margins=(-1.0, 1.0), probabilities=(0.1, 0.9))),
)
TABLE = np.arange(-256, 256).reshape(256, 2).astype(np.int8)
MODEL = LinearModel(SPEC, HEADS, TABLE, {"뜻": "말모이"})


def rewritten(change: Any) -> bytes:
    """The file with another header, digest and sizes put right."""
    data = to_bytes(MODEL)
    _, _, size, _, _ = PREFIX.unpack_from(data)
    tree = json.loads(data[PREFIX.size : PREFIX.size + size])
    change(tree)
    header = json.dumps(tree).encode()
    packed = zstandard.ZstdCompressor(3).compress(TABLE.tobytes())
    digest = hashlib.sha256(header + TABLE.tobytes()).digest()
    return PREFIX.pack(model_file.MAGIC, 1, len(header), len(packed), digest) + header + packed


def test_what_is_written_is_read_back() -> None:
    found = from_bytes(to_bytes(MODEL), "here")
    assert (found.spec, found.heads, found.facts) == (SPEC, HEADS, {"뜻": "말모이"})
    assert found.table.tolist() == TABLE.tolist()


def test_the_bytes_are_fixed() -> None:
    data = to_bytes(MODEL)
    magic, version, header_bytes, packed_bytes, digest = PREFIX.unpack_from(data)
    assert (magic, version) == (b"malmoi\x00L", 1)
    assert data[PREFIX.size : PREFIX.size + header_bytes].decode() == (
        '{"facts":{"뜻":"말모이"},"heads":[{"bias":-1.0,"calibration":{"intercept":0.25,"margins":[],"probabilities":[],'
        '"slope":2.0},"name":"abuse","scale":0.5},{"bias":0.5,"calibration":{"intercept":0.0,"margins":[-1.0,1.0],'
        '"probabilities":[0.1,0.9],"slope":1.0},"name":"spam","scale":0.25}],"spec":{"bits":8,"input":"matching",'
        '"segment":100,"streams":[{"form":"jamo","longest":6,"shortest":3}],"version":1}}'
    )
    assert digest.hex() == "1e8e3842c4e1277c8811cce552f1878c70b6f981793500f02c96ea8e5443f287" == model_file.digest(data)
    assert len(data) == PREFIX.size + header_bytes + packed_bytes
    assert struct.calcsize(PREFIX.format) == 56


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_flipped_byte_is_noticed(place: int, flip: int) -> None:
    data = bytearray(to_bytes(MODEL))
    data[place % len(data)] ^= flip
    with pytest.raises(ConfigError, match="no linear model"):
        from_bytes(bytes(data), "here")


@given(st.integers(0, 10_000))
def test_a_file_cut_short_or_made_longer_is_refused(size: int) -> None:
    data = to_bytes(MODEL)
    with pytest.raises(ConfigError, match="no linear model"):
        from_bytes(data[: size % len(data)], "here")
    with pytest.raises(ConfigError, match="no linear model"):
        from_bytes(data + b"\0", "here")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^here: no linear model"):
        from_bytes(data, "here")


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree["spec"].update(version=2),
        lambda tree: tree["spec"].update(bits=9),
        lambda tree: tree["spec"].update(bits=30),
        lambda tree: tree["spec"].update(bits=8.0),
        lambda tree: tree["spec"].update(input="title"),
        lambda tree: tree["spec"]["streams"][0].update(longest=60),
        lambda tree: tree["spec"]["streams"][0].update(width=1),
        lambda tree: tree["heads"].pop(),
        lambda tree: tree.update(heads=[]),
        lambda tree: tree.update(heads=tree["heads"] * 20),
        lambda tree: tree["heads"][0].update(name="x" * 65),
        lambda tree: tree["heads"][0].update(name="a b"),
        lambda tree: tree["heads"][0].update(scale=-1.0),
        lambda tree: tree["heads"][0].update(scale="1"),
        lambda tree: tree["heads"][0].update(bias=float("nan")),
        lambda tree: tree["heads"][0].update(gate=-1.0),
        lambda tree: tree["heads"][0].update(gate="-1"),
        lambda tree: tree["heads"][0]["calibration"].update(slope=-1.0),
        lambda tree: tree["heads"][0]["calibration"].update(slope=float("inf")),
        lambda tree: tree["heads"][1]["calibration"].update(margins=[1.0, -1.0]),
        lambda tree: tree["heads"][1]["calibration"].update(probabilities=[0.1]),
        lambda tree: tree["heads"][1]["calibration"].update(probabilities=[0.9, 0.1]),
        lambda tree: tree.pop("facts"),
        lambda tree: tree.pop("spec"),
    ],
)
def test_a_header_that_says_what_cannot_be_is_refused(change: Any) -> None:
    assert from_bytes(rewritten(lambda tree: None), "here").heads == HEADS
    with pytest.raises(ConfigError, match="no linear model"):
        from_bytes(rewritten(change), "here")


def test_gates_are_written_and_read_back() -> None:
    spec = FeatureSpec(input="text", bits=8, streams=(*SPEC.streams, Stream(form="characters", shortest=1, longest=2)))
    gated = LinearModel(spec, tuple(replace(head, gate=-0.5) for head in HEADS), TABLE)
    assert [head.gate for head in from_bytes(to_bytes(gated), "here").heads] == [-0.5, -0.5]
    assert [head.gate for head in from_bytes(to_bytes(replace(gated, heads=HEADS)), "here").heads] == [None, None]


def test_a_frame_that_would_expand_beyond_the_table_is_refused_unread() -> None:
    data = to_bytes(MODEL)
    _, _, size, _, digest = PREFIX.unpack_from(data)
    packed = zstandard.ZstdCompressor(3).compress(bytes(100_000_000))
    bomb = PREFIX.pack(model_file.MAGIC, 1, size, len(packed), digest) + data[PREFIX.size : PREFIX.size + size] + packed
    with pytest.raises(ConfigError, match="another size"):
        from_bytes(bomb, "here")


def test_a_table_of_another_shape_is_not_written() -> None:
    with pytest.raises(ValueError, match="256 buckets and 2 heads"):
        to_bytes(LinearModel(SPEC, HEADS, TABLE[:, :1]))


def test_calibration_by_points_is_the_line_between_them() -> None:
    curve = HEADS[1].calibration
    assert curve.probability(np.array([-5.0, -1.0, 0.0, 1.0, 5.0])).tolist() == [0.1, 0.1, 0.5, 0.9, 0.9]
    assert HEADS[0].calibration.probability(np.array([-0.125, 1e9, -1e9])).tolist()[:2] == [0.5, 1.0]


# ------------------------------------------------------------------ shipped and pinned models


def test_a_user_s_model_is_read_only_if_it_is_the_pinned_one_and_has_the_head(tmp_path: Path) -> None:
    path = tmp_path / "own.linear"
    path.write_bytes(to_bytes(MODEL))
    pinned = PinnedFile(file=str(path), digest=hashlib.sha256(path.read_bytes()).hexdigest())
    assert shipped.pinned_model(pinned, "filters.spam.model", ("spam",)).heads == HEADS
    with pytest.raises(ConfigError, match="has no head 'good'"):
        shipped.pinned_model(pinned, "filters.quality.model", ("good",))
    with pytest.raises(ConfigError, match=r"filters.spam.model.digest: .* has sha256"):
        shipped.pinned_model(PinnedFile(file=str(path), digest="0" * 64), "filters.spam.model", ("spam",))


def test_every_shipped_model_loads_is_small_and_travels_in_the_archive(tmp_path: Path) -> None:
    names = zipfile.ZipFile(dist.build(tmp_path / "malmoi.zip")).namelist()
    for name, package in shipped.SHIPPED.items():
        file = f"{package.replace('.', '/')}/models/{name}.linear"
        assert file in names
        model = shipped.shipped(name)
        assert len(to_bytes(model)) <= 1_000_000
        assert model.facts  # what each head learnt from
    assert shipped.versions().keys() == {f"filters.linear.{name}" for name in shipped.SHIPPED}


def test_a_shipped_model_loads_from_the_archive_itself(tmp_path: Path) -> None:
    import subprocess
    import sys

    archive = dist.build(tmp_path / "malmoi.zip")
    program = "from filters.linear.shipped import shipped; print(shipped('quality').heads[0].name)"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(archive), "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.strip() == "good", done.stderr[-2000:]
