"""The definition of every text measure, slow and obvious: what filters.quality.statistics must equal.

Also the baseline of the benchmark, so it is idiomatic Python rather than deliberately slow.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

CLOSERS = "\"'”’」』)]》〉】}*_`"
TERMINALS = ".!?。！？．…⋯"
FINALS = "다요라니까죠"
FUNCTIONS = FINALS + "은는이가을를에의로도와과만서게고며면지한할된될인던든기음임아어여야해네군걸자데나터럼테께"
CHAT = "ㅋㅎㅠㅜㅡ"
FILLERS = ("Lorem", "lorem", "ipsum", "dolor", "amet,", "consectetur", "adipiscing", "eiusmod", "incididunt")
LONG_LINE = 70
SHORT_LINE = 15
BULLETS = "•‣⁃∙▪▫●○◦◎■□▶▷►◆◇★☆·ㆍ※"
DASHES = "-*+–—"


LETTERS = ("syllable", "jamo", "latin", "han", "kana", "letter")


def within(character: str, *blocks: tuple[int, int]) -> bool:
    return any(low <= ord(character) <= high for low, high in blocks)


def class_of(character: str) -> str:
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    if category == "Nd":
        return "digit"
    if category[0] in "PSN":
        return "symbol"
    if category[0] not in "LM":
        return "other"
    if "가" <= character <= "힣":
        return "syllable"
    if within(character, (0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xD7B0, 0xD7FF), (0xFFA0, 0xFFDC)):
        return "jamo"
    latin = ((0x41, 0x2AF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF))
    if within(character, *latin, (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFF21, 0xFF5A)):
        return "latin"
    if within(character, (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F)):
        return "han"
    if within(character, (0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D)):
        return "kana"
    return "letter"


def size(words: tuple[str, ...]) -> int:
    return sum(len(word) for word in words)


def split_lines(text: str) -> list[str]:
    """Lines between "\\n"; a final "\\n" ends the last line and begins none."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def starts_with_bullet(line: str) -> bool:
    line = line.strip()
    return line[0] in BULLETS or (line[0] in DASHES and (len(line) == 1 or line[1].isspace()))


def end_of(line: str) -> str:
    """The line without the white space, quotation marks and brackets that close it."""
    while line and (line[-1].isspace() or line[-1] in CLOSERS):
        line = line[:-1]
    return line


def is_label(line: str) -> bool:
    length = size(tuple(line.split()))
    symbols = sum(class_of(character) == "symbol" for character in line)
    korean = [word for word in line.split() if is_korean(word)]
    function = sum(last_letter(word) in FUNCTIONS for word in korean)
    prose = function >= 3 and function > len(korean) / 2
    ended = end_of(line).endswith(tuple(TERMINALS + FINALS))
    return not ended and not prose and length < LONG_LINE and symbols / length < 0.2


def repeats(items: list[tuple[str, ...]]) -> tuple[int, int]:
    """Items that occurred before, and their characters."""
    seen: set[tuple[str, ...]] = set()
    count = characters = 0
    for item in items:
        if item in seen:
            count += 1
            characters += size(item)
        seen.add(item)
    return count, characters


def top(words: list[str], n: int) -> int:
    """Occurrences x characters of the most frequent n-gram, the longer one first among equals."""
    grams = Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
    count, characters = max(((count, size(gram)) for gram, count in grams.items()), default=(0, 0))
    return min(count * characters, size(tuple(words))) if count > 1 else 0


def duplicate(words: list[str], n: int) -> int:
    """Characters of n-grams met before; the scan goes on behind a repeat, so none counts twice."""
    seen: set[tuple[str, ...]] = set()
    characters = 0
    i = 0
    while i + n <= len(words):
        gram = tuple(words[i : i + n])
        if gram in seen:
            characters += size(gram)
            i += n
        else:
            seen.add(gram)
            i += 1
    return characters


def last_letter(word: str) -> str:
    return next((character for character in reversed(word) if class_of(character) in LETTERS), "")


def is_korean(word: str) -> bool:
    return class_of(last_letter(word) or "\0") == "syllable"


def stem(word: str) -> str:
    return word[:-1] if len(word) >= 3 and word[-1] in FUNCTIONS else word


def in_ks_x_1001(syllable: str) -> bool:
    """Two bytes: Python writes the syllables that the standard lacks as sequences of eight."""
    return len(syllable.encode("euc_kr")) == 2


def sentence_ends(words: list[str]) -> int:
    return sum(end_of(word).endswith(tuple(TERMINALS)) and last_letter(word) != "" for word in words)


def consonants_behind_five(text: str) -> int:
    runs = re.findall(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]+", text)
    return sum(max(len(run) - 5, 0) for run in runs)


def behind_three_equal(text: str) -> tuple[int, int]:
    """Characters that continue a run of three equal ones: letters, and others that are no white space."""
    places = [i for i in range(3, len(text)) if text[i - 3 : i + 1] == text[i] * 4 and not text[i].isspace()]
    letters = sum(class_of(text[i]) in LETTERS for i in places)
    return letters, len(places) - letters


def statistics(text: str) -> dict[str, int]:
    """Every measure of one text."""
    classes = Counter(map(class_of, text))
    names = ("syllable", "jamo", "latin", "han", "kana", "letter", "digit", "symbol", "space", "other")
    words = text.split()
    lines = split_lines(text)
    full = [line for line in lines if line.split()]
    syllables = Counter(character for character in text if class_of(character) == "syllable")
    korean = [word for word in words if is_korean(word)]
    stems = Counter(map(stem, korean))
    letter_runs, symbol_runs = behind_three_equal(text)
    sentences = tuple(TERMINALS + FINALS)
    paragraphs: list[tuple[str, ...]] = []
    gathered: list[str] = []
    for line in [*lines, ""]:
        gathered += line.split()
        if not line.split() and gathered:
            paragraphs.append(tuple(gathered))
            gathered = []
    duplicate_lines, duplicate_line_characters = repeats([tuple(line.split()) for line in full])
    duplicate_paragraphs, duplicate_paragraph_characters = repeats(paragraphs)
    return {
        "bytes": len(text.encode()),
        "characters": len(text),
        "eojeol": len(words),
        **{name: classes[name] for name in names},
        "hashes": text.count("#"),
        "ellipses": text.count("...") + text.count("…") + text.count("⋯"),
        "replacements": text.count("\ufffd"),
        "lines": len(full),
        "empty_lines": len(lines) - len(full),
        "bullet_lines": sum(map(starts_with_bullet, full)),
        "ellipsis_lines": sum(end_of(line).endswith(("...", "…", "⋯")) for line in full),
        "ended_lines": sum(end_of(line).endswith(tuple(TERMINALS)) for line in full),
        "label_characters": sum(size(tuple(line.split())) for line in full if is_label(line)),
        "duplicate_lines": duplicate_lines,
        "duplicate_line_characters": duplicate_line_characters,
        "paragraphs": len(paragraphs),
        "duplicate_paragraphs": duplicate_paragraphs,
        "duplicate_paragraph_characters": duplicate_paragraph_characters,
        **{f"top_{n}": top(words, n) for n in (2, 3, 4)},
        **{f"duplicate_{n}": duplicate(words, n) for n in range(5, 11)},
        "uncommon_syllables": sum(count for one, count in syllables.items() if not in_ks_x_1001(one)),
        "latin_1": sum("\xa1" <= character <= "\xff" for character in text),
        "lost_syllables": text.count("쏙옙"),
        "letter_runs": letter_runs,
        "symbol_runs": symbol_runs,
        "loose_jamo": sum(class_of(character) == "jamo" and character not in CHAT for character in text),
        "consonant_runs": consonants_behind_five(text),
        "distinct_syllables": len(syllables),
        "syllable_pairs": sum(count * (count - 1) // 2 for count in syllables.values()),
        "korean_eojeol": len(korean),
        "function_eojeol": sum(last_letter(word) in FUNCTIONS for word in korean),
        "distinct_stems": len(stems),
        "top_stem": max(stems.values(), default=0),
        "marked_sentences": sentence_ends(words),
        "final_lines": sum(end_of(line).endswith(tuple(FINALS)) for line in full),
        "short_lines": sum(size(tuple(line.split())) <= SHORT_LINE for line in full),
        "complete": int(bool(full) and end_of(full[-1]).endswith(sentences)),
        "braces": text.count("{") + text.count("}"),
        "fillers": sum(word in FILLERS for word in words),
    }
