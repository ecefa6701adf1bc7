"""Pages laid out as Korean portals, blogs, newsrooms, cafés and boards publish them.  The structure (elements,
classes, ids, what stands around the text) is theirs, every sentence is ours."""

from __future__ import annotations

PARAGRAPHS = [
    "새벽 시장의 불이 켜지는 시각은 네 시 반이다. 상인들은 젖은 바닥에 소금을 뿌리고 상자를 내린다.",
    "올해는 바다가 일찍 따뜻해져 멸치가 적게 잡혔다고 한다. 값은 지난해보다 두 배 가까이 올랐다.",
    "그래도 단골은 줄지 않았다. 골목 끝 국숫집은 여전히 이 시장의 멸치로만 국물을 낸다고 했다.",
]
SUBHEAD = "바다가 바뀌면 시장도 바뀐다"
CAPTION = "경매를 기다리는 멸치 상자가 부두에 쌓여 있다."
TITLE = "새벽 시장의 멸치 값"

# Lines that no text may hold: what these sites put around theirs.
CHROME = [
    "홈으로", "로그인하세요", "공유하기", "이 글을 공유하기", "공감 12", "댓글 3", "댓글을 남겨 주세요", "많이 본 뉴스",
    "다른 기사 하나", "다른 기사 둘", "관련기사", "무단전재 및 재배포 금지", "구독하기", "홍길동 기자의 다른 기사",
    "쿠키를 사용합니다", "이전글 제목", "다음글 제목", "카테고리의 다른 글", "신고하기", "광고 문구",
]  # fmt: skip
FIRST, SECOND, THIRD = PARAGRAPHS


def _page(main: str, head: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{TITLE} : 바다일보</title>
<meta property="og:site_name" content="바다일보"><meta property="og:title" content="{TITLE}">{head}
<style>.a{{color:red}}</style><script>var 광고 = "광고 문구";</script></head><body>
<div id="u_skip"><a href="#ct" class="blind">홈으로</a></div>
<div id="gnb"><ul><li><a href="/">홈으로</a></li><li><a href="/in">로그인하세요</a></li></ul></div>
{main}
<div class="cookie-banner">쿠키를 사용합니다</div>
<footer id="footer"><p>ⓒ 바다일보 무단전재 및 재배포 금지</p></footer></body></html>"""


_PS = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
_LINKS = "<ul><li><a href=/1>다른 기사 하나</a></li><li><a href=/2>다른 기사 둘</a></li></ul>"
_COMMENTS = "<p>댓글 3</p><p>댓글을 남겨 주세요</p>"

PAGES = {
    "naver_blog": _page(f"""<div id="postViewArea"><div class="se-viewer se-theme-default">
<div class="se-component se-documentTitle"><div class="pcol1"><h3 class="se-title-text">{TITLE}</h3></div>
<div class="blog2_post_function"><a href="#">URL 복사</a><a href=#>신고하기</a></div></div>
<div class="se-main-container">
<div class="se-component se-text"><div class="se-module se-module-text"><p class="se-text-paragraph"><span class="se-fs-">{FIRST}</span></p></div></div>
<div class="se-component se-image"><a class="se-module-image-link"><img src="a.jpg"></a><div class="se-module se-caption"><p class="se-text-paragraph"><span>{CAPTION}</span></p></div></div>
<div class="se-component se-quotation"><blockquote class="se-quotation-container"><p class="se-text-paragraph">{SUBHEAD}</p></blockquote></div>
<div class="se-component se-text"><p class="se-text-paragraph">{SECOND}</p><p class="se-text-paragraph">{THIRD}</p></div>
<div class="se-component se-oglink"><div class="se-module se-module-oglink"><a href="http://e.kr"><strong>다른 기사 하나</strong></a></div></div>
</div></div></div>
<div class="post-btn post_btn2"><div class="area_sympathy">공감 12</div><a href=#>댓글 3</a><a>이 글을 공유하기</a></div>
<div id="naverComment" class="comment_area">{_COMMENTS}</div>"""),
    "naver_blog_old": _page(f"""<div id="post-area"><div class="post-view pcol2 _param(1)" id="postViewArea"><div id="post-view2211">
{"".join(f'<p align="left"><span style="font-size: 12pt">{text}</span></p><p>&nbsp;</p>' for text in PARAGRAPHS)}</div></div>
<div class="post_footer_contents"><div class="wrap_tag">태그</div><div class="post-btn"><span>공감 12</span><span>댓글 3</span></div></div></div>"""),
    "tistory": _page(f"""<div id="wrap"><div id="content"><div class="inner"><div class="post-cover"><h1>{TITLE}</h1>
<span class="meta"><span class="date">2024. 1. 31. 10:12</span></span></div><div class="entry-content" id="article-view">
<div class="revenue_unit_wrap">광고 문구</div><div class="tt_article_useless_p_margin contents_style">
<p data-ke-size="size16">{FIRST}</p><h2 data-ke-size="size26">{SUBHEAD}</h2><p data-ke-size="size16">{SECOND}</p>
<figure class="imageblock alignCenter"><img src="x.png"><figcaption>{CAPTION}</figcaption></figure><p>{THIRD}</p></div>
<div class="container_postbtn #post_button_group"><div class="postbtn_like"><span>공감 12</span><button>공유하기</button></div></div>
<div class="another_category another_category_color_gray"><h4>'생활' 카테고리의 다른 글</h4><table><tr><th><a href=/3>다른 기사 하나</a></th><td>2024.01.01</td></tr></table></div></div>
<div class="tags"><h2>태그</h2></div><div class="comments"><h2>댓글 3</h2><form><textarea>댓글을 남겨 주세요</textarea></form></div></div></div></div>"""),
    "brunch": _page(f"""<div class="service_contents article_contents"><article><div class="wrap_article"><div class="wrap_cover"><h1 class="cover_title">{TITLE}</h1></div>
<div class="wrap_view_article"><div class="wrap_body text_align_left finish_txt"><p class="wrap_item item_type_text">{FIRST}</p>
<h3 class="wrap_item item_type_text">{SUBHEAD}</h3><p class="wrap_item item_type_text">{SECOND}</p><p class="wrap_item item_type_text">{THIRD}</p></div>
<div class="wrap_keyword"><ul><li><a href=#>시장</a></li></ul></div><div class="wrap_author"><strong>홍길동</strong><a>구독하기</a></div></div></div></article>
<div class="wrap_comment comment-area">{_COMMENTS}</div></div>"""),
    "naver_news": _page(f"""<div id="ct_wrap" class="ct_wrap"><div class="newsct_wrapper"><div id="ct" class="newsct"><div class="media_end_head">
<h2 id="title_area" class="media_end_head_headline"><span>{TITLE}</span></h2><div class="media_end_head_info_datestamp">입력 <span class="media_end_head_info_datestamp_time" data-date-time="2024-01-31 10:12:00">2024.01.31. 오전 10:12</span></div>
<div class="media_end_head_share"><a>공유하기</a></div></div><div id="contents" class="newsct_body"><div class="newsct_article _article_body">
<article id="dic_area" class="go_trans _article_content"><strong class="media_end_summary">{SUBHEAD}</strong><br><br>{FIRST}<br><br>
<span class="end_photo_org"><div class="nbd_im_w"><img id="img1" src="a"></div><em class="img_desc">{CAPTION}</em></span><br>{SECOND}<br><br>{THIRD}</article></div>
<div class="byline"><p class="byline_p"><span class="byline_s">홍길동 기자</span></p></div><div class="copyright"><p class="c_text">무단전재 및 재배포 금지</p></div>
<div class="media_journalistcard journalistcard"><p>홍길동 기자의 다른 기사</p>{_LINKS}</div><div class="_reactionModule u_likeit"><span>공감 12</span></div>
<div id="cbox_module" class="u_cbox">{_COMMENTS}</div></div></div></div><div class="newsct_aside"><div class="rankingnews_box ranking_news"><h3>많이 본 뉴스</h3>{_LINKS}</div></div></div>"""),
    "daum_news": _page(f"""<main id="mainContent"><article class="article_view_wrap"><div class="head_view"><h3 class="tit_view">{TITLE}</h3><div class="info_view"><span class="txt_info">홍길동</span> <span class="txt_info">입력 <span class="num_date">2024. 1. 31. 10:12</span></span></div>
<div class="util_view"><button>공유하기</button></div></div><div class="news_view fs_type1"><div class="article_view" data-translation-body><section dmcf-sid="a">
<p dmcf-pid="1" dmcf-ptype="general">{FIRST}</p><figure class="figure_frm origin_fig"><p class="link_figure"><img></p><figcaption class="txt_caption default_figure">{CAPTION}</figcaption></figure>
<p dmcf-pid="2" dmcf-ptype="general">{SECOND}</p><p dmcf-pid="3">{THIRD}</p></section></div></div><div class="foot_view"><strong class="txt_copyright">무단전재 및 재배포 금지</strong></div></article>
<div class="box_relate relate_news"><h4>관련기사</h4>{_LINKS}</div><div class="alex-area">{_COMMENTS}</div></main>"""),
    "press_cms": _page(f"""<div id="user-container"><header class="article-view-header"><h3 class="heading">{TITLE}</h3><ul class="infomation"><li>홍길동 기자</li><li>승인 2024.01.31 10:12</li></ul><div class="article-sns view-sns"><a>공유하기</a></div></header>
<section id="user-section"><div id="snsAnchor"></div><article id="article-view-content-div" class="article-veiw-body view-page font-size17" itemprop="articleBody">
<p><strong>{SUBHEAD}</strong></p><p>{FIRST}</p><div style="text-align:center"><figure class="photo-layout image"><img><figcaption>{CAPTION}</figcaption></figure></div><p>{SECOND}</p><p>{THIRD}</p>
<div class="view-copyright">저작권자 © 바다일보 무단전재 및 재배포 금지</div></article><div class="view-editors"><p>홍길동 기자의 다른 기사</p></div>
<div class="relation relation-news"><h4>관련기사</h4>{_LINKS}</div><div id="reply" class="reply-list">{_COMMENTS}</div></section>
<aside class="user-aside"><h4>많이 본 뉴스</h4>{_LINKS}</aside></div>"""),
    "press_articleBodyContents": _page(f"""<div class="article_info"><h3 id="articleTitle">{TITLE}</h3></div><div id="articleBody" class="article_body"><div id="articleBodyContents" class="_article_body_contents">
{FIRST}<br><br><b>{SUBHEAD}</b><br><br>{SECOND}<br><br>{THIRD}<br></div></div><div class="link_news relate_news"><h4>관련기사</h4>{_LINKS}</div>"""),
    "press_articleBody": _page(f"""<div class="wrap"><h1>{TITLE}</h1><div id="articleBody"><p>{FIRST}</p><h2>{SUBHEAD}</h2><p>{SECOND}</p><p>{THIRD}</p>
<p><a href=/9>▶ 다른 기사 하나</a></p><div class="ad_area ads">광고 문구</div></div><div class="reporter_area reporter-info"><strong>홍길동 기자의 다른 기사</strong>{_LINKS}</div></div>"""),
    "egloos": _page(f"""<div id="section_content"><div class="post"><div class="post_title_area"><h2><a href=#>{TITLE}</a></h2></div><div class="post_content"><div class="hentry"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div></div>
<div class="post_navi pager"><a>이전글 제목</a><a>다음글 제목</a></div><div class="comment_area comments">{_COMMENTS}</div></div></div>"""),
    "velog": _page(f"""<div id="root"><div class="sc-a"><div class="head-wrapper"><h1>{TITLE}</h1><div class="sc-b"><button>구독하기</button></div></div><div class="sc-c"><div class="sc-d"><div class="sc-e atom-one">
<p>{FIRST}</p><h2 id="1">{SUBHEAD}</h2><p>{SECOND}</p><pre><code class="language-python">for 멸치 in 시장:
    값(멸치)</code></pre><p>{THIRD}</p></div></div></div><div class="sc-f comments"><h4>댓글 3</h4>{_COMMENTS}</div></div></div>"""),
    "naver_cafe": _page(f"""<div id="app"><div class="Article"><div class="ArticleContentBox"><div class="article_header"><h3 class="title_text">{TITLE}</h3><div class="WriterInfo"><span class="date">2024.01.31. 10:12</span></div></div>
<div class="article_container"><div class="article_viewer"><div class="content CafeViewer"><div class="se-viewer"><div class="se-main-container"><p class="se-text-paragraph">{FIRST}</p><p class="se-text-paragraph">{SECOND}</p><p class="se-text-paragraph">{THIRD}</p></div></div></div></div>
<div class="ReplyBox"><a>공감 12</a><a class="button_share">공유하기</a></div><div class="CommentBox">{_COMMENTS}</div></div></div></div></div>"""),
    "government_board": _page(f"""<div id="contents"><div class="location breadcrumb">홈으로 &gt; 소식</div><div class="bbs_view board_view"><table class="view_table"><tr><th>제목</th><td>{TITLE}</td></tr><tr><th>작성일</th><td>2024-01-31</td></tr></table>
<div class="view_content"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><table><tr><th>어종</th><th>값</th></tr><tr><td>멸치</td><td>2만 원</td></tr></table></div>
<div class="sns_share share-box"><button>공유하기</button></div><div class="prev_next"><a>이전글 제목</a><a>다음글 제목</a></div>
<div class="nuri"><img src="/images/img_opentype01.png" alt="공공누리"><p>공공누리 제1유형</p></div></div></div>"""),
    "gnuboard": _page(f"""<article id="bo_v"><header><h2 id="bo_v_title">{TITLE}</h2></header><section id="bo_v_atc"><div id="bo_v_con"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div></section>
<section id="bo_vc" class="comments">{_COMMENTS}</section></article>"""),
    "xpressengine": _page(f"""<div class="bd"><div class="rd rd_nav_style2"><div class="rd_hd"><h1>{TITLE}</h1></div><div class="rd_body clear"><article><div class="document_1_0 xe_content"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div></article></div>
<div class="rd_ft"><div class="prev_next"><a>이전글 제목</a></div></div></div><div class="fdb_lst_wrap cmt">{_COMMENTS}</div></div>"""),
    "dcinside": _page(f"""<section><article><div class="gallview_head"><h3 class="title">{TITLE}</h3></div><div class="gallview_contents"><div class="writing_view_box"><div class="write_div"><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div></div></div></article>
<div class="view_comment comment-box">{_COMMENTS}</div></section>"""),
}  # fmt: skip

# Short texts, as blogs, cafés and boards hold them: body, the whole text that it gives.
_LINES = ["오늘은 부두에 나갔어요.", "바람이 찼지만", "멸치가 반짝였다", "또 가고 싶네요~"]
_POST = "".join(
    f'<div class="se-component se-text"><div class="se-module"><p class="se-text-paragraph"><span>{line}</span></p></div></div>'
    for line in _LINES
)
_CODE = '<div class="se-component se-code"><div class="se-section"><pre class="__se_code_view">값 = 3\n    끝</pre></div></div>'
_ABOUT = "<p>블로그 소개: 바다와 시장을 돌아다니며 글을 쓰는 사람입니다. 이웃은 누구나 반갑습니다.</p>"
_SIDE = f'<div class="side">{_ABOUT}</div>'
_STANZAS = "\n\n".join(_LINES)
SHORT_PAGES = {
    "a Naver post of short lines": (f'<div class="se-main-container">{_POST}</div>{_SIDE}', _STANZAS),
    "a Naver post of short lines and code": (
        f'<div class="se-main-container">{_POST}{_CODE}</div>{_SIDE}',
        f"{_STANZAS}\n\n값 = 3\n    끝",
    ),
    "a Naver post of two lines and code alone": (
        f'<div class="se-main-container"><p>{_LINES[0]}</p><p>{_LINES[1]}</p>{_CODE}</div>',
        f"{_LINES[0]}\n\n{_LINES[1]}\n\n값 = 3\n    끝",
    ),
    "a Naver post of short lines and a table": (
        f'<div class="se-main-container">{_POST}<table class="se-table-content"><tr><td><p>멸치 한 상자의 값은 올해 두 배가 되었다고 적어 둔다.'
        f"</p></td><td><p>값</p></td></tr></table></div>{_SIDE}",
        f"{_STANZAS}\n멸치 한 상자의 값은 올해 두 배가 되었다고 적어 둔다. | 값",
    ),
    "a poem of paragraphs above a footer": (
        '<div class="entry-content">'
        + "".join(f"<p>{line}</p>" for line in _LINES)
        + f'</div><div class="footer">{_ABOUT}</div>',
        _STANZAS,
    ),
    "a poem of div lines before its long note": (
        '<div class="entry-content">' + "".join(f"<div>{line}</div>" for line in _LINES) + f"<p>{FIRST}</p></div>",
        f"{_STANZAS}\n\n{FIRST}",
    ),
    "short div lines of a board between long ones": (
        f'<div id="bo_v_con"><div><span>안녕하세요.</span></div><div>{FIRST}</div><div><br></div><p>{SECOND}</p><div>ㅋㅋㅋ</div>감사합니다.</div>',
        f"안녕하세요.\n\n{FIRST}\n\n{SECOND}\n\nㅋㅋㅋ\n\n감사합니다.",
    ),
    "items and captions of an editor": (
        f'<div class="entry-content"><p>{FIRST}</p><ul><li><div>하나</div></li><li><p>둘</p></li></ul><div class="se-caption">부두</div></div>',
        f"{FIRST}\n- 하나\n- 둘\n부두",
    ),
    "cells of paragraphs": (
        f'<div class="se-main-container"><p>{FIRST}</p><table><tr><td><p>항구</p></td><td><p>상자</p></td></tr>'
        "<tr><td>\n<div>여수</div>\n</td><td><p><span>300</span></p><p>(추정)</p></td></tr></table></div>",
        f"{FIRST}\n항구 | 상자\n여수 | 300\n(추정)",
    ),
    "a table that lays out a page": (
        f"<table><tr><td><p>{FIRST}</p><p>{SECOND}</p></td><td><ul><li>하나</li></ul></td></tr></table><p>{THIRD}</p>",
        f"{FIRST}\n\n{SECOND}\n- 하나\n{THIRD}",
    ),
    "a caption and a summary of Naver news": (
        f'<article id="dic_area"><strong class="media_end_summary">{SUBHEAD}</strong><span class="end_photo_org"><img>'
        f'<em class="img_desc">부두. 바다일보</em></span>{FIRST}<br><br>{SECOND}</article>',
        f"{SUBHEAD}\n\n부두. 바다일보\n\n{FIRST}\n\n{SECOND}",
    ),
}
