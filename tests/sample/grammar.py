"""Just enough Korean grammar to write the sample: particles by final consonant, and conjugation.

A predicate is a dictionary form (`국을 끓이다`), with `~` behind it when it is an adjective and `=`
when it is a noun to which the copula belongs (`관건=`).
"""

from __future__ import annotations

from dataclasses import dataclass

BASE = 0xAC00
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]

# Final sounds of digits and Latin letters as they are read, for particles behind them.
READ = dict(zip("0123456789", ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"], strict=True))
READ |= dict(zip("lmnr", ["엘", "엠", "엔", "알"], strict=True))

PARTICLES = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
    "이라는": ("이라는", "라는"),
    "이란": ("이란", "란"),
    "이라면": ("이라면", "라면"),
    "아": ("아", "야"),
}

REGULAR_B = set("잡입씹뽑접좁집꼽넓밟업")
IRREGULAR_D = set("듣걷싣깨닫") | {"깨닫"}
IRREGULAR_S = set("짓낫붓잇젓긋")
REGULAR_REU = ("따르", "치르", "들르", "우러르")


def split(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - BASE
    return code // 588, code % 588 // 28, code % 28


def join(lead: int, vowel: int, final: int) -> str:
    return chr(BASE + lead * 588 + vowel * 28 + final)


def final_of(text: str) -> str:
    """The final consonant with which ``text`` is read, '' for none."""
    last = text.rstrip("\"'’”)]》」")[-1]
    last = READ.get(last.lower(), last)
    return FINALS[split(last)[2]] if BASE <= ord(last) <= 0xD7A3 else ""


def with_final(text: str, final: str) -> str:
    lead, vowel, _ = split(text[-1])
    return text[:-1] + join(lead, vowel, FINALS.index(final))


def particle(text: str, name: str) -> str:
    """``name`` in the form that follows ``text``."""
    closed, open_ = PARTICLES[name]
    final = final_of(text)
    return open_ if not final or (name == "으로" and final == "ㄹ") else closed


@dataclass(frozen=True)
class Predicate:
    """``stem`` without 다; ``sort`` is verb, adjective, be (있다, 없다), copula or past."""

    stem: str
    sort: str
    before: Predicate | None = None  # past: what it is the past of

    @classmethod
    def parse(cls, text: str) -> Predicate:
        if text.endswith("="):
            return cls(text[:-1], "copula")
        adjective = text.endswith("~")
        stem = text.rstrip("~").removesuffix("다")
        if stem.endswith(("있", "없")):
            return cls(stem, "be")
        return cls(stem, "adjective" if adjective else "verb")

    # ---------------------------------------------------------------- bases

    def final(self) -> str:
        return FINALS[split(self.stem[-1])[2]]

    def _soft(self) -> str:
        """The stem before a vowel ending that begins with 으, or before nothing: (더우, 들으, 지으, 만들)."""
        final, last = self.final(), self.stem[-1]
        if final in ("ㅂ", "ㄼ") and last not in REGULAR_B:
            return with_final(self.stem, "") + "우"
        if final == "ㄷ" and (last in IRREGULAR_D or self.stem.endswith("깨닫")):
            return with_final(self.stem, "ㄹ") + "으"
        if final == "ㅅ" and last in IRREGULAR_S:
            return with_final(self.stem, "") + "으"
        return self.stem if final in ("", "ㄹ") else self.stem + "으"

    def _eu(self, ending: str) -> str:
        """(으)+ending for endings that begin with a consonant that keeps ㄹ (면, 며, 려고)."""
        return self._soft() + ending

    def _drop(self, ending: str) -> str:
        """(으)+ending for endings before which ㄹ falls (니까)."""
        soft = self._soft()
        return (with_final(soft, "") if FINALS[split(soft[-1])[2]] == "ㄹ" else soft) + ending

    def _attached(self, final: str) -> str:
        """(으) + a bare final consonant: ㄴ, ㄹ, ㅂ."""
        return with_final(self._soft(), final)

    def _before_n(self) -> str:
        return with_final(self.stem, "") if self.final() == "ㄹ" else self.stem

    def infinitive(self) -> str:
        """The 아/어 form."""
        stem, last = self.stem, self.stem[-1]
        if last == "하":
            return stem[:-1] + "해"
        if stem.endswith("아니"):
            return stem + "어"
        lead, vowel, _ = split(last)
        sound, final = VOWELS[vowel], self.final()
        if final:
            if final in ("ㅂ", "ㄼ") and last not in REGULAR_B:
                return with_final(stem, "") + ("와" if last in "돕곱" else "워")
            base = self._soft().removesuffix("으") if final in "ㄷㅅ" else stem
            return base + ("아" if sound in "ㅏㅗㅑ" else "어")
        if last == "르" and not stem.endswith(REGULAR_REU):
            bright = VOWELS[split(stem[-2])[1]] in "ㅏㅗ"
            return with_final(stem[:-1], "ㄹ") + ("라" if bright else "러")
        if sound == "ㅡ":
            bright = len(stem) > 1 and BASE <= ord(stem[-2]) <= 0xD7A3 and VOWELS[split(stem[-2])[1]] in "ㅏㅗ"
            return stem[:-1] + join(lead, VOWELS.index("ㅏ" if bright else "ㅓ"), 0)
        if sound in "ㅏㅐㅓㅔㅕㅖ":
            return stem
        contracted = {"ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ", "ㅚ": "ㅙ"}
        if (sound in contracted and last not in "피비띠기시") or (sound == "ㅣ" and len(stem) > 1 and stem[-2] != " "):
            return stem[:-1] + join(lead, VOWELS.index(contracted[sound]), 0)
        return stem + ("어")

    # ---------------------------------------------------------------- modifiers

    def past(self) -> Predicate:
        if self.sort == "copula":
            return Predicate(self.stem + ("이었" if final_of(self.stem) else "였"), "past", self)
        return Predicate(with_final(self.infinitive(), "ㅆ"), "past", self)

    def modified(self, name: str) -> Predicate:
        """Auxiliaries that make a new predicate."""
        if name == "past":
            return self.past()
        if name == "can":
            return Predicate(self.form("ㄹ") + " 수 있", "be")
        if name == "cannot":
            return Predicate(self.form("ㄹ") + " 수 없", "be")
        if name == "must":
            return Predicate(self.form("야") + " 하", "verb")
        if name == "try":
            return Predicate(self.infinitive() + " 보", "verb")
        if name == "give":
            return Predicate(self.infinitive() + " 주", "verb")
        if name == "done":
            return Predicate(self.infinitive() + " 두", "verb")
        if name == "going":
            return Predicate(self.stem + "고 있", "be")
        if name == "want":
            return Predicate(self.stem + "고 싶", "adjective")
        if name == "plan":
            return Predicate(self.stem + "기로 하", "verb")
        if name == "not":
            return Predicate(self.stem + "지 않", "adjective" if self.sort == "adjective" else "verb")
        if name == "will":
            return Predicate(self.form("ㄹ") + " 것", "copula")
        if name == "seems":
            return Predicate(self.form("adn") + " 것 같", "adjective")
        if name == "become":
            return Predicate(self.infinitive() + "지", "verb")
        raise ValueError(f"no modifier {name!r}")

    # ---------------------------------------------------------------- forms

    def form(self, name: str) -> str:
        """A connective, adnominal or nominal form."""
        if self.sort == "copula":
            return self._copula(name)
        stem, verb = self.stem, self.sort in ("verb", "be", "past")
        if name in ("고", "지만", "기", "게", "지", "거든", "도록", "더라고"):
            return stem + name
        if name in ("quote", "는"):
            return self.ending("plain") + ("고" if name == "quote" else "는")
        if name in ("면", "며", "면서", "려고", "므로", "라"):
            return self._eu(name) if self.sort != "past" else stem + "으" + name
        if name in ("니까", "니"):
            return self._drop(name) if self.sort != "past" else stem + "으" + name
        if name in ("서", "야", "도", "요"):
            return stem + "어" + name if self.sort == "past" else self.infinitive() + name
        if name == "는데":
            return self._before_n() + "는데" if verb else self._attached("ㄴ") + "데"
        if name == "네":
            return self._before_n() + "네"
        if name == "adn":  # present adnominal; of a past, the past one
            if self.sort == "past":
                assert self.before is not None
                return self.before._attached("ㄴ") if self.before.sort == "verb" else stem + "던"
            return self._before_n() + "는" if verb else self._attached("ㄴ")
        if name == "ㄴ":
            return self._attached("ㄴ")
        if name == "ㄹ":
            return stem + "을" if self.sort == "past" else self._attached("ㄹ")
        raise ValueError(f"no form {name!r}")

    def _copula(self, name: str) -> str:
        closed = "이" if final_of(self.stem) else ""
        endings = {"고": "고", "지만": "지만", "면": "면", "며": "며", "니까": "니까", "지": "지", "거든": "거든"}
        if name in endings:
            return self.stem + closed + endings[name]
        if name in ("기", "게"):
            return self.stem + "이" + name
        if name in ("네", "더라고", "quote", "는"):
            return self.stem + closed + {"quote": "라고", "는": "라는"}.get(name, name)
        if name == "므로":
            return self.stem + "이므로"
        if name == "서":
            return self.stem + closed + "라서"
        if name == "는데":
            return self.stem + "인데"
        if name == "adn":
            return self.stem + "인"
        if name == "ㄹ":
            return self.stem + "일"
        if name == "야":
            return self.stem + "이어야"
        raise ValueError(f"no form {name!r} of a copula")

    def ending(self, style: str) -> str:
        """The sentence's end: yo (해요체), formal (하십시오체), plain (해라체) or casual (해체)."""
        stem = self.stem
        if self.sort == "copula" and stem.endswith(" 것") and style in ("yo", "casual"):
            return stem[:-1] + ("거예요" if style == "yo" else "거야")
        if stem.endswith("아니") and style in ("yo", "casual"):
            return stem + ("에요" if style == "yo" else "야")
        if self.sort == "copula":
            closed = bool(final_of(stem))
            ends = {"formal": "입니다", "plain": "이다" if closed else "다", "casual": "이야" if closed else "야"}
            return stem + (("이에요" if closed else "예요") if style == "yo" else ends[style])
        if self.sort == "past":
            return stem + {"yo": "어요", "formal": "습니다", "plain": "다", "casual": "어"}[style]
        if style in ("yo", "casual"):
            return self.infinitive() + ("요" if style == "yo" else "")
        if style == "formal":
            final = self.final()
            if final == "":
                return with_final(stem, "ㅂ") + "니다"
            return with_final(stem, "ㅂ") + "니다" if final == "ㄹ" else stem + "습니다"
        if self.sort == "verb":
            final = self.final()
            return with_final(stem, "ㄴ") + "다" if final in ("", "ㄹ") else stem + "는다"
        return stem + "다"
