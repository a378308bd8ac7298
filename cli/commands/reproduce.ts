/** `snn-dse reproduce x.db ID`: runs a stored point again and compares it. */
import type { Command } from "commander";
import { BASE_HELP, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { numberOf, POINT_WORDS, type PointWord, pointWord } from "../options/point-word.js";
import { print, printJson, warn } from "../output/print.js";
import { EXIT } from "../process/exit.js";

export function registerReproduce(program: Command): void {
  const command = program
    .command("reproduce")
    .argument("<x.db>", "result database")
    .argument("<id>", `finished point: ${POINT_WORDS}`, pointWord)
    .option("--base <arch.yaml>", BASE_HELP)
    .description("run a stored point again and compare it bit for bit (exit code 1 if it differs)")
    .action(async (database: string, point: PointWord, options: PluginOptions & { base?: string; json?: boolean }) => {
      const { reproduce } = await import("../../app/reproduce.js");
      const found = await reproduce(database, await numberOf(database, point), {
        plugins: await pluginsOf(options),
        base: options.base ?? null,
        onWarning: (text) => warn(`warning: ${text}`),
      });
      if (options.json === true) printJson(found, 2);
      else {
        const { reproductionLines } = await import("../format/reproduction.js");
        print(reproductionLines(found));
      }
      process.exitCode = found.differences.length === 0 ? EXIT.ok : EXIT.internal;
    });
  withPlugins(command, "a plug-in that the point was computed with: a file of the same content");
  withJson(command);
  withExamples(command, [["snn-dse reproduce edge.db 1", "run point 1 again and compare"]]);
}
