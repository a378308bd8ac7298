/** `snn-dse rtl`: a point as SystemVerilog, and its test bench run. */
import type { Command } from "commander";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { print, printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";

interface Options {
  readonly out?: string;
  readonly run?: boolean;
  readonly simulator?: "iverilog" | "verilator";
  readonly samples?: number;
  readonly set?: readonly string[];
  readonly base?: string;
  readonly json?: boolean;
}

export function registerRtl(program: Command): void {
  const command = program
    .command("rtl")
    .argument("<source>", "study database, description, or the folder of a chip that was written")
    .argument("[point]", "point of the database", wholeNumber(1))
    .option("-o, --out <dir>", "folder to write (default: the source's name, the point, and -rtl)")
    .option("--run", "run the test bench in Verilator or Icarus Verilog, and compare everything with the simulator")
    .option("--simulator <name>", "iverilog or verilator (default: verilator where it is installed)")
    .option("--samples <n>", "utterances that the bench runs (default: those that the point timed)", wholeNumber(1))
    .option("--set <path=value>", "of a description: change a value; may be repeated", repeated)
    .option("--base <arch.yaml>", "of a database: the description beside which models and data lie")
    .description("write one core as SystemVerilog with memory images, test bench and expected results")
    .action(async (source: string, point: number | undefined, options: Options) => {
      const { rtl } = await import("../../app/rtl.js");
      const { valuesOf } = await import("../options/values.js");
      const done = await rtl(source, point ?? null, {
        out: options.out ?? null,
        runs: options.run === true,
        simulator: options.simulator ?? null,
        samples: options.samples ?? null,
        values: valuesOf(options.set ?? []),
        base: options.base ?? null,
      });
      if (options.json === true) printJson(done, 2);
      else {
        const { rtlLines } = await import("../format/rtl-lines.js");
        print(rtlLines(done));
      }
      process.exitCode = done.verdict === null || done.verdict.isEqual ? EXIT.ok : EXIT.internal;
    });
  withJson(command, "print what was written and compared as JSON on stdout");
  withExamples(command, [
    ["snn-dse rtl edge.db 258 --out chip/", "a point of a study: sources, images, bench, manifest"],
    ["snn-dse rtl chip/ --run", "runs what lies there, compares everything"],
    ["snn-dse rtl edge.db 258 --run --samples 1", "both, on one digit"],
    ["snn-dse rtl arch.yaml --set noc.width=1 --set noc.height=1 --out chip/", "a point without a study"],
  ]);
}
