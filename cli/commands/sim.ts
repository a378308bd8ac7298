/** `snn-dse sim arch.yaml`: simulates one design point. */
import { type Command, Option } from "commander";
import { lookOf } from "../format/style.js";
import { repeated, withExamples, withJson } from "../options/help.js";
import { OutputOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";
import { print, printJson, warn } from "../output/print.js";

interface Options extends PluginOptions {
  readonly set?: readonly string[];
  readonly explain?: boolean;
  readonly trace?: "csv" | "vcd" | "perfetto" | "html";
  readonly out?: string;
  readonly json?: boolean;
}

export function registerSim(program: Command): void {
  const command = program
    .command("sim")
    .argument("<arch.yaml>", "description of chip, network, workload and precision, or a shipped one by name")
    .option("--set <path=value>", "change a value of the description; may be repeated", repeated)
    .option(
      "--explain",
      "say where time and energy go, and what would change it (simulates some dozens of changed chips; of a coupled chip only shares and counts)",
    )
    .addOption(
      new Option(
        "--trace <format>",
        "also write a trace: every cycle for tables, GTKWave and Surfer, or ui.perfetto.dev; or every step as a page for a browser",
      ).choices(["csv", "vcd", "perfetto", "html"]),
    )
    .addOption(new OutputOption("-o, --out <file>", "trace file (default: the description's name + -trace)"))
    .description("simulate one point: accuracy, operations, cycles, energy and area breakdown")
    .action(async (file: string, options: Options) => {
      const { set = [], explain = false, trace: format, out, json = false } = options;
      const { openWithPlugins } = await import("../../app/open.js");
      const { simulate } = await import("../../app/simulate.js");
      const { asWrittenLines, explanationLines, simulationLines } = await import("../format/simulation.js");
      const { valuesOf } = await import("../options/values.js");
      const { writeTrace } = await import("../output/write-trace.js");
      const { withStageLine } = await import("../runs/stage-line.js");
      const description = await openWithPlugins(file, { plugins: await pluginsOf(options) });
      const simulation = await withStageLine((onProgress) =>
        simulate(description, { values: valuesOf(set), explain, trace: format ?? null, onProgress }),
      );
      const { values, document, network, counters, highestClocks, result, intervals, layers, counts, trace, warnings } = simulation;
      warn(warnings.map((text) => `warning: ${text}`));
      const written = trace === null ? [] : [await writeTrace(file, out ?? null, trace)];
      if (json) {
        warn(written);
        const explanation = explanationLines(simulation);
        const run = network === null ? {} : { network, counters, highestClocks };
        const more = { ...(explanation.length === 0 ? {} : { explanation }), ...(counts === null ? {} : { counts }) };
        printJson({ file, set: values, document, ...run, ...result, intervals, layers, ...more }, 2);
      } else {
        const look = lookOf(process.stdout, process.env);
        const asWritten = asWrittenLines(look, description, values);
        print([...asWritten, ...simulationLines(look, simulation), ...(written.length === 0 ? [] : ["", ...written])]);
      }
    });
  withPlugins(command, "a plug-in with data sets, price models, topologies or cells");
  withRules<Options>(command, [["out", "only with", "--trace", ({ trace }) => trace !== undefined]]);
  withJson(command, "print the resolved description, counters, metrics, breakdown, operations and utilisation as JSON on stdout");
  withExamples(command, [
    ["snn-dse sim edge", "the point as written"],
    ["snn-dse sim edge --set tile.core.lanes=16 --explain", "another point, with reasons"],
    ["snn-dse sim edge --set workload.timing_samples=1 --trace vcd", "waveforms of one utterance"],
    ["snn-dse sim edge --trace html", "edge-trace.html: cores, queues and links, wave by wave"],
    ["snn-dse sim edge --json | jq .metrics", "for scripts"],
  ]);
}
