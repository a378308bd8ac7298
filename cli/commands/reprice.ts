/** `snn-dse reprice x.db`: computes stored counts with other prices. */
import { type Command, Option } from "commander";
import { inputError } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { BASE_HELP, repeated, wholeNumber, withExamples, withJson, withNotes } from "../options/help.js";
import { formatOf, typedFormat } from "../options/out-format.js";
import { StdoutOption } from "../options/output.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";
import { print, printJson, printPieces, warn } from "../output/print.js";

interface RepriceOptions extends PluginOptions {
  readonly library?: string;
  readonly basis?: "silicon" | "library";
  readonly scale?: readonly string[];
  readonly monteCarlo?: number;
  readonly seed?: number;
  readonly base?: string;
  readonly format?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const SCALES_HELP = `Names for --scale:
  a price               as in \`prices:\` of a description, e.g. synapse_memory_read_pj, router_area_mm2
  a prefix              of several prices: synapse_memory, state_memory, router, link, datapath, queue ...
  a group               memory, datapath, queue, noc, clock, leakage, area: lines of the breakdown; energy: all lines but area
  a limit of the clock  synapse_memory_access_ns, neuron_update_ns ...; clock_limits: all. A chip whose clock would be too fast leaves the front.
A price with several of these names is multiplied by each factor. Refused points stay refused.`;

export function registerReprice(program: Command): void {
  const command = program
    .command("reprice")
    .argument("<x.db>", "result database; it is not changed")
    .option("--library <prices.yaml>", "prices by name, as in a description's `prices:`")
    .addOption(
      new Option("--basis <name>", "prices of the component library, with the measured factors (silicon) or without (library)").choices([
        "silicon",
        "library",
      ]),
    )
    .option("--scale <name=factor,...>", "factors of prices by name; may be repeated", repeated)
    .option(
      "--monte-carlo <draws>",
      "draw prices, accuracies and utterances this many times within their errors; gives 90 % intervals",
      wholeNumber(1),
    )
    .option("--seed <n>", "seed of the draws (default: 1)", wholeNumber(0))
    .option("--base <arch.yaml>", BASE_HELP)
    .option(
      "--format <name>",
      "all points as csv, json or parquet, or in a format of a plug-in; intervals as <metric>_low and <metric>_high",
    )
    .addOption(
      new StdoutOption(
        "-o, --out <file>",
        "file to write, in the format of its ending (default: stdout for text; the database's name + -points for parquet)",
      ),
    )
    .description("compute energy and area of every point with other prices, from the stored counts, without simulation")
    .action(async (database: string, options: RepriceOptions) => {
      await pluginsOf(options);
      const { library = null, basis = null, scale, monteCarlo, seed, base = null } = options;
      if (library === null && basis === null && scale === undefined && monteCarlo === undefined)
        throw inputError(
          "reprice",
          "names no other prices",
          "give --library prices.yaml, --basis silicon, --scale name=1.2 or --monte-carlo 1000",
        );
      const { scalesOf } = await import("../options/scales.js");
      const { reprice } = await import("../../app/reprice.js");
      const drawn = monteCarlo === undefined ? null : { draws: monteCarlo, seed: seed ?? 1 };
      const priced = await reprice(database, library, { base, basis, scale: scalesOf(scale ?? []), monteCarlo: drawn });
      const { pointFormats } = await import("../../app/points.js");
      const format = formatOf(options, pointFormats());
      if (format !== null || options.json === true) {
        const { otherBuildLines } = await import("../../app/nouns.js");
        warn(otherBuildLines(priced.otherBuild)); // a table of rows has no place for them
      }
      if (format !== null) await writePoints(database, priced, format, options.out);
      else if (options.json === true) printJson(priced.points);
      else {
        const { repricingLines } = await import("../format/repricing.js");
        print(repricingLines(lookOf(process.stdout, process.env), priced));
      }
    });
  withPlugins(command, "a plug-in with a price model or topology that the study names");
  withJson(command);
  withRules<RepriceOptions>(command, [
    ["seed", "only with", "--monte-carlo", ({ monteCarlo }) => monteCarlo !== undefined],
    ["json", "not with", "--format", (options) => ![null, "json"].includes(typedFormat(options))],
  ]);
  withNotes(command, SCALES_HELP);
  withExamples(command, [
    ["snn-dse reprice edge.db --library my-macros.yaml", "the front with your own memory macros"],
    ["snn-dse reprice edge.db --basis library", "the front by the component models as they are"],
    ["snn-dse reprice edge.db --scale leakage=18,core_clock_pj_per_cycle=17", "the front if leakage and clock were so many times as high"],
    ["snn-dse reprice edge.db --scale clock_limits=1.3", "which points still work in a slower process"],
    ["snn-dse reprice edge.db --monte-carlo 1000 --format csv -o priced.csv", "every point with the intervals of its metrics"],
    ["snn-dse reprice edge.db --library my-macros.yaml --json > priced.json", "every point and its breakdown"],
  ]);
}

async function writePoints(
  database: string,
  priced: Awaited<ReturnType<typeof import("../../app/reprice.js")["reprice"]>>,
  format: string,
  out: string | undefined,
): Promise<void> {
  const [{ pointFormat, pointsName }, { repricedPieces }] = await Promise.all([
    import("../../app/points.js"),
    import("../../app/reprice.js"),
  ]);
  const pieces = repricedPieces(database, priced, format);
  const file = out ?? (pointFormat(format).binary ? pointsName(database, format) : "-");
  if (file === "-") await printPieces(pieces);
  else {
    const { writePieces } = await import("../../base/write-file.js");
    print(`wrote ${file}: ${await writePieces(file, pieces)} bytes`);
  }
}
