"""The report's one style sheet.  Colours keep a contrast of at least 4.5 to 1 for text, in light and in
dark; no colour alone tells anything.  Fonts are those that systems have."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d2430;--soft:#5a6472;--line:#e3e0d8;
--track:#eceae3;--one:#2b5c8a;--two:#8a5a2b;--asked:#6a87a3;--green:#17693f;--amber:#8a5800;--red:#a8231b;
--mark:#ffe39a;--neck:#d5dfe9}
@media(prefers-color-scheme:dark){:root{--paper:#15181d;--card:#1c2026;--ink:#e9e7e1;--soft:#a3acb8;
--line:#323842;--track:#2a3038;--one:#7fb0dd;--two:#d9a878;--asked:#76899d;--green:#6fcf9a;--amber:#e8b04a;
--red:#ff8d83;--mark:#6b5310;--neck:#2b3d4e}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);word-break:keep-all;overflow-wrap:anywhere;
font:15px/1.6 Pretendard,"Noto Sans KR","Noto Sans CJK KR","Apple SD Gothic Neo","Malgun Gothic",system-ui,sans-serif}
code,.id{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK KR",monospace}
.page{max-width:1080px;margin:0 auto;padding:0 24px 64px}
.pick{position:absolute;opacity:0;pointer-events:none}
.top{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;justify-content:space-between;padding:18px 0 14px}
.top .brand{font-weight:700;letter-spacing:-.01em}
.top .brand .en{font-weight:400;color:var(--soft);margin-left:4px}
.tongues{display:flex;border:1px solid var(--line);border-radius:999px;overflow:hidden;background:var(--card);
font-size:13px}
.tongues label{padding:3px 13px;cursor:pointer;color:var(--soft)}
#both:checked~.page .tongues [for=both],#ko:checked~.page .tongues [for=ko],#en:checked~.page .tongues [for=en]
{background:var(--ink);color:var(--paper)}
#both:focus-visible~.page .tongues [for=both],#ko:focus-visible~.page .tongues [for=ko],
#en:focus-visible~.page .tongues [for=en]{outline:2px solid var(--one);outline-offset:-3px}
#ko:checked~.page .en,#en:checked~.page .ko{display:none}
.verdict{--tone:var(--green);background:var(--card);border:1px solid var(--line);border-left:8px solid var(--tone);
border-radius:10px;padding:22px 26px 20px}
.verdict.amber{--tone:var(--amber)}.verdict.red{--tone:var(--red)}
.verdict h1{display:flex;gap:14px;align-items:center;margin:0;font-size:27px;line-height:1.3;letter-spacing:-.02em;
color:var(--tone)}
.verdict h1 .en{font-size:17px;font-weight:500;letter-spacing:0;color:var(--soft);margin-left:8px}
.verdict .sign{flex:none;width:40px;height:40px}
.sign .disc{fill:var(--tone)}.sign .stroke{stroke:var(--card);stroke-width:3.4;fill:none;stroke-linecap:round;
stroke-linejoin:round}
.verdict p{margin:8px 0 0}.verdict p.en{color:var(--soft);font-size:14px;margin:2px 0 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:14px 0 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:13px 16px 12px}
.tile .what{color:var(--soft);font-size:13px;line-height:1.4}
.tile b{display:block;font-size:25px;line-height:1.25;letter-spacing:-.02em;font-weight:650;
font-variant-numeric:tabular-nums}
.tile b{white-space:nowrap}.tile b.long{font-size:20px;line-height:31px}
.tile b.longest{font-size:15px;line-height:31px}
.tile small{color:var(--soft);font-size:13px}
.first{margin:14px 0 0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 22px 12px}
.first h2{margin:0 0 4px;font-size:15px}
.first h2 .en{font-weight:400;margin-left:4px;color:var(--soft)}
.first ul{list-style:none;margin:0;padding:0}
.first li{display:flex;gap:10px;padding:5px 0;border-top:1px solid var(--line)}
.first li:first-child{border:0}
.first a{color:inherit;text-decoration-color:var(--asked);text-underline-offset:3px}
.first li .en{display:block;color:var(--soft);font-size:13.5px}
.dot{flex:none;width:22px;text-align:center;font-weight:700}
.dot.red{color:var(--red)}.dot.amber{color:var(--amber)}.dot.plain{color:var(--one)}
nav.toc{display:flex;flex-wrap:wrap;gap:2px 16px;margin:18px 0 0;font-size:13.5px}
nav.toc a{color:var(--one);text-decoration:none;padding:2px 0}
nav.toc a:hover{text-decoration:underline}
nav.toc .en{color:var(--soft);font-size:12.5px}
section{margin:40px 0 0;scroll-margin-top:12px}
section>h2{font-size:20px;line-height:1.35;letter-spacing:-.01em;margin:0 0 14px;padding:0 0 8px;
border-bottom:2px solid var(--ink)}
section>h2 .en{font-size:14px;font-weight:400;color:var(--soft);margin-left:6px}
h3{font-size:15.5px;margin:26px 0 10px}
h3 .en{font-weight:400;color:var(--soft);font-size:13px;margin-left:4px}
p.about{color:var(--soft);margin:0 0 12px;font-size:14px}
p.about.lines .en{display:block;font-size:13px}.bars+.scroll{margin-top:14px}
.row{display:grid;grid-template-columns:minmax(110px,200px) 1fr minmax(110px,auto);gap:4px 14px;align-items:center;
padding:5px 0}
.row .name{font-size:14px;line-height:1.35}
.row .name .en{color:var(--soft);font-size:12.5px}
.row .plot{min-width:0;line-height:0}
.row .pair svg+svg{margin-top:2px}
.row .note,.step .note,.step .lost{font-variant-numeric:tabular-nums;font-size:13.5px}
.row .note{text-align:right}
.step .note i{font-style:normal;color:var(--soft)}
.step .lost{color:var(--soft);font-size:12.5px;line-height:1.3}
.step{display:grid;grid-template-columns:110px 1fr 210px;gap:0 16px;align-items:center}
.step.neck{align-items:stretch}.step.neck .plot{position:relative;min-height:22px}
.step.neck svg{position:absolute;inset:0;height:100%}.step.neck .lost{padding:4px 0;align-self:center}
.step .name{font-size:14px;line-height:1.25}.step .name .en{display:block;color:var(--soft);font-size:12.5px}
.step .plot{line-height:0;min-width:0}
svg{display:block}
.track{fill:var(--track)}.fill.one{fill:var(--one)}.fill.two{fill:var(--two)}.fill.asked{fill:var(--asked)}
.fill.warm{fill:var(--amber)}polygon.neck{fill:var(--neck)}
.axis{stroke:var(--soft);stroke-width:1}
.histogram{overflow-x:auto}.histogram .canvas{min-width:520px}
.histogram .few{max-width:640px}
.histogram text{font-size:11.5px;text-anchor:middle;fill:var(--soft);font-family:inherit}
.histogram .count{fill:var(--ink);font-variant-numeric:tabular-nums}
.histogram .left{text-anchor:start;fill:var(--ink)}
.curved{max-width:640px;margin:8px 0 14px;font-size:12.5px;color:var(--soft);font-variant-numeric:tabular-nums}
.curved .curve{fill:none;stroke:var(--one);stroke-width:2;vector-effect:non-scaling-stroke}
.curved .limit{stroke:var(--red);stroke-width:1.5;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
.curved .ends{display:flex;justify-content:space-between}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:0 0 8px}
.key span.chip{display:inline-flex;gap:6px;align-items:center}
.key svg{width:22px;flex:none}
details{margin:10px 0 0;border:1px solid var(--line);border-radius:8px;background:var(--card)}
summary{cursor:pointer;padding:8px 14px;font-size:14px}
summary:focus-visible,a:focus-visible,.scroll:focus-visible{outline:2px solid var(--one);outline-offset:2px}
summary .en{color:var(--soft);font-size:12.5px}
details[open]>summary{border-bottom:1px solid var(--line)}
details>.scroll,details>p{margin:0;padding:4px 14px 12px}
details.reason>summary{display:grid;grid-template-columns:14px 1fr;gap:0 8px;align-items:start;list-style:none}
details.reason>summary::-webkit-details-marker{display:none}
details.reason>summary::before{content:"▸";color:var(--soft);line-height:1.7}
details.reason[open]>summary::before{content:"▾"}
details.reason .row{padding:0;grid-template-columns:minmax(150px,330px) 1fr minmax(110px,auto)}
details.reason .name .en,details.reason .name .ko{display:block;color:var(--soft);font-size:12.5px;line-height:1.4}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.45}
caption{text-align:left;color:var(--soft);font-size:13px;padding:6px 0}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--line)}
thead th{font-weight:600;vertical-align:bottom;white-space:nowrap;border-bottom:1px solid var(--soft)}
thead th .en{display:block;font-weight:400;color:var(--soft);font-size:12px}
tbody th{font-weight:500}
.n{text-align:right;padding-right:14px;font-variant-numeric:tabular-nums;white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
tr.sum>*{border-top:1px solid var(--soft);font-weight:650}
td .text{min-width:240px;max-width:62ch}
td .text b{display:block;font-weight:600}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin:10px 0 18px}
.side{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px;min-width:0}
.side .head{color:var(--soft);font-size:13px}
.side h4{margin:2px 0 6px;font-size:14.5px}
.side p{margin:0;font-size:14px;line-height:1.75}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 2px}
footer{margin:48px 0 0;padding:14px 0 0;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
footer p{margin:4px 0}
@media(max-width:680px){.page{padding:0 14px 40px}.verdict{padding:16px 16px 14px}.verdict h1{font-size:22px;
align-items:flex-start}
.verdict h1 .en{display:block;margin:2px 0 0;font-size:15px}.verdict .sign{width:32px;height:32px}
.tiles{grid-template-columns:1fr 1fr;gap:8px}.tile{padding:10px 12px}.tile b{font-size:20px}.tile b.long{font-size:18px}
.row,details.reason .row{grid-template-columns:1fr auto}.row .plot{grid-column:1/3;grid-row:2}
.step{grid-template-columns:84px 1fr 96px;gap:0 8px}.step.neck .lost{grid-column:1/4;padding:0 0 4px;text-align:right}
.step.neck .plot{grid-column:2/3}.step .note b{display:block}.sides{grid-template-columns:1fr}
section>h2 .en{display:block;margin:0}.first{padding:12px 14px}.first li{gap:6px}}
@media print{body{background:#fff}.top .tongues,nav.toc{display:none}details{break-inside:avoid}
section{break-inside:auto}
.page{max-width:none;padding:0}}
"""
