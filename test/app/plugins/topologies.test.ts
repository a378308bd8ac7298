/**
 * Topologies of plug-ins: a hypercube agrees with its closed forms, the rules of built-in topologies apply, and content
 * is part of every key.
 */
// @module-tag slow
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import {
  comparePoints,
  confidence,
  noc as curve,
  loadPlugins,
  open,
  openWithPlugins,
  type Plugin,
  points,
  reportData,
  reprice,
  reproduce,
  rtl,
  show,
  simulate,
  sweep,
} from "../../../app/index.js";
import { withStore } from "../../../app/stored.js";
import { storedExperiment } from "../../../app/stored-experiment.js";
import {
  type Experiment,
  linkCounts,
  linksOnWay,
  nocTopology,
  ownNetwork,
  portName,
  routerPorts,
  TOPOLOGIES,
} from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { functionalKey, replayKey } from "../../../sim/index.js";
import { createNoc } from "../../../sim/noc/create.js";
import { nocSpec, routersPassed } from "../../../sim/noc/index.js";
import { isBuilt, smallSweep } from "../../cli/small-sweep.js";
import { fewDigits } from "../../few-digits.js";

const folder = mkdtempSync(join(tmpdir(), "topologies-"));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const example = (name: string): string => join(packageRoot(), "test/app/plugins/examples", name);
const named = async (name: string): Promise<readonly Plugin[]> => loadPlugins([example(name)]);

const document = { version: 1, extends: "mesh-2x2", workload: { path: fewDigits(folder), samples: 5, timing_samples: 1 } } as const;
const described = async (noc: object, more: object = {}, plugin = "hypercube.mjs"): Promise<Experiment> =>
  open({ ...document, ...more, noc }, { plugins: await named(plugin) }).experiment as Experiment;
const ones = (n: number): number => [...n.toString(2)].filter((bit) => bit === "1").length;

describe("a hypercube", () => {
  test("takes one hop per different bit, and 3 + (H + 1) R + D c + L - 1 cycles without load, for every pair of routers", async () => {
    const slow = {
      routing_delay_cycles: 2,
      vc_allocation_delay_cycles: 2,
      switch_allocation_delay_cycles: 2,
      switch_traversal_delay_cycles: 3,
    };
    let pairs = 0;
    for (const [noc, flits] of [
      [{ width: 4, height: 4, vc_buffer_flits: 16 }, 4],
      [{ width: 8, height: 1, vc_buffer_flits: 32, link_cycles: 3, virtual_channels: 1, ...slow }, 5],
      [{ width: 2, height: 4, vc_buffer_flits: 32, multicast: "tree" }, 2],
    ] as const) {
      const { chip } = await described({ topology: "hypercube", credit_delay_cycles: 0, ...noc });
      const spec = nocSpec(chip);
      const { width } = noc;
      const stages =
        spec.routingDelayCycles + spec.vcAllocationDelayCycles + spec.switchAllocationDelayCycles + spec.switchTraversalDelayCycles;
      const network = createNoc(spec);
      const core = (tile: number): number => chip.cores.findIndex((one) => one.tile === tile);
      for (let from = 0; from < noc.width * noc.height; from++) {
        for (let to = 0; to < noc.width * noc.height; to++) {
          const hops = ones(from ^ to);
          // a bit of x or of y is as far as it weighs
          const tiles = ((from ^ to) % width) + Math.floor((from ^ to) / width);
          expect(linksOnWay(chip.noc, from, to)).toEqual({ grid: hops, tree: 0 });
          expect(routersPassed(spec, from, to)).toBe(hops + 1);
          network.skipTo(network.atCycle + 1000);
          const start = network.atCycle;
          network.inject(core(from), core(to), flits, 1);
          expect(network.run(start + 5000)).toBe(1);
          const expected = 3 + (hops + 1) * stages + tiles * spec.linkCycles + flits - 1;
          expect([from, to, network.atCycle - 1 - start]).toEqual([from, to, expected]);
          pairs++;
        }
      }
    }
    expect(pairs).toBe(256 + 64 + 64);
  });

  test("of n dimensions has n ports per router, n 2^n directed links of its lengths, and a mean way of n / 2 hops", async () => {
    const { chip } = await described({ topology: "hypercube", width: 8, height: 4 });
    expect(routerPorts(chip)).toEqual(new Array(32).fill(5 + chip.cores.length / 32));
    // bits 0 and 3 are one tile long, 1 and 4 two, 2 four
    expect([...linkCounts(chip)].sort()).toEqual([
      [1, 64],
      [2, 64],
      [4, 32],
    ]);
    const mean = nocTopology(chip.noc).meanWay(chip.noc, 32, 32 / 31);
    expect(mean.grid).toBeCloseTo((5 / 2) * (32 / 31), 12);
    expect(mean.tiles).toBeCloseTo(((7 + 3) / 2) * (32 / 31), 12);
    // half of all pairs of a dimension's two halves cross it, over 16 links each way
    expect(mean.treeShare).toBeCloseTo((32 / 31) * (0.25 / 16), 12);
    expect([0, 2, 4, 5].map((port) => portName(chip, 3, port))).toEqual(["router 2", "router 7", "router 19", "core 0"]);
  });

  test("runs a network with the same spikes as a mesh, but other hops", async () => {
    const spread = { mapping: { strategy: "balanced" }, tile: { core: { max_neurons: 80 } } };
    const run = async (topology: string) =>
      (await simulate(open({ ...document, ...spread, noc: { topology, width: 4, height: 2 } }, { plugins: await named("hypercube.mjs") })))
        .result;
    const [cube, mesh] = [await run("hypercube"), await run("mesh")];
    expect(cube.metrics.accuracy_percent).toBe(mesh.metrics.accuracy_percent);
    expect(cube.operations).toEqual(mesh.operations);
    expect(cube.metrics.latency_us).not.toBe(mesh.metrics.latency_us);
  });

  test("alone under traffic: packets without load do not wait, and it accepts more than a mesh with as many routers", async () => {
    const plugins = await named("hypercube.mjs");
    const load = { rates: [0.02, 0.6], warmupCycles: 500, measureCycles: 1000, replications: 1, side: 8 };
    expect(plugins.length).toBe(1);
    const [light, heavy] = curve(null, { ...load, plugins, values: { "noc.topology": "hypercube" } });
    const [, meshHeavy] = curve(null, { ...load, values: { "noc.topology": "mesh" } });
    expect(light?.hops).toBeCloseTo(1 + 6 / 2, 0);
    expect(heavy?.accepted).toBeGreaterThan(1.2 * (meshHeavy?.accepted ?? 1));
  });

  test("refuses a size at its key, and keys without meaning for it: routing, a tree", async () => {
    await expect(described({ topology: "hypercube", width: 3, height: 2 })).rejects.toThrow(
      /^\S*description:\d+:\d+: noc.width: a hypercube has a power of two of routers, got 3 x 2\s+set width and height to powers of two$/,
    );
    await expect(described({ topology: "hypercube", routing: "yx" })).rejects.toThrow(
      /noc.routing: is yx, but hypercube, of a plug-in, has its own routes/,
    );
    await expect(described({ topology: "hypercube", routing: "odd-even" })).rejects.toThrow(/odd-even needs a mesh/);
    await expect(described({ topology: "hypercube", tree: { arity: 2 } })).rejects.toThrow(
      /noc.tree: is given, but noc.topology is hypercube/,
    );
  });

  test("cannot be SystemVerilog: it is refused by its name", async () => {
    const file = at("rtl.yaml");
    const spread = { mapping: { strategy: "balanced" }, tile: { core: { max_neurons: 80 } } };
    writeFileSync(file, JSON.stringify({ ...document, ...spread, noc: { topology: "hypercube", width: 2, height: 2 } }));
    const run = rtl(file, null, { out: at("rtl"), plugins: await named("hypercube.mjs") });
    await expect(run).rejects.toThrow(/noc.topology: cannot be SystemVerilog: the library has no hypercube\s+set noc.topology: mesh/);
  });
});

describe("which descriptions may use it", () => {
  test("a topology that no named plug-in has is reported once, with the nearest name", async () => {
    await named("hypercube.mjs");
    const message = (topology: string): string => {
      try {
        open({ ...document, noc: { topology } });
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message("hypercube").match(/no topology is named hypercube/g)?.length).toBe(1);
    expect(message("hypercube")).toContain("--plugin ./my-plugin.mjs");
    expect(message("tours")).toMatch(/no topology is named tours\s+did you mean torus/);
  });

  test.skipIf(!isBuilt)(
    "a search goes through topologies in its threads; keys hold the plug-in, and every reader refuses another content",
    { tags: ["long"] },
    async () => {
      copyFileSync(example("hypercube.mjs"), at("hypercube.mjs"));
      const text = smallSweep(4).replace(
        "version: 1\n",
        "version: 1\nplugins: [./hypercube.mjs]\nnoc: { topology: { sweep: [hypercube, mesh] }, width: 2, height: 2 }\n",
      );
      writeFileSync(at("search.yaml"), text);
      await sweep(await openWithPlugins(at("search.yaml")), { db: at("search.db"), workers: 1 });
      const done = [...points(at("search.db"))].filter(({ state }) => state === "done");
      const cubes = done.filter(({ values }) => values.topology === "hypercube");
      expect(cubes.length).toBeGreaterThan(0);
      const id = cubes[0]?.id ?? 0;
      await expect(reproduce(at("search.db"), id)).rejects.toThrow(/was computed with the plug-in hypercube.mjs/);
      expect(await reproduce(at("search.db"), id, { plugins: await named("hypercube.mjs") })).toMatchObject({
        sameInputs: true,
        differences: [],
      });
      const [own] = await named("hypercube.mjs");
      const readers: readonly (readonly [string, (db: string) => unknown])[] = [
        ["show", (db) => show(db, id)],
        ["report", (db) => reportData(db)],
        ["confidence", (db) => confidence(db, { draws: 10 })],
        ["compare", (db) => comparePoints(db, id, done[0].id)],
        ["reprice", (db) => reprice(db, null)],
        ["reprice by basis", (db) => reprice(db, null, { basis: "silicon" })],
        ["rtl", (db) => rtl(db, id, { out: at("stored-rtl") })],
        ["recorded run", (db) => withStore(db, (store) => storedExperiment(store, id, "none"))],
      ];
      const ends = async (db: string) => {
        const found: Record<string, string> = {};
        for (const [name, read] of readers) {
          try {
            await read(db);
            found[name] = "read";
          } catch (error) {
            found[name] = (error as Error).message;
          }
        }
        return found;
      };
      const before = await ends(at("search.db"));
      expect(before).toMatchObject({
        ...Object.fromEntries(readers.map(([name]) => [name, "read"])),
        rtl: expect.stringMatching(/no hypercube/),
      });
      // as in a process that has loaded a file of other content
      const other = { name: "other.mjs", path: at("other.mjs"), sha256: "e".repeat(64) };
      vi.spyOn(TOPOLOGIES, "addedBy").mockImplementation((name) => (name === "hypercube" ? other : null));
      vi.spyOn(TOPOLOGIES, "filesAdded", "get").mockReturnValue(new Set([other.sha256]));
      const words = new RegExp(
        `plug-in hypercube.mjs of SHA-256 ${own.sha256.slice(0, 12)}; topology hypercube is here that of other.mjs e{12}`,
      );
      expect(await ends(at("search.db"))).toEqual(Object.fromEntries(readers.map(([name]) => [name, expect.stringMatching(words)])));
    },
  );

  test("hashes of runs include its tables: another route or wire is another replay; a built-in topology has no tables", async () => {
    const experiment = await described({ topology: "hypercube", width: 2, height: 2 });
    const { own } = experiment.chip.noc;
    if (own === null) throw new Error("no tables");
    const links = [
      { from: 0, fromPort: 0, to: 1, toPort: 0 },
      { from: 0, fromPort: 1, to: 2, toPort: 1 },
      { from: 1, fromPort: 1, to: 3, toPort: 1 },
      { from: 2, fromPort: 0, to: 3, toPort: 0 },
    ];
    const other = (change: object, bit: (way: number) => number): Experiment => {
      const made = ownNetwork(
        own.name,
        own.about,
        own,
        { ports: 2, links, route: (a: number, b: number) => bit(a ^ b), ...change },
        (message) => new Error(message),
      );
      return { ...experiment, chip: { ...experiment.chip, noc: { ...experiment.chip.noc, own: made } } };
    };
    const low = (way: number): number => ((way & 1) === 1 ? 0 : 1);
    const key = (of: Experiment): string =>
      replayKey(
        { ...of, mapping: { ...of.mapping, strategy: "min-traffic" } },
        { key: "k", trace: { topology: { populations: [], projections: [] } as never }, placedBy: null },
      );
    expect(other({}, low).chip.noc.own).toEqual(own);
    const others = [other({}, (way) => ((way & 2) === 2 ? 1 : 0)), other({ links: links.map((link) => ({ ...link, tiles: 2 })) }, low)];
    expect(new Set([experiment, ...others].map(key)).size).toBe(3);
    const torn = (of: Experiment): Experiment => ({
      ...of,
      chip: { ...of.chip, tick: { periodCycles: 9, overrun: "drop", spreadCycles: 0 } },
    });
    expect(new Set([experiment, ...others].map((of) => functionalKey(torn(of), "m", "d"))).size).toBe(3);
    expect((await described({ topology: "mesh" })).chip.noc.own).toBeNull();
  });
});

describe("rules of a network", () => {
  const line = [
    { from: 0, fromPort: 0, to: 1, toPort: 0 },
    { from: 1, fromPort: 1, to: 2, toPort: 0 },
  ];
  const route = (router: number, to: number): number => (router === 1 ? (to === 0 ? 0 : 1) : 0);
  test.each([
    ["no object", () => 7, /gives no network: its top/],
    ["no route", () => ({ ports: 2, links: line }), /gives no network: route: expected a function/],
    ["half a port", () => ({ ports: 1.5, links: line, route }), /gives no network: ports/],
    ["a word too many", () => ({ ports: 2, links: line, route, wraps: true }), /Unrecognized key: "wraps"/],
    ["fewer routers than tiles", () => ({ ports: 2, routers: 2, links: line, route }), /has 2 routers for 3 tiles/],
    ["a link to itself", () => ({ ports: 2, links: [{ from: 1, fromPort: 0, to: 1, toPort: 1 }], route }), /links router 1 to itself/],
    ["a port too high", () => ({ ports: 1, links: line, route }), /links port 1 of router 1/],
    [
      "a router too high",
      () => ({ ports: 2, links: [...line, { from: 2, fromPort: 1, to: 3, toPort: 0 }], route }),
      /links port 0 of router 3/,
    ],
    [
      "a port with two links",
      () => ({ ports: 2, links: [...line, { from: 2, fromPort: 0, to: 0, toPort: 1 }], route }),
      /links port 0 of router 2 to router 1 and to router 0/,
    ],
    ["a link of no length", () => ({ ports: 2, links: [{ ...line[0], tiles: 0 }], route }), /gives no network: links.0.tiles/],
    [
      "a route into nothing",
      () => ({ ports: 2, links: line, route: () => 1 }),
      /routes from router 0 to router 1 by port 1, which has no link/,
    ],
    ["a route that is no port", () => ({ ports: 2, links: line, route: () => "0" }), /by port 0, which has no link/],
    ["a route that does not end", () => ({ ports: 2, links: line, route: () => 0 }), /sends a packet to router 2 in a circle: 0, 1, \.\./],
    [
      "an error of its own",
      () => {
        throw new Error("lost");
      },
      /topology drawn: network fails: lost/,
    ],
    [
      "a route that throws",
      () => ({
        ports: 2,
        links: line,
        route: () => {
          throw new Error("lost");
        },
      }),
      /topology drawn: route fails: lost/,
    ],
  ])("%s is refused, with the plug-in's name", async (_, network, message) => {
    const [plugin] = await named("networks.mjs");
    const { next } = (await import(example("networks.mjs"))) as { next: { network: unknown } };
    next.network = network;
    const opened = () =>
      open({ ...document, noc: { topology: "drawn", width: 3, height: 1 } }, { plugins: plugin === undefined ? [] : [plugin] });
    expect(opened).toThrow(message);
    expect(opened).toThrow(/networks\.mjs: its topology drawn/);
  });

  test("routers beyond the tiles have no cores, and one may be on every route", async () => {
    const { chip } = await described({ topology: "binary-tree", width: 4, height: 2 }, {}, "networks.mjs");
    const perTile = chip.cores.length / 8;
    expect(routerPorts(chip)).toEqual([...new Array(8).fill(1 + perTile), 2, ...new Array(6).fill(3)]);
    const spec = nocSpec(chip);
    expect([0, 1, 3, 7].map((to) => routersPassed(spec, 0, to))).toEqual([1, 3, 5, 7]);
    // a quarter of all pairs crosses the root from left to right
    expect(nocTopology(chip.noc).meanWay(chip.noc, 8, 1).treeShare).toBeCloseTo(0.25, 12);
    expect(portName(chip, 8, 1)).toBe("router 10");
  });

  test("a core alone has none of its links either, as it has no router", async () => {
    const star = { ports: 1, routers: 2, links: [{ from: 0, fromPort: 0, to: 1, toPort: 0, tiles: 2 }], route: () => 0 };
    const [plugin] = await named("networks.mjs");
    const { next } = (await import(example("networks.mjs"))) as { next: { network: unknown } };
    next.network = () => star;
    const alone = { topology: "drawn", width: 1, height: 1 };
    const chipOf = (more: object) =>
      (open({ ...document, noc: alone, ...more }, { plugins: plugin === undefined ? [] : [plugin] }).experiment as Experiment).chip;
    expect(linkCounts(chipOf({}))).toEqual(new Map());
    expect(linkCounts(chipOf({ inputs: { at: "port" } }))).toEqual(new Map([[2, 2]]));
  });

  test("a ring with shortest routes can deadlock, and the waiting links are named; a ring of three cannot", async () => {
    await expect(described({ topology: "short-ring", width: 5, height: 1 }, {}, "networks.mjs")).rejects.toThrow(
      /its topology short-ring of 5 x 1 tiles can deadlock: .* from router 0 to 1, 1 to 2, 2 to 3, 3 to 4, 4 to 0/,
    );
    const { chip } = await described({ topology: "short-ring", width: 3, height: 1 }, {}, "networks.mjs");
    expect(linksOnWay(chip.noc, 2, 0)).toEqual({ grid: 1, tree: 0 });
  });

  test("random networks: accepted ones drain under any load with one VC; in refused ones another method finds a cycle of waiting links", () => {
    const rng = createRng(20261128, "plug-in networks");
    const seen = { taken: 0, refused: 0 };
    for (let round = 0; round < 60; round++) {
      const n = rng.int(3, 8);
      // a random connected graph: a line or a ring, and some further links
      const pairs = Array.from({ length: n - 1 }, (_, i): [number, number] => [i, i + 1]);
      if (n > 3 && rng.int(0, 1) === 1) pairs.push([n - 1, 0]);
      for (let more = rng.int(0, 4); more > 0; more--) {
        const [a, b] = [rng.int(0, n - 1), rng.int(0, n - 1)];
        if (a !== b && !pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a))) pairs.push([a, b]);
      }
      const used = new Array<number>(n).fill(0);
      const links = pairs.map(([from, to]) => ({ from, fromPort: used[from]++, to, toPort: used[to]++ }));
      const neighbours = (router: number): [number, number][] =>
        links.flatMap(({ from, fromPort, to, toPort }): [number, number][] =>
          from === router ? [[to, fromPort]] : to === router ? [[from, toPort]] : [],
        );
      // shortest ways, ties drawn
      const table = Array.from({ length: n }, (_, to) => {
        const distance = new Array<number>(n).fill(Number.POSITIVE_INFINITY);
        distance[to] = 0;
        for (const queue = [to]; queue.length > 0; ) {
          const here = queue.shift() as number;
          for (const [next] of neighbours(here))
            if (distance[next] === Number.POSITIVE_INFINITY) {
              distance[next] = distance[here] + 1;
              queue.push(next);
            }
        }
        return Array.from({ length: n }, (_, router) => {
          const nearer = neighbours(router).filter(([next]) => distance[next] === distance[router] - 1);
          return router === to ? -1 : (nearer[rng.int(0, nearer.length - 1)] as [number, number])[1];
        });
      });
      const draft = { ports: Math.max(...used), links, route: (router: number, to: number) => table[to]?.[router] };
      let refused = "";
      let own = null;
      try {
        own = ownNetwork("drawn", "x", { width: n, height: 1 }, draft, (message) => new Error(message));
      } catch (error) {
        refused = (error as Error).message;
      }
      // independent: waits between links as a list of pairs, peeled from those that nobody waits behind
      let waits: [string, string][] = [];
      for (let to = 0; to < n; to++)
        for (let from = 0; from < n; from++)
          for (let at = from, before = ""; at !== to; ) {
            const port = table[to]?.[at];
            const [next] = neighbours(at).find(([, by]) => by === port) as [number, number];
            const name = `${at}>${next}`;
            if (before !== "") waits.push([before, name]);
            [before, at] = [name, next];
          }
      for (let length = -1; length !== waits.length; ) {
        length = waits.length;
        const sources = new Set(waits.map(([one]) => one));
        waits = waits.filter(([, other]) => sources.has(other));
      }
      expect([round, refused.includes("can deadlock")]).toEqual([round, waits.length > 0]);
      if (own === null) {
        seen.refused++;
        continue;
      }
      seen.taken++;
      const spec = { ...nocSpecOf(n), own };
      const network = createNoc(spec);
      for (let i = 0; i < 40 * n; i++) network.inject(i % n, rng.int(0, n - 1), rng.int(1, 6), i);
      while (network.inFlight > 0 && network.deadlock() === null && network.atCycle < 100_000) network.step();
      expect([round, network.inFlight]).toEqual([round, 0]);
    }
    expect(seen.taken, "taken, seed 20261128").toBeGreaterThan(15);
    expect(seen.refused, "refused, seed 20261128").toBeGreaterThan(10);
  });
});

const nocSpecOf = (n: number) => ({
  ...nocSpec(
    (
      open({ version: 1, extends: "mesh-2x2", noc: { width: n, height: 1, virtual_channels: 1, vc_buffer_flits: 1 } })
        .experiment as Experiment
    ).chip,
  ),
  topology: "drawn",
  injectionQueuePackets: Number.POSITIVE_INFINITY,
  coresPerRouter: new Array<number>(n).fill(1),
});
