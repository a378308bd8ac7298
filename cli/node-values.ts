/** Values of single nodes of an imported network: written to a file, or compared with those of another tool. Effects: reads and writes files. */
import { inputError, quoted } from "../base/errors.js";
import { csvNumbers } from "../base/escape/csv.js";
import { joined } from "../base/escape/filtered.js";
import { writeWhole } from "../base/write-file.js";
import type { Ran } from "./nir-run.js";
import { readSpikeSamples } from "./spike-samples.js";

export interface Comparison {
  readonly node: string;
  readonly file: string;
  readonly values: number;
  readonly differ: number;
  readonly first: { readonly step: number; readonly neuron: number; readonly got: number; readonly expected: number } | null;
}

/** `node=file`; a node's name may hold no equals sign. */
export function parseNodeFile(text: string): { readonly node: string; readonly file: string } {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError("--record, --compare", `got ${quoted(text)}`, "expected node=file, e.g. lif1=spikes.csv");
  return { node: text.slice(0, at), file: text.slice(at + 1) };
}

/** CSV, a row a step, a column a neuron. */
export function recordNodes(ran: Ran, texts: readonly string[]): void {
  for (const { node, file } of texts.map(parseNodeFile)) {
    const { values, size } = valuesOf(ran, node);
    const rows = Array.from({ length: ran.steps }, (_, step) => csvNumbers(values.subarray(step * size, (step + 1) * size)));
    writeWhole(file, joined(rows, ""));
  }
}

/** A file of several samples is compared by the one that was run. */
export async function compareNodes(
  ran: Ran,
  { compare, sample, dtSeconds }: { readonly compare: readonly string[]; readonly sample: number; readonly dtSeconds: number },
): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (const { node, file } of compare.map(parseNodeFile)) {
    const { values, size } = valuesOf(ran, node);
    const samples = await readSpikeSamples({ path: file, stepSeconds: dtSeconds, labels: null, inputs: size });
    const one = samples.frameStart.length > 2 ? sample : 0;
    const [first, end] = [samples.frameStart[one] ?? 0, samples.frameStart[one + 1] ?? 0];
    if (samples.inputs !== size || end - first !== ran.steps)
      throw inputError(file, `holds ${end - first} steps of ${samples.inputs} values, ${node} had ${ran.steps} of ${size}`);
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

export function comparisonText({ node, file, values, differ, first }: Comparison): string {
  const where = first === null ? "" : `; first at step ${first.step}, neuron ${first.neuron}: ${first.got}, the file has ${first.expected}`;
  return `${node} against ${file}: ${differ} of ${values} values differ${where}`;
}

function valuesOf(ran: Ran, node: string): { readonly values: Float64Array; readonly size: number } {
  const values = ran.valuesOf(node);
  if (values === null) throw inputError("--record, --compare", `this run shows no node ${node}`, "nodes are named in the report");
  return { values, size: values.length / ran.steps };
}
