/** `snn-dse show x.db ID`: prints all that is stored of one point. */
import { type Command, Option } from "commander";
import { COLUMNS, type ColumnName } from "../../base/plot/spec.js";
import { lookOf } from "../format/style.js";
import { withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { numberOf, POINT_WORDS, type PointWord, pointWord } from "../options/point-word.js";
import { withRules } from "../options/together.js";
import { print, printJson, warn } from "../output/print.js";

export function registerShow(program: Command): void {
  const command = program
    .command("show")
    .argument("<x.db>", "result database")
    .argument("<id>", `point: ${POINT_WORDS}`, pointWord)
    .addOption(
      new OutputOption("--figure <file>", "also draw its chip, populations on cores and load of cores and links: .svg, .pdf or .png"),
    )
    .addOption(
      new Option("--column <width>", "width of the figure: one or two columns of an IEEE or ACM paper")
        .choices(Object.keys(COLUMNS))
        .default("single"),
    )
    .description(
      "print one stored point in full: parameters, metrics, breakdown, utilisation, how its network was trained, or why it failed",
    )
    .action(
      async (database: string, point: PointWord, options: PluginOptions & { json?: boolean; figure?: string; column: ColumnName }) => {
        await pluginsOf(options);
        const { show } = await import("../../app/point-detail.js");
        const shown = show(database, await numberOf(database, point));
        if (options.figure !== undefined) {
          const { chipFigure } = await import("../../app/chip-figure.js");
          const { writeWhole } = await import("../../base/write-file.js");
          writeWhole(options.figure, await chipFigure(shown, options.figure, options.column));
        }
        if (options.json === true) {
          const { point, result, intervals, otherBuild, broken, networks, tested } = shown;
          printJson({ ...point, result, intervals, otherBuild, broken, networks, tested }, 2);
        } else {
          const { pointLines } = await import("../format/point.js");
          print(pointLines(lookOf(process.stdout, process.env), shown));
        }
        if (options.figure === undefined) return;
        const written = `wrote ${options.figure}`;
        if (options.json === true) warn(written);
        else print(["", written]);
      },
    );
  withPlugins(command, "a plug-in with a price model or topology that the study names");
  withRules<{ figure?: string; column: ColumnName }>(command, [["column", "only with", "--figure", ({ figure }) => figure !== undefined]]);
  withJson(command);
  withExamples(command, [
    ["snn-dse show edge.db 1", "point 1"],
    ["snn-dse show edge.db knee", "the knee of the front"],
    ["snn-dse show edge.db latency_us", "the fastest point of the front"],
    ["snn-dse show edge.db knee --figure chip.pdf", "its chip as a figure for a paper"],
    ["snn-dse show edge.db knee --json | jq .result.metrics", "for scripts"],
  ]);
}
