"""One mixed part becomes one shard: same ids as tokenizers, every token traced, damage found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import tokenizers

from corpus import storage
from corpus.errors import GateError, InputError
from corpus.identity import digest_sum, document_id, hexadecimal
from corpus.manifest import file_sha256
from serializer.bpe import Encoder
from serializer.formats.megatron import MegatronReader
from serializer.provenance import trace
from serializer.shard import write_shard
from tests.serializer.samples import TEXTS, mixed_part, own, train

NAME = "shard-00000"


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("tokenizer") / "tokenizer.json")


def write(tmp_path: Path, texts: tuple[str, ...], tokenizer: Path, form: str = "megatron") -> dict[str, Any]:
    part = mixed_part(str(tmp_path), "mixed/part-00000.parquet", texts, tokenizer)
    uri = storage.join(str(tmp_path), part.name)
    return write_shard(uri, Encoder(str(tokenizer)), form, str(tmp_path / form), NAME, part.sha256)


@pytest.mark.parametrize("make", [train, own])
def test_ids_are_those_of_tokenizers_on_the_texts(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    tokenizer = make(tmp_path / "tokenizer.json")
    write(tmp_path, TEXTS, tokenizer)
    library = tokenizers.Tokenizer.from_file(str(tokenizer))
    library.encode_special_tokens = True  # a document's text is never a command
    expected = [[*library.encode(text, add_special_tokens=False).ids, 0] for text in TEXTS]
    assert [ids.tolist() for ids in MegatronReader(str(tmp_path / "megatron"), NAME)] == expected


def test_the_row_says_what_the_files_hold(tmp_path: Path, tokenizer: Path) -> None:
    row = write(tmp_path, TEXTS, tokenizer)
    table = pq.read_table(tmp_path / "mixed/part-00000.parquet")
    assert [file["name"] for file in row["files"]] == [f"{NAME}.bin", f"{NAME}.idx", f"provenance/{NAME}.parquet"]
    for file in row["files"]:
        assert (file["bytes"], file["sha256"]) == file_sha256(str(tmp_path / "megatron" / file["name"]))
    text_bytes = sum(len(text.encode()) for text in TEXTS)
    tokens = sum(table.column("tokens").to_pylist())
    ids = hexadecimal(digest_sum(table.column("id")))
    assert row["files"][0]["measures"] == {"documents": len(TEXTS), "tokens": tokens, "text_bytes": text_bytes}
    assert (row["rows"], row["tokens"], row["ids"]) == (len(TEXTS), tokens, ids)
    expected = {"source": "blog", "kind": "blog", "fate": "kept", "reason": ""}
    assert row["census"] == [{**expected, "documents": len(TEXTS), "bytes": text_bytes, "ids": ids}]


def test_every_token_leads_to_its_document_and_permission(tmp_path: Path, tokenizer: Path) -> None:
    row = write(tmp_path, TEXTS, tokenizer)
    folder = str(tmp_path / "megatron")
    owners = np.repeat(np.arange(len(TEXTS)), MegatronReader(folder, NAME).lengths)
    for token in range(row["tokens"]):
        found = trace(folder, NAME, token)
        assert found["document"] == owners[token]
        assert found["first_token"] <= token < found["first_token"] + found["tokens"]
        assert found["id"] == document_id("blog", f"mixed/part-00000.parquet/{owners[token]}")
        assert (found["url"], found["license"], found["rights_basis"], found["rights_evidence"]) == (
            f"https://example.com/mixed/part-00000.parquet/{owners[token]}",
            "CC-BY-4.0",
            "license",
            "https://example.com/이용약관",
        )
    for token in (-1, row["tokens"]):
        with pytest.raises(InputError, match=f"no token {token}"):
            trace(folder, NAME, token)


@pytest.mark.parametrize("form", ["megatron", "parquet", "jsonl"])
def test_equal_parts_give_equal_bytes(tmp_path: Path, tokenizer: Path, form: str) -> None:
    one = write(tmp_path / "one", TEXTS, tokenizer, form)
    other = write(tmp_path / "other", TEXTS, tokenizer, form)
    assert one == other


def test_parquet_ids_equal_megatron_ids(tmp_path: Path, tokenizer: Path) -> None:
    write(tmp_path, TEXTS, tokenizer, "megatron")
    write(tmp_path, TEXTS, tokenizer, "parquet")
    table = pq.read_table(tmp_path / "parquet" / f"{NAME}.parquet")
    shard = MegatronReader(str(tmp_path / "megatron"), NAME)
    assert table.column("input_ids").to_pylist() == [ids.tolist() for ids in shard]
    assert table.column("text").to_pylist() == list(TEXTS)


def test_a_document_of_10_mb_is_one_sequence(tmp_path: Path) -> None:
    tokenizer = own(tmp_path / "tokenizer.json")
    huge = "긴 문서는 한 줄로 이어진다. " * 270_000
    assert len(huge.encode()) > 10_000_000
    write(tmp_path, ("앞", huge, "뒤"), tokenizer)
    shard = MegatronReader(str(tmp_path / "megatron"), NAME)
    encoder = Encoder(str(tokenizer))
    assert len(shard) == 3
    assert np.array_equal(shard[1][:-1], encoder.encode_batch([huge])[0])


def test_a_part_without_documents_gives_an_empty_shard(tmp_path: Path, tokenizer: Path) -> None:
    row = write(tmp_path, (), tokenizer)
    assert (row["rows"], row["tokens"]) == (0, 0)
    assert len(MegatronReader(str(tmp_path / "megatron"), NAME)) == 0


def test_one_flipped_bit_of_the_part_is_an_error_that_names_it(tmp_path: Path, tokenizer: Path) -> None:
    part = mixed_part(str(tmp_path), "mixed/part-00007.parquet", TEXTS, tokenizer)
    path = tmp_path / part.name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(GateError, match="part-00007"):
        write_shard(str(path), Encoder(str(tokenizer)), "megatron", str(tmp_path / "out"), NAME, part.sha256)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_parquet_is_an_error_that_names_it(tmp_path: Path, tokenizer: Path) -> None:
    path = tmp_path / "part-00001.parquet"
    path.write_bytes("말뭉치가 아니다".encode() * 100)
    with pytest.raises(GateError, match="part-00001"):
        write_shard(str(path), Encoder(str(tokenizer)), "megatron", str(tmp_path / "out"), NAME)
    assert [item for item in (tmp_path / "out").rglob("*") if item.is_file()] == []


def test_another_tokenizer_than_mix_counted_with_is_refused(tmp_path: Path, tokenizer: Path) -> None:
    part = mixed_part(str(tmp_path), "mixed/part-00000.parquet", TEXTS, tokenizer)
    other = train(tmp_path / "other.json", size=300)
    with pytest.raises(GateError, match="mix counted"):
        write_shard(storage.join(str(tmp_path), part.name), Encoder(str(other)), "megatron", str(tmp_path), NAME)
