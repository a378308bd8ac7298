/** `snn-dse reprice x.db`: other prices over stored counts. */
import type { Command } from "commander";
import { lookOf } from "../format/style.js";
import { BASE_HELP, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { print, printJson } from "../output/print.js";

export function registerReprice(program: Command): void {
  const command = program
    .command("reprice")
    .argument("<x.db>", "result database; it is not changed")
    .requiredOption("--library <prices.yaml>", "prices by name, as in a description's `prices:`")
    .option("--base <arch.yaml>", BASE_HELP)
    .description("energies of every point under other prices, from the stored counts, without simulation")
    .action(async (database: string, options: PluginOptions & { library: string; base?: string; json?: boolean }) => {
      await pluginsOf(options);
      const { reprice } = await import("../../app/reprice.js");
      const { points, front } = await reprice(database, options.library, { base: options.base ?? null });
      if (options.json === true) printJson(points);
      else {
        const { repricingLines } = await import("../format/repricing.js");
        print(repricingLines(lookOf(process.stdout, process.env), points, new Set(front)));
      }
    });
  withPlugins(command, "a price model that the study names");
  withJson(command);
  withExamples(command, [
    ["snn-dse reprice edge.db --library my-macros.yaml", "the front with your own memory macros"],
    ["snn-dse reprice edge.db --library my-macros.yaml --json > priced.json", "every point and its breakdown"],
  ]);
}
