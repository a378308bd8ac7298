/**
 * Random networks with neurons of their own: each neuron has its own threshold, leak, rest and value of its reset, and
 * the output is a layer of leaky or plain integrators, or a sum.
 */
import { type NirFile, type NirNode, type NirValue, nirArray } from "../../arch/formats/nir/graph.js";
import { createRng } from "../../base/rng.js";
import { node } from "../nir-nodes.js";
import type { Draw } from "./random-cores.js";

const SPIKING: readonly string[] = ["IF", "LIF", "CubaLIF"];

/** Fields that a layer of each kind has, for outputs that do not spike. */
const OUTPUTS: { readonly [type: string]: readonly string[] } = {
  I: ["r"],
  LI: ["r", "v_leak", "tau"],
  CubaLI: ["r", "v_leak", "tau_mem", "tau_syn", "w_in"],
};

/** `resets`: the rule of the reset has a value. */
export function variedNeurons(seed: number, dt: number, draw: Draw, { version, graph }: NirFile, resets: boolean): NirFile {
  const rng = createRng(seed, "varied neurons");
  const [rest, value] = [draw.of("v_leak", 0, 0.3), resets ? draw.of("v_reset", 0, 0.3, 1.2) : 0];
  const output = draw.of("output", "spikes", "spikes", "LI", "I", "CubaLI", "sum");
  const bounds: { readonly [field: string]: readonly [low: number, high: number] } = {
    ...{ r: [0.8, 1.2], v_threshold: [0.5, 1.5], v_reset: [-value, Math.min(value, 0.3)], v_leak: [-rest, rest] },
    ...{ tau: [1.2 * dt, 30 * dt], tau_mem: [1.2 * dt, 30 * dt], tau_syn: [1.2 * dt, 10 * dt], w_in: [0.5, 2] },
  };
  const shapeOf = ({ fields }: NirNode): readonly number[] => {
    const r = fields.get("r");
    if (r === undefined || typeof r === "string") throw new Error("neurons without r");
    return r.shape;
  };
  const drawn = (shape: readonly number[], type: string, names: readonly string[]): NirNode => {
    const count = shape.reduce((product, size) => product * size, 1);
    const each = (field: string): NirValue => {
      const [low, high] = field === "r" && type !== "IF" && type !== "I" ? [2, 4] : bounds[field];
      return nirArray(
        Array.from({ length: count }, () => low + (high - low) * rng.float()),
        shape,
      );
    };
    return node(type, Object.fromEntries(names.map((name) => [name, each(name)])));
  };
  const last = graph.edges.find(({ to }) => to === "out")?.from ?? "";
  const returns = graph.edges.some(({ from, to }) => from === last && to !== "out");
  const isSum = output === "sum" && !returns;
  const nodes = new Map<string, NirNode>();
  for (const [name, one] of graph.nodes) {
    if (!SPIKING.includes(one.type)) nodes.set(name, one);
    else if (name !== last || output === "spikes" || returns) nodes.set(name, drawn(shapeOf(one), one.type, [...one.fields.keys()]));
    else if (output !== "sum") nodes.set(name, drawn(shapeOf(one), output, OUTPUTS[output]));
  }
  const edges = graph.edges
    .filter(({ from }) => !(isSum && from === last))
    .map((edge) => (isSum && edge.to === last ? { ...edge, to: "out" } : edge));
  return { version, graph: { ...graph, nodes, edges } };
}
