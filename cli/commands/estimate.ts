/** `snn-dse estimate net.nir`: estimates a network on chips. */
import { type Command, Option } from "commander";
import type { ResetRule } from "../../app/nouns.js";
import { lookOf } from "../format/style.js";
import { realNumber, repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { resetOption } from "../options/reset.js";
import { withRules } from "../options/together.js";
import { failWith } from "../output/failure.js";
import { print, printContent, printJson, warn } from "../output/print.js";

interface Options {
  readonly chip: readonly string[];
  readonly events?: readonly string[];
  readonly labels?: string;
  readonly dt?: number;
  readonly reset?: ResetRule;
  readonly rate?: number;
  readonly steps?: number;
  readonly set?: readonly string[];
  readonly format?: "csv" | "json";
  readonly json?: boolean;
}

export function registerEstimate(program: Command): void {
  const command = program
    .command("estimate")
    .argument("<network>", "net.nir, net.net of Lava, or a model of this program; a shipped one by name")
    .addOption(
      new Option("--chip <name>", "a shipped chip or a description; may be repeated; all: every shipped chip that ends in -like")
        .argParser(repeated)
        .makeOptionMandatory(),
    )
    .option(
      "--events <path>",
      "recordings of an event camera (a file, a folder, or a folder per class), or a file of spikes; a shipped one by name; of several inputs: name=path; may be repeated",
      repeated,
    )
    .option("--labels <file>", "classes of the recordings, if folders are not classes")
    .option("--dt <seconds>", "seconds per step of a NIR file, which does not give it", realNumber)
    .addOption(resetOption("what a spike does to the voltage in a NIR file, which does not give it (default: subtract)"))
    .option("--rate <probability>", "without --events: probability of a spike per input and step (default: 0.02)", realNumber)
    .option("--steps <n>", "without --events: steps of random spikes (default: 100)", wholeNumber(1))
    .option("--set <path=value>", "change a value of every chip's description; may be repeated", repeated)
    .addOption(new Option("--format <name>", "csv: a row per chip; json: all of it").choices(["csv", "json"]))
    .description(
      "estimate a network on one or several chips: whether it fits, accuracy, energy, latency, power, bottleneck, with intervals",
    )
    .action(async (network: string, options: Options) => {
      const { chip, events = null, labels = null, dt, reset = null, rate, steps, set = [], format } = options;
      const { estimate } = await import("../../app/estimate.js");
      const { valuesOf } = await import("../options/values.js");
      const { estimateCsv, estimateJson, estimateLines, unpricedChips } = await import("../format/estimate-lines.js");
      const found = await estimate(network, {
        chips: chip,
        ...{ events, labels, reset, dtSeconds: dt ?? null },
        ...(rate === undefined ? {} : { rate }),
        ...(steps === undefined ? {} : { steps }),
        values: valuesOf(set),
      });
      const ofChips = found.chips.flatMap(({ chip: name, warnings }) => warnings.map((text) => `${name}: ${text}`));
      warn([...found.warnings, ...ofChips].map((text) => `warning: ${text}`));
      if (format === "csv") {
        printContent(estimateCsv(found));
        // a row has no place for them
        warn(unpricedChips(lookOf(process.stderr, process.env), found));
      } else if (format === "json" || options.json === true) printJson(estimateJson(found), 2);
      else print(estimateLines(lookOf(process.stdout, process.env), found));
      const [{ refused: reason }] = found.chips;
      if (reason !== null && found.chips.every(({ refused }) => refused !== null)) failWith(reason);
    });
  withRules<Options>(command, [["format", "not with", "--json", ({ format, json }) => json === true && format !== "json"]]);
  withJson(command, "as --format json");
  withExamples(command, [
    ["snn-dse estimate quad --chip all", "random spikes: a stated rate, no accuracy"],
    ["snn-dse estimate quad --chip loihi-like --events quad", "one chip in full, on spikes of a file"],
    ["snn-dse estimate mnist-rows-lif --chip loihi-like --chip xylo-like", "a model of this program on its own test data"],
    ["snn-dse estimate net.nir --chip speck-like --events recordings/", "recordings of an event camera, a folder per class"],
    ["snn-dse estimate net.nir --chip all --events recordings/ --format csv", "a row per chip, with intervals"],
  ]);
}
