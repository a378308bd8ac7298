/** A description, opened: from a file or from a plain document. Effects: reads files. */
import { join } from "node:path";
import {
  type Experiment,
  type ParsedArch,
  type ParsedDescription,
  parseArch,
  parseDescription,
  patchDescription,
  patchDocument,
  pathOf,
  readArch,
  readDescription,
  readDescriptionText,
  resolveModelPath,
} from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { readModelFile } from "./inputs.js";
import { knownWith, loadPluginsOf, type Plugin } from "./plugins.js";

/**
 * A checked description: plain, frozen data. `document` holds every key with its value, defaults written out;
 * `experiment` is the design point as written; `sweep` is its search, or null.
 */
export type Description = ParsedDescription;

/** The description of an ordinary chip. */
export type ChipDescription = ParsedArch;

/** Values by path over a description, e.g. `{ "tile.core.lanes": 8 }`. */
export type Values = { readonly [path: string]: Json };

/** Beside what a description is opened. */
export interface OpenOptions {
  /** The folder beside which an object's model and data files lie; default: the current folder. */
  readonly beside?: string;
  /** What `loadPlugins` gave, beside those that the description names itself. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Opens a description.
 *
 * @param source path of a YAML file, the name of a shipped example or chip, or the same as a plain object
 * @returns the checked description
 * @throws InputError with every problem of it at once, each with its file, line and column; for plug-ins that it names
 * and that are not loaded
 */
export function open(source: string | { readonly [key: string]: unknown }, { beside = ".", plugins = [] }: OpenOptions = {}): Description {
  if (typeof source === "string") return readDescription(descriptionAt(source), knownWith(plugins));
  return parseDescription(JSON.stringify(source), join(beside, "description"), knownWith(plugins));
}

/**
 * As `open`, for what runs on ordinary chips only.
 *
 * @throws InputError also where the chip is a coupled one
 */
export function openChip(source: string, { plugins = [] }: Pick<OpenOptions, "plugins"> = {}): ChipDescription {
  return readArch(descriptionAt(source), knownWith(plugins));
}

/**
 * As `open`, of a file; loads the plug-ins that it names first.
 *
 * @throws InputError as `open`, and where a plug-in is wrong
 */
export async function openWithPlugins(source: string, { plugins = [] }: Pick<OpenOptions, "plugins"> = {}): Promise<Description> {
  const { file, text } = await textOf(source);
  return parseDescription(text, file, knownWith(plugins));
}

/** As `openWithPlugins`, for what runs on ordinary chips only. */
export async function openChipWithPlugins(source: string, { plugins = [] }: Pick<OpenOptions, "plugins"> = {}): Promise<ChipDescription> {
  const { file, text } = await textOf(source);
  return parseArch(text, file, knownWith(plugins));
}

/** Read once: it may be a pipe. Its plug-ins are loaded. */
async function textOf(source: string): Promise<{ readonly file: string; readonly text: string }> {
  const file = descriptionAt(source);
  const text = readDescriptionText(file);
  await loadPluginsOf(text, file);
  return { file, text };
}

/**
 * As `open`, for what runs a whole search: every model file that the description names must be there and be one. Loads
 * the plug-ins that it names.
 *
 * @throws InputError as `open`, and for model files that cannot be read
 */
export async function openRunnable(source: string, { plugins = [] }: Pick<OpenOptions, "plugins"> = {}): Promise<Description> {
  const { file, text } = await textOf(source);
  const known = knownWith(plugins);
  const description = parseDescription(text, file, (named) => ({ ...known(named), models: true }));
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
