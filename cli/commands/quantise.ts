/** `snn-dse quantise`: how few bits will do. */
import type { Command } from "commander";
import { repeated, wholeNumber, withExamples, withJson } from "../help.js";

interface Options {
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
    .argument("<arch.yaml>", "names model, data set and the precision to start from")
    .description(
      "accuracy against bits: weights, state, spikes, accumulators, tables; by layer; and the smallest precision that keeps an accuracy",
    )
    .option("--bits <width=list>", "e.g. weight_bits=2,4,8,16; may be repeated (default: every width, a few values each)", repeated)
    .option("--layers", "also narrow one layer at a time: weights, states, spikes, tables")
    .option("--keep <percent>", "find the smallest precision whose accuracy is at least this")
    .option("--samples <n>", "utterances to score (default: those of the workload)", wholeNumber(1))
    .option("--plot <file>", "also draw accuracy over bits: .svg, .png, .pdf or .tex")
    .action(async (file: string, options: Options) => {
      const { quantiseStudy } = await import("../quantise.js");
      await quantiseStudy(file, {
        bits: options.bits ?? [],
        layers: options.layers === true,
        keep: options.keep ?? null,
        samples: options.samples ?? null,
        plot: options.plot ?? null,
        json: options.json === true,
      });
    });
  withJson(command, "print rows, layers and the smallest precision as JSON");
  withExamples(command, [
    ["snn-dse quantise arch/examples/edge.yaml", "every width of the shipped model"],
    ["snn-dse quantise arch/examples/edge.yaml --bits weight_bits=4,8,16 --samples 10000", "one width, on all test digits"],
    ["snn-dse quantise arch/examples/edge.yaml --layers --plot bits.svg", "every layer on its own, as a picture for a paper"],
    ["snn-dse quantise arch/examples/edge.yaml --keep 98.5 --layers", "the smallest precision, and which layer is sensitive"],
  ]);
}
