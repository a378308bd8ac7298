/** `snn-dse import nir`: networks of other tools, in NIR's file format. */
import { type Command, Option } from "commander";
import type { NodeFile } from "../../app/import-nir.js";
import type { ResetRule } from "../../app/nouns.js";
import { inputError, quoted } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { type EncodingOptions, encodingOf, withEncoding } from "../options/encoding.js";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";

interface Options extends EncodingOptions {
  readonly dt: string;
  readonly reset: ResetRule;
  readonly scheme: "euler" | "zoh" | "exact";
  readonly integratorGain: "unit" | "dt";
  readonly refractory: string;
  readonly input?: string;
  readonly sample: number;
  readonly record?: readonly string[];
  readonly compare?: readonly string[];
  readonly on?: string;
  readonly integer?: boolean;
  readonly json?: boolean;
}

/** All of them, without reading them where the program starts. */
const RESETS: { readonly [rule in ResetRule]: true } = {
  zero: true,
  subtract: true,
  "snntorch-subtract": true,
  "snntorch-delayed-subtract": true,
  "snntorch-delayed-zero": true,
};

export function registerImportNir(group: Command): void {
  const command = group
    .command("nir")
    .argument("<file.nir>", "network, or a shipped one by name")
    .description("read a NIR network; with --input, run it and count; with --on, replay its spikes on a chip")
    .requiredOption("--dt <seconds>", "seconds a step: the file does not say")
    .addOption(
      new Option("--reset <rule>", "what a spike does to the voltage: the file does not say")
        .choices(Object.keys(RESETS))
        .makeOptionMandatory(),
    )
    .addOption(new Option("--scheme <name>", "integration over a step").choices(["euler", "zoh", "exact"]).default("euler"))
    .addOption(new Option("--integrator-gain <gain>", "of I and IF a step: 1, or dt").choices(["unit", "dt"]).default("unit"))
    .option("--refractory <seconds>", "after a spike, in which a neuron keeps its voltage and cannot spike", "0")
    .option(
      "--input <file>",
      "spikes or currents: .csv (a row a step, or sample,step,neuron,payload), .npy, NIRData or SHD (HDF5), or a recording of an event camera",
    )
    .option("--sample <n>", "of the file's samples", wholeNumber(0), 0)
    .option("--record <node=file.csv>", "write what a node puts out, a row a step; may be repeated", repeated)
    .option("--compare <node=file>", "count values that differ from a file's (exit 1 where some do); may be repeated", repeated)
    .option("--on <arch.yaml>", "chip to run the spikes on: cycles, energy, area")
    .option("--integer", "integer arithmetic at that description's precision instead of float")
    .action(async (file: string, options: Options) => {
      const { importNir } = await import("../../app/import-nir.js");
      const { nirImportLines, reasonOf } = await import("../format/nir-import.js");
      const record = (options.record ?? []).map(nodeFile);
      const found = await importNir(file, {
        dtSeconds: Number(options.dt),
        reset: options.reset,
        scheme: options.scheme,
        integratorGain: options.integratorGain,
        refractorySeconds: Number(options.refractory),
        input: options.input ?? null,
        sample: options.sample,
        encoding: encodingOf(options),
        seed: options.seed,
        record,
        compare: (options.compare ?? []).map(nodeFile),
        on: options.on ?? null,
        integer: options.integer === true,
      });
      const { report, ran, compared, chip } = found;
      if (options.json === true) {
        const counts = ran === null ? {} : { steps: ran.steps, neurobench: ran.metrics, output_spikes: ran.outputs, compared };
        const onChip = chip === null ? {} : { chip };
        const said = { report, options: found.options, integer_obstacles: found.obstacles.map(reasonOf) };
        printJson({ ...said, ...counts, ...(ran?.integer ?? {}), ...onChip }, 2);
      } else print(nirImportLines(lookOf(process.stdout, process.env), found, record));
      // as `reproduce`: 1 where something differs
      process.exitCode = compared.every(({ differ }) => differ === 0) ? EXIT.ok : EXIT.internal;
    });
  withJson(withEncoding(command), "print report, counts and chip result as JSON");
  withExamples(command, [
    ["snn-dse import nir quad --dt 1e-3 --reset zero", "nodes, edges, shapes, and what had to be assumed"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad", "run it: spikes and NeuroBench's counts"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --encoder rate --steps-per-frame 20", "features as random spikes"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --record hidden=spikes.csv", "spikes of a node, for another tool"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --compare hidden=spikes.csv", "against another tool's spikes"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --on quad", "the same on a chip"],
  ]);
}

/** `node=file`; a node's name may hold no equals sign. */
function nodeFile(text: string): NodeFile {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError("--record, --compare", `got ${quoted(text)}`, "expected node=file, e.g. lif1=spikes.csv");
  return { node: text.slice(0, at), file: text.slice(at + 1) };
}
