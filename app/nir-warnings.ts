/** Warnings about how a NIR file was read. Only NIR networks load this file. */
import { type Experiment, NEAREST_PRIMITIVES, type NirNetwork } from "../arch/index.js";
import { describedNir } from "../sim/nir/index.js";

export const nirWarnings = (experiment: Experiment, network: NirNetwork): readonly string[] =>
  describedNir(experiment, network)
    .report.warnings.filter((text) => text !== NEAREST_PRIMITIVES) // the model's own, which whoever reads it tells
    .map((text) => `${network.name}: ${text}`);
