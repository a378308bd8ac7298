/** Area, leakage and clock of a router: laws of synthesised routers, and the routers of DSENT within their error. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clockBitsPj, clockTreePj } from "../../arch/arithmetic.js";
import { num, table } from "../../arch/component-tables.js";
import { type Chip, parseArch, patchDocument, routerPrices } from "../../arch/index.js";
import { routerSize } from "../../arch/router-law.js";
import { log } from "../../base/math.js";
import { dsentDifference, energyDifference, routerEnergy, routerLaw, routerTable } from "../../scripts/rtl-gates/router-law.js";
import type { RouterRow } from "../../scripts/rtl-gates/row.js";
import { priceErrors } from "../../sim/index.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-routers.json", "utf8")) as RouterRow[];
const base = parseArch("version: 1\nextends: mesh-2x2\nchip: { voltage_v: nominal }\nprices: { basis: library }\n", "a.yaml");
/** Nodes of the gates' library and of the compared rows of DSENT. */
const [GATES_NM, DSENT_NM] = [130, 45];
/** 95th percentile of the standard normal distribution. */
const TAIL = 1.6449;

interface Known {
  readonly size: RouterRow["size"];
  readonly areaUm2: number;
}

const chipOf = (size: RouterRow["size"], nodeNm: number) =>
  patchDocument(base, {
    ...{ "noc.virtual_channels": size.vcs, "noc.flit_width_bits": size.flitBits, "noc.vc_buffer_flits": size.depth },
    "chip.technology_nm": nodeNm,
    "noc.multicast": size.kind === "trees" ? "tree" : "unicast",
  });

/** Size of a router of the chip, without links and ends. */
const alone = ({ noc, technology }: Chip, ports: number) =>
  routerSize(
    { ports, flitBits: noc.flitWidthBits, buffersPerVc: noc.vcBufferFlits, virtualChannels: noc.virtualChannels },
    noc.multicast === "tree",
    0,
    technology,
  );

/** How far a known router lies from the price: ln(area / price), and the price's causes by name. */
function offBy({ size, areaUm2 }: Known, nodeNm = GATES_NM) {
  const { chip } = chipOf(size, nodeNm);
  const causes = new Map((priceErrors(chip).get("router area") ?? []).map(({ name, up }) => [name, up]));
  return { off: log(areaUm2 / (1e6 * alone(chip, size.ports).areaMm2)), causes };
}

/**
 * Share of pairs of unlike descriptions whose ratio lies in the 90 % interval that causes leave which they do not
 * share.
 */
function pairsInside(known: readonly Known[]): { readonly share: number; readonly pairs: number } {
  const all = known.map((one) => ({ ...offBy(one), shape: JSON.stringify({ ...one.size, ports: 0 }) }));
  const pairs = all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => (a.shape === b.shape ? [] : [[a, b] as const])));
  const inside = pairs.filter(([a, b]) => {
    const names = new Set([...a.causes.keys(), ...b.causes.keys()]);
    const variance = [...names].reduce((sum, name) => sum + ((a.causes.get(name) ?? 0) - (b.causes.get(name) ?? 0)) ** 2, 0);
    return Math.abs(a.off - b.off) <= TAIL * Math.sqrt(variance);
  });
  return { share: inside.length / pairs.length, pairs: pairs.length };
}

const DSENT: readonly Known[] = table("noc")
  .filter((row) => row.kind === "router" && row.tech_nm === String(DSENT_NM))
  .map((row) => ({
    size: {
      ...{ ports: num(row, "ports"), vcs: num(row, "vcs"), flitBits: num(row, "flit_bits") },
      ...{ depth: num(row, "buffers_per_vc"), kind: "plain" },
    },
    areaUm2: num(row, "area_um2"),
  }));

describe("the law", () => {
  test("is the fit to the log of synthesised routers, and knows those that it is not fitted to", () => {
    expect(readFileSync("arch/components/routers_ihp130.csv", "utf8")).toBe(routerTable(rows));
    expect(rows.length).toBe(23);
    for (const [column, most] of [
      ["area", 0.1],
      ["leakage", 0.1],
      ["registers", 0.17],
      ["path_ns", 0.17],
    ] as const)
      for (const [i, ratio] of routerLaw(rows, column).unseen.entries())
        expect(Math.abs(ratio - 1), `${column} ${rows[i].name}`).toBeLessThan(most);
  });

  test("each netlist told under traffic what the router of the mesh did, in every cycle", () => {
    for (const { name, runs } of rows) {
      expect(runs.length, name).toBe(3);
      for (const { wrong, cycles, sent } of runs) expect([wrong, cycles, sent > 20], name).toEqual([0, 600, true]);
    }
  });

  test("prices the clock of a router's registers at the library's node as the gates' clock pins take it, within a quarter", () => {
    for (const row of rows)
      for (const run of row.runs) {
        const { chip } = chipOf(row.size, GATES_NM);
        const tree = clockTreePj(chip.technology);
        const priced = routerPrices(chip, row.size.ports, 1).router_clock_pj_per_cycle.value - tree;
        expect(Math.abs(log(routerEnergy(row, run).clockPj / priced)), row.name).toBeLessThan(0.25);
      }
  });

  test("with idle: clocked, clocks every register bit that a router has as gates within a tenth, and those of links and ends beside", () => {
    for (const row of rows) {
      const { chip: gates } = chipOf(row.size, GATES_NM);
      const clocked = { ...gates, technology: { ...gates.technology, idle: "clocked" as const } };
      const bits = (alone(clocked, row.size.ports).clockPjPerCycle - clockTreePj(gates.technology)) / clockBitsPj(1, gates.technology);
      expect(Math.abs(log(bits / row.registerBits)), `${row.name}: ${bits}`).toBeLessThan(0.1);
      expect(gates.technology.idle).toBe("clock-gated");
      const [all, some] = [clocked, gates].map((one) => routerPrices(one, row.size.ports, 1));
      const flit = row.size.flitBits + 2;
      const [links, end] = [(row.size.ports - 1) * 2 * flit, 3 * flit];
      const beside = (all.router_clock_pj_per_cycle.value - some.router_clock_pj_per_cycle.value) / clockBitsPj(1, gates.technology);
      expect(beside, row.name).toBeGreaterThan(row.size.ports * row.size.vcs * row.size.depth * flit + links + end);
      expect(all.router_buffer_write_pj.value).toBeLessThan(some.router_buffer_write_pj.value);
    }
  });

  test("prices a router of the library's node at the area of its gates within a tenth", () => {
    for (const row of rows) expect(Math.abs(offBy(row).off), row.name).toBeLessThan(0.1);
  });

  test("grows with ports, flit bits, buffers, virtual channels and trees", () => {
    const area = (values: { readonly [path: string]: number | string }, ports = 5): number =>
      alone(patchDocument(base, { "chip.technology_nm": GATES_NM, ...values }).chip, ports).areaMm2;
    const whole = area({});
    expect(area({}, 6)).toBeGreaterThan(whole);
    for (const more of [
      { "noc.flit_width_bits": 33 },
      { "noc.vc_buffer_flits": 5 },
      { "noc.virtual_channels": 3 },
      { "noc.multicast": "tree" },
    ])
      expect(area(more as { [path: string]: number | string }), JSON.stringify(more)).toBeGreaterThan(whole);
  });
});

describe("the error", () => {
  test("has the sizes of the difference between the synthesised routers and DSENT's", () => {
    const { level, vcs, flit } = dsentDifference(rows);
    const causes = offBy({ size: { ports: 5, vcs: 4, flitBits: 64, depth: 4, kind: "plain" }, areaUm2: 1 }).causes;
    expect(causes.get("size of routers")).toBeCloseTo(level, 3);
    expect(causes.get("size of routers over virtual channels")).toBeCloseTo(vcs * log(4), 3);
    expect(causes.get("size of routers over flit bits")).toBeCloseTo(-flit * log(2), 3);
    expect(causes.get("router area of 4 VCs x 4 flits of 64 bits, unicast")).toBeCloseTo(routerLaw(rows, "area").sigma, 2);
    for (const column of ["leakage", "registers"] as const) expect(routerLaw(rows, column).sigma).toBeCloseTo(0.05, 2);
  });

  test("of a router's and of a queue's energy is the difference between the gates under traffic and DSENT's actions", () => {
    const { flit, buffers } = energyDifference(rows);
    const causes = priceErrors(chipOf(rows[0].size, DSENT_NM).chip);
    const sigmaOf = (line: string, cause: string) => causes.get(line)?.find(({ name }) => name === cause)?.up;
    expect(sigmaOf("router crossbars", "router energy (DSENT)")).toBeCloseTo(flit, 2);
    expect(sigmaOf("input queue pushes", "queue energy (DSENT)")).toBeCloseTo(buffers, 2);
  });

  test("of a comparison holds: at least nine of ten pairs of synthesised routers differ by what the interval allows", () => {
    const { share, pairs } = pairsInside(rows);
    expect(pairs).toBeGreaterThan(200);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });

  test("holds at DSENT's node: at least nine of ten routers of its grid lie in the interval of the price", () => {
    const inside = DSENT.filter((known) => {
      const { off, causes } = offBy(known, DSENT_NM);
      return Math.abs(off) <= TAIL * Math.sqrt([...causes.values()].reduce((sum, size) => sum + size ** 2, 0));
    });
    expect(DSENT.length).toBe(72);
    expect(inside.length / DSENT.length).toBeGreaterThanOrEqual(0.9);
  });
});
