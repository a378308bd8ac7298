/**
 * Order of nodes within one step, and the edges that carry the step before: if the graph has a circle, spikes go round
 * it with a delay of one step. A delayed edge leaves a neuron and leads, through weights only, to a neuron that is not
 * farther from the input. Spikes of Lava's neurons always arrive one step later, because all its cores work on the same
 * step.
 * Throws: InputError for a circle without a neuron or a delay.
 */
import { LAVA_NEURONS, NEURON_TYPES, type NirEdge } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FlatGraph } from "./flatten-hierarchy.js";

export interface Schedule {
  /** Every node once; a node's undelayed sources come before it. */
  readonly order: readonly string[];
  /** Sources of each node, by name. */
  readonly sources: ReadonlyMap<string, readonly { readonly name: string; readonly delayed: boolean }[]>;
  readonly delayedEdges: readonly NirEdge[];
}

/** `holds`: nodes whose output is known before their input of the same step (delays of at least one step). */
export function scheduleGraph(graph: FlatGraph, holds: ReadonlySet<string>, file: string): Schedule {
  const filed = [...graph.nodes.keys()];
  // if every edge between neurons is delayed, only the file gives the order of layers
  const names = [...graph.nodes.values()].some(({ type }) => LAVA_NEURONS.has(type)) ? filed : filed.sort();
  const out = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { from, to } of graph.edges) out.get(from)?.push(to);
  const depth = depths(graph, names, out);
  const isNeuron = (name: string): boolean => NEURON_TYPES.has(graph.nodes.get(name)?.type ?? "");
  const reachable = (start: string, pass: (name: string) => boolean): Set<string> => {
    const seen = new Set([start]);
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (!pass(name)) continue;
      for (const next of out.get(name) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return seen;
  };
  const far = (name: string): number => depth.get(name) ?? Number.POSITIVE_INFINITY;
  const everywhere = new Map(names.map((name) => [name, reachable(name, (at) => !holds.has(at))]));
  const isDelayed = ({ from, to }: NirEdge): boolean => {
    if (!isNeuron(from)) return false;
    if (LAVA_NEURONS.has(graph.nodes.get(from)?.type ?? "")) return [...reachable(to, (name) => !isNeuron(name))].some(isNeuron);
    if (holds.has(to)) return false;
    const met = reachable(to, (name) => !isNeuron(name) && !holds.has(name));
    return [...met].some((name) => isNeuron(name) && far(name) <= far(from) && (name === from || everywhere.get(name)?.has(from)));
  };
  const edges = graph.edges.map((edge) => ({ ...edge, delayed: isDelayed(edge) }));
  const sources = new Map(
    names.map((name) => [
      name,
      edges
        .filter((edge) => edge.to === name)
        .map((edge) => ({ name: edge.from, delayed: edge.delayed }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ]),
  );
  return {
    order: sorted(names, sources, holds, file),
    sources,
    delayedEdges: edges.filter((edge) => edge.delayed).map(({ from, to }) => ({ from, to })),
  };
}

/** Number of edges from the nearest Input. */
function depths(graph: FlatGraph, names: readonly string[], out: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const fed = new Set(graph.edges.map((edge) => edge.to));
  const depth = new Map(names.filter((name) => graph.nodes.get(name)?.type === "Input" && !fed.has(name)).map((name) => [name, 0]));
  const queue = [...depth.keys()];
  for (let i = 0; i < queue.length; i++) {
    for (const next of out.get(queue[i]) ?? []) {
      if (depth.has(next)) continue;
      depth.set(next, (depth.get(queue[i]) ?? 0) + 1);
      queue.push(next);
    }
  }
  return depth;
}

function sorted(names: readonly string[], sources: Schedule["sources"], holds: ReadonlySet<string>, file: string): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (name: string, trail: readonly string[]): void => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      const circle = [...trail.slice(trail.indexOf(name)), name].join(" -> ");
      throw inputError(file, `a cycle without a neuron or a delay: ${circle}`, "put a neuron or a Delay of at least one step into it");
    }
    state.set(name, "open");
    // a node of `holds` needs no value of this step, so it may be anywhere
    if (!holds.has(name)) {
      for (const source of sources.get(name) ?? []) if (!source.delayed) visit(source.name, [...trail, name]);
    }
    state.set(name, "done");
    order.push(name);
  };
  for (const name of names) visit(name, []);
  return order;
}
