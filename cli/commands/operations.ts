/** Commands on whole databases: `compare`, `reprice`, `reproduce`, `merge`. */
import type { Command } from "commander";
import { inputError, quoted } from "../../base/errors.js";
import { wholeNumber, withExamples, withJson } from "../help.js";

const BASE_HELP = "description that the sweep was made from, if its model file lies beside it";

export function registerCompare(program: Command): void {
  const command = program
    .command("compare")
    .argument("<a.db>", "result database")
    .argument("<b.db|id>", "another one, or a point of the first")
    .argument("[id]", "second point of the first database", wholeNumber(1))
    .option("--objectives <metric[:min|max],...>", "common objectives, separated by commas")
    .option("--where <condition>", "only points that satisfy it")
    .description("two sweeps, or two points of one, side by side")
    .action(
      async (first: string, second: string, id: number | undefined, options: { objectives?: string; where?: string; json?: boolean }) => {
        const { comparePoints, compareSweeps } = await import("../operations.js");
        if (id !== undefined) comparePoints(first, pointNumber(second), id, options.json === true);
        else {
          const objectives = options.objectives === undefined ? [] : options.objectives.split(",").map((text) => text.trim());
          compareSweeps(first, second, objectives, options.where ?? null, options.json === true);
        }
      },
    );
  withJson(command);
  withExamples(command, [
    ["snn-dse compare random.db nsga2.db", "which search found more"],
    ["snn-dse compare edge.db 13 42", "two points of one sweep"],
  ]);
}

/** With a third word, the second is a point too. @throws InputError */
function pointNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw inputError(
    "compare",
    `two points of one database are numbers, got ${quoted(text)}`,
    "compare A.db B.db for two databases, compare A.db 13 42 for two points of one",
  );
}

export function registerReprice(program: Command): void {
  const command = program
    .command("reprice")
    .argument("<x.db>", "result database; it is not changed")
    .requiredOption("--library <prices.yaml>", "prices by name, as in a description's `prices:`")
    .option("--base <arch.yaml>", BASE_HELP)
    .description("energies of every point under other prices, from the stored counts, without simulation")
    .action(async (database: string, options: { library: string; base?: string; json?: boolean }) => {
      const { repriceSweep } = await import("../operations.js");
      await repriceSweep(database, options.library, options.base ?? null, options.json === true);
    });
  withJson(command);
  withExamples(command, [
    ["snn-dse reprice edge.db --library my-macros.yaml", "the front with your own memory macros"],
    ["snn-dse reprice edge.db --library my-macros.yaml --json > priced.json", "every point and its breakdown"],
  ]);
}

export function registerReproduce(program: Command): void {
  const command = program
    .command("reproduce")
    .argument("<x.db>", "result database")
    .argument("<id>", "number of a finished point", wholeNumber(1))
    .option("--base <arch.yaml>", BASE_HELP)
    .description("run a stored point again and compare it bit for bit (exit 1 where it differs)")
    .action(async (database: string, id: number, options: { base?: string; json?: boolean }) => {
      const { reproducePoint } = await import("../operations.js");
      process.exitCode = await reproducePoint(database, id, options.base ?? null, options.json === true);
    });
  withJson(command);
  withExamples(command, [["snn-dse reproduce edge.db 13", "is point 13 what it says?"]]);
}

export function registerMerge(program: Command): void {
  const command = program
    .command("merge")
    .argument("<target.db>", "database of a sweep, which receives the points")
    .argument("<source.db...>", "databases over the same space, for the same goals")
    .description("bring the points of several databases into one without loss (exit 1 where one point has two results)")
    .action(async (target: string, sources: readonly string[], options: { json?: boolean }) => {
      const { mergeSweeps } = await import("../operations.js");
      process.exitCode = mergeSweeps(target, sources, options.json === true);
    });
  withJson(command);
  withExamples(command, [
    ["cp night1.db all.db && snn-dse merge all.db night2.db", "all.db holds the points of both; night1.db stays as it is"],
  ]);
}
