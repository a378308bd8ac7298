/**
 * Number of weights on a way, zero or not, at each place where they apply: NeuroBench's dense operations of a step, for
 * which it takes every weight as 1. Weights of zero are not synapses of an imported network, so its rows do not say it.
 */
import { rowLengths } from "../../arch/index.js";
import { kernelOf } from "./shared-kernel.js";
import { Walker } from "./walker.js";
import type { GraphWays, Way } from "./ways.js";

/** `synapses`: those of the way that are not zero. */
export function weightPlaces(graph: GraphWays, way: Way, synapses: number): number {
  if (way.routes.every((route) => route.every(({ whole }) => whole === null))) return synapses;
  const routes = way.routes.map((route) => route.map((stage) => stage.whole?.() ?? stage));
  const shared = kernelOf(graph, { ...way, routes });
  if (shared !== null) return rowLengths(shared.kernel).reduce((sum, length) => sum + length, 0);
  const sources = graph.populations[way.source].neurons;
  const walker = new Walker(routes, sources, graph.populations[way.target].neurons);
  let places = 0;
  for (let row = 0; row < sources; row++) places += walker.knownLength(row) ?? walker.walk(row).length;
  return places;
}
