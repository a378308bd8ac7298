/** Prices beyond the range of their sources say so, in the source and with a flag; the rest does not. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { num, type Row, table } from "../../arch/component-tables.js";
import {
  BUILT_NEEDS,
  corePrices,
  linkPrices,
  parseArch,
  patchDocument,
  portPrices,
  routerPrices,
  technologyWarnings,
  treeLinkPrices,
} from "../../arch/index.js";
import { routerBeyond, synthesisedRouters } from "../../arch/price-range.js";
import type { Json } from "../../base/hash.js";
import { priceMarks } from "../../sim/price-marks.js";

const parsed = parseArch("version: 1\nextends: mesh-2x2\nchip: {technology_nm: 22}\n", "base.yaml");
const on = (values: { readonly [path: string]: Json }) => patchDocument(parsed, values).chip;
const { precision } = parsed.experiment;

test.each([
  ["noc.flit_width_bits", 128, 129, /flits of 129 bits beyond (DSENT's|the synthesised) 16 to 128/],
  ["noc.flit_width_bits", 16, 15, /flits of 15 bits/],
  ["noc.vc_buffer_flits", 8, 9, /buffers of 9 flits beyond (DSENT's|the synthesised) 2 to 8/],
  ["noc.virtual_channels", 4, 5, /a port of 5 virtual channels/],
] as const)("a router with %s %f lies in the range of its prices' data, with %f it does not", (path, inside, outside, reason) => {
  for (const price of Object.values(routerPrices(on({ [path]: inside }), 5, 1))) {
    expect(price.source).not.toContain("extrapolated");
    expect(price.extrapolated).toBeUndefined();
  }
  for (const price of Object.values(routerPrices(on({ [path]: outside }), 5, 1))) {
    expect(price.source).toMatch(reason);
    expect(price.extrapolated).toBe(true);
  }
});

test.each([
  [2, "the energy of actions", true, false],
  [3, "nothing", false, false],
  [6, "the energy of actions", true, false],
  [9, "everything", true, true],
] as const)(
  "of a router with %d ports %s is extrapolated: DSENT has 3 to 5 ports, and 2 to 8 were synthesised",
  (ports, _, isDsent, isSize) => {
    for (const [name, price] of Object.entries(routerPrices(on({}), ports, 1)))
      expect(price.extrapolated ?? false, name).toBe(/area|leakage|clock/.test(name) ? isSize : isDsent);
  },
);

test.each([
  [5, 4, "unicast", false],
  [8, 2, "unicast", false],
  [8, 3, "unicast", true],
  [8, 4, "unicast", true],
  [6, 4, "unicast", true],
  [5, 2, "tree", false],
  [5, 3, "tree", true],
  [3, 3, "tree", false],
  [3, 4, "tree", true],
  [8, 1, "tree", true],
  [2, 1, "tree", true],
] as const)("area of a router with %d ports, %d virtual channels and multicast %s is extrapolated: %s", (ports, vcs, multicast, is) => {
  const price = routerPrices(on({ "noc.virtual_channels": vcs, "noc.multicast": multicast }), ports, 1).router_area_mm2;
  expect(price.extrapolated ?? false, price.source).toBe(is);
  if (is) expect(price.source).toMatch(/a router of \d+ (ports|virtual channels over its ports) beyond the synthesised/);
});

test("no synthesised router is marked in area, and each limit of ports and channels is one of them", () => {
  const rows = JSON.parse(readFileSync("docs/logs/rtl-routers.json", "utf8")) as {
    readonly size: {
      readonly ports: number;
      readonly vcs: number;
      readonly flitBits: number;
      readonly depth: number;
      readonly kind: string;
    };
  }[];
  for (const isTree of [false, true]) {
    const sizes = rows.map(({ size }) => size).filter(({ kind }) => (kind === "trees") === isTree);
    const { ports, channels } = synthesisedRouters(isTree);
    for (const { ports: p, vcs, flitBits, depth } of sizes) {
      const shape = { ports: p, virtualChannels: vcs, flitBits, buffersPerVc: depth };
      expect(routerBeyond(shape, synthesisedRouters(isTree)), JSON.stringify(shape)).toBeNull();
    }
    const each = sizes.map((size) => size.ports);
    expect([Math.min(...each), Math.max(...each), Math.max(...sizes.map((size) => size.ports * size.vcs))]).toEqual([...ports, channels]);
  }
});

test.each([
  [45, false],
  [55, true],
  [65, true],
  [130, true],
] as const)("at %d nm every price whose source names DSENT says that the node is beyond its table: %s", (nodeNm, isBeyond) => {
  let found = 0;
  for (const kind of ["auto", "registers"]) {
    const queues = { "tile.core.input_queue.kind": kind, "tile.core.output_queue.kind": kind };
    const memories = { "tile.core.synapse_memory.kind": kind === "auto" ? "sram" : kind, "inputs.at": "port" };
    const chip = on({ "chip.technology_nm": nodeNm, "chip.voltage_v": "nominal", ...queues, ...memories });
    const cores = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
    for (const [name, price] of Object.entries({ ...cores, ...routerPrices(chip, 5, 1), ...linkPrices(chip, 1), ...portPrices(chip) })) {
      if (!price.source.includes("DSENT")) continue;
      found++;
      expect(price.source.includes(`${nodeNm} nm beyond DSENT's 22 to 45`), `${name}: ${price.source}`).toBe(isBeyond);
      expect(price.extrapolated ?? false, name).toBe(isBeyond);
    }
  }
  expect(found).toBeGreaterThan(35);
});

test.each([
  ["noc.header_bits", 120, 121, ["input_queue_push_pj", "output_queue_pop_pj"], /its words of 129 bits beyond DSENT's 16 to 128/],
  ["tile.core.input_queue.depth", 2, 1, ["input_queue_push_pj", "input_queue_pop_pj"], /a queue of 1 entries beyond DSENT's 2 to 32/],
  ["tile.core.synapse_memory.word_bits", 128, 256, ["synapse_wire_pj"], /words of 256 bits beyond DSENT's 1 to 128/],
  ["tile.core.state_memory.word_bits", 128, 256, ["state_wire_pj"], /words of 256 bits beyond DSENT's 1 to 128/],
] as const)("queues and wires of a core with %s %f lie in DSENT's grid, with %f they do not", (path, inside, outside, names, reason) => {
  const prices = (value: number) => corePrices(on({ [path]: value }), on({ [path]: value }).cores[0], precision, BUILT_NEEDS);
  for (const name of names) {
    expect(prices(inside)[name].source).not.toContain("extrapolated");
    expect(prices(inside)[name].extrapolated).toBeUndefined();
    expect(prices(outside)[name].source).toMatch(reason);
    expect(prices(outside)[name].extrapolated).toBe(true);
    expect(prices(outside).queue_area_mm2.extrapolated).toBeUndefined();
  }
});

test("links leave DSENT's grid above 2 mm and below 0.5 mm, by the tiles that they span", () => {
  const extrapolated = (lengthMm: number, tiles: number) =>
    linkPrices(on({ "noc.link_length_mm": lengthMm }), tiles).link_flit_pj.extrapolated ?? false;
  expect([extrapolated(0.5, 1), extrapolated(0.49, 1), extrapolated(2, 1), extrapolated(1, 2), extrapolated(1, 3)]).toEqual([
    ...[false, true, false, false, true],
  ]);
});

test("a wire faster than DSENT's 2 mm in 2 ns is marked, by clock, length and cycles: of links, of a folded torus, of a tree", () => {
  const at = (clockMhz: number, values: { [path: string]: Json } = {}) =>
    on({ "chip.clock_mhz": clockMhz, "noc.link_length_mm": 1, ...values });
  const of = ({ link_flit_pj: { source } }: ReturnType<typeof linkPrices>) => /[\d.]+ mm\/ns beyond DSENT's 1/.exec(source)?.[0] ?? null;
  expect(of(linkPrices(at(1000), 1))).toBeNull();
  expect(of(linkPrices(at(1010), 1))).toBe("1.01 mm/ns beyond DSENT's 1");
  expect(of(linkPrices(at(830, { "noc.link_length_mm": 20 }), 1))).toBe("16.6 mm/ns beyond DSENT's 1");
  expect(of(linkPrices(at(1010, { "noc.link_cycles": 2 }), 1))).toBeNull();
  expect(of(linkPrices(at(1010, { "noc.link_length_mm": 0.5 }), 1))).toBeNull();
  const torus = { "noc.topology": "torus", "noc.virtual_channels": 2 };
  expect(of(linkPrices(at(600, torus), 2))).toBe("1.2 mm/ns beyond DSENT's 1");
  expect(of(linkPrices(at(600, { "noc.topology": "flattened-butterfly" }), 2))).toBeNull();
  const tree = { "noc.topology": "mesh-tree", "noc.tree.link_cycles": 2, "noc.tree.link_length_mm": 2 };
  const treeSource = (clockMhz: number) => treeLinkPrices(at(clockMhz, tree))?.tree_link_area_mm2.source ?? "";
  expect(treeSource(1000)).not.toContain("extrapolated");
  expect(treeSource(1200)).toContain("extrapolated: a wire of 1.2 mm/ns beyond DSENT's 1");
});

test("below 22 nm every price of the chip is indicative, and leakage is kept, not scaled; at 22 nm none is", () => {
  for (const [nodeNm, is] of [
    [22, false],
    [20, true],
    [7, true],
  ] as const) {
    const chip = on({ "chip.technology_nm": nodeNm });
    const { dram_bit_pj: beside, ...own } = { ...corePrices(chip, chip.cores[0], precision, BUILT_NEEDS), ...routerPrices(chip, 5, 1) };
    for (const [name, { source }] of Object.entries(own))
      expect(source.includes("indicative below 22 nm"), `${name} at ${nodeNm}`).toBe(is);
    expect(beside.source).not.toContain("indicative");
    const { source } = own.synapse_memory_leakage_mw;
    expect(source.includes("kept below 22 nm (guess)")).toBe(is);
    expect(source).not.toContain("scaled by");
  }
});

test("leakage says by which law it comes to another supply and temperature", () => {
  const source = (values: { readonly [path: string]: Json }) => {
    const chip = on(values);
    return corePrices(chip, chip.cores[0], precision, BUILT_NEEDS).synapse_memory_leakage_mw.source;
  };
  expect(source({ "chip.voltage_v": "nominal" })).not.toMatch(/supply|temperature/);
  expect(source({ "chip.voltage_v": 0.6, "chip.temperature_k": 350 })).toMatch(/over supply as V 10\^V.*over temperature by CACTI/);
});

test("marks gather lines by reason, over sources of several prices", () => {
  const marks = priceMarks([
    { component: "a", source: "x; extrapolated: far; near | y; extrapolated: further" },
    { component: "b", source: "x 2 to silicon (n 5): x; extrapolated: far" },
    { component: "c", source: "z; indicative below 22 nm" },
    { component: "d", source: "w" },
  ]);
  expect(marks).toEqual([
    { mark: "extrapolated: far", components: ["a", "b"] },
    { mark: "extrapolated: further", components: ["a"] },
    { mark: "indicative below 22 nm", components: ["c"] },
  ]);
});

test("SRAM below 0.7 V is warned of; registers, latches and an FPGA are not", () => {
  const warning = (values: { readonly [path: string]: Json }) => technologyWarnings(on(values), precision, BUILT_NEEDS).join();
  expect(warning({ "chip.voltage_v": 0.7 })).toBe("");
  expect(warning({ "chip.voltage_v": 0.69 })).toMatch(/0\.69 V/);
  const cells = { "tile.core.synapse_memory.kind": "latches", "tile.core.state_memory.kind": "registers" };
  expect(warning({ "chip.voltage_v": 0.6, ...cells })).toBe("");
  expect(warning({ "chip.voltage_v": 0.6, "chip.fpga": "ecp5-85" })).toBe("");
});

test("a supply of 1.2 times the nominal one and more is warned of, on every node and with every family; an FPGA is not", () => {
  for (const nodeNm of [7, 22, 28, 65, 180])
    for (const cell of ["lstp", "lop", "hp"] as const) {
      const nominal = num(table("supplies").find((row) => num(row, "tech_nm") === nodeNm) as Row, `${cell}_v`);
      const warned = (volts: number, more: { readonly [path: string]: Json } = {}) =>
        technologyWarnings(
          on({ "chip.technology_nm": nodeNm, "chip.sram_cell": cell, "prices.basis": "library", "chip.voltage_v": volts, ...more }),
          precision,
          BUILT_NEEDS,
        ).filter((text) => /times the nominal/.test(text)).length;
      const most = Number((1.2 * nominal).toFixed(4));
      if (most > 1.98) continue;
      expect([warned(nominal), warned(most - 0.001), warned(most), warned(most, { "chip.fpga": "ecp5-85" })]).toEqual([0, 0, 1, 0]);
    }
});
