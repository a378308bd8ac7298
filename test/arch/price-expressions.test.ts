/**
 * Prices of the description as expressions: their values by hand for every kind of part, how they err, what is wrong
 * with one.
 */
import { describe, expect, test } from "vitest";
import {
  axonTablePrices,
  BUILT_NEEDS,
  corePrices,
  diePrices,
  framePrices,
  linkPrices,
  type ParsedArch,
  PRICE_NAMES,
  parseArch,
  patchDocument,
  portPrices,
  priceValue,
  routerPrices,
  routeTablePrices,
  treeLinkPrices,
} from "../../arch/index.js";
import { pow } from "../../base/math.js";
import { functionalKey, priceErrors, replayTraits } from "../../sim/index.js";
import { pointKey } from "../../sweeps/index.js";

type Prices = { readonly [name: string]: number | string };
const described = (prices: Prices, more = ""): ParsedArch =>
  parseArch(
    `version: 1
extends: mesh-2x2
chip: { technology_nm: 22, voltage_v: 0.8, clock_mhz: 200 }
tile: { core: { lanes: 4, configuration_bits: 64, synapse_memory: { size_kib: 64, word_bits: 128, banks: 2 }, axon_table: { entries: 100 }, route_table: { entries: 50 } } }
prices:
${Object.entries(prices)
  .map(([name, value]) => `  ${name}: { value: ${JSON.stringify(value)}, source: mine }`)
  .join("\n")}
${more}`,
    "a.yaml",
  );
const coreOf = ({ experiment: { chip, precision } }: Pick<ParsedArch, "experiment">, core = 0) =>
  corePrices(chip, chip.cores[core]!, precision, BUILT_NEEDS);

describe("values", () => {
  test("a memory's price follows its own shape, the chip's technology and the precision", () => {
    const prices = {
      synapse_memory_read_pj: "0.1 * size_kib ** 0.5 * (word_bits / 32) ** 0.4 * (voltage_v / 0.8) ** 2",
      synapse_memory_area_mm2: "max(0.01, words * bits * banks * 2e-7)",
      state_memory_write_pj: "sqrt(word_bits) + log2(words) + pow(2, 3) + min(1, technology_nm)",
      synaptic_mac_pj: "0.002 * bits * payload_bits + 0.001 * accumulator_bits",
      synaptic_add_pj: "bits / 1000",
      parameter_memory_leakage_mw: "units * size_kib * 1e-4",
    };
    const found = coreOf(described(prices));
    expect(found.synapse_memory_read_pj.value).toBe(0.1 * pow(64, 0.5) * pow(4, 0.4) * pow(1, 2));
    expect(found.synapse_memory_read_pj.source).toBe(`mine: ${prices.synapse_memory_read_pj}`);
    // 64 KiB in two banks of 2048 words of 128 bits
    expect(found.synapse_memory_area_mm2.value).toBeCloseTo(2048 * 128 * 2 * 2e-7, 12);
    const { wordBits, sizeBits, banks } = described(prices).experiment.chip.cores[0]!.stateMemory;
    expect(found.state_memory_write_pj.value).toBeCloseTo(Math.sqrt(wordBits) + Math.log2(sizeBits / wordBits / banks) + 8 + 1, 12);
    expect(found.synaptic_mac_pj.value).toBeCloseTo(0.002 * 8 * 8 + 0.024, 12);
    expect(found.synaptic_add_pj.value).toBeCloseTo(0.024, 12);
    expect(found.parameter_memory_leakage_mw.value).toBeGreaterThan(0);
    const wide = patchDocument(described(prices), { "tile.core.synapse_memory.size_kib": 16, "chip.voltage_v": 0.7 });
    expect(coreOf({ experiment: wide }).synapse_memory_read_pj.value).toBe(0.1 * pow(16, 0.5) * pow(4, 0.4) * pow(0.7 / 0.8, 2));
  });

  test("one expression gives different cores different prices", () => {
    const parsed = described({ synapse_memory_read_pj: "size_kib" }, '"tile[1]": { core: { synapse_memory: { size_kib: 16 } } }');
    expect([0, 1, 2].map((core) => coreOf(parsed, core).synapse_memory_read_pj.value)).toEqual([64, 16, 64]);
  });

  test("routers, links, trees and tables have their own shapes; a longer link costs proportionally more", () => {
    const tree = "noc: { topology: mesh-tree, width: 2, height: 1, tree: { link_length_mm: 3 }, flit_width_bits: 64, link_length_mm: 0.5 }";
    const { chip } = described(
      {
        router_crossbar_pj: "ports * flit_bits / 100".replace("flit_bits", "bits"),
        router_area_mm2: "virtual_channels * vc_buffer_flits * 1e-3",
        link_flit_pj: "bits * length_mm",
        tree_link_flit_pj: "bits * length_mm",
        axon_table_read_pj: "words * bits",
        route_table_area_mm2: "size_kib",
      },
      tree,
    ).experiment;
    expect(routerPrices(chip, 5, 1).router_crossbar_pj.value).toBeCloseTo(5 * 0.64, 12);
    expect(routerPrices(chip, 5, 1).router_area_mm2.value).toBeCloseTo(2 * 4 * 1e-3, 12);
    expect([linkPrices(chip, 1), linkPrices(chip, 3)].map((link) => link.link_flit_pj.value)).toEqual([32, 96]);
    expect(treeLinkPrices(chip)?.tree_link_flit_pj.value).toBe(192);
    const core = chip.cores[0]!;
    // 4096 words of 128 bits: an entry points at two of them, 13 bits each
    expect(axonTablePrices(chip, core)?.axon_table_read_pj.value).toBe(100 * 26);
    expect(routeTablePrices(chip, core)?.route_table_area_mm2.value).toBeCloseTo((50 * chip.noc.headerBits) / 8192, 12);
  });

  test("every price can be an expression of its bits and technology, and is then no other than the number", () => {
    for (const name of PRICE_NAMES) {
      if (name.startsWith("link_") || name.startsWith("tree_link_") || name === "dram_background_mw") continue;
      const parsed = described({ [name]: "0.5 * (1 + bits) * (technology_nm / technology_nm) * clock_mhz / clock_mhz" });
      const { chip, precision } = parsed.experiment;
      const dies = { columns: 2, rows: 1, bitsPerCycle: 4, latencyCycles: 1 };
      const { links: _, ...between } = diePrices({ ...chip, noc: { ...chip.noc, dies } })!;
      const all = {
        ...between,
        ...framePrices({ ...chip, frameBuffer: { entries: 40, kind: "sram", own: null } }, precision),
        ...corePrices(chip, chip.cores[0]!, precision, {
          ...BUILT_NEEDS,
          ...{
            bitmapTargets: 64,
            runTargets: 64,
            generator: { targets: 64, taps: 9, rows: [{ into: "p", weights: 1, numberBits: 0, runBits: 0, items: 36 }] },
          },
        }),
        ...routerPrices(chip, 5, 1),
        ...axonTablePrices(chip, chip.cores[0]!),
        ...routeTablePrices(chip, chip.cores[0]!),
        ...portPrices({ ...chip, port: { tile: 0, bitsPerCycle: 1, latencyCycles: 0, packetBits: null, queueDepth: 2 } }),
      };
      const { value, source } = all[name as keyof typeof all]!;
      expect(source, name).toMatch(/^mine: /);
      expect(value, name).toBeGreaterThan(0.5);
      expect(Number.isInteger(2 * value), name).toBe(true);
    }
  });
});

describe("what goes with it", () => {
  test("± is one error of the price, whatever its shape", () => {
    const parsed = parseArch(
      "version: 1\nextends: mesh-2x2\nprices: { synapse_memory_read_pj: { value: size_kib, source: mine, plus_minus_percent: 20 } }\n",
      "a.yaml",
    );
    const causes = priceErrors(parsed.experiment.chip).get("synapse memory reads");
    expect(causes).toEqual([expect.objectContaining({ name: "own price synapse_memory_read_pj" })]);
  });

  test("another expression makes another point, of the same function and replay", () => {
    const keys = ["size_kib", "size_kib * 2"].map((text) => {
      const { experiment } = described({ synapse_memory_read_pj: text });
      const traits = replayTraits(experiment, { key: "t" });
      return [pointKey(experiment, { modelHash: "m", dataHash: "d" }, "b"), functionalKey(experiment, "m", "d"), traits] as const;
    });
    expect(keys[0]?.[0]).not.toBe(keys[1]?.[0]);
    expect(keys[0]?.slice(1)).toEqual(keys[1]?.slice(1));
  });
});

describe("a mistake is reported where it is typed, with the character", () => {
  test.each([
    [
      "synapse_memory_read_pj",
      "size_kb",
      /a.yaml:6:36: prices.synapse_memory_read_pj.value: unknown name size_kb: did you mean size_kib\? at character 1/,
    ],
    ["synapse_memory_read_pj", "2 * size_kib +", /expected a value, got 'end of expression' at character 15/],
    ["synapse_memory_read_pj", "2 * exp(size_kib)", /unknown function 'exp' .*pow.* at character 5/],
    ["synapse_memory_read_pj", "pow(size_kib)", /pow takes 2 arguments, got 1/],
    ["synapse_memory_read_pj", "log2(size_kib / 128)", /gives -1 for size_kib 64; a price is from/],
    ["synapse_memory_read_pj", "1 / (size_kib - 64)", /gives Infinity for size_kib 64/],
    ["synapse_memory_read_pj", "size_kib > 3", /expected a number, got true or false/],
    ["synapse_memory_read_pj", "size_kib > 3 ? 1 : 'x'", /mixes a number with a text at character 14/],
    ["router_area_mm2", "lanes", /unknown name lanes: .*ports/],
    ["tree_link_area_mm2", "size_kib", /unknown name size_kib/],
    ["dram_background_mw", "words", /unknown name words/],
  ])("%s: %s", (name, text, message) => {
    expect(() => described({ [name]: text })).toThrow(message);
  });

  test("a searched shape for which it gives no price makes that point infeasible", () => {
    const parsed = described({ synapse_memory_read_pj: "log2(size_kib / 32)" });
    expect(coreOf(parsed).synapse_memory_read_pj.value).toBe(1);
    expect(() => patchDocument(parsed, { "tile.core.synapse_memory.size_kib": 16 })).toThrow(/gives -1 for size_kib 16/);
  });

  test("precedence: powers bind to the right and before signs' factors, products before sums", () => {
    for (const [text, value] of [
      ["2 + 3 * 4 ** 2 ** 0.5", 2 + 3 * pow(4, pow(2, 0.5))],
      ["(2 + 3) * 4 / 2 / 2", 5],
      ["10 - 4 - 3", 3],
      ["a > 2 ? a : 7", 3],
    ] as const)
      expect(priceValue(text, { a: 3 })).toBe(value);
  });
});
