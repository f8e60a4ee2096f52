/** The look of the page: light and dark as the reader has it, from phones to wide windows. Every text has the contrast of WCAG 2.2, level AA. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#161b22;--soft:#59636e;--line:#dfe3e8;--track:#e9ecf0;--accent:#0b5cad;
--good:#0a6b37;--good-bg:#e2f4e9;--bad:#a61b14;--bad-bg:#fdeae8;--warn:#7a4b00;--warn-bg:#fdf3dc;--flat-bg:#eceff2;--before:#8b96a3;--after:#1f6fc9;
--h0:#cfd5dc;--h1:#8fbcec;--h2:#f3bf7a;--h3:#93d0a6;--h4:#dba9d8;--h5:#eda79c;--h6:#90cfd2;--h7:#d3cd78}
@media(prefers-color-scheme:dark){:root{--bg:#0f1317;--card:#181d23;--ink:#e8ebee;--soft:#9ba7b4;--line:#2b333c;--track:#262d35;--accent:#7db8ff;
--good:#66d694;--good-bg:#12321f;--bad:#ff948b;--bad-bg:#431b19;--warn:#f0c674;--warn-bg:#3a2c0d;--flat-bg:#262d35;--before:#76828f;--after:#5aa6f8;
--h0:#3d4650;--h1:#28568a;--h2:#7a4f14;--h3:#28623d;--h4:#6b3a70;--h5:#823d34;--h6:#26605f;--h7:#5f5a1a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:1160px;margin:0 auto;padding:36px 24px 72px}
h1,h2,h3,p,figure,ul,dl,dd{margin:0;padding:0}
h1{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:1.75rem;line-height:1.2;letter-spacing:-.01em;overflow-wrap:anywhere}
h1 span{color:var(--soft);font-weight:400}h1 span:first-child,h1 span:last-child{min-width:0}h1 span:last-child{color:var(--ink);font-weight:700}
.facts{display:flex;flex-wrap:wrap;gap:8px 28px;margin-top:14px}.facts div{min-width:0}.facts dt{color:var(--soft);font-size:.86em}.facts dd{overflow-wrap:anywhere}h1 span:only-child{color:var(--ink);font-weight:700}
h2{font-size:1.15rem;line-height:1.3;margin:44px 0 4px}h3{font-size:.93rem;font-weight:600}
.lead{color:var(--soft);margin:0 0 14px;max-width:72ch}h2+:not(.lead){margin-top:14px}
code,.path,.digest{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.85em}
code,.path,.digest{overflow-wrap:anywhere}.digest{color:var(--soft);margin-top:8px}
small,.soft{color:var(--soft);font-size:.88em}
.panel{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:20px}.pair>*{min-width:0}.pair>.panel{align-self:start}table{align-self:start}
.pill{display:inline-block;padding:1px 9px;border-radius:99px;background:var(--flat-bg);color:var(--soft);font-size:.86em;font-weight:600;white-space:nowrap}
.pill.good{background:var(--good-bg);color:var(--good)}.pill.bad{background:var(--bad-bg);color:var(--bad)}
.banner{margin-top:22px;border:1px solid;border-radius:14px;padding:12px 20px}
.banner.warn{background:var(--warn-bg);border-color:var(--warn)}.banner.warn b{color:var(--warn)}.banner.good{background:var(--good-bg);color:var(--good)}.banner.bad{background:var(--bad-bg);color:var(--bad)}
.banner ul{list-style:none;margin-top:4px;color:var(--ink)}.banner li{padding:3px 0}.banner code{font-weight:700;margin-right:8px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(164px,1fr));gap:14px;margin-top:22px}
.tile{display:grid;grid-template-rows:subgrid;grid-row:span 5;gap:0;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 16px;min-width:0}
.tile h3{color:var(--soft);font-weight:500;align-self:end;line-height:1.3}.tile b{font-size:1.65rem;line-height:1.25;letter-spacing:-.02em;overflow-wrap:anywhere}
.tile .soft{margin-bottom:8px}.tile .pill{justify-self:start;grid-row:5}
.own .tile{grid-row:span 2}.own .tile h3{align-self:start}
.two{display:grid;gap:3px;margin:2px 0 10px}.two i{display:block;height:5px;border-radius:3px;background:var(--track)}.two i::before{content:"";display:block;height:100%;min-width:3px;width:var(--w);border-radius:3px;background:var(--before)}.two i:last-child::before{background:var(--after)}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding-bottom:6px}caption small{font-weight:400;margin-left:6px}
th{text-align:left;font-weight:600}thead th{color:var(--soft);font-size:.86em;vertical-align:bottom;border-bottom:1px solid var(--line);padding:6px 14px 6px 0}
td,tbody th{padding:8px 14px 8px 0;border-bottom:1px solid var(--line);vertical-align:top}tr>:last-child{padding-right:0}.n+:not(.n){padding-left:12px}tbody:last-child tr:last-child>*{border-bottom:0}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.group th{padding-top:20px;color:var(--soft);font-size:.8em;letter-spacing:.06em;text-transform:uppercase}tbody:nth-child(2) .group th{padding-top:10px}
details summary{cursor:pointer;width:fit-content}details summary::marker{color:var(--soft)}details p{color:var(--soft);font-weight:400;font-size:.9em;margin:2px 0 0 1.05em}
tbody th small{display:block;font-weight:400;margin-left:1.2em;overflow-wrap:anywhere}
.stack{display:flex;height:30px;border-radius:8px;overflow:hidden;background:var(--track);margin:5px 0 16px}.stack i{min-width:2px;border-right:1px solid var(--card)}.stack i:last-child{border:0}
.dot{display:inline-block;width:.75em;height:.75em;border-radius:3px;margin-right:7px}
.bar{width:26%;min-width:60px}.bar i{display:block;height:9px;margin-top:7px;border-radius:5px;background:var(--track)}.bar i::before{content:"";display:block;height:100%;width:var(--w);min-width:2px;border-radius:5px;background:var(--before)}.kept .bar i::before{background:var(--after)}
.map{position:relative;aspect-ratio:16/10;border-radius:10px;overflow:hidden;background:var(--track)}
.wide .map{aspect-ratio:21/9}
.map>i{position:absolute;border:solid var(--card);border-width:0 1px 1px 0;container-type:size;font-style:normal;overflow:hidden}
.map b,.map s{display:block;margin-left:6px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;text-decoration:none;font-size:12px;line-height:15px}.map b{margin-top:4px;font-weight:600}
@container (max-width:46px) or (max-height:21px){.map b,.map s{display:none}}@container (max-height:37px){.map s{display:none}}
figcaption{display:flex;justify-content:space-between;gap:12px;margin-bottom:8px}figcaption b{font-variant-numeric:tabular-nums}
.lines .dot{margin-right:10px}.lines th{white-space:nowrap}.lines th.path{white-space:normal;font-weight:400;min-width:220px}.waste td{min-width:150px}.waste small{white-space:nowrap}
.legend{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:5px 24px;margin-top:18px}.legend li{display:flex;align-items:baseline;gap:4px;min-width:0}.legend .path{min-width:0;flex:1}.legend span:last-child{white-space:nowrap}
${Array.from({ length: 8 }, (_, hue) => `.hue${hue}{background:var(--h${hue})}`).join('')}
.times{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:14px}
.time header{display:flex;justify-content:space-between;align-items:baseline;gap:12px;margin-bottom:8px}
.time div{display:grid;grid-template-columns:3.6rem minmax(0,1fr) 4.2rem;gap:10px;align-items:center;min-height:38px}.time div>b{text-align:right;line-height:1.2;font-variant-numeric:tabular-nums}.time small{display:block;font-weight:400}
.time svg{display:block;width:100%;height:22px;overflow:visible}.time .track{fill:var(--track)}.before .mid{fill:var(--before)}.after .mid{fill:var(--after)}.time line{stroke:var(--ink);stroke-width:1.5}
.tools{display:flex;flex-wrap:wrap;gap:10px 12px;margin-bottom:10px;align-items:center}
::placeholder{color:var(--soft);opacity:1}input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--before);border-radius:9px;padding:8px 12px;min-width:0;min-height:40px}input{flex:1 1 240px}
button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:4px 0;cursor:pointer}
thead button::after{content:" \\2195"/""}[aria-sort] button{color:var(--ink)}thead [aria-sort=ascending] button::after{content:" \\2191"/""}thead [aria-sort=descending] button::after{content:" \\2193"/""}
.reason button{text-align:left;text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:4px;padding:0}.reason button:hover{text-decoration-color:currentColor}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.ledger{max-height:min(72vh,760px);overflow:auto}.ledger thead th{position:sticky;top:0;background:var(--card);z-index:1}#files .path{min-width:180px}.nowhy tr>:nth-child(3){display:none!important}.changes{table-layout:fixed}
[hidden]{display:none!important}
@media(max-width:640px){main{padding:22px 14px 48px}h1{font-size:1.3rem}h2{margin-top:34px}.panel,.banner{padding:14px}.tiles{grid-template-columns:1fr 1fr;gap:10px}.tile{padding:12px}.tile b{font-size:1.3rem}.map,.wide .map{aspect-ratio:4/5}
.rows thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.rows tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr) 8.4rem;gap:2px 12px;padding:9px 0;border-bottom:1px solid var(--line)}.rows tr>*{padding:0!important;border:0!important;min-width:0}.rows th{grid-column:1/-1}.rows .n{text-align:left;white-space:normal}.rows td[data-t]::before{content:attr(data-t)/"";display:block;color:var(--soft);font-size:.8em}.rows td:last-child{text-align:right}.rows .group{border:0;padding:18px 0 2px}.rows tbody:nth-child(2) .group{padding-top:2px}
.lines thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.lines tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:3px 12px;padding:10px 0;border-bottom:1px solid var(--line)}.lines tr>*{padding:0!important;border:0!important;min-width:0!important}.lines td:nth-child(2){grid-column:1/-1}.lines .n{text-align:left}.lines td[data-t]::before{content:attr(data-t)/"";display:block;color:var(--soft);font-size:.8em}
.waste tr{grid-template-columns:minmax(0,1fr) auto}.waste td:nth-child(n){grid-column:1/-1}.waste th.path{grid-column:1}.waste td.n:nth-child(2){grid-column:2}
#files thead tr{display:flex;flex-wrap:wrap;gap:0 16px;position:sticky;top:0;background:var(--card);z-index:1}#files thead th{position:static;padding:4px 0;border:0}#files tbody tr{display:grid;grid-template-columns:1fr auto 4rem;gap:3px 12px;padding:9px 0;border-bottom:1px solid var(--line);align-items:baseline}#files td{padding:0!important;border:0;min-width:0;overflow-wrap:anywhere}#files .path{grid-column:1/-1;min-width:0}#files td:nth-child(3){grid-column:1/-1;order:1}#files td:nth-child(3):empty{display:none}
.bar{display:none}}
@media print{body{background:#fff}.ledger{max-height:none}.tools{display:none}.panel,.tile{break-inside:avoid}}
`
