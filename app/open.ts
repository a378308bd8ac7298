/** Opens a description from a file or from a plain object. Effects: reads files. */
import { join } from "node:path";
import {
  deepFreeze,
  type Experiment,
  type KnownNames,
  locatedFromJson,
  type Over,
  type ParsedArch,
  type ParsedDescription,
  parseArch,
  parseDescription,
  patchDescription,
  patchDocument,
  pathOf,
  readDescriptionText,
  resolveModelPath,
  settings,
} from "../arch/index.js";
import type { Json } from "../base/hash.js";
import { Space } from "../sweeps/index.js";
import { checkedOptions, demandDescription, demandValues } from "./checked-options.js";
import { readModelFile } from "./inputs.js";
import { knownWith, loadPluginsOf, type Plugin } from "./plugins.js";

/**
 * A checked description: plain, frozen data. `document` holds every key with its value, defaults included, but for
 * sections that are left out; `experiment` is the design point as written; `sweep` is its search, or null.
 */
export type Description = ParsedDescription;

/** The description of an ordinary chip. */
export type ChipDescription = ParsedArch;

/** Values by path that replace those of a description, e.g. `{ "tile.core.lanes": 8 }`. */
export type Values = { readonly [path: string]: Json };

/** How a description is opened. */
export interface OpenOptions {
  /** Folder to which an object's relative paths refer; default: the current folder. */
  readonly beside?: string;
  /** Results of `loadPlugins`, in addition to the plug-ins that the description names. */
  readonly plugins?: readonly Plugin[];
}

/** A description as a plain object. */
type PlainDescription = { readonly [key: string]: unknown };

type PluginOptions = Pick<OpenOptions, "plugins">;
const PLUGIN_OPTIONS = { plugins: "list of loaded plug-ins" } as const;

/**
 * Opens a description.
 *
 * @param source path of a YAML file, the name of a shipped example or chip, or the same as a plain object
 * @returns the checked description
 * @throws InputError with every problem at once, each with its file, line and column; also for plug-ins that it names
 * and that are not loaded
 */
export function open(source: string | PlainDescription, options: OpenOptions = {}): Description {
  const { file, text, known } = opened("open", source, options);
  return parseDescription(text, file, known);
}

/**
 * As `open`, for functions that take ordinary chips only (`quantise`, `noc`).
 *
 * @throws InputError also if the chip is coupled
 */
export function openChip(source: string | PlainDescription, options: OpenOptions = {}): ChipDescription {
  const { file, text, known } = opened("openChip", source, options);
  return parseArch(text, file, known);
}

/** The text of a file or of a plain object, and the names that its plug-ins add. */
function opened(place: string, source: string | PlainDescription, options: OpenOptions) {
  const { beside = ".", plugins = [] } = checkedOptions(
    place,
    options,
    { beside: "text", plugins: "list of loaded plug-ins" },
    ({ beside: folder }) => [
      [typeof source === "string" && folder !== undefined, "beside", "has no effect with a file, whose own folder counts"],
    ],
  );
  const known = knownWith(plugins);
  if (typeof source === "string") {
    const path = descriptionAt(source);
    return { file: path, text: readDescriptionText(path), known };
  }
  const file = join(beside, "description");
  locatedFromJson(source, file); // what JSON cannot hold is refused, not left out
  return { file, text: JSON.stringify(source), known };
}

/**
 * As `open`, for a file; first loads the plug-ins that it names.
 *
 * @throws InputError as `open`, and for a wrong plug-in
 */
export async function openWithPlugins(source: string, options: PluginOptions = {}): Promise<Description> {
  const { plugins = [] } = checkedOptions("openWithPlugins", options, PLUGIN_OPTIONS);
  const { file, text } = await textOf(source);
  return parseDescription(text, file, knownWith(plugins));
}

/** As `openWithPlugins`, for commands that run on ordinary chips only. */
export async function openChipWithPlugins(source: string, options: PluginOptions = {}): Promise<ChipDescription> {
  const { plugins = [] } = checkedOptions("openChipWithPlugins", options, PLUGIN_OPTIONS);
  const { file, text } = await textOf(source);
  return parseArch(text, file, knownWith(plugins));
}

/**
 * As `openWithPlugins`, for another network and other data: `task` replaces values of the description, nested as it is.
 * A chip with its own core model stays as it is.
 */
export async function openFor(source: string, task: Over): Promise<Description> {
  const { file, text } = await textOf(source);
  return parseDescription(text, file, knownWith([]), task);
}

/** The workload of a `task` whose data are a spike file, without what the description says of its own data. */
export const SPIKE_FILE_ALONE = { dataset: "spike-file", path: null, labels: null, split: "test", inputs: null, events: null } as const;

/** `network.lava` of a `task` whose network is no file of Lava. */
export const NO_LAVA = { restart_steps: 0, remainder: "lost" } as const;

/** As `openFor`, for commands that run on ordinary chips only. */
export async function openChipFor(source: string, task: Over): Promise<ChipDescription> {
  const { file, text } = await textOf(source);
  return parseArch(text, file, knownWith([]), task);
}

/** Reads the text once, as it may be a pipe, and loads its plug-ins. */
async function textOf(source: string): Promise<{ readonly file: string; readonly text: string }> {
  const file = descriptionAt(source);
  const text = readDescriptionText(file);
  await loadPluginsOf(text, file);
  return { file, text };
}

/**
 * As `open`, for commands that run a whole search: every model file that the description names must exist and be valid.
 * Loads the plug-ins that it names.
 *
 * @throws InputError as `open`, and for model files that cannot be read
 */
export async function openRunnable(source: string, options: PluginOptions = {}): Promise<Description> {
  const { plugins = [] } = checkedOptions("openRunnable", options, PLUGIN_OPTIONS);
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

/** The single value at a path without selectors; undefined if there is none. */
export function scalarAt(document: Json, path: string): number | string | boolean | undefined {
  let found: Json | undefined = document;
  for (const key of path.split("."))
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, key)
        ? (found as { readonly [key: string]: Json })[key]
        : undefined;
  return typeof found === "object" ? undefined : found;
}

/**
 * `values`, and those of parameters that the search derives from them, e.g. the height of square meshes: the values of
 * a point give the point. A derived parameter that has a value among `values` keeps it. One that a value of a wider
 * parameter, or one that follows, would reach keeps its own value, as every parameter does in a point.
 */
function withDerived(description: Description, values: Values): Values {
  const parameters = description.sweep?.parameters ?? [];
  if (!parameters.some(({ domain }) => domain.kind === "derived")) return values;
  const found = (given: Values): ReturnType<typeof settings> => settings(description, given, parameters);
  const [old, changed] = [found({}), found(values)];
  const set = new Set(parameters.flatMap(({ name }, i) => (changed[i].isSet ? [name] : [])));
  const given = parameters.flatMap(({ name }, i) => {
    const { value } = (set.has(name) ? changed : old)[i];
    return value === undefined ? [] : [[name, value]];
  });
  const following = new Space(parameters).following(Object.fromEntries(given), set);
  let all = values;
  for (;;) {
    const now = found(all);
    const moved = parameters.filter(
      ({ name, path }, i) => Object.hasOwn(following, name) && following[name] !== now[i].value && !Object.hasOwn(all, path),
    );
    if (moved.length === 0) return all;
    all = { ...all, ...Object.fromEntries(moved.map(({ name, path }) => [path, following[name]])) };
  }
}

/** Names that a description's values may use. */
const namesOf = ({ plugins }: Description): KnownNames => knownWith(plugins)([]);

/**
 * The same description with other values; its search, if it has one, stays. Values that the search derives from these
 * follow them.
 *
 * @throws InputError for unknown paths, for values that break a rule, and for entries of plug-ins that neither the
 * description nor its opener names
 */
export function withValues(description: Description, values: Values, place = "values"): Description {
  demandDescription("withValues", description);
  demandValues("withValues", values);
  if (Object.keys(values).length === 0) return description;
  const placed = { ...description, file: place };
  const { document, experiment } = patchDescription(placed, withDerived(placed, values), namesOf(description));
  return deepFreeze({ ...description, document, experiment });
}

/** As `withValues`, for an ordinary chip; returns its experiment. */
export function experimentWith(description: ChipDescription, values: Values, place = "values"): Experiment {
  if (Object.keys(values).length === 0) return description.experiment;
  const placed = { ...description, file: place };
  return patchDocument(placed, withDerived(placed, values), namesOf(description));
}
