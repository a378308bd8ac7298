/** The description format as JSON Schema with the names that the whole program knows, so that editors complete them. Effects: lists shipped files. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { archJsonSchema, shippedCoupledChips } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { packageRoot } from "../base/package-root.js";
import { METRICS } from "../sim/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, SPIKE_FILE } from "../training/index.js";

/** Names in a folder of the package that end so, sorted. */
const shipped = (folder: string, end: RegExp): string[] =>
  readdirSync(join(packageRoot(), folder))
    .filter((name) => end.test(name))
    .sort();

const abouts = (entries: { readonly [name: string]: { readonly about: string } }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(entries).map(([name, { about }]) => [name, about]));

/** @returns the schema that `arch/schema/arch.schema.json` holds */
export function descriptionSchema(): Json {
  return archJsonSchema({
    datasets: { ...abouts(DATASETS), [SPIKE_FILE]: "spikes of other tools, one file" },
    metrics: abouts(METRICS),
    samplers: SAMPLERS,
    chips: shipped("arch/chips", /\.yaml$/)
      .map((name) => name.replace(/\.yaml$/, ""))
      .filter((name) => !shippedCoupledChips().includes(name)),
    models: shipped("training/models", /\.safetensors$/),
  });
}
