/**
 * The report page's own script, as text: linked views over the data in the page. It needs `vega` and `vegaLite` and nothing else;
 * it makes no request. Kept as text because it runs in the browser of whoever opens the page, not here.
 */
export const CLIENT = String.raw`
"use strict";
const D = unpack(JSON.parse(document.getElementById("data").textContent));
const { specs: SPECS, axes: AXES, first: FIRST } = JSON.parse(document.getElementById("pictures").textContent);
const $ = (id) => document.getElementById(id);
const label = (name) => AXES[name] ? AXES[name].label : name;
const text = (v) => v === null || v === undefined ? "–" : typeof v === "number" ? String(Number(v.toPrecision(5))) : String(v);
const parameters = D.parameters.map((p) => p.name);
const metrics = D.metrics.map((m) => m.name);
const objectives = D.objectives.map((o) => o.metric);
const names = [...objectives, ...metrics.filter((m) => !objectives.includes(m)), ...parameters];
const rows = D.points.id.map((id, i) => {
  const row = { id, front: D.points.front[i] === 1, beyond: D.points.beyond[i] === 1, knee: id === D.kneeId };
  for (const [name, column] of Object.entries(D.points.columns)) row[name] = column[i];
  return row;
});
const rowOf = new Map(rows.map((row) => [row.id, row]));
const detailOf = new Map(D.details.map((d) => [d.id, d]));
const numeric = (name) => AXES[name].scale !== "names";
const isLog = (name) => AXES[name].scale === "log";
const goal = new Map(D.objectives.map((o) => [o.metric, o.direction]));
const S = {
  x: FIRST.x, y: FIRST.y, colour: FIRST.colour,
  only: rows.some((r) => r.beyond) && rows.some((r) => !r.beyond) ? "within" : "all",
  chosen: new Set(), focus: D.kneeId ?? rows[0].id, stack: SPECS.energy ? "energy" : "area", sort: objectives[0], descending: D.objectives[0].direction === "max", search: "",
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
};
S.logX = isLog(S.x); S.logY = isLog(S.y);
const views = {};
const shown = () => rows.filter((row) => S.only === "all" || (S.only === "front" ? row.front : !row.beyond));

function config() {
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const line = getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
  const quiet = getComputedStyle(document.documentElement).getPropertyValue("--quiet").trim();
  return { background: "transparent", font: "system-ui, sans-serif", view: { stroke: line }, axis: { labelColor: quiet, titleColor: ink, gridColor: line, domainColor: quiet, tickColor: quiet, labelFontSize: 12, titleFontSize: 13 },
    legend: { labelColor: quiet, titleColor: ink }, text: { color: ink, fill: ink }, mark: { tooltip: null }, rule: { color: quiet } };
}
const tooltip = document.createElement("div");
tooltip.className = "vg-tooltip"; tooltip.hidden = true; document.body.append(tooltip);
function showTooltip(handler, event, item, value) {
  if (value === null || value === undefined || value === "") { tooltip.hidden = true; return; }
  tooltip.replaceChildren();
  const table = document.createElement("table");
  for (const [k, v] of Object.entries(typeof value === "object" ? value : { "": value })) {
    const tr = table.insertRow(); tr.insertCell().textContent = k; tr.insertCell().textContent = String(v);
  }
  tooltip.append(table); tooltip.hidden = false;
  tooltip.style.left = Math.min(event.clientX + 14, innerWidth - tooltip.offsetWidth - 8) + "px";
  tooltip.style.top = Math.min(event.clientY + 14, innerHeight - tooltip.offsetHeight - 8) + "px";
}
async function draw(name, spec, data) {
  const old = views[name]; if (old) old.finalize();
  const container = $(name); container.replaceChildren();
  const compiled = vegaLite.compile({ $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec, config: config() }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "canvas", container, hover: true, logLevel: vega.Error });
  view.tooltip(showTooltip);
  for (const [set, values] of Object.entries(data)) view.data(set, values);
  views[name] = view;
  await view.runAsync();
  container.dataset.drawn = "yes";
  return view;
}
function chosenSignal() { const chosen = {}; for (const id of S.chosen) chosen[id] = chosen["#" + id] = true; return chosen; }
async function mark() {
  const chosen = chosenSignal(); const any = S.chosen.size > 0;
  for (const name of ["scatter", "parallel", "breakdown"]) if (views[name]) await views[name].signal("chosen", chosen).signal("any", any).runAsync();
  $("chosen").textContent = any ? S.chosen.size + " selected" : "nothing selected";
  $("clear").disabled = !any; drawTable();
}
let clicked = false;
function choose(ids, focus) { S.chosen = new Set(ids); if (focus !== undefined && focus !== null) { S.focus = focus; drawChip(); } return mark(); }
function clickable(view) {
  view.addEventListener("click", (event, item) => {
    const datum = item && item.datum; const id = datum && (datum.id ?? (datum.name ? Number(datum.name.slice(1)) : undefined));
    if (id === undefined || !rowOf.has(id)) return;
    clicked = true; setTimeout(() => { clicked = false; }, 80);
    const next = new Set(event.shiftKey ? S.chosen : []);
    if (S.chosen.has(id) && (event.shiftKey || S.chosen.size === 1)) next.delete(id); else next.add(id);
    choose(next, id);
  });
}
// Points that no other one beats in the two metrics on the axes, with the corners between them.
function staircase(points) {
  if (!goal.has(S.x) || !goal.has(S.y)) return [];
  const sx = goal.get(S.x) === "max" ? -1 : 1, sy = goal.get(S.y) === "max" ? -1 : 1;
  const order = points.filter((p) => p.front).sort((a, b) => sx * (a.x - b.x) || sy * (a.y - b.y));
  const best = []; let least = Infinity;
  for (const p of order) if (sy * p.y < least) { least = sy * p.y; best.push(p); }
  return best.flatMap((p, i) => i === 0 ? [{ x: p.x, y: p.y }] : [{ x: p.x, y: best[i - 1].y }, { x: p.x, y: p.y }]).map((p, i) => ({ ...p, i }));
}
function channel(name, field, log) {
  if (!numeric(name)) return { field, type: "nominal", title: label(name) };
  const { low, high } = AXES[name]; const type = log && low > 0 ? "log" : "linear";
  return { field, type: "quantitative", title: label(name), scale: { type, domain: [low, high], nice: false, ...(type === "log" ? {} : { zero: false }) } };
}
const about = (row) => Object.fromEntries([["point", "#" + row.id], ...[...new Set([S.x, S.y, S.colour, ...objectives, ...parameters])].map((name) => [label(name), text(row[name])])]);
async function drawScatter() {
  const spec = structuredClone(SPECS.scatter);
  spec.encoding = { x: channel(S.x, "x", S.logX), y: channel(S.y, "y", S.logY) };
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const points = shown().map((row) => ({ id: row.id, front: row.front, knee: row.knee, x: row[S.x], y: row[S.y], colour: row[S.colour], row }));
  const colour = channel(S.colour, "colour", isLog(S.colour));
  if (colour.scale) { colour.scale.scheme = "cividis"; colour.legend = { gradientLength: 240 }; } else colour.scale = { scheme: "tableau10" };
  for (const layer of spec.layer) {
    const name = layer.data.name;
    if (name === "line") { layer.encoding.color = { value: ink }; layer.encoding.opacity = { value: 0.7 }; }
    if (name === "cloud") layer.encoding.color = colour;
    if (name === "marks" && layer.mark.type !== "text") { layer.encoding.color = colour; layer.mark.stroke = ink; }
  }
  const view = await draw("scatter", spec, { cloud: points.filter((p) => !p.front), marks: points.filter((p) => p.front), line: staircase(points) });
  view.tooltip((handler, event, item, value) => showTooltip(handler, event, item, item && item.datum && item.datum.row ? about(item.datum.row) : null));
  clickable(view);
  view.addSignalListener("brush", (_, range) => {
    if (clicked) return;
    const inside = Object.entries(range);
    if (inside.length === 0) { if (S.chosen.size > 0) choose([]); return; }
    choose(points.filter((p) => inside.every(([name, values]) => typeof values[0] === "number" ? p[name] >= Math.min(...values) && p[name] <= Math.max(...values) : values.includes(p[name]))).map((p) => p.id));
  });
}
const MOST_LINES = 1500;
async function drawParallel() {
  const all = shown(); const stride = Math.max(1, Math.ceil(all.length / MOST_LINES));
  const lines = all.filter((row, i) => row.front || i % stride === 0).sort((a, b) => a.front - b.front);
  const axes = [...parameters, ...objectives].filter((name) => new Set(all.map((r) => r[name])).size > 1);
  const folded = [], ends = [], rules = [];
  for (const name of axes) {
    const values = all.map((r) => r[name]).filter((v) => v !== null);
    const isNumber = numeric(name); const log = isNumber && isLog(name);
    const levels = isNumber ? null : [...new Set(values)].sort();
    const low = isNumber ? Math.min(...values) : 0, high = isNumber ? Math.max(...values) : levels.length - 1;
    const share = (v) => { const n = isNumber ? v : levels.indexOf(v); return log ? Math.log(n / low) / Math.log(high / low) : (n - low) / (high - low); };
    const axis = label(name);
    for (const row of lines) if (row[name] !== null) folded.push({ id: row.id, front: row.front, axis, share: share(row[name]) });
    ends.push({ axis, share: 0, label: text(isNumber ? low : levels[0]) }, { axis, share: 1, label: text(isNumber ? high : levels.at(-1)) });
    rules.push({ axis });
  }
  $("parallel-note").textContent = lines.length < all.length ? "The front and one in " + stride + " of the others. " : "";
  clickable(await draw("parallel", SPECS.parallel, { folded, ends, rules }));
}
async function drawImportance() {
  const data = D.importance.filter((e) => e.share !== null).map((e) => ({ ...e, metricLabel: label(e.metric), text: Math.round(e.share * 100) + " %" + (e.rank === null ? "" : e.rank > 0.1 ? " ↑" : e.rank < -0.1 ? " ↓" : "") }));
  await draw("importance", { ...SPECS.importance, height: 26 * new Set(data.map((e) => e.parameter)).size }, { importance: data });
}
async function drawBreakdown() {
  const picture = SPECS[S.stack];
  if (!picture) { $("breakdown").textContent = "no point of the front has a breakdown"; return; }
  const spec = structuredClone(picture);
  const value = (name) => rowOf.get(Number(name.slice(1)))?.[S.sort] ?? 0;
  spec.encoding.y.sort = [...spec.encoding.y.sort].sort((a, b) => value(a) - value(b));
  clickable(await draw("breakdown", spec, {}));
  if (S.chosen.size > 0) await views.breakdown.signal("chosen", chosenSignal()).signal("any", true).runAsync();
}
async function drawChip() {
  const detail = detailOf.get(S.focus) ?? detailOf.get(D.kneeId) ?? D.details[0];
  if (!detail) { $("chip-title").textContent = "no point of the front has details"; return; }
  const missing = detail.id !== S.focus ? " (details travel with points of the front only)" : "";
  $("chip-title").textContent = "point #" + detail.id + missing;
  const n = detail.coresPerTile, pitch = 1.35, inset = 0.04;
  const cores = detail.cores.map((c) => {
    const left = c.x * pitch + c.slot / n, right = c.x * pitch + (c.slot + 1) / n, busy = Math.max(c.synapseBusy, c.somaBusy);
    return { ...c, busy, left: left + inset, right: right - inset, bottom: c.y * pitch + inset, top: c.y * pitch + 1 - inset, centre: (left + right) / 2, middle: c.y * pitch + 0.5, text: cores0(detail) ? Math.round(busy * 100) + " %" : "" };
  });
  const step = { east: [1, 0], west: [-1, 0], north: [0, 1], south: [0, -1] };
  const links = detail.links.filter((l) => step[l.port]).map((l) => {
    const [dx, dy] = step[l.port]; const cx = l.x * pitch + 0.5, cy = l.y * pitch + 0.5, side = 0.12;
    return { name: "router " + l.router + " " + l.port, flitsPerCycle: l.flitsPerCycle, x1: cx + dx * 0.5 - dy * side, y1: cy + dy * 0.5 + dx * side, x2: cx + dx * (pitch - 0.5) - dy * side, y2: cy + dy * (pitch - 0.5) + dx * side };
  });
  // Tiles stay square as long as they fit.
  const extent = (key) => Math.max(...cores.map((c) => c[key])) + 1;
  const height = Math.round(Math.min(340, Math.max(90, ($("chip").clientWidth * extent("y")) / extent("x"))));
  await draw("chip", { ...SPECS.chip, height }, { cores, links });
}
const cores0 = (detail) => detail.cores.length <= 64;
let page = 0;
const PAGE = 100;
function tableRows() {
  const wanted = S.search.toLowerCase();
  const columns = [...parameters, ...metrics];
  const found = shown().filter((row) => wanted === "" || ("#" + row.id).includes(wanted) || columns.some((name) => (name + "=" + row[name]).toLowerCase().includes(wanted)));
  const sign = S.descending ? -1 : 1;
  return found.sort((a, b) => (S.chosen.has(b.id) - S.chosen.has(a.id)) || (a[S.sort] === b[S.sort] ? a.id - b.id : a[S.sort] === null ? 1 : b[S.sort] === null ? -1 : a[S.sort] < b[S.sort] ? -sign : sign));
}
function drawTable() {
  const found = tableRows(); const columns = [...objectives, ...parameters];
  page = Math.min(page, Math.max(0, Math.ceil(found.length / PAGE) - 1));
  const head = $("head"); head.replaceChildren();
  for (const name of ["id", ...columns]) {
    const th = document.createElement("th"); th.scope = "col"; const button = document.createElement("button");
    button.textContent = name === "id" ? "point" : label(name); button.append(S.sort === name ? (S.descending ? " ▼" : " ▲") : "");
    th.setAttribute("aria-sort", S.sort === name ? (S.descending ? "descending" : "ascending") : "none");
    button.onclick = () => { S.descending = S.sort === name ? !S.descending : false; S.sort = name; drawTable(); };
    th.append(button); head.append(th);
  }
  const body = $("body"); body.replaceChildren();
  for (const row of found.slice(page * PAGE, page * PAGE + PAGE)) {
    const tr = body.insertRow(); tr.tabIndex = 0; tr.dataset.id = row.id;
    tr.className = (S.chosen.has(row.id) ? "chosen " : "") + (row.front ? "front" : ""); tr.setAttribute("aria-selected", S.chosen.has(row.id));
    for (const name of ["id", ...columns]) tr.insertCell().textContent = name === "id" ? "#" + row.id : text(row[name]);
    const pick = (event) => choose(event.shiftKey ? [...S.chosen, row.id] : S.chosen.has(row.id) && S.chosen.size === 1 ? [] : [row.id], row.id);
    tr.onclick = pick; tr.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(event); } };
  }
  $("found").textContent = found.length + " points, page " + (page + 1) + " of " + Math.max(1, Math.ceil(found.length / PAGE));
}
function download() {
  const columns = ["id", "front", ...parameters, ...metrics];
  const cell = (v) => v === null || v === undefined ? "" : typeof v === "string" && /[",\n]/.test(v) ? '"' + v.replaceAll('"', '""') + '"' : String(v);
  const lines = [columns.join(","), ...tableRows().map((row) => columns.map((name) => cell(row[name])).join(","))];
  const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = D.study.name + "-points.csv"; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
function options(select, list, value) { for (const name of list) { const option = document.createElement("option"); option.value = name; option.textContent = label(name); select.append(option); } select.value = value; }
async function drawAll() { await drawScatter(); await drawParallel(); await drawImportance(); await drawBreakdown(); await drawChip(); if (SPECS.history) await draw("history", SPECS.history, {}); else $("history").textContent = "no reference point was fixed"; await mark(); document.body.dataset.ready = "yes"; }
function theme(name) { S.theme = name; document.documentElement.dataset.theme = name; $("theme").textContent = name === "dark" ? "Light" : "Dark"; }
theme(S.theme);
options($("x"), names, S.x); options($("y"), names, S.y); options($("colour"), names, S.colour);
$("logx").checked = S.logX; $("logy").checked = S.logY; $("only").value = S.only;
$("x").onchange = (e) => { S.x = e.target.value; S.logX = $("logx").checked = isLog(S.x); drawScatter().then(mark); };
$("y").onchange = (e) => { S.y = e.target.value; S.logY = $("logy").checked = isLog(S.y); drawScatter().then(mark); };
$("colour").onchange = (e) => { S.colour = e.target.value; drawScatter().then(mark); };
$("logx").onchange = (e) => { S.logX = e.target.checked; drawScatter().then(mark); };
$("logy").onchange = (e) => { S.logY = e.target.checked; drawScatter().then(mark); };
$("only").onchange = async (e) => { S.only = e.target.value; await drawScatter(); await drawParallel(); await mark(); };
$("clear").onclick = () => choose([]);
$("front").onclick = () => choose(rows.filter((row) => row.front).map((row) => row.id), D.kneeId);
$("theme").onclick = () => { theme(S.theme === "dark" ? "light" : "dark"); drawAll(); };
$("stack").onchange = (e) => { S.stack = e.target.value; drawBreakdown(); };
$("search").oninput = (e) => { S.search = e.target.value; page = 0; drawTable(); };
$("previous").onclick = () => { page = Math.max(0, page - 1); drawTable(); };
$("next").onclick = () => { page += 1; drawTable(); };
$("download").onclick = download;
document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose([]); });
drawAll();
`;
