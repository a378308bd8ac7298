/** `snn-dse rtl`: writes a point as SystemVerilog, and runs its test bench. */
import type { Command } from "commander";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { numberOf, POINT_WORDS, type PointWord, pointWord } from "../options/point-word.js";
import { withRules } from "../options/together.js";
import { print, printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";

interface Options extends PluginOptions {
  readonly out?: string;
  readonly run?: boolean;
  readonly simulator?: "iverilog" | "verilator";
  readonly samples?: number;
  readonly set?: readonly string[];
  readonly base?: string;
  readonly synth?: string;
  readonly liberty?: string;
  readonly device?: string;
  readonly again?: boolean;
  readonly json?: boolean;
}

export function registerRtl(program: Command): void {
  const command = program
    .command("rtl")
    .argument("<source>", "study database, description, or the folder of a chip that was written")
    .argument("[point]", `point of the database: ${POINT_WORDS}`, pointWord)
    .addOption(new OutputOption("-o, --out <dir>", "folder to write (default: the source's name, the point, and -rtl)"))
    .option("--run", "run the test bench in Verilator or Icarus Verilog, and compare everything with the simulator")
    .option("--simulator <name>", "iverilog or verilator (default: verilator if it is installed)")
    .option("--samples <n>", "utterances that the bench runs (default: those that the point timed)", wholeNumber(1))
    .option("--set <path=value>", "for a description: change a value; may be repeated", repeated)
    .option("--base <arch.yaml>", "for a database: the description to which paths of models and data are relative")
    .option("--synth <target>", "synthesise for ecp5 (with clock after placement), generic or liberty; compare with the model's figures")
    .option("--liberty <cells.lib>", "cell library of --synth liberty, compressed by gzip or not")
    .option("--device <name>", "device of ecp5: LFE5U-12F, -25F, -45F or -85F (default: LFE5U-45F)")
    .option("--again", "synthesise even if the database holds the result")
    .description("write a chip as SystemVerilog with memory images, test bench and expected results; run it, or synthesise it")
    .action(async (source: string, word: PointWord | undefined, options: Options) => {
      const point = word === undefined ? null : await numberOf(source, word);
      if (options.synth !== undefined || options.liberty !== undefined) {
        const { synthesiseAndPrint } = await import("../runs/run-synthesis.js");
        return synthesiseAndPrint(source, point, { ...options, plugins: await pluginsOf(options) });
      }
      const { rtl } = await import("../../app/rtl.js");
      const { valuesOf } = await import("../options/values.js");
      const { rtlLines } = await import("../format/rtl-lines.js");
      const { withBeat } = await import("../runs/bench-beat.js");
      const asked = {
        out: options.out ?? null,
        runs: options.run === true,
        simulator: options.simulator ?? null,
        samples: options.samples ?? null,
        values: valuesOf(options.set ?? []),
        base: options.base ?? null,
        plugins: await pluginsOf(options),
      };
      const done = await withBeat(options.json === true, (onRun) => rtl(source, point, { ...asked, onRun }));
      if (options.json === true) printJson(done, 2);
      else print(rtlLines(done));
      process.exitCode = done.verdict === null || done.verdict.isEqual ? EXIT.ok : EXIT.internal;
    });
  withPlugins(command, "a plug-in with what the description or the study names");
  const isSynthesis = ({ synth, liberty }: Options): boolean => synth !== undefined || liberty !== undefined;
  withRules<Options>(command, [
    ["simulator", "only with", "--run", ({ run }) => run === true],
    ["run", "not with", "--synth", isSynthesis],
    ["samples", "not with", "--synth", isSynthesis],
    ["device", "only with", "--synth ecp5", ({ synth }) => synth === "ecp5"],
    ["again", "only with", "--synth", isSynthesis],
  ]);
  withJson(command, "print what was written and compared as JSON on stdout");
  withExamples(command, [
    ["snn-dse rtl edge.db knee --out chip/", "a point of a study: sources, images, bench, manifest"],
    ["snn-dse rtl chip/ --run", "run the written chip and compare everything"],
    ["snn-dse rtl edge.db knee --run --samples 1", "both, on one digit"],
    ["snn-dse rtl edge.db knee --synth ecp5", "LUTs, registers, memories and clock beside the model's; kept in the database"],
    ["snn-dse rtl edge.db knee --liberty cells.lib", "area of gates by part, and the longest path"],
    ["snn-dse rtl edge --set noc.width=1 --set tile.core.synapse_memory.size_kib=128 --out chip/", "a point without a study"],
  ]);
}
