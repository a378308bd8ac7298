/**
 * A whole timing run: conservation, sums, monotonicity, steady state, and one claim per parameter of the chip that
 * affects time.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chip, Core, MappingRequest, Noc, Precision } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { runTiming, type TimingRun } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn, ROUTER_COUNTERS, type RouterCounter, routerColumn } from "../../../sim/counters.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "./fixtures.js";

const topology = recurrentTopology(24);
const trace = randomTrace(topology, [6, 9, 4], [0.4, 0.3, 0.3, 0.2], 5);

interface Point {
  readonly core: Partial<Core>;
  readonly noc: Partial<Noc>;
  readonly barrier: Partial<Chip["barrier"]>;
  readonly precision: Partial<Precision>;
  readonly mapping: Partial<MappingRequest>;
  readonly tiles: readonly number[];
}
const roomy = {
  synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 },
  stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16, banks: 2 },
};
const base: Point = { core: {}, noc: { width: 2, height: 2 }, barrier: {}, precision: {}, mapping: {}, tiles: [1, 1, 1, 1] };

function run(changes: Partial<Point> = {}, on = trace): TimingRun {
  const point = { ...base, ...changes };
  const made = chip(point.tiles, { core: { ...roomy, ...point.core }, noc: { ...base.noc, ...point.noc }, barrier: point.barrier });
  const bits = { ...precision, ...point.precision };
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: 16, seed: 1, ...point.mapping };
  return runTiming(made, mapNetwork(on.topology, made, bits, request, on), bits, on);
}

const sum = (of: TimingRun, name: CoreCounter): number => {
  let total = 0;
  for (let at = coreColumn[name]; at < of.total.cores.length; at += CORE_COUNTERS.length) total += of.total.cores[at];
  return total;
};
const routers = (of: TimingRun, name: RouterCounter): number => {
  let total = 0;
  for (let at = routerColumn[name]; at < of.total.routers.length; at += ROUTER_COUNTERS.length) total += of.total.routers[at];
  return total;
};
const cycles = (of: TimingRun): number => of.total.cycles;

/** Synaptic operations of the trace; recurrent spikes of an utterance's last step have no next step. */
function operationsOf(): { macs: number; adds: number } {
  const count = { macs: 0, adds: 0 };
  for (let u = 0; u + 1 < trace.stepStart.length; u++) {
    for (let step = trace.stepStart[u]; step < trace.stepStart[u + 1]; step++) {
      for (const projection of topology.projections) {
        if (projection.recurrent && step === trace.stepStart[u + 1] - 1) continue;
        const target = topology.populations[projection.target];
        const group = step * topology.populations.length + projection.source;
        for (let e = trace.eventStart[group]; e < trace.eventStart[group + 1]; e++) {
          count[Math.abs(trace.payload[e]) > 1 ? "macs" : "adds"] += target.neurons * target.accumulators;
        }
      }
    }
  }
  return count;
}

describe("conservation", () => {
  test.each(["unicast", "tree"] as const)(
    "%s: spikes, packets, operations and updates equal those of the trace; queues end empty",
    (multicast) => {
      const result = run({ noc: { multicast } });
      expect(sum(result, "synaptic_macs")).toBe(operationsOf().macs);
      expect(sum(result, "synaptic_adds")).toBe(operationsOf().adds);
      expect(sum(result, "spikes_sent")).toBe(trace.neuron.length);
      expect(sum(result, "input_queue_pushes")).toBe(sum(result, "input_queue_pops"));
      expect(sum(result, "spikes_received")).toBe(sum(result, "input_queue_pops"));
      expect(sum(result, "packets_sent")).toBe(result.total.packets);
      const neurons = topology.populations.reduce((total, population) => total + population.neurons, 0);
      expect(sum(result, "neuron_updates")).toBe(neurons * 19);
      expect(result.total.steps).toBe(19);
      // a flit that is copied is read once per branch
      if (multicast === "unicast") expect(routers(result, "buffer_reads")).toBe(routers(result, "buffer_writes"));
      else expect(routers(result, "buffer_reads")).toBeGreaterThan(routers(result, "buffer_writes"));
    },
  );

  test("unicast: every packet is delivered once, and flits = packets x flits per packet", () => {
    const result = run();
    const loops = sum(result, "input_queue_pushes") - result.total.packets;
    expect(loops).toBeGreaterThan(0);
    expect(result.total.flits).toBe(result.total.packets);
    expect(run({ noc: { flitWidthBits: 8 } }).total.flits).toBe(4 * result.total.packets);
  });

  test("the total equals the sum of the utterances, and each unit's cycles sum to the run's", () => {
    const result = run();
    expect(result.total.cycles).toBe(result.utterances.reduce((total, utterance) => total + utterance.cycles, 0));
    expect(Array.from(result.latencyCycles)).toEqual(result.utterances.map((utterance) => utterance.cycles));
    expect(result.waveCycles.reduce((total, wave) => total + wave, 0)).toBe(result.total.cycles);
    for (const counters of [result.total, ...result.utterances]) {
      for (let at = 0; at < counters.cores.length; at += CORE_COUNTERS.length) {
        for (const unit of ["synapse_", "soma_"]) {
          const names = CORE_COUNTERS.filter((name) => name.startsWith(unit) && name.endsWith("_cycles"));
          expect(names.reduce((total, name) => total + counters.cores[at + coreColumn[name]], 0)).toBe(counters.cycles);
        }
      }
    }
  });

  test("an utterance alone costs the same after any earlier run", () => {
    const first = randomTrace(topology, [6, 6], [0.4, 0.3, 0.3, 0.2], 9);
    const twice = { ...first, ...twin(first) };
    const result = run({}, twice);
    expect(result.utterances[1]).toEqual(result.utterances[0]);
  });
});

/** The first utterance of a trace, twice. */
function twin(of: typeof trace) {
  const groups = of.stepStart[1] * topology.populations.length;
  const events = of.eventStart[groups];
  const once = of.eventStart.slice(0, groups + 1);
  return {
    stepStart: Uint32Array.of(0, of.stepStart[1], 2 * of.stepStart[1]),
    eventStart: Uint32Array.from([...once, ...Array.from(once.slice(1), (at) => at + events)]),
    neuron: Uint16Array.from([...of.neuron.slice(0, events), ...of.neuron.slice(0, events)]),
    payload: Int16Array.from([...of.payload.slice(0, events), ...of.payload.slice(0, events)]),
  };
}

describe("steady state", () => {
  test("utterances back to back complete faster than alone, but not faster than the work of their steps allows", () => {
    const result = run();
    const mean = result.total.cycles / result.total.utterances;
    expect(result.cyclesPerUtterance).toBeLessThan(mean);
    // every wave has at least a barrier, and there are as many waves as steps
    expect(result.cyclesPerUtterance).toBeGreaterThan((19 / 3) * 8);
  });

  test("without spikes: latency = (steps + depth) waves, a completion every `steps` waves of the same length", () => {
    const silent = randomTrace(topology, [10, 10], [0, 0, 0, 0], 1);
    const result = run({}, silent);
    // all populations are active in waves 3 to 9; odd and even waves use the two accumulator buffers, which begin in
    // different banks
    expect(result.waveCycles.length).toBe(26);
    const [even, odd] = [result.waveCycles[4], result.waveCycles[5]];
    expect(Array.from(result.waveCycles.slice(3, 10))).toEqual([odd, even, odd, even, odd, even, odd]);
    expect(result.cyclesPerUtterance).toBe(5 * (even + odd));
  });
});

describe("monotone on random chips", () => {
  const random = fc.record({
    tiles: fc.constantFrom([1], [2], [1, 1], [2, 1, 1], [1, 1, 1, 1]),
    lanes: fc.constantFrom(1, 2, 3, 4, 6, 8),
    banks: fc.constantFrom(1, 2, 4),
    word: fc.constantFrom(16, 32, 64),
    ports: fc.constantFrom("1rw" as const, "1r1w" as const),
    depth: fc.constantFrom(1, 2, 4, 8),
    seed: fc.nat(1000),
  });
  const at = (
    c: { tiles: readonly number[]; banks: number; word: number; ports: "1rw" | "1r1w"; seed: number },
    changes: Partial<Core>,
  ): number => {
    const spikes = randomTrace(topology, [4], [0.4, 0.3, 0.3, 0], c.seed);
    const memory = { ...roomy.stateMemory, banks: c.banks, wordBits: c.word, ports: c.ports };
    return cycles(
      run(
        {
          tiles: c.tiles,
          noc: { width: c.tiles.length, height: 1 },
          core: { stateMemory: memory, ...changes },
          mapping: { maxNeuronsPerCore: null, strategy: "balanced" },
        },
        spikes,
      ),
    );
  };

  test("one core: more lanes are never slower", () => {
    fc.assert(
      fc.property(random, (c) => {
        const one = { ...c, tiles: [1] };
        expect(at(one, { lanes: c.lanes + 1 })).toBeLessThanOrEqual(at(one, { lanes: c.lanes }));
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  test("a bigger input queue is never slower on one core, if the soma makes all requests before the first event", () => {
    fc.assert(
      fc.property(random, (c) => {
        const one = { ...c, tiles: [1] };
        const units = { neuronUpdate: { ...core.neuronUpdate, units: 128 }, eventOverheadCycles: 1000 };
        expect(at(one, { ...units, inputQueue: { depth: c.depth * 2 } })).toBeLessThanOrEqual(
          at(one, { ...units, inputQueue: { depth: c.depth } }),
        );
      }),
      { numRuns: 40, seed: 12 },
    );
  });

  test("in general a bigger input queue costs at most 2 %, because it changes the order of requests to the state memory", () => {
    fc.assert(
      fc.property(random, (c) => {
        expect(at(c, { inputQueue: { depth: c.depth * 2 } })).toBeLessThanOrEqual(1.02 * at(c, { inputQueue: { depth: c.depth } }));
      }),
      { numRuns: 40, seed: 12 },
    );
  });
});

describe("every parameter has its effect", () => {
  const { synapseMemory, stateMemory } = roomy;
  const narrow = { ...synapseMemory, wordBits: 8 };
  const slowInput = { lanes: 1, inputQueue: { depth: 1 } };
  const { neuronUpdate } = core;
  type Claim = readonly [
    claim: string,
    from: Partial<Point>,
    to: Partial<Point>,
    metric: (of: TimingRun) => number,
    way: "less" | "more" | "other",
  ];
  const claims: readonly Claim[] = [
    ["more lanes: fewer cycles", { core: { lanes: 1 } }, { core: { lanes: 4 } }, cycles, "less"],
    ["deeper accumulate pipeline: more cycles", {}, { core: { accumulateDepthCycles: 9 } }, cycles, "more"],
    ["more event overhead: more cycles", {}, { core: { eventOverheadCycles: 8 } }, cycles, "more"],
    [
      "wider weight words: fewer reads",
      {},
      { core: { synapseMemory: { ...synapseMemory, wordBits: 64 } } },
      (r) => sum(r, "synapse_reads"),
      "less",
    ],
    ["wider weight words: fewer cycles", { core: { synapseMemory: narrow } }, {}, cycles, "less"],
    [
      "more weight banks: fewer cycles",
      { core: { synapseMemory: narrow } },
      { core: { synapseMemory: { ...narrow, banks: 2 } } },
      cycles,
      "less",
    ],
    ["slower weight memory: more cycles", {}, { core: { synapseMemory: { ...synapseMemory, readLatencyCycles: 5 } } }, cycles, "more"],
    [
      "wider state words: fewer state accesses",
      {},
      { core: { stateMemory: { ...stateMemory, wordBits: 128 } } },
      (r) => sum(r, "state_reads"),
      "less",
    ],
    [
      "more state banks: fewer cycles",
      { core: { stateMemory: { ...stateMemory, wordBits: 16, banks: 1 } } },
      { core: { stateMemory: { ...stateMemory, wordBits: 16 } } },
      cycles,
      "less",
    ],
    ["a second state port: fewer cycles", { core: { stateMemory: { ...stateMemory, ports: "1rw" } } }, {}, cycles, "less"],
    ["slower state memory: more cycles", {}, { core: { stateMemory: { ...stateMemory, readLatencyCycles: 4 } } }, cycles, "more"],
    [
      "deeper input queue: the soma waits less",
      { core: slowInput },
      { core: { ...slowInput, inputQueue: { depth: 64 } } },
      (r) => sum(r, "soma_stall_output_cycles"),
      "less",
    ],
    [
      "deeper output queue: the soma waits less",
      { core: { ...slowInput, outputQueue: { depth: 1 } } },
      { core: { ...slowInput, outputQueue: { depth: 64 } } },
      (r) => sum(r, "soma_stall_output_cycles"),
      "less",
    ],
    [
      "more soma units: fewer cycles",
      { core: { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 4 } } },
      { core: { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 4, units: 4 } } },
      cycles,
      "less",
    ],
    ["more cycles per neuron: more cycles", {}, { core: { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 12 } } }, cycles, "more"],
    ["deeper soma pipeline: more cycles", {}, { core: { neuronUpdate: { ...neuronUpdate, pipelineDepthCycles: 20 } } }, cycles, "more"],
    [
      "torus: fewer hops",
      { tiles: [1, 1, 1, 1, 1, 1], noc: { width: 6, height: 1 } },
      { tiles: [1, 1, 1, 1, 1, 1], noc: { width: 6, height: 1, topology: "torus" } },
      (r) => r.total.flitHops,
      "less",
    ],
    ["a square in place of a row: fewer hops", { noc: { width: 4, height: 1 } }, {}, (r) => r.total.flitHops, "less"],
    ["the other dimension first: other links", {}, { noc: { routing: "yx" } }, (r) => r.total.links[0] + 1e6 * r.total.links[2], "other"],
    ["narrower flits: more flits", {}, { noc: { flitWidthBits: 8 } }, (r) => r.total.flits, "more"],
    ["narrower flits: more cycles", {}, { noc: { flitWidthBits: 4 } }, cycles, "more"],
    [
      "more virtual channels: fewer waits for one",
      { noc: { virtualChannels: 1, flitWidthBits: 8 } },
      { noc: { virtualChannels: 4, flitWidthBits: 8 } },
      (r) => routers(r, "stall_vc_cycles"),
      "less",
    ],
    [
      "bigger router buffers: the soma waits less",
      { core: slowInput, noc: { vcBufferFlits: 1 } },
      { core: slowInput, noc: { vcBufferFlits: 16 } },
      (r) => sum(r, "soma_stall_output_cycles"),
      "less",
    ],
    [
      "the other allocator: other grants",
      { noc: { flitWidthBits: 8 } },
      { noc: { flitWidthBits: 8, allocator: "separable-input-first" } },
      (r) => routers(r, "stall_switch_cycles") + 1e6 * routers(r, "stall_vc_cycles"),
      "other",
    ],
    ["slower routing: more cycles", {}, { noc: { routingDelayCycles: 4 } }, cycles, "more"],
    ["slower VC allocation: more cycles", {}, { noc: { vcAllocationDelayCycles: 4 } }, cycles, "more"],
    ["slower switch allocation: more cycles", {}, { noc: { switchAllocationDelayCycles: 4 } }, cycles, "more"],
    ["slower crossbar: more cycles", {}, { noc: { switchTraversalDelayCycles: 4 } }, cycles, "more"],
    [
      "slower credits: more waits for them",
      { noc: { flitWidthBits: 8, vcBufferFlits: 2 } },
      { noc: { flitWidthBits: 8, vcBufferFlits: 2, creditDelayCycles: 6 } },
      (r) => routers(r, "stall_credit_cycles"),
      "more",
    ],
    ["slower links: more cycles", {}, { noc: { linkCycles: 5 } }, cycles, "more"],
    ["tree multicast: fewer packets", {}, { noc: { multicast: "tree" } }, (r) => r.total.packets, "less"],
    ["tree multicast: fewer flits over links", {}, { noc: { multicast: "tree" } }, (r) => r.total.flitHops, "less"],
    ["longer header: more flits", {}, { noc: { headerBits: 40 } }, (r) => r.total.flits, "more"],
    ["wider weights: more reads", { precision: { weightBits: 4 } }, {}, (r) => sum(r, "synapse_reads"), "more"],
    [
      "wider states: more state accesses",
      {},
      { precision: { stateBits: 24 }, core: { stateMemory: { ...stateMemory, wordBits: 32 } } },
      (r) => sum(r, "state_reads"),
      "more",
    ],
    ["wider accumulators: more state accesses", {}, { precision: { accumulatorBits: 32 } }, (r) => sum(r, "state_reads"), "more"],
    [
      "fewer neurons per core: more cores work at once, fewer cycles",
      { mapping: { maxNeuronsPerCore: null }, core: { lanes: 1 } },
      { core: { lanes: 1 } },
      cycles,
      "less",
    ],
    ["another strategy: another placement", {}, { mapping: { strategy: "balanced" } }, (r) => r.total.packets, "other"],
  ];
  test.each(claims)("%s", (_, from, to, metric, way) => {
    const [a, b] = [metric(run(from)), metric(run(to))];
    if (way === "less") expect(b).toBeLessThan(a);
    else if (way === "more") expect(b).toBeGreaterThan(a);
    else expect(b).not.toBe(a);
  });

  test("the barrier costs base + cores in use x per core in every wave, exactly", () => {
    const waves = run().waveCycles.length;
    expect(cycles(run({ barrier: { baseCycles: 14 } })) - cycles(run())).toBe(10 * waves);
    expect(cycles(run({ barrier: { perCoreCycles: 3 } })) - cycles(run())).toBe(2 * 4 * waves);
    expect(run().total.barrierCycles).toBe(waves * (4 + 4));
  });

  test("policy touched updates neurons from their first input on", () => {
    const late = randomTrace(topology, [6], [0.05, 0.05, 0.02, 0], 3);
    const touched = sum(run({ core: { neuronUpdate: { ...neuronUpdate, policy: "touched" } } }, late), "neuron_updates");
    expect(touched).toBeLessThan(sum(run({}, late), "neuron_updates"));
    expect(touched).toBeGreaterThanOrEqual(6 * 28);
  });

  test("memories and cores that are too small are infeasible, never slow", () => {
    const small: Partial<Core>[] = [
      { maxNeurons: 8 },
      { synapseMemory: { ...synapseMemory, sizeBits: 1024 } },
      { stateMemory: { ...stateMemory, sizeBits: 1024 } },
    ];
    for (const changes of small) expect(() => run({ core: changes })).toThrow(InfeasibleError);
  });

  test("the mapping seed may move cores but changes no count of work", () => {
    const results = [1, 2, 3].map((seed) =>
      run({ tiles: [1, 1, 1, 1, 1, 1, 1, 1], noc: { width: 4, height: 2 }, mapping: { strategy: "min-traffic", seed } }),
    );
    expect(new Set(results.map((result) => sum(result, "synaptic_macs"))).size).toBe(1);
  });
});

test("a network that deadlocks (a ring with one virtual channel) ends the run as infeasible, with the circle of waiting", () => {
  const ring = chip(Array(6).fill(1), {
    core: { ...roomy, lanes: 1, inputQueue: { depth: 1 }, outputQueue: { depth: 64 } },
    noc: { width: 6, height: 1, topology: "torus", virtualChannels: 1, vcBufferFlits: 1, flitWidthBits: 4 },
  });
  const dense = randomTrace(topology, [6], [0.9, 0.9, 0.9, 0], 1);
  const request: MappingRequest = { strategy: "balanced", manual: {}, maxNeuronsPerCore: 6, seed: 1 };
  const placement = mapNetwork(topology, ring, precision, request, dense);
  expect(() => runTiming(ring, placement, precision, dense)).toThrow(/NOC_DEADLOCK.*virtual_channels/s);
  const two = { ...ring, noc: { ...ring.noc, virtualChannels: 2 } };
  expect(runTiming(two, placement, precision, dense).total.packets).toBeGreaterThan(0);
});

test("copied packets that do not fit a buffer are refused before the run; packets that are not copied, and small ones, pass", () => {
  const noc = { ...base.noc, flitWidthBits: 8, headerBits: 16 } as const;
  const short: Partial<Point> = { noc: { ...noc, vcBufferFlits: 1, multicast: "tree" } };
  for (const virtualChannels of [1, 2]) {
    expect(() => run({ noc: { ...short.noc, virtualChannels } })).toThrow(/NOC_MULTICAST_BUFFER/);
    expect(cycles(run({ noc: { ...short.noc, virtualChannels, vcBufferFlits: 8 } }))).toBeGreaterThan(0);
    expect(cycles(run({ noc: { ...short.noc, virtualChannels, multicast: "unicast" } }))).toBeGreaterThan(0);
  }
  // one core: no packet uses the network
  expect(
    cycles(run({ ...short, tiles: [1], noc: { ...short.noc, width: 1, height: 1 }, mapping: { maxNeuronsPerCore: 4096 } })),
  ).toBeGreaterThan(0);
});
