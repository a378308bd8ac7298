/**
 * Inputs of a replay: its key contains everything on which it depends, and changes with everything else that it should.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chip, type Experiment, patchDocument, readArch } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { createRng } from "../../base/rng.js";
import type { Functional } from "../../sim/functional/index.js";
import { evaluatePoint, functionalKey, keyedReplay, replayKey, replayTraits } from "../../sim/index.js";
import { replay } from "../../sim/replay.js";
import { cases } from "../cases.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "./board/fixtures.js";

const topology = recurrentTopology(16);
const trace = randomTrace(topology, [6, 5], [0.3, 0.2, 0.2, 0.1], 3);
const { experiment: base } = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const on = (one: Chip, strategy: "sequential" | "balanced" | "min-traffic" = "balanced"): Experiment => ({
  ...base,
  chip: one,
  precision,
  mapping: { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 },
});

/** A chip whose prices cannot be read. */
function priceless(one: Chip): Chip {
  const hidden = (name: string): PropertyDescriptor => ({
    get: () => {
      throw new Error(`${name} was read`);
    },
  });
  const noc = Object.defineProperty({ ...one.noc }, "linkLengthMm", hidden("linkLengthMm"));
  return Object.defineProperties(
    { ...one, noc },
    { technology: hidden("technology"), fpga: hidden("fpga"), priceOverrides: hidden("priceOverrides") },
  );
}

test("on one die, mapping and replay read no price, with any strategy", () => {
  for (const strategy of ["sequential", "balanced", "min-traffic"] as const) {
    for (const tiles of [[1, 1, 1, 1], [2]]) {
      const one = chip(tiles, {});
      expect(replay(on(priceless(one), strategy), trace)).toEqual(replay(on(one, strategy), trace));
    }
  }
});

test("points with the same key have the same placement, replay and function for any prices, node and voltage, on several dies too", () => {
  const described = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
  const spikes = randomTrace(topology, [3], [0.3, 0.2, 0.2, 0.1], 5);
  const dies = { "noc.dies.columns": 2, "noc.dies.bandwidth_gbit_s": 3.2, "noc.dies.latency_ns": 10 };
  let [shared, moved] = [0, 0];
  for (const [strategy, full, several] of [
    ["balanced", "stall", dies],
    ["min-traffic", "stall", {}],
    ["min-traffic", "stall", dies],
    ["min-traffic", "drop", dies],
  ] as const) {
    const made = new Map<string, unknown>();
    const placements = new Set<string>();
    for (const bitPj of [0.1, 400])
      for (const technology of [{}, { "chip.technology_nm": 65 }, { "chip.voltage_v": 0.6 }]) {
        const experiment = patchDocument(described, {
          ...{ ...several, ...technology, "noc.width": 4, "noc.height": 2, "chip.clock_mhz": 50 },
          ...{ "mapping.strategy": strategy, "mapping.max_neurons_per_core": 6, "tile.core.input_queue.full": full },
          ...{ "prices.die_link_bit_pj.value": bitPj, "prices.die_link_bit_pj.source": "test" },
        });
        const one = replay(experiment, spikes);
        const { slices } = one.placement;
        placements.add(JSON.stringify(slices));
        const { whole } = replayTraits(experiment, { key: "trace" });
        for (const [key, decides] of [
          [replayKey(experiment, { key: "trace", trace: spikes, placedBy: spikes }), one],
          [`${whole} of a placement`, slices],
          ...(full === "drop" ? [[functionalKey(experiment, "", ""), slices] as const] : []),
        ] as const) {
          if (made.has(key)) shared++;
          else made.set(key, decides);
          expect(decides, `${strategy}, ${full}, ${bitPj} pJ, ${JSON.stringify(technology)}`).toEqual(made.get(key));
        }
      }
    moved += placements.size - 1;
  }
  expect(shared).toBeGreaterThan(15);
  expect(moved).toBeGreaterThan(1);
});

/** Paths to all numbers, texts and truths in a value. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

function changed(value: unknown, path: readonly string[]): unknown {
  if (value === "mesh") return "torus";
  if (path.length === 0) return typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${value}x`;
  const [name, ...rest] = path;
  const inner = changed((value as Record<string, unknown>)[name], rest);
  return Array.isArray(value) ? value.map((one, i) => (i === Number(name) ? inner : one)) : { ...(value as object), [name]: inner };
}

const traced = { key: "trace", trace, placedBy: trace };

test("with the slow strategy, which is not mapped for the key, the key changes with every value except names, prices, kinds of memories and what limits the clock", () => {
  const experiment = on({ ...chip([1, 1], {}), logicPeriodNs: 2 }, "min-traffic");
  const { chip: one, precision: bits, mapping } = experiment;
  const key = replayKey(experiment, traced);
  const same = leaves({ chip: one, precision: bits, mapping })
    .filter((path) => path.join(".") !== "mapping.strategy")
    .filter((path) => replayKey(changed(experiment, path) as Experiment, traced) === key);
  const technology = Object.keys(one.technology).map((name) => `chip.technology.${name}`);
  const kinds = [
    "parameterKind",
    "ownWords.input",
    "ownWords.output",
    "ownWords.parameters",
    "queueKinds.input",
    "queueKinds.output",
    "configurationBits",
    "tableMacros.axons",
    "tableMacros.routes",
    "stateMemory.kind",
    "stateMemory.own",
    "synapseMemory.kind",
    "synapseMemory.own",
  ];
  const made = one.cores.flatMap((_, i) => kinds.map((name) => `chip.cores.${i}.${name}`));
  const chips = ["name", "fpga", "logicPeriodNs", "frameBuffer", "noc.linkLengthMm", "silicon"].map((name) => `chip.${name}`);
  const priced = [...chips, ...technology, ...made];
  expect(same.map((path) => path.join(".")).sort()).toEqual(priced.sort());
  expect(replayKey(experiment, { ...traced, key: "other" })).not.toBe(key);
});

test("a key's placement is the one that the point asks for, and a network that does not fit has none and is explained by the point", () => {
  for (const strategy of ["balanced", "sequential"] as const) {
    const experiment = on(chip([2, 2], {}), strategy);
    const { placement } = keyedReplay(experiment, traced);
    expect(placement).toEqual(replay(experiment, trace).placement);
    const given = structuredClone({ trace, placement: placement ?? expect.unreachable() });
    expect(replay(experiment, given.trace, given.trace, given.placement)).toEqual(replay(experiment, trace));
    const two = chip([1, 1], {});
    const small = on({ ...two, cores: two.cores.map((each) => ({ ...each, maxNeurons: 2 })) }, strategy);
    expect(keyedReplay(small, traced).placement).toBeNull();
    expect(() => replay(small, trace)).toThrow(/set tile\.core\.max_neurons: \d+/);
  }
  expect(keyedReplay(on(chip([2, 2], {}), "min-traffic"), traced).placement).toBeNull();
});

test("points with the same key have the same replay: lanes, words, banks and sizes that lead to the same rows", () => {
  const keys = new Map<string, ReturnType<typeof replay>>();
  let shared = 0;
  for (const tiles of [[1], [1, 1], [2, 2, 2, 2]]) {
    for (const lanes of [1, 2, 8, 32]) {
      for (const wordBits of [24, 32, 64, 128]) {
        for (const maxNeurons of [128, 256]) {
          const [core] = chip(tiles, {}).cores;
          const memories = {
            synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20, wordBits: 32 },
            stateMemory: { ...core.stateMemory, sizeBits: 2 ** 17, wordBits },
          };
          const experiment = on(chip(tiles, { core: { lanes, maxNeurons, ...memories } }));
          const made = replay(experiment, trace);
          const key = replayKey(experiment, traced);
          const known = keys.get(key);
          if (known === undefined) keys.set(key, made);
          else {
            shared++;
            expect(made).toEqual(known);
          }
        }
      }
    }
  }
  expect(shared).toBeGreaterThan(40);
  expect(keys.size).toBeGreaterThan(20);
});

const SMALL = cases(14);

test("with few neurons per core, groups and words with space for more share a key, on random chips", {
  tags: ["slow"],
}, () => {
  let [shared, wide, distinct] = [0, 0, 0];
  for (let seed = 1; seed <= SMALL; seed++) {
    const rng = createRng(seed, "small slices");
    const pick = <T>(...values: T[]): T => values[Math.floor(rng.float() * values.length)];
    const update = { policy: pick("dense" as const, "touched" as const), units: pick(1, 2, 3), cyclesPerNeuron: pick(1, 2) };
    const state = {
      banks: pick(1, 2, 3),
      ports: pick("1rw" as const, "1r1w" as const),
      refetch: pick("row" as const, "row" as const, "group" as const),
    };
    const again = {
      refetch: pick("row" as const, "row" as const, "group" as const),
      rereadsInStalls: pick(false, false, true),
      banks: pick(1, 2),
    };
    const rereadsInStalls = pick(false, false, true);
    const tiles = pick([1], [2, 2], [4, 4], [2, 2, 2, 2]);
    const keys = new Map<string, { made: ReturnType<typeof replay>; wordBits: number }>();
    for (const wordBits of [32, 128, 256, 512]) {
      for (const lanes of [2, 16, 64]) {
        const one = chip(tiles, {
          core: {
            lanes,
            maxNeurons: 256,
            synapseMemory: { ...core.synapseMemory, ...again },
            stateMemory: { ...core.stateMemory, ...state, rereadsInStalls, wordBits },
            neuronUpdate: { ...core.neuronUpdate, ...update },
          },
        });
        const experiment = on(one);
        const made = replay(experiment, trace);
        const key = replayKey(experiment, traced);
        const known = keys.get(key);
        if (known === undefined) keys.set(key, { made, wordBits });
        else {
          expect(made, `seed ${seed}, ${lanes} lanes, words of ${wordBits} bits`).toEqual(known.made);
          shared++;
          if (wordBits !== known.wordBits) wide++;
        }
      }
    }
    distinct += keys.size;
  }
  expect(shared).toBeGreaterThan(2.5 * SMALL);
  expect(wide).toBeGreaterThan(1.2 * SMALL);
  expect(distinct).toBeGreaterThan(2.5 * SMALL);
});

/** The topology with some synapses of every matrix listed as zero. */
function withZeros(share: number, seed: number): typeof topology {
  const rng = createRng(seed, "zeros");
  const projections = topology.projections.map((projection) => {
    const [sources, targets] = [projection.source, projection.target].map((p) => topology.populations[p].neurons);
    const rows = Array.from({ length: sources }, () => Array.from({ length: targets }, (_, n) => n).filter(() => rng.float() >= share));
    const rowStart = Uint32Array.from([0, ...rows].map((_, i) => rows.slice(0, i).flat().length));
    return { ...projection, present: { rowStart, targets: Uint32Array.from(rows.flat()) } };
  });
  return { ...topology, projections };
}

test("points with the same key have the same replay in every format of trained matrices with zeros", { tags: ["long"] }, () => {
  const drawn = new Map<string, number>();
  let shared = 0;
  const formats = ["auto", "dense", "rows", "bitmap", "run-length", "smallest"] as const;
  for (const [at, weightFormat] of [...formats, ...formats].entries()) {
    const rng = createRng(at + 1, "formats");
    const pick = <T>(...values: T[]): T => values[Math.floor(rng.float() * values.length)];
    const zeros = { ...trace, topology: withZeros(pick(0.5, 0.8, 0.95), at + 1) };
    const bits = { ...precision, weightBits: pick(2, 4, 8) };
    const keys = new Map<string, ReturnType<typeof replay>>();
    for (const lanes of [2, 8, 64])
      for (const wordBits of [32, 128])
        for (const banks of [1, 4]) {
          const memories = {
            synapseMemory: { ...core.synapseMemory, wordBits, banks },
            stateMemory: { ...core.stateMemory, wordBits: pick(64, 128) },
          };
          const one = chip([1, 1], { core: { lanes, ...memories }, weightFormat });
          const experiment = { ...on(one), precision: bits };
          const key = replayKey(experiment, { key: "zeros", trace: zeros, placedBy: zeros });
          const made = replay(experiment, zeros);
          for (const { sparse, coding } of made.placement.topology.projections) {
            const held = sparse === null ? "dense" : (coding?.kind ?? "rows");
            drawn.set(held, (drawn.get(held) ?? 0) + 1);
          }
          const known = keys.get(key);
          if (known === undefined) keys.set(key, made);
          else {
            shared++;
            expect(made, `seed ${at + 1}, ${weightFormat}, ${lanes} lanes, words of ${wordBits} bits, ${banks} banks`).toEqual(known);
          }
        }
  }
  for (const held of ["dense", "rows", "bitmap", "run-length"]) expect(drawn.get(held), held).toBeGreaterThan(50);
  expect(shared).toBeGreaterThan(10);
});

test("if words are read again, by groups or in stalls, different packings with the same words per row have different keys", () => {
  const keys = new Map<string, ReturnType<typeof replay>>();
  const memories = ["synapseMemory", "stateMemory"] as const;
  for (const memory of memories)
    for (const again of [{ refetch: "group" as const }, { rereadsInStalls: true }])
      for (const wordBits of [16, 24, 40, 48, 64])
        for (const lanes of [1, 2, 3]) {
          const one = chip([1, 1], { core: { lanes, [memory]: { ...core[memory], wordBits, ...again } } });
          const experiment = on(one, "sequential");
          const key = replayKey(experiment, traced);
          const made = replay(experiment, trace);
          expect(made.timing).toEqual((keys.get(key) ?? made).timing);
          keys.set(key, made);
        }
});

test("any other change of a core, even one that keeps its rows, changes the key", () => {
  const experiment = on(chip([1, 1], {}));
  const key = replayKey(experiment, traced);
  const core = (change: object): Experiment => {
    const { chip: one } = experiment;
    return { ...experiment, chip: { ...one, cores: one.cores.map((each, i) => (i === 0 ? { ...each, ...change } : each)) } };
  };
  const [{ eventOverheadCycles, accumulateDepthCycles, inputQueue, stateMemory }] = experiment.chip.cores;
  for (const change of [
    { eventOverheadCycles: eventOverheadCycles + 1 },
    { accumulateDepthCycles: accumulateDepthCycles + 1 },
    { inputQueue: { ...inputQueue, depth: inputQueue.depth + 1 } },
    { stateMemory: { ...stateMemory, readLatencyCycles: stateMemory.readLatencyCycles + 1 } },
    { stateMemory: { ...stateMemory, banks: stateMemory.banks + 1 } },
    { stateMemory: { ...stateMemory, rereadsInStalls: true } },
  ])
    expect(replayKey(core(change), traced)).not.toBe(key);
});

test("a point evaluated with a known replay has the same result as without it", () => {
  const parsed = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
  const functional: Functional = {
    key: "trace",
    correct: 1,
    scored: 2,
    errors: { utterances: Uint32Array.of(0, 1), scored: Uint32Array.of(1, 1), wrong: Uint32Array.of(0, 1) },
    operations: { layers: [], utterances: 2, frames: 11 } as unknown as Functional["operations"],
    lostMessages: null,
    multiplicationsPerFrame: 0,
    trace,
    placedBy: trace,
    timedUtterances: Uint32Array.of(0, 1),
    modelHash: "m",
    dataHash: "d",
  };
  const cheap = { "chip.clock_mhz": 50, "chip.voltage_v": 0.7, "chip.technology_nm": 45 };
  const [a, b] = [{}, cheap].map((values) => patchDocument(parsed, values));
  expect(replayKey(b, functional)).toBe(replayKey(a, functional));
  const { placement, timing } = evaluatePoint(a, functional);
  expect(evaluatePoint(b, functional, { placement, timing })).toEqual(evaluatePoint(b, functional));
});
