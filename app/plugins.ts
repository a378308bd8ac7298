/**
 * Plug-ins: samplers, data sets, exporters, price models, topologies, cells and others in a user's own file, registered
 * beside the program's own under the same types. A plug-in is loaded where a user names it, in a call, on the command
 * line or in a description, and nowhere else: no database and no queue can name one. What was loaded stays registered
 * while the process runs; a description may use what it, or its opener, names. Effects: loads modules.
 */
import { resolve } from "node:path";
import { EVENT_DATASETS, type KnownNames, MEMORY_KINDS, type NamedPlugin, PRICE_MODELS, pluginPathsOf, TOPOLOGIES } from "../arch/index.js";
import { InputError, inputError } from "../base/errors.js";
import { refused } from "../base/guarded.js";
import { type PluginFile, pluginContent, pluginFile } from "../base/plugin-file.js";
import { PLUGIN_TOOLS } from "../base/plugin-tools.js";
import { DRAWN_METRICS, METRICS } from "../sim/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, SPIKE_FILE } from "../training/index.js";

export type { PluginTools } from "../base/plugin-tools.js";

/** A loaded plug-in: its file, and the SHA-256 of its content. */
export type Plugin = PluginFile;

/** By path, with their content when they were loaded. */
const loaded = new Map<string, Plugin>();

/**
 * Loads plug-ins: their code runs with all that the user may do.
 *
 * @param files paths, relative to `beside` (default: the current folder)
 * @returns what `open` and others take as `plugins`
 * @throws InputError that names the plug-in where it cannot be read, is of another API version, describes something
 * wrongly, or takes a name that is taken
 */
export async function loadPlugins(files: readonly string[], beside = "."): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const name of files) plugins.push(await load(name, resolve(beside, name)));
  return plugins;
}

/** Loads the plug-ins that the text of a description names. */
export async function loadPluginsOf(text: string, file: string): Promise<void> {
  for (const { name, path } of pluginPathsOf(text, file)) await load(name, path);
}

async function load(name: string, path: string): Promise<Plugin> {
  const plugin = pluginFile(name, path);
  const known = loaded.get(path);
  if (known?.sha256 === plugin.sha256) return known;
  const content = await pluginContent(plugin, PLUGIN_TOOLS);
  const { PLUGIN_KINDS } = await import("./plugin-kinds.js"); // read only where there is a plug-in
  if (pluginFile(name, path).sha256 !== plugin.sha256) throw inputError(name, "was changed while it was loaded", "try again");
  const strange = Object.keys(content).find((kind) => !Object.hasOwn(PLUGIN_KINDS, kind));
  if (strange !== undefined)
    throw inputError(name, `this plug-in brings ${strange}`, `a plug-in brings ${Object.keys(PLUGIN_KINDS).join(", ")}`);
  // All entries are checked before the first is there.
  const adding = Object.entries(PLUGIN_KINDS).flatMap(([kind, { what, prepare }]) => {
    const entries = content[kind] ?? {};
    if (typeof entries !== "object" || Array.isArray(entries))
      throw inputError(name, `its ${kind} are no object`, `${kind}: { name: {..} }`);
    return Object.entries(entries as object).map(([entry, value]) => {
      if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/.test(entry))
        throw refused(plugin, `${what} ${JSON.stringify(entry)}`, "has no name", "letters, digits, - and _");
      return prepare(plugin, entry, value);
    });
  });
  for (const add of adding) add();
  loaded.set(path, plugin);
  return plugin;
}

/**
 * Names that a description may use, with those of the plug-ins that it and its opener name. @throws InputError where
 * one is not loaded
 */
export const knownWith =
  (given: readonly Plugin[]) =>
  (named: readonly NamedPlugin[]): KnownNames => {
    const own = named.map(({ name, path, at }) => {
      const plugin = loaded.get(path);
      if (plugin !== undefined && pluginFile(name, path).sha256 === plugin.sha256) return plugin;
      const message = plugin === undefined ? "this plug-in is not loaded" : "this plug-in has changed since this process loaded it";
      throw new InputError([
        { ...at, path: "plugins", message, fix: "open it by openWithPlugins, or load it first: await loadPlugins([..])" },
      ]);
    });
    const plugins = [...own, ...given].filter(({ sha256 }, i, all) => all.findIndex((other) => other.sha256 === sha256) === i);
    return {
      plugins,
      metrics: Object.keys(METRICS),
      quantiles: DRAWN_METRICS,
      samplers: Object.fromEntries(SAMPLERS.namesWith(plugins).map((name) => [name, SAMPLERS.demand(name, "sampler").options])),
      priceModels: PRICE_MODELS.namesWith(plugins),
      topologies: TOPOLOGIES.namesWith(plugins),
      memoryKinds: MEMORY_KINDS.namesWith(plugins),
      datasets: [...DATASETS.namesWith(plugins), ...Object.keys(EVENT_DATASETS), SPIKE_FILE],
    };
  };
