/** `snn-dse coupled`: runs and varies coupled chips, whose time feeds back into function. */
import type { Command } from "commander";
import type { CoupledValue } from "../../app/coupled.js";
import { inputError } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { realNumber, repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { withRules } from "../options/together.js";
import { print, printJson } from "../output/print.js";

interface CoupledOptions {
  readonly case?: string;
  readonly set?: readonly string[];
  readonly vary?: readonly string[];
  readonly seed?: number;
  readonly events?: number;
  readonly density?: number;
  readonly gap?: number;
  readonly limit?: number;
  readonly json?: boolean;
}

export function registerCoupled(program: Command): void {
  const command = program
    .command("coupled")
    .argument("<chip>", "tinyodin, odin, ranc, sne, snn-dse, snn-dse-pipeline, truenorth-like, or a description of that kind")
    .description("run a coupled chip (its time decides function) for all combinations of some of its parameters")
    .option(
      "--case <dir>",
      "inputs of a recorded case (a folder, or a shipped one by name) with its registers, instead of the description's",
    )
    .option("--set <path=value>", "one parameter, e.g. event_queue.depth=16; may be repeated", repeated)
    .option("--vary <path=a,b,c>", "a parameter and its values; may be repeated: all combinations", repeated)
    .option("--seed <n>", "seed of the synthetic inputs; default of all five: the description's workload", wholeNumber(0))
    .option("--events <n>", "input events, or time steps of layer chips", wholeNumber(1))
    .option("--density <share>", "share of non-zero weights, connected axons, or spiking inputs", realNumber)
    .option("--gap <cycles>", "mean cycles between input events", wholeNumber(1))
    .option("--limit <cycles>", "most cycles to run", wholeNumber(1))
    .action(async (name: string, options: CoupledOptions) => {
      const { coupled } = await import("../../app/coupled.js");
      const { coupledRunLines } = await import("../format/coupled-points.js");
      const { seed, events, density, gap: gapCycles, limit: limitCycles } = options;
      const numbers = { seed, events, density, gapCycles, limitCycles };
      const values = assignments(options.set ?? [], "--set").map(([path, several]) => {
        if (several.length > 1)
          throw inputError("--set", `${path} has ${several.length} values, of which one can be set`, `--vary ${path}=${several.join(",")}`);
        return [path, several[0]] as const;
      });
      const runs = coupled(name, {
        input: options.case === undefined ? given(numbers) : { case: options.case },
        values: Object.fromEntries(values),
        vary: Object.fromEntries(assignments(options.vary ?? [], "--vary")),
      });
      if (options.json === true) printJson(runs, 2);
      else print(coupledRunLines(runs, lookOf(process.stdout, process.env)));
    });
  withRules<CoupledOptions>(
    command,
    (["seed", "events", "density", "gap", "limit"] as const).map((name) => [
      name,
      "not with",
      "--case",
      (options) => options.case !== undefined,
    ]),
  );
  withJson(command, "print all metrics of all points as JSON");
  withExamples(command, [
    ["snn-dse coupled tinyodin --vary event_queue.depth=4,16,128 --vary neurons=64,256", "queue depth against network size"],
    ["snn-dse coupled ranc --set neurons=16 --set axons=16 --vary router_buffer_depth=1,2,4 --limit 20000", "router buffers"],
    ["snn-dse coupled odin --case closed_bist --vary output_link.ack_up_delay_cycles=0,4,16", "a slower receiver on recorded inputs"],
  ]);
}

/** Options without value are left out. */
const given = (numbers: { readonly [name: string]: number | undefined }): { readonly [name: string]: number } =>
  Object.fromEntries(Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Each path with its values. @throws InputError if a path is given twice: one of them would have no effect */
function assignments(texts: readonly string[], option: string): readonly (readonly [string, readonly CoupledValue[]])[] {
  const found = texts.map((text) => assignment(text, option));
  const twice = found.find(([path], i) => found.findIndex(([other]) => other === path) < i);
  if (twice !== undefined) throw inputError(option, `${twice[0]} is given twice`, "give it once");
  return found;
}

/** Parses `path=v1,v2,...` into the path and its values. */
function assignment(text: string, option: string): readonly [string, readonly CoupledValue[]] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError(option, `got ${JSON.stringify(text)}, expected path=value`, "e.g. event_queue.depth=16");
  const values = text.slice(at + 1).split(",");
  return [text.slice(0, at), values.map(readValue)];
}

function readValue(text: string): CoupledValue {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
