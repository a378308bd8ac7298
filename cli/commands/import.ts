/** `snn-dse import`: reads and runs descriptions of other tools. */
import type { Command } from "commander";
import type { SanafeTime } from "../../app/import-sanafe.js";
import { lookOf } from "../format/style.js";
import { wholeNumber, withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { withRules } from "../options/together.js";
import { print, printJson, warn } from "../output/print.js";
import { registerImportLava } from "./import-lava.js";
import { registerImportNir } from "./import-nir.js";

interface SanafeOptions {
  readonly steps?: number;
  readonly seed: number;
  readonly spikes?: string;
  readonly time: string;
  readonly json?: boolean;
}

export function registerImport(program: Command): void {
  const group = program.command("import").description("read and run descriptions of other tools");
  registerImportNir(group);
  registerImportLava(group);
  withExamples(group, [
    ["snn-dse import sanafe quad quad-net", "contents of a pair of SANA-FE files"],
    ["snn-dse import sanafe quad quad-net --steps 100 --json", "and counts, energy and time of its run"],
  ]);
  const sanafe = group
    .command("sanafe")
    .argument("<arch.yaml>", "SANA-FE architecture, or a shipped one by name")
    .argument("<net>", "SANA-FE network: .yaml, or a netlist of any other name")
    .description("read an architecture and a network of SANA-FE; with --steps, run them: counts, energy by unit, and times of each step")
    .option("--steps <n>", "run this many timesteps, at most 1000000", wholeNumber(1))
    .addOption(new OutputOption("--spikes <file>", "write neuron,timestep rows (of neurons with log_spikes, or of all if none has it)"))
    .option("--time <models>", "models of a step's time: none, or some of simple, detailed and flit, separated by commas", "simple,flit")
    .option("--seed <n>", "seed of random inputs", wholeNumber(0), 1)
    .action(async (architecture: string, network: string, options: SanafeOptions) => {
      const { importSanafe } = await import("../../app/import-sanafe.js");
      const { groupLines, pairLine, runLines } = await import("../format/sanafe.js");
      const { withStageLine } = await import("../runs/stage-line.js");
      const { steps = null, seed, spikes = null, time, json } = options;
      const times = time === "none" ? [] : (time.split(",") as SanafeTime[]);
      const choice = { steps, spikes, ...(steps === null ? {} : { seed, times }) };
      const pair = await withStageLine((onProgress) => importSanafe(architecture, network, { ...choice, onProgress }));
      const { chip, network: net, groups, warnings, run } = pair;
      warn(warnings.map((text) => `warning: ${text}`));
      if (json === true) {
        const { name, tiles, cores } = chip;
        const sizes = { tiles, cores, neurons: net.neurons, synapses: net.synapses };
        printJson(run === null ? { name, network: net.name, ...sizes, groups, warnings } : { steps: run.steps, totals: run.totals });
        return;
      }
      const look = lookOf(process.stdout, process.env);
      print([pairLine(pair), "", ...(run === null ? groupLines(pair, look) : runLines(run, look))]);
    });
  withRules<{ steps: number; seed: number; time: string }>(
    sanafe,
    (["seed", "time"] as const).map((name) => [name, "only with", "--steps", ({ steps }) => steps !== undefined]),
  );
  withJson(sanafe, "print one JSON object: steps and totals");
  withExamples(sanafe, [
    ["snn-dse import sanafe quad quad-net", "contents of the pair, and what could not be read"],
    ["snn-dse import sanafe quad quad-net --steps 100 --json", "counts, energy and time of every step"],
    ["snn-dse import sanafe quad quad-net --steps 100 --spikes spikes.csv", "the spikes as well"],
    ["snn-dse import sanafe quad quad-net --steps 100 --time simple,detailed,flit", "three models of a step's time side by side"],
  ]);
}
