/**
 * Neurons of a SANA-FE network in the memory of the step's kernel: their kinds, initial potentials and, if they have
 * more than one sum, slots. Neurons that differ only in their initial potential are of one kind.
 */
import type { SanafeCore } from "./architecture.js";
import type { BoundNetwork } from "./bind.js";
import type { DendriteParameters } from "./dendrite.js";
import { MAX_DELAY_STEPS } from "./edges.js";
import type { UnitHandles } from "./pricing.js";
import type { ResetMode, SomaParameters } from "./soma.js";
import type { StepKernel } from "./step-kernel.js";

/** Consecutive neurons of one kind, in the order of cores. */
export interface Row {
  readonly from: number;
  readonly count: number;
  readonly soma: SomaParameters;
}

/** Addresses of tables by neuron index that the host writes before a step, and all rows. */
interface PlacedNeurons {
  readonly status: number;
  readonly jitter: number;
  readonly rows: readonly Row[];
}

const DELAY_SLOTS = MAX_DELAY_STEPS + 1;

/** Kinds of neurons, and the kind of each neuron. */
class Kinds {
  readonly list: SomaParameters[] = [];
  readonly of: Uint32Array;

  constructor({ somas, modelsOf }: BoundNetwork) {
    const byText = new Map<string, number>();
    const place = somas.map((soma) => {
      const text = JSON.stringify({ ...soma, potential: 0, spikes: Array.from(soma.spikes) });
      const known = byText.get(text) ?? this.list.push(soma) - 1;
      byText.set(text, known);
      return known;
    });
    this.of = Uint32Array.from(modelsOf, (models) => place[models]);
  }
}

export function placeNeurons(host: StepKernel, bound: BoundNetwork, { works, dendrites }: UnitHandles): PlacedNeurons {
  const { kernel } = host;
  const { chip, order, coreStart, somas, modelsOf, axonStart } = bound;
  const kinds = new Kinds(bound);
  const handles = kinds.list.map((soma) => addKind(host, soma));
  const status = host.allocate(order.length);
  const jitter = host.allocate(4 * order.length);
  kernel.setNeurons(
    order.length,
    host.place(Float64Array.from(order, (neuron) => somas[modelsOf[neuron]].potential)),
    status,
    jitter,
    host.place(order),
    host.place(works),
    host.place(dendrites),
  );
  const rows: Row[] = [];
  /** Adds the rows of neuron indices `from` up to `end`; returns their address and number. */
  const add = (ranges: readonly (readonly [from: number, end: number])[]): [at: number, count: number] => {
    const words: number[] = [];
    for (const [first, end] of ranges) {
      for (let from = first, to = first + 1; from < end; to++) {
        const kind = kinds.of[order[from]];
        if (to < end && kinds.of[order[to]] === kind) continue;
        rows.push({ from, count: to - from, soma: kinds.list[kind] });
        words.push(from, to - from, handles[kind]);
        from = to;
      }
    }
    return [host.place(Int32Array.from(words)), words.length / 3];
  };
  const isLate = (core: SanafeCore): boolean => core.bufferPosition === "axon_out";
  // Rows extend across cores: starting a row costs as much as several neurons, and cores often have few.
  const early = stretches(chip.cores, (core) => !isLate(core));
  kernel.setRows(...add(early.map(([from, end]) => [coreStart[from], coreStart[end]])));
  for (const id of host.used) if (isLate(chip.cores[id])) kernel.setLate(id, ...add([[coreStart[id], coreStart[id + 1]]]));
  const axons = (shift: number): number => host.place(Int32Array.from(order, (neuron) => axonStart[neuron + shift]));
  kernel.setAxonsOf(order.length, axons(0), axons(1));
  return { status, jitter, rows };
}

function addKind({ kernel }: StepKernel, soma: SomaParameters): number {
  const models = { leaky_integrate_fire: kernel.LIF, truenorth: kernel.TRUENORTH, input: kernel.INPUT };
  const modes: { readonly [mode in ResetMode]: { readonly value: number } } = {
    ...{ none: kernel.NONE, soft: kernel.SOFT, hard: kernel.HARD, saturate: kernel.SATURATE },
  };
  const { threshold, reset, reverseThreshold, reverseReset, bias, leakDecay, inputDecay, refractoryDelay, leak } = soma;
  return kernel.addKind(
    models[soma.model].value,
    modes[soma.resetMode].value,
    modes[soma.reverseMode].value,
    soma.force ? 1 : 0,
    soma.towardsZero ? 1 : 0,
    ...[threshold, reset, reverseThreshold, reverseReset, bias, leakDecay, inputDecay, refractoryDelay, leak],
  );
}

/** Whether every neuron has one sum, and no compartments. */
export function arePlain({ dendrites }: BoundNetwork): boolean {
  return dendrites.every(({ model }) => model === "accumulator");
}

/**
 * Slots by neuron index: one per neuron for an accumulator, one per delay for accumulator_with_delay; compartments of
 * taps.
 */
export function placeSlots(host: StepKernel, { order, dendrites, modelsOf }: BoundNetwork): void {
  const counts = Uint8Array.from(order, (neuron) => (dendrites[modelsOf[neuron]].model === "accumulator_with_delay" ? DELAY_SLOTS : 1));
  const first = new Int32Array(order.length);
  let slots = 0;
  counts.forEach((count, place) => {
    first[place] = slots;
    slots += count;
  });
  host.kernel.setSlots(order.length, slots, host.place(first), host.place(counts));
  const constants = new Map<DendriteParameters, readonly [time: number, space: number]>();
  order.forEach((neuron, place) => {
    const dendrite = dendrites[modelsOf[neuron]];
    if (dendrite.model !== "taps") return;
    const placed = constants.get(dendrite) ?? [host.place(Float64Array.from(dendrite.time)), host.place(Float64Array.from(dendrite.space))];
    constants.set(dendrite, placed);
    host.kernel.addTaps(place, dendrite.taps, ...placed);
  });
}

/** Ranges of consecutive cores for which `holds` is true, each with its first core and the one after its last. */
function stretches(cores: readonly SanafeCore[], holds: (core: SanafeCore) => boolean): [from: number, end: number][] {
  const found: [number, number][] = [];
  cores.forEach((core, i) => {
    if (!holds(core)) return;
    if (i > 0 && holds(cores[i - 1])) found[found.length - 1][1] = i + 1;
    else found.push([i, i + 1]);
  });
  return found;
}
