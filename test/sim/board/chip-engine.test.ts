/**
 * Function and time in one run, compared with a model that shares no code, and with the engines if nothing is lost, for
 * any order in which the model's cores work.
 */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, Core, Intake, MappingRequest, Network, Tick } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { ChipEngine } from "../../../sim/board/chip-engine.js";
import { idleFilled } from "../../../sim/board/idle.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { refusedBefore } from "../../../sim/buildable.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import type { IntegerNetwork } from "../../../sim/functional/integer-network.js";
import { quantise } from "../../../sim/functional/quantise.js";
import { runnableNetwork } from "../../../sim/functional/runnable.js";
import { TraceRecorder } from "../../../sim/functional/trace-recorder.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { createNoc } from "../../../sim/noc/create.js";
import { cases as many } from "../../cases.js";
import { Counted } from "../../counted.js";
import { runNaive } from "../../oracles/naive-chip.js";
import { NaiveNetwork } from "../../oracles/naive-network.js";
import { referenceOf } from "../../oracles/reference.js";
import { randomDense } from "../functional/random-dense.js";
import { randomFeatures, randomNetwork, resting, type SpikingSystem, USUAL } from "../functional/random-network.js";
import { chip as chipOf, core } from "./fixtures.js";
import { behindSources, cases, plainCases } from "./random-chips.js";

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

interface Drawn {
  readonly chip: Chip;
  readonly network: IntegerNetwork;
  readonly inputs: Int32Array;
  readonly max: number;
  readonly seed: number;
}

/** The network; its neurons rest if the chip updates only touched neurons. */
const fitting = (network: Network, { cores }: Chip): Network =>
  cores.some(({ neuronUpdate }) => neuronUpdate.policy === "touched") ? resting(network) : network;

/** Random chips whose memories hold a slice of any size, with networks and inputs that they can run. */
const drawnOn = (from: typeof cases): fc.Arbitrary<Drawn> =>
  fc
    .record({
      chip: from.map(({ chip }) => chip),
      system: pick<SpikingSystem>("lif", "rec-v1", "rec-v2"),
      inputs: fc.integer({ min: 1, max: 6 }),
      neurons: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 2 }),
      steps: fc.integer({ min: 1, max: 6 }),
      max: pick(2, 3, 5, 100),
      seed: fc.nat(1_000_000),
    })
    .map(({ chip, system, inputs, neurons, steps, max, seed }) => {
      const shape = { system, inputs, neurons, classes: 3, bits: 4, theta: 0, fill: 1, gain: 2 };
      const network = quantise(fitting(randomNetwork(seed, shape), chip), USUAL);
      const units = new Int32Array(steps * inputs);
      toStateUnits(network, randomFeatures(seed, units.length, 2), units);
      return { chip, network, inputs: units, max, seed };
    });
const drawn = drawnOn(cases);

function placed({ chip, network, max }: Drawn): Placement {
  for (let most = max; ; most++) {
    try {
      const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: most, seed: 1 } as const;
      return mapNetwork(network.topology, chip, USUAL, request, null);
    } catch (error) {
      if (most > 100) throw error;
    }
  }
}

const withIntake = (chip: Chip, intake: Partial<Intake>, depth: number | null): Chip => ({
  ...chip,
  cores: chip.cores.map((core) => ({
    ...core,
    intake: { ...core.intake, ...intake },
    inputQueue: { depth: depth ?? core.inputQueue.depth },
  })),
});
const roomy = (core: Core): Core => ({ ...core, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 24, wordBits: 64 } });
const withTick = (chip: Chip, tick: Tick | null): Chip => ({
  ...chip,
  tick,
  cores: chip.cores.map((core) => ({ ...core, scan: { ...core.scan, policy: "event" } })),
});

const intakes: fc.Arbitrary<Intake> = fc.record({
  full: pick("stall", "drop", "drop", "freeze"),
  visibilityCycles: pick(1, 1, 2, 5),
  fullJudged: pick("before-pop", "after-pop"),
});
const hardTicks: fc.Arbitrary<Tick> = fc.record({
  periodCycles: pick(1, 9, 20, 50, 200),
  overrun: pick("late", "drop"),
  spreadCycles: pick(0, 0, 7, 60),
});

/** All results of a run. */
function onChip({ chip, network, inputs, ...rest }: Drawn) {
  const placement = placed({ chip, network, inputs, ...rest });
  const engine = new ChipEngine(chip, placement, USUAL, runnableNetwork(network));
  engine.run(inputs);
  const { run, board, waveCycles } = engine.runOnChip(inputs);
  const cores = idleFilled(board.counters.slice(), board.cycle, placement.usedCores);
  const { routerCounters, linkFlits } = board.noc;
  const sum = (name: CoreCounter): number =>
    chip.cores.reduce((total, _, c) => total + cores[c * CORE_COUNTERS.length + coreColumn[name]], 0);
  return {
    ...{ run, cores, waveCycles, routers: routerCounters.slice(), links: linkFlits.slice() },
    ...{ dropped: board.dropped, received: sum("spikes_received"), cycle: board.cycle },
  };
}

function expectNaive(c: Drawn): { readonly dropped: number; readonly off: boolean } {
  const { chip, network, inputs } = c;
  const placement = placed(c);
  const rng = createRng(c.seed, "shuffle");
  const fast = onChip(c);
  const naive = new NaiveNetwork(network, placement, inputs);
  const steps = inputs.length / network.inputs;
  const line = Array.from({ length: steps }, (_, step) => ({ step, first: step === 0, last: step === steps - 1 }));
  const none = new TraceRecorder(network.topology).trace("none");
  const noc = createNoc(nocSpec(chip));
  const slow = runNaive(chip, placement, USUAL, none, noc, [line], (items) => rng.shuffle(items), naive);
  const { populations } = network.topology;
  const spikes = Array.from({ length: steps }, (_, step) =>
    populations.map((_, p) => {
      const g = step * populations.length + p;
      return Array.from({ length: fast.run.eventStart[g + 1] - fast.run.eventStart[g] }, (_, i) => {
        const e = fast.run.eventStart[g] + i;
        return { neuron: fast.run.neuron[e], payload: fast.run.payload[e] };
      });
    }),
  );
  expect(spikes).toEqual(naive.spikes.map((step) => step.map((group) => [...group].sort((a, b) => a.neuron - b.neuron))));
  expect(Array.from(fast.run.scores)).toEqual(naive.scores);
  expect(Array.from(fast.waveCycles)).toEqual(slow.waveCycles);
  // injected = delivered + dropped
  expect({ destined: fast.received + fast.dropped, dropped: fast.dropped }).toEqual({ destined: slow.meant, dropped: slow.lost });
  const named = (at: number) =>
    Object.fromEntries(CORE_COUNTERS.map((name, i) => [name, fast.cores[at * CORE_COUNTERS.length + i]])) as Record<CoreCounter, number>;
  expect(chip.cores.map((_, id) => named(id))).toEqual(slow.counters);

  // replayed, the spikes take the same cycles, and the same number of messages is lost
  const recorder = new TraceRecorder(network.topology);
  recorder.add(fast.run);
  const again = runTiming(chip, placement, USUAL, recorder.trace("again"));
  expect(Array.from(again.waveCycles)).toEqual(Array.from(fast.waveCycles));
  expect(Array.from(again.droppedMessages)).toEqual([fast.dropped]);
  expect(again.total.cores).toEqual(fast.cores);
  const ideal = referenceOf(network).run(inputs);
  return { dropped: fast.dropped, off: !fast.run.payload.every((payload, e) => payload === ideal.payload[e]) };
}

test("behind barriers, with queues that stall, drop or freeze: spikes, scores, cycles, counters and losses equal a naive model's, in any order of evaluation", () => {
  let [lossy, off] = [0, 0];
  fc.assert(
    fc.property(drawn, intakes, pick(1, 2, 3, 8), (c, intake, depth) => {
      const found = expectNaive({ ...c, chip: withIntake(c.chip, intake, depth) });
      if (found.dropped > 0) lossy++;
      if (found.off) off++;
    }),
    { seed: 20_261_125, numRuns: many(45) },
  );
  expect(lossy).toBeGreaterThan(many(2));
  expect(off).toBeGreaterThan(0);
});

test("at hard ticks, global or local, late or dropping: all of these equal the naive model's", () => {
  let [lossy, off] = [0, 0];
  fc.assert(
    fc.property(drawn, intakes, pick(1, 2, 8), hardTicks, (c, intake, depth, tick) => {
      const found = expectNaive({ ...c, chip: withTick(withIntake(c.chip, intake, depth), tick) });
      if (found.dropped > 0) lossy++;
      if (found.off) off++;
    }),
    { seed: 20_261_126, numRuns: many(20) },
  );
  expect(lossy).toBeGreaterThan(many(2));
  expect(off).toBeGreaterThan(many(2));
});

test("on plain chips, at barriers and at hard ticks: all of these equal the naive model's", () => {
  const seen = new Counted("compiled chips whose time feeds back");
  fc.assert(
    fc.property(drawnOn(plainCases), fc.option(hardTicks), (c, tick) => {
      // no neuron's fan-in has to be split
      const chip = { ...c.chip, cores: c.chip.cores.map(roomy) };
      const found = expectNaive({ ...c, chip: tick === null ? chip : withTick(chip, tick) });
      seen.see(tick === null ? "barrier or tick that waits" : tick.overrun, c.chip.cores[0].neuronUpdate.policy);
      if (found.dropped > 0) seen.see("lost messages");
      if (found.off) seen.see("spikes off");
    }),
    { seed: 20_261_202, numRuns: many(19) },
  );
  seen.expectEach(["barrier or tick that waits", "late", "drop", "dense", "touched", "lost messages", "spikes off"], many(3));
});

test("behind sources, 0 to 6 steps ahead: all of these equal the naive model's, and spikes equal those of the engine without a chip", {
  tags: ["long"],
}, () => {
  const seen = new Counted("compiled chips behind sources");
  fc.assert(
    fc.property(drawnOn(plainCases), pick(0, 1, 3, 6), (c, runAheadWaves) => {
      const { chip } = behindSources({ chip: { ...c.chip, cores: c.chip.cores.map(roomy) } }, runAheadWaves);
      const { dropped, off } = expectNaive({ ...c, chip });
      expect({ dropped, off }).toEqual({ dropped: 0, off: false });
      seen.see(`run ahead ${runAheadWaves}`, c.chip.cores[0].neuronUpdate.policy, c.chip.cores.length > 1 ? "several cores" : "one core");
    }),
    { seed: 20_270_102, numRuns: many(28) },
  );
  seen.expectEach(["run ahead 0", "run ahead 1", "run ahead 3", "run ahead 6", "dense", "touched", "several cores", "one core"], many(1));
});

/** Run by the fast engine, then replayed on the chip. */
function apart(c: Drawn) {
  const runnable = runnableNetwork(c.network);
  const run = runnable.engine().run(c.inputs);
  const recorder = new TraceRecorder(c.network.topology);
  recorder.add(run);
  const timing = runTiming(c.chip, placed(c), USUAL, recorder.trace("apart"));
  return { run: { ...run, membraneUpdates: null }, waveCycles: timing.waveCycles, cores: timing.total.cores, cycle: timing.total.cycles };
}

/** The same with function and time in one run. */
function together(c: Drawn) {
  const { run, waveCycles, cores, cycle, dropped } = onChip(c);
  expect(dropped).toBe(0);
  return { run, waveCycles, cores, cycle };
}

test("with queues that never fill, every spike, score, overflow, cycle and count equals that of separate function and time", () => {
  fc.assert(
    fc.property(drawn, (c) => {
      const deep = { ...c, chip: withIntake(c.chip, {}, 65_536) };
      const drops = { ...c, chip: withIntake(c.chip, { full: "drop" }, 65_536) };
      expect(together(drops)).toEqual(apart(deep));
    }),
    { seed: 20_261_127, numRuns: many(10) },
  );
});

test("ticks that are long enough and late, dropping, or local without spread equal global ticks that wait", () => {
  fc.assert(
    fc.property(drawn, pick(1, 2, 16), pick("late" as const, "drop" as const), (c, depth, overrun) => {
      const on = (tick: Tick): Drawn => ({ ...c, chip: withTick(withIntake(c.chip, {}, depth), tick) });
      const periodCycles = 20_000;
      const waits = apart(on({ periodCycles, overrun: "wait" }));
      expect(Math.max(...waits.waveCycles)).toBe(periodCycles);
      expect(together(on({ periodCycles, overrun, spreadCycles: 0 }))).toEqual(waits);
    }),
    { seed: 20_261_128, numRuns: many(10) },
  );
});

test("accumulators that overflow add in the engines' order", { tags: ["long"] }, () => {
  let overflows = 0;
  fc.assert(
    fc.property(drawn, pick("saturate" as const, "wrap" as const), (c, accumulatorOverflow) => {
      const precision = { ...USUAL, accumulatorBits: 12, accumulatorOverflow };
      const shape = { system: "rec-v2", inputs: 6, neurons: [8, 7], classes: 3, bits: 6, theta: 0, fill: 1, gain: 4 } as const;
      const network = quantise(fitting(randomNetwork(c.seed, shape), c.chip), precision);
      const inputs = new Int32Array(5 * 6);
      toStateUnits(network, randomFeatures(c.seed, inputs.length, 2), inputs);
      const deep = { ...c, network, inputs, chip: withIntake(c.chip, { full: "drop" }, 65_536) };
      const { run } = onChip(deep);
      overflows += run.accumulatorOverflows;
      expect(run).toEqual({ ...referenceOf(network).run(inputs), membraneUpdates: null });
    }),
    { seed: 20_261_129, numRuns: many(26) },
  );
  expect(overflows).toBeGreaterThan(100);
});

test("gru and lstm with queues that never fill: activations, scores, overflows and saturations equal the reference's", () => {
  let spikes = 0;
  fc.assert(
    fc.property(drawn, pick("gru" as const, "lstm" as const), (c, system) => {
      const shape = { inputs: 4, neurons: [5, 6], classes: 3, fill: 1, gain: 2 };
      const network = quantise(fitting(randomDense(String(c.seed), system, shape), c.chip), USUAL);
      const runnable = runnableNetwork(network);
      const inputs = Int32Array.from({ length: 4 * 4 }, (_, i) => ((c.seed + 37 * i) % 300) - 150);
      const chip = withIntake(c.chip, { full: "drop" }, 65_536);
      const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
      const placement = mapNetwork(runnable.topology, { ...chip, cores: chip.cores.map(roomy) }, USUAL, request, null);
      const run = new ChipEngine({ ...chip, cores: chip.cores.map(roomy) }, placement, USUAL, runnable).run(inputs);
      spikes += run.payload.length;
      expect(run).toEqual(referenceOf(network).run(inputs));
    }),
    { seed: 20_261_130, numRuns: many(20) },
  );
  expect(spikes).toBeGreaterThan(500);
});

test.each([
  ["synapse memory", { sizeBits: 2048 }, null, /size_kib/],
  ["axon table", { sizeBits: 2 ** 17 }, 160, /^set tile\.core\.axon_table\.entries: \d+$/],
  ["both", { sizeBits: 2048 }, 160, /size_kib.*entries/],
] as const)("a fan-in that is cut is refused with the change that holds it whole: %s", (_, memory, axonEntries, keys) => {
  const shape = { system: "lif", inputs: 300, neurons: [4], classes: 3, bits: 4, theta: 0, fill: 1, gain: 1 } as const;
  const network = quantise(randomNetwork(1, shape), USUAL);
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const built = (synapseBits: number, entries: number | null) => {
    const small = { ...core, axonEntries: entries, synapseMemory: { ...core.synapseMemory, sizeBits: synapseBits, wordBits: 16 } };
    const chip = withIntake(chipOf(new Array<number>(8).fill(1), { core: small, weightFormat: "dense" }), { full: "drop" }, 4);
    const refused = refusedBefore({ chip, precision: USUAL, mapping: request }, network.topology);
    const placement = mapNetwork(network.topology, chip, USUAL, request, null);
    let thrown: unknown = null;
    try {
      new ChipEngine(chip, placement, USUAL, runnableNetwork(network));
    } catch (error) {
      expect(error).toBeInstanceOf(InfeasibleError);
      thrown = error;
    }
    expect((thrown as InfeasibleError | null)?.message).toBe(refused?.message);
    return refused;
  };
  const refused = built(memory.sizeBits, axonEntries);
  expect(refused?.code).toBe("FEEDBACK_FAN_IN");
  expect(refused?.fix).toMatch(keys);
  const typed = (key: string): number => Number(new RegExp(`${key}: ([\\d.]+)`).exec(refused?.fix ?? "")?.[1] ?? 0);
  const [bits, entries] = [8192 * typed("size_kib"), typed("entries")];
  const grown = axonEntries === null ? null : Math.max(axonEntries, entries);
  expect(built(Math.max(memory.sizeBits, bits), grown)).toBeNull();
});
