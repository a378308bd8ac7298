/** Micro-benchmarks with hand-computed closed forms: one spike over the network, a full queue, a bank conflict. */
import { describe, expect, test } from "vitest";
import type { Chip, MappingRequest, Precision, SpikeTrace, Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";

const manual = (places: { readonly [population: string]: readonly number[] }): MappingRequest => ({
  strategy: "manual",
  manual: places,
  maxNeuronsPerCore: null,
  seed: 1,
});

function run(
  on: Chip,
  topology: Topology,
  trace: SpikeTrace,
  places: { readonly [population: string]: readonly number[] },
  with_: Precision = precision,
) {
  return runTiming(on, mapNetwork(topology, on, with_, manual(places), trace), with_, trace);
}

const counter = (result: ReturnType<typeof run>, id: number, name: CoreCounter): number =>
  result.total.cores[id * CORE_COUNTERS.length + coreColumn[name]];

describe("one neuron, one spike, one hop", () => {
  // input (1 neuron, core 0) -> target (1 neuron, last tile); one step; the input fires.
  const topology: Topology = { populations: [population("input", 1, 0), population("target", 1, 1)], projections: [dense(0, 1)] };
  const trace = traceOf(topology, [[[[0], []]]]);
  const { stateMemory, synapseMemory, neuronUpdate } = core;
  /**
   * Wave 0 of the base case, cycle by cycle:
   *
   * | cycle | what                                                                                      |
   * |-------|-------------------------------------------------------------------------------------------|
   * | 0     | soma asks for the neuron's word; served in 0, done at 1                                    |
   * | 5     | spike finished (done - 1 + state latency 1 + pipeline 4), handed to the network            |
   * | 7     | head at router 0 (source 1, channel 1); RC 7, VA 8, SA 9                                   |
   * | 12    | head at router 1 (crossbar 1, link 1, arrival 1); RC 12, VA 13, SA 14                      |
   * | 17    | ejected (crossbar 1, channel 1, arrival 1)                                                 |
   * | 18    | message visible, taken; axon look-up 18, 19; weight read 20                                |
   * | 21    | the only group asks for its accumulator word; done at 22                                   |
   * | 25    | accumulator written (done - 1 + state latency 1 + depth 3): wave over                      |
   * | 31    | barrier (4 + 2 cores): next wave                                                           |
   *
   * Wave 1: the target's neuron asks for two words (state, accumulator), done at 2, result at 6 = 2 - 1 + 1 + 4; with
   * the barrier 12.
   */
  const rows: [string, number, number, number, Parameters<typeof chip>[1]][] = [
    // change, hops, cycles of wave 0 and of wave 1
    ["base case", 1, 31, 12, {}],
    ["two hops: a router (3) and a link (1), plus arrival", 2, 36, 12, {}],
    ["three hops", 3, 41, 12, {}],
    [
      "soma pipeline 10 in place of 4, and barrier 10 in place of 6, because the last words are written in it",
      1,
      41,
      22,
      { core: { neuronUpdate: { ...neuronUpdate, pipelineDepthCycles: 10 } } },
    ],
    [
      "9 cycles per neuron: the unit is busy until 9 in wave 1",
      1,
      31,
      15,
      { core: { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 9 } } },
    ],
    ["state latency 3: +2 in the soma, +2 in the drain", 1, 35, 14, { core: { stateMemory: { ...stateMemory, readLatencyCycles: 3 } } }],
    ["one port: +1 for each word that is written", 1, 33, 14, { core: { stateMemory: { ...stateMemory, ports: "1rw" } } }],
    ["event overhead 7 in place of 2", 1, 36, 12, { core: { eventOverheadCycles: 7 } }],
    ["weight latency 4 in place of 1", 1, 34, 12, { core: { synapseMemory: { ...synapseMemory, readLatencyCycles: 4 } } }],
    ["accumulate depth 8 in place of 3, and barrier 7 in place of 6", 1, 37, 13, { core: { accumulateDepthCycles: 8 } }],
    ["8-bit flits: 30 bits in 4 flits, 3 more cycles behind the head", 1, 34, 12, { noc: { flitWidthBits: 8 } }],
    ["header of 35 bits: a second flit", 1, 32, 12, { noc: { headerBits: 35 } }],
    ["link of 5 cycles", 1, 35, 12, { noc: { linkCycles: 5 } }],
    ["link of 5 cycles, two hops", 2, 44, 12, { noc: { linkCycles: 5 } }],
    ["routing of 3 cycles in both routers", 1, 35, 12, { noc: { routingDelayCycles: 3 } }],
    ["look-ahead routing in both routers", 1, 29, 12, { noc: { routingDelayCycles: 0 } }],
    ["barrier of 20 + 3 per core", 1, 51, 32, { barrier: { baseCycles: 20, perCoreCycles: 3 } }],
  ];
  test.each(rows)("%s, %i hops: wave 0 takes %i cycles, wave 1 takes %i", (_, hops, first, second, changes) => {
    const result = run(chip(Array(hops + 1).fill(1), changes), topology, trace, { input: [0], target: [hops] });
    expect(Array.from(result.waveCycles)).toEqual([first, second]);
  });
});

describe("a full input queue", () => {
  // Six neurons fire in one batch; each spike loops back to the only core and takes S = 2 + 1 + 6 cycles there (1 lane,
  // 6 weights).
  const topology: Topology = {
    populations: [population("input", 6, 0), population("target", 6, 1, { payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const trace = traceOf(topology, [[[[0, 1, 2, 3, 4, 5], []]]]);
  const service = 9;
  /**
   * The batch is requested in 0: six states of 16 bits in two 64-bit words, done at 2, finished at f = 6. The first
   * message is taken at 7, the j-th at 7 + 9 (j - 1). A slot freed by a take in t can be filled in t + 1, so hand-over
   * j is at max(hand-over j - 1 + 1, take of message j - depth, + 1).
   */
  const rows: [number, number[], number][] = [
    // depth, hand-overs, soma stalls = last hand-over + 1 - f
    [1, [6, 8, 17, 26, 35, 44], 39],
    [2, [6, 7, 8, 17, 26, 35], 30],
    [4, [6, 7, 8, 9, 10, 17], 12],
    [6, [6, 7, 8, 9, 10, 11], 6],
    [100, [6, 7, 8, 9, 10, 11], 6],
  ];
  test.each(rows)("of depth %i: hand-overs %j, the soma waits %i cycles, the wave takes as long", (depth, handOvers, stalls) => {
    const on = chip([1], { core: { lanes: 1, inputQueue: { depth }, neuronUpdate: { ...core.neuronUpdate, units: 6 } } });
    const result = run(on, topology, trace, { input: [0], target: [0] });
    let last = 5;
    const formula = Array.from({ length: 6 }, (_, j) => {
      last = Math.max(last + 1, j < depth ? 0 : 7 + service * (j - depth) + 1);
      return last;
    });
    expect(formula).toEqual(handOvers);
    const drain = 1 + 3 - 1;
    // 8 in place of 5: P - A words; 3 of six states, and 3 of six accumulators that begin inside a word; and one of a
    // row's end
    const barrier = 8;
    expect(result.waveCycles[0]).toBe(7 + 6 * service + drain + barrier);
    // wave 1: six states and six accumulators in 2 + 2 words, done at 4, result at 4 - 1 + 1 + 4
    expect(result.waveCycles[1]).toBe(8 + barrier);
    expect(counter(result, 0, "soma_stall_output_cycles")).toBe(stalls);
  });
});

describe("a bank conflict", () => {
  const topology: Topology = {
    populations: [population("input", 1, 0), population("target", 16, 1, { payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const trace = traceOf(topology, [[[[0], []]]]);
  /**
   * One event, 16 weights of 8 bits (4 per word), 16 accumulators of 16 bits. r = min(lanes, 4 x weight banks,
   * accumulators per word x state banks) weights per group; a group takes its banks for s cycles (1r1w: 1, 1rw: 2);
   * ceil(16 / r) groups.
   */
  const rows: [number, number, number, number, "1rw" | "1r1w", number, number][] = [
    // lanes, weight banks, state word, state banks, ports, r, cycles
    [1, 1, 16, 1, "1r1w", 1, 16],
    [4, 1, 16, 1, "1r1w", 1, 16],
    [4, 1, 16, 2, "1r1w", 2, 8],
    [4, 1, 16, 4, "1r1w", 4, 4],
    [4, 1, 16, 4, "1rw", 4, 8],
    [4, 1, 64, 1, "1r1w", 4, 4],
    [4, 1, 64, 1, "1rw", 4, 8],
    [2, 1, 64, 1, "1rw", 2, 12],
    [16, 1, 64, 4, "1r1w", 4, 4],
    [16, 2, 64, 4, "1r1w", 8, 2],
    [16, 4, 64, 4, "1r1w", 16, 1],
    [16, 4, 8, 32, "1r1w", 16, 1],
  ];
  test.each(rows)(
    "%i lanes, %i weight banks, %i-bit state words in %i banks, %s: %i weights per group, %i cycles",
    (lanes, weightBanks, wordBits, banks, ports, r, cycles) => {
      const on = chip([1], {
        core: {
          lanes,
          synapseMemory: { ...core.synapseMemory, banks: weightBanks },
          stateMemory: { ...core.stateMemory, wordBits, banks, ports },
        },
      });
      const result = run(on, topology, trace, { input: [0], target: [0] });
      const s = ports === "1rw" ? 2 : 1;
      const busy = Math.ceil(16 / r);
      // two lanes on four accumulators per word: every second group finds its word at hand and needs no port
      const formula = lanes === 2 ? (busy / 2) * s + busy / 2 : busy * s;
      expect(formula).toBe(cycles);
      expect(counter(result, 0, "synapse_busy_cycles")).toBe(busy);
      expect(counter(result, 0, "synapse_busy_cycles") + counter(result, 0, "synapse_stall_state_cycles")).toBe(cycles);
    },
  );

  /**
   * A spike from the far core arrives while the near core updates 200 neurons, each with a state word and an
   * accumulator word in the only bank (s cycles per word).
   *
   * | ports | soma alone asks in  | first group asks in | served behind the soma's words | then every group waits for two soma words |
   * |-------|---------------------|---------------------|--------------------------------|-------------------------------------------|
   * | 1r1w  | 0, 2, 4, ..., 20    | 21                  | done at 23: 2 cycles           | 3 cycles each                             |
   * | 1rw   | 0, 4, 8, ..., 20    | 22                  | done at 26: 4 cycles           | 6 cycles each                             |
   */
  test.each([
    ["1r1w" as const, 2, 3],
    ["1rw" as const, 4, 6],
  ])(
    "with the soma on the same bank (%s), the first group takes %i cycles and the seven others %i, as both units are served in turn",
    (ports, first, others) => {
      const targets = Uint32Array.of(0, 8, 16, 24, 32, 40, 48, 56);
      const pair: Topology = {
        populations: [population("input", 1, 0), population("target", 200, 0, { accumulators: 1, payloadBits: 0 })],
        projections: [{ source: 0, target: 1, recurrent: true, sparse: { rowStart: Uint32Array.of(0, 8), targets } }],
      };
      const on = chip([1, 1], { core: { lanes: 1, stateMemory: { ...core.stateMemory, wordBits: 16, ports } } });
      const result = run(
        on,
        pair,
        traceOf(pair, [
          [
            [[0], []],
            [[], []],
          ],
        ]),
        { input: [0], target: [1] },
      );
      expect(counter(result, 1, "synapse_busy_cycles")).toBe(8);
      expect(counter(result, 1, "synapse_stall_state_cycles")).toBe(first - 1 + 7 * (others - 1));
    },
  );
});
