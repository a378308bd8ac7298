/** `snn-dse pareto x.db`: fronts for the terminal and for papers. */
import { type Command, Option } from "commander";
import { withExamples, withJson } from "../help.js";
import type { ParetoOptions } from "../options.js";

const FORMAT_NAMES = ["csv", "json", "parquet", "md", "tex", "pgfplots", "svg", "png", "pdf"] as const;

export function registerPareto(program: Command): void {
  const command = program
    .command("pareto")
    .argument("<x.db>", "result database; may still be written by a sweep")
    .option("--objectives <metric[:min|max],...>", "other objectives than the study's, separated by commas")
    .option("--where <condition>", "only points that satisfy it, e.g. 'area_mm2 < 2 and lanes == 8'")
    .addOption(new Option("--format <name>", "the front in this format instead of a table").choices(FORMAT_NAMES))
    .option("-o, --out <file>", "file to write (default: stdout for text; the database's name + -front for parquet, png and pdf)")
    .option("--x <metric>", "objective on the figure's x axis")
    .option("--y <metric>", "objective on the figure's y axis")
    .addOption(new Option("--column <width>", "figure for one or two columns of a paper").choices(["single", "double"]).default("single"))
    .description("the front, its hypervolume and knee: as text, or as a file ready for a paper")
    .action(async (database: string, options: ParetoOptions) => {
      const { printPareto } = await import("../pareto.js");
      await printPareto(database, options);
    });
  withJson(command, "print the front as JSON on stdout, as --format json -o - does");
  withExamples(command, [
    ["snn-dse pareto edge.db", "plot and table"],
    ["snn-dse pareto edge.db --objectives energy_uj_per_inference,area_mm2", "another front of the same points"],
    ["snn-dse pareto edge.db --where 'area_mm2 < 1' --format tex > front.tex", "a booktabs table"],
    ["snn-dse pareto edge.db --format pdf --column double", "a figure"],
  ]);
}
