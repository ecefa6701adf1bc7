"""Which site a document belongs to: the host of its URL, or its source where it has no URL."""

from __future__ import annotations

import hashlib
from functools import lru_cache

# Hosts of many authors, whose first path segment names the site (a blog, a café, a channel).
SHARED_HOSTS = frozenset(
    {
        "blog.naver.com",
        "m.blog.naver.com",
        "cafe.naver.com",
        "m.cafe.naver.com",
        "post.naver.com",
        "blog.daum.net",
        "cafe.daum.net",
        "m.cafe.daum.net",
        "brunch.co.kr",
        "velog.io",
        "medium.com",
        "github.com",
    }
)
# One site under several names: the page for phones has other menus, the www page has not.
_WWW = "www."


def site_of(source: str | None, url: str | None) -> str | None:
    """The site's name, None where neither is known (lines are then not compared: not applicable)."""
    if url:
        _, mark, rest = url.partition("://")
        if mark:
            rest = rest.partition("#")[0].partition("?")[0]
            authority, _, path = rest.partition("/")
            host = authority.rpartition("@")[2].partition(":")[0].lower().removeprefix(_WWW)
            if host in SHARED_HOSTS:
                return f"{host}/{path.partition('/')[0]}"
            if host:
                return host
    return source or None


@lru_cache(65_536)
def site_hash(site: str) -> int:
    """64 bits that stand for the site's name in tables."""
    data = site.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, person=b"malmoi.site").digest(), "big")
