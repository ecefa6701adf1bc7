"""What stands before and behind a Korean news article: datelines, bylines, stamps, tails.

Forms as printed by the agencies and papers themselves: (서울=연합뉴스) 홍길동 기자 =, 【서울=뉴시스】, [OSEN=홍길동
기자], <저작권자(c) …, 무단 전재-재배포 금지>.  Every pattern is tried on a bounded piece of one line (LINE, HEAD and
END characters), so its cost is bounded whatever the text.
"""

from __future__ import annotations

import re

LINE = 200  # characters: a longer line is prose, never a tail
BEFORE_NOTICE = 16  # characters before a notice on its line: a mark, a name
HEAD = 120  # of a first line that may hold a dateline
END = 160  # of the last line's end that may hold a byline or a copyright phrase

PASSED, PASSED_CHARACTERS = 2, 60  # lines at the end that no form knows, and that may stand behind one
RELATED_LINES = 10  # titles below a heading of related articles
RELATED_CHARACTERS = 80  # of such a title

NAME = r"[가-힣]{2,4}"
# A mask of ours is an address too, so that cleaning what was cleaned changes nothing.
EMAIL = r"[A-Za-z0-9._%+*-]{1,64}@[A-Za-z0-9*-]{1,63}(?:\.[A-Za-z0-9*-]{2,24}){1,3}"
JOB = (
    r"(?:(?:수습|선임|인턴|객원|대학생|시민|(?:[가-힣]{1,4})?전문)\s?)?"
    r"(?:기자|특파원|통신원|리포터|논설위원|편집위원|해설위원|앵커|아나운서|PD|피디|에디터|칼럼니스트)"
)
NAMES = rf"{NAME}(?:\s?[·ㆍ,/ ]\s?{NAME}){{0,4}}"
BYLINE = rf"{NAMES}\s?(?:[가-힣]{{1,8}}(?:부|팀|국)\s)?{JOB}"
PRESS = (
    r"(?:[가-힣A-Za-z0-9]{1,10}(?:뉴스|일보|신문|통신|데일리|투데이|타임스|타임즈|닷컴|저널|헤럴드|방송|미디어|TV)"
    r"|(?:서울|한국|매일|헤럴드|아시아|세계|대한|이코노미|글로벌|메트로)경제|뉴시스|뉴스1|뉴스핌|한겨레|이데일리|마이데일리"
    r"|OSEN|KBS|MBC|SBS|EBS|YTN|JTBC|CBS|MBN|TV조선|채널A)"
)
_OPEN, _CLOSE = r"[\[(【〔［（<〈]", r"[\])】〕］）>〉]"

# The beginning of the first line of the article.
DATELINE = re.compile(
    rf"\s*(?:{_OPEN}\s*[가-힣A-Za-z.·ㆍ, ]{{1,24}}\s?[=＝]\s?(?:[A-Z]{{2,4}}/)?{PRESS}\s*{_CLOSE}"
    rf"(?:\s*(?:{BYLINE}(?:\s?[=＝:])?|{NAMES}\s?[=＝]))?"
    rf"|{_OPEN}\s*[가-힣A-Za-z0-9.·ㆍ, ]{{0,24}}?[=＝/ ]?\s?{BYLINE}\s*{_CLOSE}(?:\s?[=＝])?"
    rf"|{_OPEN}\s*[가-힣A-Za-z.·ㆍ, ]{{1,24}}\s?[=＝]\s?[가-힣A-Za-z0-9 ]{{2,16}}\s*{_CLOSE}\s*{BYLINE}\s?[=＝]"
    rf"|[\[【［]\s*{PRESS}\s*[\]】］](?:\s*{BYLINE}(?:\s?[=＝])?)?"
    rf"|{BYLINE}\s?[=＝])\s*"
)

_EVENT = r"(?:기사\s?)?(?:입력|최종\s?수정|수정|등록|승인|송고|발행|업데이트|게재)"
_DATE = (
    r"\d{4}[-./년]\s?\d{1,2}[-./월]\s?\d{1,2}[.일]?"
    r"(?:\s?\([월화수목금토일]\))?(?:\s?(?:오전|오후|AM|PM)?\s?\d{1,2}[:시]\s?\d{1,2}(?:분|:\d{2})?)?"
)
_STAMP = rf"(?:{_EVENT}\s?(?:시간|일시|일)?\s?[:：]?\s?{_DATE}|{_DATE}\s?{_EVENT})"
_AROUND = r"[\s/=▲△■◆◇●▶▷☞※#\[\]()<>【】〈〉|:·ⓒ©.,-]{0,6}"
_ROLE = r"(?:(?:글|사진|글·사진|취재|영상|그래픽|정리|촬영|편집|영상취재|영상편집)\s?[=·:/]?\s?)?"

# Whole lines, of the head and of the tail.
STAMP = re.compile(rf"{_AROUND}{_STAMP}(?:\s?[|/·,]?\s?{_STAMP}){{0,3}}{_AROUND}")
BYLINE_LINE = re.compile(
    rf"{_AROUND}{_ROLE}(?:[가-힣A-Za-z0-9]{{1,12}}[\s=/·]{{1,3}}){{0,2}}{BYLINE}(?:{_AROUND}{EMAIL}){{0,2}}{_AROUND}"
)
EMAIL_LINE = re.compile(rf"{_AROUND}(?:{NAMES}\s?[(\[<]?\s?)?(?:{EMAIL}{_AROUND}){{1,3}}")
# 온라인뉴스팀, 디지털뉴스부 digital@…, 온라인 중앙일보
DESK = re.compile(
    rf"{_AROUND}(?:{PRESS}\s)?(?:(?:온라인|디지털|인터넷|모바일|뉴미디어|편집)\s?(?:뉴스|이슈|콘텐츠|미디어|편집)?\s?"
    rf"(?:팀|부)|(?:온라인|인터넷)\s{PRESS})(?:\s?기자)?(?:{_AROUND}{EMAIL})?{_AROUND}"
)
# KBS 뉴스 홍길동입니다.  지금까지 춘천에서 MBC 뉴스 홍길동이었습니다.
SIGNING_OFF = (
    r"(?:지금까지\s)?(?:[가-힣]{2,8}에서\s)?(?:KBS|MBC|SBS|EBS|OBS|YTN|JTBC|CBS|MBN|TV조선|채널A|연합뉴스TV)\s?"
    rf"(?:뉴스\s?)?{NAME}(?:이었습니다|였습니다|입니다)\."
)
SIGNING_OFF_LINE = re.compile(rf"\s*{SIGNING_OFF}\s*")
# [앵커], ◀ 리포트 ▶: whose turn it is, on a line of its own.
CUE = re.compile(r"[\[<◀【〈(]\s?(?:앵커\s?멘트|앵커|리포트)\s?[\]>▶】〉)]\s*")
TURN = re.compile(r"^[\[<◀【〈(]\s?(?:앵커|기자)[^\n]{0,8}[\]>▶】〉)]", re.MULTILINE)  # a dialogue's
_ROLES = (
    r"(?:영상|화면|촬영)\s?(?:취재|편집|제공|출처|기자|디자인)|촬영|촬영\s?감독|그래픽|CG|자막|VJ|오디오|드론\s?촬영"
)
_CREDITED = rf"(?:{_ROLES})\s?[:：=]\s?(?:{NAMES}|{PRESS})(?:\s?(?:기자|PD|VJ))?"
_PICTURED = r"사진\s?(?:제공|출처|자료)?\s?[=＝]\s?|사진\s?(?:제공|출처)\s?[:：|]\s?|[\[<]\s?사진\s?[\]>]\s?"
# 사진=연합뉴스, [사진=서울시], [사진] 연합뉴스; 촬영기자: 홍길동 / 영상편집: 임꺽정
CREDIT = re.compile(
    rf"{_AROUND}(?:(?:자료)?(?:{_PICTURED})[^\n.!?。,=]{{2,20}}|{_CREDITED}(?:[\s/,·|]{{1,3}}{_CREDITED}){{0,5}}){_AROUND}"
)
END_MARK = re.compile(r"\s*[(<\[〈【]\s?끝\s?[)>\]〉】]\.?\s*")
AFFILIATION = re.compile(
    rf"\s*[/▲△■◆◇▶☞=(\[<]?\s?{NAME}\s?[|/·,(\s]\s?[가-힣A-Za-z0-9·&\s]{{2,30}}"
    r"(?:교수|연구원|연구위원|소장|변호사|논설위원|논설실장|원장|작가|시인|평론가|센터장|이사장|회장|대표)\s?[)\]>]?\s*"
)
RELATED_HEAD = re.compile(
    r"[\s\[<【▶▷☞■◆※]{0,4}(?:(?:관련|주요|추천|인기|많이\s?본|이\s?시각|오늘의|핫)\s?(?:주요\s?)?(?:기사|뉴스|이슈|포토|영상))[\s\]>】:]{0,4}"
)
# [조선닷컴 바로가기] [구독신청하기]
_LINK = (
    r"\s{0,3}[\[<【〔][^\]>】〕\n]{0,30}"
    r"(?:바로\s?가기|구독\s?(?:신청)?(?:하기)?|더\s?보기|인기\s?기사|기사\s?보기)[^\]>】〕\n]{0,6}[\]>】〕]"
)
# What a portal puts behind every article.
PORTAL = re.compile(
    rf"\s*(?:이\s기사(?:의|는)\s[^\n]{{0,10}}언론사의\s분류를\s따릅니다\.?|기자\s?프로필|{BYLINE}의?\s?(?:다른\s?)?기사\s?(?:더\s?보기|전체보기)"
    rf"|(?:{_LINK}){{1,4}})\s*"
)
RELATED = re.compile(
    r"\s*(?:[▶▷☞►→]|\[관련\s?기사\]|<관련\s?기사>|관련\s?기사\s?[:：])[^\n]{0,160}"
    r"(?:관련|기사|뉴스|구독|바로\s?가기|보기|보러|클릭|채널|제보|앱|다운|이벤트|https?:|www\.)[^\n]{0,120}"
)
CONTACT = re.compile(
    r"\s*(?:[▷▶■☎☏◆·]\s?)(?:전화|이메일|메일|카카오톡|카톡|팩스|홈페이지|유튜브|페이스북|인스타그램|트위터|네이버\s?TV|뉴스홈)"
    r"\s?[:：=]?\s?[^\n]{1,60}"
)
TIP = re.compile(
    r"[^\n]{0,60}제보(?:는|를|하기|전화|메일|창구|부탁|\s?[:：]|\s?받습니다)[^\n]{0,80}"
    rf"|{_AROUND}기사\s?제보\s?(?:및\s?보도\s?자료)?[\s:=]{{0,3}}(?:{EMAIL}|[0-9*()-]{{7,20}}){_AROUND}"
    r"|[^\n]{0,40}(?:카카오톡|카톡|이메일|메일|전화|앱)[^\n]{0,30}제보[^\n]{0,60}"
)
_PROSE = re.compile(r"(?:[가-힣]다|[가-힣]요|니까)[.!?。]?\s*$")
# A call for tips and a ban are sentences of their own kind: they address the reader.
_CALL = re.compile(
    r"(?:금합니다|금지합니다|금지됩니다|기다립니다|바랍니다|받습니다|부탁드립니다|주세요|주십시오)[.!]?\s*$"
)

_FRAME = re.compile(
    rf"\s*(?:[\[<【〔〈(][^\n]*[\])>】〕〉]\s*$|[▶▷►☞■◆◇●※#ⓒ©|/]|[^\n]*(?:@|https?://|www\.)|[^\n]{{0,10}}{PRESS}[^\n]{{0,10}}$)"
)

_OWNED = r"(?:저작권자|[Cc]opyright|COPYRIGHT|ⓒ|©|\([cC]\))"
_BARRED = r"(?:무단\s?(?:전재|복제|배포|도용|사용|게재|이용)|재\s?배포)"
RIGHTS = re.compile(rf"{_OWNED}|{_BARRED}")
# What no list of people, titles or duties holds: a ban, a mark, an address.
SURE = re.compile(rf"{_BARRED}|[ⓒ©@]|\([cC]\)|[Aa]ll\s?[Rr]ights\s?[Rr]eserved")
_NOTICE = re.compile(rf"(?:(?<=[\s.!?。…\"”)\]])|^)[<〈\[(※]?\s?(?:{_OWNED}|{_BARRED})")
_RIGHTS_PIECE = re.compile(
    rf"{_OWNED}|{_BARRED}|(?:및|또는|등|을|를|은|-|,|AI|학습|활용|이용|크롤링|데이터)(?=[\s\W]|$)|금지|엄금|금합니다"
    r"|[Aa]ll\s?[Rr]ights?\s?[Rr]eserved|\d{4}|[\s<>〈〉\[\]()【】|/.,:;·ㆍ=\-–—'\"]"
)
# 무단 전재 및 재배포, AI 학습 이용 금지: a reservation under article 4 of directive 2019/790 and the like.
RESERVED = re.compile(
    r"(?:AI|인공\s?지능|기계)\s?(?:및\s?)?(?:학습|데이터|크롤링|활용|이용)[^.\n]{0,24}(?:금지|불허|금합니다|엄금)"
)
# Pieces at the end of the last line; they go when a finished sentence stands before their unbroken run.
PIECES = (
    ("end", re.compile(r"[(<\[〈]\s?끝\s?[)>\]〉]\.?$")),
    ("credit", re.compile(r"(?:(?<=[\s.\"”])|^)[/\[<(]?\s?사진\s?(?:제공)?\s?[=＝]\s?[^\n\s.!?。,=]{2,12}[)\]>]?$")),
    ("email", re.compile(rf"(?:(?:(?<=[\s/(\[<=])|^)[(\[<]?|(?<=[가-힣])[(\[<]\s?){EMAIL}\s?[)\]>]?$")),
    ("byline", re.compile(rf"(?:(?<=[.!?…\"”]\s)|^){SIGNING_OFF}$")),
    (
        "byline",
        re.compile(
            rf"(?:(?<=[\s/(\[<=.…\"”])|^)[/=(\[<【]?\s?{_ROLE}(?:{PRESS}[\s=/]{{1,3}})?{BYLINE}\s?[)\]>】]?\.?$"
        ),
    ),
)
# No form matches without one of these, and looking for a word costs a hundredth of trying a form.
_JOBS = ("기자", "특파원", "통신원", "리포터", "위원", "앵커", "아나운서", "PD", "피디", "에디터", "칼럼니스트")
_STAMPS = ("입력", "수정", "등록", "승인", "송고", "발행", "업데이트", "게재")
_TITLES = (
    "교수",
    "연구원",
    "소장",
    "변호사",
    "논설",
    "원장",
    "작가",
    "시인",
    "평론가",
    "센터장",
    "이사장",
    "회장",
    "대표",
)
_NOTICE_WORDS = ("저작", "opyright", "COPYRIGHT", "ⓒ", "©", "(c)", "(C)", "무단", "배포")
HEAD_WORDS = (*_JOBS, *_STAMPS, "@", "리포트")
RELATED_WORDS = ("기사", "뉴스", "이슈", "포토", "영상")
TAIL_WORDS = (
    *(*HEAD_WORDS, *_TITLES, *RELATED_WORDS, "끝", "제보", "▶", "▷", "☞", "►", "→", "■", "☎", "☏", "◆", "·"),
    *("사진", "촬영", "화면", "그래픽", "CG", "VJ", "자막", "오디오"),  # credits
    *(
        "팀",
        "부",
        "국",
        "센터",
        "온라인",
        "인터넷",
        "입니다",
        "습니다",
        "바로",
        "구독",
        "더보기",
        "더 보기",
        "프로필",
        "분류",
    ),
    *_NOTICE_WORDS,
)
OPENINGS = tuple("[(【〔［（<〈")
SEPARATORS = " \t/|·※▶▷-"
SENTENCE_ENDS = tuple(".!?。…\"”'’」』)]")


def may_open(text: str) -> bool:
    """Whether a dateline can stand here at all."""
    head = text[:HEAD].lstrip()
    return head.startswith(OPENINGS) or "=" in head or "＝" in head


def may_pass(line: str) -> bool:
    """Whether a line that no form knows is the frame of something else: short, marked or with an address, no
    sentence."""
    return len(line) <= PASSED_CHARACTERS and not _PROSE.search(line) and _FRAME.match(line) is not None


def is_prose(line: str) -> bool:
    """A sentence of the article, by its ending."""
    return _PROSE.search(line) is not None and _CALL.search(line) is None


def rights_line(line: str) -> bool:
    """A copyright notice: beside its own words there is at most a name."""
    first = RIGHTS.search(line)
    if first is None or first.start() > BEFORE_NOTICE or is_prose(line):
        return False
    if any(mark in line[: first.start()] for mark in ".!?。"):
        return False  # a sentence stands before it
    return len(_RIGHTS_PIECE.sub("", line)) <= 30


def closing_pieces(line: str) -> tuple[int, list[tuple[str, str]]] | None:
    """(where the sentence ends, (type, piece) behind it) of a last line; None when nothing goes."""
    start = max(0, len(line) - END)
    left = line[start:]
    found: list[tuple[str, str]] = []
    while True:
        left = left.rstrip(SEPARATORS)
        if found and left.endswith(SENTENCE_ENDS):
            return start + len(left), found
        piece = _piece_at_end(left)
        if piece is None:
            return None
        found.append((piece[0], left[piece[1] :]))
        left = left[: piece[1]]


def _piece_at_end(text: str) -> tuple[str, int] | None:
    bare = text.rstrip(")]】>〉. ")
    may = {
        "end": bare.endswith("끝"),
        "credit": "사진" in text[-40:],
        "email": "@" in text[-80:],
        "byline": bare.endswith((*_JOBS, "습니다", "입니다")),
    }
    for kind, form in PIECES:
        if may[kind] and (match := form.search(text)):
            return kind, match.start()
    if not any(word in text for word in _NOTICE_WORDS):
        return None
    places = [match.start() for match in _NOTICE.finditer(text) if rights_line(text[match.start() :])]
    return ("copyright", min(places)) if places else None


def may_close(above: str) -> bool:
    """Whether one affiliation may close the article ``above``: a list of people, or nothing, has no such line."""
    line = above.rstrip().rpartition("\n")[2]
    return bool(line) and not (len(line) <= LINE and AFFILIATION.fullmatch(line))
