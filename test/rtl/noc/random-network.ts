/**
 * Random meshes under random traffic: the kernel, the object network, and the library's mesh in Icarus, compared packet
 * by packet and counter by counter.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRng } from "../../../base/rng.js";
import { libraryFolder } from "../../../rtl/tools.js";
import { hexLines, packed } from "../../../rtl/words.js";
import { ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import { createNoc } from "../../../sim/noc/create.js";
import type { NocSpec } from "../../../sim/noc/noc.js";
import { type Arrival, ObjectNetwork } from "../../oracles/object-network.js";
import { networkOf } from "../../sim/noc/spec.js";

const BENCH = fileURLToPath(new URL("network_tb.sv", import.meta.url));
/** Bits of a packet's tag. */
const TAG_BITS = 12;

interface Injection {
  readonly atCycle: number;
  readonly core: number;
  readonly destinations: readonly number[];
  readonly flits: number;
}

interface Attempt extends Injection {
  /** True if the injection queue was full: the packet is not sent. */
  readonly isFull: boolean;
}

export interface RandomNetwork {
  readonly seed: number;
  readonly spec: NocSpec;
  /** `choice=value` of every choice. */
  readonly choices: readonly string[];
  readonly injections: readonly Injection[];
  /** Cores that refuse flits in cycles whose bit 4 is set. */
  readonly moody: ReadonlySet<number>;
}

export interface NetworkRun {
  readonly arrivals: readonly Arrival[];
  /** [routers][ROUTER_COUNTERS]; [routers][ports] */
  readonly counters: readonly number[];
  readonly links: readonly number[];
}

/** The mesh of a seed, up to 3 x 3 routers. */
export function randomNetwork(seed: number): RandomNetwork {
  const rng = createRng(seed, "mesh");
  const choices: string[] = [];
  const of = <Value>(name: string, ...values: readonly Value[]): Value => {
    const value = values[rng.int(0, values.length - 1)] as Value;
    choices.push(`${name}=${String(value)}`);
    return value;
  };
  const [width, height] = of("mesh", [2, 1], [1, 2], [2, 2], [3, 1], [3, 2], [2, 3], [3, 3]);
  const local = of("cores of a tile", 1, 1, 1, 2);
  const spec = networkOf({
    width,
    height,
    coresPerRouter: Array.from({ length: width * height }, (_, router) => (router % 2 === 0 ? local : 1)),
    routing: of("routing", "xy" as const, "yx" as const),
    virtualChannels: of("virtual channels", 1, 1, 2, 3),
    vcBufferFlits: of("buffer", 1, 2, 4, 5),
    allocator: of("allocator", "islip" as const, "separable-input-first" as const),
    routingDelayCycles: of("routing cycles", 0, 1, 1, 2, 3),
    vcAllocationDelayCycles: of("VC allocation cycles", 1, 1, 2, 3),
    switchAllocationDelayCycles: of("switch allocation cycles", 1, 2, 3),
    switchTraversalDelayCycles: of("switch traversal cycles", 1, 2),
    creditDelayCycles: of("credit delay", 0, 1, 3),
    linkCycles: of("link cycles", 1, 2),
    multicast: of("multicast", "unicast" as const, "tree" as const),
    injectionQueuePackets: of("injection queue", 1, 2, 8),
  });
  const cores = spec.coresPerRouter.reduce((a, b) => a + b, 0);
  const longest = of("flits", 1, 2, 6);
  const packets = rng.int(20, 120);
  const span = Math.max(4, Math.floor((packets * longest * 2) / cores));
  const places = new Map<number, Injection>();
  while (places.size < Math.min(packets, span * cores)) {
    const [atCycle, core] = [rng.int(0, span - 1), rng.int(0, cores - 1)];
    const many = spec.multicast === "tree" && places.size % 3 > 0;
    const destinations = many
      ? rng.shuffle(Array.from({ length: cores }, (_, one) => one)).slice(0, rng.int(1, Math.min(6, cores)))
      : [rng.int(0, cores - 1)];
    const flits = rng.int(1, spec.multicast === "tree" ? Math.min(longest, spec.vcBufferFlits) : longest);
    places.set(atCycle * cores + core, { atCycle, core, destinations, flits });
  }
  const injections = [...places.entries()].sort(([a], [b]) => a - b).map(([, injection]) => injection);
  return { seed, spec, choices, injections, moody: new Set(of("refusing", 0, 1, 2) === 0 ? [] : [0, rng.int(0, cores - 1)]) };
}

const accepts = (cycle: number, core: number): boolean => ((cycle >> 4) + core) % 2 === 0;
const inOrder = (arrivals: readonly Arrival[]): Arrival[] => [...arrivals].sort((a, b) => a.atCycle - b.atCycle || a.core - b.core);

/** The kernel's run, and the injections that it refused. */
function runKernel({ spec, injections, moody }: RandomNetwork): {
  readonly run: NetworkRun;
  readonly attempts: readonly Attempt[];
  readonly cycles: number;
} {
  const noc = createNoc(spec);
  const arrivals: Arrival[] = [];
  const attempts: Attempt[] = [];
  while (attempts.length < injections.length || noc.inFlight > 0) {
    const cycle = noc.atCycle;
    while (attempts.length < injections.length && injections[attempts.length].atCycle === cycle) {
      const injection = injections[attempts.length];
      const { core, destinations, flits } = injection;
      const isFull = noc.injectionSpace(core) === 0;
      if (!isFull && spec.multicast === "tree") noc.injectMulticast(core, destinations, flits, attempts.length);
      else if (!isFull) noc.inject(core, destinations[0], flits, attempts.length);
      attempts.push({ ...injection, isFull });
    }
    for (const core of moody) noc.setAccept(core, accepts(cycle, core));
    const delivered = noc.step();
    for (let i = 0; i < delivered; i++) arrivals.push({ atCycle: cycle, tag: noc.deliveredTag(i), core: noc.deliveredCore(i) });
    if (cycle > 20_000) throw new Error("no end");
  }
  return {
    run: { arrivals: inOrder(arrivals), counters: [...noc.routerCounters], links: [...noc.linkFlits] },
    attempts,
    cycles: noc.atCycle,
  };
}

/** The same run with the object network. */
function runModel({ spec, seed, moody }: RandomNetwork, attempts: readonly Attempt[], cycles: number): NetworkRun {
  const model = new ObjectNetwork(spec, createRng(seed, "order of evaluation"));
  for (let next = 0; model.cycle < cycles; ) {
    for (; next < attempts.length && attempts[next].atCycle === model.cycle; next++) {
      const { core, destinations, flits, isFull } = attempts[next];
      if (!isFull) model.inject(core, destinations, flits, next);
    }
    for (const core of moody) model.setAccept(core, accepts(model.cycle, core));
    model.step();
  }
  return { arrivals: inOrder(model.arrivals), counters: model.routerCounters, links: model.linkFlits };
}

/** Parameters of `mesh.sv` for a network with `destination` bits in a flit. */
function parametersOf(spec: NocSpec, destination: number): { readonly [name: string]: number | string } {
  const homes = spec.coresPerRouter.flatMap((cores, router) => Array.from({ length: cores }, (_, local) => [router, local]));
  return {
    COLUMNS: spec.width,
    ROWS: spec.height,
    LOCAL: Math.max(...spec.coresPerRouter),
    CORES: homes.length,
    Y_FIRST: spec.routing === "yx" ? 1 : 0,
    TREE: spec.multicast === "tree" ? 1 : 0,
    HOMES: `{${homes
      .toReversed()
      .map(([router, local]) => `16'd${router}, 16'd${local}`)
      .join(", ")}}`,
    VCS: spec.virtualChannels,
    WIDTH: destination + TAG_BITS,
    DEPTH: spec.vcBufferFlits,
    QUEUE: spec.injectionQueuePackets,
    FIRST: spec.allocator === "separable-input-first" ? 1 : 0,
    ROUTING: spec.routingDelayCycles,
    VC_CYCLES: spec.vcAllocationDelayCycles,
    SWITCH: spec.switchAllocationDelayCycles,
    TRAVERSAL: spec.switchTraversalDelayCycles,
    CREDIT: spec.creditDelayCycles,
    LINK: spec.linkCycles,
  };
}

function ran(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`.slice(0, 1000));
  return stdout;
}

/** The library's mesh, from a folder of modules. */
function runMesh(
  { spec, moody, injections }: RandomNetwork,
  attempts: readonly Attempt[],
  library: string,
): { readonly run: NetworkRun; readonly problems: string[] } {
  const cores = spec.coresPerRouter.reduce((a, b) => a + b, 0);
  const isTree = spec.multicast === "tree";
  const destination = isTree ? cores : Math.max(1, Math.ceil(Math.log2(cores)));
  const folder = mkdtempSync(join(tmpdir(), "mesh-"));
  try {
    const goals = ({ destinations }: Injection): number =>
      isTree ? destinations.reduce((sum, core) => sum + 2 ** core, 0) : destinations[0];
    const words = attempts.map((one) =>
      packed([goals(one), one.flits, one.isFull ? 1 : 0, one.core, one.atCycle].map((value) => [value, 32] as const)),
    );
    writeFileSync(join(folder, "packets.hex"), hexLines(words, 160));
    const own = {
      MOST: Math.max(...injections.map(({ flits }) => flits)),
      DEST: destination,
      PACKETS: attempts.length,
      MOODY: `${cores}'d${[...moody].reduce((sum, core) => sum + 2 ** core, 0)}`,
    };
    const assigned = Object.entries({ ...parametersOf(spec, destination), ...own }).map(([name, value]) => `.${name}(${value})`);
    writeFileSync(join(folder, "bench.sv"), `module bench;\n  network_tb #(${assigned.join(", ")}) tb ();\nendmodule\n`);
    const sources = readdirSync(library).map((name) => join(library, name));
    ran("iverilog", ["-g2012", "-s", "bench", "-o", "bench.vvp", ...sources, BENCH, "bench.sv"], folder);
    const lines = ran("vvp", ["-n", "bench.vvp"], folder).split("\n");
    const rows = (kind: string): number[][] =>
      lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(" ").slice(1).map(Number));
    const arrivals = rows("ARRIVES").map(([atCycle, tag, core]) => ({ atCycle, tag, core }));
    const routers = rows("ROUTER");
    const run = {
      arrivals: inOrder(arrivals),
      counters: routers.flatMap((row) => row.slice(0, ROUTER_COUNTERS.length)),
      links: routers.flatMap((row) => row.slice(ROUTER_COUNTERS.length)),
    };
    return { run, problems: lines.filter((line) => /^(DIFF|FAIL)/.test(line)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first difference of two runs, by kind. */
function differences(name: string, seen: NetworkRun, expected: NetworkRun): string[] {
  return (["arrivals", "counters", "links"] as const).flatMap((kind) => {
    const [is, should] = [seen[kind], expected[kind]].map((list) => list.map((one) => JSON.stringify(one)));
    const at = should.findIndex((one, i) => one !== is[i]);
    if (at < 0 && is.length === should.length) return [];
    return [`${name}: ${kind} ${at} of ${should.length} is ${is[at]}, expected ${should[at]}`];
  });
}

export interface NetworkCase {
  readonly seed: number;
  readonly met: readonly string[];
  readonly packets: number;
  readonly cycles: number;
  readonly differences: readonly string[];
}

/** Runs kernel, object network and SystemVerilog, and compares them. */
export function networkCase(seed: number, library = libraryFolder()): NetworkCase {
  const network = randomNetwork(seed);
  const { run, attempts, cycles } = runKernel(network);
  const mesh = runMesh(network, attempts, library);
  const sum = (name: (typeof ROUTER_COUNTERS)[number]): number =>
    run.counters.filter((_, i) => i % ROUTER_COUNTERS.length === routerColumn[name]).reduce((a, b) => a + b, 0);
  const happened: readonly (readonly [string, boolean])[] = [
    ["credits at zero", sum("stall_credit_cycles") > 0],
    ["head without a VC", sum("stall_vc_cycles") > 0],
    ["tie at the switch", sum("stall_switch_cycles") > 0],
    ["full injection queue", attempts.some(({ isFull }) => isFull)],
    ["refused flits", network.moody.size > 0],
    ["copied packet", attempts.some(({ isFull, destinations }) => !isFull && destinations.length > 1)],
  ];
  return {
    seed,
    met: [...network.choices, ...happened.flatMap(([name, is]) => (is ? [name] : []))],
    packets: run.arrivals.length,
    cycles,
    differences: [
      ...mesh.problems,
      ...differences("SystemVerilog", mesh.run, run),
      ...differences("object network", runModel(network, attempts, cycles), run),
    ],
  };
}
