/** Title, progress bar and counts: the three lines at the top. Pure. */

import { clock, duration, grouped, percent, significant } from "../../format/number.js";
import { bar } from "../../format/sparkline.js";
import { type Look, type Paint, paint } from "../../format/style.js";
import { visibleWidth } from "../../format/text-table.js";
import type { SweepStatus } from "../events.js";
import { type DashboardState, finishedCount } from "../state.js";
import { exactly } from "./exactly.js";

const STATUS_PAINT: { readonly [status in SweepStatus]: readonly Paint[] } = {
  starting: ["yellow"],
  running: ["green", "bold"],
  paused: ["yellow", "bold"],
  draining: ["yellow", "bold"],
  finished: ["green", "bold"],
  stopped: ["red", "bold"],
};

/** The first parts, as many as fit whole: the beginning of a number is another number. */
function fitting(parts: readonly string[], width: number): string {
  let text = "";
  for (const part of parts) {
    const longer = text === "" ? part : `${text}  ${part}`;
    if (visibleWidth(longer) > width) break;
    text = longer;
  }
  return text;
}

/** `left`, and `right` at the end; where there is no room for both, the beginning of `right`. */
function apart(left: string, right: string, width: number): string {
  return exactly(exactly(left, Math.max(0, width - visibleWidth(right))) + right, width);
}

export type HeaderState = Pick<
  DashboardState,
  "study" | "started" | "status" | "startedMs" | "endedMs" | "counts" | "cached" | "running" | "progress"
>;

export function headerLines(look: Look, state: HeaderState, width: number, nowMs: number): readonly string[] {
  const { study, counts } = state;
  if (study === null) return [exactly(" snn-dse", width), exactly(" preparing ...", width), exactly("", width)];
  const finished = finishedCount(state);
  const elapsed = clock(((state.endedMs ?? nowMs) - state.startedMs) / 1000);
  const status = `${state.status.toUpperCase()}  ${elapsed} `;
  const about = [`study ${study.study}`, `seed ${study.seed}`, ...(study.revision === "" ? [] : [`git ${study.revision}`])];
  const name = `${paint(look, "snn-dse", "bold")} ${study.file}`;
  const left = ` ${fitting([name, ...about.map((part) => paint(look, part, "dim"))], width - status.length - 2) || name}`;
  const asked = state.progress?.total ?? state.started?.total ?? null;
  // after a smaller budget, more points may be finished than it allows
  const total = asked === null ? null : Math.max(asked, finished);
  const share = total === null ? Number.NaN : total === 0 ? 1 : finished / total;
  const right = total === null ? ` ${grouped(finished)} points ` : ` ${percent(share)}  ${grouped(finished)}/${grouped(total)} points `;
  const rate = state.progress?.ratePerSecond ?? Number.NaN;
  const waits = state.status === "paused";
  const eta = waits ? Number.NaN : (state.progress?.etaSeconds ?? Number.NaN);
  const speed = Number.isFinite(rate) ? (rate >= 1 ? `${significant(rate, 3)} points/s` : `${significant(rate * 60, 3)} points/min`) : "-";
  const failed = counts.failed + counts.timeout;
  const word = (text: string, count: number, ...paints: readonly Paint[]): string =>
    count > 0 ? paint(look, `${text} ${grouped(count)}`, ...paints) : paint(look, `${text} 0`, "dim");
  const ends = state.endedMs === null ? `${speed}  ETA ${Number.isFinite(eta) ? duration(eta) : "-"}` : `ended after ${elapsed}`;
  const stored = study.readOnly || state.cached === 0 ? [] : [paint(look, `(${grouped(state.cached)} of them stored before)`, "dim")];
  const queued = state.endedMs === null ? (state.progress?.queued ?? 0) : 0;
  const tally = [
    word("ok", counts.done, "green"),
    word("infeasible", counts.infeasible, "yellow"),
    word("failed", failed, "red", "bold"),
    word("running", state.running.length, "cyan"),
    ...(queued > 0 ? [word("queued", queued)] : []),
    ...stored,
  ];
  const barWidth = Math.max(4, width - right.length - 2);
  return [
    apart(left, paint(look, status, ...STATUS_PAINT[state.status]), width),
    exactly(` ${paint(look, bar(look, share, barWidth), "green")} ${right}`, width),
    apart(` ${fitting(tally, width - ends.length - 3)}`, `${ends} `, width),
  ];
}
