/**
 * Errors of laws over nodes, temperature and corner: that of the distance from the table that a price comes from, and
 * that of leakage away from 300 K and typical silicon.
 */
import { describe, expect, test } from "vitest";
import {
  axonTablePrices,
  BUILT_NEEDS,
  corePrices,
  linkPrices,
  parseArch,
  patchDocument,
  routerPrices,
  routeTablePrices,
} from "../../arch/index.js";
import { atCorner, leakageTemperatureRatio } from "../../arch/sram.js";
import { log } from "../../base/math.js";
import { linePrice, priceErrors } from "../../sim/index.js";

const NODES = [180, 130, 90, 65, 55, 45, 40, 32, 28, 22, 20, 16, 14, 10, 7];
/** Nodes of tables by how sources name them; the first that a source begins with is its own. */
const SOURCES: readonly (readonly [name: RegExp, nodes: readonly number[]])[] = [
  [/^(Aladdin 40 nm leakage|DSENT 0\.91 LVT leakage), by the ratio of CACTI/, [22, 28, 32, 45, 65, 90]],
  [/^(\w+ (table|entries of \d+ bits) as SRAM: |\d+ entries of \d+ bits as SRAM: )?CACTI 7\.0 fit/, [22, 28, 32, 45, 65, 90]],
  [/^clock pins? of IHP SG13G2/, [40, 130]],
  [/^DSENT (0\.91 (router|link)|flip-flop FIFO)/, [22, 32, 45]],
  [/^Horowitz ISSCC 2014 (adder|multiplier)/, [45]],
  [/^((registers|latches): )?Aladdin 40 nm/, [40]],
  [/^(control|address generators) of synthesised cores.*IHP 130 nm/, [130]],
];
const FACTORS = { energy: 0.66, area: 0.5, leakage: 1 };
const COMPONENTS = [
  ...["synapse memory reads", "state memory writes", "parameter memory reads", "axon table reads", "route table reads"],
  ...["synapse wires", "state wires, words read", "synaptic multiply-accumulates", "synaptic additions", "decoded weights"],
  ...["generated addresses", "requantisations", "element multiplications", "element additions", "table reads"],
  ...["input queue pushes", "input queue pops", "output queue pushes", "output queue pops", "write queue pushes", "control"],
  ...["router buffer writes", "router crossbars", "router VC allocations", "link flits", "router clock", "core clock"],
  ...["synapse memory clock", "state memory clock", "decoder clock", "address generator clock", "configuration clock"],
  ...["queue clock", "write queue clock", "parameter memory clock"],
  ...[
    "synapse memory",
    "state memory",
    "parameter memory",
    "axon table",
    "route table",
    "queue",
    "write queue",
    "control",
    "decoder",
  ].flatMap((part) => [`${part} leakage`, `${part} area`]),
  ...["address generator", "configuration", "datapath", "router", "link"].flatMap((part) => [`${part} leakage`, `${part} area`]),
];

const kinds = (kind: string, queue: string): string =>
  `synapse_memory: { size_kib: 2, kind: ${kind} }, state_memory: { size_kib: 2, kind: ${kind} }, parameter_memory: { kind: ${kind} }, ` +
  `input_queue: { kind: ${queue} }, output_queue: { kind: ${queue} }`;

describe.each([
  ["sram", "auto"],
  ["registers", "registers"],
  ["latches", "latches"],
  ["sram", "sram"],
])("a chip with memories of %s and queues of %s", (kind, queue) => {
  test("has at the node of a price's own table no cause of scaling, and elsewhere that of the distance to it", () => {
    const seen = new Set<string>();
    for (const nodeNm of NODES) {
      const text = `version: 1\nchip: { technology_nm: ${nodeNm}, voltage_v: nominal }\nprices: { basis: library }\n`;
      const tables = "axon_table: { entries: 128 }, route_table: { entries: 128 }, configuration_bits: 64";
      const { chip, precision } = parseArch(`${text}tile: { core: { ${kinds(kind, queue)}, ${tables} } }\n`, "n.yaml").experiment;
      const [core] = chip.cores;
      const prices: { readonly [name: string]: { readonly value: number; readonly source: string } } = {
        ...corePrices(chip, core, precision, BUILT_NEEDS),
        ...routerPrices(chip, 5, 1),
        ...linkPrices(chip, 1),
        ...axonTablePrices(chip, core),
        ...routeTablePrices(chip, core),
      };
      const errors = priceErrors(chip);
      for (const component of COMPONENTS) {
        const name = linePrice(component) ?? "";
        const { source, value } = prices[name] ?? { source: "", value: 0 };
        const found = SOURCES.find(([text]) => text.test(source));
        if (found === undefined) expect(value, `${name}: ${source}`).toBe(0);
        if (found === undefined || (value === 0 && name.endsWith("_clock_pj_per_cycle"))) continue; // SRAM has no clock
        seen.add(name);
        const quantity = name.endsWith("_mm2") ? "area" : name.endsWith("_mw") ? "leakage" : "energy";
        const distances = found[1].map((node) => log(node / nodeNm));
        const nearest = distances.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
        const cause = (errors.get(component) ?? []).find((one) => one.name === `scaling of ${quantity} over nodes`);
        expect(cause?.up ?? 0, `${component} at ${nodeNm} nm: ${source}`).toBeCloseTo(FACTORS[quantity] * nearest, 9);
      }
    }
    expect(seen.size).toBeGreaterThan(45);
  });
});

describe("leakage at another temperature or corner", () => {
  const base = parseArch("version: 1\nextends: mesh-2x2\nchip: { technology_nm: 28, voltage_v: nominal }\n", "t.yaml");
  const causes = (values: { readonly [path: string]: number | string }, component = "state memory leakage") =>
    new Map((priceErrors(patchDocument(base, values).chip).get(component) ?? []).map(({ name, up }) => [name, up]));

  test("has an error by which CACTI's nodes are apart from each other, common to all parts, and none at 300 K", () => {
    for (const [cell, reach] of [
      ["lstp", 1],
      ["lop", 1],
      ["hp", 0.55], // its nodes part above 380 K
    ] as const) {
      const name = `leakage of ${cell} over temperature`;
      const at = (kelvin: number, component?: string) =>
        causes({ "chip.sram_cell": cell, "chip.temperature_k": kelvin }, component).get(name);
      expect(at(300)).toBeUndefined();
      for (const component of ["queue leakage", "router leakage", "link leakage", "datapath leakage"])
        expect(at(400, component), component).toBe(at(400));
      expect(Number(at(350)) / Number(at(400))).toBeCloseTo(0.5, 9);
      const logs = [22, 28, 32, 45, 65, 90].map((node) => log(leakageTemperatureRatio(node, cell, 400)));
      const mean = logs.reduce((sum, ln) => sum + ln, 0) / logs.length;
      for (const ln of logs) expect(Math.abs(ln - mean) * reach, cell).toBeLessThan(1.645 * Number(at(400)));
      expect(causes({ "chip.sram_cell": cell, "chip.temperature_k": 400 }, "state memory reads").has(name)).toBe(false);
    }
  });

  test("points of one temperature and corner share these errors, so that the ratio of their leakage has none of them", () => {
    const hot = { "chip.temperature_k": 400, "chip.corner": "slow" };
    const [small, large] = [8, 64].map((kib) => causes({ ...hot, "tile.core.synapse_memory.size_kib": kib }, "synapse memory leakage"));
    for (const name of ["leakage of lstp over temperature", "leakage at process corner slow"]) {
      expect(small.get(name), name).toBeGreaterThan(0.5);
      expect(large.get(name), name).toBe(small.get(name));
    }
    expect([...causes({ "chip.corner": "typical" }).keys()].filter((name) => /corner|temperature/.test(name))).toEqual([]);
  });

  test("slow silicon, which leaks less than typical, is held although the corner's ratio says 1.08", () => {
    const sigma = Number(causes({ "chip.corner": "slow" }).get("leakage at process corner slow"));
    const ratio = atCorner({ ...base.experiment.chip.technology, corner: "slow" }).leakage;
    expect(ratio).toBeCloseTo(1.08, 2);
    expect(ratio * Math.exp(-1.645 * sigma)).toBeLessThan(0.5);
  });
});

test("the SRAM of a queue leaks at a larger node with the error of SRAM, as a memory does, and flip-flops with that of logic", () => {
  const above = (kind: string, component: string) =>
    (
      priceErrors(
        parseArch(
          `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 65, clock_mhz: 50 }\ntile: { core: { input_queue: { depth: 256, kind: ${kind} }, output_queue: { depth: 256, kind: ${kind} } } }\n`,
          "a.yaml",
        ).experiment.chip,
      ).get(component) ?? []
    ).filter(({ name }) => name.includes("above 28 nm"));
  const ofMemory = above("sram", "state memory leakage");
  expect(ofMemory).toMatchObject([{ down: expect.closeTo(1.81 * log(65 / 28), 2), up: 0 }]);
  expect(above("sram", "queue leakage")).toEqual(ofMemory);
  expect(above("registers", "queue leakage")).toEqual(above("registers", "router leakage"));
  expect(above("registers", "queue leakage")).toMatchObject([{ down: 0, up: expect.closeTo(0.71 * log(65 / 28), 2) }]);
});
