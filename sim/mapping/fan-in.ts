/**
 * Splitting by fan-in: if the neurons of a population have too many incoming weights for one core, the population keeps
 * part of its rows. Helper populations on other cores take the rest, sum it, and send one partial-sum packet per neuron
 * and step to the neuron's core.
 *
 * The helpers take the population's place in the pipeline; the population and all later ones move back by one stage.
 * Events for rows that the population keeps arrive one stage early and wait in a further accumulator buffer. The
 * population keeps all recurrent rows, because a helper's sum would be one step late. A partial sum has a payload of
 * `accumulators x accumulator bits`, uses no weight, and counts as one addition per accumulator.
 */
import {
  accumulatorBitsOf,
  type Chip,
  isSum,
  type PartProjection,
  type Population,
  type Precision,
  type Projection,
  partName,
  type SpikeTrace,
  type Topology,
  unlikeCores,
} from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { emptyRoom, largestFit, type MappingTask } from "./fit.js";
import { grownChip, largerSynapseMemories, smallest, smallestSynapseMemory } from "./growth.js";
import type { Placement } from "./placement.js";

/** Whether a core could hold a neuron alone; equal cores are asked once. */
export function oneNeuronFits(task: MappingTask, population: number): boolean {
  return unlikeCores(task.chip).some((core) => largestFit(task, emptyRoom(task, core), population, 0, 1) === 1);
}

/** Indices of populations that are on no core, so that no placement can hold them. */
export const tooWideIn = (task: MappingTask): readonly number[] =>
  task.topology.populations.map((_, p) => p).filter((p) => !oneNeuronFits(task, p));

/** A value of a key of the description. */
interface Fix {
  readonly key: string;
  readonly value: number;
}

/**
 * The smallest changes with which a core holds all weights of any neuron; empty: it does. `topology`: the network as
 * the chip holds it.
 */
export function wholeFanIn(chip: Chip, precision: Precision, topology: Topology): readonly Fix[] {
  const request: MappingTask["request"] = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const task: MappingTask = { topology, precision, chip, request, statesInDram: false, explains: null };
  const sources = topology.populations.reduce((sum, { neurons }) => sum + neurons, 0);
  const isWhole = (one: MappingTask): boolean => tooWideIn(one).length === 0;
  const withAxons = (axons: number): MappingTask => ({ ...task, chip: grownChip(chip, { axons }) });
  const bits = isWhole(withAxons(sources)) ? null : smallestSynapseMemory(withAxons(sources), isWhole);
  const held = (one: MappingTask): MappingTask => (bits === null ? one : { ...one, chip: largerSynapseMemories(one, bits) });
  const axons = isWhole(held(task)) ? null : smallest(0, sources, (entries) => isWhole(held(withAxons(entries))));
  return [
    ...(bits === null ? [] : [{ key: "tile.core.synapse_memory.size_kib", value: bits / 8192 }]),
    ...(axons === null ? [] : [{ key: "tile.core.axon_table.entries", value: axons }]),
  ];
}

/** The changes as what to type. */
export const fixText = (fixes: readonly Fix[]): string => fixes.map(({ key, value }) => `set ${key}: ${value}`).join(" and ");

/**
 * Refuses a network whose fan-in is cut on a chip whose time feeds back. `topology`: the network as the chip holds it.
 * @throws InfeasibleError FEEDBACK_FAN_IN, with the smallest change for which a core holds a neuron's weights
 */
export function demandWholeFanIn(chip: Chip, precision: Precision, topology: Topology, placed: Topology): void {
  if (placed.populations.length === topology.populations.length) return;
  throw new InfeasibleError(
    "FEEDBACK_FAN_IN",
    "fan-in of a neuron",
    "every neuron's weights on one core: the chip's time feeds back, and partial sums would have to be computed with it",
    "fan-in cut in parts",
    fixText(wholeFanIn(chip, precision, topology)),
  );
}

const payloadOf = (precision: Precision, { name, accumulators }: Population): number => accumulators * accumulatorBitsOf(precision, name);

/**
 * Payload bits of the widest partial sum that one core sends another; 0: no fan-in is cut. It depends on shapes alone.
 * `topology`: the network as the chip holds it.
 * Not modelled: chips with DRAM, which may hold the rows there instead.
 */
export function partialSumBits(chip: Chip, precision: Precision, topology: Topology): number {
  if (chip.spill !== null || chip.cores.length < 2) return 0;
  const request: MappingTask["request"] = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const tooWide = tooWideIn({ topology, precision, chip, request, statesInDram: false, explains: null });
  return Math.max(0, ...tooWide.map((p) => payloadOf(precision, topology.populations[p])));
}

/** Divides the feed-forward rows of population `index` into `parts`; helpers are appended to the given populations. */
export function splitFanIn(topology: Topology, precision: Precision, index: number, parts: number): Topology {
  const home = topology.populations[index];
  const populations = topology.populations.map((population) =>
    population.depth >= home.depth ? { ...population, depth: population.depth + 1 } : population,
  );
  const helpers: Population[] = Array.from({ length: parts - 1 }, (_, k) => ({
    ...home,
    name: partName(home.name, k + 1),
    states: 0,
    payloadBits: payloadOf(precision, home),
    rests: true,
    update: { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 },
  }));
  const first = populations.length;
  const projections: Projection[] = [];
  for (const projection of topology.projections) {
    if (projection.target !== index || projection.recurrent) {
      projections.push(projection);
      continue;
    }
    const rows = topology.populations[projection.source].neurons;
    for (let k = 0; k < parts; k++) {
      const from = Math.floor((rows * k) / parts);
      const part: PartProjection = {
        ...projection,
        target: k === 0 ? index : first + k - 1,
        rows: { first: from, count: Math.floor((rows * (k + 1)) / parts) - from },
        weightless: false,
      };
      projections.push(part);
    }
  }
  const identity = {
    rowStart: Uint32Array.from({ length: home.neurons + 1 }, (_, i) => i),
    targets: Uint32Array.from({ length: home.neurons }, (_, i) => i),
  };
  helpers.forEach((_, k) => {
    const sums: PartProjection = {
      source: first + k,
      target: index,
      recurrent: false,
      sparse: identity,
      rows: { first: 0, count: home.neurons },
      weightless: true,
    };
    projections.push(sums);
  });
  return { populations: [...populations, ...helpers], projections };
}

/** Number of helpers' neurons in a placement: each holds a part of another neuron's sum. */
export function summingNeurons({ topology: { projections }, slices }: Pick<Placement, "topology" | "slices">): number {
  const helpers = new Set(projections.filter(isSum).map(({ source }) => source));
  return slices.reduce((sum, { population, neurons }) => (helpers.has(population) ? sum + neurons : sum), 0);
}

/** The trace on a topology with helpers: each sends its sum for every neuron in every step. */
export function withPartialSums(topology: Topology, trace: SpikeTrace): SpikeTrace {
  const known = trace.topology.populations.length;
  const all = topology.populations.length;
  if (all === known) return trace;
  const steps = trace.stepStart[trace.stepStart.length - 1];
  const sums = topology.populations.slice(known).reduce((total, helper) => total + helper.neurons, 0);
  const events = trace.neuron.length + steps * sums;
  const eventStart = new Uint32Array(steps * all + 1);
  const neuron = new Uint32Array(events);
  const payload = new Int16Array(events);
  let at = 0;
  for (let step = 0; step < steps; step++) {
    for (let p = 0; p < all; p++) {
      eventStart[step * all + p] = at;
      if (p < known) {
        const group = step * known + p;
        for (let e = trace.eventStart[group]; e < trace.eventStart[group + 1]; e++, at++) {
          neuron[at] = trace.neuron[e];
          payload[at] = trace.payload[e];
        }
      } else {
        for (let n = 0; n < topology.populations[p].neurons; n++, at++) {
          neuron[at] = n;
          payload[at] = 1;
        }
      }
    }
  }
  eventStart[steps * all] = at;
  return { topology, stepStart: trace.stepStart, eventStart, neuron, payload, key: trace.key };
}
