"""What stands beside an account: names of banks and words of payment, and what says that a number is another."""

from __future__ import annotations

import re

from filters.privacy.banks import NAMES, SMALL, WORDS

SIDE = r"[\s:;,.()\[\]{}>\-=|/\"']{0,4}"
HOLDER = r"(?:(?:[(\[]|예금주)?[ :]?[가-힣]{2,4}[ :|/,)\]]{1,3})?"
NEAR_NAME = re.compile(rf"(?:{NAMES}){SIDE}{HOLDER}\Z")
# Neither in another word (대국민, disc) nor with one grown on (우리나라, 국민청원).
NEAR_WORD = re.compile(
    rf"(?P<bank>(?<![가-힣])(?![A-Za-z])(?:{WORDS})|(?<![가-힣A-Za-z0-9])(?:{SMALL}))(?:은행)?(?![가-힣]){SIDE}(?P<holder>{HOLDER})\Z",
    re.IGNORECASE,
)
AFTER_NAME = re.compile(rf"[ ,(/|\[]{{0,3}}(?:[가-힣]{{2,4}}[ ,)/]{{1,2}})?\(?(?:{NAMES}|(?:{WORDS})은행|예금주)")
AFTER_WORD = re.compile(rf"[ ,(/|\[]{{1,3}}(?:{WORDS}|{SMALL})(?![가-힣A-Za-z])", re.IGNORECASE)
# 110-234-567890 계좌에서 …, 110-234-567890으로 입금
AFTER_USE = re.compile(
    r" ?계좌(?:로|에서|에|번호|입니다|이고|이며|예요|이에요)(?![가-힣]{3})| ?(?:으로|로) ?(?:입금|송금|이체|납부)"
)
STRONG = re.compile(r"계좌|입금|송금|이체|예금주|환불|후원금|통장|납부|account", re.IGNORECASE)
# Words of money that changes hands, which name an account only beside a bank.
WEAK = re.compile("보내|넣어|축의|부의|조의|마음 ?전|회비|성금|월세|후원|앞으로|납입")
# Names that say bank in full: beside them any grouping is an account's.
BANK = re.compile(r"(?:은행|뱅크)[ :(]{0,3}\Z")
# One of these stands near every account: a search for all of them at once, many times faster than the patterns.
CUES = tuple(f"{STRONG.pattern}|Account|{NAMES}|{WORDS}".split("|"))
CUES += tuple(small + mark for small in SMALL.split("|") for mark in " :;,.()[]{}>-=|/\"'\n0123456789")
# The nearest of these before a number says what it is instead.
OTHER = re.compile(
    r"전화|연락|휴대|팩스|☎|tel|fax|phone|사업자|법인|등록|고유 ?번호|주문|운송|송장|등기|택배|접수|문서|일련|시리얼"
    r"|우편|면허|여권|카드|주민|품번|모델|버전|바코드|isbn|issn|ean|doi|좌표|코드|일시|일자|허가|고객센터|order|serial|epoch|타임",
    re.IGNORECASE,
)
# Of one run of digits: barcodes, books, moments, and what is counted.
OTHER_RUN = re.compile(r"880|97[89]|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
COUNTED = re.compile(" ?(?:명|곳|개|건|주|회|대|점|가구|세대|달러|표)(?![가-힣]{2})")
# 2018-12-123456: papers and cases are numbered by year and month.
DATED = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{5,}\Z")
