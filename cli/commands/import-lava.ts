/** `snn-dse import lava`: networks of Lava, in the files that lava-dl writes. */
import type { Command } from "commander";
import { lookOf } from "../format/style.js";
import { type EncodingOptions, encodingOf, withEncoding } from "../options/encoding.js";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { nodeFile } from "../options/node-file.js";
import { print, printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";

interface Options extends EncodingOptions {
  readonly restart: number;
  readonly input?: string;
  readonly sample: number;
  readonly record?: readonly string[];
  readonly compare?: readonly string[];
  readonly on?: string;
  readonly json?: boolean;
}

export function registerImportLava(group: Command): void {
  const command = group
    .command("lava")
    .argument("<network.net>", "network as lava-dl exports it")
    .description("read a network of Lava; with --input, run it in its own integers; with --on, replay its spikes on a chip")
    .option("--restart <steps>", "states start again so often, each layer one step after the one before it; 0: never", wholeNumber(0), 0)
    .option(
      "--input <file>",
      "inputs of the network, or spikes: .csv (a row a step, or sample,step,neuron,payload), .npy, NIRData or SHD (HDF5)",
    )
    .option("--sample <n>", "of the file's samples", wholeNumber(0), 0)
    .option("--record <layer=file.csv>", "write a layer's spikes, a row a step, or layer.voltage, layer.current; may be repeated", repeated)
    .option("--compare <layer=file>", "count values that differ from a file's (exit 1 where some do); may be repeated", repeated)
    .option("--on <arch.yaml>", "chip to run the spikes on, at its words: cycles, energy, area")
    .action(async (file: string, options: Options) => {
      const { importLava } = await import("../../app/import-lava.js");
      const { nirImportJson, nirImportLines } = await import("../format/nir-import.js");
      const record = (options.record ?? []).map(nodeFile);
      const found = await importLava(file, {
        restartSteps: options.restart,
        input: options.input ?? null,
        sample: options.sample,
        encoding: encodingOf(options),
        seed: options.seed,
        record,
        compare: (options.compare ?? []).map(nodeFile),
        on: options.on ?? null,
      });
      if (options.json === true) printJson(nirImportJson(found), 2);
      else print(nirImportLines(lookOf(process.stdout, process.env), found, record));
      // as `reproduce`: 1 where something differs
      process.exitCode = found.compared.every(({ differ }) => differ === 0) ? EXIT.ok : EXIT.internal;
    });
  withJson(withEncoding(command), "print report, counts and chip result as JSON");
  withExamples(command, [
    ["snn-dse import lava network.net", "layers, neurons, shapes"],
    ["snn-dse import lava network.net --input frame.npy --steps-per-frame 16 --record conv1=spikes.csv", "run one frame for 16 steps"],
    ["snn-dse import lava network.net --input frame.npy --compare conv1.voltage=voltage.npy", "check it against a recording"],
  ]);
}
