/** `--plugin`: the user's code for a command, loaded only if this option names it. */
import type { Command } from "commander";
import type { Plugin } from "../../app/plugins.js";
import { repeated } from "./help.js";

export interface PluginOptions {
  readonly plugin?: readonly string[] | undefined;
}

/** @param about what a plug-in is for, e.g. `a plug-in with data sets` */
export function withPlugins(command: Command, about: string): Command {
  return command.option("--plugin <file>", `${about}; may be repeated`, repeated);
}

/** @throws InputError if one cannot be loaded */
export async function pluginsOf({ plugin }: PluginOptions): Promise<readonly Plugin[]> {
  if (plugin === undefined) return [];
  const { loadPlugins } = await import("../../app/plugins.js");
  return loadPlugins(plugin);
}
