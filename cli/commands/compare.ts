/** `snn-dse compare a.db b.db`: compares two sweeps, or two points of one. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { inputError, quoted } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { listOf, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { numberOf, POINT_WORDS, type PointWord, pointWord } from "../options/point-word.js";
import { withRules } from "../options/together.js";
import { print, printJson } from "../output/print.js";

export function registerCompare(program: Command): void {
  const command = program
    .command("compare")
    .argument("<a.db>", "result database")
    .argument("<b.db|id>", `another database, or a point of the first (${POINT_WORDS})`)
    .argument("[id]", "second point of the first database", pointWord)
    .option("--objectives <metric[:min|max],...>", "common objectives, separated by commas")
    .option("--where <condition>", "only points that satisfy this condition")
    .description("compare two sweeps, or two points of one sweep")
    .action(
      async (
        first: string,
        second: string,
        id: PointWord | undefined,
        options: PluginOptions & { objectives?: string; where?: string; json?: boolean },
      ) => {
        await pluginsOf(options);
        const json = options.json === true;
        const { compare, comparePoints } = await import("../../app/compare.js");
        const { pointComparisonLines, studyComparisonLines } = await import("../format/comparison.js");
        const look = lookOf(process.stdout, process.env);
        if (id !== undefined) {
          const found = comparePoints(first, await numberOf(first, firstPoint(second)), await numberOf(first, id));
          if (json) printJson(found, 2);
          else print(pointComparisonLines(look, found));
          return;
        }
        if (WORD.test(second) && !existsSync(second))
          throw inputError("compare", `point ${second} is compared with nothing`, `name another point: compare ${first} ${second} 42`);
        const found = compare(first, second, { objectives: listOf(options.objectives), where: options.where ?? null });
        if (json) printJson({ ...found, left: { file: first, ...found.left }, right: { file: second, ...found.right } }, 2);
        else print(studyComparisonLines(look, found, [first, second]));
      },
    );
  withPlugins(command, "a plug-in with a price model or topology that the study of two points names");
  withJson(command);
  const isOfPoints = (_: object, [, , id]: readonly unknown[]): boolean => id !== undefined;
  withRules<{ objectives: string; where: string }>(command, [
    ["objectives", "not with", "two points", isOfPoints],
    ["where", "not with", "two points", isOfPoints],
  ]);
  withExamples(command, [
    ["snn-dse compare random.db nsga2.db", "which search found more"],
    ["snn-dse compare edge.db 1 knee", "two points of one sweep: the first one and the knee of its front"],
    ["snn-dse compare edge.db area latency", "the smallest chip of the front and its fastest"],
  ]);
}

/** What a point may be, and the path of a database hardly is. */
const WORD = /^([a-z]\w*(@[\d.]+)?(:\w+)?|[1-9]\d{0,14})$/i;

/** With a third argument, the second must also be a point. @throws InputError */
function firstPoint(text: string): PointWord {
  if (WORD.test(text)) return pointWord(text);
  throw inputError(
    "compare",
    `two points of one database are numbers, knee or metrics, got ${quoted(text)}`,
    "compare A.db B.db for two databases, compare A.db 13 42 for two points of one",
  );
}
