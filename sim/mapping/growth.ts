/** Chips with larger memories, and the smallest that are large enough. */
import type { Chip } from "../../arch/index.js";
import type { MappingTask } from "./fit.js";
import { synapseWords } from "./layout.js";

/** Memory sizes are proposed in steps of 1/16 KiB. */
export const STEP_BITS = 512;
const steps = (bits: number): number => Math.floor(bits / STEP_BITS);

/** Resources of every core; those that are not named stay as they are. */
export interface Growth {
  readonly neurons?: number;
  readonly synapseBits?: number;
  readonly stateBits?: number;
  readonly axons?: number;
}

/** The chip with at least as much of every resource as `grown` asks for. */
export function grownChip(chip: Chip, grown: Growth): Chip {
  return {
    ...chip,
    cores: chip.cores.map((core) => ({
      ...core,
      maxNeurons: Math.max(core.maxNeurons, grown.neurons ?? 0),
      axonEntries: core.axonEntries === null ? null : Math.max(core.axonEntries, grown.axons ?? 0),
      synapseMemory: { ...core.synapseMemory, sizeBits: Math.max(core.synapseMemory.sizeBits, grown.synapseBits ?? 0) },
      stateMemory: { ...core.stateMemory, sizeBits: Math.max(core.stateMemory.sizeBits, grown.stateBits ?? 0) },
    })),
  };
}

/**
 * Smallest value in (low, high] for which `works` is true; null if it is false for `high`. `works` must be monotonic.
 */
export function smallest(low: number, high: number, works: (value: number) => boolean): number | null {
  if (!works(high)) return null;
  let no = low;
  let yes = high;
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (works(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Bits that hold all weights twice on one core, with padding, in whichever core's words. */
function amplySynapseBits({ topology, precision, chip }: MappingTask): number {
  const widths = new Set(chip.cores.map(({ synapseMemory }) => synapseMemory.wordBits));
  const bitsIn = (wordBits: number): number =>
    topology.populations.reduce(
      (sum, { neurons }, p) => sum + 2 * wordBits * synapseWords(topology, precision, wordBits, p, 0, neurons),
      8192,
    );
  return Math.max(...[...widths].map(bitsIn));
}

/** Smallest size in bits of every synapse memory for which `tryFill` succeeds; null: their size is not the problem. */
export function smallestSynapseMemory(task: MappingTask, tryFill: (task: MappingTask) => boolean): number | null {
  const have = Math.min(...task.chip.cores.map((core) => core.synapseMemory.sizeBits));
  const found = smallest(steps(have) - 1, steps(amplySynapseBits(task)), (value) =>
    tryFill({ ...task, chip: grownChip(task.chip, { synapseBits: value * STEP_BITS }) }),
  );
  return found === null ? null : found * STEP_BITS;
}

/** The task's chip with synapse memories of at least `bits`; null: each can hold all weights. */
export function largerSynapseMemories(task: MappingTask, bits: number | null): Chip {
  return grownChip(task.chip, { synapseBits: bits ?? amplySynapseBits(task) });
}
