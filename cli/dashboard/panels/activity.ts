/** The smaller panels: hypervolume and sampler, workers, failures, event line. Pure. */
import { historyPlot } from "../../../sweeps/index.js";
import { bytes, clock, significant } from "../../format/number.js";
import { plotLines } from "../../format/plot.js";
import { sparkline } from "../../format/sparkline.js";
import { type Look, paint } from "../../format/style.js";
import { cell } from "../../format/table.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";

export interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Least rows of a curve that says more than a line of blocks. */
const CURVE_ROWS = 9;

/** `height`: rows there are room for; the curve takes what the words leave. */
export function hypervolumePanel(look: Look, state: DashboardState, width: number, height: number): Panel {
  const { hypervolume, study } = state;
  const last = hypervolume.at(-1);
  const words: string[] = [];
  if (study !== null) words.push(samplerText(state));
  const reference = state.referencePoint.map((value) => significant(value, 3)).join(", ");
  if (reference !== "") words.push(paint(look, `reference ${reference}`, "dim"));
  for (const constraint of study?.constraints ?? []) words.push(paint(look, `constraint ${constraint}`, "dim"));
  const title = "hypervolume, sampler";
  if (last === undefined) return { title, lines: [paint(look, "no reference point yet", "dim"), ...words] };
  const near = hypervolume.find((entry) => entry.finished >= last.finished - 100) ?? last;
  const span = last.finished - near.finished;
  const gain = near.value > 0 && span > 0 ? `  +${((last.value / near.value - 1) * 100).toFixed(1)} % in last ${span}` : "";
  const head = paint(look, `${significant(last.value, 5)}${gain}`, "bold");
  const room = height - 1 - words.length;
  return { title, lines: [head, ...(room >= CURVE_ROWS ? curve(look, state, width, room) : [line(look, state, width)]), ...words] };
}

function line(look: Look, { hypervolume }: DashboardState, width: number): string {
  const values = hypervolume.map((entry) => entry.value);
  return paint(look, sparkline(look, values, width), "green");
}

function curve(look: Look, { hypervolume, study }: DashboardState, width: number, height: number): readonly string[] {
  const history = hypervolume.map(({ finished, value }) => ({ points: finished, hypervolume: value, front: 0 }));
  const [panel] = historyPlot({ about: "", column: "single" }, study?.file ?? "", history).panels;
  return panel === undefined || panel.y.scale === "category" ? [] : plotLines(look, { ...panel, y: panel.y }, width, height);
}

function samplerText(state: DashboardState): string {
  if (state.sampler === null) return `sampler ${state.started?.sampler ?? "-"}`;
  const facts = Object.entries(state.sampler.state)
    .filter(([, value]) => typeof value === "number" || typeof value === "string")
    .map(
      ([name, value]) => `${name.replace(/([A-Z])/g, " $1").toLowerCase()} ${typeof value === "number" ? significant(value, 4) : value}`,
    );
  return [`sampler ${state.sampler.name}`, ...facts].join("  ");
}

/** What the workers have in hand: one line a running point, or one a worker process where they are spread over hosts. */
export function workersPanel(look: Look, state: DashboardState, width: number, height: number, nowMs: number): Panel {
  if (state.hosts.length > 0) return hostsPanel(look, state, width, height);
  const memory = state.residentBytes > 0 ? `  ${bytes(state.residentBytes)}` : "";
  const title = `workers ${Math.min(state.running.length, state.workerCount)}/${state.workerCount} busy${memory}`;
  const textWidth = Math.max(8, width - 27);
  const line = (point: string, run: string, since: string, text: string): string =>
    ` ${cell(point, 8)}  ${cell(since, 7, "right")}  ${cell(run, 3, "right")}  ${cell(text, textWidth)}`;
  const now = state.endedMs ?? nowMs;
  const room = Math.max(1, height - 1);
  const shown = state.running.length > room ? state.running.slice(0, room - 1) : state.running;
  const lines = shown.map((running) => {
    const values = Object.entries(running.values).map(([name, value]) => `${name}=${value}`);
    return line(`#${running.id}`, String(running.attempt), clock(Math.max(0, now - running.sinceMs) / 1000), values.join(" "));
  });
  if (shown.length < state.running.length) lines.push(paint(look, `  + ${state.running.length - shown.length} more`, "dim"));
  if (lines.length === 0) lines.push(paint(look, " idle", "dim"));
  return { title, lines: [paint(look, line("point", "try", "for", "parameters"), "bold"), ...lines] };
}

function hostsPanel(look: Look, state: DashboardState, width: number, height: number): Panel {
  const { hosts } = state;
  const sum = (of: (host: DashboardState["hosts"][number]) => number): number => hosts.reduce((total, host) => total + of(host), 0);
  const threads = sum(({ state: word, threads: count }) => (word === "working" ? count : 0));
  const count = new Set(hosts.map(({ host }) => host)).size;
  const title = `workers ${sum(({ busy }) => busy)}/${threads} busy on ${count} host${count === 1 ? "" : "s"}`;
  const textWidth = Math.max(8, width - 44);
  const line = (host: string, busy: string, done: string, failed: string, word: string, name: string): string =>
    ` ${cell(host, 12)}  ${cell(busy, 7, "right")}  ${cell(done, 6, "right")}  ${cell(failed, 4, "right")}  ${cell(word, 8)} ${cell(name, textWidth)}`;
  const room = Math.max(1, height - 1);
  const shown = hosts.length > room ? hosts.slice(0, room - 1) : hosts;
  const lines = shown.map((host) => {
    const text = line(
      host.host,
      `${host.busy}/${host.threads}`,
      String(host.done),
      String(host.failed),
      host.state,
      host.reason || host.name,
    );
    return host.state === "working" ? text : paint(look, text, host.state === "draining" ? "dim" : "yellow");
  });
  if (shown.length < hosts.length) lines.push(paint(look, `  + ${hosts.length - shown.length} more`, "dim"));
  return { title, lines: [paint(look, line("host", "busy", "done", "fail", "state", "worker"), "bold"), ...lines] };
}

export function failuresPanel(look: Look, state: DashboardState, ui: Ui, width: number, height: number): Panel {
  const total = state.failures.reduce((sum, failure) => sum + failure.count, 0);
  const room = Math.max(1, height);
  const first = Math.max(0, Math.min(ui.failureIndex - room + 1, state.failures.length - room));
  const lines = state.failures.slice(first, first + room).map((failure, i) => {
    const chosen = ui.pane === "failures" && first + i === ui.failureIndex;
    const plain = cell(`${chosen ? ">" : " "}${cell(String(failure.count), 5, "right")} ${failure.outcome} ${failure.code}`, width);
    return chosen ? paint(look, plain, "inverse") : paint(look, plain, failure.outcome === "failed" ? "red" : "yellow");
  });
  if (lines.length === 0) lines.push(paint(look, " none", "dim"));
  return { title: `infeasible and failed: ${total}`, lines };
}

/** The newest happenings that fit on one line, newest first; time of day in UTC. */
export function logLine(look: Look, state: DashboardState, ui: Ui, width: number): string {
  const from = state.log.length - (ui.pane === "log" ? ui.scroll : 0);
  let text = ui.pane === "log" ? " > " : " ";
  for (let i = from - 1; i >= 0; i--) {
    const entry = state.log[i] as DashboardState["log"][number];
    const piece = `${new Date(entry.atMs).toISOString().slice(11, 19)} ${entry.text}`;
    if (text.length + piece.length > width && text.length > 3) break;
    text += `${text.length > 3 ? " | " : ""}${piece}`;
  }
  return paint(look, cell(text, width), "dim");
}
