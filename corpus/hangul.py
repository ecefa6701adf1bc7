"""The only home of Hangul code-point ranges, Unicode forms and character classes.

Ranges are from the Unicode 15.1 charts.  Nothing here uses NFKC: it turns the compatibility jamo of
chat (ㅋㅋ) into conjoining jamo and fuses letters that their writer kept apart.
"""

from __future__ import annotations

import unicodedata

SYLLABLES = (0xAC00, 0xD7A3)  # 가..힣
JAMO = (0x1100, 0x11FF)  # conjoining jamo, old letters included
JAMO_EXTENDED_A = (0xA960, 0xA97F)  # old initial consonants
JAMO_EXTENDED_B = (0xD7B0, 0xD7FF)  # old vowels and finals
COMPATIBILITY_JAMO = (0x3130, 0x318F)  # ㄱ ㅋ ㅠ as typed in chat
HALFWIDTH_JAMO = (0xFFA0, 0xFFDC)

HANGUL_BLOCKS = (SYLLABLES, JAMO, JAMO_EXTENDED_A, JAMO_EXTENDED_B, COMPATIBILITY_JAMO, HALFWIDTH_JAMO)

HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))
KANA_BLOCKS = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))


def is_hangul(character: str) -> bool:
    """True for syllables and every kind of jamo; false for Han, which shares no block with them."""
    point = ord(character)
    return any(low <= point <= high for low, high in HANGUL_BLOCKS)


def nfc(text: str) -> str:
    """The stored form.  Decomposed Hangul (macOS file names, some feeds) is composed again."""
    return unicodedata.normalize("NFC", text)
