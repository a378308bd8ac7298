/** The page's unpacked data, the reader's choices, the selection that all views share, and the drawing of a chart. */
import { WIDE } from "../../../base/plot/axis.js";

export const STATE = `
const D = unpack(JSON.parse(document.getElementById("data").textContent));
const { specs: SPECS, axes: AXES, first: FIRST } = JSON.parse(document.getElementById("pictures").textContent);
const $ = (id) => document.getElementById(id);
const label = (name) => AXES[name] ? AXES[name].label : name;
// Five digits, or as many more as fit: as tell a percentage from 100. What is missing at 12 digits is an error of
// arithmetic.
const rounded = (v, fits = (few) => few !== 100) => { let digits = 5; while (digits < 12 && !fits(Number(v.toPrecision(digits)))) digits++; return Number(v.toPrecision(digits)); };
const text = (v) => v === null || v === undefined ? "–" : typeof v === "number" ? String(rounded(v)) : String(v);
const parameters = D.parameters.map((p) => p.column);
// A value of a column: parameters as they are stored, results with five digits.
const written = (name, v) => typeof v === "number" && parameters.includes(name) ? String(v) : text(v);
const metrics = D.metrics.map((m) => m.name);
const objectives = D.objectives.map((o) => o.metric);
const names = [...objectives, ...metrics.filter((m) => !objectives.includes(m)), ...parameters];
const rows = D.points.id.map((id, i) => {
  const values = Object.fromEntries(Object.entries(D.points.columns).map(([name, column]) => [name, column[i]]));
  return { ...values, id, front: D.points.front[i] === 1, beyond: D.points.beyond[i] === 1, knee: id === D.kneeId };
});
const rowOf = new Map(rows.map((row) => [row.id, row]));
const detailOf = new Map(D.details.map((d) => [d.id, d]));
const intervals = new Map((D.certainty ? D.certainty.points : []).map((point) => [point.id, point.intervals]));
const numeric = (name) => AXES[name].scale !== "names";
// Of all rows: too many to be arguments of Math.min.
const extremes = (rows, name) => {
  let low = Infinity, high = -Infinity;
  for (const row of rows) if (typeof row[name] === "number") { low = Math.min(low, row[name]); high = Math.max(high, row[name]); }
  return { low, high };
};
// By the points shown: of those that are not, one may be 0.
const isLog = (name) => {
  if (!numeric(name)) return false;
  const { low, high } = extremes(shown(), name);
  return low > 0 && high / low > ${WIDE};
};
const goal = new Map(D.objectives.map((o) => [o.metric, o.direction]));
const S = {
  x: FIRST.x, y: FIRST.y, colour: FIRST.colour,
  only: rows.some((r) => r.beyond) && rows.some((r) => !r.beyond) ? "within" : "all",
  chosen: new Set(), ranges: new Map(), focus: D.kneeId ?? rows[0].id, stack: SPECS.energy ? "energy" : "area", sort: objectives[0],
  descending: D.objectives[0].direction === "max", search: "", wide: false, bars: false, printing: false,
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
};
const shown = () => rows.filter((row) => S.only === "all" || (S.only === "front" ? row.front : !row.beyond));
S.logX = isLog(S.x); S.logY = isLog(S.y);
const views = {};
const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function config() {
  const ink = tone("ink"), line = tone("line"), quiet = tone("quiet");
  return { background: "transparent", font: "system-ui, sans-serif", view: { stroke: line },
    axis: { labelColor: quiet, titleColor: ink, gridColor: line, domainColor: quiet, tickColor: quiet, labelFontSize: 12, titleFontSize: 13, labelOverlap: true, tickCount: 6 },
    legend: { labelColor: quiet, titleColor: ink, labelFontSize: 12, titleFontSize: 13, titleLimit: 260, labelOverlap: true },
    text: { color: ink, fill: ink }, mark: { tooltip: null }, rule: { color: quiet } };
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
  tooltip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tooltip.offsetWidth - 8)) + "px";
  tooltip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - tooltip.offsetHeight - 8)) + "px";
}
async function draw(name, spec, data) {
  const old = views[name]; if (old) old.finalize();
  const container = $(name); container.replaceChildren();
  const compiled = vegaLite.compile({ $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec, config: config() }).spec;
  const view = new vega.View(vega.parse(compiled, null, { ast: true }), { expr: vega.expressionInterpreter, renderer: "canvas", container, hover: true, logLevel: vega.Error });
  view.tooltip(showTooltip);
  for (const [set, values] of Object.entries(data)) view.data(set, values);
  views[name] = view;
  await view.runAsync();
  container.dataset.drawn = "yes";
  return view;
}
// A chart with many columns keeps their least width; on narrow screens it scrolls.
function broad(name, px) { $(name).style.minWidth = px + "px"; }
function chosenSignal() { const chosen = {}; for (const id of S.chosen) chosen[id] = chosen["#" + id] = true; return chosen; }
const SELECTING = ["scatter", "parallel", "breakdown"];
async function mark() {
  const chosen = chosenSignal(), any = S.chosen.size > 0;
  for (const name of SELECTING) if (views[name] && views[name].selects) await views[name].signal("chosen", chosen).signal("any", any).runAsync();
  $("chosen").textContent = any ? S.chosen.size + " selected" : "nothing selected";
  $("clear").disabled = !any; drawTable();
}
let clicked = false;
// Selects points in every view; the point in focus is also shown in full. Ranges on the parallel axes are removed,
// unless they made this selection.
function choose(ids, focus, keepRanges) {
  S.chosen = new Set(ids);
  if (!keepRanges && S.ranges.size > 0) { S.ranges.clear(); showRanges(); }
  if (focus !== undefined && focus !== null) look(focus);
  return mark();
}
function look(id) { S.focus = id; drawPoint(); ringFocus(); }
function clickable(view) {
  view.selects = true;
  view.addEventListener("click", (event, item) => {
    const datum = item && item.datum; const id = datum && (datum.id ?? (datum.name ? Number(datum.name.slice(1)) : undefined));
    if (id === undefined || !rowOf.has(id)) return;
    clicked = true; setTimeout(() => { clicked = false; }, 80);
    const next = new Set(event.shiftKey ? S.chosen : []);
    if (S.chosen.has(id) && (event.shiftKey || S.chosen.size === 1)) next.delete(id); else next.add(id);
    choose(next, id);
  });
}
`;
