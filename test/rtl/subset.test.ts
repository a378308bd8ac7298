/** Each rule of the subset refuses what the library does not support, with the key and the nearest change. */
import { expect, test } from "vitest";
import { type Chip, type Core, camelKey } from "../../arch/index.js";
import { candidateOf, checkEmittable, emit, obstaclesOf, type PointParts } from "../../rtl/index.js";
import { CORE_COUNTERS } from "../../sim/index.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { randomChip } from "./random-chips.js";
import { randomCore } from "./random-cores.js";

type Change = (parts: PointParts) => PointParts;

const base: PointParts = plain(randomCore(1));

/** A core that every rule accepts. */
function plain(parts: PointParts): PointParts {
  return mapped(
    withCore(parts, {
      scan: { policy: "event", chunkBits: 8, cyclesPerChunk: 1, cyclesPerSetBit: 1 },
      intake: { full: "stall", visibilityCycles: 1, fullJudged: "before-pop" },
      eventOverheadCycles: 1,
      synapseMemory: { ...parts.experiment.chip.cores[0].synapseMemory, banks: 1, wordBits: 64 },
      stateMemory: { ...parts.experiment.chip.cores[0].stateMemory, banks: 2, wordBits: 64 },
    }),
  );
}

function withChip(parts: PointParts, change: Partial<Chip>): PointParts {
  return { ...parts, experiment: { ...parts.experiment, chip: { ...parts.experiment.chip, ...change } } };
}

function withCore(parts: PointParts, change: Partial<Core>): PointParts {
  return withChip(parts, { cores: parts.experiment.chip.cores.map((core) => ({ ...core, ...change })) });
}

function mapped(parts: PointParts): PointParts {
  const { chip, precision, mapping } = parts.experiment;
  const { trace } = parts.functional;
  return { ...parts, run: { ...parts.run, placement: mapNetwork(trace.topology, chip, precision, mapping, trace) } };
}

const core = (change: Partial<Core>): Change => {
  return (parts) => mapped(withCore(parts, change));
};
const [{ synapseMemory, stateMemory, intake, scan, neuronUpdate }] = base.experiment.chip.cores;

/** A core as small as `change`, thirty times, so that the network's fan-in is cut. */
function cut(change: Partial<Core>): Change {
  return (parts) => {
    const [one] = parts.experiment.chip.cores;
    const cores = Array.from({ length: 30 }, (_, id) => ({ ...one, ...change, id, tile: id }));
    const noc = { ...parts.experiment.chip.noc, width: 30, height: 1 };
    return mapped(withChip(parts, { cores, noc, coresPerTile: cores.map(() => 1) }));
  };
}

test.each([
  ["tile.core.synapse_memory.size_kib", { synapseMemory: { ...synapseMemory, sizeBits: 512 } }],
  ["tile.core.axon_table.entries", { axonEntries: 8 }],
] as const)("a cut fan-in is one obstacle, that of %s, and the change that it names removes it", (key, change) => {
  const [found, ...others] = obstaclesOf(candidateOf(cut(change)(base)));
  expect(others).toEqual([]);
  expect(found.key).toBe(key);
  const value = Number(new RegExp(`^set ${key}: ([\\d.]+)$`).exec(found.change)?.[1]);
  const grown = key.includes("axon") ? { axonEntries: value } : { synapseMemory: { ...synapseMemory, sizeBits: 8192 * value } };
  expect(obstaclesOf(candidateOf(cut(grown)(base))).filter(({ reason }) => /partial sums/.test(reason))).toEqual([]);
});

const refusals: readonly (readonly [key: string, reason: RegExp, change: Change])[] = [
  ["network.model", /no cell gru/, (parts) => ({ ...parts, model: { ...parts.model, system: "gru" } as never })],
  ["tick.overrun", /begins no step before/, (parts) => withChip(parts, { tick: { periodCycles: 100, overrun: "late", spreadCycles: 0 } })],
  ["barrier.scope", /barrier of the whole chip/, (parts) => withChip(parts, { sourcePace: { runAheadWaves: 1 } })],
  ["chip.weight_format", /trained here dense/, (parts) => mapped(withChip(parts, { weightFormat: "rows" }))],
  [
    "chip.weight_format",
    /decodes no bitmaps/,
    (parts) => {
      const { placement } = parts.run;
      const projections = placement.topology.projections.map((projection) => ({ ...projection, coding: { kind: "bitmap" as const } }));
      return { ...parts, run: { ...parts.run, placement: { ...placement, topology: { ...placement.topology, projections } } } };
    },
  ],
  [
    "spill.to",
    /DRAM/,
    (parts) => ({
      ...parts,
      run: { ...parts.run, placement: { ...parts.run.placement, spilled: [{ projection: 0, core: 0, firstNeuron: 0 }] } },
    }),
  ],
  [
    "spill.prefetch_bits",
    /buffer for rows/,
    (parts) => withChip(parts, { spill: { bitsPerCycle: 64, latencyCycles: 10, burstBits: 64, prefetchBits: 64 } }),
  ],
  ["tile.core.neuron_update.policy", /all neurons/, (parts) => withCore(parts, { neuronUpdate: { ...neuronUpdate, policy: "touched" } })],
  ["tile.core.input_queue.full", /loses no message/, core({ intake: { ...intake, full: "drop" } })],
  ["tile.core.event_overhead_cycles", /address takes a cycle/, core({ eventOverheadCycles: 0 })],
  ["tile.core.scan.cycles_per_chunk", /chunk takes a cycle/, core({ scan: { ...scan, policy: "compressed", cyclesPerChunk: 0 } })],
  ["tile.core.scan.cycles_per_set_bit", /address takes a cycle/, core({ scan: { ...scan, policy: "compressed", cyclesPerSetBit: 0 } })],
  ["tile.core.input_queue.kind", /latch is open/, core({ queueKinds: { input: "latches", output: "auto" } })],
  ["tile.core.output_queue.kind", /latch is open/, core({ queueKinds: { input: "auto", output: "latches" } })],
  ["tile.core.synapse_memory.refetch", /holds a word/, core({ synapseMemory: { ...synapseMemory, refetch: "group" } })],
  ["tile.core.state_memory.refetch", /holds a word/, core({ stateMemory: { ...stateMemory, refetch: "group" } })],
  [
    "tile.core.synapse_memory.reread_in_stalls",
    /again while it waits/,
    core({ synapseMemory: { ...synapseMemory, rereadsInStalls: true } }),
  ],
  ["tile.core.state_memory.reread_in_stalls", /again while it waits/, core({ stateMemory: { ...stateMemory, rereadsInStalls: true } })],
  ["tile.core.synapse_memory.banks", /3 banks would need a division/, core({ synapseMemory: { ...synapseMemory, banks: 3 } })],
  [
    "tile.core.synapse_memory.word_bits",
    /weight is wider/,
    core({ synapseMemory: { ...synapseMemory, banks: 1, wordBits: base.experiment.precision.weightBits - 1 } }),
  ],
  [
    "tile.core.state_memory.word_bits",
    /accumulator is wider/,
    core({ stateMemory: { ...stateMemory, banks: 1, wordBits: base.experiment.precision.accumulatorBits - 1 } }),
  ],
  ...(
    [
      ["network.sparsity", "network"],
      ["network.nir.stochastic", "network", "nir"],
      ["network.lava.stochastic", "network", "lava"],
      ["workload.repeats_ms", "workload"],
      ["workload.encoder.jitter", "workload", "encoding"],
      ["spill.compresses", "chip", "spill"],
      ["tick.jitter", "chip", "tick"],
      ["tile.core.output_queue.full", "chip", "cores", "0", "outputQueue"],
      ["tile.core.input_queue.full_twice", "chip", "cores", "0", "inputQueue"],
      ["tile.core.scan.skips", "chip", "cores", "0", "scan"],
    ] as const
  ).map(([key, ...place]): (typeof refusals)[number] => [
    key,
    /does not know this key/,
    (parts) => ({ ...parts, experiment: withKey(parts.experiment, place, camelKey(key.split(".").at(-1) ?? "")) }) as PointParts,
  ]),
  ["tile.core.speculates", /does not know this key/, (parts) => withCore(parts, { speculates: true } as Partial<Core>)],
  ["precision.stochastic", /does not know this key/, (parts) => withPrecisionKey(parts)],
];

/** An object with one more key in the part that `place` names; a part that is null becomes one. */
function withKey(object: object, [first, ...rest]: readonly string[], key: string): object {
  if (first === undefined) return { ...object, [key]: 1 };
  const inner = (object as { readonly [name: string]: object | null })[first] ?? {};
  const made = withKey(inner, rest, key);
  return Array.isArray(object) ? object.map((one, i) => (String(i) === first ? made : one)) : { ...object, [first]: made };
}

function withPrecisionKey(parts: PointParts): PointParts {
  const precision = { ...parts.experiment.precision, stochastic: true } as typeof parts.experiment.precision;
  return { ...parts, experiment: { ...parts.experiment, precision } };
}

test("a new key of any core that holds neurons is refused, once; one of a core without neurons is not", () => {
  const point = [1, 2, 3, 4, 5, 6, 7].map(randomChip).find((one) => one !== null && one.run.placement.usedCores.length > 1);
  if (point === undefined || point === null) throw new Error("no seed has several cores");
  const { usedCores } = point.run.placement;
  const keysWith = (ids: readonly number[]): readonly string[] => {
    const cores = point.experiment.chip.cores.map((one) => (ids.includes(one.id) ? { ...one, speculates: true } : one));
    return obstaclesOf(candidateOf(withChip(point, { cores }))).map(({ key }) => key);
  };
  expect(keysWith([usedCores[1]])).toEqual(["tile.core.speculates"]);
  expect(keysWith(usedCores)).toEqual(["tile.core.speculates"]);
  const unused = point.experiment.chip.cores.map(({ id }) => id).filter((id) => !usedCores.includes(id));
  expect(keysWith(unused)).toEqual(keysWith([]));
});

test("a counter that the bench does not compare is 0, or nothing is emitted", () => {
  const { total } = base.run.timing;
  const at = CORE_COUNTERS.indexOf("dram_bits");
  const cores = total.cores.map((count, i) => (i === base.run.placement.usedCores[0] * CORE_COUNTERS.length + at ? 7 : count));
  const run = { ...base.run, timing: { ...base.run.timing, total: { ...total, cores } } };
  expect(() => emit(base)).not.toThrow();
  expect(() => emit({ ...base, run })).toThrow(/rtl core 0: dram_bits is 7, and the bench does not compare it/);
});

test("a plain core is emitted", () => {
  expect(obstaclesOf(candidateOf(base))).toEqual([]);
});

test.each(refusals)("%s is refused: %s", (key, reason, change) => {
  const found = obstaclesOf(candidateOf(change(base)));
  const one = found.find((obstacle) => obstacle.key === key && reason.test(obstacle.reason));
  expect(one, JSON.stringify(found)).toBeDefined();
  expect(one?.change).not.toBe("");
});

test("words that are too narrow: the width that is named is emitted, and one bit less is not", () => {
  const { weightBits, accumulatorBits } = base.experiment.precision;
  for (const banks of [1, 2, 4]) {
    const ofWeights = (wordBits: number) => core({ synapseMemory: { ...synapseMemory, banks, wordBits } })(base);
    const ofSums = (wordBits: number) => core({ stateMemory: { ...stateMemory, banks, wordBits } })(base);
    for (const [of, bits] of [
      [ofWeights, weightBits],
      [ofSums, accumulatorBits],
    ] as const) {
      const least = Math.ceil(bits / banks);
      const told = (wordBits: number) => obstaclesOf(candidateOf(of(wordBits))).filter(({ key }) => key.endsWith("word_bits"));
      expect(told(least)).toEqual([]);
      expect(told(least - 1).map(({ change }) => change)).toEqual([expect.stringMatching(new RegExp(`word_bits to at least ${least}$`))]);
    }
  }
});

test("the time between inferences is none of the circuit: the same text is emitted with it", () => {
  const rested = { ...base.experiment.workload, periodMs: 10, rest: { logicPercent: 50, memoryPercent: 20 } };
  const always = { ...base, experiment: { ...base.experiment, workload: rested } };
  expect(emit(always)).toEqual(emit(base));
});

test("all obstacles are named at once, with what to type", () => {
  const wrong = core({ eventOverheadCycles: 0, intake: { ...intake, full: "drop" } })(base);
  expect(() => checkEmittable(candidateOf(wrong), "study.db point 7")).toThrow(
    /study\.db point 7: tile\.core\.input_queue\.full: .*\n.*set tile\.core\.input_queue\.full: stall\nstudy\.db point 7: tile\.core\.event_overhead_cycles: /,
  );
});
