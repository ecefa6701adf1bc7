"""Generates data/lexicon.tsv from the hand-written roots: ``python -m filters.profanity.variants > lexicon.tsv``.

A root is a template ([xy] one of the characters, (a|b|) one of the strings; the first choices are the
ordinary spelling) with a class, a place and the ways in which people respell it to slip past a list.
What a machine can undo (split jamo, inserted marks, digits and zero-width characters) is no business of the
lexicon: the matching copy undoes it.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from importlib.resources import files

from corpus.hangul import FINALS, INITIALS, SYLLABLES, VOWELS

FRIEND = "friend"  # the class of a false friend
CLASSES = ("swear", "slur", "sexual", "mild")
# Where a form may stand.  any: inside words too; start: not behind a syllable, letter or digit; whole: nor
# before a syllable; jamo: letters typed alone, not beside other consonants but laughter; latin: a whole word.
PLACES = ("any", "start", "whole", "jamo", "latin")
TEXTS = ("both", "text")  # digits that stand for syllables are gone from the copy

# Particles and endings behind a form that must be a whole word.
ENDS = {
    "person": "|이|가|은|는|을|를|아|야|들|들이|들은|들아|들을|들의|의|도|이야|이다|이네|이냐|인|같은|같이|처럼|한테",
    "cry": "|아|놈|년|새끼|것들|진짜|왜|뭐|이|새끼야|놈아|놈들|년아|년들",
    "verb": "|라|버려|서|야지|볼래",
}
TENSE = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
LAUGHTER = "ㅋㅎ"
# Two-set layout (KS X 5002): jamo to the Latin key under it.
_KEYS = dict(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True))
_KEYS |= dict(zip("ㅃㅉㄸㄲㅆㅒㅖ", "qwertop", strict=True))  # with shift; the copy is lower case
_KEYS |= {"ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml", "ㄶ": "sg", "ㅄ": "qt"}


def expanded(template: str) -> Iterator[str]:
    """Every form of a template, ordinary spelling first.  Raises ValueError on an open bracket."""
    choices: list[list[str]] = []
    at = 0
    while at < len(template):
        if template[at] in "([":
            close = template.index(")" if template[at] == "(" else "]", at)
            inner = template[at + 1 : close]
            choices.append(
                [part for piece in inner.split("|") for part in _nested(piece)] if template[at] == "(" else list(inner)
            )
            at = close + 1
        else:
            choices.append([template[at]])
            at += 1
    for parts in itertools.product(*choices):
        yield "".join(parts)


def _nested(piece: str) -> list[str]:
    """The forms of one string of (a|b): characters in [] are choices there too."""
    return list(expanded(piece)) if "[" in piece else [piece]


def _split(syllable: str) -> tuple[int, int, int] | None:
    """Places of initial, vowel and final; None where it is no syllable."""
    index = ord(syllable) - SYLLABLES[0]
    return (index // 588, index // 28 % 21, index % 28) if 0 <= index <= SYLLABLES[1] - SYLLABLES[0] else None


def _joined(initial: int, vowel: int, final: int) -> str:
    return chr(SYLLABLES[0] + (initial * 21 + vowel) * 28 + final)


def tensed(form: str) -> Iterator[str]:
    """Lenis initials made tense, one syllable or all of them: 병신, 뼝신, 병씬, 뼝씬."""
    strong = [tense(character) for character in form]
    yield form
    for at, changed in enumerate(strong):
        yield form[:at] + changed + form[at + 1 :]
    yield "".join(strong)


def tense(character: str) -> str:
    """The syllable with its lenis initial made tense; any other character as it is."""
    parts = _split(character)
    strong = TENSE.get(INITIALS[parts[0]]) if parts else None
    return _joined(INITIALS.index(strong), parts[1], parts[2]) if parts and strong else character


def elongated(form: str) -> Iterator[str]:
    """One drawn-out vowel: 시이발, 시바알; written any longer, runs are cut by the copy."""
    for at, character in enumerate(form):
        parts = _split(character)
        if parts:
            drawn = _joined(parts[0], parts[1], 0) + _joined(INITIALS.index("ㅇ"), parts[1], parts[2])
            yield form[:at] + drawn + form[at + 1 :]


def halved(form: str) -> Iterator[str]:
    """One syllable reduced to its initial: ㅅ발, 시ㅂ."""
    for at, character in enumerate(form):
        parts = _split(character)
        if parts:
            yield form[:at] + INITIALS[parts[0]] + form[at + 1 :]


def initials(form: str) -> str:
    parts = [_split(character) for character in form]
    return "".join(INITIALS[part[0]] for part in parts if part)


def keyed(form: str) -> str:
    """The form typed with the keyboard left in Latin, lower case: 시발 is tlqkf."""
    typed = []
    for character in form:
        parts = _split(character)
        letters = INITIALS[parts[0]] + VOWELS[parts[1]] + (FINALS[parts[2]] if parts[2] else "") if parts else character
        typed += [_KEYS[letter] for letter in letters if letter in _KEYS]
    return "".join(typed)


Entry = tuple[str, str, str, str]  # form, class, place, texts


def entries(template: str, kind: str, place: str, variants: frozenset[str]) -> Iterator[Entry]:
    """The entries of one root, the ordinary spelling first."""
    forms = list(dict.fromkeys(expanded(template)))
    ordinary = forms[0]
    text = "text" if "text" in variants else "both"
    for variant in sorted(variants):
        if variant.startswith("ends="):
            forms = [form + end for form in forms for end in ENDS[variant[5:]].split("|")]
    if "tense" in variants:
        forms = [changed for form in forms for changed in tensed(form)]
    if "long" in variants:
        forms += [changed for form in forms if len(form) <= 3 for changed in elongated(form)]
    yield from ((form, kind, place, text) for form in forms)
    if "half" in variants:
        yield from ((form, kind, "start", text) for form in halved(ordinary))
    if "initials" in variants:
        yield initials(ordinary), kind, "jamo", text
    if "keys" in variants:
        yield keyed(ordinary), kind, "latin", text
    if "doubled" in variants:
        yield ordinary * 2, kind, place, text


def rows(table: str) -> Iterator[list[str]]:
    """The fields of every line that is no comment."""
    yield from (line.split("\t") for line in table.split("\n") if line and not line.startswith("#"))


def lexicon(roots: str, friends: str) -> list[Entry]:
    """Entries and false friends in code-point order; of one form under two roots the first stands.

    An entry that can match only where a shorter one of its class matches is left out, unless it reaches beyond
    a false friend; so is a false friend that holds no entry.  What is listed as both is a false friend.
    Raises ValueError on a root that names an unknown class, place or variant.
    """
    known = {"tense", "long", "half", "initials", "keys", "doubled", "text", *(f"ends={name}" for name in ENDS)}
    found: dict[str, Entry] = {}
    for template, kind, place, *rest in rows(roots):
        variants = frozenset(rest[0].split()) if rest else frozenset()
        if kind not in CLASSES or place not in PLACES or not variants <= known:
            raise ValueError(f"root {template}: unknown class, place or variant in {kind} {place} {rest}")
        for entry in entries(template, kind, place, variants):
            found.setdefault(entry[0], entry)
    innocent = {form for template, *_ in rows(friends) for form in expanded(template)}
    found = {form: entry for form, entry in found.items() if form not in innocent}
    kept = {entry for entry in found.values() if not _redundant(entry, found, innocent)}
    shortest = {entry[0] for entry in kept}
    for form in innocent:
        if any(part in shortest for part in _parts(form)):
            kept.add((form, FRIEND, "any", "both"))
    return sorted(kept)


def _parts(form: str) -> Iterator[str]:
    """Every string within a form, itself too."""
    for begin, end in itertools.combinations(range(len(form) + 1), 2):
        yield form[begin:end]


def _redundant(entry: Entry, found: dict[str, Entry], innocent: set[str]) -> bool:
    form, kind, place, texts = entry
    if place in ("jamo", "latin") or any(part in innocent for part in _parts(form)):
        return False
    for begin, end in itertools.combinations(range(len(form) + 1), 2):
        other = found.get(form[begin:end])
        if other and other[0] != form and other[1] == kind and other[3] in ("both", texts):
            place_of_other = "any" if other[2] == "start" and begin == 0 and place != "any" else other[2]
            if place_of_other == "any":
                return True
    return False


HEADER = """\
# Lexicon of Korean abuse and its false friends: form, class, place, texts.
# Licence: Apache-2.0. Origin: written and generated by malmoi.
# Made from roots.tsv and friends.tsv by `python -m filters.profanity.variants`; change those, not this file.
"""


def written(roots: str, friends: str) -> str:
    return HEADER + "".join("\t".join(entry) + "\n" for entry in lexicon(roots, friends))


if __name__ == "__main__":
    folder = files("filters.profanity") / "data"
    sys.stdout.write(written(*((folder / f"{name}.tsv").read_text("utf-8") for name in ("roots", "friends"))))
