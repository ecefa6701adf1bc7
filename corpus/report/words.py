"""Every word that the report and the closing sums show, in Korean and in English."""

from __future__ import annotations

from typing import NamedTuple

from corpus.ledger import QUARANTINE_CLASSES, STAGE_REASONS


class Words(NamedTuple):
    """One label in both languages."""

    ko: str
    en: str


def _labels(**pairs: tuple[str, str]) -> dict[str, Words]:
    return {key: Words(*pair) for key, pair in pairs.items()}


LABELS = _labels(
    title=("말모이 실행 보고서", "malmoi run report"),
    green=("이상 없음", "All clear"),
    amber=("확인이 필요합니다", "Look before you use it"),
    red=("사용하지 마세요", "Do not use"),
    first=("먼저 볼 것", "What to look at first"),
    nothing=("눈에 띄는 것이 없습니다.", "Nothing stands out."),
    contents=("차례", "Contents"),
    language=("언어", "Language"),
    both=("한국어·영어", "Both"),
    ko=("한국어", "Korean"),
    en=("영어", "English"),
    funnel=("단계별로 남은 문서", "What is left after each stage"),
    reasons=("빠진 까닭과 보기", "Why documents were left out, with samples"),
    mixture=("섞은 비율: 바란 것과 이룬 것", "Mixture: asked and achieved"),
    dedup=("겹친 문서", "Duplicates"),
    tokenizer=("토크나이저", "Tokenizer"),
    shards=("샤드", "Shards"),
    timings=("걸린 시간", "Time taken"),
    rights=("사용 권리", "Rights"),
    quarantine=("격리한 기록", "Quarantined records"),
    sources=("출처별", "By source"),
    identifiers=("고친 곳과 가린 개인정보", "Edits and masked identifiers"),
    lengths=("문서 길이(토큰)", "Document length in tokens"),
    digests=("내용 지문", "Content digests"),
    table=("표로 보기", "Show as a table"),
    samples=("보기", "Samples"),
    documents=("문서", "Documents"),
    bytes=("바이트", "Bytes"),
    tokens=("토큰", "Tokens"),
    share=("비율", "Share"),
    stage=("단계", "Stage"),
    left=("남은 문서", "Left"),
    lost=("빠진 문서", "Left out"),
    because=("까닭", "Reason"),
    meaning=("뜻", "Meaning"),
    source=("출처", "Source"),
    kind=("갈래", "Kind"),
    read=("읽음", "Read"),
    kept=("남김", "Kept"),
    dropped=("뺌", "Dropped"),
    quarantined=("격리", "Quarantined"),
    all=("모두", "All"),
    value=("값", "Value"),
    threshold=("기준", "Threshold"),
    document=("문서 번호", "Document id"),
    excerpt=("글 앞부분", "Excerpt"),
    available=("있는 토큰", "Available tokens"),
    asked=("바란 토큰", "Asked tokens"),
    achieved=("이룬 토큰", "Achieved tokens"),
    asked_share=("바란 비율", "Asked share"),
    achieved_share=("이룬 비율", "Achieved share"),
    difference=("차이(%p)", "Difference (pp)"),
    epochs=("반복", "Epochs"),
    over_budget=("몫 밖 문서", "Over budget"),
    validation_documents=("평가용 문서", "Validation documents"),
    validation_tokens=("평가용 토큰", "Validation tokens"),
    pairs=("확인한 짝", "Verified pairs"),
    exact=("같은 글", "Exact"),
    near=("비슷한 글", "Near"),
    classes=("겹침 모임", "Clusters"),
    cluster_size=("모임 크기(문서)", "Cluster size (documents)"),
    jaccard=("자카드 유사도", "Jaccard similarity"),
    crossing=("겹친 문서의 출처와 남은 짝의 출처", "Source of the dropped, source of its kept twin"),
    dropped_source=("빠진 쪽 출처", "Dropped from"),
    kept_source=("남은 쪽 출처", "Kept from"),
    example=("보기 짝", "Example pair"),
    audit=("남긴 문서 속 겹침 살피기", "Audit: twins left among kept documents"),
    sampled=("뽑아 본 문서", "Sampled documents"),
    looked_up=("견주어 본 남긴 문서", "Kept documents looked up"),
    missed=("놓친 짝", "Missed twins"),
    missed_rate=("뽑은 문서 1,000건에 놓친 짝", "Missed twins per 1,000 sampled"),
    expected_rate=("띠 곡선으로 어림한 값(1,000건에)", "Expected by the band curve, per 1,000"),
    recall_of_dedup=("기준에서 겹침 없애기가 찾는 몫", "Found by dedup at the threshold"),
    recall_of_audit=("기준에서 살피기가 찾는 몫", "Found by the audit at the threshold"),
    found_by_dedup=("찾은 짝", "Found by dedup"),
    side_missed=("함께 남은 문서", "Kept as well"),
    side_kept=("남긴 문서", "Kept"),
    side_dropped=("뺀 문서", "Dropped"),
    shard=("샤드", "Shards"),
    format=("형식", "Format"),
    seconds=("초", "Seconds"),
    peak=("최대 메모리", "Peak memory"),
    input=("입력", "Input"),
    basis=("근거", "Basis"),
    evidence=("증거", "Evidence"),
    class_name=("등급", "Class"),
    license=("이용 허락", "Licence"),
    mixed_documents=("섞인 문서", "Mixed documents"),
    units=("건수", "Units"),
    type=("종류", "Type"),
    edits=("고친 곳", "Edits"),
    adapters=("서비스별 규칙", "Rules of the services' adapters"),
    verdicts=("서비스의 판정", "The services' own verdicts"),
    rule=("규칙", "Rule"),
    registers=("갈래와 출처마다 남은 몫", "What is kept of each kind and source"),
    areas=("구역", "Areas"),
    area=("구역", "Area"),
    quality=("품질 점수", "Quality score"),
    cuts=("분위수로 자른 점", "Cuts of quantiles"),
    cut=("품질 자른 점", "Quality cut"),
    area_cut=("보통 구역 자른 점", "Cut of normal areas"),
    class_core=("핵심", "Core"),
    class_normal=("보통", "Normal"),
    class_excluded=("뺌", "Excluded"),
    unused=("설정의 구역 이름 가운데 맞는 것이 없는 이름", "Names of the configuration that name no area"),
    ablation=("규칙마다 빼는 몫", "What each rule takes"),
    alone=("혼자서 뺄 문서", "Alone"),
    last=("그것만 빼는 문서", "As the last one"),
    named=("까닭으로 적힌 문서", "Named as the reason"),
    overlap=("함께 걸리는 몫", "Overlap"),
    overlap_how=(
        "줄의 까닭으로 빠질 문서 가운데 칸의 까닭으로도 빠질 몫입니다.",
        "Of the documents that the row would drop, the share that the column would drop, too.",
    ),
    last_how=(
        "‘혼자서’는 다른 규칙이 없을 때, ‘그것만’은 다른 규칙이 모두 있을 때 그 규칙이 빼는 문서입니다. "
        "겹침은 남은 문서끼리 견주므로 두 수가 같습니다.",
        "Alone: what the rule drops without all others; as the last one: what it drops besides all others. "
        "Duplicates are sought among what is left, so both are equal for them.",
    ),
    applied=("적용함", "Applied"),
    not_applicable=("적용할 수 없음(항목 없음)", "Not applicable (field missing)"),
    judged=("판정된 문서", "Judged"),
    both_drop=("서비스와 규칙 모두 뺌", "Service and rules drop"),
    service_alone=("서비스만 뺌", "Service alone drops"),
    rules_alone=("규칙만 뺌", "Rules alone drop"),
    neither=("둘 다 남김", "Neither drops"),
    agreement=("일치", "Agreement"),
    joined=("합침", "Joined"),
    fact=("항목", "Fact"),
    up_to=("이하", "up to"),
    at_least=("이상", "From"),
    none=("없음", "None"),
    verified=("검증", "Verified"),
    mode=("방식", "Mode"),
    rate=("초당 바이트", "Bytes per second"),
    compression=("토큰당 바이트", "Bytes per token"),
    kept_once=("한 번씩 셈", "Counted once"),
    thresholds=("기준 살피기", "Study of thresholds"),
    thresholds_how=(
        "선은 기준을 옮길 때 빠질 문서의 몫이고, 점선은 지금 기준입니다. "
        "오른쪽 칸은 그 몫보다 많이 빼지 않는 가장 센 기준입니다.",
        "The line is the share that a moved threshold would drop; dashes are those in force. The columns to the right "
        "hold the tightest threshold that drops no more than their share.",
    ),
    precision=("정밀도", "Precision"),
    labelled=("사람이 본 문서", "Labelled"),
    right=("옳게 뺌", "Rightly dropped"),
    clock=(
        "이 구역만 시계에 따라 달라집니다.",
        "Only this section depends on the clock; everything else is equal for equal runs.",
    ),
    masked=(
        "보기 글은 개인정보를 가린 뒤의 것입니다. 지시문이 아니라 자료입니다.",
        "Samples are shown after masking. They are data, never instructions.",
    ),
    how_to_read=(
        "각 그림 아래 표에 같은 수가 있습니다. metrics.json과 metrics.csv도 같은 수를 담습니다.",
        "The table under each chart holds the same numbers, as do metrics.json and metrics.csv.",
    ),
)

STAGES = _labels(
    read=("읽은 기록", "Records read"),
    ingest=("들이기", "Ingest"),
    annotate=("재기", "Annotate"),
    rules=("규칙", "Rules"),
    dedup=("겹침 없애기", "Dedup"),
    select=("고르기", "Select"),
    audit=("겹침 살피기", "Audit"),
    tokenizer=("토크나이저", "Tokenizer"),
    mix=("섞기", "Mix"),
    serialize=("적기", "Serialize"),
    verify=("검증", "Verify"),
    report=("보고", "Report"),
)

REASONS = {
    "record.malformed": "형식에 맞지 않는 기록",
    "record.not_utf8": "인코딩이 맞지 않는 바이트",
    "record.too_large": "크기 한도를 넘은 기록",
    "record.missing_text": "본문이 없는 기록",
    "record.no_provenance": "출처가 없는 기록",
    "record.no_thread": "어느 글타래인지 모르는 기록",
    "record.unclear_permission": "검색 허용 여부를 알 수 없는 기록",
    "record.unsupported": "읽을 수 없는 종류의 기록",
    "record.timeout": "읽기 시간 한도를 넘은 기록",
    "file.truncated": "중간에 끊긴 파일",
    "file.unreadable": "열 수 없거나 망가진 파일",
    "ingest.superseded": "같은 문서의 새 판이 있음",
    "ingest.empty": "다듬고 나니 글이 남지 않음",
    "rights.not_allowed": "이 용도로 쓸 수 없는 문서",
    "rights.not_searchable": "서비스가 검색을 막은 문서",
    "rights.reserved": "맺음말이나 쪽의 표시로 학습 이용을 금한 글",
    "answer.not_adopted": "채택되지도 전문가가 쓰지도 않은 답변",
    "answer.author_level": "글쓴이 등급이 낮은 답변",
    "comment.below_likes": "공감이 적은 댓글",
    "thread.no_answer": "남은 답변이 없는 질문",
    "thread.no_question": "질문이 없는 답변",
    "thread.no_comment": "남은 댓글이 없는 글타래",
    "page.not_an_article": "넘겨주기 또는 문서가 아닌 쪽",
    "area.excluded": "설정에서 뺀 구역의 문서",
    "area.below_quantile": "보통 구역의 문서로 품질이 그 출처의 분위수 아래",
    "verdict.spam": "서비스가 스팸으로 판정한 문서",
    "verdict.promotion": "서비스가 홍보로 판정한 문서",
    "verdict.adult": "서비스가 성인물로 판정한 문서",
    "verdict.abuse": "서비스가 욕설·혐오로 판정한 문서",
    "verdict.blocked": "서비스가 스스로 내린 문서",
    "quality.below_quantile": "품질이 같은 출처와 갈래의 분위수 아래",
    "override.drop": "예외 표에 이름이 있음",
    "dedup.exact": "같은 글이 이미 있음(띄어쓰기·문장부호 차이뿐)",
    "dedup.near": "비슷한 글이 이미 있음",
    "mixture.over_budget": "섞는 몫에 들지 않음",
}

# Reasons of rules.  A rule that is new here still shows, under the words of its reason.
RULE_REASONS = {
    "length.too_short": Words("글이 너무 짧음", "too few characters"),
    "length.too_long": Words("글이 너무 긺", "too many characters"),
    "length.eojeol_too_short": Words("어절이 너무 짧음(낱자나 자모가 흩어진 글)", "eojeol too short on average"),
    "length.eojeol_too_long": Words("어절이 너무 긺(띄어쓰기가 없는 글)", "eojeol too long on average"),
    "hangul_share.too_low": Words("한글이 너무 적음", "too little Hangul among letters"),
    "language.romanised": Words("로마자로 적은 한국어", "Korean in Latin letters"),
    "language.not_expected": Words("기대한 언어가 아님", "not in a language that the kind expects"),
    "language.mixed": Words("여러 언어가 섞인 글", "prose of several languages besides English"),
    "symbols.too_many_replacements": Words("깨진 글자(U+FFFD)가 많음", "too many broken characters (U+FFFD)"),
    "symbols.too_many": Words("기호가 너무 많음", "too many symbols"),
    "symbols.too_many_digits": Words("숫자가 너무 많음", "too many digits"),
    "symbols.too_many_hashes": Words("#이 너무 많음", "too many number signs"),
    "symbols.too_many_ellipses": Words("말줄임표가 너무 많음", "too many ellipses"),
    "symbols.too_many_bullets": Words("글머리표로 시작하는 줄이 너무 많음", "too many bullet lines"),
    "symbols.too_many_ellipsis_lines": Words("말줄임표로 끝나는 줄이 너무 많음", "too many lines end in an ellipsis"),
    "labels.too_many": Words(
        "이름표 같은 줄(메뉴·목록)이 너무 많음", "too many lines are labels, as in menus and lists"
    ),
    "boilerplate.only": Words(
        "오류·로그인·저작권 안내처럼 사이트의 상투 문구뿐임",
        "only what sites say: errors, log-ins, notices, page frames",
    ),
    "garbled.uncommon_syllables": Words(
        "우리말에 쓰지 않는 음절이 많음(깨진 글)", "too many syllables that Korean is not written with (mojibake)"
    ),
    "garbled.latin_1": Words("À–ÿ 같은 글자가 많음(깨진 글)", "too many characters from U+00A1 to U+00FF (mojibake)"),
    "garbled.lost_syllables": Words(
        "'占쏙옙'처럼 되살릴 수 없게 깨진 글", "broken beyond repair (the CP949 form of U+FFFD)"
    ),
    "graphemes.letter_runs": Words("같은 글자가 길게 이어짐", "the same letter over and over"),
    "graphemes.symbol_runs": Words("같은 기호나 숫자가 길게 이어짐", "the same symbol or digit over and over"),
    "graphemes.too_many_jamo": Words("낱자(ㅋㅋ, ㅠㅠ)가 너무 많음", "too many jamo that stand alone"),
    "graphemes.few_syllables": Words("몇 음절만 되풀이됨", "the same few syllables over and over"),
    "graphemes.strewn_syllables": Words("음절이 아무렇게나 흩어짐", "syllables strewn at random"),
    "mash.loose_jamo": Words("자판을 마구 누른 글(ㅁㄴㅇㄹ)", "keys hit at random (loose jamo)"),
    "mash.keys": Words("자판의 한 줄을 훑어 친 영문이 많다", "Too many Latin letters run along a row of the keyboard"),
    "mash.consonants": Words(
        "읽을 수 없는 로마자(자음만 이어짐)", "Latin letters that no one can read (consonants in a row)"
    ),
    "words.too_few_endings": Words("조사·어미가 없는 낱말 늘어놓기", "a list of words: too few particles and endings"),
    "words.stuffed": Words("한 낱말이 지나치게 잦음", "one word stuffed everywhere"),
    "words.too_few_different": Words("몇 낱말만 되풀이됨", "too few different words"),
    "words.filler": Words("자리만 채운 글(lorem ipsum)", "placeholder text (lorem ipsum)"),
    "layout.too_few_sentence_lines": Words("문장으로 끝나는 줄이 적음", "too few lines end as sentences do"),
    "layout.too_many_short_lines": Words("짧은 줄이 너무 많음", "too many short lines"),
    "layout.too_many_line_breaks": Words("줄바꿈이 너무 잦음", "too many line breaks for its words"),
    "layout.too_few_sentences": Words("문장이 너무 적음", "too few sentences"),
    "layout.sentence_too_long": Words("문장이 너무 긺(문장 부호 없는 글)", "sentences too long on average"),
    "layout.too_many_braces": Words("중괄호가 너무 많음(코드)", "too many braces (code)"),
    "layout.incomplete": Words("글이 중간에 끊김", "the text breaks off"),
    "repetition.duplicate_lines": Words("되풀이되는 줄이 많음", "too many repeated lines"),
    "repetition.duplicate_line_characters": Words(
        "되풀이되는 줄이 글의 큰 몫을 차지함", "repeated lines make up too much of the text"
    ),
    "repetition.duplicate_paragraphs": Words("되풀이되는 문단이 많음", "too many repeated paragraphs"),
    "repetition.duplicate_paragraph_characters": Words(
        "되풀이되는 문단이 글의 큰 몫을 차지함", "repeated paragraphs make up too much of the text"
    ),
    **{
        f"repetition.top_{n}_grams": Words(
            f"같은 {n}어절이 글의 큰 몫을 차지함", f"one run of {n} eojeol makes up too much of the text"
        )
        for n in range(2, 5)
    },
    "profanity.too_much": Words("욕설·비하·성적 욕이 너무 많음", "too many swear words, slurs and sexual insults"),
    "abuse.profane": Words("욕설로 판단되는 글", "judged profane"),
    "abuse.hateful": Words("혐오·비방으로 판단되는 글", "judged hateful or abusive"),
    "abuse.profane_windows": Words("욕설로 판단되는 대목이 많음", "too many passages judged profane"),
    "abuse.hateful_windows": Words("혐오·비방으로 판단되는 대목이 많음", "too many passages judged hateful or abusive"),
    **{
        f"repetition.duplicate_{n}_grams": Words(
            f"{n}어절 되풀이가 글의 큰 몫을 차지함", f"repeats of {n} eojeol make up too much of the text"
        )
        for n in range(5, 11)
    },
    "quality.too_low": Words("메뉴·목록·깨진 글처럼 읽힘", "reads like menus, lists or broken text"),
    "contact.too_many": Words("연락처가 너무 많음", "too many phones, addresses and messenger ids"),
    "contact.widespread": Words("여러 사이트에 퍼진 연락처가 있음", "holds a contact that stands on many sites"),
    "links.farm": Words("링크만 가득한 글", "little but links"),
    "affiliate.links": Words("제휴 링크와 값뿐인 글", "paid by links, and little but links and prices"),
    "affiliate.notices": Words("대가를 받았다고 밝힌 글", "says that it was paid for"),
    "hashtags.tail": Words("글 끝에 해시태그가 너무 많음", "too many hashtags at the end"),
    "hashtags.stuffed": Words("해시태그로 채운 글", "filled with hashtags"),
    "stuffing.places": Words("지역과 업종을 되풀이해 늘어놓은 글", "a service named behind one place after another"),
    "promotion.sale": Words("값·쿠폰·서두르라는 말로 채운 홍보", "prices, coupons and haste"),
    "promotion.investment": Words("종목·코인 방으로 꾀는 글", "invites to rooms for stocks or coins"),
    "promotion.job_lure": Words("쉬운 돈벌이로 꾀는 글", "lures with easy money"),
    "gambling.offer": Words("도박으로 꾀는 글", "invites to gamble"),
    "adult.offer": Words("성매매·음란물로 꾀는 글", "sells or solicits sex"),
    "illegal.loan": Words("불법 대출·현금화로 꾀는 글", "offers loans by fraud, or cash for phones and cards"),
    "illegal.account": Words("통장·계정·개인정보 거래나 순위 조작", "trades bank books, accounts, data or rankings"),
    "illegal.drug": Words("마약·처방약을 파는 글", "sells drugs"),
    "illegal.document": Words("위조 서류·대리 시험을 파는 글", "sells forged papers or exam sitters"),
    "illegal.goods": Words("가짜 명품을 파는 글", "sells counterfeit goods"),
    "spam.model": Words("광고 모델이 광고로 봄", "advertising, by the model"),
    "spam.window": Words("글 한 곳을 광고 모델이 광고로 봄", "advertising in one place, by the model"),
    "made.translated": Words("번역 투가 너무 많음", "too many constructions of translations"),
    "made.glosses": Words("괄호 속 영어가 너무 많음", "too much English in brackets"),
    "made.assistant": Words("언어 모델이 스스로를 말함", "a language model speaks of itself"),
    "made.leftovers": Words("지시문이나 화면의 찌꺼기가 남음", "leftovers of a prompt or an interface"),
}


def label(key: str) -> Words:
    """The label of a key.  Raises KeyError on one that is not listed, so that none is shown raw."""
    return LABELS[key]


def stage_words(stage: str) -> Words:
    return STAGES.get(stage, Words(stage, stage))


def reason_words(reason: str) -> Words:
    """What a reason or quarantine class means."""
    english = STAGE_REASONS.get(reason) or QUARANTINE_CLASSES.get(reason)
    if reason in REASONS and english:
        return Words(REASONS[reason], english)
    rule, _, fault = reason.partition(".")
    words = f"{rule}: {fault}".replace("_", " ")
    return RULE_REASONS.get(reason, Words(words, words))
