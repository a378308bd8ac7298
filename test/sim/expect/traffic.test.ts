/**
 * Flits over links and through routers: where every core sends to every other alike, the analytical model expects what
 * a board counts, by kind of link; and trees to some cores have the links that all sets of receivers have in the mean.
 */
import { expect, test } from "vitest";
import { type Chip, linksOf } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type Counters, coreSum, ROUTER_COUNTERS, type RouterCounter } from "../../../sim/counters.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { carriedBy } from "../../../sim/expect/tree-way.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { Counted } from "../../counted.js";
import { chip, dense, population, precision, traceOf } from "../board/fixtures.js";

type Pick = <T>(...values: readonly T[]) => T;

function drawnChip(pick: Pick): Chip {
  const topology = pick("mesh", "torus", "ring", "crossbar", "mesh-tree", "flattened-butterfly");
  const [width, height] = pick([2, 1], [3, 1], [2, 2], [3, 2], [4, 2], [3, 3]);
  const tree = topology === "mesh-tree" ? { arity: pick(2, 3), levels: 1, linkCycles: 2, linkLengthMm: 2 } : null;
  const tiles = width * height * (tree?.arity ?? 1);
  const parts = (n: number): number => pick(...[1, 2, 3, 4].filter((k) => n % k === 0));
  // the two ways half around a ring cross as many links, but not as many between dies
  const isHalved = topology === "mesh" || topology === "flattened-butterfly" || (topology === "torus" && width % 2 === 1 && height !== 2);
  const [columns, rows] = isHalved ? [width, height] : topology === "ring" && width === 3 && height !== 2 ? [width * height, 1] : [1, 1];
  const dies = { columns: parts(columns), rows: parts(rows), bitsPerCycle: 16, latencyCycles: 3 };
  const perTile = tiles > 9 ? 1 : pick(1, 2);
  const port = { tile: pick(0, tiles - 1), bitsPerCycle: 8, latencyCycles: 5, packetBits: null, queueDepth: 8 };
  return chip(Array(tiles).fill(perTile), {
    core: { inputQueue: { depth: 64 } },
    noc: {
      ...{ topology, width, height, tree, dies: dies.columns * dies.rows > 1 ? dies : null, multicast: pick("unicast", "tree") },
      ...{ flitWidthBits: pick(8, 32), virtualChannels: 4, vcBufferFlits: 8 },
    },
    port: pick(null, port),
  });
}

/** Inputs on all cores, or behind the port, that all fire into neurons on all cores. */
function bothOf(on: Chip): { readonly expected: Counters; readonly counted: Counters } {
  const cores = on.cores.length;
  const topology = { populations: [population("in", cores, 0), population("out", cores, 1)], projections: [dense(0, 1)] };
  const all = on.cores.map(({ id }) => id);
  const trace = traceOf(topology, [[0, 1].map(() => [all, []])]);
  const request = { manual: { in: all, out: all }, maxNeuronsPerCore: 1, seed: 1 };
  const manual = { ...request, strategy: "manual", manual: on.port === null ? request.manual : { out: all } } as const;
  const found = estimate(on, precision, { ...request, strategy: "sequential" }, profileOf(trace));
  const { total } = runTiming(on, mapNetwork(topology, on, precision, { ...manual, maxNeuronsPerCore: null }, trace), precision, trace);
  expect(found?.usedCores).toBe(cores);
  return { expected: (found as NonNullable<typeof found>).counters, counted: total };
}

const routerSum = ({ routers }: Counters, name: RouterCounter): number =>
  routers.reduce((sum, n, i) => (ROUTER_COUNTERS[i % ROUTER_COUNTERS.length] === name ? sum + n : sum), 0);
const kindSum = (on: Chip, { links, portsPerRouter }: Counters, kind: string): number =>
  linksOf(on).reduce((sum, { wire, from, fromPort, to, toPort }) => {
    return wire === kind ? sum + links[from * portsPerRouter + fromPort] + links[to * portsPerRouter + toPort] : sum;
  }, 0);

test("packets, flits, and what links of each kind and routers carry are those of a board, on random chips of all topologies", () => {
  const rng = createRng(24, "traffic");
  const pick: Pick = (...values) => values[rng.int(0, values.length - 1)];
  const seen = new Counted("chips");
  for (let i = 0; i < 40; i++) {
    const on = drawnChip(pick);
    const { topology, multicast, width, height, dies } = on.noc;
    const { expected, counted } = bothOf(on);
    const label = `${i}: ${width} x ${height} ${topology} ${multicast} ${dies?.columns} ${dies?.rows} ${on.port?.tile}`;
    const same = (name: string, a: number, b: number): void =>
      expect(a / Math.max(1, b), `${label} ${name}`).toBeCloseTo(b === 0 ? 0 : 1, 9);
    for (const name of ["packets", "flits", "flitHops"] as const) same(name, expected[name], counted[name]);
    for (const kind of ["tile", "tree", "die"]) same(kind, kindSum(on, expected, kind), kindSum(on, counted, kind));
    for (const name of ["buffer_writes", "buffer_reads", "crossbar_flits", "switch_allocations", "vc_allocations"] as const)
      same(name, routerSum(expected, name), routerSum(counted, name));
    seen.see(topology, multicast, on.port === null ? "cores" : "port", dies === null ? "one die" : "dies");
  }
  seen.expectEach(["mesh", "torus", "ring", "crossbar", "mesh-tree", "flattened-butterfly", "unicast", "tree", "port", "cores", "dies"], 3);
});

test("cores and the port tell each other every wave, in which the pipeline fills, too", () => {
  for (const cores of [2, 5]) {
    for (const port of [null, { tile: 0, bitsPerCycle: 8, latencyCycles: 5, packetBits: null, queueDepth: 8 }]) {
      const topology = { populations: [population("in", 10, 0), population("out", 10, 2)], projections: [dense(0, 1), dense(1, 1, true)] };
      const on = chip(Array(cores).fill(1), { sourcePace: { runAheadWaves: 1 }, port, noc: { flitWidthBits: 8 } });
      const silent = traceOf(topology, [[0, 1, 2].map(() => [[], []])]);
      const all = on.cores.map(({ id }) => id);
      const manual = port === null ? { in: all, out: all } : { out: all };
      const request = { manual, maxNeuronsPerCore: null, seed: 1, strategy: "manual" } as const;
      const spread = { ...request, strategy: "sequential", maxNeuronsPerCore: 10 / cores } as const;
      const { total } = runTiming(on, mapNetwork(topology, on, precision, request, silent), precision, silent);
      const found = estimate(on, precision, spread, profileOf(silent))?.counters;
      const waves = 3 + 2;
      expect(total.packets).toBe(waves * cores * (cores - 1 + (port === null ? 0 : 2)));
      for (const name of ["packets", "flits"] as const) expect(found?.[name], `${cores} ${name}`).toBeCloseTo(total[name], 9);
      expect(found?.port?.packets).toBe(total.port?.packets);
      for (const name of ["packets_sent", "output_queue_pops"] as const)
        expect(found === undefined ? 0 : coreSum(found, name)).toBeCloseTo(coreSum(total, name), 9);
    }
  }
});

/** Links from place to place, x first. */
function wayOf(from: readonly number[], to: readonly number[]): string[] {
  const [x, y] = from;
  if (x === to[0] && y === to[1]) return [];
  const next = x !== to[0] ? [x + Math.sign(to[0] - x), y] : [x, y + Math.sign(to[1] - y)];
  return [`${from} ${next}`, ...wayOf(next, to)];
}

test.each([
  [3, 2],
  [4, 2],
  [3, 3],
])(
  "a tree to some of the cores of a %i x %i mesh on two dies has the mean number of links of all sources and sets of receivers",
  (width, height) => {
    const dies = { columns: 1, rows: height === 2 ? 2 : 3, bitsPerCycle: 8, latencyCycles: 2 };
    const on = chip(Array(width * height).fill(1), { noc: { width, height, multicast: "tree", dies } });
    const places = on.cores.map(({ id }) => [id % width, Math.floor(id / width)]);
    const sums = places.map(() => ({ sets: 0, links: 0, die: 0 }));
    for (const source of places.keys()) {
      for (let set = 0; set < 1 << places.length; set++) {
        const to = places.filter((_, core) => (set >> core) & 1);
        if ((set >> source) & 1) continue;
        const links = [...new Set(to.flatMap((place) => wayOf(places[source], place)))];
        const sum = sums[to.length];
        sum.sets++;
        sum.links += links.length;
        sum.die += links.filter((link) => link.split(" ")[0].split(",")[1] !== link.split(" ")[1].split(",")[1]).length;
      }
    }
    for (const copies of places.keys()) {
      if (copies === 0) continue;
      const { sets, links, die } = sums[copies];
      const { way } = carriedBy(on, places.length, { packets: 2, copies: 2 * copies }, "cores");
      expect(way.grid, `${copies} receivers`).toBeCloseTo(links / sets, 9);
      expect(way.between.links, `${copies} receivers`).toBeCloseTo(die / sets, 9);
    }
  },
);
