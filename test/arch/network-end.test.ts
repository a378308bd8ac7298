/** Area and leakage of what a network has beside its routers: a law of synthesised ends, and registers of links. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, clockLimits, parseArch, patchDocument } from "../../arch/index.js";
import { ihpCells } from "../../arch/memories/registers.js";
import { wiringSize } from "../../arch/network-end.js";
import { endLaw, endTable } from "../../scripts/rtl-gates/end-law.js";
import type { EndRow } from "../../scripts/rtl-gates/row.js";

const rows = JSON.parse(readFileSync("docs/logs/rtl-ends.json", "utf8")) as EndRow[];
const base = parseArch(
  "version: 1\nextends: mesh-2x2\nchip: { technology_nm: 130, voltage_v: nominal }\nprices: { basis: library }\n",
  "a.yaml",
);
const on = (values: { readonly [path: string]: number | string }) => patchDocument(base, values);

test("the law is the fit to the log of synthesised ends, and knows each of them within a fifth if it is fitted to the others", () => {
  expect(readFileSync("arch/components/network_ends_ihp130.csv", "utf8")).toBe(endTable(rows));
  expect(rows.length).toBe(14);
  for (const column of ["area", "leakage"] as const) {
    const { unseen, sigma } = endLaw(rows, column);
    for (const [i, ratio] of unseen.entries()) expect(Math.abs(ratio - 1), rows[i].name).toBeLessThan(0.2);
    expect(sigma).toBeLessThan(0.07);
  }
});

test("an end of the library's node has the area of its gates within a tenth", () => {
  for (const { name, size, areaUm2 } of rows) {
    const { chip } = on({
      ...{ "noc.virtual_channels": size.vcs, "noc.flit_width_bits": size.flitBits, "noc.vc_buffer_flits": size.depth },
      ...{ "noc.header_bits": size.flits * size.flitBits - 8, "noc.switch_traversal_delay_cycles": size.wayCycles - 1 },
    });
    expect(1e6 * wiringSize(chip, 1, 1).areaMm2, name).toBeGreaterThan(0.9 * areaUm2);
    expect(1e6 * wiringSize(chip, 1, 1).areaMm2, name).toBeLessThan(1.1 * areaUm2);
  }
});

test("a link has a flip-flop per bit of a flit and cycle on the way but one", () => {
  const { areaUm2 } = ihpCells()["flip-flop"];
  const of = (cycles: number, bits: number) => {
    const { chip } = on({ "noc.link_cycles": cycles, "noc.flit_width_bits": bits });
    return (1e6 * (wiringSize(chip, 3, 1).areaMm2 - wiringSize(chip, 1, 1).areaMm2)) / areaUm2;
  };
  // switch allocation, traversal and the link take a cycle each
  for (const [cycles, bits] of [
    [1, 32],
    [3, 16],
  ])
    expect(of(cycles, bits) / (2 * (cycles + 1) * (bits + 2))).toBeCloseTo(1, 1);
});

test("the ends of a crossbar lie behind links: each cycle more has two flits more of registers, and none on a mesh", () => {
  const { areaUm2 } = ihpCells()["flip-flop"];
  const ends = (topology: string, cycles: number) => {
    const { chip } = on({ "noc.topology": topology, "noc.link_cycles": cycles, "noc.flit_width_bits": 32 });
    return (1e6 * wiringSize(chip, 4, 4).areaMm2) / areaUm2;
  };
  const perBit = (ends("crossbar", 4) - ends("crossbar", 1)) / (4 * 2 * 3 * 34);
  expect(Math.abs(perBit - 1)).toBeLessThan(0.1);
  expect(ends("mesh", 4)).toBe(ends("mesh", 1));
});

test("a core alone has neither a router nor ends, and no clock limit of one; with a port it has", () => {
  const alone = on({ "noc.width": 1, "noc.height": 1 });
  const port = on({ "noc.width": 1, "noc.height": 1, "inputs.at": "port" });
  const [without, with_] = [alone, port].map(({ chip, precision }) => ({
    lines: areaOf(chip, precision, BUILT_NEEDS).rows.map(({ component }) => component),
    blocks: clockLimits(chip, precision, BUILT_NEEDS).map(({ block }) => block),
  }));
  expect(without.lines).not.toContain("router area");
  expect(with_.lines).toContain("router area");
  expect(without.blocks).not.toContain("router allocation");
  expect(with_.blocks).toContain("router allocation");
});

test("the router's clock limit names as many virtual channels as are in time, never one where ways wrap around, else fewer ports", () => {
  const limit = (values: { readonly [path: string]: number | string }) => {
    const { chip, precision } = on(values);
    const found = clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block === "router allocation");
    if (found === undefined) throw new Error("no limit of routers");
    return found;
  };
  const mesh = { "noc.virtual_channels": 8 };
  const { periodNs, fix } = limit(mesh);
  const atFour = limit({ "noc.virtual_channels": 4 }).periodNs;
  expect(atFour).toBeLessThan(periodNs);
  expect(fix(atFour)).toBe("or set noc.virtual_channels: 4");
  const torus = { "noc.topology": "torus", "noc.width": 4, "noc.height": 4, "noc.virtual_channels": 8 };
  const atTwo = limit({ ...torus, "noc.virtual_channels": 2 }).periodNs;
  expect(limit(torus).fix(atTwo)).toBe("or set noc.virtual_channels: 2");
  expect(limit(torus).fix(atTwo * 0.999)).toBe("or give routers fewer ports than 5: fewer tile.cores, or another noc.topology");
});
