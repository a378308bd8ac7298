/** The paper's comparison of five systems, from the records in the shipped models. Effects: reads the model files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { denseMultiplications, parameterCount, readModel } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { markdownTable } from "./markdown.js";

const SYSTEMS = ["lif", "rec-v1", "rec-v2", "gru", "lstm"] as const;

/** The used fields of a training record. */
interface Shown {
  readonly seed: number;
  readonly test: { readonly accuracy: number; readonly density: readonly number[]; readonly multiplications_per_frame: number };
}

export interface Systems {
  readonly table: string;
  /** What rec-v2 saves against a dense GRU, and what it loses against the trained one. */
  readonly summary: string;
}

/**
 * Accuracy, size, density and multiplications of one data set's shipped models; savings against dense cells of the same
 * widths.
 */
export function systemsOf(dataset: string): Systems {
  let summary = "";
  const errors = new Map<string, number>();
  const fileOf = (system: string): string => join(packageRoot(), "training", "models", `${dataset}-${system}.safetensors`);
  const rows = SYSTEMS.filter((system) => existsSync(fileOf(system))).map((system) => {
    const { network, record } = readModel(fileOf(system));
    const widths = network.layers.map((layer) => layer.neurons);
    const dense = (cell: "gru" | "lstm"): number => denseMultiplications(cell, network.inputs, widths, network.classes);
    const { accuracy, density, multiplications_per_frame: multiplications } = (record as unknown as Shown).test;
    errors.set(system, 100 * (1 - accuracy));
    if (system === "rec-v2")
      summary = `rec-v2: ${(dense("gru") / multiplications).toFixed(1)} times fewer multiplications than a dense GRU`;
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
  const [spiking, dense] = [errors.get("rec-v2"), errors.get("gru")];
  const lost = spiking === undefined || dense === undefined ? "" : `, ${(spiking - dense).toFixed(1)} points more error than the GRU`;
  const table = markdownTable(
    ["system", "error [%]", "parameters", "density input / layers", "multiplications per frame", "saving vs GRU", "saving vs LSTM", "seed"],
    rows,
  );
  return { table, summary: `${summary}${lost}` };
}
