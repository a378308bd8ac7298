/**
 * Content address of an integer graph. Rows count as synapses, however they are held, so that a network's address does
 * not depend on it; beyond what could be written down, a convolution counts as its kernel.
 */

import { addressedPrecision, type Precision, rowReader, synapsesIn } from "../../arch/index.js";
import { bytesOf, canonicalJson, sha256, sha256Of } from "../../base/hash.js";
import type { ImportedNir } from "./import.js";
import type { LoweredGraph, LoweredMatrix } from "./lowered-graph.js";
import type { NirInputs } from "./topology.js";
import { MOST_SYNAPSES } from "./unroll.js";

/** Address of everything that decides what the graph does. */
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
    // of one input alone, as it was before there could be several
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

/** Synapses that are made at a time. */
const CHUNK = 65_536;

/** Starts of rows, targets, factors. */
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
