/** Kernels that a core's memory stores once: the board agrees with a naive model, and with counts made by hand. */
// @module-tag slow
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressGeneratorCosts } from "../../../arch/address-generator.js";
import { areaOf } from "../../../arch/area.js";
import { BUILT_NEEDS, coreNeedsOf } from "../../../arch/core-needs.js";
import type { Chip, Memory, Projection, SharedKernel, SpikeTrace, Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { withPartialSums } from "../../../sim/mapping/fan-in.js";
import { projectionWords } from "../../../sim/mapping/layout.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { priceErrors } from "../../../sim/price-errors.js";
import { cases as many } from "../../cases.js";
import { Counted } from "../../counted.js";
import { ofKernel } from "../../oracles/naive-rows.js";
import { usualAndLong } from "../../usual.js";
import { expectAgreement } from "./agreement.js";
import { convolution, GEOMETRIES, type Geometry, sizeAfter, withConvolutions } from "./convolutions.js";
import { chip, core, population, precision } from "./fixtures.js";
import { allCases, plainCases } from "./random-chips.js";

for (const [some, options] of usualAndLong(
  [
    ["any chip", allCases, many(48), 20_261_201],
    ["plain chips", plainCases, many(30), 20_261_202],
  ] as const,
  ([what]) => what === "plain chips",
))
  test.each(some)(
    "waves and counters of convolutions equal a naive cycle-by-cycle model: %s",
    { ...options, timeout: 600_000 },
    (_, cases, numRuns, seed) => {
      const seen = new Counted("convolutions");
      const count = (cores: ArrayLike<number>, name: CoreCounter): number =>
        Array.from(cores).reduce((sum, n, i) => sum + (i % CORE_COUNTERS.length === CORE_COUNTERS.indexOf(name) ? n : 0), 0);
      let shared = 0;
      const property = fc.property(cases, (drawn) => {
        const c = withConvolutions(drawn);
        const { cores } = expectAgreement(c);
        seen.see(...c.choices);
        const generated = count(cores, "generated_addresses");
        expect(generated).toBeLessThanOrEqual(count(cores, "synaptic_adds") + count(cores, "synaptic_macs"));
        if (generated > 0) shared++;
      });
      fc.assert(property, { numRuns, seed });
      seen.expectEach(GEOMETRIES, many(1));
      expect(shared).toBeGreaterThan(numRuns / 2);
    },
  );

const plain = (channels: readonly [number, number], size: number, kernel: number, stride = 1): Geometry => ({
  ...{ channels, size: [size, size], kernel: [kernel, kernel], stride },
  ...{ padding: Math.floor(kernel / 2), dilation: 1, groups: 1 },
});

/** A convolution between an input and neurons. */
function network(geometry: Geometry): Topology {
  const { channels, size } = geometry;
  const [height, width] = sizeAfter(geometry);
  const populations = [
    population("input", channels[0] * size[0] * size[1], 0),
    population("n", channels[1] * height * width, 1, { payloadBits: 0 }),
  ];
  return { populations, projections: [convolution(0, 1, geometry)] };
}

/** One spike of each source, and the placement of the network. */
function eachOnce(topology: Topology, on: Chip, maxNeuronsPerCore: number | null) {
  const sources = topology.populations[0].neurons;
  const trace: SpikeTrace = {
    topology,
    ...{ stepStart: Uint32Array.of(0, 2), eventStart: Uint32Array.of(0, sources, sources, sources, sources) },
    ...{ neuron: Uint16Array.from({ length: sources }, (_, n) => n), payload: new Int16Array(sources).fill(1), key: "each once" },
  };
  const made = mapNetwork(topology, on, precision, { strategy: "sequential", manual: {}, maxNeuronsPerCore, seed: 1 }, trace);
  return { trace, made };
}

/** Counters of all cores together after one spike of each source. */
function countersOf(topology: Topology, on: Chip, maxNeuronsPerCore: number | null) {
  const { trace, made } = eachOnce(topology, on, maxNeuronsPerCore);
  const { cores } = runTiming(on, made, precision, trace, null, "replayed").total;
  const sum = (name: CoreCounter): number =>
    cores.reduce((all, count, i) => (i % CORE_COUNTERS.length === CORE_COUNTERS.indexOf(name) ? all + count : all), 0);
  return {
    adds: sum("synaptic_adds"),
    macs: sum("synaptic_macs"),
    generated: sum("generated_addresses"),
    reads: sum("synapse_reads"),
    groups: sum("synapse_busy_cycles"),
    waits: sum("synapse_stall_memory_cycles"),
  };
}

const roomy = (words: Partial<Memory> = {}, cores = 1, form: Chip["convolution"] = "shared"): Chip =>
  chip([cores], {
    convolution: form,
    core: {
      ...{ lanes: 64, maxNeurons: 100_000 },
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 30, wordBits: 64, ...words },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 26 },
    },
  });

describe("what can be counted", () => {
  test("a core stores one row of words per source channel, each weight once", () => {
    const layers: [Geometry, number][] = [
      [{ ...plain([2, 16], 34, 5, 2), padding: 1 }, 16 * 16 * 16],
      [plain([16, 16], 16, 3), 16 * 16 * 16],
      [{ ...plain([16, 8], 16, 3, 2), padding: 1 }, 8 * 8 * 8],
    ];
    for (const [geometry, neurons] of layers) {
      const topology = network(geometry);
      expect(topology.populations[1].neurons).toBe(neurons);
      const { channels, kernel } = geometry;
      const rowWords = Math.ceil((channels[1] * kernel[0] * kernel[1]) / 8);
      const [projection] = topology.projections;
      expect(projectionWords(topology, projection, precision, 64, 0, neurons)).toBe(channels[0] * rowWords);
    }
  });

  test("slices cut by channels divide the kernel; slices cut by rows each store all of it", () => {
    const topology = network(plain([4, 8], 6, 3));
    const [projection] = topology.projections;
    const words = (first: number, neurons: number): number => projectionWords(topology, projection, precision, 64, first, neurons);
    expect(words(0, 288)).toBe(4 * 9);
    // 4 channels of 9 weights are 4.5 words
    expect(words(0, 144) + words(144, 144)).toBe(2 * 4 * 5);
    // half of a channel, 7 channels, half of a channel
    expect([words(0, 18), words(18, 252), words(270, 18)]).toEqual([4 * 2, 4 * 9, 4 * 2]);
  });

  test("a source in the middle reads its channel's row, one at the border reads less; unrolled, a word holds fewer synapses", () => {
    const size = 8;
    const topology = network(plain([1, 8], size, 3));
    const shared = countersOf(topology, roomy(), null);
    const unrolled = countersOf(topology, roomy({}, 1, "unrolled"), null);
    expect(shared.adds).toBe(unrolled.adds);
    expect(shared.adds).toBe((3 * size - 2) ** 2 * 8);
    expect([shared.generated, unrolled.generated]).toEqual([shared.adds, shared.adds]);
    // The row is 9 words long. A border omits every third tap, but never a whole word; at a corner 4 of 9 taps are
    // read, at least one from each word.
    expect(shared.reads).toBe(size * size * 9);
    // 8 bits and an index of ceil(log2(512)) bits are 17: 3 per word
    const perSource = (near: number): number => Math.ceil((near * 8) / 3);
    const inner = (size - 2) ** 2 * perSource(9);
    expect(unrolled.reads).toBe(inner + 4 * (size - 2) * perSource(6) + 4 * perSource(4));
  });

  test("a stored kernel costs the same with zeros as without, in every format of matrices; unrolled rows name only its synapses", () => {
    const size = 8;
    const full = network(plain([1, 8], size, 3));
    const [{ kernel }] = full.projections;
    // only the middle of each kernel is not zero, and of one channel nothing
    const present = Uint8Array.from({ length: 8 * 9 }, (_, w) => Number(w % 9 === 4 && w >= 9));
    const pruned: Topology = { ...full, projections: [ofKernel(0, 1, { ...(kernel as SharedKernel), present })] };
    for (const weightFormat of ["auto", "dense", "rows"] as const) {
      // whole, and cut inside a channel
      const on = { ...roomy({}, 6), weightFormat };
      for (const most of [null, 100]) expect(countersOf(pruned, on, most)).toEqual(countersOf(full, on, most));
    }
    expect(countersOf(pruned, roomy(), null).adds).toBe((3 * size - 2) ** 2 * 8);
    expect(countersOf(pruned, { ...roomy({}, 1, "unrolled"), weightFormat: "rows" }, null).adds).toBe(size * size * 7);
  });

  test("generated addresses have a line of their own; a core whose rows are all dense has neither generator nor line", () => {
    const topology = network(plain([1, 8], 8, 3));
    const lines = (on: Chip) => {
      const { trace, made } = eachOnce(topology, on, null);
      const { rows } = price(on, precision, made.topology, runTiming(on, made, precision, trace, null, "replayed").total);
      const area = areaOf(on, precision, coreNeedsOf(made.topology)).rows;
      const mine = [...rows, ...area].filter(({ component }) => /generat/.test(component));
      return new Map(mine.map((row) => [row.component, row]));
    };
    const on = roomy();
    const found = lines(on);
    expect([...found.keys()].sort()).toEqual(
      ["address generator area", "address generator clock", "address generator leakage", "generated addresses"].sort(),
    );
    const needs = {
      ...BUILT_NEEDS,
      generator: { targets: 512, taps: 9, rows: [{ into: "p", weights: 1, numberBits: 0, runBits: 0, items: 72 }] },
    };
    const costs = addressGeneratorCosts(on.cores[0], needs, precision, on.technology);
    expect(found.get("generated addresses")?.energyPj).toBeCloseTo((3 * 8 - 2) ** 2 * 8 * costs.addressPj, 6);
    expect(found.get("address generator area")?.areaMm2).toBeCloseTo(costs.areaMm2, 12);
    // unrolled, its rows name their targets; stored dense with its zeros, there is nothing to find
    expect([...lines(roomy({}, 1, "unrolled")).keys()].sort()).toEqual([...found.keys()].sort());
    expect(lines({ ...roomy({}, 1, "unrolled"), weightFormat: "dense" }).size).toBe(0);
    // one standard deviation: larger than that of an addition
    const errors = priceErrors(on);
    const spread = (component: string): number => Math.hypot(...(errors.get(component) ?? []).map(({ up }) => up));
    expect(spread("generated addresses")).toBeGreaterThan(0.5);
    expect(spread("generated addresses")).toBeGreaterThan(spread("synaptic additions"));
    expect(spread("address generator area")).toBeGreaterThan(spread("datapath area"));
  });

  test("a generator finds the weights of all rows that are not dense, decoded ones among them; sums of other cores have none", () => {
    const layer = network(plain([1, 4], 6, 3));
    const neurons = layer.populations[1].neurons;
    const populations = [...layer.populations.slice(0, 1), population("n", neurons, 1), population("last", 5, 2, { payloadBits: 0 })];
    const named = {
      rowStart: Uint32Array.from({ length: neurons + 1 }, (_, n) => 2 * n),
      targets: Uint32Array.from({ length: 2 * neurons }, (_, k) => (k % 2 === 0 ? 1 : 4)),
    };
    const last: Projection = { source: 1, target: 2, recurrent: false, sparse: null };
    const into = (projection: Projection): Topology => ({ populations, projections: [layer.projections[0], projection] });
    // one spike of each neuron of the first layer, in the second wave
    const trace = (topology: Topology): SpikeTrace => ({
      topology,
      ...{ stepStart: Uint32Array.of(0, 1), eventStart: Uint32Array.of(0, 0, neurons, neurons) },
      ...{ neuron: Uint16Array.from({ length: neurons }, (_, n) => n), payload: new Int16Array(neurons).fill(1), key: "last" },
    });
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    const counted = (topology: Topology, on: Chip) => {
      const made = mapNetwork(topology, on, precision, request, trace(topology));
      const { cores } = runTiming(on, made, precision, withPartialSums(made.topology, trace(topology)), null, "replayed").total;
      const sum = (name: CoreCounter): number =>
        cores.reduce((all, count, i) => (i % CORE_COUNTERS.length === CORE_COUNTERS.indexOf(name) ? all + count : all), 0);
      return [sum("synaptic_adds"), sum("generated_addresses"), sum("decoded_weights")];
    };
    for (const scan of [core.scan, { ...core.scan, policy: "compressed" as const }]) {
      const on = (format: Chip["weightFormat"], form: Chip["convolution"] = "shared"): Chip => {
        const made = roomy({}, 1, form);
        return { ...made, weightFormat: format, cores: made.cores.map((one) => ({ ...one, scan })) };
      };
      expect(counted(into(last), on("auto"))).toEqual([5 * neurons, 0, 0]);
      expect(counted(into({ ...last, sparse: named }), on("rows"))).toEqual([2 * neurons, 2 * neurons, 0]);
      expect(counted(into({ ...last, sparse: named }), on("rows", "unrolled"))).toEqual([2 * neurons, 2 * neurons, 0]);
      expect(counted(into({ ...last, sparse: named }), on("dense"))).toEqual([5 * neurons, 0, 0]);
    }
    const bitmaps = counted(into({ ...last, sparse: named }), { ...roomy(), weightFormat: "bitmap" });
    expect(bitmaps).toEqual([2 * neurons, 2 * neurons, 2 * neurons]);
    // a core of 100 words holds no neuron of the last layer with a word per source: others send their sums
    const [adds, generated] = counted(into(last), roomy({ sizeBits: 100 * 64 }, 12));
    expect(adds).toBeGreaterThan(5 * neurons);
    expect(generated).toBe(0);
  });

  test("a stride of two reads every second tap, and reads their words in windows as wide as the banks", () => {
    const topology = network({ ...plain([1, 4], 9, 4, 4), padding: 0 });
    // one weight per word: each source that is used meets one tap of each target channel, 16 words apart
    const run = (banks: number) => countersOf(topology, roomy({ wordBits: 8, banks }), null);
    const [one, some, many] = [run(1), run(16), run(64)];
    const met = 8 * 8;
    expect([one.reads, some.reads, many.reads]).toEqual([met * 4, met * 4, met * 4]);
    // one bank makes groups of one weight; 16 banks read one of the four words per cycle, 64 read all
    expect([one.groups, some.groups, many.groups]).toEqual([met * 4, met, met]);
    expect([one.waits - many.waits, some.waits - many.waits]).toEqual([0, met * 3]);
  });

  test("one core and several cores do the same operations", () => {
    const topology = network(plain([3, 6], 7, 3));
    const one = countersOf(topology, roomy(), null);
    for (const most of [49, 60, 147]) {
      const cut = countersOf(topology, roomy({}, 12), most);
      expect([cut.adds, cut.macs]).toEqual([one.adds, one.macs]);
      expect(cut.reads).toBeGreaterThanOrEqual(one.reads);
    }
  });
});
