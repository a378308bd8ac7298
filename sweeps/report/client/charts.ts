/** The scatter over the axes that the reader chooses, importance, breakdown stacks and history. */
import { NAMED } from "../../../base/plot/colours.js";

export const CHARTS = `
// Colours as a card shows them: black would not be seen on a dark one.
const onCard = (colours) => S.theme === "dark" ? colours.map((colour) => colour === "#000000" ? "#ffffff" : colour) : colours;
// Points that no other point dominates in the two metrics on the axes, with the corners between them.
function staircase(points) {
  if (!goal.has(S.x) || !goal.has(S.y)) return [];
  const sx = goal.get(S.x) === "max" ? -1 : 1, sy = goal.get(S.y) === "max" ? -1 : 1;
  const order = points.filter((p) => p.front).sort((a, b) => sx * (a.x - b.x) || sy * (a.y - b.y));
  const best = []; let least = Infinity;
  for (const p of order) if (sy * p.y < least) { least = sy * p.y; best.push(p); }
  return best.flatMap((p, i) => i === 0 ? [{ x: p.x, y: p.y }] : [{ x: p.x, y: best[i - 1].y }, { x: p.x, y: p.y }]).map((p, i) => ({ ...p, i }));
}
// Limits of an axis: those of the points shown, with a margin; of all results if nothing is shown.
function limits(name) {
  const { low, high } = extremes(shown(), name);
  if (!(high > low)) return AXES[name];
  return low > 0 && isLog(name) ? { low: low / (high / low) ** 0.03, high: high * (high / low) ** 0.03 } : { low: low - (high - low) * 0.03, high: high + (high - low) * 0.03 };
}
function channel(name, field, log) {
  if (!numeric(name)) return { field, type: "nominal", title: label(name) };
  const { low, high } = limits(name), type = log && low > 0 ? "log" : "linear";
  return { field, type: "quantitative", title: label(name), scale: { type, domain: [low, high], nice: false, ...(type === "log" ? {} : { zero: false }) } };
}
const about = (row) => Object.fromEntries([["point", "#" + row.id], ...[...new Set([S.x, S.y, ...(S.colour ? [S.colour] : []), ...objectives, ...parameters])].map((name) => [label(name), written(name, row[name])])]);
async function drawScatter() {
  const spec = structuredClone(SPECS.scatter);
  spec.encoding = { x: channel(S.x, "x", S.logX), y: channel(S.y, "y", S.logY) };
  const ink = tone("ink");
  const points = shown().map((row) => ({ id: row.id, front: row.front, knee: row.knee, x: row[S.x], y: row[S.y], colour: S.colour ? row[S.colour] : "", row }));
  const colour = S.colour ? channel(S.colour, "colour", isLog(S.colour)) : { value: tone("accent") };
  if (colour.scale) { colour.scale.scheme = "cividis"; colour.legend = { gradientLength: 240 }; } else if (S.colour) colour.scale = { range: onCard(${JSON.stringify(NAMED)}) };
  for (const layer of spec.layer) {
    const name = layer.data.name;
    if (name === "line") { layer.encoding.color = { value: ink }; layer.encoding.opacity = { value: 0.7 }; }
    // the outline shows a point whose colour is nearly that of the card
    if (name === "cloud") { layer.encoding.color = colour; layer.mark.stroke = ink; layer.mark.strokeWidth = 0.6; }
    if (name === "marks" && layer.mark.type !== "text") { layer.encoding.color = colour; layer.mark.stroke = ink; }
    if (name === "bars") layer.mark.color = ink;
    if (name === "focus") layer.mark.stroke = tone("mark-line");
  }
  const view = await draw("scatter", spec, { cloud: points.filter((p) => !p.front), marks: points.filter((p) => p.front), line: staircase(points), focus: focusPlace(), bars: errorBars() });
  view.tooltip((handler, event, item, value) => showTooltip(handler, event, item, item && item.datum && item.datum.row ? about(item.datum.row) : null));
  clickable(view);
  view.addSignalListener("brush", (_, range) => {
    if (clicked) return;
    const inside = Object.entries(range);
    if (inside.length === 0) { if (S.chosen.size > 0) choose([]); return; }
    choose(points.filter(brushed(inside)).map((p) => p.id));
  });
}
// Whether a point is in a brush: between two numbers, or at one of the values of an axis of names, which may be
// numbers.
const brushed = (inside) => (p) => inside.every(([name, values]) => numeric(name === "x" ? S.x : S.y) ? p[name] >= Math.min(...values) && p[name] <= Math.max(...values) : values.includes(p[name]));
function focusPlace() { const row = rowOf.get(S.focus); return row ? [{ x: row[S.x], y: row[S.y] }] : []; }
// Error bars of the point in view, or of the whole front.
function errorBars() {
  return shown().filter((row) => row.id === S.focus || (S.bars && row.front)).flatMap((row) => {
    const of = intervals.get(row.id) ?? {}, x = row[S.x], y = row[S.y];
    return [...(of[S.x] ? [{ x: of[S.x][0], x2: of[S.x][1], y, y2: y }] : []), ...(of[S.y] ? [{ x, x2: x, y: of[S.y][0], y2: of[S.y][1] }] : [])];
  });
}
function ringFocus() { if (views.scatter) views.scatter.data("focus", focusPlace()).data("bars", errorBars()).runAsync(); }
async function drawImportance() {
  // of a forest without a fit no share is known
  const judged = D.importance.filter((e) => e.share !== null || e.fit === 0);
  const cells = judged.map((e) => ({ ...e, parameter: label(e.parameter) + (e.when === null ? "" : " (if active)"), condition: e.when ?? "none", metricLabel: label(e.metric), text: e.share === null ? "?" : Math.round(e.share * 100) + (e.error < 0.005 ? "" : " ± " + Math.round(e.error * 100)) + " %" + (e.rank === null ? "" : e.rank > 0.1 ? " ↑" : e.rank < -0.1 ? " ↓" : "") }));
  const fits = objectives.flatMap((metric) => { const e = judged.find((one) => one.metric === metric && one.when === null); return e ? [{ parameter: "forest's fit", metricLabel: label(metric), condition: "none", share: null, total: null, error: null, fit: e.fit, text: Math.round(e.fit * 100) + " %" }] : []; });
  const data = [...cells, ...fits];
  if (data.length === 0) { $("importance").textContent = "too few results vary"; return; }
  broad("importance", 140 + 62 * new Set(data.map((e) => e.metricLabel)).size);
  await draw("importance", { ...SPECS.importance, height: 26 * new Set(data.map((e) => e.parameter)).size }, { importance: data });
}
async function drawBreakdown() {
  const picture = SPECS[S.stack];
  if (!picture) { $("breakdown").textContent = "No point of the front has a known " + S.stack + "."; return; }
  const spec = structuredClone(picture);
  const value = (name) => rowOf.get(Number(name.slice(1)))?.[S.sort] ?? 0;
  const sign = S.descending ? -1 : 1;
  spec.encoding.color.scale.range = onCard(spec.encoding.color.scale.range);
  spec.encoding.y.sort = [...spec.encoding.y.sort].sort((a, b) => sign * (value(a) - value(b)));
  clickable(await draw("breakdown", spec, {}));
  if (S.chosen.size > 0) await views.breakdown.signal("chosen", chosenSignal()).signal("any", true).runAsync();
}
async function drawHistory() {
  if (SPECS.history) await draw("history", SPECS.history, {}); else $("history").textContent = "no reference point was fixed";
}
`;
