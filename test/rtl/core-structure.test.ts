/** The priced lanes and write queues are those of the emitted core; priced registers are near those of synthesis. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addressGeneratorSize } from "../../arch/address-generator.js";
import { coreStructure } from "../../arch/fpga/core-structure.js";
import {
  areaOf,
  BUILT_NEEDS,
  builtLanes,
  type CoreNeeds,
  controlSize,
  coreNeedsOf,
  corePrices,
  datapathLogic,
  idleLanes,
  ihpCells,
  isGenerated,
  logicAreaMm2,
  parseArch,
  patchDocument,
  queueCosts,
  type Topology,
  writePath,
  writeQueueBits,
} from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { modelFigures } from "../../rtl/gates/model-figures.js";
import { candidateOf, obstaclesOf } from "../../rtl/index.js";
import { rtlPoint } from "../../rtl/point.js";
import { coreTables } from "../../rtl/tables.js";
import { CORES } from "../../scripts/rtl-gates/cores.js";
import { rankCorrelation } from "../../scripts/rtl-gates/page.js";
import { needsOn } from "../../sim/needs.js";
import { Counted } from "../counted.js";
import { randomCore } from "./random-cores.js";
import { randomRows, severalRows } from "./random-rows.js";

const base = parseArch("version: 1\nextends: mesh-2x2\nprices: { basis: library }\n", "a.yaml");
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);

/** MNIST's rows: 28 inputs, two layers of 128 (`alif` has one of 128), 10 classes with sums of 32 bits. */
function mnistNeeds(name: string, stateBits: number): CoreNeeds {
  const accumulators = name.startsWith("rec") ? 2 : 1;
  const neurons = [
    { neurons: 28, states: 1, accumulators: 0 },
    { neurons: 128, states: 2, accumulators },
    { neurons: 10, states: Math.ceil(32 / stateBits), accumulators: 1 },
  ];
  return { ...BUILT_NEEDS, unit: { ...BUILT_NEEDS.unit, requantisers: accumulators }, neurons };
}

describe("lanes", () => {
  test("as many are built as a group of the emitted core has, for random cores", { tags: ["long"] }, () => {
    let [cores, fewer] = [0, 0];
    for (let seed = 100; seed < 160; seed++) {
      const core = randomCore(seed);
      if (obstaclesOf(candidateOf(core)).length > 0) continue;
      const made = rtlPoint(core);
      const { scalars } = coreTables(made, made.cores[0]);
      const needs = coreNeedsOf(core.run.placement.topology);
      const [one] = core.experiment.chip.cores;
      const built = builtLanes(one, core.experiment.precision, needs);
      expect(scalars.GROUP, `seed ${seed}`).toBe(built);
      cores++;
      if (built < one.lanes) fewer++;
    }
    console.log(`seeds 100 to 159: ${cores} cores, ${fewer} with lanes that never work`);
    expect(fewer).toBeGreaterThan(5);
    expect(cores - fewer).toBeGreaterThan(5);
  });
  test("of chips with rows that are not dense, as many are built as the largest group of an emitted core has", { tags: ["long"] }, () => {
    const seen = new Counted("cores with rows");
    const points = [150, 300].flatMap((count, isSeveral) =>
      Array.from({ length: count }, (_, i) => (isSeveral === 1 ? severalRows(1000 + i) : randomRows(1000 + i))),
    );
    for (const point of points) {
      if (point === null || obstaclesOf(candidateOf(point)).length > 0) continue;
      const { experiment, functional, seed } = point;
      const { chip, precision } = experiment;
      const needs = needsOn(chip, precision, functional.trace.topology);
      const made = rtlPoint(point);
      const groups = made.cores.map((id) => Number(coreTables(made, id).scalars.GROUP));
      const built = Math.max(...made.cores.map((core) => builtLanes(core, precision, needs)));
      expect(Math.max(...groups), `seed ${seed}`).toBe(built);
      const kinds = [needs.generator !== null, needs.hasDense];
      seen.see(
        ["no rows", "dense rows", "other rows", "both"][Number(kinds[0]) * 2 + Number(kinds[1])],
        groups.length > 1 ? "several cores" : "one core",
        built < chip.cores[0].lanes ? "fewer than asked for" : "all",
        idleLanes(chip.cores, precision, needs)[0]?.match(/weights and their places|weights at once|sums at once|no row has more/)?.[0] ??
          "none idle",
      );
    }
    seen.expectEach(
      [
        "dense rows",
        "other rows",
        "both",
        "one core",
        "several cores",
        "fewer than asked for",
        "all",
        "weights and their places",
        "no row has more",
      ],
      5,
    );
  });
  test("an address generator has as many lanes as the emitted one, however short the rows are", () => {
    let [cores, shorter] = [0, 0];
    for (let seed = 100; seed < 130; seed++) {
      const core = randomRows(seed);
      if (obstaclesOf(candidateOf(core)).length > 0) continue;
      const { precision, chip } = core.experiment;
      const { topology } = core.run.placement;
      const needs = coreNeedsOf(topology);
      if (needs.generator === null) continue;
      const made = rtlPoint(core);
      const { scalars, rows } = coreTables(made, made.cores[0]);
      const { lanes } = addressGeneratorSize(chip.cores[0], needs, precision);
      // the emitted one finds dense rows, too
      const isFound = topology.projections.every((projection) => isGenerated(projection));
      if (isFound) expect(scalars.GROUP, `seed ${seed}`).toBe(lanes);
      else expect(scalars.GROUP, `seed ${seed}`).toBeGreaterThanOrEqual(lanes);
      expect(rows?.groupItems, `seed ${seed}`).toBeLessThanOrEqual(needs.longestRow);
      cores++;
      if (needs.longestRow < chip.cores[0].lanes) shorter++;
    }
    console.log(`seeds 100 to 129: ${cores} cores, ${shorter} with lanes beyond the longest row`);
    expect(shorter).toBeGreaterThan(3);
  });
  test("lanes beyond what the memories feed change no area, leakage, clock load; a check names them and the key to set", () => {
    const wide = { "tile.core.synapse_memory.word_bits": 256, "precision.accumulator_bits": 24 };
    const at = (lanes: number, more: { [path: string]: Json } = {}) => {
      const { chip, precision } = point({ ...wide, "tile.core.lanes": lanes, ...more });
      const { datapath_leakage_mw, core_clock_pj_per_cycle } = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
      const prices = [datapath_leakage_mw.value, core_clock_pj_per_cycle.value, areaOf(chip, precision, BUILT_NEEDS).totalMm2];
      return { prices, texts: idleLanes(chip.cores, precision, BUILT_NEEDS), built: builtLanes(chip.cores[0], precision, BUILT_NEEDS) };
    };
    const { banks, wordBits } = point(wide).chip.cores[0].stateMemory;
    const sums = banks * Math.floor(wordBits / 24);
    expect(at(sums).texts).toEqual([]);
    expect(at(2 * sums).prices).toEqual(at(sums).prices);
    expect(at(sums - 1).prices).not.toEqual(at(sums).prices);
    expect(at(2 * sums).texts).toEqual([
      expect.stringMatching(new RegExp(`^${sums} of ${2 * sums} lanes .*state_memory.*set tile.core.lanes: ${sums},`)),
    ]);
    expect(at(64, { "tile.core.synapse_memory.word_bits": 16 }).built).toBe(2);
    expect(at(64, { "tile.core.synapse_memory.word_bits": 16 }).texts[0]).toMatch(
      /1 bank of 16 bits in tile\.core\.synapse_memory holds 2 weights/,
    );
  });
  test("by hand: rows limit lanes, too, and words that hold targets' places beside the weights", () => {
    const population = { name: "p", states: 1, depth: 0, payloadBits: 1, rests: true };
    const update = { requantises: 1, multiplies: 1, additions: 2, lutReads: 0 };
    const shape = (sparse: Topology["projections"][number]["sparse"]): Topology => ({
      populations: [
        { ...population, neurons: 2, accumulators: 0, update },
        { ...population, neurons: 3, accumulators: 1, update },
      ],
      projections: [{ source: 0, target: 1, recurrent: false, sparse }],
    });
    const { chip, precision } = point({
      "tile.core.lanes": 64,
      "tile.core.synapse_memory.word_bits": 256,
      "tile.core.state_memory.word_bits": 256,
    });
    const [core] = chip.cores;
    expect(builtLanes(core, precision, coreNeedsOf(shape(null)))).toBe(3);
    const sparse = { rowStart: Uint32Array.of(0, 1, 3), targets: Uint32Array.of(0, 1, 2) };
    expect(builtLanes(core, precision, coreNeedsOf(shape(sparse)))).toBe(2);
    expect(idleLanes([core], precision, coreNeedsOf(shape(sparse)))[0]).toMatch(/no row has more than 2 weights; set tile.core.lanes: 2$/);
    // rows of 40 targets among 64, each with two weights of 8 bits
    const generator = { targets: 64, taps: 0, rows: [{ into: "p", weights: 2, numberBits: 6, runBits: 0, items: 40 }] };
    const rows: CoreNeeds = { ...BUILT_NEEDS, hasDense: false, longestRow: 80, generator };
    const narrow = { ...core, synapseMemory: { ...core.synapseMemory, wordBits: 64, banks: 2 } };
    const at = (lanes: number, needs = rows, widths = precision) => builtLanes({ ...narrow, lanes }, widths, needs);
    // an item has 22 bits: two in a word, four in both banks, eight weights
    expect([1, 2, 3, 5, 7, 8, 9, 64].map((lanes) => at(lanes))).toEqual([1, 2, 2, 4, 6, 8, 8, 8]);
    expect(idleLanes([{ ...narrow, lanes: 9 }], precision, rows)).toEqual([
      "1 of 9 lanes never work and are not priced: 2 banks of 64 bits in tile.core.synapse_memory hold 8 weights and their places at once; set tile.core.lanes: 8, or more tile.core.synapse_memory.banks or word_bits",
    ]);
    expect(idleLanes([{ ...narrow, lanes: 7 }], precision, rows)).toEqual([
      "1 of 7 lanes never work and are not priced: a target has 2 weights; set tile.core.lanes: 6",
    ]);
    // a core of 32 neurons has numbers of 5 bits, and three items in a word; weights of 4 bits into this population
    // four
    expect(builtLanes({ ...narrow, maxNeurons: 32 }, precision, rows)).toBe(12);
    expect(at(64, rows, { ...precision, layers: { p: { weightBits: 4 } } })).toBe(16);
    expect(at(64, rows, { ...precision, layers: { q: { weightBits: 4 } } })).toBe(8);
    // behind a bitmap an item has 16 bits; a run of 17 bits leaves one item in a word
    expect(at(64, { ...rows, generator: { ...generator, rows: [{ ...generator.rows[0], numberBits: 0 }] } })).toBe(16);
    expect(at(64, { ...rows, generator: { ...generator, rows: [{ ...generator.rows[0], numberBits: 0, runBits: 17 }] } })).toBe(4);
    // dense rows beside them feed 16 lanes, sums of other cores two
    expect(at(64, { ...rows, hasDense: true })).toBe(16);
    const wide = { ...narrow, synapseMemory: { ...narrow.synapseMemory, wordBits: 8, banks: 1 } };
    const one = { ...BUILT_NEEDS, longestRow: 80 };
    expect([0, 40].map((partialSumBits) => builtLanes(wide, precision, { ...one, partialSumBits }))).toEqual([1, 2]);
  });
});

describe("write queues", () => {
  type GateRow = {
    readonly name: string;
    readonly registers: { readonly [part: string]: number };
    readonly areaUm2: number;
    readonly lut4: number;
  };
  const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
  const described = rows.map(({ name, registers }) => {
    const shape = Object.fromEntries(Object.entries(CORES[name]).filter(([path]) => path !== "network.model"));
    const { chip, precision } = point(shape);
    return { name, registers, chip, precision, needs: mnistNeeds(name, precision.stateBits) };
  });
  test("entries on the way back are 0.9 to 1.15 of the registers that 12 synthesised cores have there", () => {
    const ratios = described.map(({ chip, precision, needs, registers }) => {
      const [core] = chip.cores;
      const { returnDepth } = writePath(core, precision, needs);
      return (core.stateMemory.banks * returnDepth * writeQueueBits(core, precision, needs).entry.back) / registers["somas.back"];
    });
    console.log(`back, price / gates: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`);
    expect(Math.min(...ratios)).toBeGreaterThan(0.9);
    expect(Math.max(...ratios)).toBeLessThan(1.15);
  });
  test("all registers of a core, control among them, are 0.9 to 1.05 of those of the gates", () => {
    const ratios = described.map(({ chip, precision, needs, registers }) => {
      const [core] = chip.cores;
      const input = core.inputQueue.depth * (chip.noc.headerBits + 8);
      const priced =
        datapathLogic(core, precision, needs).registerBits +
        writeQueueBits(core, precision, needs).all +
        input +
        controlSize().registerBits;
      return priced / Object.values(registers).reduce((sum, bits) => sum + bits, 0);
    });
    console.log(`all, price / gates: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`);
    expect(Math.min(...ratios)).toBeGreaterThan(0.9);
    expect(Math.max(...ratios)).toBeLessThan(1.05);
  });
  test("one of each kind per bank, as FIFOs of registers; a word in and out costs the mean of both kinds", () => {
    const { chip, precision } = point({});
    const [core] = chip.cores;
    const { banks } = core.stateMemory;
    const { returnDepth, sumsDepth } = writePath(core, precision, BUILT_NEEDS);
    const { entry } = writeQueueBits(core, precision, BUILT_NEEDS);
    const back = queueCosts("registers", returnDepth, entry.back, chip.technology);
    const sums = queueCosts("registers", sumsDepth, entry.sum, chip.technology);
    const prices = corePrices(chip, core, precision, BUILT_NEEDS);
    // factors to silicon: the same for one group
    const factor = prices.write_queue_push_pj.value / ((back.pushPj + back.popPj + sums.pushPj + sums.popPj) / 2);
    expect(prices.write_queue_clock_pj_per_cycle.value).toBeCloseTo(factor * banks * (back.clockPjPerCycle + sums.clockPjPerCycle), 10);
    const { beside } = writeQueueBits(core, precision, BUILT_NEEDS);
    const { "multiplexer of 4": multiplexer, "flip-flop": flop } = ihpCells();
    // rec-v2: a batch of one neuron has one word of states and one word of two sums, so each place of a queue chooses
    // between two words; a place for sums chooses between two as well, and sums are also looked up
    const choices = banks * (returnDepth * entry.back + sumsDepth * entry.sum * 2);
    const flops = beside + (choices * multiplexer.areaUm2) / 3 / flop.areaUm2;
    const areaMm2 =
      banks * (back.areaMm2 + sums.areaMm2) +
      logicAreaMm2({ adderBits: 0, multiplierBits2: 0, registerBits: flops }, chip.technology.nodeNm);
    expect(prices.write_queue_area_mm2.value).toBeCloseTo(areaMm2, 12);
  });
  test("without registers, the priced logic ranks the LUTs of 12 synthesised cores by more than 0.95", () => {
    const priced = described.map(({ chip, precision, needs }) => {
      const { logic, combinational } = modelFigures(chip, chip.cores[0], precision, needs);
      return { all: logicAreaMm2(logic, 130) * 1e6, without: logicAreaMm2(combinational, 130) };
    });
    const ratios = priced.map(({ all }, i) => all / rows[i].areaUm2);
    console.log(`area, price / gates: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`);
    expect(Math.min(...ratios)).toBeGreaterThan(0.6);
    expect(Math.max(...ratios)).toBeLessThan(0.8);
    const rank = rankCorrelation(
      priced.map(({ without }) => without),
      rows.map(({ lut4 }) => lut4),
    );
    expect(rank).toBeGreaterThan(0.95);
  });
  test("an address generator is among the registers and the logic area, at its own size", () => {
    const { chip, precision, needs } = described[0];
    const generator = { targets: 4096, taps: 9, rows: [{ into: "p", weights: 1, numberBits: 0, runBits: 0, items: 288 }] };
    const [dense, generated] = [null, generator].map((of) => modelFigures(chip, chip.cores[0], precision, { ...needs, generator: of }));
    const size = addressGeneratorSize(chip.cores[0], { generator, longestRow: needs.longestRow }, precision);
    expect(size.registerBits).toBeGreaterThan(100);
    expect(generated.datapathRegisterBits - dense.datapathRegisterBits).toBe(size.registerBits);
    expect(generated.logicAreaMm2 - dense.logicAreaMm2).toBeCloseTo(logicAreaMm2(size, chip.technology.nodeNm), 12);
    expect(generated.laneBits2).toBe(dense.laneBits2);
  });
  test("banks, words, pipeline depths and units of the update make the queues larger", () => {
    const bits = (values: { [path: string]: Json }): number => {
      const { chip, precision } = point(values);
      return writeQueueBits(chip.cores[0], precision, BUILT_NEEDS).all;
    };
    for (const [path, low, high] of [
      ["tile.core.state_memory.banks", 2, 4],
      ["tile.core.state_memory.word_bits", 64, 128],
      ["tile.core.accumulate_depth_cycles", 4, 6],
      ["tile.core.neuron_update.units", 1, 8],
    ] as const)
      expect(bits({ [path]: high }), path).toBeGreaterThan(bits({ [path]: low }));
  });

  test("by hand: a cycle more from a sum to its word is a word more in the sums' queue of each bank, which an FPGA's law counts four times", () => {
    const sums = (accumulate_depth_cycles: number): number => {
      const { chip, precision } = point({
        "tile.core.state_memory.banks": 4,
        "tile.core.accumulate_depth_cycles": accumulate_depth_cycles,
      });
      return coreStructure(chip.cores[0], precision, BUILT_NEEDS).sumBits;
    };
    const { wordBits, banks, sizeBits } = point({ "tile.core.state_memory.banks": 4 }).chip.cores[0].stateMemory;
    const rowBits = Math.ceil(Math.log2(sizeBits / wordBits / banks));
    expect(sums(5) - sums(4)).toBe(4 * 4 * (wordBits + rowBits));
  });
});
