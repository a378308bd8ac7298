/** `snn-dse prices`: makes prices from the user's own data. */
import type { Command } from "commander";
import { lookOf } from "../format/style.js";
import { withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { print, printJson, warn } from "../output/print.js";

interface FitOptions {
  readonly corner?: string;
  readonly residuals?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function registerPrices(program: Command): void {
  const group = program.command("prices").description("make prices from your own data");
  withExamples(group, [["snn-dse prices fit my-macros.csv -o my-laws.csv", "laws through your memory macros, for any size between them"]]);
  const fit = group
    .command("fit")
    .argument(
      "<macros.csv>",
      "table of macros: words, bits, ports, technology_nm, voltage_v, area, read, write, leakage, access (docs/own-prices.md)",
    )
    .description("fit power laws over capacity, word and supply to memory macros; print their errors; write them as a table of laws")
    .option("--corner <name>", "corner of the table to use; needed if it has several")
    .option("--residuals", "also print every macro beside its laws")
    .addOption(
      new OutputOption(
        "-o, --out <file>",
        "write the laws, which a description names: prices: { macros: { mine: { file: my-laws.csv } } }",
      ),
    )
    .action(async (file: string, options: FitOptions) => {
      const { fitPrices } = await import("../../app/fit-prices.js");
      const fitted = fitPrices(file, { corner: options.corner ?? null });
      const { laws, leftOut, library } = fitted;
      const written: string[] = [];
      if (options.out !== undefined) {
        const { writeWhole } = await import("../../base/write-file.js");
        writeWhole(options.out, library);
        written.push(`wrote ${options.out}: ${laws.length} laws`);
      }
      if (options.json === true) {
        warn(written);
        printJson({ file, laws, leftOut });
        return;
      }
      const { priceFitLines } = await import("../format/price-fit.js");
      print([...priceFitLines(lookOf(process.stdout, process.env), fitted, options.residuals === true), ...written]);
    });
  withJson(fit, "print laws, residuals and coverage as JSON");
  withExamples(fit, [
    ["snn-dse prices fit my-macros.csv", "the laws, their errors, and the macro that is furthest from each"],
    ["snn-dse prices fit my-macros.csv --corner tt --residuals", "one corner, and every macro beside its laws"],
    ["snn-dse prices fit my-macros.csv -o my-laws.csv", "a library that a description names"],
  ]);
}
