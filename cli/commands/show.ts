/** `snn-dse show x.db ID`: one point in full. */
import type { Command } from "commander";
import { lookOf } from "../format/style.js";
import { wholeNumber, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { print, printJson } from "../output/print.js";

export function registerShow(program: Command): void {
  const command = program
    .command("show")
    .argument("<x.db>", "result database")
    .argument("<id>", "number of the point", wholeNumber(1))
    .description("one stored point in full: parameters, metrics, breakdown, utilisation, or why it failed")
    .action(async (database: string, id: number, options: PluginOptions & { json?: boolean }) => {
      await pluginsOf(options);
      const { show } = await import("../../app/point-detail.js");
      const shown = show(database, id);
      if (options.json === true) printJson({ ...shown.point, result: shown.result }, 2);
      else {
        const { pointLines } = await import("../format/point.js");
        print(pointLines(lookOf(process.stdout, process.env), shown));
      }
    });
  withPlugins(command, "a price model or topology that the study names");
  withJson(command);
  withExamples(command, [
    ["snn-dse show edge.db 42", "point 42"],
    ["snn-dse show edge.db 42 --json | jq .result.metrics", "for scripts"],
  ]);
}
