/** The smaller panels: hypervolume and sampler, workers, failures, event line. Pure. */
import { bytes, clock, significant } from "../../format/number.js";
import { sparkline } from "../../format/sparkline.js";
import { type Look, paint } from "../../format/style.js";
import { cell } from "../../format/table.js";
import type { DashboardState } from "../state.js";
import type { Ui } from "../ui.js";

export interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
}

export function hypervolumePanel(look: Look, state: DashboardState, width: number): Panel {
  const { hypervolume, study } = state;
  const last = hypervolume.at(-1);
  const lines: string[] = [];
  if (last === undefined) lines.push(paint(look, "no reference point yet", "dim"));
  else {
    const near = hypervolume.find((entry) => entry.finished >= last.finished - 100) ?? last;
    const gain = near.value > 0 ? ` ${((last.value / near.value - 1) * 100).toFixed(1)} % in last ${last.finished - near.finished}` : "";
    const reference = state.referencePoint.map((value) => significant(value, 3)).join(", ");
    const text = `${significant(last.value, 5)}${gain === "" ? "" : `  +${gain.trim()}`}`;
    lines.push(`${paint(look, text, "bold")}`);
    lines.push(
      paint(
        look,
        sparkline(
          look,
          hypervolume.map((entry) => entry.value),
          width,
        ),
        "green",
      ),
    );
    if (study !== null) lines.push(samplerText(state));
    if (reference !== "") lines.push(paint(look, `reference ${reference}`, "dim"));
  }
  if (study !== null) {
    if (last === undefined) lines.push(samplerText(state));
    for (const constraint of study.constraints) lines.push(paint(look, `constraint ${constraint}`, "dim"));
  }
  return { title: "hypervolume, sampler", lines };
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
