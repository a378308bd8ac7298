/**
 * Input nodes that no node feeds: a network's inputs from outside. Their values are side by side in a step, in the
 * order of names (`inputNodesOf` of `arch/formats/model-network.ts` gives the same list for a file).
 */
import { entry } from "../../base/entry.js";
import type { ImportedNir } from "./import.js";
import { type Shape, sizeOf } from "./shapes.js";

export interface TerminalInput {
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  /** Index of its first value in a step. */
  readonly first: number;
}

export function terminalInputs({ graph, shapes }: Pick<ImportedNir, "graph" | "shapes">): readonly TerminalInput[] {
  const fed = new Set(graph.edges.map((edge) => edge.to));
  const names = [...graph.nodes].filter(([name, { type }]) => type === "Input" && !fed.has(name)).map(([name]) => name);
  let width = 0;
  return names.sort().map((name) => {
    const shape = entry(shapes, name).output;
    const first = width;
    width += sizeOf(shape);
    return { name, shape, size: sizeOf(shape), first };
  });
}

/** Values of nodes by name, [steps][size]. */
export type NirValues = ReadonlyMap<string, Float64Array | Float32Array>;

/** Values of each input, from values [steps][all inputs side by side]; those of a single one are not copied. */
export function byInput(inputs: readonly TerminalInput[], values: Float64Array | Float32Array): NirValues {
  if (inputs.length === 1) return new Map([[inputs[0].name, values]]);
  const width = inputs.reduce((sum, { size }) => sum + size, 0);
  const steps = values.length / width;
  return new Map(
    inputs.map(({ name, size, first }) => {
      const own = new Float64Array(steps * size);
      for (let step = 0; step < steps; step++) for (let n = 0; n < size; n++) own[step * size + n] = values[step * width + first + n];
      return [name, own];
    }),
  );
}
