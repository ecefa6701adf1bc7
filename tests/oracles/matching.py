"""The matching copy by its definition: strings and regular expressions, step by step."""

from __future__ import annotations

import re
import unicodedata

from corpus.hangul import FINALS, INITIALS, VOWELS, character_class
from filters.linear.matching import DROPPED

TAILS = FINALS[1:]
TEARS = "ㅠㅜㅡ"
VOWEL_PAIRS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
FINAL_PAIRS = {"ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ",
               "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ"}  # fmt: skip
LOOSE = {chr(p) for r in ((0x1100, 0x1113), (0x1161, 0x1176), (0x11A8, 0x11C3)) for p in range(*r)}


def matching_copy(text: str) -> str:
    return stretched(composed(tightened(unmasked(folded(text)))))


def folded(text: str) -> str:
    kept = ""
    for letter in text:
        point = ord(letter)
        if any(low <= point <= high for low, high in DROPPED) or point >= 0xE0000:
            continue
        if 0xFF01 <= point <= 0xFF5E:
            letter = chr(point - 0xFEE0)
        if 0xFFA1 <= point <= 0xFFDC and "HALFWIDTH HANGUL" in unicodedata.name(letter, ""):
            letter = unicodedata.lookup(unicodedata.name(letter).removeprefix("HALFWIDTH "))
        kept += letter.lower() if letter.isascii() else letter
    run = "[가-힣ᄀ-하-ᅵᆨ-ᇂ]+"
    kept = re.sub(run, lambda found: unicodedata.normalize("NFC", found[0]), kept)
    kept = "".join(_compatibility(letter) if letter in LOOSE else letter for letter in kept)
    spaces = re.compile("[" + "".join(chr(p) for p in range(0x3001) if chr(p).isspace()) + "]+")
    return spaces.sub(lambda found: "\n" if "\n" in found[0] else " ", kept)


def _compatibility(letter: str) -> str:
    kind = unicodedata.name(letter).split(maxsplit=2)[2]
    return unicodedata.lookup(f"HANGUL LETTER {kind}")


def unmasked(text: str) -> str:
    done = list(text)
    for i, letter in enumerate(text):
        before, second = (done[i - k] if i >= k else "" for k in (1, 2))
        after, third = (text[i + k] if i + k < len(text) else "" for k in (1, 2))
        free = not before or character_class(before) in ("syllable", "space", "symbol") or _jamo(before)
        opens = bool(after) and after in VOWELS and third != after and free
        closes = bool(before) and before in VOWELS and bool(second) and second in INITIALS
        if letter in "1li|" and before and before in INITIALS and second != before:
            done[i] = "ㅣ"
        elif letter in "0o" and (opens or closes):
            done[i] = "ㅇ"
        elif letter == "7" and opens:
            done[i] = "ㄱ"
    return "".join(done)


def _jamo(letter: str) -> bool:
    return "ㄱ" <= letter <= "ㅣ"


def _hangul(letter: str) -> bool:
    return _jamo(letter) or "가" <= letter <= "힣"


def tightened(text: str) -> str:
    kept = ""
    for i, letter in enumerate(text):
        second, before = (text[i - k] if i >= k else " " for k in (2, 1))
        after, third = (text[i + k] if i + k < len(text) else " " for k in (1, 2))
        between = _hangul(before) and _hangul(after)
        alone = letter == " " and second.isspace() and third.isspace()
        if not (between and (alone or character_class(letter) in ("symbol", "digit"))):
            kept += letter
    return kept


_SYLLABLE = re.compile(
    f"(?P<first>[{INITIALS}])(?!([{TEARS}])\\2)(?P<vowel>{'|'.join(VOWEL_PAIRS)}|[{VOWELS}])"
    f"|(?P<open>[가-힣])(?=[ㄱ-ㅣ])"
)


def composed(text: str) -> str:
    kept, i = "", 0
    while i < len(text):
        found = _SYLLABLE.match(text, i)
        if not found:
            kept += text[i]
            i += 1
            continue
        i = found.end()
        if found["open"]:
            syllable = found["open"]
            place = (ord(syllable) - 0xAC00) // 28
            if (ord(syllable) - 0xAC00) % 28 == 0:
                vowel = VOWELS[place % 21]
                if text[i] == vowel and vowel not in TEARS:
                    i += len(re.match(f"{vowel}+", text[i:])[0])
                elif text[i] in "ㄱㄴㄹㅁ" and not _jamo(text[i + 1 : i + 2]):
                    syllable = chr(ord(syllable) + FINALS.index(text[i]))
                    i += 1
            kept += syllable
            continue
        vowel = VOWEL_PAIRS.get(found["vowel"], found["vowel"])
        while text[i : i + 1] == vowel:
            i += 1
        final = ""
        tail, after, third = (text[i + k : i + k + 1] for k in (0, 1, 2))
        if tail and tail in TAILS and not (after and after in VOWELS) and after != tail:
            final = tail
            i += 1
            if tail + after in FINAL_PAIRS and not _jamo(third):
                final = FINAL_PAIRS[tail + after]
                i += 1
        index = (INITIALS.index(found["first"]) * 21 + VOWELS.index(vowel)) * 28
        kept += chr(0xAC00 + index + (FINALS.index(final) if final else 0))
    return kept


def stretched(text: str) -> str:
    kept, i, run, previous = "", 0, 0, ""
    while i < len(text):
        letter = text[i]
        i += 1
        run = run + 1 if letter == previous else 1
        previous = letter
        if run > 2 and character_class(letter) != "digit":
            continue
        kept += letter
        place = ord(letter) - 0xAC00
        if "가" <= letter <= "힣" and place % 28 == 0 and INITIALS[place // 588] != "ㅇ":
            echo = chr(0xAC00 + (INITIALS.index("ㅇ") * 21 + place // 28 % 21) * 28)
            if text[i : i + 2] == echo * 2:
                i += len(re.match(f"{echo}+", text[i:])[0])
    return kept
