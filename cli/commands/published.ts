/** `snn-dse published`: compares published numbers of chips with their models. */
import type { Command } from "commander";
import { lookOf } from "../format/style.js";
import { withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";

export function registerPublished(program: Command): void {
  const command = program
    .command("published")
    .argument("[chip]", "odin, truenorth, loihi, boards or snn-dse (default: all)")
    .description("compare published numbers of real chips with the models: error, and the basis of the model's number")
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { isWithin, published } = await import("../../app/published.js");
      const { publishedLines } = await import("../format/published-lines.js");
      const rows = published(name ?? null);
      if (options.json === true) printJson(rows, 2);
      else print(publishedLines(rows, lookOf(process.stdout, process.env)));
      if (rows.some((row) => isWithin(row) === false)) process.exitCode = 1;
    });
  withJson(command, "print the rows as JSON");
  withExamples(command, [
    ["snn-dse published", "all rows"],
    ["snn-dse published boards", "what the component library predicts of chips that were measured"],
    ["snn-dse published snn-dse", "the cycle table of SNN-DSE, and its printed log"],
  ]);
}
