/** The flattened butterfly: hops and latency by closed form, costs, refusals. */
import { expect, test } from "vitest";
import {
  areaOf,
  BUILT_NEEDS,
  linkCounts,
  linkPrices,
  linksOnWay,
  nocTopology,
  parseArch,
  portName,
  routerPorts,
} from "../../../arch/index.js";
import { createNoc } from "../../../sim/noc/create.js";
import type { NocSpec } from "../../../sim/noc/noc.js";
import { routersPassed } from "../../../sim/noc/route.js";
import { networkOf } from "./spec.js";

const butterfly = (width: number, height: number, change: Partial<NocSpec> = {}): NocSpec =>
  networkOf({ topology: "flattened-butterfly", width, height, ...change });
const chipOf = (noc: string) =>
  parseArch(`version: 1\nchip: { technology_nm: 45 }\nnoc: ${noc}\ntile: { cores: 2 }\n`, "b.yaml").experiment;

test("a packet takes one hop per dimension, and 3 + (H + 1) R + D c + L - 1 cycles without load, for every pair of routers", () => {
  const slow = { routingDelayCycles: 2, vcAllocationDelayCycles: 2, switchAllocationDelayCycles: 2, switchTraversalDelayCycles: 3 };
  const cases: readonly (readonly [NocSpec, number])[] = [
    [butterfly(4, 4, { vcBufferFlits: 16 }), 4],
    [butterfly(5, 2, { vcBufferFlits: 32, linkCycles: 2, ...slow, routing: "yx" }), 6],
    [butterfly(1, 6, { vcBufferFlits: 16, virtualChannels: 1, routingDelayCycles: 0 }), 3],
    [butterfly(3, 3, { vcBufferFlits: 32, multicast: "tree" }), 2],
    // a link takes up to 5 x 64 cycles, more than a byte can count
    [butterfly(6, 1, { vcBufferFlits: 16, linkCycles: 64 }), 3],
  ];
  for (const [spec, flits] of cases) {
    const { width, linkCycles } = spec;
    const stages =
      spec.routingDelayCycles + spec.vcAllocationDelayCycles + spec.switchAllocationDelayCycles + spec.switchTraversalDelayCycles;
    const noc = createNoc(spec);
    for (let from = 0; from < spec.coresPerRouter.length; from++) {
      for (let to = 0; to < spec.coresPerRouter.length; to++) {
        const dx = Math.abs((from % width) - (to % width));
        const dy = Math.abs(Math.floor(from / width) - Math.floor(to / width));
        const hops = Math.sign(dx) + Math.sign(dy);
        expect(routersPassed(spec, from, to)).toBe(hops + 1);
        noc.skipTo(noc.atCycle + 1000);
        const start = noc.atCycle;
        const before = noc.linkFlits.reduce((sum, n) => sum + n, 0);
        noc.inject(from, to, flits, 1);
        expect(noc.run(start + 5000)).toBe(1);
        const expected = 3 + (hops + 1) * stages + (dx + dy) * linkCycles + flits - 1;
        expect([from, to, noc.atCycle - 1 - start]).toEqual([from, to, expected]);
        expect(noc.linkFlits.reduce((sum, n) => sum + n, 0) - before).toBe(flits * (hops + 1));
      }
    }
  }
});

test("routers of a w x h network have w + h - 2 ports beside their cores, links of every length, and port names that say where they lead", () => {
  const { chip, precision } = chipOf("{ topology: flattened-butterfly, width: 4, height: 3 }");
  expect(routerPorts(chip)).toEqual(new Array(12).fill(3 + 2 + 2));
  // Pairs of columns 1, 2, 3 apart in each of 3 rows, pairs of rows 1, 2 apart in each of 4 columns; two directions
  // each.
  expect([...linkCounts(chip)].sort()).toEqual([
    [1, 2 * (3 * 3 + 4 * 2)],
    [2, 2 * (3 * 2 + 4 * 1)],
    [3, 2 * (3 * 1)],
  ]);
  expect([0, 1, 2, 3, 4, 5, 6].map((port) => portName(chip, 5, port))).toEqual([
    "column 0",
    "column 2",
    "column 3",
    "row 0",
    "row 2",
    "core 0",
    "core 1",
  ]);
  const links = areaOf(chip, precision, BUILT_NEEDS).rows.find(({ component }) => component === "link area");
  const expected = [...linkCounts(chip)].reduce((sum, [tiles, count]) => sum + count * linkPrices(chip, tiles).link_area_mm2.value, 0);
  expect(links?.areaMm2).toBeCloseTo(expected, 12);
});

test("the mean path of a whole chip equals that over all pairs of tiles, in hops and in wire length", () => {
  for (const [width, height] of [
    [4, 3],
    [1, 5],
    [6, 6],
  ]) {
    const noc = { topology: "flattened-butterfly", width, height, tree: null, own: null } as const;
    const n = width * height;
    let [hops, tiles] = [0, 0];
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        hops += linksOnWay(noc, a, b).grid / (n * (n - 1));
        tiles += (Math.abs((a % width) - (b % width)) + Math.abs(Math.floor(a / width) - Math.floor(b / width))) / (n * (n - 1));
      }
    }
    const mean = nocTopology(noc).meanWay(noc, n, n / (n - 1));
    expect(mean.grid).toBeCloseTo(hops, 9);
    expect(mean.tiles).toBeCloseTo(tiles, 9);
  }
});

test("a price of the description is for a link of one tile: a link over three tiles costs three times as much", () => {
  const chip = parseArch(
    "version: 1\nnoc: { topology: flattened-butterfly, width: 4, height: 1 }\nprices: { link_flit_pj: { value: 0.5, source: mine } }\n",
    "p.yaml",
  ).experiment.chip;
  expect(linkPrices(chip, 3).link_flit_pj).toEqual({ value: 1.5, source: "mine" });
});

test("sides beyond 16 and odd-even routes are refused at their key", () => {
  expect(() => chipOf("{ topology: flattened-butterfly, width: 17, height: 2 }")).toThrow(/noc\.width.*at most 16/s);
  expect(() => chipOf("{ topology: flattened-butterfly, routing: odd-even }")).toThrow(/odd-even needs a mesh/);
});
