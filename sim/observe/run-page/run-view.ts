/**
 * The drawing of a run over time, for a page: its controls, its script, its style. The script runs in the reader's
 * browser; it needs `RUN`, the frames of run-frames.ts, and makes no requests.
 */
import { type MarkupText, markup, markupText } from "../../../base/escape/markup.js";
import type { RunFrames } from "./run-frames.js";

/** The section; `title` names the run. */
export function runSection(run: RunFrames, title: string): MarkupText {
  const network = run.network === "" ? "" : `, ${run.network}`;
  const left = run.leftOut === 0 ? "" : ` The last ${run.leftOut} waves of the recording are not on this page.`;
  const unseen = run.hasUnseenRows
    ? " A dense scan also reads rows of sources without a spike; these have no events and are left out."
    : "";
  const note = `One frame is one wave: a step of each population on its way through the chip. Tap a core to follow it; the left and right arrow keys step while the slider has the focus. A core's colour is the share of the wave's cycles in which its unit works or waits for memories: the synapse unit from taking a message to issuing its last row, the soma from asking for a batch of neurons until the state memory has served it. Utilisation counts work without waits, and the soma's search and whole intervals.${unseen} The bar at its foot is its fullest input queue; a link's colour and width are the share of the cycles in which it carries a flit.${left}`;
  return markup`<section aria-labelledby="h-run" class="run"><h2 id="h-run">${markupText(title)}</h2>
<p class="quiet">${markupText(`Chip ${run.chip}${network}, ${run.clockMhz} MHz, ${run.wave.length} waves.`)}</p>
<div class="bar run-controls"><button id="run-play" type="button">Play</button><button id="run-back" type="button" aria-label="Wave before">◀</button><button id="run-on" type="button" aria-label="Next wave">▶</button>
<label>cores show <select id="run-metric"></select></label><label>speed <select id="run-speed"><option value="2">2 waves/s</option><option value="8" selected>8 waves/s</option><option value="30">30 waves/s</option></select></label><label>follow <select id="run-core"></select></label></div>
<p id="run-said" class="run-said" aria-live="polite"></p>
<input id="run-at" type="range" min="0" max="${run.wave.length - 1}" value="0" step="1" aria-label="Wave of the recording">
<canvas id="run-waves" class="run-strip" role="img" aria-label="Cycles of each wave, work and barrier"></canvas>
<div class="run-stage"><svg id="run-chip" role="img" aria-label="Cores and links of the chip in this wave"></svg>
<div class="run-side"><div id="run-legend" class="run-legend"></div><h3 id="run-followed"></h3><canvas id="run-strip" class="run-strip" role="img" aria-label="The followed core over all waves"></canvas><dl id="run-facts" class="facts"></dl></div></div>
<p class="quiet note">${markupText(note)}</p></section>
`;
}

export const RUN_STYLE = `
.run { scroll-margin-top: 100px; } .run h3 { font-size: 14px; margin: 10px 0 4px; } .run-said { font-variant-numeric: tabular-nums; margin: 0 0 4px; min-height: 1.5em; }
.run #run-at { width: 100%; margin: 0; padding: 0; } .run-strip { display: block; width: 100%; height: 56px; margin: 2px 0 8px; }
.run-stage { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); align-items: start; } .run-stage svg { width: 100%; height: auto; max-height: 78vh; touch-action: manipulation; }
@media (min-width: 900px) { .run-stage { grid-template-columns: minmax(0, 3fr) minmax(260px, 1fr); } }
.run svg .core { cursor: pointer; stroke: var(--quiet); stroke-width: 0.012; } .run svg .core.followed { stroke: var(--mark-line); stroke-width: 0.05; }
.run svg .tile { fill: none; stroke: var(--line); stroke-width: 0.02; } .run svg text { font: 600 0.17px system-ui, sans-serif; pointer-events: none; }
.run svg .queue { fill: none; stroke-width: 0.07; } .run svg .link { fill: none; stroke-linecap: butt; }
.run-legend { font-size: 13px; } .run-legend p { margin: 0; } .run-legend div { line-height: 1; margin-bottom: 6px; } .run-legend span { display: inline-block; width: 22px; height: 12px; border: 1px solid var(--line); vertical-align: -1px; }
@media print { .run-controls, #run-at { display: none !important; } .run-stage svg { max-height: 110mm; } }
`;

export const RUN_CLIENT = `
(() => {
const R = RUN, $r = (id) => document.getElementById(id), frames = R.wave.length, cores = R.cores.length, links = R.links.length;
// Nine steps of cividis, readable without colour vision and in grey.
const RAMP = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"];
const step = (share) => share <= 0 ? -1 : Math.min(8, Math.floor(share * 9));
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const fill = (share) => step(share) < 0 ? css("paper") : RAMP[step(share)];
const inkOn = (share) => step(share) < 0 ? css("quiet") : step(share) < 5 ? "#ffffff" : "#111111";
const number = (v) => Number(v.toPrecision(4)).toLocaleString("en");
const highest = (list) => { let most = 0; for (const v of list) if (v > most) most = v; return most; };
const cycles = (f) => Math.max(1, R.endCycle[f] - R.startCycle[f]);
const share = (list) => (f, c) => list[f * cores + c] / cycles(f);
const soma = share(R.somaCycles), synapse = share(R.synapseCycles);
const count = (list) => { const most = Math.max(1, highest(list)); return { most, of: (f, c) => list[f * cores + c] / most, text: (f, c) => String(list[f * cores + c]), scale: "0 to " + number(most) }; };
const percent = (of) => ({ of, text: (f, c) => Math.round(100 * of(f, c)) + " %", scale: "0 to 100 % of the wave's cycles" });
const METRICS = {
  busy: { label: "busier unit, with waits", ...percent((f, c) => Math.max(soma(f, c), synapse(f, c))) },
  soma: { label: "soma, with waits", ...percent(soma) },
  synapse: { label: "synapse unit, with waits", ...percent(synapse) },
  queue: { label: "fullest input queue", ...count(R.queued) },
  sent: { label: "packets sent", ...count(R.sent) },
  received: { label: "packets received", ...count(R.received) },
};
let at = 0, metric = "busy", timer = null, followed = Math.max(0, R.cores.findIndex((c) => c.neurons > 0));
const flow = (f, l) => R.flits[f * links + l] / cycles(f), busy = (f, l) => flow(f, l) * R.links[l].flitCycles;
const each = (l) => R.links[l].flitCycles === 1 ? "" : " of " + R.links[l].flitCycles + " cycles each";
let hottest = 0;
for (let f = 0; f < frames; f++) for (let l = 0; l < links; l++) hottest = Math.max(hottest, busy(f, l));
const deepest = Math.max(1, highest(R.queued));

// The drawing: made once, coloured by frame. North is up.
const NS = "http://www.w3.org/2000/svg", svg = $r("run-chip");
const make = (name, attributes, parent) => { const one = document.createElementNS(NS, name); for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value); (parent ?? svg).append(one); return one; };
// A tile is 1 high and as wide as its cores; links take what is between.
const wide = Math.max(1, Math.min(4, R.coresPerTile * 0.8)), gapX = 0.55, gapY = 0.55, pitchX = wide + gapX, pitchY = 1 + gapY;
const columns = 1 + Math.max(R.width - 1, ...R.links.map((l) => Math.ceil(l.fromX)));
const middle = (x, y) => [x * pitchX + wide / 2, (R.height - 1 - y) * pitchY + 0.5];
const span = columns * pitchX - gapX + 0.7;
svg.setAttribute("viewBox", [-0.35, -0.35, span, R.height * pitchY - gapY + 0.7].join(" "));
svg.style.maxWidth = 170 * span + "px"; // a few tiles need no whole screen
const drawnLinks = R.links.map((l) => {
  const [x1, y1] = middle(l.fromX, l.fromY), [x2, y2] = middle(l.toX, l.toY), dx = x2 - x1, dy = y2 - y1, long = Math.sqrt(dx * dx + dy * dy) || 1;
  const ux = dx / long, uy = dy / long, sideX = -uy, sideY = ux, beside = Math.abs(l.fromX - l.toX) + Math.abs(l.fromY - l.toY) === 1 && l.fromX < R.width && l.toX < R.width;
  // Each direction has its own lane, on its right-hand side; links over more than a tile bow out.
  const lane = 0.11, cut = (u, half) => u === 0 ? Infinity : half / Math.abs(u);
  const edge = beside ? Math.min(cut(ux, wide / 2), cut(uy, 0.5)) : 0.1, bow = beside ? 0 : 0.22 + 0.06 * long;
  const ax = x1 + ux * edge + sideX * lane, ay = y1 + uy * edge + sideY * lane, bx = x2 - ux * edge + sideX * lane, by = y2 - uy * edge + sideY * lane;
  const path = make("path", { class: "link", d: "M" + ax + " " + ay + " Q" + ((ax + bx) / 2 + sideX * bow) + " " + ((ay + by) / 2 + sideY * bow) + " " + bx + " " + by });
  const tip = make("title", {}, path);
  return { path, tip };
});
const tiles = new Set();
const drawnCores = R.cores.map((c, i) => {
  const x = c.x * pitchX + (c.slot * wide) / R.coresPerTile, y = (R.height - 1 - c.y) * pitchY, w = wide / R.coresPerTile, key = c.x + " " + c.y;
  if (!tiles.has(key)) { tiles.add(key); make("rect", { class: "tile", x: c.x * pitchX - 0.04, y: y - 0.04, width: wide + 0.08, height: 1.08, rx: 0.06 }); }
  const box = make("rect", { class: "core", x: x + 0.02, y: y + 0.02, width: w - 0.04, height: 0.96, rx: 0.04 });
  const tip = make("title", {}, box);
  const room = cores <= 72 && w >= 0.45;
  const line = (dy, size) => room ? make("text", { x: x + w / 2, y: y + dy, "text-anchor": "middle", "font-size": size }) : null;
  const name = line(0.24), value = line(0.52), where = line(0.74);
  if (name) name.textContent = "core " + c.core;
  // As many letters as fit; the whole name is in the facts.
  const letters = Math.floor((w - 0.08) / 0.062), words = c.populations.join(" ");
  if (where) { where.style.fontSize = "0.1px"; where.textContent = words.length <= letters ? words : words.slice(0, Math.max(1, letters - 1)) + "…"; }
  const queue = make("path", { class: "queue", d: "M" + (x + 0.07) + " " + (y + 0.9) + " h" + (w - 0.14), pathLength: "1" });
  box.addEventListener("click", () => follow(i));
  return { box, tip, texts: [name, value, where], value, queue };
});

function show(f) {
  at = Math.max(0, Math.min(frames - 1, f));
  $r("run-at").value = String(at);
  const M = METRICS[metric], long = cycles(at), barrier = R.endCycle[at] - R.workedCycle[at];
  R.cores.forEach((c, i) => {
    const { box, tip, texts, value, queue } = drawnCores[i], part = M.of(at, i), ink = inkOn(part);
    box.setAttribute("fill", fill(part)); box.classList.toggle("followed", i === followed);
    for (const text of texts) if (text) text.setAttribute("fill", ink);
    if (value) value.textContent = c.neurons === 0 ? "–" : M.text(at, i);
    const held = R.queued[at * cores + i] / Math.max(1, c.queueDepth ?? deepest);
    queue.setAttribute("stroke", ink); queue.setAttribute("stroke-dasharray", Math.min(1, held) + " 1"); queue.style.visibility = held > 0 ? "visible" : "hidden";
    tip.textContent = "core " + c.core + ": " + (c.populations.join(", ") || "no neurons") + "; " + M.label + " " + M.text(at, i);
  });
  R.links.forEach((l, i) => {
    const part = hottest === 0 ? 0 : busy(at, i) / hottest, { path, tip } = drawnLinks[i];
    path.setAttribute("stroke", part > 0 ? RAMP[Math.max(2, step(part))] : css("line")); path.setAttribute("stroke-width", 0.03 + 0.13 * part);
    tip.textContent = l.name + ": " + number(R.flits[at * links + i]) + " flits" + each(i) + ", " + number(flow(at, i)) + " per cycle";
  });
  const us = long / R.clockMhz, said = "Utterance " + R.utterance[at] + ", wave " + R.wave[at] + " (" + (at + 1) + " of " + frames + "): cycles " + R.startCycle[at].toLocaleString("en") + " to " + R.endCycle[at].toLocaleString("en") + ", " + long.toLocaleString("en") + (barrier > 0 ? " with a barrier of " + barrier : "") + ", " + number(us) + " µs";
  $r("run-said").textContent = said; $r("run-at").setAttribute("aria-valuetext", said);
  drawWaves(); facts(); drawStrip();
}
function surface(id) {
  const canvas = $r(id), scale = devicePixelRatio || 1, w = canvas.clientWidth || 300, h = canvas.clientHeight || 56;
  canvas.width = Math.round(w * scale); canvas.height = Math.round(h * scale);
  const pen = canvas.getContext("2d"); pen.setTransform(scale, 0, 0, scale, 0, 0); pen.clearRect(0, 0, w, h);
  return { pen, w, h };
}
const longest = Math.max(1, ...Array.from({ length: Math.min(frames, 50000) }, (_, f) => cycles(f)));
function drawWaves() {
  const { pen, w, h } = surface("run-waves"), one = w / frames;
  for (let f = 0; f < frames; f++) {
    const all = (h - 4) * cycles(f) / longest, work = (h - 4) * (R.workedCycle[f] - R.startCycle[f]) / longest, wideBar = Math.max(0.6, one * (one > 3 ? 0.82 : 1));
    pen.fillStyle = css("line"); pen.fillRect(f * one, h - all, wideBar, all);
    pen.fillStyle = f === at ? css("mark-line") : css("accent"); pen.fillRect(f * one, h - work, wideBar, work);
  }
  pen.fillStyle = css("mark-line"); pen.fillRect(at * one, 0, Math.max(2, one), 2);
}
function drawStrip() {
  const { pen, w, h } = surface("run-strip"), one = w / Math.max(1, frames - 1);
  for (const [of, colour, dash] of [[synapse, css("accent"), []], [soma, css("mark-line"), [4, 3]]]) {
    pen.strokeStyle = colour; pen.setLineDash(dash); pen.lineWidth = 1.5; pen.beginPath();
    for (let f = 0; f < frames; f++) { const y = h - 2 - (h - 4) * Math.min(1, of(f, followed)); if (f === 0) pen.moveTo(0, y); else pen.lineTo(f * one, y); }
    pen.stroke();
  }
  pen.setLineDash([]); pen.strokeStyle = css("quiet"); pen.lineWidth = 1; pen.beginPath(); pen.moveTo(at * one, 0); pen.lineTo(at * one, h); pen.stroke();
}
function facts() {
  const c = R.cores[followed], i = at * cores + followed, list = $r("run-facts");
  $r("run-followed").textContent = "Core " + c.core + (c.neurons === 0 ? ", no neurons" : ", " + c.neurons + " neurons: " + c.populations.join(", "));
  list.replaceChildren();
  const rows = [["synapse unit, with waits (line)", METRICS.synapse.text(at, followed)], ["soma, with waits (dashes)", METRICS.soma.text(at, followed)], ["fullest input queue", R.queued[i] + (c.queueDepth === null ? "" : " of " + c.queueDepth)], ["packets sent", R.sent[i]], ["packets received", R.received[i]]];
  const busiest = Array.from({ length: links }, (_, l) => l).sort((a, b) => busy(at, b) - busy(at, a))[0];
  if (busiest !== undefined && flow(at, busiest) > 0) rows.push(["busiest link: " + R.links[busiest].name, number(flow(at, busiest)) + " flits/cycle" + each(busiest)]);
  for (const [name, value] of rows) { const dt = document.createElement("dt"), dd = document.createElement("dd"); dt.textContent = name; dd.textContent = String(value); list.append(dt, dd); }
}
function legend() {
  const box = $r("run-legend"); box.replaceChildren();
  const row = (words, first) => { const line = document.createElement("div"); for (const share of [0, ...RAMP.slice(first).map((_, i) => (i + first + 0.5) / 9)]) { const cell = document.createElement("span"); cell.style.background = fill(share); line.append(cell); } const about = document.createElement("p"); about.textContent = words; box.append(about, line); };
  row(METRICS[metric].label + ": " + METRICS[metric].scale, 0);
  if (links > 0) row("links: busy in 0 to " + number(100 * hottest) + " % of the wave's cycles", 2);
}
function follow(i) { followed = i; $r("run-core").value = String(i); show(at); }
function stop() { if (timer !== null) clearInterval(timer); timer = null; $r("run-play").textContent = "Play"; $r("run-said").setAttribute("aria-live", "polite"); }
function play() {
  if (at === frames - 1) show(0);
  $r("run-play").textContent = "Pause"; $r("run-said").setAttribute("aria-live", "off");
  timer = setInterval(() => { if (at >= frames - 1) stop(); else show(at + 1); }, 1000 / Number($r("run-speed").value));
}
for (const [name, { label }] of Object.entries(METRICS)) { const option = document.createElement("option"); option.value = name; option.textContent = label; $r("run-metric").append(option); }
R.cores.forEach((c, i) => { const option = document.createElement("option"); option.value = String(i); option.textContent = "core " + c.core + (c.neurons === 0 ? " (unused)" : ": " + c.populations.join(" ")); $r("run-core").append(option); });
$r("run-core").value = String(followed);
$r("run-metric").onchange = (e) => { metric = e.target.value; legend(); show(at); };
$r("run-core").onchange = (e) => follow(Number(e.target.value));
$r("run-speed").onchange = () => { if (timer !== null) { stop(); play(); } };
$r("run-play").onclick = () => { if (timer === null) play(); else stop(); };
$r("run-back").onclick = () => { stop(); show(at - 1); };
$r("run-on").onclick = () => { stop(); show(at + 1); };
$r("run-at").oninput = (e) => { stop(); show(Number(e.target.value)); };
const seek = (event) => { const box = $r("run-waves").getBoundingClientRect(); stop(); show(Math.floor(((event.clientX - box.left) / box.width) * frames)); };
$r("run-waves").onpointerdown = seek; $r("run-waves").onpointermove = (event) => { if (event.buttons === 1) seek(event); };
addEventListener("resize", () => show(at));
new MutationObserver(() => { legend(); show(at); }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
legend(); show(Number(/(?:^|[#&])wave=(\\d+)/.exec(location.hash)?.[1] ?? 0));
document.documentElement.dataset.run = "drawn";
})();
`;
