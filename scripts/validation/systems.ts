/** The paper's comparison of five systems, from the records inside the shipped models. Effects: reads the model files. */
import { join } from "node:path";
import { packageRoot, readModel } from "../../arch/index.js";
import { denseMultiplications, parameterCount } from "../../training/index.js";
import { markdownTable } from "./markdown.js";

const SYSTEMS = ["lif", "rec-v1", "rec-v2", "gru", "lstm"] as const;

/** The parts of a training record that count here. */
interface Shown {
  readonly seed: number;
  readonly test: { readonly accuracy: number; readonly density: readonly number[]; readonly multiplications_per_frame: number };
}

/** Accuracy, size, density and multiplications of one data set's five models; savings against dense cells of the same widths. */
export function systemsTable(dataset: string): string {
  const rows = SYSTEMS.map((system) => {
    const { network, record } = readModel(join(packageRoot(), "training", "models", `${dataset}-${system}.safetensors`));
    const widths = network.layers.map((layer) => layer.neurons);
    const dense = (cell: "gru" | "lstm"): number => denseMultiplications(cell, network.inputs, widths, network.classes);
    const { accuracy, density, multiplications_per_frame: multiplications } = (record as unknown as Shown).test;
    return [
      system,
      (100 * (1 - accuracy)).toFixed(2),
      parameterCount(network).toLocaleString("en-US"),
      density.map((share) => share.toFixed(3)).join(" / "),
      Math.round(multiplications).toLocaleString("en-US"),
      (dense("gru") / multiplications).toFixed(2),
      (dense("lstm") / multiplications).toFixed(2),
      (record as unknown as Shown).seed,
    ];
  });
  return markdownTable(
    ["system", "error [%]", "parameters", "density input / layers", "multiplications a frame", "saving vs GRU", "saving vs LSTM", "seed"],
    rows,
  );
}
