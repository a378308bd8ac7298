/** The address generator: its model agrees with gates of the emitted library, and with calculations by hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addressGeneratorCosts, addressGeneratorSize, generatorLogic } from "../../arch/address-generator.js";
import { logicAreaMm2 } from "../../arch/arithmetic.js";
import {
  BUILT_NEEDS,
  coreNeedsOf,
  isGenerated,
  type PartProjection,
  type Projection,
  parseArch,
  patchDocument,
  type Technology,
} from "../../arch/index.js";
import { log } from "../../base/math.js";
import { packageRoot } from "../../base/package-root.js";
import type { GeneratorRow } from "../../scripts/address-generator.js";
import type { EnergyRow } from "../../scripts/reader-gates/energy-law.js";
import { generatorCauses } from "../../sim/error-causes.js";
import { priceErrors } from "../../sim/index.js";
import { core, population, precision } from "../sim/board/fixtures.js";

const logged = (name: string): unknown => JSON.parse(readFileSync(join(packageRoot(), "docs/logs", name), "utf8"));
const rows = logged("address-generator.json") as readonly GeneratorRow[];
const energies = logged("address-generator-energy.json") as readonly EnergyRow[];
/** Where rows limit no lanes. */
const longestRow = Number.POSITIVE_INFINITY;
/** The corner of the gates. */
const IHP: Technology = {
  nodeNm: 130,
  voltageV: 1.2,
  sramCell: "hp",
  temperatureK: 300,
  corner: "typical",
  clockMhz: 50,
  idle: "clock-gated",
};

test.each([
  ["kernels", false, [0.92, 1.06], [0.95, 1.03]],
  ["rows that name their targets", true, [0.81, 1.05], [0.85, 0.95]],
] as const)("of ten shapes as gates of 130 nm, the model has the area and the flip-flops: %s", (_, names, areas, flops) => {
  const some = rows.filter((row) => row.names === names);
  expect(some.length).toBe(10);
  for (const { names: isNamed, areaUm2, flipFlops, fieldBits: bits, ...shape } of some) {
    const groupBits = shape.lanes * shape.weightBits;
    const window = isNamed ? bits : 2 * bits;
    const logic = generatorLogic({ ...shape, groupBits, window, target: bits, word: bits, bit: bits, address: bits });
    const area = (1e6 * logicAreaMm2(logic, 130)) / areaUm2;
    expect(area, JSON.stringify(shape)).toBeGreaterThan(areas[0]);
    expect(area, JSON.stringify(shape)).toBeLessThan(areas[1]);
    expect(logic.registerBits / flipFlops, JSON.stringify(shape)).toBeGreaterThan(flops[0]);
    expect(logic.registerBits / flipFlops, JSON.stringify(shape)).toBeLessThan(flops[1]);
  }
});

const RATIOS = { kernels: [0.87, 1.23], rows: [0.76, 1.22] } as const;
/** pJ of a dense weight in the emitted module, which finds dense rows, too. */
const DENSE_PJ = 4.1;

test("of 16 cores of kernels and 20 of other rows whose gates ran recorded events, a weight is priced at 0.77 to 1.22 times their energy", () => {
  const logs = energies.flatMap(({ generator, ...row }) => {
    expect(row.equal).toBe(true);
    if (generator === null) return [];
    const rows = [...generator.rows, { weights: 1, numberBits: 0, runBits: 0, items: 1 }].map((kind) => ({
      ...kind,
      into: "p",
      runBits: 0,
    }));
    const needs = { ...BUILT_NEEDS, generator: { ...generator, rows } };
    const own = { ...core, ...row.core, synapseMemory: { ...core.synapseMemory, ...row.core.synapseMemory } };
    const { addressPj } = addressGeneratorCosts(own, needs, { ...precision, weightBits: row.weightBits }, IHP);
    const ratio = (addressPj * row.addresses + DENSE_PJ * (row.weights - row.addresses)) / row.energyPj;
    const [least, most] = RATIOS[generator.taps > 0 ? "kernels" : "rows"];
    expect(ratio, JSON.stringify(row)).toBeGreaterThan(least);
    expect(ratio, JSON.stringify(row)).toBeLessThan(most);
    return [log(ratio)];
  });
  const taps = energies.map(({ generator }) => generator?.taps ?? null);
  expect([16, 20]).toEqual([taps.filter((count) => count !== null && count > 0).length, taps.filter((count) => count === 0).length]);
  expect(new Set(energies.map((row) => row.core.lanes))).toEqual(new Set([1, 2, 4, 8]));
  // the law's error, which every line of generated addresses has, covers them
  const rms = Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / logs.length);
  expect(rms).toBeGreaterThan(0.1);
  expect(rms).toBeLessThan(generatorCauses("address_generator_pj", [{ ...core, addressLanes: core.lanes, count: 1 }])[0].up);
  const shaped = energies.flatMap(({ generator, core: own, weightBits }) => {
    if (generator === null) return [];
    const shape = { ...core, ...own, synapseMemory: { ...core.synapseMemory, ...own.synapseMemory } };
    const rows = generator.rows.map((kind) => ({ ...kind, into: "p", runBits: 0 }));
    const { lanes: addressLanes } = addressGeneratorSize(
      shape,
      { generator: { ...generator, rows }, longestRow },
      { layers: {}, weightBits },
    );
    const [{ name, up }] = generatorCauses("address_generator_pj", [{ ...shape, addressLanes, count: 1 }]);
    return [{ name, up }];
  });
  const pairs = shaped.flatMap((a, i) =>
    shaped.slice(i + 1).flatMap((b, k) => (a.name === b.name ? [] : [[a, b, logs[i] - logs[i + 1 + k]] as const])),
  );
  expect(pairs.length).toBeGreaterThan(300);
  expect(pairs.filter(([a, b, apart]) => Math.abs(apart) <= 1.645 * Math.hypot(a.up, b.up)).length / pairs.length).toBeGreaterThan(0.9);
});

test("energies of generators of unlike lanes, words or banks err apart, and those of equal ones together", () => {
  const base = parseArch("version: 1\nextends: mesh-2x2\nprices: { basis: library }\n", "a.yaml");
  const named = (values: { readonly [path: string]: number }): string | undefined =>
    priceErrors(patchDocument(base, values).chip)
      .get("generated addresses")
      ?.find(({ kind }) => kind === "energy of an address generator")?.name;
  const names = [{}, { "tile.core.lanes": 2 }, { "tile.core.synapse_memory.word_bits": 128 }, { "tile.core.synapse_memory.banks": 2 }].map(
    named,
  );
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(4);
  expect(named({ "tile.core.neuron_update.units": 2 })).toBe(names[0]);
});

test("dense weights take less in the same module, 3.6 to 5.4 pJ, and are no part of the price", () => {
  const dense = energies.filter(({ generator }) => generator === null);
  expect(dense.length).toBe(4);
  for (const { energyPj, weights, addresses } of dense) {
    expect(addresses).toBe(0);
    expect(energyPj / weights).toBeGreaterThan(3.5);
    expect(energyPj / weights).toBeLessThan(5.5);
  }
});

const kernel = { targets: 4096, taps: 9, rows: [{ into: "p", weights: 1, numberBits: 0, runBits: 0, items: 288 }] };

test("a lane is as wide as the core and the kernel need; if all rows are dense, all sizes are 0", () => {
  // 256 neurons of a core; a row of 288 bytes is 72 words of 32 bits; 64 KiB are 16,384 of them
  const [window, target, word, bit, address] = [4, 8, 7, 5, 14];
  const size = addressGeneratorSize({ ...core, lanes: 1 }, { generator: kernel, longestRow }, { layers: {}, weightBits: 8 });
  expect(size.additionBits).toBe(window + 2 * target + 2 * word + 3 * bit + address);
  const place = window + target + word + bit;
  const perWindow = target + bit + 1 + 2 + target + 2;
  expect(size.registerBits).toBe(place + 2 * target + word + 3 * address + 2 * perWindow + 8 + 32);
  expect(
    addressGeneratorSize({ ...core, lanes: 4 }, { generator: kernel, longestRow }, { layers: {}, weightBits: 8 }).adderBits,
  ).toBeCloseTo(4 * size.adderBits, 9);
  expect(addressGeneratorSize(core, { generator: null, longestRow }, { layers: {}, weightBits: 8 })).toEqual({
    ...{ additionBits: 0, heldBits: 0, adderBits: 0, multiplierBits2: 0, registerBits: 0, lanes: 0 },
  });
});

test("numbers of targets stand in place of a window, and make rows longer and groups smaller", () => {
  const named = { targets: 256, taps: 0, rows: [{ into: "p", weights: 2, numberBits: 8, runBits: 0, items: 40 }] };
  const on = (lanes: number, banks = 1) => {
    const synapseMemory = { ...core.synapseMemory, banks };
    return addressGeneratorSize({ ...core, lanes, synapseMemory }, { generator: named, longestRow }, { layers: {}, weightBits: 4 });
  };
  // an item of 16 bits: two per word of 32, 20 words per row
  const [target, word, bit, address] = [8, 5, 5, 14];
  const number = 8;
  expect(on(2).additionBits).toBe(number + 2 * target + 2 * word + 3 * bit + address);
  // two weights per item: four lanes take two items, as many as a word has; further lanes get none until there are more
  // banks
  expect([1, 2, 4, 8].map((lanes) => on(lanes).lanes)).toEqual([1, 1, 2, 2]);
  expect(on(8, 2).lanes).toBe(4);
  // no row has more than two weights: an item
  expect(addressGeneratorSize({ ...core, lanes: 4 }, { generator: named, longestRow: 2 }, { layers: {}, weightBits: 4 })).toEqual(on(2));
  // rows behind a bitmap in the same network have four weights of 8 bits, each an item, in a word
  const mixed = { ...named, rows: [...named.rows, { into: "p", weights: 1, numberBits: 0, runBits: 0, items: 10 }] };
  expect(addressGeneratorSize({ ...core, lanes: 8 }, { generator: mixed, longestRow }, { layers: {}, weightBits: 8 }).lanes).toBe(4);
});

describe("needs of networks", () => {
  const populations = [population("input", 4, 0), population("n", 5, 1, { accumulators: 2 }), population("out", 3, 2, { payloadBits: 0 })];
  const dense: Projection = { source: 0, target: 1, recurrent: false, sparse: null };
  const named: Projection = {
    ...{ source: 1, target: 2, recurrent: false },
    sparse: { rowStart: Uint32Array.of(0, 1, 3, 3, 5, 6), targets: Uint32Array.of(0, 0, 2, 1, 2, 0) },
  };
  const needsOf = (...projections: Projection[]) => coreNeedsOf({ populations, projections }).generator;

  test("a generator is as wide as the rows need that are not dense; if all are, there is none", () => {
    expect(needsOf(dense)).toBeNull();
    const items = { into: "out", weights: 1, items: 2, runBits: 0 };
    expect(needsOf(dense, named)).toEqual({ targets: 3, taps: 0, rows: [{ ...items, numberBits: 2 }] });
    expect(needsOf(dense, { ...named, coding: { kind: "bitmap" } })?.rows).toEqual([{ ...items, numberBits: 0 }]);
    expect(needsOf({ ...named, coding: { kind: "run-length", runBits: 1 } })?.rows).toEqual([{ ...items, numberBits: 0, runBits: 1 }]);
    const twice: Projection = {
      ...named,
      source: 0,
      target: 1,
      sparse: { rowStart: Uint32Array.of(0, 3, 3, 3, 3), targets: Uint32Array.of(0, 1, 4) },
    };
    expect(needsOf(twice, named)).toEqual({
      ...{ targets: 5, taps: 0 },
      rows: [
        { into: "n", weights: 2, numberBits: 3, runBits: 0, items: 3 },
        { ...items, numberBits: 2 },
      ],
    });
  });

  test("sums of other cores need none", () => {
    const sums: PartProjection = { ...named, rows: { first: 0, count: 5 }, weightless: true };
    expect(needsOf(dense, sums)).toBeNull();
    expect([dense, named, sums].map(isGenerated)).toEqual([false, true, false]);
  });
});
