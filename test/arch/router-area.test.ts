/** Area of a router: a law of synthesised routers, and the routers of DSENT within its error. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { num, table } from "../../arch/component-tables.js";
import { parseArch, patchDocument, routerPrices } from "../../arch/index.js";
import { log } from "../../base/math.js";
import { dsentDifference, routerLaw, routerTable } from "../../scripts/rtl-gates/router-law.js";
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

/** How far a known router lies from the price: ln(area / price), and the price's causes by name. */
function offBy({ size, areaUm2 }: Known, nodeNm = GATES_NM) {
  const { chip } = patchDocument(base, {
    ...{ "noc.virtual_channels": size.vcs, "noc.flit_width_bits": size.flitBits, "noc.vc_buffer_flits": size.depth },
    "chip.technology_nm": nodeNm,
    "noc.multicast": size.kind === "trees" ? "tree" : "unicast",
  });
  const causes = new Map((priceErrors(chip).get("router area") ?? []).map(({ name, up }) => [name, up]));
  return { off: log(areaUm2 / (1e6 * routerPrices(chip, size.ports).router_area_mm2.value)), causes };
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
  test("is the fit to the log of synthesised routers, and within 10 % of each of them if it is fitted to the others", () => {
    expect(readFileSync("arch/components/routers_ihp130.csv", "utf8")).toBe(routerTable(rows));
    expect(rows.length).toBe(23);
    for (const [i, ratio] of routerLaw(rows).unseen.entries()) expect(Math.abs(ratio - 1), rows[i].name).toBeLessThan(0.1);
  });

  test("prices a router of the library's node at the area of its gates within a tenth", () => {
    for (const row of rows) expect(Math.abs(offBy(row).off), row.name).toBeLessThan(0.1);
  });

  test("grows with ports, flit bits, buffers, virtual channels and trees", () => {
    const area = (values: { readonly [path: string]: number | string }, ports = 5): number =>
      routerPrices(patchDocument(base, { "chip.technology_nm": GATES_NM, ...values }).chip, ports).router_area_mm2.value;
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
    expect(causes.get("router area")).toBeCloseTo(level, 3);
    expect(causes.get("router area over virtual channels")).toBeCloseTo(vcs * log(4), 3);
    expect(causes.get("router area over flit bits")).toBeCloseTo(-flit * log(2), 3);
    expect(causes.get("router area of 4 VCs x 4 flits of 64 bits, unicast")).toBeCloseTo(routerLaw(rows).sigma, 3);
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
