/** The error of scaling over nodes is that of the distance from the table that a price comes from. */
import { describe, expect, test } from "vitest";
import { axonTablePrices, BUILT_NEEDS, corePrices, linkPrices, parseArch, routerPrices, routeTablePrices } from "../../arch/index.js";
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
