/** The latency curve of a network: options to a description of it, rows to the screen. Effects: reads the description, prints. */

import { nocTopology, TOPOLOGY_NAMES } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { axisOver } from "../base/plot/axis.js";
import { NAMED } from "../base/plot/colours.js";
import { pointsOf } from "../base/plot/spec.js";
import { type CurveRow, type NocSpec, nocCurve, nocSpec, type TrafficPattern } from "../sim/noc/index.js";
import { measured } from "./format/number.js";
import { plotLines, type TerminalPanel } from "./format/plot.js";
import { lookOf } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadArch, parseSets, withSets } from "./load.js";
import { print, printJson } from "./print.js";

export interface NocOptions {
  readonly set?: readonly string[];
  readonly topology?: string;
  readonly routing?: NocSpec["routing"];
  readonly k?: number;
  readonly treeArity?: number;
  readonly treeLevels?: number;
  readonly treeLink?: number;
  readonly vcs?: number;
  readonly vcBuffer?: number;
  readonly allocator?: "islip" | "separable-input-first" | "separable_input_first";
  readonly routingDelay?: number;
  readonly vcAllocDelay?: number;
  readonly swAllocDelay?: number;
  readonly stFinalDelay?: number;
  readonly creditDelay?: number;
  readonly link?: number;
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

/** `a:b:n` is n rates from a to b; else a list with commas. Throws `InputError`. */
export function ratesOf(text: string): readonly number[] {
  const refuse = (): never => {
    throw inputError(
      "--rate",
      `got ${quoted(text)}, expected a:b:n (n rates from a to b) or a list with commas`,
      "e.g. --rate 0.05:0.5:10",
    );
  };
  const number = (part: string): number => (part.trim() === "" || !Number.isFinite(Number(part)) ? refuse() : Number(part));
  if (!text.includes(":")) return text.split(",").map(number);
  const parts = text.split(":").map(number);
  const [from, to, count] = parts;
  if (parts.length !== 3 || !Number.isInteger(count) || count < 1) return refuse();
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : Number((from + ((to - from) * i) / (count - 1)).toPrecision(12))));
}

/** The network that the options describe: one core a router, every stage one cycle unless said. */
function describedNetwork(options: NocOptions): NocSpec {
  const topology = topologyNamed(options.topology ?? "mesh");
  const shapes = nocTopology({ topology });
  const tree = treeOf(topology, options);
  const k = options.k ?? 8;
  const isLine = shapes.grid({ width: k, height: k, tree })[1] === 1;
  const shape = { width: k, height: isLine ? 1 : k, tree };
  const [width, height] = shapes.grid(shape);
  return {
    topology,
    tree,
    width,
    height,
    routing: options.routing ?? "xy",
    coresPerRouter: shapes.coresPerRouter(shape, new Array<number>(shapes.tiles(shape)).fill(1)),
    virtualChannels: options.vcs ?? 2,
    middleVc: topology === "torus" ? "both" : "upper",
    vcBufferFlits: options.vcBuffer ?? 8,
    allocator: (options.allocator ?? "islip") === "islip" ? "islip" : "separable-input-first",
    routingDelayCycles: options.routingDelay ?? 1,
    vcAllocationDelayCycles: options.vcAllocDelay ?? 1,
    switchAllocationDelayCycles: options.swAllocDelay ?? 1,
    switchTraversalDelayCycles: options.stFinalDelay ?? 1,
    creditDelayCycles: options.creditDelay ?? 0,
    linkCycles: options.link ?? (topology === "torus" ? 2 : 1),
    multicast: "unicast",
    injectionQueuePackets: Number.POSITIVE_INFINITY,
  };
}

function topologyNamed(given: string): NocSpec["topology"] {
  const name = TOPOLOGY_NAMES.find((known) => known === given);
  if (name === undefined)
    throw inputError("--topology", `got '${given}', expected one of ${TOPOLOGY_NAMES.join(", ")}`, "e.g. --topology torus");
  return name;
}

function treeOf(topology: NocSpec["topology"], { treeArity, treeLevels, treeLink }: NocOptions): NocSpec["tree"] {
  if (nocTopology({ topology }).hasTree) return { arity: treeArity ?? 4, levels: treeLevels ?? 1, linkCycles: treeLink ?? 2 };
  for (const [flag, value] of Object.entries({ "--tree-arity": treeArity, "--tree-levels": treeLevels, "--tree-link": treeLink }))
    if (value !== undefined) throw inputError(flag, `is of a tree of meshes, got topology ${topology}`, "use --topology mesh-tree");
  return null;
}

async function networkOf(file: string | null, options: NocOptions): Promise<NocSpec> {
  if (file === null) {
    if (options.set !== undefined) throw inputError("--set", "changes a description, and none is given", "snn-dse noc arch.yaml --set ...");
    return describedNetwork(options);
  }
  for (const [name, [flag, path]] of Object.entries(NETWORK_OPTIONS)) {
    if (options[name as keyof NocOptions] === undefined) continue;
    throw inputError(flag, `the network comes from ${file}`, `use --set ${path}=${options[name as keyof NocOptions]}`);
  }
  return nocSpec(withSets(loadArch(file), parseSets(options.set ?? [])).chip);
}

/** The curve as `rate,injected,...` lines; latencies of saturated rows are empty. */
export function csvLines(rows: readonly CurveRow[]): readonly string[] {
  const cells = (row: CurveRow) => [row.rate, row.injected, row.accepted, row.hops, row.plat ?? "", row.nlat ?? "", row.saturated ? 1 : 0];
  return ["rate,injected,accepted,hops,plat,nlat,saturated", ...rows.map((row) => cells(row).join(","))];
}

/** Latency over offered load, up to saturation. */
function curvePanel(rows: readonly CurveRow[]): TerminalPanel {
  const points = pointsOf(rows.flatMap((row) => (row.plat === null ? [] : [[row.rate, row.plat] as const])));
  return {
    heading: "",
    x: axisOver("offered flits/node/cycle", [points], "x", false),
    y: axisOver("mean packet latency (cycles)", [points], "y", true),
    colour: null,
    series: [
      { kind: "line", name: "", points, colour: NAMED[0], width: 1, dash: [], dotted: false },
      { kind: "marks", name: "latency", points, fill: NAMED[0], labels: [], ringed: null },
    ],
    notes: [],
  };
}

export async function printCurve(file: string | null, options: NocOptions): Promise<void> {
  const spec = await networkOf(file, options);
  const rates = ratesOf(options.rate);
  const { traffic, packetFlits, warmup, measure, seed, replications } = options;
  const rows = nocCurve({ spec, traffic, packetFlits, rates, warmupCycles: warmup, measureCycles: measure, seed, replications });
  const look = lookOf(process.stdout, process.env);
  const format = options.json === true ? "json" : options.format;
  if (format === "json") printJson(rows, 1);
  else if (format === "csv") print(csvLines(rows));
  else if (format === "plot") {
    print(plotLines(look, curvePanel(rows), 72, 20));
    const saturated = rows.filter((row) => row.saturated);
    if (saturated.length > 0) print(`saturated: ${saturated.map((row) => `${row.rate} (accepts ${measured(row.accepted)})`).join(", ")}`);
  } else {
    const titles = ["rate [flits/node/cycle]", "injected", "accepted", "hops", "latency [cycles]", "in network [cycles]", "state"];
    const columns = titles.map((title) => ({ title, align: "right" as const }));
    const cells = rows.map((row) => [
      String(row.rate),
      ...[row.injected, row.accepted, row.hops, row.plat, row.nlat].map((value) => measured(value)),
      row.saturated ? "saturated" : "stable",
    ]);
    print(tableLines(look, columns, cells));
  }
}
