/**
 * Loads plug-ins: samplers, data sets, exporters, price models, topologies, cells and others in a user's own file,
 * registered with the same types as built-in ones. Only a user can name a plug-in, in a call, on the command line or in
 * a description; a database or a queue cannot. A plug-in stays registered while the process runs, but a description can
 * use it only if the description or its opener names it. Effects: loads modules.
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

/** Loaded plug-ins by path, with the content hash at that time. */
const loaded = new Map<string, Plugin>();

/**
 * Loads plug-ins. Their code runs with the user's rights.
 *
 * @param files paths, relative to `beside` (default: the current folder)
 * @returns what `open` and others take as `plugins`
 * @throws InputError that names the plug-in if it cannot be read, is for another API version, has a wrong entry, or
 * uses a name that is taken
 */
export async function loadPlugins(files: readonly string[], beside = "."): Promise<readonly Plugin[]> {
  if (!Array.isArray(files) || !files.every((file) => typeof file === "string"))
    throw inputError("loadPlugins", "expected a list of paths", 'loadPlugins(["./halton.mjs"])');
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
    throw inputError(name, `this plug-in adds the unknown kind ${strange}`, `a plug-in can add ${Object.keys(PLUGIN_KINDS).join(", ")}`);
  // All entries are checked before the first one is registered.
  const adding = Object.entries(PLUGIN_KINDS).flatMap(([kind, { what, prepare }]) => {
    const entries = content[kind] ?? {};
    if (typeof entries !== "object" || Array.isArray(entries))
      throw inputError(name, `its ${kind}: expected an object`, `${kind}: { name: {..} }`);
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

/** The command line and `openWithPlugins` load what a description names; a server loads only what its user names. */
const LOAD =
  "openWithPlugins loads it, or first: await loadPlugins([..]); " +
  "over JSON-RPC: snn-dse serve --stdio --plugin FILE; in Python: Study(.., plugins=[FILE])";

/**
 * Names that a description may use: built-in ones, and those of the plug-ins that it or its opener names. @throws
 * InputError if a plug-in is not loaded
 */
export const knownWith =
  (given: readonly Plugin[]) =>
  (named: readonly NamedPlugin[]): KnownNames => {
    const own = named.map(({ name, path, at }) => {
      const plugin = loaded.get(path);
      if (plugin !== undefined && pluginFile(name, path).sha256 === plugin.sha256) return plugin;
      const message = plugin === undefined ? "this plug-in is not loaded" : "this plug-in has changed since this process loaded it";
      throw new InputError([{ ...at, path: "plugins", message, fix: LOAD }]);
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
