/** The work in progress: one line per running point, or one per worker process for a sweep over several hosts. Pure. */
import { memo, type ReactNode } from "react";
import { bytes, clock, duration, parameterText } from "../../format/number.js";
import { paint } from "../../format/style.js";
import { cell } from "../../format/text-table.js";
import type { DashboardState } from "../state.js";
import { inside, LinesPanel, type Room } from "./panel.js";

const PHASES = { training: "trains", network: "network", waiting: "waits", chip: "chip" } as const;

type WorkersProps = Room &
  Pick<DashboardState, "hosts" | "running" | "residentBytes" | "workerCount" | "durationsMs" | "endedMs"> & { readonly nowMs: number };

interface Titled {
  readonly title: string;
  readonly lines: readonly string[];
}

export const WorkersPanel = memo(function WorkersPanel(props: WorkersProps): ReactNode {
  const { look, width, height } = props;
  return <LinesPanel {...{ look, width, height }} {...(props.hosts.length > 0 ? hostsText(props) : runningText(props))} />;
});

function runningText({ nowMs, ...state }: WorkersProps): Titled {
  const { look } = state;
  const width = inside(state.width);
  const height = inside(state.height);
  const memory = state.residentBytes > 0 ? `  ${bytes(state.residentBytes)}` : "";
  const title = `workers ${Math.min(state.running.length, state.workerCount)}/${state.workerCount} busy${memory}`;
  const narrow = width < 60;
  const textWidth = Math.max(8, width - (narrow ? 26 : 36));
  const line = (point: string, phase: string, run: string, since: string, text: string): string =>
    narrow
      ? ` ${cell(point, 7)} ${cell(phase, 7)} ${cell(since, 6, "right")}  ${cell(text, textWidth)}`
      : ` ${cell(point, 8)} ${cell(phase, 7)} ${cell(since, 7, "right")}  ${cell(run, 3, "right")}  ${cell(text, textWidth)}`;
  const now = state.endedMs ?? nowMs;
  const pace = paceText(state);
  const room = Math.max(1, height - 1 - (pace === "" || height < 4 ? 0 : 1));
  const shown = state.running.length > room ? state.running.slice(0, room - 1) : state.running;
  const lines = shown.map((running) => {
    const values = Object.entries(running.values).map(([name, value]) => `${name}=${parameterText(value)}`);
    const phase = running.epoch ?? (running.phase === null ? "runs" : PHASES[running.phase]);
    // If there is no column for it, a repeated run is shown beside the point's number.
    const again = narrow && running.attempt > 1 ? `/${running.attempt}` : "";
    return line(
      `#${running.id}${again}`,
      phase,
      String(running.attempt),
      clock(Math.max(0, now - running.sinceMs) / 1000),
      values.join(" "),
    );
  });
  if (shown.length < state.running.length) lines.push(paint(look, `  + ${state.running.length - shown.length} more`, "dim"));
  if (lines.length === 0) lines.push(paint(look, " idle", "dim"));
  if (pace !== "" && height >= 4) lines.push(paint(look, ` ${pace}`, "dim"));
  return { title, lines: [paint(look, line("point", "phase", "try", "for", "parameters"), "bold"), ...lines] };
}

/** Times of the newest points. */
function paceText({ durationsMs }: Pick<WorkersProps, "durationsMs">): string {
  if (durationsMs.length < 5) return "";
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const at = (share: number): string => duration(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1000);
  return `a chip: median ${at(0.5)}, 95 % within ${at(0.95)}, longest ${duration((sorted.at(-1) as number) / 1000)}`;
}

function hostsText({ look, hosts, ...outer }: WorkersProps): Titled {
  const width = inside(outer.width);
  const height = inside(outer.height);
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
