/**
 * What a page that follows a running search adds: points, front, knee and progress from the server. It redraws at most
 * once per second.
 */
export const LIVE = `
const told = new EventSource("events?from=" + LIVE_FROM);
let due = null, held = false;
const within = () => rows.filter((row) => !row.beyond).length, undrawn = D.counts.feasible - within();
addEventListener("pointerdown", () => { held = true; }); addEventListener("pointerup", () => { held = false; }); addEventListener("pointercancel", () => { held = false; });
function say(words) { $("live").textContent = words; }
// Rate and time as on the terminal: three digits, and h:mm:ss from a minute on.
const speed = (rate) => Number((rate >= 1 ? rate : 60 * rate).toPrecision(3)) + (rate >= 1 ? " per second" : " per minute");
const two = (count) => String(count % 60).padStart(2, "0");
function clock(seconds) {
  const whole = Math.ceil(seconds), minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
  return whole < 60 ? whole + " s" : (hours > 0 ? hours + ":" + two(minutes) : minutes) + ":" + two(whole);
}
function setNumber(name, value) { const at = document.querySelector('[data-number="' + name + '"]'); if (at) at.textContent = String(value); }
function addRow({ id, beyond, columns }) {
  const row = rowOf.get(id) ?? { id, front: false, knee: false };
  for (const name of Object.keys(D.points.columns)) row[name] = columns[name] ?? null;
  row.beyond = beyond;
  if (!rowOf.has(id)) { rows.push(row); rowOf.set(id, row); }
}
// Waits with drawing while the reader drags.
function redrawSoon() {
  if (due !== null) return;
  due = setTimeout(async () => {
    due = null;
    if (held) { redrawSoon(); return; }
    await drawScatter(); await drawParallel(); await mark(); nameFocus();
    document.body.dataset.points = String(rows.length);
  }, 1000);
}
told.addEventListener("points", (event) => { for (const point of JSON.parse(event.data)) addRow(point); redrawSoon(); });
told.addEventListener("front", (event) => {
  const { front, kneeId, hypervolume } = JSON.parse(event.data), on = new Set(front);
  D.kneeId = kneeId;
  for (const row of rows) { row.front = on.has(row.id); row.knee = row.id === kneeId; }
  const members = rows.filter((row) => row.front), different = new Set(members.map((row) => JSON.stringify(objectives.map((name) => row[name])))).size;
  setNumber("on the front", front.length + (different < members.length ? " (" + different + " different)" : "")); if (hypervolume !== null) setNumber("hypervolume", Number(hypervolume.toPrecision(5)));
  redrawSoon();
});
told.addEventListener("progress", (event) => {
  const { done, infeasible, failed, running, total, ratePerSecond, etaSeconds } = JSON.parse(event.data);
  setNumber("results", done); setNumber("infeasible", infeasible); setNumber("failed", failed);
  setNumber("within the limits", undrawn + within());
  say((done + infeasible + failed) + (total === null ? "" : " of " + total) + " points" + (running > 0 ? ", " + running + " running" : "") + (ratePerSecond === null ? "" : ", " + speed(ratePerSecond)) + (etaSeconds === null || etaSeconds <= 0 ? "" : ", " + clock(etaSeconds) + " to go") + ".");
});
told.addEventListener("finished", (event) => say("The search has ended (" + JSON.parse(event.data).reason + "). Load the page again for breakdowns and importance of all points."));
told.addEventListener("edition", () => location.reload());
told.onerror = () => say("The connection is lost; the page tries again.");
document.body.dataset.live = "yes";
`;
