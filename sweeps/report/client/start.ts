/** Controls, theme, and the first drawing of everything. */
export const START = `
function options(select, list, value) { for (const name of list) { const option = document.createElement("option"); option.value = name; option.textContent = name === "" ? "none" : label(name); select.append(option); } select.value = value; }
async function drawAll() { await drawScatter(); await drawParallel(); await drawImportance(); await drawBreakdown(); await drawPoint(); await drawHistory(); await mark(); document.body.dataset.ready = "yes"; }
function theme(name) { S.theme = name; document.documentElement.dataset.theme = name; $("theme").textContent = name === "dark" ? "Light" : "Dark"; }
theme(S.theme);
options($("x"), names, S.x); options($("y"), names, S.y); options($("colour"), ["", ...names], S.colour);
for (const option of $("stack").options) option.disabled = !SPECS[option.value];
$("logx").checked = S.logX; $("logy").checked = S.logY; $("only").value = S.only; $("stack").value = S.stack;
$("x").onchange = (e) => { S.x = e.target.value; S.logX = $("logx").checked = isLog(S.x); drawScatter().then(mark); };
$("y").onchange = (e) => { S.y = e.target.value; S.logY = $("logy").checked = isLog(S.y); drawScatter().then(mark); };
$("colour").onchange = (e) => { S.colour = e.target.value; drawScatter().then(mark); };
$("logx").onchange = (e) => { S.logX = e.target.checked; drawScatter().then(mark); };
$("logy").onchange = (e) => { S.logY = e.target.checked; drawScatter().then(mark); };
$("only").onchange = async (e) => { S.only = e.target.value; await drawScatter(); await drawParallel(); await mark(); };
if (D.certainty) $("bars").onchange = (e) => { S.bars = e.target.checked; ringFocus(); };
$("clear").onclick = () => choose([]);
$("front").onclick = () => choose(rows.filter((row) => row.front).map((row) => row.id), D.kneeId);
$("theme").onclick = () => { theme(S.theme === "dark" ? "light" : "dark"); drawAll(); };
$("stack").onchange = (e) => { S.stack = e.target.value; drawBreakdown(); };
$("search").oninput = (e) => { S.search = e.target.value; page = 0; drawTable(); };
$("search").onkeydown = (e) => { if (e.key === "Enter" && !$("pick").disabled) $("pick").click(); };
$("pick").onclick = () => { const ids = tableRows().map((row) => row.id); choose(ids, ids[0]); };
$("wide").onchange = (e) => { S.wide = e.target.checked; drawTable(); };
$("previous").onclick = () => { page = Math.max(0, page - 1); drawTable(); };
$("next").onclick = () => { page += 1; drawTable(); };
$("download").onclick = download;
// The next point of the front in the table's order.
function along(by) { const ids = tableRows().filter((row) => row.front).map((row) => row.id); if (ids.length === 0) return; const at = ids.indexOf(S.focus); look(ids[(at + by + ids.length) % ids.length]); }
$("earlier").onclick = () => along(-1); $("later").onclick = () => along(1);
// Paper is white, and has no second page of a table.
let dark = false;
addEventListener("beforeprint", () => { dark = S.theme === "dark"; S.printing = true; if (dark) { theme("light"); drawAll(); } else drawTable(); });
addEventListener("afterprint", () => { S.printing = false; if (dark) { theme("dark"); drawAll(); } else drawTable(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose([]); });
drawAll();
`;
