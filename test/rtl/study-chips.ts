/**
 * Runs random chips of several cores on the board, on the naive chip and in SystemVerilog, and counts the situations
 * that they met; used by the test and the script.
 */
import { ROUTER_COUNTERS, type RouterCounter, routerColumn } from "../../sim/counters.js";
import { hasTwoSlicesOnACore } from "./halo.js";
import { randomChip } from "./random-chips.js";
import type { RandomCore } from "./random-cores.js";
import { type CaseResult, studyPoint } from "./study-cores.js";

export const CHIP_CATEGORIES = [
  ...["credits at zero", "head without a VC", "tie at the switch", "copied packet", "several slices on a core", "cut population"],
  "two slices of a population on a core",
  ...["clamped state", "soma waits for a bank", "synapse unit waits for a bank", "soma waits for the queue"],
  ...["system=lif", "system=alif", "system=rec-v1", "system=rec-v2", "scan=event", "scan=compressed", "scan=dense", "full=freeze"],
  ...["judged=after-pop", "routing=xy", "routing=yx", "multicast=unicast", "multicast=tree", "allocator=islip", "output queue=1"],
  ...["allocator=separable-input-first", "virtual channels=1", "virtual channels=2", "routing cycles=0", "routing cycles=2"],
  ...[
    "VC allocation cycles=2",
    "switch allocation cycles=2",
    "buffer=1",
    "cores of a tile=2",
    "utterances=2",
    "barrier slack=0",
    "five cores and more",
  ],
] as const;

/** Categories of several cores that a point has and that its network met. */
export function metByNetwork({ run, experiment }: RandomCore): string[] {
  const { routers } = run.timing.total;
  const { slices, usedCores } = run.placement;
  const sum = (name: RouterCounter): number =>
    routers.reduce((total, count, i) => total + (i % ROUTER_COUNTERS.length === routerColumn[name] ? count : 0), 0);
  const isRepeated = (values: readonly number[]): boolean => new Set(values).size < values.length;
  const found: readonly (readonly [string, boolean])[] = [
    ["credits at zero", sum("stall_credit_cycles") > 0],
    ["head without a VC", sum("stall_vc_cycles") > 0],
    ["tie at the switch", sum("stall_switch_cycles") > 0],
    ["copied packet", experiment.chip.noc.multicast === "tree" && sum("buffer_reads") > sum("buffer_writes")],
    ["several slices on a core", isRepeated(slices.map(({ core }) => core))],
    ["cut population", isRepeated(slices.map(({ population }) => population))],
    ["two slices of a population on a core", hasTwoSlicesOnACore(run.placement)],
    ["five cores and more", usedCores.length >= 5],
  ];
  return found.flatMap(([name, is]) => (is ? [name] : []));
}

/** The case of a seed; null: the network fits no chip of several cores. */
export function studyChip(seed: number): CaseResult | null {
  const point = randomChip(seed);
  return point === null ? null : studyPoint(point, metByNetwork(point));
}
