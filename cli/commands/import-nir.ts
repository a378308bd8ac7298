/** `snn-dse import nir`: networks of other tools, in NIR's file format. */
import { type Command, Option } from "commander";
import type { ResetRule } from "../../app/nouns.js";
import { realNumber, withExamples } from "../options/help.js";
import { type NetworkRunOptions, networkRunOf, printNetworkRun, withNetworkRun } from "../options/network-run.js";
import { resetOption } from "../options/reset.js";

interface Options extends NetworkRunOptions {
  readonly dt: number;
  readonly reset: ResetRule;
  readonly scheme: "euler" | "zoh" | "exact";
  readonly integratorGain: "unit" | "dt";
  readonly refractory: number;
  readonly integer?: boolean;
}

export function registerImportNir(group: Command): void {
  const command = group
    .command("nir")
    .argument("<file.nir>", "network, or a shipped one by name")
    .description("read a NIR network; with --input, run it and count operations; with --on, replay its spikes on a chip")
    .requiredOption("--dt <seconds>", "seconds per step, which the file does not give", realNumber)
    .addOption(resetOption("what a spike does to the voltage, which the file does not give").makeOptionMandatory())
    .addOption(new Option("--scheme <name>", "how a step is integrated").choices(["euler", "zoh", "exact"]).default("euler"))
    .addOption(
      new Option("--integrator-gain <gain>", "what I and IF multiply their input by: 1 (unit), or the step (dt)")
        .choices(["unit", "dt"])
        .default("unit"),
    )
    .option("--refractory <seconds>", "time after a spike in which a neuron keeps its voltage and cannot spike", realNumber, 0)
    .option("--integer", "integer arithmetic at the precision of --on instead of float")
    .action(async (file: string, options: Options) => {
      const { importNir } = await import("../../app/import-nir.js");
      const found = await importNir(file, {
        dtSeconds: options.dt,
        reset: options.reset,
        scheme: options.scheme,
        integratorGain: options.integratorGain,
        refractorySeconds: options.refractory,
        ...networkRunOf(options),
        integer: options.integer === true,
      });
      await printNetworkRun(found, options);
    });
  withNetworkRun(command, {
    part: "node",
    input:
      "spikes or currents: .csv (a row per step, or sample,step,neuron,payload), .npy, NIRData or SHD (HDF5), or a recording of an event camera; of several inputs: name=file; may be repeated",
    record: "write the output of a node, one row per step",
    on: "chip to run the spikes on: cycles, energy, area",
  });
  withExamples(command, [
    ["snn-dse import nir quad --dt 1e-3 --reset zero", "nodes, edges, shapes, and what had to be assumed"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad", "run it: spikes and NeuroBench's counts"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --encoder rate --steps-per-frame 20", "features as random spikes"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --record hidden=spikes.csv", "spikes of a node, for another tool"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --compare hidden=spikes.csv", "against another tool's spikes"],
    ["snn-dse import nir quad --dt 1e-3 --reset zero --input quad --on quad", "the same on a chip"],
  ]);
}
