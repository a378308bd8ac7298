/** `snn-dse noc`: options become a network and rates; rows print as the recorded curves do. */

import { expect, test } from "vitest";
import { noc, type TrafficPattern } from "../../app/noc.js";
import { NETWORK_PATHS, TRAFFIC_PATTERNS } from "../../app/noc-options.js";
import { type ChipDescription, open } from "../../app/open.js";
import { defaultOf } from "../../arch/index.js";
import { registerNoc } from "../../cli/commands/noc.js";
import { curveCsvLines } from "../../cli/format/noc-curve.js";
import { ratesOf } from "../../cli/options/rates.js";
import { nocCurve } from "../../sim/noc/index.js";
import { networkOf, treeOf } from "../sim/noc/spec.js";
import { printedByCommand } from "./command.js";

const LOAD = ["--packet-flits", "2", "--rate", "0.1,0.9", "--warmup", "200", "--measure", "600", "--seed", "3", "--replications", "2"];
type Flags = { readonly [flag in keyof typeof NETWORK_PATHS | "k"]?: string | number };
/** `vcBuffer: 3` as `--vc-buffer 3`. */
const flags = (shape: Flags): string[] =>
  Object.entries(shape).flatMap(([name, value]) => [`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value)]);
const printed = (...words: readonly string[]): Promise<string> => printedByCommand(registerNoc, "noc", ...words, ...LOAD);

test("rates are n values from a to b, both ends included, or a list", () => {
  expect(ratesOf("0.1:0.5:5")).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  expect(ratesOf("0.3:0.3:1")).toEqual([0.3]);
  expect(ratesOf("0.25, 0.05")).toEqual([0.25, 0.05]);
  for (const wrong of ["", "a", "0.1:0.2", "0.1:0.2:1", "0.1:0.2:1.5", "0.1,,0.2"]) expect(() => ratesOf(wrong)).toThrow("--rate");
});

/** A default that is a number. */
const standing = (path: string): number => Number(defaultOf(path));

test("every network option is an alias of a path: the rows are those of the network that it says, and all else is the schema's", {
  tags: ["long"],
}, async () => {
  const options = {
    warmupCycles: 200,
    measureCycles: 600,
    seed: 3,
    replications: 2,
    traffic: "uniform",
    packetFlits: 2,
    rates: [0.1, 0.9],
  } as const;
  const cases: readonly (readonly [Flags, Parameters<typeof networkOf>[0]])[] = [
    [{ k: 3 }, { width: 3, height: 3 }],
    [{ topology: "torus" }, { topology: "torus" }],
    [{ topology: "ring" }, { topology: "ring", height: 1 }],
    [
      { topology: "crossbar", link: 2 },
      { topology: "crossbar", width: 1, height: 1, coresPerRouter: [4], linkCycles: 2 },
    ],
    [
      { topology: "mesh-tree", k: 2, treeArity: 2, treeLevels: 2, treeLink: 3 },
      treeOf({ width: 2, height: 2, arity: 2, levels: 2, linkCycles: 3, cores: 1 }),
    ],
    [{ routing: "odd-even" }, { routing: "odd-even" }],
    [
      { vcAllocDelay: 2, swAllocDelay: 3, stFinalDelay: 2 },
      { vcAllocationDelayCycles: 2, switchAllocationDelayCycles: 3, switchTraversalDelayCycles: 2 },
    ],
    [
      { vcs: 4, vcBuffer: 3 },
      { virtualChannels: 4, vcBufferFlits: 3 },
    ],
    [
      { topology: "ring", vcs: 3 },
      { topology: "ring", height: 1, virtualChannels: 3, middleVc: "upper" },
    ],
    [{ allocator: "separable-input-first" }, { allocator: "separable-input-first" }],
    [
      { routingDelay: 0, creditDelay: 2, link: 3 },
      { routingDelayCycles: 0, creditDelayCycles: 2, linkCycles: 3 },
    ],
  ];
  for (const [given, network] of cases) {
    const standard = {
      width: 4,
      height: 4,
      vcBufferFlits: standing("noc.vc_buffer_flits"),
      creditDelayCycles: standing("noc.credit_delay_cycles"),
    };
    const rows = nocCurve({ ...options, spec: networkOf({ ...standard, ...network }) });
    expect(JSON.parse(await printed("--json", ...flags({ k: 4, ...given })))).toEqual(rows);
    const paths = Object.entries(given).flatMap(([flag, value]) =>
      flag === "k" ? [] : ["--set", `${NETWORK_PATHS[flag as keyof typeof NETWORK_PATHS]}=${value}`],
    );
    expect(JSON.parse(await printed("--json", "--k", String(given.k ?? 4), ...paths))).toEqual(rows);
  }
  const named = cases.flatMap(([given]) => Object.keys(given));
  expect(Object.keys(NETWORK_PATHS).filter((flag) => !named.includes(flag))).toEqual([]);
});

test("a torus with an odd number of virtual channels accepts more than the even number below it", () => {
  const accepted = (virtualChannels: number): number =>
    nocCurve({
      spec: networkOf({ topology: "torus", width: 8, height: 8, linkCycles: 2, virtualChannels, middleVc: "both" }),
      ...{ traffic: "uniform", packetFlits: 4, rates: [0.6], warmupCycles: 600, measureCycles: 1200, seed: 3, replications: 1 },
    })[0].accepted;
  expect(accepted(3)).toBeGreaterThan(1.3 * accepted(2));
});

test("--middle-vc both gives the middle virtual channel to both halves; without a middle or a ring it is refused", async () => {
  const ring = { topology: "ring", width: 5, height: 1, virtualChannels: 3 } as const;
  const standard = { vcBufferFlits: standing("noc.vc_buffer_flits"), creditDelayCycles: standing("noc.credit_delay_cycles") };
  for (const middleVc of ["upper", "both"] as const) {
    const rows = nocCurve({
      spec: networkOf({ ...standard, ...ring, middleVc }),
      ...{ traffic: "uniform", packetFlits: 2, rates: [0.1, 0.9], warmupCycles: 200, measureCycles: 600, seed: 3, replications: 2 },
    });
    expect(JSON.parse(await printed("--json", "--k", "5", "--topology", "ring", "--vcs", "3", "--middle-vc", middleVc))).toEqual(rows);
  }
  await expect(printed("--topology", "ring", "--vcs", "4", "--middle-vc", "both")).rejects.toThrow(
    /--middle-vc: has no effect on 4 virtual channels of a ring/,
  );
  await expect(printed("--vcs", "3", "--middle-vc", "both")).rejects.toThrow(/has no effect on 3 virtual channels of a mesh/);
  expect(() => noc(null, { rates: [0.1], middleVc: "lower" as "both" })).toThrow(/middleVc: got 'lower', expected one of upper, both/);
});

test("csv has a header and one line a rate; the latencies of a saturated row are empty", () => {
  const row = { rate: 0.9, injected: 0.5, accepted: 0.4, hops: 3.5, plat: null, nlat: null, saturated: true, growing: false };
  const lines = curveCsvLines([row, { ...row, rate: 0.1, plat: 20.5, nlat: 20, saturated: false, growing: true }]);
  expect(lines).toEqual([
    "rate,injected,accepted,hops,plat,nlat,saturated,growing",
    "0.9,0.5,0.4,3.5,,,1,0",
    "0.1,0.5,0.4,3.5,20.5,20,0,1",
  ]);
});

test("a description's own network is used, and options change it; bounds are the schema's", async () => {
  const rows = JSON.parse(await printed("mesh-4x4", "--json")) as { readonly hops: number }[];
  expect(Math.abs(rows[0].hops - 3.5)).toBeLessThan(0.3);
  expect(await printed("mesh-4x4", "--json", "--vcs", "4")).toBe(await printed("mesh-4x4", "--json", "--set", "noc.virtual_channels=4"));
  expect(await printed("mesh-4x4", "--json", "--vcs", "4")).not.toBe(await printed("mesh-4x4", "--json"));
  await expect(printed("--vcs", "31")).rejects.toThrow(/^--vcs: must be at most 30, got 31/);
  await expect(printed("--topology", "donut")).rejects.toThrow(/^--topology: .*donut/);
  await expect(printed("--tree-arity", "4")).rejects.toThrow(/noc\.tree.*noc\.topology is mesh/);
});

test("an unknown traffic is refused with the names that there are", () => {
  expect(() => noc(null, { rates: [0.1], traffic: "unifrom" as TrafficPattern })).toThrow(/uniform, transpose.*\n.*did you mean uniform/);
});

test("table and plot name the saturated rates", async () => {
  expect(await printed("--k", "4")).toMatch(/0\.1 .*stable[\s\S]*0\.9 .*saturated/);
  expect(await printed("--k", "4", "--format", "plot")).toContain("saturated: 0.9");
  const short = ["noc", "--k", "4", "--rate", "0.3,0.6", "--warmup", "500", "--measure", "500", "--replications", "1"];
  for (const format of ["table", "plot"])
    expect(await printedByCommand(registerNoc, ...short, "--format", format)).toMatch(/growing \(0\.6\): source queues grew/);
});

test("the plot is the same in whatever order the rates are typed, and there is none without a latency", async () => {
  const plot = (rates: string): Promise<string> =>
    printedByCommand(
      registerNoc,
      ...["noc", "--k", "4", "--rate", rates, "--warmup", "200", "--measure", "500", "--replications", "1", "--format", "plot"],
    );
  const ascending = await plot("0.05,0.1,0.3,0.95,0.99");
  expect(ascending).toMatch(/mean packet latency[\s\S]*saturated: 0\.95 .*, 0\.99 /);
  expect(await plot("0.3,0.99,0.05,0.95,0.1")).toBe(ascending);
  expect(await plot("0.95")).toMatch(/^saturated: 0\.95 .*\n$/);
});

test("a rate at which no packet was measured is called so, and no rate with a latency is", async () => {
  const words = ["noc", "--k", "2", "--rate", "1e-9,1e-4,0.01", "--warmup", "0", "--measure", "3000", "--replications", "1"];
  for (const [format, all] of [
    ["table", /1e-9 .* no packet\n.*0\.0001 .* stable\n.*0\.01 .* stable[\s\S]*no packet \(1e-9\): none was measured/],
    ["plot", /no packet \(1e-9\): none was measured/],
  ] as const)
    expect(await printedByCommand(registerNoc, ...words, "--format", format)).toMatch(all);
});

test("traffic runs between cores: a host port, wherever it is, changes no row of any pattern", () => {
  const load = { rates: [0.1], warmupCycles: 100, measureCycles: 900, replications: 1 } as const;
  const mesh = open("mesh-2x2") as ChipDescription;
  for (const traffic of TRAFFIC_PATTERNS) {
    const alone = noc(mesh, { ...load, traffic, values: { "inputs.at": "cores" } });
    for (const tile of [0, 3]) {
      const values = { "inputs.at": "port", "inputs.port.tile": tile };
      expect(noc(mesh, { ...load, traffic, values }), `${traffic}, port at tile ${tile}`).toEqual(alone);
    }
  }
});
