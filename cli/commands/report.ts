/** `snn-dse report x.db`: writes a study as one HTML page. */
import type { Command } from "commander";
import type { RecordedPoint, ReportData } from "../../app/report.js";
import { inputError } from "../../base/errors.js";
import { BASE_HELP, wholeNumber, withExamples, withJson } from "../options/help.js";
import { StdoutOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { numberOf, POINT_WORDS, type PointWord, pointWord } from "../options/point-word.js";
import { type Rule, withRules } from "../options/together.js";
import { print, printContent, printJson } from "../output/print.js";

interface Options extends PluginOptions {
  readonly out?: string;
  readonly confidence?: number;
  readonly run?: PointWord;
  readonly base?: string;
  readonly live?: boolean;
  readonly port?: number;
  readonly methods?: boolean;
  readonly json?: boolean;
}

export function registerReport(program: Command): void {
  const command = program
    .command("report")
    .argument("<x.db>", "result database; may still be written by a sweep")
    .addOption(new StdoutOption("-o, --out <file>", "file to write (default: the database's name + -report.html; - is stdout)"))
    .option(
      "--confidence <draws>",
      "draw prices, samples and utterances this many times to say how sure the front is; 0: do not draw (default: 1000, fewer from 1,000 points on, 0 above 5,000)",
      wholeNumber(0),
    )
    .option("--run <point>", `also simulate a point again and draw its run over time (${POINT_WORDS})`, pointWord)
    .option("--base <arch.yaml>", BASE_HELP)
    .option("--live", "serve the page to browsers on this machine while the sweep runs; new points appear as they are stored")
    .option("--port <number>", "port of --live (default: any free one)", wholeNumber(0))
    .option("--methods", "the methods section alone, as LaTeX for a paper, on stdout or in the file of --out")
    .description("write one self-contained HTML page: linked plots, breakdowns, importance, table, methods, provenance")
    .action(async (database: string, options: Options) => {
      await pluginsOf(options);
      const { report, reportMethods } = await import("../../app/report.js");
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
      if (options.live === true) {
        const { serveReport } = await import("../runs/live-report.js");
        await serveReport(database, await liveOf(database, options));
        return;
      }
      const data = await dataOf(database, options);
      if (options.json === true) printJson(data);
      else if (options.out === "-") printContent(report(data));
      else {
        const { writeReport } = await import("../output/write-report.js");
        print(`${writeReport(database, options.out ?? null, data)}; open it in a browser`);
      }
    });
  withPlugins(command, "a plug-in with a price model or topology that the study names");
  withRules<Options>(command, [
    ["port", "only with", "--live", ({ live }) => live === true],
    ["base", "only with", "--run", ({ run }) => run !== undefined],
    ...(["json", "run", "live", "confidence"] as const).map(
      (name): Rule<Options> => [name, "not with", "--methods", ({ methods }) => methods === true],
    ),
    ...(["json", "out"] as const).map((name): Rule<Options> => [name, "not with", "--live", ({ live }) => live === true]),
    ["out", "not with", "--json", ({ json }) => json === true],
  ]);
  withJson(command, "print the page's data as JSON on stdout instead");
  withExamples(command, [
    ["snn-dse report edge.db", "edge-report.html"],
    ["snn-dse report edge.db -o sweep.html", "another name"],
    ["snn-dse report edge.db --run knee", "with the knee's cores, queues and links, wave by wave"],
    ["snn-dse report edge.db --live", "in a browser, while `snn-dse sweep edge` runs elsewhere"],
    ["snn-dse report edge.db --methods -o methods.tex", "the search as a paper describes it"],
  ]);
}

/** What the page shows. */
async function dataOf(database: string, options: Options): Promise<ReportData> {
  const { reportData } = await import("../../app/report.js");
  return reportData(database, drawsOf(options.confidence), await recordedOf(database, options));
}

/** The run of the point that `--run` names. */
async function recordedOf(database: string, { run, base }: Options): Promise<RecordedPoint | null> {
  if (run === undefined) return null;
  const { recordedPoint } = await import("../../app/report.js");
  return recordedPoint(database, await numberOf(database, run), base ?? null);
}

/** The live page is loaded often, so it draws prices only if `--confidence` asks for it. */
const liveOf = async (database: string, options: Options) => ({
  port: portOf(options.port ?? 0),
  draws: options.confidence === undefined ? null : drawsOf(options.confidence),
  recorded: await recordedOf(database, options),
});

const MOST_PORT = 65_535;

function portOf(port: number): number {
  if (port > MOST_PORT) throw inputError("--port", `got ${port}, expected 0 to ${MOST_PORT}`, "0 takes any free one");
  return port;
}

/** How `--confidence` wants prices drawn. */
const drawsOf = (draws: number | undefined): { readonly draws: number } | null | "usual" =>
  draws === undefined ? "usual" : draws === 0 ? null : { draws };
