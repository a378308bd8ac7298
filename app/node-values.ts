/**
 * Writes the values of single nodes of an imported network to a file, or compares them with another tool's. Effects:
 * reads and writes files.
 */
import { inputError } from "../base/errors.js";
import { csvNumbers } from "../base/escape/csv.js";
import { joined } from "../base/escape/filtered.js";
import { writeWhole } from "../base/write-file.js";
import { readSpikeSamples } from "../training/index.js";
import type { Ran } from "./nir-run.js";

/** A node of the network, and a file for its values. */
export interface NodeFile {
  readonly node: string;
  readonly file: string;
}

export interface NodeComparison {
  readonly node: string;
  readonly file: string;
  readonly values: number;
  readonly differ: number;
  readonly first: { readonly step: number; readonly neuron: number; readonly got: number; readonly expected: number } | null;
}

/** Writes CSV, one row per step, one column per neuron. */
export function recordNodes(ran: Ran, nodes: readonly NodeFile[]): void {
  for (const { node, file } of nodes) {
    const { values, size } = valuesOf(ran, node);
    const rows = Array.from({ length: ran.steps }, (_, step) => csvNumbers(values.subarray(step * size, (step + 1) * size)));
    writeWhole(file, joined(rows, ""));
  }
}

/** If a file has several samples, the sample that was run is compared. */
export async function compareNodes(
  ran: Ran,
  nodes: readonly NodeFile[],
  { sample, dtSeconds }: { readonly sample: number; readonly dtSeconds: number },
): Promise<readonly NodeComparison[]> {
  const found: NodeComparison[] = [];
  for (const { node, file } of nodes) {
    const { values, size } = valuesOf(ran, node);
    const samples = await readSpikeSamples({ path: file, stepSeconds: dtSeconds, labels: null, inputs: size, isWhole: true });
    const one = samples.frameStart.length > 2 ? sample : 0;
    const [first, end] = [samples.frameStart[one] ?? 0, samples.frameStart[one + 1] ?? 0];
    if (samples.inputs !== size || end - first !== ran.steps)
      throw inputError(file, `holds ${end - first} steps of ${samples.inputs} values, ${node} has ${ran.steps} of ${size}`);
    const expected = samples.features.subarray(first * size, end * size);
    const at = values.findIndex((value, i) => Math.fround(value) !== expected[i]);
    found.push({
      node,
      file,
      values: values.length,
      differ: values.reduce((sum, value, i) => sum + (Math.fround(value) === expected[i] ? 0 : 1), 0),
      first: at < 0 ? null : { step: Math.floor(at / size), neuron: at % size, got: values[at], expected: expected[at] },
    });
  }
  return found;
}

function valuesOf(ran: Ran, node: string): { readonly values: Float64Array; readonly size: number } {
  const values = ran.valuesOf(node);
  if (values === null) throw inputError("--record, --compare", `this run has no values of a node ${node}`, ran.recordable);
  return { values, size: values.length / ran.steps };
}
