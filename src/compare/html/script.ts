/**
 * Searching and sorting of the table of files, and reasons that search for themselves. Without it the page is whole, and sorted by size. Roles are
 * named because some browsers forget that a table is one when a narrow window lays its rows out otherwise.
 */
export const pageScript = `
for(const [name,role] of [['table','table'],['thead,tbody','rowgroup'],['tr','row'],['td','cell'],['th[scope=row],th[scope=rowgroup]','rowheader'],['th[scope=col]','columnheader']])for(const each of document.querySelectorAll(name))each.setAttribute('role',role);
const table=document.getElementById('files');
if(table){
const body=table.tBodies[0],rows=[...body.rows],heads=[...table.tHead.rows[0].cells],find=document.getElementById('find'),fate=document.getElementById('fate'),said=document.getElementById('found');
const texts=new Map(rows.map(row=>[row,row.textContent.toLowerCase()]));
const show=()=>{const text=find.value.trim().toLowerCase();let shown=0,paths=0;
for(const row of rows){const hit=(fate.value===''||row.dataset.f===fate.value)&&texts.get(row).includes(text);row.hidden=!hit;if(hit){shown++;paths+=+row.dataset.p}}
said.textContent=shown.toLocaleString('en-US')+(shown===1?' row, ':' rows, ')+paths.toLocaleString('en-US')+(paths===1?' path':' paths')};
find.addEventListener('input',show);fate.addEventListener('change',show);show();
heads.forEach((head,column)=>head.firstChild.addEventListener('click',()=>{
const isNumber=head.classList.contains('n'),up=head.hasAttribute('aria-sort')?head.getAttribute('aria-sort')==='descending':!isNumber;
for(const other of heads)other.removeAttribute('aria-sort');head.setAttribute('aria-sort',up?'ascending':'descending');
const key=row=>isNumber?+row.dataset[column===3?'s':'p']:row.cells[column].textContent;
rows.sort((a,b)=>{const x=key(a),y=key(b);return(x<y?-1:x>y?1:0)*(up?1:-1)});body.append(...rows)}));
for(const each of document.querySelectorAll('.reason button'))each.addEventListener('click',()=>{
find.value=each.dataset.why;fate.value=each.dataset.f;show();find.focus()});
}
`
