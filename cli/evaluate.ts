/** Models on data in float: one in words, many as the comparison table. Effects: reads models and data, prints. */
import { basename } from "node:path";
import { readModel, type Samples } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { svg } from "../base/plot/svg.js";
import { type EncodedInput, encodeSamples } from "../sim/functional/index.js";
import {
  evaluateFloat,
  evaluationRecord,
  loadDataset,
  prepareDataset,
  recordedData,
  recordedPenalty,
  recordedRecipe,
  renderComparison,
  type TableEntry,
  tradeoffPlot,
} from "../training/index.js";
import { grouped, significant } from "./format/number.js";
import type { EvaluateOptions } from "./options.js";
import { print, printContent, printJson } from "./print.js";

/** Where a data set is kept: the `--data` whose name fits, else the one without a name; the set that comes with the package needs none. */
function pathOf(set: string, options: EvaluateOptions): string | null {
  const named: [string, string][] = [];
  const plain: string[] = [];
  for (const text of options.data ?? []) {
    const at = text.indexOf("=");
    if (at > 0) named.push([text.slice(0, at), text.slice(at + 1)]);
    else plain.push(text);
  }
  const match = named.find(([name]) => set.startsWith(name));
  if (match) return match[1];
  return set.startsWith("mnist") && named.length + plain.length > 0 && options.dataset === undefined ? null : (plain[0] ?? null);
}

/** Loads each data set once. */
function loader(options: EvaluateOptions, encoding: EncodedInput | null): (file: string) => Promise<TableEntry> {
  const loaded = new Map<string, Samples>();
  return async (file) => {
    const { network, record } = readModel(file);
    const trained = recordedData(record);
    const set = options.dataset ?? trained?.set;
    if (set === undefined) throw inputError(file, "its record does not name a data set", "say which: --dataset mnist-rows");
    const key = JSON.stringify([set, trained?.features ?? null]);
    await prepareDataset(set);
    const samples = loaded.get(key) ?? loadDataset(set, { path: pathOf(set, options), split: options.split }, trained?.features);
    loaded.set(key, samples);
    const names = {
      name: basename(file).replace(/\.safetensors$/, ""),
      recipe: recordedRecipe(record) ?? file,
      penalty: recordedPenalty(record),
    };
    if (encoding === null) return { ...names, network, evaluation: evaluateFloat(network, samples) };
    if (network.encoder === null && encoding.encoding.kind !== "direct")
      throw inputError(
        "--encoder",
        `${encoding.encoding.kind} makes spikes, but ${network.name} takes real features`,
        "leave it at direct",
      );
    return { ...names, network, evaluation: evaluateFloat(network, encodeSamples(samples, encoding)) };
  };
}

export async function evaluateModel(file: string, options: EvaluateOptions, encoding: EncodedInput): Promise<void> {
  const { network, evaluation } = await loader(options, encoding)(file);
  if (options.json === true) {
    printJson({ model: network.name, ...(evaluationRecord(evaluation) as object), operations: evaluation.operations }, 2);
    return;
  }
  const what = network.task === "sequence" ? "utterances" : "frames";
  print(`${network.name} (${network.system}) on ${evaluation.dataset}`);
  print(
    `accuracy                ${significant(evaluation.accuracy * 100, 4)} % (${grouped(evaluation.correct)} of ${grouped(evaluation.scored)} ${what})`,
  );
  print(`spike density           ${evaluation.density.map((d, l) => `${l === 0 ? "input" : `layer ${l}`} ${d.toFixed(3)}`).join(", ")}`);
  print(`multiplications a frame ${grouped(Math.round(evaluation.multiplicationsPerFrame))}`);
  print(["", "Next:", `  snn-dse table ${file}`]);
}

export async function printTable(files: readonly string[], options: EvaluateOptions): Promise<void> {
  const load = loader(options, null);
  const entries: TableEntry[] = [];
  for (const file of files) entries.push(await load(file));
  const format = options.format ?? "md";
  printContent(format === "svg" ? svg(tradeoffPlot(entries)) : renderComparison(entries, format));
}
