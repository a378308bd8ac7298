/**
 * Sizes of a chip with the same network: their replays are equal but for the numbers of ports, and have the same key.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chip, type Experiment, nocTopology, readArch } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import { replay, replayKey, sharedReplay } from "../../sim/index.js";
import { cases } from "../cases.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "./board/fixtures.js";

const topology = recurrentTopology(24);
const trace = randomTrace(topology, [6, 5], [0.4, 0.3, 0.3, 0.1], 3);
const { experiment: base } = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const on = (one: Chip): Experiment => ({
  ...base,
  chip: one,
  precision,
  mapping: { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 },
});
const traced = { key: "trace", trace, placedBy: trace };
const sized = (one: Chip, width: number, height: number): Chip => ({ ...one, noc: { ...one.noc, width, height } });
const sharedOf = (one: Chip) => sharedReplay(one, replay(on(one), trace));

const CHIPS = cases(20);

test("a row and a column of routers, and all sizes of rings and crossbars, share a key and a replay, on random chips", () => {
  const drawn = new Map<string, number>();
  let turned = 0;
  for (let seed = 1; seed <= CHIPS; seed++) {
    const rng = createRng(seed, "twin sizes");
    const pick = <T>(...values: T[]): T => values[Math.floor(rng.float() * values.length)];
    const name = pick("mesh" as const, "mesh" as const, "ring" as const, "crossbar" as const, "flattened-butterfly" as const);
    const [width, height] = name === "mesh" || name === "flattened-butterfly" ? [1, pick(2, 3, 4, 6)] : [pick(1, 2, 3), pick(2, 3)];
    const noc = {
      topology: name,
      routing: name === "mesh" ? pick("xy" as const, "yx" as const, "odd-even" as const) : pick("xy" as const, "yx" as const),
      virtualChannels: pick(2, 2, 3),
      vcBufferFlits: pick(2, 4),
      allocator: pick("islip" as const, "separable-input-first" as const),
      flitWidthBits: pick(16, 32),
      multicast: pick("unicast" as const, "unicast" as const, "tree" as const),
      linkCycles: pick(1, 2),
    };
    const tiles = Array.from({ length: width * height }, () => pick(1, 2, 3));
    const update = { policy: pick("dense" as const, "touched" as const), units: pick(1, 2) };
    const made = chip(tiles, { core: { lanes: pick(2, 8), neuronUpdate: { ...core.neuronUpdate, ...update } }, noc });
    const one = sized(made, width, height);
    const row = sized(made, width * height, 1);
    const label = `seed ${seed}: ${width} x ${height} ${name}`;
    expect(replayKey(on(one), traced), label).toBe(replayKey(on(row), traced));
    expect(sharedOf(one), label).toEqual(sharedOf(row));
    // back again, it is the chip's own replay
    const own = replay(on(one), trace);
    expect(sharedReplay(one, sharedReplay(one, own)), label).toEqual(own);
    if (name === "mesh") {
      const { timing } = own;
      const { links, portsPerRouter } = timing.total;
      const [east, north] = [0, 2].map((port) => links.reduce((sum, flits, at) => sum + (at % portsPerRouter === port ? flits : 0), 0));
      expect(east, label).toBe(0);
      if (north > 0) turned++;
    }
    for (const kind of [name, noc.routing, noc.multicast, update.policy]) drawn.set(kind, (drawn.get(kind) ?? 0) + 1);
  }
  expect(turned).toBeGreaterThan(CHIPS / 4);
  expect(Math.min(...drawn.values())).toBeGreaterThan(CHIPS / 20);
  expect(drawn.size).toBe(11);
});

test("sizes with other routes have keys of their own, and so do a row and a column on several dies", () => {
  const pairs: [Chip["noc"]["topology"], number, number][] = [
    ["mesh", 2, 3],
    ["torus", 1, 4],
    ["flattened-butterfly", 2, 3],
  ];
  for (const [name, width, height] of pairs) {
    const made = chip(new Array(width * height).fill(1), { noc: { topology: name } });
    const other = sized(made, height, width);
    expect(replayKey(on(sized(made, width, height)), traced)).not.toBe(replayKey(on(other), traced));
    expect(nocTopology(made.noc).twin({ ...made.noc, width, height })).toBe(null);
  }
  const dies = { columns: 1, rows: 2, bitsPerCycle: 8, latencyCycles: 4 };
  const column = chip([1, 1], { noc: { width: 1, height: 2, dies } });
  const row = chip([1, 1], { noc: { width: 2, height: 1, dies: { ...dies, columns: 2, rows: 1 } } });
  expect(replayKey(on(column), traced)).not.toBe(replayKey(on(row), traced));
});
