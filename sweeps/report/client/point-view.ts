/**
 * The point in focus: its metrics, its parameters, its chip with the load of cores and links, and commands to continue
 * with it.
 */
import { NO_WIDTH } from "../../../base/enclosure.js";

export const POINT = `
// A value and its interval; the value has more digits where fewer would put it outside.
function besideInterval(row, name) {
  const value = row[name], range = (intervals.get(row.id) ?? {})[name];
  if (!range) return written(name, value);
  if (range[0] === range[1]) return text(value) + " (${NO_WIDTH})";
  return rounded(value, (few) => few >= range[0] && few <= range[1]) + " (" + range[0] + " – " + range[1] + ")";
}
function nameFocus() {
  const row = rowOf.get(S.focus);
  $("point-title").textContent = "Point #" + S.focus + (row.knee ? " (knee)" : "") + (row.front ? ", on the front" : row.beyond ? ", beyond the limits" : "");
  $("point-command").textContent = D.study.showCommand + " " + S.focus;
}
async function drawPoint() {
  const row = rowOf.get(S.focus), detail = detailOf.get(S.focus);
  nameFocus();
  const facts = $("facts"); facts.replaceChildren();
  const entry = (name, goalText) => {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = label(name) + goalText; dd.textContent = besideInterval(row, name); if (goalText) dd.className = "goal"; facts.append(dt, dd);
  };
  for (const name of objectives) entry(name, goal.get(name) === "max" ? ", max" : ", min");
  for (const name of D.limits) entry(name, ", limited");
  if (D.certainty) entry("on_front_percent", "");
  for (const name of parameters) entry(name, "");
  const unbuilt = D.unbuiltLanes.find(({ id }) => id === S.focus);
  if (unbuilt) {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = "lanes built"; dd.textContent = unbuilt.kinds.map(({ asked, built }) => built + " of " + asked).join(", "); facts.append(dt, dd);
  }
  await drawChip(detail);
}
async function drawChip(detail) {
  const chip = $("chip");
  $("chip-note").textContent = detail ? detail.linksNote : "";
  if (!detail || detail.cores.length === 0) {
    if (views.chip) { views.chip.finalize(); delete views.chip; }
    chip.textContent = detail ? "The chip's model gives no utilisation." : D.details.length === 0 ? "The page holds the utilisation of points on the front, and there is none." : "Not among the " + D.details.length + " points of the front whose utilisation this page holds.";
    return;
  }
  const n = detail.coresPerTile, pitch = 1.45, inset = 0.04;
  const cores = detail.cores.map((c) => {
    const left = c.x * pitch + c.slot / n, right = c.x * pitch + (c.slot + 1) / n, busy = Math.max(c.synapseBusy, c.somaBusy);
    return { ...c, busy, left: left + inset, right: right - inset, bottom: c.y * pitch + inset, top: c.y * pitch + 1 - inset, centre: (left + right) / 2, middle: c.y * pitch + 0.5, text: detail.cores.length <= 64 ? Math.round(busy * 100) + " %" : "" };
  });
  const step = { east: [1, 0], west: [-1, 0], north: [0, 1], south: [0, -1] };
  const between = detail.links.map((l, i) => ({ ...l, busy: l.flitsPerCycle * detail.flitCycles[i] })).filter((l) => step[l.towards]);
  const hottest = Math.max(0, ...between.map((l) => l.busy));
  // Rightward traffic runs in the lower lane, upward traffic in the right one, like cars.
  const links = between.map((l) => {
    const [dx, dy] = step[l.towards], cx = l.x * pitch + 0.5 + dy * 0.13, cy = l.y * pitch + 0.5 - dx * 0.13, wraps = l.wraps ? 0.2 : pitch - 1;
    return { name: "router " + l.router + " " + l.port + (l.wraps ? " (wraps around)" : ""), flitsPerCycle: l.flitsPerCycle, busy: l.busy, x1: cx + dx * 0.5, y1: cy + dy * 0.5, x2: cx + dx * (0.5 + wraps), y2: cy + dy * (0.5 + wraps), tip: dx > 0 ? 90 : dx < 0 ? -90 : dy > 0 ? 0 : 180 };
  });
  // Tiles stay square as long as they fit.
  const extent = (key) => Math.max(...cores.map((c) => c[key])) * pitch + 1;
  const height = Math.round(Math.min(300, Math.max(60, ($("chip").clientWidth * extent("y")) / extent("x"))));
  const spec = structuredClone(SPECS.chip);
  spec.layer = spec.layer.filter((layer) => hottest > 0 || !/^links/.test(layer.data.name));
  await draw("chip", { ...spec, height }, hottest > 0 ? { cores, links } : { cores });
}
`;
