/** `snn-dse noc`: measures a network on chip alone, under synthetic traffic. */
import { type Command, Option } from "commander";
import {
  DEFAULT_MIDDLE_VC,
  DEFAULT_TRAFFIC,
  MIDDLE_VCS,
  type MiddleVc,
  NETWORK_PATHS,
  TRAFFIC_PATTERNS,
  type TrafficPattern,
} from "../../app/noc-options.js";
import { withProblems } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { repeated, wholeNumber, withExamples, withJson } from "../options/help.js";
import { type PluginOptions, pluginsOf, withPlugins } from "../options/plugins.js";
import { withRules } from "../options/together.js";
import { print, printJson } from "../output/print.js";

type NetworkFlag = keyof typeof NETWORK_PATHS;

interface Options extends PluginOptions, Partial<Record<NetworkFlag, string>> {
  readonly set?: readonly string[];
  readonly k?: number;
  readonly middleVc?: MiddleVc;
  readonly traffic: TrafficPattern;
  readonly packetFlits: number;
  readonly rate: string;
  readonly warmup: number;
  readonly measure: number;
  readonly seed: number;
  readonly replications: number;
  readonly format: "table" | "csv" | "json" | "plot";
  readonly json?: boolean;
}

export function registerNoc(program: Command): void {
  const standard = DEFAULT_TRAFFIC;
  const command = program
    .command("noc")
    .argument("[arch.yaml]", "description or shipped chip whose network is measured (default: 8 x 8 tiles of one core)")
    .option("--set <path=value>", "change a value of the description; may be repeated", repeated)
    .option("--k <n>", "noc.width and noc.height; for a ring the number of routers, for a crossbar the number of ports", wholeNumber(1));
  for (const [flag, path] of Object.entries(NETWORK_PATHS)) command.option(`--${kebab(flag)} <value>`, `--set ${path}=<value>`);
  command
    .addOption(
      new Option(
        "--middle-vc <name>",
        `which half of an odd number of virtual channels has the middle one, in a ring or torus: ${DEFAULT_MIDDLE_VC}, as in chips and without it; both, as in BookSim 2 (can deadlock)`,
      ).choices(MIDDLE_VCS),
    )
    .addOption(new Option("--traffic <name>", "who sends to whom").choices(TRAFFIC_PATTERNS).default(standard.traffic))
    .option("--packet-flits <n>", "flits per packet", wholeNumber(1), standard.packetFlits)
    .option("--rate <a:b:n | list>", "offered flits per node and cycle: n rates from a to b, or a list with commas", "0.05:0.5:10")
    .option("--warmup <cycles>", "cycles before the measurement", wholeNumber(0), standard.warmupCycles)
    .option("--measure <cycles>", "cycles of the measurement", wholeNumber(3), standard.measureCycles)
    .option("--seed <n>", "seed of arrivals and destinations", wholeNumber(0), standard.seed)
    .option("--replications <n>", "independent runs per rate, averaged", wholeNumber(1), standard.replications)
    .addOption(new Option("--format <name>", "how to print the curve").choices(["table", "csv", "json", "plot"]).default("table"))
    .description("measure latency and throughput of a network on chip alone, under synthetic traffic")
    .action(async (file: string | undefined, options: Options) => {
      const { noc } = await import("../../app/noc.js");
      const { openChipWithPlugins } = await import("../../app/open.js");
      const { curveCsvLines, curvePlotLines, curveTableLines } = await import("../format/noc-curve.js");
      const { valuesOf } = await import("../options/values.js");
      const { ratesOf } = await import("../options/rates.js");
      const { traffic, packetFlits, warmup: warmupCycles, measure: measureCycles, seed, replications, k: side = null } = options;
      const plugins = await pluginsOf(options);
      const { middleVc } = options;
      const chip = file === undefined ? null : await openChipWithPlugins(file, { plugins });
      const values = valuesOf([...aliases(options), ...(options.set ?? [])]);
      const rates = ratesOf(options.rate);
      const rows = atFlags(options, () =>
        noc(chip, {
          ...{ traffic, packetFlits, warmupCycles, measureCycles, seed, replications, side, rates, values },
          ...(middleVc === undefined ? {} : { middleVc }),
          ...(chip === null ? { plugins } : {}),
        }),
      );
      const look = lookOf(process.stdout, process.env);
      const format = options.json === true ? "json" : options.format;
      if (format === "json") printJson(rows, 1);
      else print(format === "csv" ? curveCsvLines(rows) : format === "plot" ? curvePlotLines(look, rows) : curveTableLines(look, rows));
    });
  withPlugins(command, "a plug-in with a topology");
  withRules<Options>(command, [["format", "not with", "--json", ({ format, json }) => json === true && format !== "json"]]);
  withJson(command, "print the rows as JSON on stdout, as --format json does");
  withExamples(command, [
    ["snn-dse noc --k 8 --packet-flits 4 --rate 0.05:0.4:8", "a curve of an 8x8 mesh"],
    ["snn-dse noc --topology torus --traffic transpose --rate 0.1,0.15 --format csv", "two points for a script"],
    [
      "snn-dse noc --routing odd-even --traffic transpose --rate 0.02:0.2:10",
      "adaptive routes, for traffic that saturates dimension-order routes early",
    ],
    ["snn-dse noc --topology mesh-tree --k 4 --tree-arity 4 --rate 0.02:0.1:5", "four meshes of 4 x 4 below one root"],
    [
      "snn-dse noc --topology torus --vcs 3 --middle-vc both --rate 0.1:0.5:5",
      "an odd number of virtual channels, divided as in BookSim 2",
    ],
    ["snn-dse noc --topology crossbar --k 16 --vcs 4 --rate 0.1:0.9:9", "one switch of 16 ports"],
    ["snn-dse noc mesh-4x4 --set noc.virtual_channels=4 --format plot", "a chip's own network"],
  ]);
}

const kebab = (flag: string): string => flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Runs with problems of a value at the flag that gave it, not at `--set`. @throws InputError */
function atFlags<Found>(options: Options, run: () => Found): Found {
  const typed = Object.entries(NETWORK_PATHS).filter(([flag]) => options[flag as NetworkFlag] !== undefined);
  return withProblems(run, (problem) => {
    const flag = problem.file === "--set" ? typed.find(([, path]) => path === problem.path)?.[0] : undefined;
    return flag === undefined ? problem : { ...problem, file: `--${kebab(flag)}`, path: "" };
  });
}

/** The values of the flags, written as for `--set`. */
const aliases = (options: Options): readonly string[] =>
  Object.entries(NETWORK_PATHS).flatMap(([flag, path]) => {
    const value = options[flag as NetworkFlag];
    return value === undefined ? [] : [`${path}=${value}`];
  });
