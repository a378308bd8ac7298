/** `snn-dse sim arch.yaml`: one design point in full. */
import type { Command } from "commander";
import { repeated, withExamples, withJson } from "../help.js";

interface Options {
  readonly set?: readonly string[];
  readonly explain?: boolean;
  readonly json?: boolean;
}

export function registerSim(program: Command): void {
  const command = program
    .command("sim")
    .argument("<arch.yaml>", "description of chip, network, workload and precision")
    .option("--set <path=value>", "change a value of the description; may be repeated", repeated)
    .option("--explain", "say where time and energy go, and what would change it")
    .description("simulate one point: accuracy, operations, cycles, energy and area breakdown")
    .action(async (file: string, options: Options) => {
      const { simulate } = await import("../simulate.js");
      await simulate(file, options.set ?? [], { explain: options.explain === true, json: options.json === true });
    });
  withJson(command, "print metrics, breakdown, operations and utilisation as JSON on stdout");
  withExamples(command, [
    ["snn-dse sim arch/examples/edge.yaml", "the point as written"],
    ["snn-dse sim arch/examples/edge.yaml --set tile.core.lanes=16 --explain", "another point, with reasons"],
    ["snn-dse sim arch/examples/edge.yaml --json | jq .metrics", "for scripts"],
  ]);
}
