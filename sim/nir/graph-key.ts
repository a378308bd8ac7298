/**
 * Content address of an integer graph. It hashes a network's synapses, however rows are stored, so the storage does not
 * change the address. A convolution with too many synapses to list is hashed as its kernel.
 */

import { addressedPrecision, type Precision, rowReader, synapsesIn } from "../../arch/index.js";
import { bytesOf, canonicalJson, sha256, sha256Of } from "../../base/hash.js";
import type { ImportedNir } from "./import.js";
import type { LoweredGraph, LoweredMatrix } from "./lowered-graph.js";
import type { NirInputs } from "./topology.js";
import { MOST_SYNAPSES } from "./unroll.js";

/** Hash of everything that decides the graph's behaviour. */
export function graphKey(
  imported: ImportedNir,
  { populations, matrices }: LoweredGraph,
  precisions: readonly Precision[],
  inputs: readonly NirInputs[],
  steps: readonly Float64Array[],
  constants: readonly Float64Array[],
): string {
  const nodes = populations.map(({ name, node, neurons, sharing }) => ({
    name,
    type: node.type,
    neurons,
    sharing,
    fields: [...node.fields]
      .filter(([field]) => field !== "shape")
      .map(([field, value]) => [field, typeof value === "string" ? value : sha256(bytesOf(value.data))])
      .sort(),
  }));
  const shape = {
    nodes,
    options: { ...imported.options },
    precisions: precisions.map(addressedPrecision),
    // a single input is hashed as it was before several inputs were possible
    inputs: inputs.length === 1 ? inputs[0] : inputs,
    ways: matrices.map((m) => [m.source, m.target, m.steps]),
  };
  const synapses = matrices.reduce((sum, { rowStart }) => sum + synapsesIn({ rowStart }), 0);
  const bytesOfRows = synapses <= MOST_SYNAPSES ? synapseBytes : kernelBytes;
  function* parts(): Generator<string | Uint8Array> {
    yield canonicalJson(shape);
    for (const matrix of matrices) yield* bytesOfRows(matrix);
    yield* [...steps, ...constants].map(bytesOf);
  }
  return sha256Of(parts());
}

/** Number of synapses generated at a time. */
const CHUNK = 65_536;

/** Bytes of the starts of rows, the targets and the factors. */
function* synapseBytes(matrix: LoweredMatrix): Generator<Uint8Array> {
  const { rowStart, targets, factors, kernel } = matrix;
  yield bytesOf(rowStart);
  if (targets !== null || kernel === null) {
    yield* [targets ?? new Uint32Array(0), factors].map(bytesOf);
    return;
  }
  for (const what of [new Uint32Array(CHUNK), new Float64Array(CHUNK)]) {
    const reader = rowReader({ sparse: { rowStart, targets }, kernel });
    let filled = 0;
    for (let source = 0; source + 1 < rowStart.length; source++) {
      reader.read(source);
      for (let k = 0; k < reader.length; k++) {
        what[filled++] = what instanceof Uint32Array ? reader.targets[k] : factors[reader.weightOf(k)];
        if (filled < CHUNK) continue;
        yield bytesOf(what);
        filled = 0;
      }
    }
    yield bytesOf(what.subarray(0, filled));
  }
}

function* kernelBytes(matrix: LoweredMatrix): Generator<string | Uint8Array> {
  const { kernel, factors } = matrix;
  if (kernel === null) {
    yield* synapseBytes(matrix);
    return;
  }
  const { entering, present, windowTaps, ...geometry } = kernel;
  yield canonicalJson({ ...geometry, entering: entering !== null, present: present !== null });
  for (const data of [entering, present, ...(windowTaps ?? []), factors]) if (data !== null) yield bytesOf(data);
}
