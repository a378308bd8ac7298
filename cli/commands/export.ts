/** `snn-dse export`: writes models in other tools' formats, and all points of a study as a table. */
import type { Command } from "commander";
import { inputError } from "../../base/errors.js";
import { realNumber, wholeNumber, withExamples, withJson } from "../options/help.js";
import { formatOf } from "../options/out-format.js";
import { OutputArgument, StdoutOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { print, printJson, printPieces, warn } from "../output/print.js";

export function registerExport(program: Command): void {
  const group = program.command("export").description("write a model in another tool's format, or all points of a study as a table");
  registerNir(group);
  registerPoints(group);
  withExamples(group, [
    ["snn-dse export points edge.db > edge.csv", "every point of a study"],
    ["snn-dse export nir mnist-rows-rec-v2 net.nir --dt 0.01", "a trained network"],
  ]);
}

function registerNir(group: Command): void {
  const command = group
    .command("nir")
    .argument("<model.safetensors>", "lif, rec-v1 or rec-v2 model, or a shipped one by name")
    .addArgument(new OutputArgument("<out.nir>", "file to write"))
    .requiredOption("--dt <seconds>", "seconds of one frame", realNumber)
    .description("write a NIR file: the nearest primitives, and the whole network in its metadata")
    .action(async (model: string, out: string, options: { readonly dt: number; readonly json?: boolean }) => {
      const { exportNir } = await import("../../app/export-nir.js");
      const written = await exportNir(model, out, options.dt);
      if (options.json === true) printJson(written);
      else {
        warn(written.warnings.map((text) => `warning: ${text}`));
        print(`${out}: ${written.nodes} nodes, ${written.edges} edges`);
      }
    });
  withJson(command);
  withExamples(command, [["snn-dse export nir mnist-rows-rec-v2 net.nir --dt 0.01", "the shipped model"]]);
}

interface PointsOptions extends PluginOptions {
  readonly format?: string;
  readonly out?: string;
  readonly all?: boolean;
  readonly breakdown: boolean;
  readonly confidence?: number | true;
}

function registerPoints(group: Command): void {
  const command = group
    .command("points")
    .argument("<x.db>", "result database; may still be written by a sweep")
    .option("--format <name>", "e.g. csv, json or parquet; an unknown name lists all formats (default: by the file's ending, or csv)")
    .addOption(new StdoutOption("-o, --out <file>", "file to write (default: stdout for text; the database's name + -points for parquet)"))
    .option("--all", "include the trials of a screening search (column fidelity) and points of other inputs (column edition)")
    .option("--no-breakdown", "leave out energy and area by component")
    .option(
      "--confidence [draws]",
      "add columns <metric>_low and <metric>_high: 90 % intervals from this many draws (default 1000) of prices, samples and utterances",
      wholeNumber(1),
    )
    .description("write every point: parameters, metrics, breakdown, state and reason; needs little memory for any number of points")
    .action(async (database: string, options: PointsOptions) => {
      const { out, all, breakdown } = options;
      await pluginsOf(options);
      const { exportPoints, pointFormat, pointFormats, pointPieces, pointsName, pointsNotes } = await import("../../app/points.js");
      const format = formatOf(options, pointFormats()) ?? "csv";
      const chosen = { all: all === true, breakdown };
      const file = out ?? (pointFormat(format).binary ? pointsName(database, format) : "-");
      if (options.confidence !== undefined) {
        await writeDrawn(database, file, format, options);
        return;
      }
      warn(pointsNotes(database));
      if (file === "-") await printPieces(pointPieces(database, format, chosen));
      else print(`wrote ${file}: ${await exportPoints(database, format, file, chosen)} bytes`);
    });
  withPlugins(command, "a plug-in with formats of points");
  withExamples(command, [
    ["snn-dse export points edge.db > edge.csv", "for spreadsheets and pandas.read_csv"],
    ["snn-dse export points edge.db --confidence > edge.csv", "with the intervals of every metric"],
    ["snn-dse export points edge.db --format parquet", "edge-points.parquet: typed columns for data frames"],
    ["snn-dse export points edge.db --format json --out edge.json", "nested, with units"],
  ]);
}

/** Writes the study's points with the intervals of their metrics. */
async function writeDrawn(database: string, file: string, format: string, { all, breakdown, confidence }: PointsOptions): Promise<void> {
  if (all === true)
    throw inputError("--confidence", "cannot be combined with --all", "intervals exist only for the study's own points: leave --all out");
  const { reprice, repricedPieces } = await import("../../app/reprice.js");
  const priced = await reprice(database, null, { monteCarlo: typeof confidence === "number" ? { draws: confidence } : {} });
  const { otherBuildLines } = await import("../../app/nouns.js");
  warn(otherBuildLines(priced.otherBuild));
  const pieces = repricedPieces(database, priced, format, breakdown);
  if (file === "-") await printPieces(pieces);
  else {
    const { writePieces } = await import("../../base/write-file.js");
    print(`wrote ${file}: ${await writePieces(file, pieces)} bytes`);
  }
}
