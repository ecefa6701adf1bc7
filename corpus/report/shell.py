"""What stands around the content of every page: one style sheet, a policy that allows no more, a choice of language."""

from __future__ import annotations

import base64
import hashlib

from corpus.report.markup import Html, both, tag
from corpus.report.style import STYLE
from corpus.report.words import Words


def shell(title: str, body: Html) -> str:
    """A whole page that fetches nothing and runs no script.  ``body`` begins with ``top``."""
    picks = [
        tag("input", type="radio", name="language", id=name, class_="pick", checked=name == "both", aria_label=name)
        for name in ("both", "ko", "en")
    ]
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        ),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(STYLE)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', picks, body), lang='ko')}\n"


def top(title: Words | str) -> Html:
    """The line above everything: what the page is, and the languages."""
    brand = tag("span", both(title), class_="brand")
    tongues = [tag("label", text, for_=name) for name, text in (("both", "한·En"), ("ko", "한국어"), ("en", "English"))]
    return tag("div", brand, tag("div", tongues, class_="tongues"), class_="top")
