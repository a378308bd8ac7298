/**
 * A NIR graph as populations (terminal Inputs, neuron nodes, Outputs that weights feed) and the ways of nodes from one
 * to the next: what the graph connects, without a list of synapses. Delays and recurrent edges stay separate: one way
 * per number of steps.
 * Throws: InputError for a circle of weights without a neuron, and for more routes than can be listed.
 */

import { CONNECTION_TYPES, NEURON_TYPES, type NirNode, nirArray } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import { createOperator, delaySteps, type KernelShape, type Operator } from "./connections.js";
import type { ImportedNir } from "./import.js";
import { arrayOf, type NodeShapes, sizeOf } from "./shapes.js";

export interface LoweredPopulation {
  readonly name: string;
  readonly node: NirNode;
  readonly neurons: number;
  /** Number of consecutive neurons with the same row of weights: those of a convolution's channel; else 1. */
  readonly sharing: number;
}

/** All routes from one population to another that take the same number of steps. */
export interface Way {
  readonly source: number;
  readonly target: number;
  /** Steps from spike to arrival, by Delay nodes and recurrent edges together. */
  readonly steps: number;
  /** One of its edges carries the step before, to close a circle. */
  readonly recurrent: boolean;
  /** Affine functions only: no Threshold on the way. */
  readonly linear: boolean;
  /** The spikes themselves arrive, unchanged. */
  readonly identity: boolean;
  /** The arriving value is the sum over the routes. */
  readonly routes: readonly (readonly Stage[])[];
}

/** One node on a route. */
export interface Stage {
  /** Number of places of its output. */
  readonly size: number;
  readonly targets: Operator["targets"];
  /** By input: number of places that it reaches; null if only `targets` knows. */
  readonly fanOut: Float64Array | null;
  /** Makes the stage of the same node with every weight 1; null: no weight is zero. */
  readonly whole: (() => Stage) | null;
  /** Every output place depends on the input at the same place only. */
  readonly isOneToOne: boolean;
  /** Kernel of a convolution or a pool; null for other nodes. */
  readonly kernel: KernelShape | null;
}

export interface GraphWays {
  /** In the schedule's order. */
  readonly populations: readonly LoweredPopulation[];
  /** By source, then undelayed before delayed, then by target. */
  readonly ways: readonly Way[];
}

export function graphWays(imported: ImportedNir): GraphWays {
  const { graph, schedule, shapes } = imported;
  const names = populationNames(imported);
  const stageOf = stages(imported);
  const followers = followersOf(imported);
  const found = names.flatMap((_, source) => waysFrom(imported, names, source, stageOf, followers));
  const populations = names.map((name, p): LoweredPopulation => {
    const sharing = found.reduce((most, way) => (way.target === p ? Math.max(most, way.sharing) : most), 1);
    return { name, node: entry(graph.nodes, name), neurons: sizeOf(entry(shapes, name).output), sharing };
  });
  const order = new Map(schedule.order.map((name, at) => [name, at]));
  const at = (p: number): number => order.get(names[p]) ?? 0;
  return { populations, ways: found.sort((a, b) => a.source - b.source || a.steps - b.steps || at(a.target) - at(b.target)) };
}

function populationNames({ graph, schedule }: ImportedNir): string[] {
  const typeOf = (name: string): string => graph.nodes.get(name)?.type ?? "";
  const sourcesOf = (name: string): readonly { readonly name: string }[] => schedule.sources.get(name) ?? [];
  const leads = new Set(graph.edges.map((edge) => edge.from));
  /** Whether a computation lies between the last population and this node, so that values have to be added. */
  const adds = (name: string): boolean =>
    sourcesOf(name).length > 1 ||
    sourcesOf(name).some(({ name: source }) => {
      const type = typeOf(source);
      if (NEURON_TYPES.has(type) || (type === "Input" && sourcesOf(source).length === 0)) return false;
      return !PASSES.has(type) || adds(source);
    });
  return schedule.order.filter((name) => {
    const type = typeOf(name);
    if (NEURON_TYPES.has(type)) return true;
    return type === "Input" ? sourcesOf(name).length === 0 : type === "Output" && !leads.has(name) && adds(name);
  });
}

/** Types that pass values on unchanged. */
const PASSES = new Set(["Input", "Output", "Flatten"]);

/** The stage of a node other than a Delay; each is created once. */
function stages({ graph, shapes, options }: ImportedNir): (name: string) => Stage {
  const known = new Map<string, Stage>();
  const stageOf = (node: NirNode, shape: NodeShapes): Stage => {
    const { targets, fanOut, kernel = null } = createOperator(node, shape, options);
    const isOneToOne = node.type === "Scale" || node.type === "Threshold";
    const hasZeros = CONNECTION_TYPES.has(node.type) && arrayOf(node, "weight").data.includes(0);
    return { size: sizeOf(shape.output), targets, fanOut, isOneToOne, kernel, whole: hasZeros ? () => stageOf(ones(node), shape) : null };
  };
  return (name) => {
    const made = known.get(name);
    if (made !== undefined) return made;
    const stage = stageOf(entry(graph.nodes, name), entry(shapes, name));
    known.set(name, stage);
    return stage;
  };
}

/** The node with every weight 1. */
function ones(node: NirNode): NirNode {
  const { data, shape } = arrayOf(node, "weight");
  return { ...node, fields: new Map(node.fields).set("weight", nirArray(new Float64Array(data.length).fill(1), shape)) };
}

interface Trail {
  readonly steps: number;
  readonly recurrent: boolean;
  readonly linear: boolean;
  readonly identity: boolean;
  readonly sharing: number;
  readonly route: readonly Stage[];
}

type FoundWay = Way & { readonly sharing: number };

/**
 * Largest number of edges on all routes from one population: each pair of parallel nodes doubles the routes behind it.
 */
const MOST_FOLLOWED = 65_536;

interface Follower {
  readonly to: string;
  readonly delayed: boolean;
}

/** Nodes that follow each node. */
function followersOf({ schedule }: ImportedNir): ReadonlyMap<string, readonly Follower[]> {
  const found = new Map<string, Follower[]>();
  for (const [to, sources] of schedule.sources)
    for (const { name, delayed } of sources) {
      const followers = found.get(name) ?? [];
      followers.push({ to, delayed });
      found.set(name, followers);
    }
  return found;
}

/** Every way from a population's spikes to the next populations. */
function waysFrom(
  imported: ImportedNir,
  names: readonly string[],
  source: number,
  stageOf: (name: string) => Stage,
  followers: ReadonlyMap<string, readonly Follower[]>,
): FoundWay[] {
  const { graph, shapes, options, report } = imported;
  const position = new Map(names.map((name, p) => [name, p]));
  const found = new Map<string, { readonly target: number; readonly trails: Trail[] }>();
  let count = 0;
  const visit = (from: string, trail: Trail, passed: readonly string[]): void => {
    for (const { to, delayed } of followers.get(from) ?? []) {
      if (++count > MOST_FOLLOWED)
        throw inputError(
          report.file,
          `the routes from it follow more than ${MOST_FOLLOWED} edges: parallel nodes multiply the routes at each join`,
          "replace parallel nodes by one with the sum of their weights, or run it in float",
          names[source],
        );
      const here = delayed ? { ...trail, steps: trail.steps + 1, recurrent: true } : trail;
      const target = position.get(to);
      if (target !== undefined) {
        const key = `${target}/${here.steps}/${here.recurrent}`;
        const entry = found.get(key) ?? { target, trails: [] };
        entry.trails.push(here);
        found.set(key, entry);
        continue;
      }
      if (passed.includes(to)) throw inputError(report.file, `a circle without a neuron: ${[...passed, to].join(" -> ")}`);
      const node = entry(graph.nodes, to);
      const shape = entry(shapes, to);
      if (node.type === "Delay") {
        const size = sizeOf(shape.input);
        const delays = delaySteps(node, size, options);
        for (const steps of new Set(delays)) {
          const those: Stage["targets"] = (index, meet) => {
            if (delays[index] === steps) meet(index, 1);
          };
          const stage = {
            size,
            targets: those,
            fanOut: Float64Array.from(delays, (d) => Number(d === steps)),
            whole: null,
            isOneToOne: false,
            kernel: null,
          };
          visit(to, { ...here, steps: here.steps + steps, route: [...here.route, stage] }, [...passed, to]);
        }
        continue;
      }
      const passes = PASSES.has(node.type);
      const matrix = CONNECTION_TYPES.has(node.type) && shape.output.length === 1;
      const grid = shape.output.length === 3 ? shape.output[1] * shape.output[2] : (shape.output[1] ?? 1);
      const next: Trail = {
        ...here,
        linear: here.linear && node.type !== "Threshold",
        identity: here.identity && passes,
        sharing: passes || node.type === "Scale" || node.type === "Threshold" ? here.sharing : matrix ? 1 : grid,
        route: passes ? here.route : [...here.route, stageOf(to)],
      };
      visit(to, next, [...passed, to]);
    }
  };
  visit(names[source], { steps: 0, recurrent: false, linear: true, identity: true, sharing: 1, route: [] }, [names[source]]);
  return [...found.values()].map(({ target, trails }) => ({
    source,
    target,
    steps: trails[0].steps,
    recurrent: trails[0].recurrent,
    linear: trails.every((trail) => trail.linear),
    identity: trails.length === 1 && trails[0].identity,
    sharing: trails.reduce((most, trail) => Math.max(most, trail.sharing), 1),
    routes: trails.map((trail) => trail.route),
  }));
}
