/**
 * An imported network as chips see it: the populations of its lowered graph, with projections (the neurons that a spike
 * reaches) for everything between two of them: one, unless ways of different delays connect the same neurons. A run's
 * spikes make it a trace.
 * Throws: InputError for graphs whose timesteps cannot be separated into waves.
 * Not modelled: Delay nodes (spikes wait at the receiver at no cost); pools as hardware (a pool between two layers is
 * part of the projection).
 */

import {
  LAVA_NEURONS,
  type Population,
  type Precision,
  type Projection,
  type SpikeTrace,
  synapsesIn,
  type Topology,
  writtenTargets,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, sha256 } from "../../base/hash.js";
import type { NirRun } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { joinedRows, unionOf } from "./joined-rows.js";
import { type LoweredGraph, type LoweredMatrix, lowerGraph } from "./lowered-graph.js";
import { FIRES, refractorySteps } from "./neuron-models.js";
import type { NirValues } from "./terminal-inputs.js";
import { type GraphWays, graphWays, type Way } from "./ways.js";

/**
 * Integer work of one neuron update: requantise the accumulator; leak products; bias, leak additions, reset.
 * I and IF have no leak; Cuba models leak current and voltage.
 */
const UPDATES: { readonly [type: string]: { readonly states: number; readonly update: Population["update"] } } = {
  Input: { states: 0, update: { requantises: 0, multiplies: 0, additions: 0, lutReads: 0 } },
  Output: { states: 1, update: { requantises: 1, multiplies: 1, additions: 2, lutReads: 0 } },
  I: { states: 1, update: { requantises: 1, multiplies: 1, additions: 2, lutReads: 0, integrates: true } },
  IF: { states: 1, update: { requantises: 1, multiplies: 1, additions: 3, lutReads: 0, integrates: true } },
  LI: { states: 1, update: { requantises: 1, multiplies: 2, additions: 2, lutReads: 0, integrates: true } },
  LIF: { states: 1, update: { requantises: 1, multiplies: 2, additions: 3, lutReads: 0, integrates: true } },
  CubaLI: { states: 2, update: { requantises: 1, multiplies: 3, additions: 3, lutReads: 0, integrates: true } },
  /** the value is the sum itself: one addition compares it with the value sent last, one updates that */
  Delta: { states: 1, update: { requantises: 0, multiplies: 0, additions: 2, lutReads: 0 } },
  SigmaDelta: { states: 2, update: { requantises: 0, multiplies: 0, additions: 4, lutReads: 0 } },
  Sigma: { states: 1, update: { requantises: 0, multiplies: 0, additions: 2, lutReads: 0 } },
  /** sums enter by a shift; the refractory counter is stored in the voltage's word */
  Loihi: { states: 2, update: { requantises: 0, multiplies: 2, additions: 4, lutReads: 0 } },
  CubaLIF: { states: 2, update: { requantises: 1, multiplies: 3, additions: 4, lutReads: 0, integrates: true } },
};

interface NirTopology {
  readonly topology: Topology;
  /** By matrix of the lowered graph: the projection that contains it. */
  readonly projectionOf: readonly number[];
  /** Differences between the chip's view and the graph. */
  readonly warnings: readonly string[];
}

/** Kind of input: events of payload 1; whole numbers as they are; or the real value of a payload of 1. */
export type NirInputs = "binary" | "events" | number;

/** Kind of each input, in the order of `terminalInputs`; or one kind for all. */
export type InputKinds = NirInputs | readonly NirInputs[];

/** Largest payload of an input that is not binary: an 8-bit word. */
export const INPUT_LIMIT = 127;

/** Properties of the graph that the chip decides. */
interface NirOnChip {
  readonly leak: Precision["leak"];
  readonly inputs: (population: number) => NirInputs;
  /** Whether the integer neurons of a population stay silent without input. */
  readonly rests: (population: number) => boolean;
  /** Whether a population's sums become state words by a shift, without a product. */
  readonly shifts: (population: number) => boolean;
  /**
   * Bits of the payloads of a population's spikes, including a sign; those of an input are at least those of its kind.
   */
  readonly payloadBits: (population: number) => number;
}

const AS_FILED: NirOnChip = { leak: "multiplier", inputs: () => "binary", rests: () => false, shifts: () => false, payloadBits: () => 1 };
/** Least bits of the payload of an input that is not binary, including a sign. */
const INPUT_BITS = 8;

interface Link {
  readonly source: number;
  readonly target: number;
  readonly recurrent: boolean;
  /** Indices of the ways (or matrices) that it consists of. */
  readonly ways: readonly number[];
}

type BareWay = Pick<Way, "source" | "target" | "steps" | "recurrent">;

/** What a chip sees of a graph without its synapses. */
interface Layers {
  readonly links: readonly Link[];
  /** Depth of each population. */
  readonly depth: readonly number[];
  /** Differences between the chip's view and the graph. */
  readonly warnings: readonly string[];
}

/** Layers of the graph, before any synapse is listed. Throws: InputError as `nirTopology`. */
export function nirLayers(imported: ImportedNir, { populations, ways }: GraphWays = graphWays(imported)): Layers {
  return layersOf(imported, populations, ways);
}

function layersOf({ graph, report }: ImportedNir, populations: GraphWays["populations"], ways: readonly BareWay[]): Layers {
  const links = linksOf(populations.length, ways);
  const depth = depthsOf(populations, links, report.file);
  const warnings: string[] = [];
  for (const { source, target, recurrent } of links) {
    const [from, to] = [populations[source].name, populations[target].name];
    if (recurrent && depth[source] !== depth[target]) {
      throw inputError(
        report.file,
        `feedback from ${from} to ${to} crosses layers`,
        "a pipeline of waves delivers it too late; only recurrence within a layer runs on a chip",
      );
    }
    if (!recurrent && depth[target] > depth[source] + 1)
      warnings.push(`${from} -> ${to} skips layers: its spikes wait at the receiver, at no cost`);
  }
  for (const [name, { type }] of graph.nodes)
    if (type === "Delay") warnings.push(`${name}: delayed spikes wait at the receiver, at no cost`);
  return { links, depth, warnings };
}

/**
 * Populations in the order of `lowerGraph`, with the nodes' names. A population without successors sends nothing
 * (payload of 0 bits).
 */
export function nirTopology(
  imported: ImportedNir,
  lowered: LoweredGraph = lowerGraph(imported),
  onChip: NirOnChip = AS_FILED,
): NirTopology {
  const { populations: lows, matrices } = lowered;
  const { links, depth, warnings } = layersOf(imported, lows, matrices);
  const parts = links.flatMap((link) =>
    joinedRows(
      link.ways.map((way) => matrices[way]),
      lows[link.target].neurons,
    ).map((joined) => ({ ...link, ways: joined.map((w) => link.ways[w]) })),
  );
  const pause = refractorySteps(imported.options);
  const populations = lows.map(({ name, node, neurons }, p): Population => {
    const sends = links.some((link) => link.source === p);
    const least = node.type === "Input" && onChip.inputs(p) !== "binary" ? INPUT_BITS : 1;
    const payloadBits = sends ? Math.max(least, onChip.payloadBits(p)) : 0;
    const { states, update } = updateOf(node.type, onChip, p, pause);
    return {
      name,
      neurons,
      accumulators: node.type === "Input" ? 0 : 1,
      states,
      depth: depth[p],
      payloadBits,
      rests: onChip.rests(p),
      update,
    };
  });
  return {
    topology: { populations, projections: parts.map((part) => projection(part, matrices, populations)) },
    projectionOf: matrices.map((_, m) => parts.findIndex(({ ways }) => ways.includes(m))),
    warnings,
  };
}

/**
 * A leak by shift is a subtraction in place of a product; a refractory counter takes one more word and one more
 * addition.
 */
function updateOf(type: string, { leak, shifts }: NirOnChip, p: number, pause: number): Pick<Population, "states" | "update"> {
  const { states, update } = UPDATES[type];
  const products = shifts(p) ? update.requantises : 0;
  const leaks = leak === "shift" ? (LEAKS[type] ?? 0) : 0;
  const counts = pause > 0 && FIRES.has(type) ? 1 : 0;
  return {
    states: states + counts,
    update: {
      ...update,
      requantises: update.requantises - products,
      multiplies: update.multiplies - leaks - products,
      additions: update.additions + leaks + counts,
    },
  };
}

const LEAKS: { readonly [type: string]: number } = { LI: 1, LIF: 1, CubaLI: 2, CubaLIF: 2 };

/** Spikes of a run that recorded every population, as a trace of one utterance. Only whole numbers can be sent. */
export function nirTrace(imported: ImportedNir, topology: Topology, inputs: NirValues, run: NirRun): SpikeTrace {
  const eventStart = [0];
  const neuron: number[] = [];
  const payload: number[] = [];
  for (let step = 0; step < run.steps; step++) {
    for (const { name, neurons, payloadBits } of topology.populations) {
      // voltages and sums that leave the network are not spikes; spikes count wherever they go
      const spikes = payloadBits > 0 || imported.graph.nodes.get(name)?.fields.has("v_threshold") === true;
      const values = !spikes ? null : (inputs.get(name) ?? run.outputs.get(name) ?? null);
      for (let n = 0; values !== null && n < neurons; n++) {
        const value = values[step * neurons + n];
        if (value === 0) continue;
        if (!Number.isInteger(value) || Math.abs(value) > 32_767)
          throw inputError(imported.report.file, `${name} sends ${value}: only whole numbers can be sent as spikes`, "encode the input");
        neuron.push(n);
        payload.push(value);
      }
      eventStart.push(neuron.length);
    }
  }
  const small = topology.populations.every((population) => population.neurons <= 65_536);
  const events = Uint32Array.from(neuron);
  const payloads = Int16Array.from(payload);
  const starts = Uint32Array.from(eventStart);
  return {
    topology,
    stepStart: Uint32Array.of(0, run.steps),
    eventStart: starts,
    neuron: small ? Uint16Array.from(events) : events,
    payload: payloads,
    key: sha256(
      JSON.stringify(imported.options),
      JSON.stringify(topology.populations),
      bytesOf(starts),
      bytesOf(events),
      bytesOf(payloads),
    ),
  };
}

/**
 * Links between populations: all ways between two populations are one link, except recurrent ones. Ways with a Delay
 * that closes a circle count as recurrent.
 */
function linksOf(count: number, ways: readonly BareWay[]): Link[] {
  const ahead = Array.from({ length: count }, (_, p) => ways.filter((way) => way.source === p && way.steps === 0).map((way) => way.target));
  const reaches = (from: number, to: number, seen: Set<number> = new Set()): boolean => {
    if (from === to) return true;
    seen.add(from);
    return ahead[from].some((next) => !seen.has(next) && reaches(next, to, seen));
  };
  const links = new Map<string, { source: number; target: number; recurrent: boolean; ways: number[] }>();
  for (const [w, way] of ways.entries()) {
    const { source, target, steps } = way;
    const recurrent = way.recurrent || (steps > 0 && reaches(target, source));
    const key = `${source}/${recurrent}/${target}`;
    const link = links.get(key) ?? { source, target, recurrent, ways: [] };
    link.ways.push(w);
    links.set(key, link);
  }
  return [...links.values()].sort((a, b) => a.source - b.source || Number(a.recurrent) - Number(b.recurrent) || a.target - b.target);
}

/**
 * Length of the longest path from an input without recurrent links. In a Lava network all layers work on the same step.
 */
function depthsOf(populations: GraphWays["populations"], links: readonly Link[], file: string): number[] {
  const count = populations.length;
  if (populations.some(({ node }) => LAVA_NEURONS.has(node.type))) return populations.map(({ node }) => (node.type === "Input" ? 0 : 1));
  const depth = new Array<number>(count).fill(0);
  for (let round = 0; round <= count; round++) {
    let moved = false;
    for (const { source, target, recurrent } of links) {
      if (recurrent || depth[target] > depth[source]) continue;
      depth[target] = depth[source] + 1;
      moved = true;
    }
    if (!moved) return depth;
  }
  throw inputError(file, "layers feed each other within one step", "put a recurrent edge behind a neuron");
}

function projection(
  { source, target, recurrent, ways }: Link,
  matrices: readonly LoweredMatrix[],
  populations: readonly Population[],
): Projection {
  const between = { source, target, recurrent };
  const isDense = (synapses: number): boolean => synapses === populations[source].neurons * populations[target].neurons;
  if (ways.length > 1) {
    const rows = unionOf(ways.map((way) => matrices[way]));
    return { ...between, sparse: isDense(rows.targets.length) ? null : rows };
  }
  const { rowStart, targets, kernel, rowOf } = matrices[ways[0]];
  const rows = { sparse: { rowStart, targets }, kernel: kernel ?? undefined };
  if (kernel !== null && kernel.targetArea > 1) return { ...between, ...rows };
  const sparse = isDense(synapsesIn({ rowStart })) ? null : { rowStart, targets: writtenTargets(rows) };
  return { ...between, sparse, ...(rowOf === null ? {} : { rowOf }) };
}
