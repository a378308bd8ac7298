/** Warnings about how a NIR file was read, and how a chip runs it. Only NIR networks load this file. */
import { type Experiment, NEAREST_PRIMITIVES, type NirNetwork } from "../arch/index.js";
import { describedNir, nirLayers } from "../sim/nir/index.js";

export function nirWarnings(experiment: Experiment, network: NirNetwork): readonly string[] {
  const imported = describedNir(experiment, network);
  const read = imported.report.warnings.filter((text) => text !== NEAREST_PRIMITIVES); // the model's own, which whoever reads it tells
  return [...read, ...nirLayers(imported).warnings].map((text) => `${network.name}: ${text}`);
}
