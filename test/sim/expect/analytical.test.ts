/** The analytical model ranks chips like the cycle model, by time and by energy, and finds what fits. */
// @module-tag slow
import { expect, test } from "vitest";
import {
  linksOnWay,
  type MappingRequest,
  type Noc,
  nocTopology,
  type Projection,
  type Scan,
  type SpikeTrace,
  type Topology,
} from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn, coreSum } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { profileOf } from "../../../sim/expect/activity-profile.js";
import { estimate } from "../../../sim/expect/analytical.js";
import { dieFlow } from "../../../sim/expect/die-flow.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { cases } from "../../cases.js";
import { chip, core, population, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const SEED = 20_250_102;
const topology = recurrentTopology(48);
const trace = randomTrace(topology, [6, 6], [0.3, 0.15, 0.1, 0], 4);
const profile = profileOf(trace);

function ranks(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const rank = new Array<number>(values.length);
  order.forEach(({ i }, k) => {
    rank[i] = k;
  });
  return rank;
}
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const n = a.length;
  return 1 - (6 * x.reduce((sum, rank, i) => sum + (rank - y[i]) ** 2, 0)) / (n * (n * n - 1));
}
const quantiles = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  return [0, 0.05, 0.5, 0.95, 1].map((q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(2)).join(" ");
};

function randomPoints(count: number) {
  const rng = createRng(SEED, "points");
  const pick = <T>(...values: T[]): T => values[rng.int(0, values.length - 1)];
  return Array.from({ length: count }, () => {
    const [width, height] = pick([1, 1], [2, 1], [2, 2], [4, 2]);
    const on = chip(Array(width * height).fill(1), {
      core: {
        lanes: pick(1, 2, 4, 8, 16, 32),
        eventOverheadCycles: pick(1, 2, 6),
        maxNeurons: 512,
        synapseMemory: { ...core.synapseMemory, sizeBits: pick(2, 4, 8) * 2 ** 16, wordBits: pick(16, 32, 64, 128), banks: pick(1, 2) },
        stateMemory: {
          ...core.stateMemory,
          sizeBits: 2 ** 16,
          wordBits: pick(32, 64, 128, 256),
          banks: pick(1, 2),
          ports: pick("1rw", "1r1w"),
        },
        neuronUpdate: { ...core.neuronUpdate, units: pick(1, 2, 4), cyclesPerNeuron: pick(1, 4) },
      },
      noc: { width, height, flitWidthBits: pick(8, 16, 32) },
    });
    const request: MappingRequest = { strategy: pick("balanced", "sequential"), manual: {}, maxNeuronsPerCore: null, seed: 1 };
    return { on, bits: { ...precision, weightBits: pick(4, 6, 8) }, request };
  });
}

/** Estimates beside runs, for chips that both models accept: latency, steady state, energy. */
function compared(points: ReturnType<typeof randomPoints>): number[][] {
  const rows: number[][] = [];
  for (const { on, bits, request } of points) {
    const expected = estimate(on, bits, request, profile);
    try {
      const run = runTiming(on, mapNetwork(topology, on, bits, request, trace), bits, trace);
      if (expected === null) continue;
      rows.push([
        run.total.cycles / 2,
        expected.latencyCycles,
        Number(run.cyclesPerUtterance),
        expected.cyclesPerUtterance,
        Number(price(on, bits, topology, run.total).totalPj),
        Number(price(on, bits, topology, expected.counters).totalPj),
      ]);
    } catch (error) {
      expect(error).toBeInstanceOf(InfeasibleError);
    }
  }
  return rows;
}

function expectRanked(rows: readonly (readonly number[])[]): void {
  const column = (k: number): number[] => rows.map((row) => row[k]);
  const summary = ["latency", "steady state", "energy"].map((name, k) => {
    const ratio = rows.map((row) => row[2 * k + 1] / row[2 * k]);
    return { name, spearman: spearman(column(2 * k), column(2 * k + 1)), ratio: quantiles(ratio) };
  });
  console.log(`seed ${SEED}, ${rows.length} chips; estimate / cycle model (min, 5 %, median, 95 %, max):`);
  for (const { name, spearman: value, ratio } of summary) console.log(`  ${name}: Spearman ${value.toFixed(3)}, ratio ${ratio}`);
  for (const { spearman: value } of summary) expect(value).toBeGreaterThanOrEqual(0.9);
}

test("Spearman correlation with the cycle model is at least 0.9 for latency, steady state and energy on 150 random chips", () => {
  const rows = compared(randomPoints(150));
  expect(rows.length).toBeGreaterThan(100);
  expectRanked(rows);
});

test("the correlation holds if weights spill to DRAM, if spikes are scanned at a step's end, and if ticks begin the steps", {
  tags: ["long"],
}, () => {
  const rng = createRng(SEED, "more");
  const pick = <T>(...values: T[]): T => values[rng.int(0, values.length - 1)];
  const scans: readonly Scan[] = [
    { policy: "compressed", chunkBits: 32, cyclesPerChunk: 2, cyclesPerSetBit: 2 },
    { policy: "dense", chunkBits: 64, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
  ];
  const kinds = ["dram", "dram", "scan", "scan", "tick", "scan from dram"] as const;
  const points = randomPoints(cases(33)).map((point, i) => {
    const kind = kinds[i % kinds.length];
    const scan = kind === "scan" || kind === "scan from dram" ? pick(...scans) : core.scan;
    const away = kind === "dram" || kind === "scan from dram";
    const sizeBits = away ? pick(2 ** 13, 2 ** 15) : 2 ** 19;
    const cores = point.on.cores.map((one) => ({
      ...one,
      scan,
      synapseMemory: { ...one.synapseMemory, sizeBits },
    }));
    const dram = { bitsPerCycle: pick(8, 64), latencyCycles: pick(5, 40), burstBits: 128 };
    const prefetchBits = kind === "dram" ? (([0, 0, 256, 2 ** 12, 2 ** 16] as const)[i % 5] ?? 0) : 0;
    const spill = away ? { ...dram, prefetchBits, streamsRows: kind === "dram" && i % 4 < 2 } : null;
    const tick = kind === "tick" ? ({ periodCycles: pick(300, 1500), overrun: "wait" } as const) : null;
    return { ...point, on: { ...point.on, cores, spill, tick } };
  });
  const rows = compared(points);
  expect(rows.length).toBeGreaterThan(cases(30));
  expectRanked(rows);
});

test("on one core, whole projections are expected in DRAM, as a run has them there", () => {
  const rng = createRng(SEED, "one core and DRAM");
  const ratios: number[] = [];
  const held = new Set<number>();
  for (let i = 0; i < cases(27); i++) {
    const network = recurrentTopology([16, 32, 48][i % 3]);
    const spikes = randomTrace(network, [40], [0.3, [0.05, 0.2, 0.4][rng.int(0, 2)], 0.1, 0], i);
    const on = chip([1], {
      core: {
        ...{ maxNeurons: 512, synapseMemory: { ...core.synapseMemory, sizeBits: 512 * rng.int(2, 100) } },
        stateMemory: { ...core.stateMemory, sizeBits: 2 ** 17 },
      },
      spill: { bitsPerCycle: 16, latencyCycles: 9, burstBits: 128 },
    });
    const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
    const made = mapNetwork(network, on, precision, request, spikes);
    const bits = coreSum(runTiming(on, made, precision, spikes).total, "dram_bits");
    const expected = estimate(on, precision, request, profileOf(spikes));
    const said = expected === null ? Number.NaN : coreSum(expected.counters, "dram_bits");
    if (bits === 0) expect(said).toBe(0);
    else ratios.push(said / bits);
    held.add(made.spilled.length);
  }
  expect(held.size, "numbers of projections in DRAM").toBeGreaterThan(3);
  // the last step's spikes of hidden layers arrive after the utterance
  expect(Math.min(...ratios)).toBeGreaterThan(0.99);
  expect(Math.max(...ratios)).toBeLessThan(1.05);
});

/** A core that holds the whole network. */
const wholeNetwork = {
  ...core,
  maxNeurons: 512,
  synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 },
  stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16 },
};

test("on one core, events, packets, bits and busy cycles of a port are those that a run counts", () => {
  const port = { tile: 0, bitsPerCycle: 2, latencyCycles: 5, packetBits: null, queueDepth: 16 };
  const on = chip([1], { port, core: wholeNetwork });
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const { total } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
  const expected = estimate(on, precision, request, profile)?.counters.port;
  expect(total.port?.busyCycles).toBeGreaterThan(total.port?.packets ?? 0);
  for (const name of ["events", "packets", "bits", "busyCycles"] as const)
    expect(total.utterances * (expected?.[name] ?? 0), name).toBeCloseTo(total.port?.[name] ?? Number.NaN, 6);
});

test("the correlation holds with the input behind a port, whose link often limits a step", () => {
  const rng = createRng(SEED, "ports");
  const pick = <T>(...values: T[]): T => values[rng.int(0, values.length - 1)];
  const points = randomPoints(cases(33)).map((point) => {
    const port = { tile: 0, bitsPerCycle: pick(0.5, 2, 8, 32), latencyCycles: pick(0, 50), packetBits: null, queueDepth: pick(2, 16) };
    const multicast = pick<Noc["multicast"]>("unicast", "tree");
    return { ...point, on: { ...point.on, port, noc: { ...point.on.noc, multicast } } };
  });
  const rows = compared(points);
  expect(rows.length).toBeGreaterThan(cases(30));
  expectRanked(rows);
});

test("the correlation holds if steps wait for their sources, with inputs on cores and behind a port", { tags: ["long"] }, () => {
  const rng = createRng(SEED, "sources");
  const points = randomPoints(cases(27)).map((point, i) => {
    const port = i % 3 === 0 ? { tile: 0, bitsPerCycle: 8, latencyCycles: 9, packetBits: null, queueDepth: 4 } : null;
    return { ...point, on: { ...point.on, port, sourcePace: { runAheadWaves: rng.int(0, 2) } } };
  });
  const rows = compared(points);
  expect(rows.length).toBeGreaterThan(cases(20));
  expectRanked(rows);
});

test("the correlation holds over trees of meshes; the mean path of a whole chip equals that over all pairs of tiles", () => {
  const shapes = [
    { width: 1, height: 1, arity: 4, levels: 1 },
    { width: 2, height: 1, arity: 2, levels: 2 },
    { width: 2, height: 2, arity: 3, levels: 1 },
    { width: 3, height: 2, arity: 2, levels: 1 },
  ];
  const points = randomPoints(cases(27)).map((point, i) => {
    const { width, height, arity, levels } = shapes[i % shapes.length];
    const tree = { arity, levels, linkCycles: 1 + (i % 5), linkLengthMm: 4 };
    const { cores } = point.on;
    const made = chip(Array(width * height * arity ** levels).fill(1), {
      core: cores[0],
      noc: { ...point.on.noc, topology: "mesh-tree", tree, width, height },
    });
    return { ...point, on: made };
  });
  const rows = compared(points);
  expect(rows.length).toBeGreaterThan(cases(20));
  expectRanked(rows);
  for (const { on } of points.slice(0, shapes.length)) {
    const n = on.cores.length;
    let [grid, tree] = [0, 0];
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) {
        const way = linksOnWay(on.noc, a, b);
        grid += way.grid / (n * (n - 1));
        tree += way.tree / (n * (n - 1));
      }
    const mean = nocTopology(on.noc).meanWay(on.noc, n, n / (n - 1));
    expect(mean.tree).toBeCloseTo(tree, 9);
    expect(mean.grid).toBeCloseTo(grid, 9);
  }
});

test("the correlation holds over dies, whose links often limit a step, by bandwidth and by credits", () => {
  const rng = createRng(SEED, "dies");
  const pick = <T>(...values: T[]): T => values[rng.int(0, values.length - 1)];
  const bound = { bandwidth: 0, credits: 0 };
  const points = randomPoints(cases(33)).map((point) => {
    const { width, height } = point.on.noc;
    const dies = { columns: width > 1 ? 2 : 1, rows: pick(1, height), bitsPerCycle: pick(1, 2, 4, 32), latencyCycles: pick(2, 20, 60) };
    const on = { ...point.on, noc: { ...point.on.noc, dies, vcBufferFlits: pick(4, 4, 16) } };
    const flow = dieFlow(on);
    if (flow !== null) bound[flow.boundBy]++;
    return { ...point, on };
  });
  expect(Math.min(bound.bandwidth, bound.credits)).toBeGreaterThan(0);
  const rows = compared(points);
  expect(rows.length).toBeGreaterThan(cases(30));
  expectRanked(rows);
});

test("operations and updates are exact expectations; a network that cannot fit has no estimate", () => {
  const on = chip([1], { core: wholeNetwork });
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const expected = estimate(on, precision, request, profile);
  const feedForward = profile.spikes[0] * 48 * 2 + profile.spikes[1] * 48 * 2 + profile.spikes[2] * 10;
  const recurrent = (profile.spikes[1] + profile.spikes[2]) * 48 * 2;
  const counted =
    expected === null ? 0 : expected.counters.cores[coreColumn.synaptic_macs] + expected.counters.cores[coreColumn.synaptic_adds];
  expect(counted).toBeCloseTo(6 * (feedForward + recurrent), 6);
  expect(estimate(chip([1], { core: { maxNeurons: 10 } }), precision, request, profile)).toBeNull();
});

test("if all sources fire equally often, a board counts as many generated addresses as are expected, and only of rows that are not dense", () => {
  const populations = [
    population("input", 12, 0),
    population("n", 20, 1, { accumulators: 2 }),
    population("out", 6, 2, { payloadBits: 0 }),
  ];
  const rowStart = Uint32Array.from({ length: 13 }, (_, n) => 3 * n);
  const targets = Uint32Array.from({ length: 36 }, (_, k) => 6 * (k % 3) + Math.floor(k / 9));
  const projections: Projection[] = [
    { source: 0, target: 1, recurrent: false, sparse: { rowStart, targets } },
    { source: 1, target: 2, recurrent: false, sparse: null },
  ];
  const named: Topology = { populations, projections };
  // step 0: each input once; step 1: each neuron once
  const each: SpikeTrace = {
    topology: named,
    ...{ stepStart: Uint32Array.of(0, 2), eventStart: Uint32Array.of(0, 12, 12, 12, 12, 32, 32) },
    ...{ neuron: Uint16Array.from([...Array(12).keys(), ...Array(20).keys()]), payload: new Int16Array(32).fill(1), key: "each" },
  };
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const countOf = (counts: ArrayLike<number>, name: "generated_addresses" | "synaptic_adds"): number =>
    Array.from(counts).reduce((sum, n, i) => sum + (i % CORE_COUNTERS.length === coreColumn[name] ? n : 0), 0);
  for (const weightFormat of ["rows", "bitmap", "dense"] as const) {
    const on = chip([1], { weightFormat });
    const { total } = runTiming(on, mapNetwork(named, on, precision, request, each), precision, each, null, "replayed");
    const expected = estimate(on, precision, request, profileOf(each))!.counters;
    expect(countOf(total.cores, "generated_addresses"), weightFormat).toBe(weightFormat === "dense" ? 0 : 36);
    for (const name of ["generated_addresses", "synaptic_adds"] as const)
      expect(countOf(expected.cores, name), `${weightFormat} ${name}`).toBeCloseTo(countOf(total.cores, name), 9);
  }
});
