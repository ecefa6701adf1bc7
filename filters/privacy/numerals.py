"""Numbers written in other numerals than digits, read as digits: one character for one, so that offsets hold.

Hangul digits (구공공일 …), Hanja (九〇〇一 …), and letters and rings that look like digits (9OO1, lZ34 …).  A run
counts only where so many signs stand together that words do not: 이 일은 사실 is none.  A Z that ends digits alone is
the zone of a time (ASN.1 writes 901231235959Z, thirteen signs as a registration number has).
"""

from __future__ import annotations

import re

from filters.privacy.candidates_kernel import LONGEST_RUN, PERSON_UNITS, SURE_OF_PERSON

SIGNS = {
    "0": "0OoQ○〇◯공영빵零",
    "1": "1lI일一",
    "2": "2이二Zz",
    "3": "3삼三",
    "4": "4사四",
    "5": "5오五",
    "6": "6육륙六",
    "7": "7칠七",
    "8": "8팔八",
    "9": "9구九",
}
DIGIT_OF = {sign: digit for digit, signs in SIGNS.items() for sign in signs}
ALIKE = frozenset("OoQlI○◯Zz")
WORDS = frozenset(DIGIT_OF) - ALIKE - frozenset("0123456789")
_TABLE = {ord(sign): digit for sign, digit in DIGIT_OF.items()}
_ALL = "".join(DIGIT_OF)
ZONE = re.compile(f"(?<=[0-9])[Zz](?![{_ALL}])")
_START = "[0-9공영빵Oo○〇◯零]"
_GAP = r"(?: ?[-./_~*] ?| |에 ?| 다시 |-\n)"
# A single sign behind a space is one only where no syllable follows it: 칠 이에요.
_RUN = re.compile(rf"(?<![{_ALL}])(?={_START}|[{_ALL}]{{3}})[{_ALL}]+(?:{_GAP}(?:[{_ALL}]{{2,}}|[{_ALL}](?![가-힣])))*")
_SIGNS = re.compile(f"[{_ALL}]+")
WHOLE, SURE = 9, 7  # signs of a whole number, and how many of them are no letters (candidates_kernel)
PART = 6  # of a registration number's halves, without a gap and without letters


def read(text: str) -> str:
    """The text with such numbers in digits; the same object where there is none."""
    pieces: list[str] = []
    position = 0
    for match in _RUN.finditer(text):
        run = match.group()
        if not run.isascii() or not ALIKE.isdisjoint(ZONE.sub("", run)):
            signs = [sign for sign in run if sign in DIGIT_OF]
            sure = sum(sign not in ALIKE for sign in signs)
            if len(signs) > LONGEST_RUN and max(map(len, _SIGNS.findall(run))) > LONGEST_RUN:
                continue
            least = SURE_OF_PERSON if len(signs) == PERSON_UNITS else SURE
            if (len(signs) >= WHOLE and sure >= least) or (len(signs) == len(run) >= PART and sure == len(run)):
                pieces += (text[position : match.start()], run.translate(_TABLE))
                position = match.end()
    return "".join(pieces) + text[position:] if pieces else text
