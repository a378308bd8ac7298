/** `snn-dse attach x.db`: the dashboard of a sweep that runs elsewhere or has ended. */
import type { Command } from "commander";
import { withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";

export function registerAttach(program: Command): void {
  const command = program
    .command("attach")
    .argument("<x.db>", "result database, of a running or a finished sweep")
    .option("--no-tui", "print the summary once instead of the dashboard")
    .description("show the dashboard of a sweep that runs elsewhere or has ended; changes nothing")
    .action(async (database: string, options: PluginOptions & { json?: boolean; tui: boolean }) => {
      await pluginsOf(options);
      const { attach } = await import("../runs/follow-sweep.js");
      await attach(database, { json: options.json === true, tui: options.tui });
    });
  withPlugins(command, "a plug-in with a price model or topology that the study names");
  withJson(command, "print events as NDJSON on stdout until the sweep ends");
  withExamples(command, [
    ["snn-dse attach edge.db", "from another terminal, while `snn-dse sweep` runs or later"],
    ["snn-dse attach edge.db --no-tui", "the state of the sweep now"],
  ]);
}
