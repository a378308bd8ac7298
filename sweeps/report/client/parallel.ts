/**
 * Parallel coordinates: one line per point. A drag along an axis keeps the points in that range; a click on the range
 * removes it.
 */
export const PARALLEL = `
const MOST_LINES = 1500;
let scales = new Map();
function scaleOf(name, all) {
  const values = all.map((r) => r[name]).filter((v) => v !== null);
  const isNumber = numeric(name), log = isNumber && isLog(name);
  const levels = isNumber ? null : [...new Set(values)].sort();
  const low = isNumber ? Math.min(...values) : 0, high = isNumber ? Math.max(...values) : levels.length - 1;
  const share = (v) => { const n = isNumber ? v : levels.indexOf(v); return log ? Math.log(n / low) / Math.log(high / low) : (n - low) / (high - low); };
  return { axis: label(name), share, ends: [written(name, isNumber ? low : levels[0]), written(name, isNumber ? high : levels.at(-1))] };
}
async function drawParallel() {
  const all = shown(); const stride = Math.max(1, Math.ceil(all.length / MOST_LINES));
  const lines = all.filter((row, i) => row.front || i % stride === 0).sort((a, b) => a.front - b.front);
  const axes = [...parameters, ...objectives].filter((name) => new Set(all.map((r) => r[name])).size > 1);
  scales = new Map(axes.map((name) => [name, scaleOf(name, all)]));
  const folded = [], ends = [], rules = [];
  for (const [name, { axis, share, ends: words }] of scales) {
    for (const row of lines) if (row[name] !== null) folded.push({ id: row.id, front: row.front, axis, share: share(row[name]) });
    ends.push({ axis, share: 0, label: words[0] }, { axis, share: 1, label: words[1] });
    rules.push({ axis });
  }
  $("parallel-note").textContent = lines.length < all.length ? "The front and one in " + stride + " of the others. " : "";
  const view = await draw("parallel", SPECS.parallel, { folded, ends, rules, ranges: rangeRows() });
  clickable(view); dragged(view);
}
const rangeRows = () => [...S.ranges].filter(([name]) => scales.has(name)).map(([name, [from, to]]) => ({ axis: scales.get(name).axis, from, to }));
function showRanges() { if (views.parallel) views.parallel.data("ranges", rangeRows()).runAsync(); }
function inRanges(row) {
  return [...S.ranges].every(([name, [from, to]]) => { const at = scales.get(name); if (!at || row[name] === null) return false; const share = at.share(row[name]); return share >= from - 1e-9 && share <= to + 1e-9; });
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
    S.ranges.set(start.name, [Math.min(start.share, at.share), Math.max(start.share, at.share)]); showRanges();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    const { name, share } = start, at = place(event); start = null;
    const old = S.ranges.get(name);
    if (Math.abs(at.share - share) < 0.015) { if (!old || share < old[0] || share > old[1]) return; S.ranges.delete(name); showRanges(); }
    clicked = true; setTimeout(() => { clicked = false; }, 80);
    choose(S.ranges.size === 0 ? [] : shown().filter(inRanges).map((row) => row.id), null, true);
  });
}
`;
