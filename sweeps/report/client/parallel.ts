/**
 * Parallel coordinates: one line per point. A drag along an axis keeps the points in that range of values; a click on
 * the range removes it.
 */
export const PARALLEL = `
const MOST_LINES = 1500;
let scales = new Map();
function scaleOf(name, all) {
  const isNumber = numeric(name), log = isNumber && isLog(name);
  const levels = isNumber ? null : [...new Set(all.map((r) => r[name]).filter((v) => v !== null))].sort();
  const { low, high } = isNumber ? extremes(all, name) : { low: 0, high: levels.length - 1 };
  const share = (v) => { const n = isNumber ? v : levels.indexOf(v); return high === low ? 0.5 : log ? Math.log(n / low) / Math.log(high / low) : (n - low) / (high - low); };
  // The number at a share of the axis; an axis of one number has it in the middle.
  const at = (s) => high === low ? (s < 0.5 ? -Infinity : s > 0.5 ? Infinity : low) : s <= 0 ? low : s >= 1 ? high : log ? low * (high / low) ** s : low + s * (high - low);
  return { axis: label(name), share, at, low, high, levels, ends: [written(name, isNumber ? low : levels[0]), written(name, isNumber ? high : levels.at(-1))] };
}
async function drawParallel() {
  const all = shown(); const stride = Math.max(1, Math.ceil(all.length / MOST_LINES));
  const lines = all.filter((row, i) => row.front || i % stride === 0).sort((a, b) => a.front - b.front);
  const axes = [...parameters, ...objectives].filter((name) => new Set(all.map((r) => r[name])).size > 1);
  scales = new Map(axes.map((name) => [name, scaleOf(name, all)]));
  if (axes.length === 0) {
    if (views.parallel) { views.parallel.finalize(); delete views.parallel; }
    $("parallel").textContent = "No parameter and no objective varies."; $("parallel-note").textContent = "";
    return;
  }
  const folded = [], ends = [], rules = [];
  for (const [name, { axis, share, ends: words }] of scales) {
    for (const row of lines) if (row[name] !== null) folded.push({ id: row.id, front: row.front, axis, share: share(row[name]) });
    ends.push({ axis, share: 0, label: words[0] }, { axis, share: 1, label: words[1] });
    rules.push({ axis });
  }
  $("parallel-note").textContent = lines.length < all.length ? "The front and one in " + stride + " of the others. " : "";
  broad("parallel", 62 * axes.length);
  const view = await draw("parallel", SPECS.parallel, { folded, ends, rules, ranges: rangeRows() });
  clickable(view); dragged(view);
}
// A range is kept as values: numbers between two ends, or names. It stands where it was dragged until its axis changes.
function rangeOf(name, from, to) {
  const scale = scales.get(name);
  return { from, to, scale, ...(scale.levels ? { levels: scale.levels.filter((v) => scale.share(v) >= from && scale.share(v) <= to) } : { low: scale.at(from), high: scale.at(to) }) };
}
const holds = (range, v) => v !== null && (range.levels ? range.levels.includes(v) : v >= range.low && v <= range.high);
// Where a range stands on its axis; null: nowhere.
function placeOf(name, range) {
  const scale = scales.get(name);
  if (!scale) return null;
  if (range.scale === scale) return [range.from, range.to];
  const end = (v) => v < scale.low ? -1 : v > scale.high ? 2 : scale.share(v);
  const shares = range.levels ? range.levels.filter((v) => scale.levels.includes(v)).map(scale.share) : [end(range.low), end(range.high)];
  const from = Math.max(0, Math.min(...shares)), to = Math.min(1, Math.max(...shares));
  return from <= to ? [from, to] : null;
}
const rangeRows = () => [...S.ranges].flatMap(([name, range]) => { const place = placeOf(name, range); return place === null ? [] : [{ axis: scales.get(name).axis, from: place[0], to: place[1] }]; });
function showRanges() { if (views.parallel) views.parallel.data("ranges", rangeRows()).runAsync(); }
function inRanges(row) {
  return [...S.ranges].every(([name, range]) => holds(range, row[name]));
}
function dragged(view) {
  const canvas = $("parallel").querySelector("canvas");
  const place = (event) => {
    const box = canvas.getBoundingClientRect(), [left, top] = view.origin(), x = event.clientX - box.left - left, y = event.clientY - box.top - top;
    const scale = view.scale("x"); let name = null, distance = 22;
    for (const [one, { axis }] of scales) { const d = Math.abs(scale(axis) - x); if (d < distance) { distance = d; name = one; } }
    return { name, share: Math.min(1, Math.max(0, 1 - y / view.height())), inside: y > -14 && y < view.height() + 14 };
  };
  let start = null;
  canvas.style.touchAction = "pan-x pan-y";
  canvas.addEventListener("pointerdown", (event) => { const at = place(event); if (at.name && at.inside && event.button === 0) { start = at; canvas.setPointerCapture(event.pointerId); } });
  canvas.addEventListener("pointermove", (event) => {
    const at = place(event); canvas.style.cursor = at.name && at.inside ? "row-resize" : "";
    if (!start || Math.abs(at.share - start.share) < 0.015) return;
    S.ranges.set(start.name, rangeOf(start.name, Math.min(start.share, at.share), Math.max(start.share, at.share))); showRanges();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    const { name, share } = start, at = place(event); start = null;
    const range = S.ranges.get(name), old = range ? placeOf(name, range) : null;
    if (Math.abs(at.share - share) < 0.015) { if (!old || share < old[0] || share > old[1]) return; S.ranges.delete(name); showRanges(); }
    clicked = true; setTimeout(() => { clicked = false; }, 80);
    choose(S.ranges.size === 0 ? [] : shown().filter(inRanges).map((row) => row.id), null, true);
  });
}
`;
