/**
 * Runs the netlist of a router on what went into the same router in a mesh under random traffic, and weighs its energy.
 * Effects: reads and writes the folder of a synthesis for a cell library, starts Icarus Verilog.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { powerOfTwo } from "../../base/math.js";
import { energyOf } from "../../rtl/gates/gate-energy.js";
import type { GateGraph } from "../../rtl/gates/gate-graph.js";
import type { Library } from "../../rtl/gates/liberty.js";
import { timingOf } from "../../rtl/gates/longest-path.js";
import { runTool } from "../../rtl/gates/run-tool.js";
import { activityIn, begun } from "../../rtl/gates/simulate-netlist.js";
import { mappedGraph } from "../../rtl/gates/synthesise.js";
import { LEFT } from "../../rtl/gates/yosys-scripts.js";
import { addressBits } from "../../rtl/numbers.js";
import { libraryFolder } from "../../rtl/tools.js";
import { PLACES, usedPorts } from "./router-chip.js";
import type { RouterRun, RouterSize } from "./row.js";

/** Packets per 1,000 cycles and core, and flits of each. */
const TRAFFICS = [
  { load: 30, length: 1 },
  { load: 60, length: 4 },
  { load: 200, length: 1 },
] as const;
const CYCLES = 600;

const told = (folder: string, log: string, pattern: RegExp): readonly number[] => {
  const text = readFileSync(join(folder, log), "utf8");
  const found = pattern.exec(text);
  if (found === null) throw new Error(`${join(folder, log)}: no result: ${text.trim().split("\n").slice(-3).join(" | ")}`);
  return found.slice(1).map(Number);
};

async function simulate(folder: string, top: string, sources: readonly string[], parameters: { readonly [name: string]: number }) {
  const given = Object.entries(parameters).map(([name, value]) => `-P${top}.${name}=${value}`);
  const watch = { folder, onStage: () => {}, signal: null };
  await runTool("iverilog", ["-g2012", "-s", top, ...given, "-o", `${top}.vvp`, ...sources], { ...watch, log: "iverilog.log", makes: [] });
  await runTool("vvp", ["-n", `${top}.vvp`], { ...watch, log: `${top}.log`, makes: [] });
}

export interface NetlistOfRouter {
  readonly graph: GateGraph;
  readonly library: Library;
  readonly slopeNs: Float64Array;
}

async function runOf(folder: string, size: RouterSize, traffic: (typeof TRAFFICS)[number], netlist: NetlistOfRouter): Promise<RouterRun> {
  const place = PLACES[size.ports];
  const used = usedPorts(size.ports);
  const lib = libraryFolder();
  const modules = readdirSync(lib).map((name) => join(lib, name));
  const vcBits = addressBits(size.vcs);
  await simulate(folder, "router_traffic", [...modules, join(import.meta.dirname, "router-traffic.sv")], {
    ...{ COLUMNS: place.side, ROWS: place.side, LOCAL: place.cores, VCS: size.vcs, WIDTH: size.flitBits, DEPTH: size.depth },
    ...{ TREE: Number(size.kind === "trees"), FIRST: Number(size.kind === "input first"), NODE: place.y * place.side + place.x },
    ...{ USED: used.reduce((mask, port) => mask + powerOfTwo(port), 0), LOAD: traffic.load, LENGTH: traffic.length, CYCLES },
  });
  const [arrived, sent, allocations, awake] = told(
    folder,
    "router_traffic.log",
    /^RESULT \d+ cycles (\d+) arrived (\d+) sent (\d+) allocations (\d+) awake/m,
  );
  const lines = join(folder, "traffic.bin");
  writeFileSync(lines, readFileSync(lines, "utf8").replaceAll("x", "0")); // of wires before their first flit
  await simulate(folder, "bench", [LEFT.netlist, LEFT.models, join(import.meta.dirname, "router-netlist.sv")], {
    ...{ PORTS: size.ports, VB: vcBits, FLIT: size.flitBits + 2, CYCLES },
  });
  const [cycles, wrong] = told(folder, "bench.log", /^RESULT (\d+) cycles (\d+) wrong/m);
  const activity = activityIn(join(folder, "gates.vcd"), netlist.graph, "bench.dut");
  const energies = energyOf(netlist.graph, netlist.slopeNs, netlist.library.voltageV, activity);
  const parts = [...energies].map(([part, { switchingPj, internalPj, clockPj }]) => ({ part, workPj: switchingPj + internalPj, clockPj }));
  return { ...traffic, cycles, wrong, arrived, sent, allocations, awake, parts };
}

/** `folder`: of a synthesis of the router for the library. */
export async function runsOf(folder: string, size: RouterSize, library: Library): Promise<readonly RouterRun[]> {
  for (const name of [LEFT.models, LEFT.netlist]) writeFileSync(join(folder, name), begun(readFileSync(join(folder, name), "utf8")));
  const graph = mappedGraph(folder, library);
  const { slopeNs } = timingOf(graph, join(folder, LEFT.gates));
  const runs: RouterRun[] = [];
  for (const traffic of TRAFFICS) runs.push(await runOf(folder, size, traffic, { graph, library, slopeNs }));
  return runs;
}
