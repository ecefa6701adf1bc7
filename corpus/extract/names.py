"""What the class and id of an element say of it, by the words that sites and their templates use."""

from __future__ import annotations

import numpy as np

from corpus.extract.names_kernel import EXACT, PREFIX, TOKEN
from corpus.extract.prune_kernel import ALWAYS, CAPTIONED, COMMENTS, CONTAINER, HARD, LICENCE, OVERLAY, SOFT

PHRASES = {
    # readers' words below a text: removed unless they are most of the page, and kept apart
    COMMENTS: "comment comments comment-list commentlist comment-area comment-box commentbox respond replies disqus "
    "customer-review customer-reviews cmt reply-list livere alex-area u-cbox cbox",
    # never content, whatever its share of the page
    ALWAYS: "cookie* consent* onetrust* gdpr* lineno linenos line-numbers-rows docnav navfooter navheader "
    "=hidden headerlink skip-link",
    # chrome unless it holds half of what is left after that
    HARD: "nav* menu footer share* sharing social* sns breadcrumb breadcrumbs login searchbox search-box subscribe* "
    "newsletter pager toolbar quick-links masthead gnb lnb snb ad ads advert* sr-only visually-hidden "
    "screen-reader-text blind screen-out ir-wa prev-next next-prev prevnext printfooter d-print-block print-only "
    # the writer's box, disclosures of advertising, credits of pictures, who is online
    "byline author-info author-bio author-card author-profile about-author about-the-author "
    "editorial-disclosure affiliate-disclosure affiliate-text ad-disclosure photo-credit photo-credits image-credit "
    "image-credits img-credit picture-credit media-credit caption-credit online-list block-webform "
    # Korean portals, blogs and newsrooms: likes, shares, other articles, ratings, reporters' boxes, rights lines
    "post-btn area-sympathy u-likeit* postbtn-like container-postbtn another-category area-related revenue-unit-wrap "
    "wrap-keyword wrap-author util-view foot-view relate-news relation-news article-relation journalistcard* "
    "byline-area reporter-area reporter-info article-sns view-sns article-copyright view-copyright "
    "txt-copyright view-editors aht-control-panel media-end-head-share media-end-linked* end-btn best-news hot-news "
    "rank-news ranking-news many-news realtime-news post-tag wrap-tag blog2-post-function se-module-oglink",
    # laid over the page: may hold more than what is left of it
    OVERLAY: "modal* popup* popover* dialog tooltip* dropdown* offcanvas* drawer",
    # chrome unless it is text of its own
    SOFT: "sidebar aside related relate relation recommend* sponsor* promo* banner* widget* copyright pagination "
    "author-box post-meta most-read popular* trending* teaser disclaimer =tag =tags "
    "recirculation latest-articles latest-news latest-posts latest-stories recent-posts recent-articles top-ten "
    "next-post",
    # lines of their own though their element is none, and text whatever their length: captions and summaries of
    # Korean portals
    CAPTIONED: "img-desc se-caption photo-desc txt-caption media-end-summary",
    # the box in which Korean blogs show the licence of a post
    LICENCE: "ccl",
    CONTAINER: "article-body articlebody entry-content post-content story-body news-body newsbody view-content "
    "tt-article* contents-style se-main-container dic-area newsct-article article-view "
    "post-view-area postviewarea post-view article-body-contents articlebodycontents article-view-content-div "
    "wrap-body harmony-container harmonycontainer post-body news-content newscontent news-view articletxt article-text "
    "content-renderer contentrenderer article-viewer atom-one board-view bbs-view bbs-content board-content "
    "view-con view-cont bo-v-con xe-content rd-body write-div",
}


def _table(phrases: dict[int, str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    words: dict[str, list[int]] = {}
    for mask, listed in phrases.items():
        for phrase in listed.split():
            way = PREFIX if phrase.endswith("*") else TOKEN if phrase.startswith("=") else EXACT
            entry = words.setdefault(phrase.strip("*="), [way, 0])
            assert entry[0] == way, phrase
            entry[1] |= mask
    size = 1 << (2 * len(words) - 1).bit_length()
    hashes, ways, masks = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.zeros(size, np.int64)
    for phrase, (way, mask) in words.items():
        code = _fnv(phrase.encode())
        slot = code & (size - 1)
        while hashes[slot]:
            slot = (slot + 1) & (size - 1)
        hashes[slot], ways[slot], masks[slot] = code, way, mask
    return hashes, ways, masks


def _fnv(data: bytes) -> int:
    code = 14695981039346656037
    for byte in data:
        code = (code ^ byte) * 1099511628211 % 2**64
    return code


HASHES, WAYS, MASKS = _table(PHRASES)
