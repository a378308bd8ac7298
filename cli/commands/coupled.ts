/** `snn-dse coupled`: run and sweep chips whose time feeds back into function. */
import type { Command } from "commander";
import { repeated, wholeNumber, withExamples, withJson } from "../help.js";
import { print, printJson } from "../print.js";

interface CoupledOptions {
  readonly case?: string;
  readonly set?: readonly string[];
  readonly vary?: readonly string[];
  readonly seed: number;
  readonly events: number;
  readonly density: string;
  readonly gap: number;
  readonly limit: number;
  readonly json?: boolean;
}

export function registerCoupled(program: Command): void {
  const command = program
    .command("coupled")
    .argument("<chip>", "tinyodin, odin, ranc, snn-dse, snn-dse-pipeline, truenorth-like, or a description of that kind")
    .description("run a chip whose time feeds back into function, over all combinations of some of its parameters")
    .option("--case <dir>", "inputs of a conformance case instead of synthetic ones")
    .option("--set <path=value>", "one parameter, e.g. event_queue.depth=16 (repeatable)", repeated)
    .option("--vary <path=a,b,c>", "a parameter and its values (repeatable: all combinations)", repeated)
    .option("--seed <n>", "seed of the synthetic inputs", wholeNumber(0), 1)
    .option("--events <n>", "input events, or time steps of layer chips", wholeNumber(1), 50)
    .option("--density <share>", "share of non-zero weights, connected axons, or spiking inputs", "0.2")
    .option("--gap <cycles>", "mean cycles between input events", wholeNumber(1), 200)
    .option("--limit <cycles>", "cycles to run at most", wholeNumber(1), 100_000)
    .action(async (name: string, options: CoupledOptions) => {
      const { pointLines, pointsOf, readCase, readCoupledChip, runPoint } = await import("../coupled.js");
      const { inputError } = await import("../../base/errors.js");
      const { lookOf } = await import("../format/style.js");
      const density = Number(options.density);
      if (!(density >= 0 && density <= 1)) throw inputError("--density", `got ${options.density}, expected a share from 0 to 1`);
      const { seed, events, gap: gapCycles, limit: limitCycles } = options;
      const chip = readCoupledChip(name);
      if (options.case !== undefined && chip.model === "snn-dse-pipeline")
        throw inputError("--case", "there are no recorded cases of this chip");
      const input =
        options.case === undefined
          ? ({ kind: "synthetic", request: { seed, events, density, gapCycles, limitCycles } } as const)
          : readCase(options.case);
      const points = pointsOf(options.set ?? [], options.vary ?? []).map((values) => runPoint(chip, input, values));
      if (options.json === true) printJson(points, 2);
      else print(pointLines(points, lookOf(process.stdout, process.env)));
    });
  withJson(command, "print all metrics of all points as JSON");
  withExamples(command, [
    ["snn-dse coupled tinyodin --vary event_queue.depth=4,16,128 --vary neurons=64,256", "queue depth against network size"],
    ["snn-dse coupled ranc --set neurons=16 --set axons=16 --vary router_buffer_depth=1,2,4 --limit 20000", "router buffers"],
    [
      "snn-dse coupled odin --case test/conformance/odin/cases/closed_bist --vary output_link.ack_up_delay_cycles=0,4,16",
      "a slower receiver on recorded inputs",
    ],
  ]);
}
