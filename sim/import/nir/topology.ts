/**
 * An imported network as chips see it: its Inputs and neuron nodes are populations, everything between two of them is one projection
 * (weights, convolutions, pools and reshaping composed into the list of neurons that a spike reaches). With a run's spikes it becomes a trace.
 * Throws: InputError for graphs that waves of timesteps cannot keep apart.
 * Not modelled: Delay nodes hold spikes at the receiver at no cost; a pool between two layers is folded into the projection.
 */
import { bytesOf, inputError, type Population, type Projection, type SpikeTrace, sha256, type Topology } from "../../../arch/index.js";
import { createOperator } from "./connections.js";
import type { NirRun } from "./engine.js";
import type { ImportedNir } from "./import.js";
import { CONNECTION_TYPES, NEURON_TYPES } from "./node-types.js";
import { sizeOf } from "./shapes.js";

/**
 * Integer work of one neuron update: requantise the accumulator; leak products; bias, leak additions, reset.
 * I and IF have no leak; Cuba models leak current and voltage.
 */
const UPDATES: { readonly [type: string]: { readonly states: number; readonly update: Population["update"] } } = {
  Input: { states: 0, update: { multiplies: 0, additions: 0, lutReads: 0 } },
  Output: { states: 1, update: { multiplies: 1, additions: 2, lutReads: 0 } },
  I: { states: 1, update: { multiplies: 1, additions: 2, lutReads: 0 } },
  IF: { states: 1, update: { multiplies: 1, additions: 3, lutReads: 0 } },
  LI: { states: 1, update: { multiplies: 2, additions: 2, lutReads: 0 } },
  LIF: { states: 1, update: { multiplies: 2, additions: 3, lutReads: 0 } },
  CubaLI: { states: 2, update: { multiplies: 3, additions: 3, lutReads: 0 } },
  CubaLIF: { states: 2, update: { multiplies: 3, additions: 4, lutReads: 0 } },
};

export interface NirTopology {
  readonly topology: Topology;
  /** Where the chip's picture differs from the graph. */
  readonly warnings: readonly string[];
}

interface Link {
  readonly source: number;
  readonly target: number;
  readonly recurrent: boolean;
  /** Per source neuron, ascending. */
  readonly targets: readonly (readonly number[])[];
}

/** Populations in schedule order, named as the nodes; a population that feeds nothing sends nothing (payload 0 bits). */
export function nirTopology(imported: ImportedNir): NirTopology {
  const { graph, schedule, shapes } = imported;
  const typeOf = (name: string): string => graph.nodes.get(name)?.type ?? "";
  const isFed = (name: string): boolean => (schedule.sources.get(name) ?? []).length > 0;
  const weighs = (name: string): boolean => {
    const below = (schedule.sources.get(name) ?? []).map((source) => source.name);
    return below.some(
      (source) =>
        CONNECTION_TYPES.has(typeOf(source)) || (!NEURON_TYPES.has(typeOf(source)) && typeOf(source) !== "Input" && weighs(source)),
    );
  };
  const names = schedule.order.filter((name) => {
    const type = typeOf(name);
    return NEURON_TYPES.has(type) || (type === "Input" && !isFed(name)) || (type === "Output" && weighs(name));
  });
  const links = names.flatMap((_, source) => linksFrom(imported, names, source));
  const depth = depthsOf(names, links, imported.report.file);
  const warnings: string[] = [];
  for (const { source, target, recurrent } of links) {
    if (recurrent && depth[source] !== depth[target]) {
      throw inputError(
        imported.report.file,
        `feedback from ${names[source]} to ${names[target]} crosses layers`,
        "a pipeline of waves delivers it too late; only recurrence within a layer runs on a chip",
      );
    }
    if (!recurrent && depth[target] > depth[source] + 1)
      warnings.push(`${names[source]} -> ${names[target]} skips layers: its spikes wait at the receiver, at no cost`);
  }
  for (const name of graph.nodes.keys())
    if (typeOf(name) === "Delay") warnings.push(`${name}: delayed spikes wait at the receiver, at no cost`);
  const populations = names.map((name, p): Population => {
    const { states, update } = UPDATES[typeOf(name)];
    const accumulators = typeOf(name) === "Input" ? 0 : 1;
    const payloadBits = links.some((link) => link.source === p) ? 1 : 0;
    return { name, neurons: sizeOf(shapes.get(name)!.output), accumulators, states, depth: depth[p], payloadBits, update };
  });
  return { topology: { populations, projections: links.map((link) => projectionOf(link, populations)) }, warnings };
}

/** Spikes of a run that recorded every population, as a trace of one utterance. Values other than whole numbers cannot be sent. */
export function nirTrace(imported: ImportedNir, topology: Topology, inputs: ReadonlyMap<string, Float64Array>, run: NirRun): SpikeTrace {
  const eventStart = [0];
  const neuron: number[] = [];
  const payload: number[] = [];
  for (let step = 0; step < run.steps; step++) {
    for (const { name, neurons, payloadBits } of topology.populations) {
      const values = payloadBits === 0 ? null : (inputs.get(name) ?? run.outputs.get(name) ?? null);
      for (let n = 0; values !== null && n < neurons; n++) {
        const value = values[step * neurons + n];
        if (value === 0) continue;
        if (!Number.isInteger(value) || Math.abs(value) > 32_767)
          throw inputError(imported.report.file, `${name} sends ${value}: only whole numbers go as spikes`, "encode the input");
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

/** Everything a population's spikes reach before the next population, composed; delayed edges make a link of their own. */
function linksFrom(imported: ImportedNir, names: readonly string[], source: number): Link[] {
  const { graph, schedule, shapes, options } = imported;
  const position = new Map(names.map((name, p) => [name, p]));
  const found = new Map<string, { target: number; recurrent: boolean; targets: Set<number>[] }>();
  const count = sizeOf(shapes.get(names[source])!.output);
  const visit = (from: string, delayed: boolean, reached: readonly ReadonlySet<number>[]): void => {
    for (const [to, sources] of schedule.sources) {
      for (const edge of sources) {
        if (edge.name !== from) continue;
        const late = delayed || edge.delayed;
        const target = position.get(to);
        if (target !== undefined) {
          const key = `${target}/${late}`;
          const link = found.get(key) ?? { target, recurrent: late, targets: Array.from({ length: count }, () => new Set<number>()) };
          for (const [i, set] of reached.entries()) for (const n of set) link.targets[i].add(n);
          found.set(key, link);
          continue;
        }
        const operator = createOperator(graph.nodes.get(to)!, shapes.get(to)!, options);
        visit(
          to,
          late,
          reached.map((set) => {
            const next = new Set<number>();
            for (const i of set) operator.targets(i, (o) => next.add(o));
            return next;
          }),
        );
      }
    }
  };
  visit(
    names[source],
    false,
    Array.from({ length: count }, (_, i) => new Set([i])),
  );
  return [...found.values()]
    .sort((a, b) => Number(a.recurrent) - Number(b.recurrent) || a.target - b.target)
    .map(({ target, recurrent, targets }) => ({
      source,
      target,
      recurrent,
      targets: targets.map((set) => [...set].sort((a, b) => a - b)),
    }));
}

/** Longest way from an input without recurrent links. */
function depthsOf(names: readonly string[], links: readonly Link[], file: string): number[] {
  const depth = names.map(() => 0);
  for (let round = 0; round <= names.length; round++) {
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

function projectionOf(link: Link, populations: readonly Population[]): Projection {
  const { source, target, recurrent, targets } = link;
  if (targets.every((row) => row.length === populations[target].neurons)) return { source, target, recurrent, sparse: null };
  const rowStart = new Uint32Array(targets.length + 1);
  for (const [i, row] of targets.entries()) rowStart[i + 1] = rowStart[i] + row.length;
  return { source, target, recurrent, sparse: { rowStart, targets: Uint32Array.from(targets.flat()) } };
}
