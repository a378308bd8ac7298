/** `snn-dse sim arch.yaml`: one design point in full. */
import { type Command, Option } from "commander";
import { repeated, withExamples, withJson } from "../help.js";

interface Options {
  readonly set?: readonly string[];
  readonly explain?: boolean;
  readonly trace?: "csv" | "vcd" | "perfetto";
  readonly out?: string;
  readonly json?: boolean;
}

export function registerSim(program: Command): void {
  const command = program
    .command("sim")
    .argument("<arch.yaml>", "description of chip, network, workload and precision")
    .option("--set <path=value>", "change a value of the description; may be repeated", repeated)
    .option("--explain", "say where time and energy go, and what would change it (simulates some dozens of changed chips)")
    .addOption(
      new Option("--trace <format>", "also write what happens in each cycle: for tables, GTKWave and Surfer, or ui.perfetto.dev").choices([
        "csv",
        "vcd",
        "perfetto",
      ]),
    )
    .option("-o, --out <file>", "trace file (default: the description's name + -trace)")
    .description("simulate one point: accuracy, operations, cycles, energy and area breakdown")
    .action(async (file: string, options: Options) => {
      const { loadDescription } = await import("../load.js");
      const { isCoupled } = await import("../../arch/index.js");
      const description = loadDescription(file);
      const how = {
        explain: options.explain === true,
        trace: options.trace ?? null,
        out: options.out ?? null,
        json: options.json === true,
      };
      if (isCoupled(description.experiment)) {
        const { simulateCoupled } = await import("../coupled-point.js");
        return simulateCoupled(description, options.set ?? [], how);
      }
      const { simulate } = await import("../simulate.js");
      await simulate(file, options.set ?? [], how);
    });
  withJson(command, "print metrics, breakdown, operations and utilisation as JSON on stdout");
  withExamples(command, [
    ["snn-dse sim arch/examples/edge.yaml", "the point as written"],
    ["snn-dse sim arch/examples/edge.yaml --set tile.core.lanes=16 --explain", "another point, with reasons"],
    ["snn-dse sim arch/examples/edge.yaml --set workload.timing_samples=1 --trace vcd", "waveforms of one utterance"],
    ["snn-dse sim arch/examples/edge.yaml --json | jq .metrics", "for scripts"],
  ]);
}
