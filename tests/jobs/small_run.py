"""A small, whole run directory written with the contract writers alone: Korean documents of four
sources, every stage's products and manifests, every fate.  Tests of verify, report, explain and
sample read it where a real run would be slow.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import manifest as manifests
from corpus import storage
from corpus.document import DOCUMENT, QUARANTINE, DocumentBatch, cast
from corpus.identity import bytes_digest, document_id, hexadecimal, keyed_hash, text_digest
from corpus.ledger import DECISION, DROPPED, KEPT, QUARANTINED, RECORD, Census, Entry
from corpus.manifest import Manifest, Part, content_digest
from corpus.table import PartWriter
from filters import catalog
from filters.decision import decide
from filters.dedup.config import LossConfig
from jobs import load
from jobs.commands import closing
from jobs.config import Config
from jobs.pipeline import BY_NAME, Pipeline, pick
from jobs.progress import Progress
from jobs.tasks import audit as tasks
from jobs.tasks.decisions import details
from jobs.tasks.mixture import part_name
from mixer import achieved
from mixer.achieved import Mixed
from mixer.copies import copies, id_words, order_keys, packed, parts_of
from mixer.mixed import MIXED
from mixer.recipe import Amount, plan
from mixer.validation import drawn, share
from serializer.bpe import Encoder
from serializer.shard import shard_name, write_shard

SEED = 7
PARTS = 3
END = "<|endoftext|>"

CONFIG: dict[str, Any] = {
    "seed": SEED,
    "inputs": [
        {
            "name": "han-daily",
            "uri": "/data/news",
            "rights": {"basis": "license", "evidence": "공공누리 제1유형"},
            "class": "open",
            "kind": "news",
        },
        {"name": "maeul-blog", "uri": "/data/blog", "rights": {"basis": "own"}, "class": "permitted", "kind": "blog"},
        {
            "name": "kin-answers",
            "uri": "/data/kin",
            "rights": {"basis": "contract", "evidence": "제2024-17호 <b onmouseover=alert(1)>"},
            "class": "permitted",
            "kind": "kin",
        },
        {
            "name": "baekgwa",
            "uri": "/data/ency",
            "rights": {"basis": "license", "evidence": "CC-BY-SA-4.0"},
            "class": "open",
            "kind": "ency",
            "priority": 0,
        },
    ],
    "kinds": {kind: {"languages": ["ko"]} for kind in ("blog", "ency", "kin", "news")},
    "mix": {
        "mode": "fixed",
        "kinds": {
            "blog": {"weight": 4.0},
            "ency": {"weight": 2.0},
            "kin": {"weight": 1.0},
            "news": {"weight": 3.0},
        },
    },
}
SOURCES = {"han-daily": "news", "maeul-blog": "blog", "kin-answers": "kin", "baekgwa": "ency"}
LICENSES = {"han-daily": "KOGL-1", "maeul-blog": None, "kin-answers": None, "baekgwa": "CC-BY-SA-4.0"}

TOPICS = (
    "김장 담그기",
    "남한산성 둘레길",
    "전세 계약",
    "훈민정음",
    "제주 감귤",
    "지하철 막차",
    "한지 공예",
    "장마 대비",
)
PLACES = ("서울", "전주", "강릉", "대구 수성구", "광주 양림동", "제주 서귀포", "춘천", "부산 영도")
OPENINGS = (
    "{place}에서 {topic}에 대해 들은 이야기를 차근차근 정리해 보았습니다.",
    "올해도 {place} 사람들은 {topic} 준비로 분주했다.",
    "{topic}의 유래를 찾아 {place}의 오래된 책방을 돌아다녔습니다.",
    "지난 주말 {place}에 다녀오면서 {topic} 이야기를 많이 나누었어요.",
)
MIDDLES = (
    "어르신들은 손끝의 감각이 무엇보다 중요하다고 입을 모아 말씀하셨습니다.",
    "기록에 따르면 조선 후기에도 비슷한 방식이 널리 쓰였다고 한다.",
    "비용을 아끼려면 이른 아침에 시장을 한 바퀴 도는 편이 낫습니다.",
    "담당 공무원은 내년 예산에 관련 항목을 새로 넣겠다고 밝혔다.",
    "처음에는 서툴렀지만 세 번쯤 해 보니 요령이 생기더군요.",
    "전문가들은 기후 변화의 영향을 함께 살펴야 한다고 조언했다.",
    "아이들과 함께라면 쉬어 갈 곳을 미리 알아 두는 것이 좋아요.",
    "사진으로는 그 빛깔과 냄새를 다 담을 수 없어 아쉬웠습니다.",
    "주민 설명회에서는 찬성과 반대 의견이 팽팽하게 맞섰다.",
    "남은 재료는 따로 말려 두었다가 겨울에 쓰면 알뜰합니다.",
)
ENDINGS = (
    "궁금한 점은 댓글로 남겨 주시면 아는 만큼 답해 드릴게요.",
    "자세한 내용은 다음 글에서 이어 가겠습니다.",
    "관계 기관은 다음 달까지 결과를 공개할 예정이다.",
    "오늘도 읽어 주셔서 고맙습니다.",
)

# What a hostile document may hold; the report must show it as text and nothing else.
CANARY = (
    "<script>alert('말모이')</script> <img src=x onerror=alert(1)> {{7*7}} \u202e거꾸로\u202c "
    '</style></title><a href="https://example.com/x">누르세요</a> \' " & \u2028끝'
)


def draw(purpose: str, *keys: object, below: int) -> int:
    return keyed_hash(SEED, purpose, "/".join(map(str, keys)).encode()) % below


def essay(source: str, number: int) -> str:
    """Six to sixteen sentences drawn by hash."""
    topic = TOPICS[draw("topic", source, number, below=len(TOPICS))]
    place = PLACES[draw("place", source, number, below=len(PLACES))]
    lines = [OPENINGS[draw("open", source, number, below=len(OPENINGS))].format(topic=topic, place=place)]
    for index in range(5 + draw("length", source, number, below=11)):
        middle = MIDDLES[draw("middle", source, number, index, below=len(MIDDLES))]
        lines.append(f"{middle} {place} {draw('n', source, number, index, below=9000) + 1000}호.")
    lines.append(ENDINGS[draw("end", source, number, below=len(ENDINGS))])
    return "\n".join(lines)


def record(source: str, number: int, text: str, note: str = "") -> dict[str, Any]:
    key = f"{source[:3]}-{number:04d}"
    made = datetime(2024, 1, 2, tzinfo=UTC) + timedelta(hours=7 * number)
    return {
        "id": document_id(source, key),
        "source": source,
        "kind": SOURCES[source],
        "class": "open" if LICENSES[source] else "permitted",
        "area": source,
        "key": key,
        "url": f"https://{source}.example/{number}",
        "title": f"{TOPICS[draw('topic', source, number, below=len(TOPICS))]} 이야기 {number}",
        "text": text,
        "created_at": made,
        "fetched_at": made + timedelta(days=1),
        "license": LICENSES[source],
        "rights": {"allowed": True, "basis": "license" if LICENSES[source] else "own", "evidence": None},
        "origin": {"file": f"{source}/2024.jsonl", "offset": number * 1000, "digest": bytes_digest(text.encode())},
        "edits": {"counts": [("identifiers.phone", 1)] if number % 17 == 0 else [], "contacts": []},
        "text_digest": text_digest(text),
        "meta": [("note", note)] if note else [],
    }


def documents() -> list[dict[str, Any]]:
    rows = [record(source, number, essay(source, number)) for source in SOURCES for number in range(56)]
    for number, row in enumerate(rows[:24]):
        source = "maeul-blog" if row["source"] == "han-daily" else "han-daily"
        text = row["text"]
        if number % 3:  # near: one sentence is another one
            lines = text.split("\n")
            lines[2] = f"옮긴이가 한 문장을 이렇게 바꾸었습니다 {number}."
            text = "\n".join(lines)
        rows.append(record(source, 900 + number, text, "copied"))
    rows += [record("kin-answers", 700 + n, f"네 맞아요 {n} ㅋㅋ") for n in range(9)]
    rows += [record("maeul-blog", 800 + n, f"BUY NOW!!! visit our shop today {n} " * 12) for n in range(7)]
    rows.append(
        record("maeul-blog", 850, CANARY + "BUY NOW!!! " * 20) | {"title": CANARY, "url": "javascript:alert(1)"}
    )
    rows.append(record("baekgwa", 851, essay("baekgwa", 851) + "\n" + CANARY))
    return rows


def shingles(text: str) -> set[str]:
    packed = "".join(text.split())
    return {packed[i : i + 5] for i in range(len(packed) - 4)}


class Run:
    """Writes the stages in their order; ``manifests`` collects what they published."""

    def __init__(
        self, run: str, reverse: bool = False, shard_format: str = "megatron", validation: float = 0.0
    ) -> None:
        self.run = run
        self.reverse = reverse
        self.format = shard_format
        self.rows = documents()
        self.manifests: dict[str, Manifest] = {}
        self.config: Config = load.from_json({**CONFIG, "mix": {**CONFIG["mix"], "validation": validation}})
        self.tree = load.to_json(self.config)

    def write(self) -> dict[str, Manifest]:
        storage.write_bytes(
            storage.join(self.run, "config.json"),
            (json.dumps(self.tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(),
        )
        self.ingest()
        self.annotate()
        self.dedup()
        self.select()
        self.audit()
        self.tokenizer()
        self.mix()
        self.serialize()
        return self.manifests

    # ------------------------------------------------------------------ publishing

    def publish(
        self,
        stage: str,
        parts: Iterable[Part],
        census: Census,
        digests: Mapping[str, str],
        details: Mapping[str, Any] | None = None,
    ) -> None:
        follows = BY_NAME[stage].follows
        inputs: dict[str, Any] = {
            name: {digest: self.manifests[name].digests[digest] for digest in wanted}
            for name, wanted in follows.items()
        }
        keys = {key: pick(self.tree, key.split(".")) for key in BY_NAME[stage].reads}
        if stage == "ingest":
            inputs = {"files": {source: [["2024.jsonl", "0" * 64]] for source in SOURCES}}
            for item in keys["inputs"]:
                item.pop("uri")
        facts = {"stage": stage, "config": keys, "versions": {stage: 1}, "inputs": inputs}
        own = manifests.fingerprint({key: value for key, value in facts.items() if key != "inputs"})
        listed = list(parts)
        if self.reverse:
            listed.reverse()
        manifest = Manifest(
            stage,
            manifests.fingerprint(facts),
            tuple(listed),
            census,
            dict(digests),
            {**(details or {}), "inputs": inputs, "own": own, "versions": {stage: 1}},
        )
        manifests.write(self.run, manifest)
        self.manifests[stage] = manifest

    def table(
        self,
        name: str,
        schema: pa.Schema,
        rows: list[dict[str, Any]],
        without: tuple[str, ...] = (),
        measures: Mapping[str, int] | None = None,
    ) -> Part:
        with PartWriter(self.run, name, schema, without) as writer:
            if rows:
                writer.write(cast(pa.Table.from_pylist(rows, schema=schema), schema))
            for measure, amount in (measures or {}).items():
                writer.count(measure, amount)
        return writer.done()

    def split(self, rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for part in range(PARTS):
            yield f"part-{part:05d}.parquet", rows[part::PARTS]

    # ------------------------------------------------------------------ stages

    def ingest(self) -> None:
        census = Census()
        for row in self.rows:
            census.add(
                Entry(row["source"], row["kind"], KEPT, ""),
                1,
                len(row["text"].encode()),
                int.from_bytes(row["id"], "big"),
            )
        parts = [self.table(f"documents/{name}", DOCUMENT, rows, ("text",)) for name, rows in self.split(self.rows)]
        bad = []
        for number in range(11):
            name = ("record.malformed", "record.not_utf8", "record.missing_text")[number % 3]
            raw = f"깨진 줄 {number}".encode("cp949")
            bad.append(
                {
                    "class": name,
                    "source": "kin-answers",
                    "file": "kin-answers/2024.jsonl" if number else f"{CANARY}.jsonl",
                    "offset": 90_000 + number,
                    "bytes": len(raw),
                    "digest": bytes_digest(raw),
                    "detail": "JSONDecodeError at 1" if number else CANARY,
                }
            )
            census.add(
                Entry("kin-answers", "kin", QUARANTINED, name), 1, len(raw), int.from_bytes(bytes_digest(raw), "big")
            )
        parts.append(self.table("quarantine/part-00000.parquet", QUARANTINE, bad))
        gone = []
        for number in range(4):
            reason = "ingest.superseded" if number % 2 else "ingest.empty"
            key = document_id("baekgwa", f"bae-{2000 + number:04d}")
            gone.append(
                {
                    "id": key,
                    "source": "baekgwa",
                    "kind": "ency",
                    "fate": DROPPED,
                    "stage": "ingest",
                    "reason": reason,
                    "all_reasons": [reason],
                    "rule_version": 1,
                    "origin": {"file": "baekgwa.jsonl", "offset": number, "digest": bytes_digest(key)},
                }
            )
            census.add(Entry("baekgwa", "ency", DROPPED, reason), 1, 0, int.from_bytes(key, "big"))
        parts.append(self.table("dropped/part-00000.parquet", RECORD, gone))
        documents_parts = [part for part in parts if part.name.startswith("documents/")]
        tables = {"kept": self.rows, "dropped": gone, "joined": [], "quarantined": bad}
        digests = {
            fate: [row["digest"] if fate == "quarantined" else row["origin"]["digest"] for row in rows]
            for fate, rows in tables.items()
        }
        digests["read"] = [digest for found in list(digests.values()) for digest in found]
        records = {
            fate: [len(found), hexadecimal(sum(int.from_bytes(digest, "big") for digest in found))]
            for fate, found in digests.items()
        }
        details = {"read": records["read"][0], "records": records, "adapters": {}, "skipped": {}}
        self.publish("ingest", parts, census, {"content": content_digest(documents_parts)}, details)

    def kept_census(self) -> Census:
        census = Census()
        for row in self.rows:
            census.add(
                Entry(row["source"], row["kind"], KEPT, ""),
                1,
                len(row["text"].encode()),
                int.from_bytes(row["id"], "big"),
            )
        return census

    def annotate(self) -> None:
        parts = []
        tables = []
        for name, rows in self.split(self.rows):
            batch = catalog.score_batch(DocumentBatch(cast(pa.Table.from_pylist(rows, schema=DOCUMENT), DOCUMENT)))
            tables.append(pa.Table.from_batches([batch]))
            parts.append(self.table(f"attributes/{name}", batch.schema, batch.to_pylist()))
        scored = pa.concat_tables(tables).combine_chunks()
        decided = decide(scored, self.config.filters, self.config.kinds)
        self.decided = {
            key: {
                "reason": decided.reason[n].as_py(),
                "all_reasons": decided.all_reasons[n].as_py(),
                "value": decided.value[n].as_py(),
                "threshold": decided.threshold[n].as_py(),
                "rule_version": decided.rule_version[n].as_py(),
            }
            for n, key in enumerate(scored.column("id").to_pylist())
        }
        self.publish("annotate", parts, self.kept_census(), {"content": content_digest(parts)})

    def dedup(self) -> None:
        schema = pa.schema(
            [
                ("id", pa.binary()),
                ("source", pa.string()),
                ("kind", pa.string()),
                ("class", pa.string()),
                ("created_at", pa.timestamp("us", tz="UTC")),
                ("characters", pa.int32()),
                ("text_digest", pa.binary()),
                ("squeezed", pa.binary()),
                ("folded_digest", pa.binary()),
                ("shingles", pa.int32()),
                ("bands", pa.binary()),
                ("lanes", pa.binary()),
            ]
        )
        parts = []
        for name, rows in self.split(self.rows):
            values = []
            for row in rows:
                packed = "".join(row["text"].split())
                folded = "".join(c for c in packed if c.isalnum()).lower()
                values.append(
                    {
                        **{key: row[key] for key in ("id", "source", "kind", "class", "created_at", "text_digest")},
                        "characters": len(row["text"]),
                        "squeezed": text_digest(packed),
                        "folded_digest": text_digest(folded),
                        "shingles": len(shingles(row["text"])),
                        "bands": text_digest(packed) * 7,
                        "lanes": text_digest(packed) * 7,
                    }
                )
            parts.append(self.table(f"signatures/{name}", schema, values))
        pair = pa.schema([("a", pa.binary()), ("b", pa.binary()), ("jaccard", pa.float32()), ("how", pa.string())])
        self.pairs = sorted(self.near(), key=lambda p: (p["a"], p["b"]))
        parts.append(self.table("pairs/part-00000.parquet", pair, self.pairs))
        self.publish("dedup", parts, self.kept_census(), {"content": content_digest(parts)})

    def near(self) -> Iterator[dict[str, Any]]:
        copies = [row for row in self.rows if row["meta"]]
        for number, copy in enumerate(copies):
            first = self.rows[number]
            one, other = shingles(first["text"]), shingles(copy["text"])
            jaccard = len(one & other) / len(one | other)
            low, high = sorted((first["id"], copy["id"]))
            if jaccard == 1.0:
                continue  # one class: equal but for white space
            yield {
                "a": low,
                "b": high,
                "jaccard": jaccard,
                "how": "exact" if jaccard < 0.88 else "estimate",
            }

    def select(self) -> None:
        copies = {row["id"]: self.rows[n]["id"] for n, row in enumerate(r for r in self.rows if r["meta"])}
        texts = {row["id"]: row["text"] for row in self.rows}
        rows = []
        for row in sorted(self.rows, key=lambda r: r["id"]):
            decision: dict[str, Any] = {"id": row["id"], "source": row["source"], "kind": row["kind"]}
            found = self.decided[row["id"]]
            if found["reason"]:
                decision |= {"fate": DROPPED, "stage": "select", **found}
            elif row["id"] in copies:
                same = texts[row["id"]] == texts[copies[row["id"]]]
                reason = "dedup.exact" if same else "dedup.near"
                jaccard = {p["b" if p["a"] == copies[row["id"]] else "a"]: p["jaccard"] for p in self.pairs}
                decision |= {
                    "fate": DROPPED,
                    "stage": "select",
                    "reason": reason,
                    "all_reasons": [reason],
                    "value": jaccard.get(row["id"], 1.0),
                    "threshold": None if same else 0.8,
                    "rule_version": 1,
                    "kept_id": copies[row["id"]],
                }
            else:
                named = sum(target == row["id"] for target in copies.values())
                decision |= {"fate": KEPT, "stage": "select", "all_reasons": [], "cluster_size": 1 + named}
            rows.append(decision)
        census = Census()
        for row in rows:
            census.add(
                Entry(row["source"], row["kind"], row["fate"], row.get("reason") or ""),
                1,
                len(texts[row["id"]].encode()),
                int.from_bytes(row["id"], "big"),
            )
        half = [row for row in rows if row["id"][0] < 128], [row for row in rows if row["id"][0] >= 128]
        parts = [self.table(f"decisions/part-{n:05d}.parquet", DECISION, piece) for n, piece in enumerate(half)]
        kept = sum(int.from_bytes(row["id"], "big") for row in rows if row["fate"] == KEPT)
        self.kept = {row["id"] for row in rows if row["fate"] == KEPT}
        digests = {"content": content_digest(parts), "kept": hexadecimal(kept)}
        self.publish("select", parts, census, digests, details(parts, census, LossConfig()))

    def audit(self) -> None:
        """The stage's own tasks, one after the other, as jobs/spark/audit.py hands them out."""
        dedup, size = self.config.dedup, 40
        decisions = tuple(part.name for part in self.manifests["select"].files("decisions"))
        blank = tasks.AuditTask(self.run, "", dedup, SEED, size, decisions)
        drawn = [tasks.drawn_part(replace(blank, name=name)) for name in decisions]
        blank = replace(blank, sample=tasks.lowest(drawn, size))
        documents = [replace(blank, name=part.name) for part in self.manifests["ingest"].files("documents")]
        tasks.gather_sketches(self.run, [tasks.sketched_part(task) for task in documents])
        found = tasks.found_part(replace(blank, name="pairs/part-00000.parquet"))["found"]
        answers = [tasks.twins_part(task) for task in documents]
        for name in ("_sketches", "_sample.parquet"):
            storage.delete(storage.join(self.run, "audit", name))
        twins = sum((Counter(dict(answer["twins"])) for answer in answers), Counter[int]())
        shown = [row for answer in answers for row in answer["shown"]]
        parts = tasks.write_twins(self.run, blank.sample, twins, shown)
        said = tasks.figures(dedup, SEED, size, found, twins, answers)
        self.publish("audit", parts, Census(), {"content": tasks.content(said, parts)}, said)

    def tokenizer(self) -> None:
        model = Tokenizer(models.BPE())
        model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        model.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=600,
            special_tokens=[END],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        model.train_from_iterator([row["text"] for row in self.rows if row["id"] in self.kept], trainer)
        self.model = model
        parts = [
            self.file("tokenizer/tokenizer.json", model.to_str(pretty=True).encode(), {"merges": 343}),
            self.file("tokenizer/training.json", b'{"documents": 210, "pieces": 4000}\n', {}),
        ]
        self.publish(
            "tokenizer",
            parts,
            Census(),
            {"content": parts[0].sha256},
            {"vocabulary_size": model.get_vocab_size(), "sample_documents": 210, "sample_bytes": 250_000},
        )

    def file(self, name: str, data: bytes, measures: Mapping[str, int]) -> Part:
        storage.write_bytes(storage.join(self.run, name), data)
        length, sha256 = manifests.file_sha256(storage.join(self.run, name))
        return Part(name, 0, length, sha256, int(sha256[:32], 16), 0, measures)

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self.model.encode(text, add_special_tokens=False).ids
        return [*ids, self.model.token_to_id(END)]

    def mix(self) -> None:
        kept = [row for row in self.rows if row["id"] in self.kept]
        self.tokens = {row["id"]: self.encode(row["text"]) for row in kept}
        lengths = pa.schema([("id", pa.binary()), ("tokens", pa.int32()), ("bytes", pa.int64())])
        parts = []
        available, beside = dict[str, Amount](), dict[str, Amount]()
        shares = {kind: share(self.config.mix, kind) for kind in SOURCES.values()}
        apart = {row["id"] for row in kept if drawn(*id_words(pa.array([row["id"]])), shares[row["kind"]], SEED).item()}
        for name, rows in self.split(self.rows):
            values = []
            for row in rows:
                if row["id"] in self.kept:
                    tokens, size = len(self.tokens[row["id"]]), len(row["text"].encode())
                    values.append({"id": row["id"], "tokens": tokens, "bytes": size})
                    found = beside if row["id"] in apart else available
                    found[row["kind"]] = found.get(row["kind"], Amount()) + Amount(1, size, tokens)
            parts.append(self.table(f"lengths/{name}", lengths, values))
        recipe = plan(self.config.mix, available)
        census = Census()
        mixed: dict[str, Mixed] = {}
        chosen: dict[int, list[dict[str, Any]]] = {0: [], 1: [], **({2: []} if apart else {})}
        for row in kept:
            number, size = int.from_bytes(row["id"], "big"), len(row["text"].encode())
            tokens = len(self.tokens[row["id"]])
            high, low = id_words(pa.array([row["id"]], pa.binary()))
            count = int(copies(high, low, recipe.epochs()[row["kind"]], SEED)[0])
            entry = Entry(row["source"], row["kind"], KEPT, "")
            count = 0 if row["id"] in apart else count
            if not count and row["id"] not in apart:
                entry = entry._replace(fate=DROPPED, reason="mixture.over_budget")
            census.add(entry, 1, size, number)
            got = Mixed(count, int(count > 0), count * size, count * tokens)
            mixed[row["kind"]] = mixed.get(row["kind"], Mixed()) + got
            for copy in range(1 if row["id"] in apart else count):
                order = order_keys(high, low, np.array([copy], np.int32), SEED)
                made = {name: row[name] for name in MIXED.names if name in row}
                made |= {"copy": copy, "order": packed(order)[0].as_py(), "tokens": tokens}
                made |= {f"rights_{name}": row["rights"][name] for name in ("basis", "evidence")}
                chosen[2 if row["id"] in apart else int(parts_of(order, 2)[0])].append(made)
        self.mixed = [sorted(piece, key=lambda row: row["order"]) for _, piece in sorted(chosen.items())]
        for number, piece in enumerate(self.mixed):
            measures = {"tokens": sum(row["tokens"] for row in piece), "documents": len(piece)}
            parts.append(self.table(part_name(number, 2), MIXED, piece, ("text",), measures))
        content = content_digest(part for part in parts if part.name.startswith(("mixed/", "validation/")))
        said = {**achieved.report(recipe, mixed, beside, shares), "seed": SEED}
        self.publish("mix", parts, census, {"content": content}, said)

    def serialize(self) -> None:
        parts = []
        for number in range(len(self.mixed)):
            folder = storage.join(self.run, "shards", self.format)
            answer = write_shard(
                storage.join(self.run, part_name(number, 2)),
                Encoder(storage.join(self.run, "tokenizer/tokenizer.json")),
                self.format,
                folder,
                shard_name(part_name(number, 2)),
            )
            parts += [
                replace(Part.from_row(row), name=f"shards/{self.format}/{row['name']}") for row in answer["files"]
            ]
        digest = hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
        self.publish("serialize", parts, Census(), {"content": digest}, {"format": self.format})


def build(
    run: str, reverse: bool = False, shard_format: str = "megatron", validation: float = 0.0
) -> dict[str, Manifest]:
    """Write a whole run below ``run`` as `malmoi run` leaves it before verify; returns its manifests."""
    written = Run(run, reverse, shard_format, validation)
    published = written.write()
    timings = {
        stage: {"seconds": 1.25 * (n + 1), "engine": "spark", "host": "localhost", "peak_bytes": {"driver": 2 << 28}}
        for n, stage in enumerate(published)
    }
    storage.write_bytes(storage.join(run, "timings.json"), json.dumps(timings).encode())
    closing.write_summary(run, "ok", 0, "")
    return published


def finish(run: str) -> None:
    """Verify and report by the chain itself, on a run that ``build`` wrote."""
    pipeline = Pipeline(load.from_json(CONFIG), run, Progress(stream=io.StringIO(), live=False))
    pipeline.execute(("verify", "report"))
    closing.write_summary(run, "ok", 0, "")
