/** Runs random cores and counts what they met: shared by the test and by the script of thousands. */
import { obstaclesOf } from "../../rtl/index.js";
import { Counted } from "../counted.js";
import { randomCore } from "./random-cores.js";
import { type CoreRun, runCore } from "./run-core.js";

/** What each study must come to, some time. */
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
] as const;

/** What a run met, by category. */
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

export interface CoreStudy {
  readonly seen: Counted;
  readonly compared: { spikes: number; scores: number; waves: number; cycles: number };
  /** Cases that could not be emitted, by their rule. */
  readonly refused: string[];
  readonly found: string[];
}

export function studyCores(first: number, cases: number, progress: (line: string) => void = () => {}): CoreStudy {
  const study: CoreStudy = { seen: new Counted("cores"), compared: { spikes: 0, scores: 0, waves: 0, cycles: 0 }, refused: [], found: [] };
  for (let seed = first; seed < first + cases; seed++) {
    const point = randomCore(seed);
    const obstacles = obstaclesOf({ experiment: point.experiment, model: point.model, placement: point.run.placement });
    if (obstacles.length > 0) {
      study.refused.push(`seed ${seed}: ${obstacles.map(({ key }) => key).join(", ")}`);
      continue;
    }
    const run = runCore(point);
    study.seen.see(...point.choices, ...metBy(run, point.experiment.precision.accumulatorOverflow));
    study.compared.spikes += run.verdict.compared.spikes;
    study.compared.scores += run.verdict.compared.scores;
    study.compared.waves += run.verdict.compared.waves;
    study.compared.cycles += run.counters.cycles;
    if (!run.verdict.isEqual) study.found.push(`seed ${seed}: ${run.verdict.differences.join("; ")}`);
    if ((seed - first) % 100 === 99) progress(`${seed - first + 1} cases, ${study.found.length} differ`);
  }
  return study;
}
