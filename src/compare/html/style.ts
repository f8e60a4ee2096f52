/** The look of the page: light and dark as the reader has it, from phones to wide windows. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1b1f24;--soft:#5d6670;--line:#e1e3e6;--good:#0a7a3d;--bad:#b3261e;--before:#8a94a0;--after:#1769c2;
--h0:#c3c9d0;--h1:#7fb2e5;--h2:#f0b46a;--h3:#86c89a;--h4:#d89bd0;--h5:#e59a8f;--h6:#8fc9cc;--h7:#c9c36b}
@media(prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2126;--ink:#e6e9ec;--soft:#9aa5b1;--line:#323a42;--good:#5fd08f;--bad:#ff8a80;--before:#7b8794;--after:#6bb1ff;
--h0:#454d56;--h1:#2f5f92;--h2:#8a5c1c;--h3:#2f6e45;--h4:#76407a;--h5:#8c4238;--h6:#2d6c70;--h7:#6b661f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}h1 span{color:var(--soft);font-weight:400}
h2{font-size:1.15rem;margin:40px 0 12px}h3{font-size:.95rem;margin:0 0 6px}
p{margin:0 0 12px;color:var(--soft)}code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
small{color:var(--soft)}section,.tile,.times{min-width:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:12px;margin-top:20px}
.tile,.panel,.times{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px}
.tile h3{color:var(--soft);font-weight:500}.tile b{font-size:1.7rem;line-height:1.2;display:block}.tile span{color:var(--soft)}
.good,.tile .good{color:var(--good)}.bad,.tile .bad{color:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:0 0 8px}th{text-align:left;font-weight:600;color:var(--soft)}
td,th{padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}tbody tr:last-child>*{border-bottom:0}th small{font-weight:400}tbody th{color:var(--ink)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}td.path{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;min-width:180px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:24px;margin-top:16px}
svg{display:block;width:100%;height:auto}.bars svg{height:26px;border-radius:6px;background:var(--line)}.bars>div{margin-bottom:10px}.bars span,figcaption{color:var(--soft);font-size:.9rem}
figure{margin:0;min-width:0}figcaption{margin-bottom:6px}figure svg{border-radius:8px}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}
${Array.from({ length: 8 }, (_, hue) => `.hue${hue}{fill:var(--h${hue});background:var(--h${hue})}`).join('')}
.dot{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
.timegrid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:12px}
.time{display:grid;grid-template-columns:3.6rem 1fr 6.5rem;gap:8px;align-items:center;font-size:.9rem}.time span{color:var(--soft)}.time b{text-align:right;font-weight:600}
.before rect,.before circle{fill:var(--before)}.after rect,.after circle{fill:var(--after)}.time rect{opacity:.45}.time line{stroke:var(--ink);stroke-width:1.5}
.tools{display:flex;flex-wrap:wrap;gap:12px;margin-bottom:12px;align-items:center}
input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:7px 10px;min-width:0}input{flex:1 1 220px}
th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer}th button::after{content:" \\2195";opacity:.5}
th[aria-sort=ascending] button::after{content:" \\2191";opacity:1}th[aria-sort=descending] button::after{content:" \\2193";opacity:1}
:focus-visible{outline:2px solid var(--after);outline-offset:2px}
.fate{white-space:nowrap;font-weight:600}.ledger{max-height:70vh;overflow:auto}.ledger thead th{position:sticky;top:0;background:var(--card);z-index:1}
td details{margin:0;white-space:nowrap}td details[open]{white-space:normal}summary{cursor:pointer;color:var(--soft)}
@media(max-width:600px){main{padding:16px 12px 48px}.tile b{font-size:1.4rem}.panel,.tile,.times{padding:12px}h1{font-size:1.25rem}}
`

/** Searching and sorting of the table of files. Without it the page is whole, and sorted by size. */
export const pageScript = `
const table=document.getElementById('files');
if(table){
const body=table.tBodies[0],rows=[...body.rows],find=document.getElementById('find'),fate=document.getElementById('fate'),said=document.getElementById('found');
const show=()=>{const text=find.value.toLowerCase();let shown=0,paths=0;
for(const row of rows){const hit=(fate.value===''||row.dataset.f===fate.value)&&row.textContent.toLowerCase().includes(text);row.hidden=!hit;if(hit){shown++;paths+=+row.dataset.p}}
said.textContent=shown.toLocaleString('en-US')+' rows, '+paths.toLocaleString('en-US')+' paths'};
find.addEventListener('input',show);fate.addEventListener('change',show);show();
for(const head of table.tHead.rows[0].cells){const button=head.querySelector('button');if(!button)continue;
button.addEventListener('click',()=>{const up=head.getAttribute('aria-sort')==='descending'||(!head.hasAttribute('aria-sort')&&!head.classList.contains('n'));
for(const other of table.tHead.rows[0].cells)other.removeAttribute('aria-sort');head.setAttribute('aria-sort',up?'ascending':'descending');
const column=head.cellIndex,key=row=>head.classList.contains('n')?+(column===0?0:column===3?row.dataset.s:row.dataset.p):row.cells[column].textContent;
rows.sort((a,b)=>{const x=key(a),y=key(b);return (x<y?-1:x>y?1:0)*(up?1:-1)});body.append(...rows)})}
}
`
