/**
 * Order of nodes within one step, and the edges that carry the step before: if the graph has a circle, spikes go round
 * it with a delay of one step. It takes the ways from a neuron, through nodes without a state, to a neuron that is not
 * farther from the input: no more neurons lie before it. Nodes without a state, such as the ports of nested graphs,
 * change nothing. Spikes of Lava's neurons always arrive one step later, because all its cores work on the same step.
 * Throws: InputError for a circle without a neuron or a delay.
 */
import { LAVA_NEURONS, NEURON_TYPES, type NirEdge } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { FlatGraph } from "./flatten-hierarchy.js";
import { edgesBy, lateEdges, memo, reached } from "./late-edges.js";

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
  const isLava = [...graph.nodes.values()].some(({ type }) => LAVA_NEURONS.has(type));
  const names = isLava ? filed : filed.sort();
  const out = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { from, to } of graph.edges) out.get(from)?.push(to);
  const neurons = new Set(names.filter((name) => NEURON_TYPES.has(graph.nodes.get(name)?.type ?? "")));
  const isNeuron = (name: string): boolean => neurons.has(name);
  const depth = depths(graph, names, out, isNeuron);
  const far = (name: string): number => depth.get(name) ?? Number.POSITIVE_INFINITY;
  const everywhere = memo((name: string) => reached([name], (at) => (holds.has(at) ? [] : (out.get(at) ?? []))));
  const isLate = (from: string, to: string): boolean =>
    isNeuron(from) && isNeuron(to) && (isLava || (far(to) <= far(from) && everywhere(to).has(from)));
  // a Delay takes its steps on top of Lava's one, and in place of the one that closes a circle
  const late = lateEdges(graph.edges, { passes: (name) => !isNeuron(name) && (isLava || !holds.has(name)), isLate });
  const entering = edgesBy("to", graph.edges);
  const sources = new Map(
    names.map((name) => [
      name,
      entering(name)
        .map((edge) => ({ name: edge.from, delayed: late.has(edge) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ]),
  );
  return {
    order: sorted(names, sources, holds, file),
    sources,
    delayedEdges: graph.edges.filter((edge) => late.has(edge)).map(({ from, to }) => ({ from, to })),
  };
}

/** Number of neuron nodes on the way from the nearest Input, the node itself included. */
function depths(
  graph: FlatGraph,
  names: readonly string[],
  out: ReadonlyMap<string, readonly string[]>,
  isNeuron: (name: string) => boolean,
): ReadonlyMap<string, number> {
  const fed = new Set(graph.edges.map((edge) => edge.to));
  const depth = new Map<string, number>();
  let here = names.filter((name) => graph.nodes.get(name)?.type === "Input" && !fed.has(name));
  for (let neurons = 0; here.length > 0; neurons++) {
    const next: string[] = [];
    for (let name = here.pop(); name !== undefined; name = here.pop()) {
      if (depth.has(name)) continue;
      depth.set(name, neurons);
      for (const to of out.get(name) ?? []) (isNeuron(to) ? next : here).push(to);
    }
    here = next;
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
