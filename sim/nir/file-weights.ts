/** The weights of an imported file: NeuroBench's parameters, whatever a chip makes of them. Pure. */
import { BIAS_BITS, CONNECTION_TYPES, type NirNode, type StoredValues } from "../../arch/index.js";
import type { FlatGraph } from "./flatten-hierarchy.js";
import type { ImportedNir } from "./import.js";
import { arrayOf } from "./shapes.js";

interface NodeWeights {
  readonly name: string;
  readonly weights: number;
  readonly zeroWeights: number;
  readonly biases: number;
}

/** Of every connection node. */
export const fileWeights = ({ nodes }: Pick<FlatGraph, "nodes">): readonly NodeWeights[] =>
  [...nodes].flatMap(([name, node]) => (CONNECTION_TYPES.has(node.type) ? [{ name, ...weightsIn(node) }] : []));

function weightsIn(node: NirNode): Omit<NodeWeights, "name"> {
  const { data } = arrayOf(node, "weight");
  const biases = node.fields.has("bias") ? arrayOf(node, "bias").data.length : 0;
  return { weights: data.length, zeroWeights: data.reduce((sum, weight) => sum + Number(weight === 0), 0), biases };
}

/**
 * The file's weights and biases at the widths of a chip. `weightBits`: of the weights into each population; a node that
 * leads to several has the widest.
 */
export function storedByFile({ graph, schedule }: ImportedNir, weightBits: ReadonlyMap<string, number>): StoredValues {
  const widest = (node: string): number => {
    const reached = new Set([node]);
    let bits = 0;
    for (const from of reached)
      for (const [to, sources] of schedule.sources) {
        if (sources.every(({ name }) => name !== from)) continue;
        const own = weightBits.get(to);
        if (own === undefined) reached.add(to);
        else bits = Math.max(bits, own);
      }
    return bits;
  };
  let [parameters, packedBits] = [0, 0];
  for (const { name, weights, biases } of fileWeights(graph)) {
    parameters += weights + biases;
    packedBits += weights * widest(name) + biases * BIAS_BITS;
  }
  return { parameters, buffers: 0, packedBits };
}
