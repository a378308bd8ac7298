/** `snn-dse import lava`: networks of Lava, in the files that lava-dl writes. */
import { type Command, Option } from "commander";
import { wholeNumber, withExamples } from "../options/help.js";
import { type NetworkRunOptions, networkRunOf, printNetworkRun, withNetworkRun } from "../options/network-run.js";

interface Options extends NetworkRunOptions {
  readonly restart: number;
  readonly remainder: "lost" | "kept";
}

export function registerImportLava(group: Command): void {
  const command = group
    .command("lava")
    .argument("<network.net>", "network as lava-dl exports it")
    .description("read a network of Lava; with --input, run it in the file's integers; with --on, replay its spikes on a chip")
    .option(
      "--restart <steps>",
      "set all states to 0 every this many steps, each layer one step after the one before it; 0: never",
      wholeNumber(0),
      0,
    )
    .addOption(
      new Option(
        "--remainder <rule>",
        "what happens to fraction bits that a sigma-delta spike leaves out: lost, as in Lava, or kept for a later spike",
      )
        .choices(["lost", "kept"])
        .default("lost"),
    )
    .action(async (file: string, options: Options) => {
      const { importLava } = await import("../../app/import-lava.js");
      await printNetworkRun(
        await importLava(file, { restartSteps: options.restart, remainder: options.remainder, ...networkRunOf(options) }),
        options,
      );
    });
  withNetworkRun(command, {
    part: "layer",
    input: "inputs of the network, or spikes: .csv (a row per step, or sample,step,neuron,payload), .npy, NIRData or SHD (HDF5)",
    record: "write a layer's spikes, a row per step, or layer.voltage, layer.current",
    on: "chip to run the spikes on, in its word widths: cycles, energy, area",
  });
  withExamples(command, [
    ["snn-dse import lava network.net", "layers, neurons, shapes"],
    ["snn-dse import lava network.net --input frame.npy --steps-per-frame 16 --record conv1=spikes.csv", "run one frame for 16 steps"],
    ["snn-dse import lava network.net --input frame.npy --compare conv1.voltage=voltage.npy", "check it against a recording"],
  ]);
}
