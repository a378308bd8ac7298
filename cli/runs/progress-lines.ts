/**
 * A sweep as plain lines: one at the start, one every few seconds, one per new kind of failure. Pure, except `print`.
 */
import type { DashboardEvent } from "../dashboard/events.js";
import { type DashboardState, finishedCount } from "../dashboard/state.js";
import { clock, duration, percent, significant } from "../format/number.js";

const EVERY_MS = 5_000;

/** Returns a function to be called after each event with the state that includes it. */
export function progressPrinter(print: (line: string) => void): (state: DashboardState, event: DashboardEvent, nowMs: number) => void {
  let printedMs = Number.NEGATIVE_INFINITY;
  const seenCodes = new Set<string>();
  let hosts: string | null = null;
  return (state, event, nowMs) => {
    switch (event.type) {
      case "started": {
        const total = event.total === null ? "no fixed number of points" : `${event.total} points`;
        const goals = event.objectives.map((objective) => `${objective.direction} ${objective.metric}`).join(", ");
        print(
          `study ${state.study?.study} in ${state.study?.database}: ${total}, ${event.stored} stored, sampler ${event.sampler}, ${event.workers} workers`,
        );
        print(`goals: ${goals}`);
        printedMs = nowMs;
        return;
      }
      case "point-done":
        if (state.hopelessAt === state.counts.done)
          print(`warning: ${state.log.at(-1)?.text}; Ctrl-C, then loosen them or widen the search`);
        return;
      case "point-failed":
        if (!event.stored && !seenCodes.has(event.code)) {
          seenCodes.add(event.code);
          print(`#${event.id} ${event.state}: ${event.reason.split("\n")[0]} (further ones are counted only)`);
        }
        return;
      case "hosts": {
        const text = event.hosts
          .map(({ host, name, threads, state: word }) => `${name} on ${host} (${threads} threads, ${word})`)
          .join(", ");
        if (text === hosts) return;
        hosts = text;
        print(text === "" ? "no workers: start `snn-dse worker` with the same --redis" : `workers: ${text}`);
        return;
      }
      case "progress":
        if (nowMs - printedMs < EVERY_MS) return;
        printedMs = nowMs;
        print(progressLine(state, event, nowMs));
        return;
      case "model":
        if (event.seconds > 0) print(state.log.at(-1)?.text ?? event.type);
        return;
      case "tested":
      case "stopping":
      case "fault":
      case "retry":
        print(state.log.at(-1)?.text ?? event.type);
        return;
      default:
    }
  };
}

function progressLine(state: DashboardState, event: Extract<DashboardEvent, { type: "progress" }>, nowMs: number): string {
  const finished = finishedCount(state);
  const share =
    event.total === null ? `${finished} points` : `${finished}/${event.total} ${percent(finished / Math.max(1, event.total), 0)}`;
  const { done, infeasible, failed, timeout } = state.counts;
  const parts = [
    clock((nowMs - state.startedMs) / 1000),
    share,
    `ok ${done}`,
    `infeasible ${infeasible}`,
    `failed ${failed + timeout}`,
    `front ${state.frontSize}`,
    `hypervolume ${significant(state.hypervolume.at(-1)?.value ?? null, 5)}`,
    event.etaSeconds === null ? "ETA -" : `ETA ${duration(event.etaSeconds)}`,
  ];
  return parts.join("  ");
}
