/** `snn-dse noc`: the network alone under synthetic traffic. */
import { type Command, Option } from "commander";
import type { NocShape, TrafficPattern } from "../../app/noc.js";
import type { ChipDescription } from "../../app/open.js";
import { inputError } from "../../base/errors.js";
import { lookOf } from "../format/style.js";
import { repeated, wholeNumber, withExamples, withJson } from "../help.js";
import { print, printJson } from "../print.js";

interface Options extends NocShape {
  readonly set?: readonly string[];
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

const TRAFFIC = ["uniform", "transpose", "bitcomp", "neighbor", "hotspot", "tornado"];

export function registerNoc(program: Command): void {
  const command = program
    .command("noc")
    .argument("[arch.yaml]", "take the network of this description instead of the options below")
    .option("--set <path=value>", "change a value of the description; may be repeated", repeated)
    .option("--topology <name>", "shape of the network, a value of noc.topology in descriptions (default: mesh)")
    .addOption(new Option("--routing <name>", "order of dimensions, or adaptive on a mesh (default: xy)").choices(["xy", "yx", "odd-even"]))
    .option(
      "--k <n>",
      "routers a side of a mesh (of a mesh-tree: of each) or torus, routers of a ring, ports of a crossbar; one core each (default: 8)",
      wholeNumber(1),
    )
    .option("--tree-arity <n>", "of a mesh-tree: children of each router of the tree (default: 4)", wholeNumber(2))
    .option("--tree-levels <n>", "of a mesh-tree: levels of routers above its arity^levels meshes (default: 1)", wholeNumber(1))
    .option("--tree-link <cycles>", "of a mesh-tree: cycles of a link of the tree (default: 2)", wholeNumber(1))
    .option("--vcs <n>", "virtual channels an input port (default: 2)", wholeNumber(1))
    .option("--vc-buffer <flits>", "flits a virtual channel (default: 8)", wholeNumber(1))
    .addOption(
      new Option("--allocator <name>", "VC and switch allocators (default: islip)").choices([
        "islip",
        "separable-input-first",
        "separable_input_first",
      ]),
    )
    .option("--routing-delay <cycles>", "0: look-ahead routing (default: 1)", wholeNumber(0))
    .option("--vc-alloc-delay <cycles>", "cycles of VC allocation (default: 1)", wholeNumber(1))
    .option("--sw-alloc-delay <cycles>", "cycles of switch allocation (default: 1)", wholeNumber(1))
    .option("--st-final-delay <cycles>", "cycles of switch traversal (default: 1)", wholeNumber(1))
    .option("--credit-delay <cycles>", "cycles of credit processing (default: 0)", wholeNumber(0))
    .option("--link <cycles>", "cycles of a link between routers, of a crossbar to its cores (default: torus 2, else 1)", wholeNumber(1))
    .addOption(new Option("--traffic <name>", "who sends to whom").choices(TRAFFIC).default("uniform"))
    .option("--packet-flits <n>", "flits a packet", wholeNumber(1), 1)
    .option("--rate <a:b:n | list>", "offered flits a node a cycle: n rates from a to b, or a list with commas", "0.05:0.5:10")
    .option("--warmup <cycles>", "cycles before the measurement", wholeNumber(0), 7500)
    .option("--measure <cycles>", "cycles of the measurement", wholeNumber(3), 7500)
    .option("--seed <n>", "seed of arrivals and destinations", wholeNumber(0), 1)
    .option("--replications <n>", "independent runs a rate, averaged", wholeNumber(1), 4)
    .addOption(new Option("--format <name>", "how to print the curve").choices(["table", "csv", "json", "plot"]).default("table"))
    .description("latency and throughput of a network alone under synthetic traffic")
    .action(async (file: string | undefined, options: Options) => {
      const { noc } = await import("../../app/noc.js");
      const { curveCsvLines, curvePlotLines, curveTableLines } = await import("../format/noc-curve.js");
      const { traffic, packetFlits, warmup: warmupCycles, measure: measureCycles, seed, replications } = options;
      const network = await networkOf(file ?? null, options);
      const { valuesOf } = await import("../values.js");
      const { ratesOf } = await import("../rates.js");
      const values = valuesOf(options.set ?? []);
      const rates = ratesOf(options.rate);
      const rows = noc(network, { traffic, packetFlits, rates, warmupCycles, measureCycles, seed, replications, values });
      const look = lookOf(process.stdout, process.env);
      const format = options.json === true ? "json" : options.format;
      if (format === "json") printJson(rows, 1);
      else print(format === "csv" ? curveCsvLines(rows) : format === "plot" ? curvePlotLines(look, rows) : curveTableLines(look, rows));
    });
  withJson(command, "print the rows as JSON on stdout, as --format json does");
  withExamples(command, [
    ["snn-dse noc --k 8 --packet-flits 4 --rate 0.05:0.4:8", "a curve of an 8x8 mesh"],
    ["snn-dse noc --topology torus --traffic transpose --rate 0.1,0.15 --format csv", "two points for a script"],
    ["snn-dse noc --routing odd-even --traffic transpose --rate 0.02:0.2:10", "adaptive routes where order of dimensions saturates early"],
    ["snn-dse noc --topology mesh-tree --k 4 --tree-arity 4 --rate 0.02:0.1:5", "four meshes of 4 x 4 below one root"],
    ["snn-dse noc --topology crossbar --k 16 --vcs 4 --rate 0.1:0.9:9", "one switch of 16 ports"],
    ["snn-dse noc mesh-4x4 --set noc.virtual_channels=4 --format plot", "a chip's own network"],
  ]);
}

/** Options that describe the network, with the path that says the same in a description. */
const NETWORK_OPTIONS = {
  topology: ["--topology", "noc.topology"],
  routing: ["--routing", "noc.routing"],
  k: ["--k", "noc.width"],
  treeArity: ["--tree-arity", "noc.tree.arity"],
  treeLevels: ["--tree-levels", "noc.tree.levels"],
  treeLink: ["--tree-link", "noc.tree.link_cycles"],
  vcs: ["--vcs", "noc.virtual_channels"],
  vcBuffer: ["--vc-buffer", "noc.vc_buffer_flits"],
  allocator: ["--allocator", "noc.allocator"],
  routingDelay: ["--routing-delay", "noc.routing_delay_cycles"],
  vcAllocDelay: ["--vc-alloc-delay", "noc.vc_allocation_delay_cycles"],
  swAllocDelay: ["--sw-alloc-delay", "noc.switch_allocation_delay_cycles"],
  stFinalDelay: ["--st-final-delay", "noc.switch_traversal_delay_cycles"],
  creditDelay: ["--credit-delay", "noc.credit_delay_cycles"],
  link: ["--link", "noc.link_cycles"],
} as const;

async function networkOf(file: string | null, options: Options): Promise<ChipDescription | NocShape> {
  if (file === null) {
    if (options.set !== undefined) throw inputError("--set", "changes a description, and none is given", "snn-dse noc arch.yaml --set ...");
    return options;
  }
  for (const [name, [flag, path]] of Object.entries(NETWORK_OPTIONS)) {
    if (options[name as keyof NocShape] === undefined) continue;
    throw inputError(flag, `the network comes from ${file}`, `use --set ${path}=${options[name as keyof NocShape]}`);
  }
  const { openChip } = await import("../../app/open.js");
  return openChip(file);
}
