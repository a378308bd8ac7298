/**
 * Warns of searched parameters that a price of the description does not follow, with what to write; no warning follows
 * for such a price.
 */
import { expect, test } from "vitest";
import { silentPrices, stayingPrices } from "../../app/silent-prices.js";
import { parseArch, readModel, resolveModelPath, topologyOf } from "../../arch/index.js";

const model = readModel(resolveModelPath("mnist-rows-rec-v2.safetensors", "a.yaml"));
const PRICE = "synapse_memory_read_pj";

function told(prices: string, more = "", memory = "size_kib: { sweep: [64, 32, 128] }"): readonly string[] {
  const text = `version: 1
extends: mesh-2x2
chip: { technology_nm: 22, voltage_v: 0.8${more} }
prices: { ${prices} }
tile: { core: { lanes: { sweep: [4, 8] }, synapse_memory: { ${memory} } } }
sweep: { objectives: { area_mm2: min } }
`;
  const parsed = parseArch(text, "a.yaml");
  const { network } = model as { readonly network: Parameters<typeof topologyOf>[0] };
  return silentPrices(parsed, parsed.experiment, topologyOf(network, parsed.experiment.precision));
}

test("a constant price of a searched size is reported with both keys and an expression; the expression is not reported", () => {
  const [warning, ...others] = told(`${PRICE}: { value: 3.1, source: mine }`);
  expect(others).toEqual([]);
  expect(warning).toMatch(
    /^tile.core.synapse_memory.size_kib is searched, and prices.synapse_memory_read_pj is 3.1 for all its values, where .* rises 2.2 times from 32 to 128: write value: "3.1 \* \(size_kib \/ 64\) \*\* 0.56"/,
  );
  const [, instead = ""] = /value: "([^"]+)"/.exec(warning ?? "") ?? [];
  expect(told(`${PRICE}: { value: "${instead}", source: mine }`)).toEqual([]);
});

test("a price of 0 is no constant that misleads: it says that another price contains the action", () => {
  const given = (value: string) => told(`${PRICE}: { value: ${value}, source: mine }`);
  expect(given("0")).toEqual([]);
  expect(given('"0 * lanes"')).toEqual([]);
  expect(given("0.001")).toHaveLength(1);
});

test("no warning tells a rise of 1.0 times", () => {
  const small = told(`${PRICE}: { value: 3.1, source: mine }`, "", "size_kib: { sweep: [64, 68] }");
  expect(small).toEqual([expect.stringMatching(/rises 1\.0[2-9] times from 64 to 68/)]);
});

test("an expression without the parameter is reported, one with it is not", () => {
  const memory = "size_kib: 64, word_bits: { sweep: [64, 128] }";
  expect(told(`${PRICE}: { value: "0.05 * size_kib", source: mine }`, "", memory)).toEqual([
    expect.stringMatching(
      /word_bits is searched, and prices.synapse_memory_read_pj does not name it.*"\(0.05 \* size_kib\) \* \(word_bits \/ 64\) \*\* 0.5\d"/,
    ),
  ]);
  expect(told(`${PRICE}: { value: "0.05 * word_bits", source: mine }`, "", memory)).toEqual([]);
});

test("no expression is offered over another memory's width, bank or entry, which the search leaves as it is", () => {
  for (const [price, memory] of [
    ["synapse_wire_pj", "size_kib: 64 }, state_memory: { word_bits: { sweep: [64, 128] }"],
    ["synapse_wire_pj", "size_kib: 64 }, state_memory: { banks: { sweep: [2, 4] }"],
    ["axon_table_read_pj", "word_bits: { sweep: [64, 128] } }, axon_table: { entries: 256"],
  ]) {
    const found = told(`${price}: { value: 1, source: mine }`, "", memory).filter((text) => /(?:word_bits|banks) is searched/.test(text));
    expect(found).toEqual([expect.stringMatching(/library's price rises .* times .*: run one search per value, each with its own price$/)]);
  }
});

test("supply and what expressions call otherwise are told by the names that they have there", () => {
  expect(told(`${PRICE}: { value: 3, source: mine }`, "", "size_kib: 64")).toEqual([]);
  const text = (prices: string, chip: string) =>
    silentPrices(
      ...((parsed) =>
        [parsed, parsed.experiment, topologyOf(model.network as Parameters<typeof topologyOf>[0], parsed.experiment.precision)] as const)(
        parseArch(
          `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 22, ${chip} }\nnoc: { flit_width_bits: { sweep: [32, 64] } }\nprices: { ${prices} }\nsweep: { objectives: { area_mm2: min } }\n`,
          "a.yaml",
        ),
      ),
    );
  expect(text("router_crossbar_pj: { value: 1, source: mine }", "voltage_v: 0.8")[0]).toMatch(
    /noc.flit_width_bits is searched, .* write value: "1 \* \(bits \/ 32\) \*\* [\d.]+"/,
  );
  expect(text("synaptic_mac_pj: { value: 1, source: mine }", "voltage_v: { sweep: [0.8, 0.7] }")).toEqual([
    expect.stringMatching(/chip.voltage_v is searched, and prices.synaptic_mac_pj is 1 .*\(voltage_v \/ 0.8\)/),
  ]);
});

test("a search over temperature with a table of macros, which has none, is reported", () => {
  const csv =
    "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns\\n1024,64,1rw,22,0.8,9000,2,2,1,1\\n";
  const memory = "size_kib: { sweep: [64, 32] }, macros: mine";
  expect(told(`macros: { mine: { csv: "${csv}" } }`, "", memory)).toEqual([]);
  expect(told(`macros: { mine: { csv: "${csv}" } }`, ", temperature_k: { sweep: [300, 350] }", memory)).toEqual([
    expect.stringMatching(/^chip.temperature_k is searched, but memories of prices.macros cost the same/),
  ]);
});

test("a set temperature, corner or cell with a table of macros is reported once, a value that changes nothing and other keys are not", () => {
  const csv =
    "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns\\n1024,64,1rw,22,0.8,9000,2,2,1,1\\n";
  const at = (values: { readonly [path: string]: string | number }, memory = "macros: mine", prices = "") => {
    const parsed = parseArch(
      `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 22, voltage_v: 0.8 }\nprices: { macros: { mine: { csv: "${csv}" } }${prices} }\ntile: { core: { synapse_memory: { size_kib: 8, ${memory} } } }\n`,
      "a.yaml",
    );
    const { network } = model as { readonly network: Parameters<typeof topologyOf>[0] };
    return stayingPrices(parsed, values, parsed.experiment.chip, topologyOf(network, parsed.experiment.precision));
  };
  for (const [path, from, to] of [
    ["temperature_k", 300, 400],
    ["corner", "typical", "fast"],
    ["sram_cell", "lstp", "hp"],
  ] as const) {
    const told = `chip.${path} is set to ${to}, but memories of prices.macros cost the same as at ${from}: name a table of macros for ${to}`;
    expect(at({ [`chip.${path}`]: to })).toEqual([told]);
    expect(at({ [`chip.${path}`]: from })).toEqual([]);
    expect(at({ [`chip.${path}`]: to, "tile.core.synapse_memory.macros": "mine" })).toEqual([]);
    expect(at({ [`chip.${path}`]: to }, "banks: 2").length).toBe(0);
    expect(at({ [`chip.${path}`]: to }, "macros: mine", ", core_clock_pj_per_cycle: { value: 1, source: mine }")).toContain(told);
  }
  expect(at({ "chip.clock_mhz": 50 })).toEqual([]);
});

test("prices of routers are reported in a search over a mesh's size, in which most routers have more ports", () => {
  const over = (noc: string, prices: string): readonly string[] => {
    const text = `version: 1\nextends: mesh-2x2\nnoc: { ${noc} }\nprices: { ${prices} }\nsweep: { objectives: { area_mm2: min } }\n`;
    const parsed = parseArch(text, "a.yaml");
    const { network } = model as { readonly network: Parameters<typeof topologyOf>[0] };
    return silentPrices(parsed, parsed.experiment, topologyOf(network, parsed.experiment.precision));
  };
  const size = "width: { sweep: [2, 4, 8] }, height: { sweep: [2, 4] }";
  const warnings = over(size, "router_area_mm2: { value: 0.01, source: mine }, router_crossbar_pj: { value: 0.4, source: mine }");
  expect(warnings.filter((text) => /^noc.width is searched, and prices.router_area_mm2 is 0.01/.test(text))).toHaveLength(1);
  expect(warnings.filter((text) => /^noc.height is searched, and prices.router_crossbar_pj is 0.4/.test(text))).toHaveLength(1);
  for (const text of warnings) expect(text).toMatch(/rises 1\.\d+ times from 2 to [48]: write an expression over ports, or run one search/);
  expect(over(size, 'router_area_mm2: { value: "0.003 * ports", source: mine }')).toEqual([]);
  expect(over("width: 4, link_length_mm: { sweep: [1, 2] }", "router_area_mm2: { value: 0.01, source: mine }")).toEqual([]);
});

test("a set value that a price of the description does not follow is told once, with the library's change; what follows is not", () => {
  const at = (values: { readonly [path: string]: string | number }, prices = `${PRICE}: { value: 3.1, source: mine }`) => {
    const text = `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 22, voltage_v: 0.8 }\nprices: { ${prices} }\n`;
    const parsed = parseArch(text, "a.yaml");
    const { network } = model as { readonly network: Parameters<typeof topologyOf>[0] };
    return stayingPrices(parsed, values, parsed.experiment.chip, topologyOf(network, parsed.experiment.precision));
  };
  // dynamic energy goes as the square of the supply: (0.7 / 0.8)^2 = 0.77
  expect(at({ "chip.voltage_v": 0.7 })).toEqual([
    expect.stringMatching(
      /^chip.voltage_v is set to 0.7, but the description's prices.synapse_memory_read_pj stays the same \(.* 0.77 times/,
    ),
  ]);
  for (const values of [{}, { "chip.voltage_v": 0.8 }, { "mapping.seed": 3 }, { "chip.voltage_v": 0.7, [`prices.${PRICE}.value`]: 2 }])
    expect(at(values)).toEqual([]);
  expect(at({ "chip.voltage_v": 0.7 }, `${PRICE}: { value: 0, source: mine }`)).toEqual([]);
  expect(at({ "tile.core.synapse_memory.size_kib": 32 }, `${PRICE}: { value: "0.05 * size_kib", source: mine }`)).toEqual([]);
});
