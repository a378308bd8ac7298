/** `snn-dse report x.db`: one HTML page to hand in. */
import type { Command } from "commander";
import { wholeNumber, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { print, printContent, printJson } from "../output/print.js";

export function registerReport(program: Command): void {
  const command = program
    .command("report")
    .argument("<x.db>", "result database; may still be written by a sweep")
    .option("-o, --out <file>", "file to write (default: the database's name + -report.html; - is stdout)")
    .option(
      "--confidence <draws>",
      "how often prices, samples and utterances are drawn to say how sure the front is; 0: not at all (default: 1000, less often from 1,000 points on, and of more than 5,000 not)",
      wholeNumber(0),
    )
    .option("--methods", "the methods section alone, as LaTeX for a paper, on stdout or in the file of --out")
    .description("one self-contained HTML page: linked plots, breakdowns, importance, table, methods, provenance")
    .action(async (database: string, options: PluginOptions & { out?: string; confidence?: number; methods?: boolean; json?: boolean }) => {
      await pluginsOf(options);
      const { report, reportData, reportMethods } = await import("../../app/report.js");
      if (options.methods === true) {
        const text = reportMethods(database);
        if (options.out === undefined || options.out === "-") printContent(text);
        else {
          const { writeWhole } = await import("../../base/write-file.js");
          writeWhole(options.out, text);
          print(`wrote ${options.out}`);
        }
        return;
      }
      const data = reportData(database, drawsOf(options.confidence));
      if (options.json === true) printJson(data);
      else if (options.out === "-") printContent(report(data));
      else {
        const { writeReport } = await import("../output/write-report.js");
        print(`${writeReport(database, options.out ?? null, data)}; open it in a browser`);
      }
    });
  withPlugins(command, "a price model or topology that the study names");
  withJson(command, "print the page's data as JSON on stdout instead");
  withExamples(command, [
    ["snn-dse report edge.db", "edge-report.html"],
    ["snn-dse report edge.db -o sweep.html", "another name"],
    ["snn-dse report edge.db --methods -o methods.tex", "what a paper says of the search"],
  ]);
}

/** What `--confidence` asks for. */
const drawsOf = (draws: number | undefined): { readonly draws: number } | null | "usual" =>
  draws === undefined ? "usual" : draws === 0 ? null : { draws };
