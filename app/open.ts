/** A description, opened: from a file or from a plain document. Effects: reads files. */
import { join } from "node:path";
import {
  type Experiment,
  type KnownNames,
  type ParsedArch,
  type ParsedDescription,
  parseDescription,
  patchDescription,
  patchDocument,
  pathOf,
  readArch,
  readDescription,
  resolveModelPath,
} from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { METRICS } from "../sim/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, SPIKE_FILE } from "../training/index.js";
import { readModelFile } from "./inputs.js";

/**
 * A checked description: plain, frozen data. `document` holds every key with its value, defaults written out; `experiment` is the
 * design point as written; `sweep` is its search, or null.
 */
export type Description = ParsedDescription;

/** The description of an ordinary chip. */
export type ChipDescription = ParsedArch;

/** Values by path over a description, e.g. `{ "tile.core.lanes": 8 }`. */
export type Values = { readonly [path: string]: Json };

const KNOWN: KnownNames = {
  metrics: Object.keys(METRICS),
  samplers: Object.fromEntries(Object.entries(SAMPLERS).map(([name, { options }]) => [name, options])),
  datasets: [...Object.keys(DATASETS), SPIKE_FILE],
};

/**
 * Opens a description.
 *
 * @param source path of a YAML file, the name of a shipped example or chip, or the same as a plain object
 * @param options `beside`: the folder beside which an object's model and data files lie (default: the current folder)
 * @returns the checked description
 * @throws InputError with every problem of it at once, each with its file, line and column
 */
export function open(source: string | { readonly [key: string]: unknown }, options: { readonly beside?: string } = {}): Description {
  if (typeof source === "string") return readDescription(descriptionAt(source), KNOWN);
  return parseDescription(JSON.stringify(source), join(options.beside ?? ".", "description"), KNOWN);
}

/**
 * As `open`, for what runs on ordinary chips only.
 *
 * @throws InputError also where the chip is a coupled one
 */
export function openChip(source: string): ChipDescription {
  return readArch(descriptionAt(source), KNOWN);
}

/**
 * As `open`, for what runs a whole search: every model file that the description names must be there and be one.
 *
 * @throws InputError as `open`, and for model files that cannot be read
 */
export async function openRunnable(source: string): Promise<Description> {
  const file = descriptionAt(source);
  const description = readDescription(file, { ...KNOWN, models: true });
  for (const { path, domain } of description.sweep?.parameters ?? []) {
    if (path !== "network.model" || domain.kind !== "list") continue;
    for (const model of domain.values) await readModelFile(resolveModelPath(String(model), file));
  }
  return description;
}

/** The path of a description that a user names. */
export const descriptionAt = (source: string): string => pathOf(source, "example", "chip");

/**
 * The same description with other values in it; its search, if it has one, stays.
 *
 * @throws InputError for unknown paths and for whatever the values break
 */
export function withValues(description: Description, values: Values, place = "values"): Description {
  if (Object.keys(values).length === 0) return description;
  const { document, experiment } = patchDescription({ ...description, file: place }, values);
  return { ...description, document, experiment };
}

/** As `withValues`, of an ordinary chip's description: its experiment. */
export function experimentWith(description: ChipDescription, values: Values, place = "values"): Experiment {
  return Object.keys(values).length === 0 ? description.experiment : patchDocument({ ...description, file: place }, values);
}
