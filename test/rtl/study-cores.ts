/**
 * Runs random cores on the board, on the naive chip and in SystemVerilog, and counts the situations that they met; used
 * by the test and by the script that runs thousands.
 */

import { createRng } from "../../base/rng.js";
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { Counted } from "../counted.js";
import { naiveDifferences } from "./naive-core.js";
import { type RandomCore, randomCore } from "./random-cores.js";
import { type CoreRun, runCore } from "./run-core.js";
import { ticked } from "./ticks.js";

/** Situations that each study must meet at least once. */
export const CATEGORIES = [
  "saturated sum",
  "wrapped sum",
  "clamped state",
  "full queue",
  "tie of the units",
  "forwarded sum",
  "soma waits for a bank",
  "synapse unit waits for a bank",
  "soma waits for the queue",
  "system=lif",
  "system=alif",
  "system=rec-v1",
  "system=rec-v2",
  "scan=event",
  "scan=compressed",
  "scan=dense",
  "ports=1rw",
  "ports=1r1w",
  "full=freeze",
  "judged=after-pop",
  "leak=shift",
  "barrier slack=0",
  "a step of one tick",
  "a step of several ticks",
] as const;

/** Result of one case. */
export interface CaseResult {
  readonly seed: number;
  /** Rules of the subset that refuse it; empty: it was run. */
  readonly refused: readonly string[];
  /** All drawn values, and the categories that were met. */
  readonly met: readonly string[];
  readonly spikes: number;
  readonly scores: number;
  readonly waves: number;
  readonly cycles: number;
  readonly differences: readonly string[];
}

/** Categories that a run met. */
function metBy({ overflows, saturations, counters, met }: CoreRun, overflow: "saturate" | "wrap"): string[] {
  const found: readonly (readonly [string, number])[] = [
    [overflow === "saturate" ? "saturated sum" : "wrapped sum", overflows],
    ["clamped state", saturations],
    ["full queue", met.full],
    ["tie of the units", met.ties],
    ["forwarded sum", met.forwards],
    ["soma waits for a bank", counters.soma_stall_state_cycles],
    ["synapse unit waits for a bank", counters.synapse_stall_state_cycles],
    ["soma waits for the queue", counters.soma_stall_output_cycles],
  ];
  return found.flatMap(([name, count]) => (count > 0 ? [name] : []));
}

/** The case of a seed, compared three ways; one seed in six has ticks instead of a barrier. */
export function studyCase(seed: number): CaseResult {
  const point = randomCore(seed);
  return studyPoint(createRng(seed, "rtl study").int(0, 5) === 0 ? ticked(point) : point);
}

/** A random point on the board, on the naive chip and in SystemVerilog. `more`: further categories that it met. */
export function studyPoint(point: RandomCore, more: readonly string[] = []): CaseResult {
  const { seed } = point;
  const refused = obstaclesOf(candidateOf(point)).map(({ key }) => key);
  if (refused.length > 0) return { seed, refused, met: [], spikes: 0, scores: 0, waves: 0, cycles: 0, differences: [] };
  const run = runCore(point);
  const { spikes, scores, waves } = run.verdict.compared;
  return {
    seed,
    refused,
    met: [...point.choices, ...metBy(run, point.experiment.precision.accumulatorOverflow), ...more],
    spikes,
    scores,
    waves,
    cycles: run.counters.cycles,
    differences: [...run.verdict.differences, ...naiveDifferences(point)],
  };
}

export interface CoreStudy {
  readonly seen: Counted;
  readonly run: number;
  readonly compared: { readonly spikes: number; readonly scores: number; readonly waves: number; readonly cycles: number };
  /** Cases that could not be emitted, by their rules. */
  readonly refused: readonly string[];
  readonly found: readonly string[];
}

/** Sum of several cases. */
export function studyOf(cases: readonly CaseResult[], title = "cores"): CoreStudy {
  const seen = new Counted(title);
  for (const { met } of cases) seen.see(...met);
  const sum = (kind: "spikes" | "scores" | "waves" | "cycles"): number => cases.reduce((total, one) => total + one[kind], 0);
  return {
    seen,
    run: cases.filter(({ refused }) => refused.length === 0).length,
    compared: { spikes: sum("spikes"), scores: sum("scores"), waves: sum("waves"), cycles: sum("cycles") },
    refused: cases.flatMap(({ seed, refused }) => (refused.length > 0 ? [`seed ${seed}: ${refused.join(", ")}`] : [])),
    found: cases.flatMap(({ seed, differences }) => (differences.length > 0 ? [`seed ${seed}: ${differences.join("; ")}`] : [])),
  };
}
