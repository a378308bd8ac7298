/** The description format as JSON Schema, with all names that the program knows, so that editors complete them. */
import { basename } from "node:path";
import { archJsonSchema, EVENT_DATASETS, type SamplerNames, shippedChips, shippedFiles } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { METRICS } from "../sim/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, SPIKE_FILE } from "../training/index.js";

const abouts = (entries: readonly (readonly [string, { readonly about: string }])[]): { readonly [name: string]: string } =>
  Object.fromEntries(entries.map(([name, { about }]) => [name, about]));

/** Options of every sampler by name, for the description's page. */
export const samplerOptionTables = (): SamplerNames => Object.fromEntries(SAMPLERS.entries.map(([name, { options }]) => [name, options]));

/** @returns the schema that `arch/schema/arch.schema.json` holds */
export function descriptionSchema(): Json {
  return archJsonSchema({
    datasets: { ...abouts(DATASETS.entries), ...EVENT_DATASETS, [SPIKE_FILE]: "spikes of other tools, one file" },
    metrics: abouts(Object.entries(METRICS)),
    samplers: Object.fromEntries(SAMPLERS.entries),
    chips: shippedChips(),
    models: shippedFiles("model").map(({ path }) => basename(path)),
  });
}
