/**
 * Plug-ins' cells in worker threads: finds the file that a network needs and loads its cells into this thread. Effects:
 * loads a module that the user named.
 */
import { byKind, byStep, CELL_KINDS, type ModelNetwork, pluginCell } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type PluginFile, pluginContent, pluginFile } from "../../base/plugin-file.js";
import { PLUGIN_TOOLS } from "../../base/plugin-tools.js";
import { asHostFault } from "./host-fault.js";

/** The plug-in that defines the network's cell; null: the cell is built in. */
export const cellPluginOf = (network: ModelNetwork): PluginFile | null =>
  byKind<PluginFile | null>(network, {
    own: ({ system }) => byStep<PluginFile | null>(system, { kernel: () => null, plugin: ({ by }) => by }),
    nir: () => null,
  });

/**
 * Loads the plug-in's cells once per thread. @throws HostFault if the file is not as it was when the study began: its
 * owner loaded it then
 */
export async function loadCells(plugin: PluginFile): Promise<void> {
  if (CELL_KINDS.filesAdded.has(plugin.sha256)) return;
  try {
    await addCells(plugin);
  } catch (error) {
    throw asHostFault(error);
  }
}

async function addCells(plugin: PluginFile): Promise<void> {
  const { name, path, sha256 } = plugin;
  if (pluginFile(name, path).sha256 !== sha256) throw inputError(name, "this plug-in has changed since the study began", "start it anew");
  const { cells = {} } = await pluginContent(plugin, PLUGIN_TOOLS);
  for (const [cell, entry] of Object.entries(cells as { readonly [cell: string]: unknown }))
    CELL_KINDS.add(cell, pluginCell(plugin, cell, entry), plugin);
}
