/** `snn-dse quantise`: finds how few bits a network needs. */
import type { Command } from "commander";
import type { Quantisation } from "../../app/quantise.js";
import { inputError, quoted } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { print, printJson, warn } from "../output/print.js";

interface Options extends PluginOptions {
  readonly bits?: readonly string[];
  readonly layers?: boolean;
  readonly keep?: string;
  readonly samples?: number;
  readonly plot?: string;
  readonly json?: boolean;
}

export function registerQuantise(program: Command): void {
  const command = program
    .command("quantise")
    .argument("<arch.yaml>", "description that names model, data set and the precision to start from, or a shipped one by name")
    .description(
      "measure accuracy over bits: weights, state, spikes, accumulators, tables; by layer; find the smallest precision that keeps an accuracy",
    )
    .option(
      "--bits <width=list>",
      "e.g. weight_bits=2,4,8,16; may be repeated (default: every width, a few values each); state_bits changes state_fraction_bits with it, so that the range of states stays",
      repeated,
    )
    .option("--layers", "also narrow one layer at a time: weights, states, spikes, sums")
    .option("--keep <percent>", "find the smallest precision whose accuracy is at least this")
    .option("--samples <n>", "utterances to score (default: those of the workload)", wholeNumber(1))
    .addOption(new OutputOption("--plot <file>", "also draw the error over bits: .svg, .png, .pdf or .tex"))
    .action(async (file: string, options: Options) => {
      const { openChipWithPlugins } = await import("../../app/open.js");
      const { quantise } = await import("../../app/quantise.js");
      const { quantisationLines } = await import("../format/quantisation.js");
      const keep = options.keep === undefined ? null : parsePercent(options.keep);
      const bits = bitsOf(options.bits ?? []);
      const draw = options.plot === undefined ? null : await drawer(options.plot);
      const { withStageLine } = await import("../runs/stage-line.js");
      const description = await openChipWithPlugins(file, { plugins: await pluginsOf(options) });
      const choice = { bits, layers: options.layers === true, keepPercent: keep, samples: options.samples ?? null };
      const study = await withStageLine((onProgress) => quantise(description, { ...choice, onProgress }));
      warn(study.warnings.map((text) => `warning: ${text}`));
      const written = draw === null ? [] : [await draw(study)];
      if (options.json === true) {
        warn(written);
        const { model, utterances, scored, precision, float, rows, layers, smallest } = study;
        printJson({ file, model, utterances, scored, precision, float, rows, layers, smallest }, 2);
      } else {
        const lines = quantisationLines(lookOf(process.stdout, process.env), study, keep);
        print([...lines, ...(written.length === 0 ? [] : ["", ...written])]);
      }
    });
  withPlugins(command, "a plug-in with data sets, topologies or cells");
  withJson(command, "print rows, layers and the smallest precision as JSON");
  withExamples(command, [
    ["snn-dse quantise edge", "every width of the shipped model"],
    ["snn-dse quantise edge --bits weight_bits=4,8,16 --samples 10000", "one width, on all test digits"],
    ["snn-dse quantise edge --layers --plot bits.svg", "every layer on its own, as a picture for a paper"],
    ["snn-dse quantise edge --keep 98.5 --layers", "the smallest precision, and which layer is sensitive"],
  ]);
}

/** Parses texts like `weight_bits=2,4` into lists of bits by width. */
function bitsOf(texts: readonly string[]): { readonly [width: string]: readonly number[] } {
  const bits: { [width: string]: number[] } = {};
  for (const text of texts) {
    const [name = "", list, more] = text.split("=");
    if (list === undefined || more !== undefined)
      throw inputError("--bits", `got ${quoted(text)}`, "expected a width, then =2,4,8, e.g. weight_bits=2,4,8");
    bits[name] = [...(bits[name] ?? []), ...list.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)))];
  }
  return bits;
}

function parsePercent(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100))
    throw inputError("--keep", `got ${quoted(text)}, expected a percentage above 0, at most 100`, "e.g. --keep 98");
  return value;
}

/**
 * Returns a function that draws a study into `file` and says what it wrote. @throws InputError at once if the file's
 * ending is no known format.
 */
async function drawer(file: string): Promise<(study: Quantisation) => Promise<string>> {
  const { quantisePlot } = await import("../../app/quantise-plot.js");
  const { pictureFormatOf } = await import("../../base/plot/formats.js");
  const { writeWhole } = await import("../../base/write-file.js");
  const { scoredText } = await import("../format/quantisation.js");
  const format = pictureFormatOf(file);
  return async (study) => {
    const texts = { title: `${study.name} on ${study.dataset}`, about: scoredText(study), float: study.float?.accuracyPercent ?? null };
    writeWhole(file, await format.render(quantisePlot(texts, study.rows, study.layers)));
    return `wrote ${file}`;
  };
}
