/**
 * Plug-ins' cells in worker threads: which file a network needs, and its cells in this thread. Effects: loads a module
 * that the user named.
 */
import { byKind, byStep, CELL_KINDS, type ModelNetwork, pluginCell } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type PluginFile, pluginContent, pluginFile } from "../../base/plugin-file.js";
import { PLUGIN_TOOLS } from "../../base/plugin-tools.js";

/** The plug-in that brings the network's cell; null: it needs none. */
export const cellPluginOf = (network: ModelNetwork): PluginFile | null =>
  byKind<PluginFile | null>(network, {
    own: ({ system }) => byStep<PluginFile | null>(system, { kernel: () => null, plugin: ({ by }) => by }),
    nir: () => null,
  });

/** Loads its cells, unless this thread has them. @throws InputError where it is no longer what the study began with */
export async function loadCells(plugin: PluginFile): Promise<void> {
  const { name, path, sha256 } = plugin;
  if (CELL_KINDS.filesAdded.has(sha256)) return;
  if (pluginFile(name, path).sha256 !== sha256) throw inputError(name, "this plug-in has changed since the study began", "start it anew");
  const { cells = {} } = await pluginContent(plugin, PLUGIN_TOOLS);
  for (const [cell, entry] of Object.entries(cells as { readonly [cell: string]: unknown }))
    CELL_KINDS.add(cell, pluginCell(plugin, cell, entry), plugin);
}
