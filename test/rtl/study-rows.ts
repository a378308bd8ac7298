/**
 * Runs random convolution cores on the board, on the naive chip and in SystemVerilog, and counts the situations that
 * they met; used by the test and the script.
 */
import { itemsPerBeat, rowLengths, type SharedKernel } from "../../arch/index.js";
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { CORE_COUNTERS } from "../../sim/index.js";
import { buildProgram } from "../../sim/program/index.js";
import { cutsOf, haloSpikes, hasTwoSlicesOnACore } from "./halo.js";
import type { RandomCore } from "./random-cores.js";
import { randomRows, severalRows } from "./random-rows.js";
import { type CaseResult, studyPoint } from "./study-cores.js";

/** Situations that each study must meet at least once. */
export const ROW_CATEGORIES = [
  ...[
    "kernel",
    "kernel with zeros",
    "kernel with holes",
    "kernel meets a border",
    "windows apart",
    "written rows",
    "dense rows",
    "shared rows",
    "strided",
    "dilated",
    "padded",
    "grouped",
    "depthwise",
  ],
  ...["pooled", "scaled", "recurrent", "one axis", "two axes", "IF", "LIF", "CubaLIF"],
  ...["reset=zero", "reset=subtract", "reset=snntorch-subtract", "reset=snntorch-delayed-subtract", "reset=snntorch-delayed-zero"],
  ...["tie of the units", "forwarded sum", "full queue", "soma waits for a bank", "synapse unit waits for a bank"],
] as const;

/** Whether all weights of some tap are zero, as between those of a dilated convolution behind a pool. */
const hasHole = ({ present, taps }: SharedKernel): boolean =>
  Array.from({ length: taps }, (_, tap) => tap).some((tap) => present?.every((one, w) => one === 0 || w % taps !== tap) ?? false);

/** Categories of a point's rows. */
export function rowsMet({ run, experiment, functional }: RandomCore): string[] {
  const { projections } = run.placement.topology;
  const kernels = projections.flatMap(({ kernel }) => kernel ?? []);
  const isBordered = kernels.some((kernel) => {
    const lengths = rowLengths(kernel).filter((length) => length > 0);
    return Math.min(...lengths) < Math.max(...lengths);
  });
  // the board's kernels do not say which of their weights are zero
  const given = functional.trace.topology.projections.map(({ kernel }) => kernel);
  const zeros = projections
    .flatMap(({ kernel }, p) => (kernel === undefined ? [] : (given[p] ?? [])))
    .filter(({ present }) => present !== null);
  const { cores } = experiment.chip;
  const latency = cores[0].synapseMemory.readLatencyCycles;
  const counters = run.timing.total.cores;
  const found: readonly (readonly [string, boolean])[] = [
    ["kernel", kernels.length > 0],
    ["no kernel", kernels.length === 0],
    ["kernel with zeros", zeros.length > 0],
    ["kernel with holes", zeros.some(hasHole)],
    ["kernel meets a border", isBordered],
    ["windows apart", kernels.length > 0 && counters[STALL_MEMORY] > latency * counters[POPS]],
    ["written rows", projections.some(({ sparse, kernel }) => sparse !== null && kernel === undefined)],
    ["dense rows", projections.some(({ sparse }) => sparse === null)],
    ["shared rows", projections.some(({ rowOf }) => rowOf !== undefined)],
  ];
  return found.flatMap(([name, holds]) => (holds ? [name] : []));
}

const STALL_MEMORY = CORE_COUNTERS.indexOf("synapse_stall_memory_cycles");
const POPS = CORE_COUNTERS.indexOf("input_queue_pops");

/** Values that neurons of their own must have had, on one core or on several. */
export const VARIED_CATEGORIES = [
  ...["leak=multiplier", "leak=shift", "v_leak=0", "v_leak=0.3", "v_reset=0", "v_reset=0.3", "v_reset=1.2"],
  ...["output=spikes", "output=LI", "output=I", "output=CubaLI", "output=sum", "kernel", "no kernel", "IF", "LIF", "CubaLIF", "recurrent"],
] as const;

/**
 * The case of a network that is cut over several cores, with the categories of such cuts. Only networks with neurons of
 * their own need no kernel.
 */
export function severalRowCase(seed: number, isVaried = false): CaseResult | null {
  const point = severalRows(seed, isVaried);
  if (point === null) return null;
  const met = rowsMet(point);
  if ((!isVaried && !met.includes("kernel")) || obstaclesOf(candidateOf(point)).length > 0) return null;
  const flits = point.run.timing.total.links.reduce((sum, count) => sum + count, 0);
  const { inside, between } = cutsOf(point.run.placement);
  const found: readonly (readonly [string, number])[] = [
    ["channel cut between cores", inside],
    ["channels on several cores", between],
    ["halo over a cut in a channel", haloSpikes(point.run.placement, point.functional.trace)],
    ["flits", flits],
    ["two slices of a population on a core", hasTwoSlicesOnACore(point.run.placement) ? 1 : 0],
    ["words hold more items than lanes are built for", hasShortNumbers(point) ? 1 : 0],
  ];
  return studyPoint(point, [...met, ...found.flatMap(([name, count]) => (count > 0 ? [name] : []))]);
}

/** Whether a slice's targets have such short numbers that words hold more of its items than the core takes at once. */
function hasShortNumbers({ experiment: { chip, precision }, run: { placement } }: RandomCore): boolean {
  return buildProgram(chip, placement, precision).blocks.some(({ groupItems, weightsPerItem, synapse, target, items }) => {
    const { lanes, synapseMemory } = chip.cores[target.slice.core];
    return items !== null && groupItems < Math.min(Math.floor(lanes / weightsPerItem), itemsPerBeat(synapse, synapseMemory.banks));
  });
}

export const SEVERAL_ROW_CATEGORIES = [
  ...[
    "kernel",
    "kernel with zeros",
    "kernel meets a border",
    "channel cut between cores",
    "channels on several cores",
    "halo over a cut in a channel",
    "two slices of a population on a core",
    "words hold more items than lanes are built for",
    "flits",
    "written rows",
    "dense rows",
    "shared rows",
    "strided",
    "padded",
    "grouped",
    "depthwise",
  ],
  ...["recurrent", "IF", "LIF", "CubaLIF", "multicast=tree", "multicast=unicast"],
] as const;

/** The case of a seed, compared three ways; null: its network has no stored kernel, or a rule refuses it. */
export function rowCase(seed: number, isVaried = false): CaseResult | null {
  const point = randomRows(seed, isVaried);
  const met = rowsMet(point);
  if ((!isVaried && !met.includes("kernel")) || obstaclesOf(candidateOf(point)).length > 0) return null;
  return studyPoint(point, met);
}
