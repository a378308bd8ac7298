/** `snn-dse pareto x.db`: fronts for the terminal and for papers. */
import { type Command, Option } from "commander";
import type { FrontReport } from "../../app/nouns.js";
import { inputError } from "../../base/errors.js";
import { shellValue, shellWord } from "../../base/escape/shell.js";
import { COLUMNS } from "../../base/plot/spec.js";
import { counted } from "../format/number.js";
import { lookOf } from "../format/style.js";
import type { ParetoOptions } from "../options/command-options.js";
import { listOf, wholeNumber, withExamples, withJson } from "../options/help.js";
import { formatOf, typedFormat } from "../options/out-format.js";
import { StdoutOption } from "../options/output.js";
import { pluginsOf, withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";
import { print, printContent, printJson, warn } from "../output/print.js";

export function registerPareto(program: Command): void {
  const command = program
    .command("pareto")
    .argument("<x.db>", "result database; may still be written by a sweep")
    .option(
      "--objectives <metric[:min|max],...>",
      "objectives instead of those of the study, by name or as tables show them, separated by commas",
    )
    .option("--where <condition>", "only points that satisfy this condition, e.g. 'area_mm2 < 2 and lanes == 8'")
    .option(
      "--columns <name,...>",
      "only these parameters and metrics, in this order; the start of a name, e.g. energy, is enough for an objective",
    )
    .option("--top <n>", "at most this many points, the first in the order", wholeNumber(1))
    .option("--by <metric[:min|max]>", "order of the points, best first (default: by the first objective)")
    .option("--drop-fixed", "leave out parameters that are the same for all points shown; one line below names them")
    .option(
      "--epsilon <objective=amount,...>",
      "leave out points that are better than another by at most this, and in nothing else: 2% of the value, or with a unit, e.g. 10us",
    )
    .option(
      "--confidence [draws]",
      "say how sure the front is: draw prices and samples this many times (default 1000); with --format, also error bars, <metric>_low and _high",
      wholeNumber(1),
    )
    .option("--explain", "with --confidence: which price, law or sample decides the front and each point's place on it (takes longer)")
    .option("--format <name>", "write the front in this format, e.g. csv, parquet, tex, svg or pdf; an unknown name lists all formats")
    .addOption(
      new StdoutOption(
        "-o, --out <file>",
        "file to write, in the format of its ending (default: stdout for text; the database's name + -front for parquet, png and pdf)",
      ),
    )
    .option("--x <metric>", "objective on the figure's x axis")
    .option("--y <metric>", "objective on the figure's y axis")
    .addOption(
      new Option("--column <width>", "width of the figure or table: one or two columns of an IEEE or ACM paper")
        .choices(Object.keys(COLUMNS))
        .default("single"),
    )
    .option("--siunitx", "with --format tex: columns and units by the LaTeX package siunitx")
    .description("print the front, its hypervolume and its knee, as text or as a file for a paper")
    .action(async (database: string, options: ParetoOptions) => {
      await pluginsOf(options);
      const { captionOf, exportFront, exportName, frontFormats, idlePlotOptions, paperWarnings, pareto, viewLines } = await import(
        "../../app/pareto.js"
      );
      const asked = options.json === true ? (options.format ?? null) : formatOf(options, frontFormats());
      const format = options.json === true ? "json" : asked;
      if (format !== null) {
        const [idle] = idlePlotOptions(format, options);
        if (idle !== undefined) throw inputError(`--${idle.option}`, idle.why, `leave --${idle.option} out`);
      }
      const report = pareto(database, {
        objectives: listOf(options.objectives),
        where: options.where ?? null,
        columns: options.columns === undefined ? null : listOf(options.columns),
        top: options.top ?? null,
        by: options.by ?? null,
        dropFixed: options.dropFixed === true,
        epsilon: listOf(options.epsilon),
        intervals: asked === null ? null : drawsOf(options.confidence),
      });
      if (options.confidence !== undefined && asked === null) {
        await printConfidence(database, options, report);
        return;
      }
      const plot = {
        x: options.x ?? null,
        y: options.y ?? null,
        column: options.column,
        siunitx: options.siunitx === true,
      };
      if (format === null) {
        const { frontLines } = await import("../format/front.js");
        const lines = frontLines(lookOf(process.stdout, process.env), report, plot, database, process.stdout.columns || 100);
        print([...lines, ...(await certaintyLines(database, options, report))]);
        return;
      }
      const content = await exportFront(report, format, plot);
      // a table of rows has no place for them
      if (format === "csv") warn(viewLines(report));
      const caption = captionOf(report, format, plot);
      if (caption !== null) warn(`caption: ${caption}.`);
      warn(paperWarnings(report, format).map((line) => `warning: ${line}`));
      // text goes to stdout, where a shell can pipe it; bytes that a terminal cannot show go to a file
      const out = options.out ?? (typeof content === "string" ? "-" : exportName(database, format));
      if (out === "-") printContent(content);
      else {
        const { writeWhole } = await import("../../base/write-file.js");
        writeWhole(out, content);
        print(`wrote ${out}: ${counted(report.rows.length, "point")} of ${report.study}`);
      }
    });
  withPlugins(command, "a plug-in with formats");
  const typed = (options: ParetoOptions): string | null => (options.json === true ? "json" : typedFormat(options));
  withRules<ParetoOptions>(command, [
    ["siunitx", "only with", "--format tex", (options) => typed(options) !== null],
    ["format", "not with", "--json", ({ json, format }) => json === true && format !== "json"],
    ["json", "not with", "--out of another format", ({ out }) => out !== undefined && ![null, "json"].includes(typedFormat({ out }))],
    ["explain", "only with", "--confidence", ({ confidence }) => confidence !== undefined],
    ["explain", "not with", "--format", (options) => options.json !== true && typedFormat(options) !== null],
    ["column", "only with", "--format", (options) => typed(options) !== null],
  ]);
  withJson(command, "print the front as JSON on stdout, as --format json -o - does; with --confidence, the shares of the draws instead");
  withExamples(command, [
    ["snn-dse pareto edge.db", "plot and table"],
    ["snn-dse pareto edge.db --objectives energy_uj_per_inference,area_mm2", "another front of the same points"],
    ["snn-dse pareto edge.db --where 'area_mm2 < 1' --format tex > front.tex", "a booktabs table"],
    ["snn-dse pareto edge.db --epsilon energy=2%,latency=5us --drop-fixed", "few points, each better by more than this"],
    ["snn-dse pareto edge.db --top 5 --by latency --columns latency,energy,lanes", "the five fastest"],
    ["snn-dse pareto edge.db --confidence", "how often each point is on the front, with the errors of its prices drawn"],
    ["snn-dse pareto edge.db --confidence --explain", "and which prices decide that"],
    ["snn-dse pareto edge.db --confidence --format svg -o front.svg", "a figure with error bars"],
    ["snn-dse pareto edge.db --format pdf --column acm-double", "a figure, as wide as a page of ACM"],
  ]);
}

/** Options of the front's own table and figures, without meaning for shares of draws. */
const NOT_WITH_CONFIDENCE = ["columns", "by", "dropFixed", "epsilon", "out", "x", "y"] as const;

/** Number of draws of `--confidence [draws]`; null: no draws. */
const drawsOf = (confidence: ParetoOptions["confidence"]): { readonly draws?: number } | null =>
  confidence === undefined ? null : typeof confidence === "number" ? { draws: confidence } : {};

/** The command that says how sure the front is; drawing it takes a second for every few hundred points. */
async function certaintyLines(database: string, { objectives, where }: ParetoOptions, report: FrontReport): Promise<readonly string[]> {
  const { isDrawn, isWithoutErrors } = await import("../../app/confidence.js");
  const { NO_STATED_ERROR, PRICED_METRICS } = await import("../../app/nouns.js");
  if (report.rows.length === 0) return [];
  if (!isDrawn(database)) {
    const isPriced = report.objectives.some(({ metric }) => (PRICED_METRICS as readonly string[]).includes(metric));
    return isPriced && isWithoutErrors(database) ? [NO_STATED_ERROR] : [];
  }
  const option = (name: string, value: string | undefined): string => (value === undefined ? "" : ` --${name} ${shellValue(value)}`);
  const asked = `${option("objectives", objectives)}${option("where", where)}`;
  const command = `snn-dse pareto ${shellWord(database)}${asked} --confidence`;
  return [`which points stay on the front within the errors of its numbers: ${command}`];
}

async function printConfidence(database: string, options: ParetoOptions, report: FrontReport): Promise<void> {
  const { confidence } = await import("../../app/confidence.js");
  const other = NOT_WITH_CONFIDENCE.find((name) => options[name] !== undefined);
  if (other !== undefined) {
    const flag = `--${other === "dropFixed" ? "drop-fixed" : other}`;
    throw inputError(
      "--confidence",
      `cannot be combined with ${flag}`,
      `leave ${flag} out, or add --format; it can be combined with --objectives, --where, --top, --explain and --json`,
    );
  }
  const request = { objectives: listOf(options.objectives), where: options.where ?? null, explains: options.explain === true };
  const found = confidence(database, { ...request, ...drawsOf(options.confidence) });
  if (options.json === true) printJson({ ...found, points: found.points.slice(0, options.top) }, 2);
  else if (found.points.length === 0) {
    const { emptyText } = await import("../format/front.js");
    print(emptyText(report, database));
  } else {
    const { confidenceLines } = await import("../format/confidence.js");
    print(confidenceLines(lookOf(process.stdout, process.env), found, report, options.top ?? null));
  }
}
