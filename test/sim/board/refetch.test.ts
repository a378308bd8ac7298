/**
 * Words that are accessed again: once per group of lanes that shares them, and in cycles in which a group waits.
 * Counted by hand, priced as reads.
 */
import { expect, test } from "vitest";
import { BUILT_NEEDS, type Chip, type Core, corePrices, type Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";

const bits = { ...precision, weightBits: 8, accumulatorBits: 24, stateBits: 16 };
const topology: Topology = {
  populations: [population("input", 1, 0, { states: 0 }), population("target", 16, 1, { states: 0, payloadBits: 0 })],
  projections: [dense(0, 1)],
};
const trace = traceOf(topology, [[[[0], []]]]);

interface Access {
  readonly lanes: number;
  readonly synapse?: Partial<Core["synapseMemory"]>;
  readonly state?: Partial<Core["stateMemory"]>;
  readonly scan?: Partial<Core["scan"]>;
  readonly units?: number;
}
/** One spike on a row of 16 weights: 8 per word of the synapse memory, 2 accumulators per word of the state memory. */
function chipOf({ lanes, synapse = {}, state = {}, scan = {}, units = 1 }: Access): Chip {
  return chip([1], {
    core: {
      lanes,
      scan: { ...core.scan, ...scan },
      neuronUpdate: { ...core.neuronUpdate, units },
      synapseMemory: { ...core.synapseMemory, wordBits: 64, ...synapse },
      stateMemory: { ...core.stateMemory, wordBits: 64, banks: 4, ports: "1r1w", ...state },
    },
  });
}
function run(access: Access) {
  const on = chipOf(access);
  const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const { total } = runTiming(on, mapNetwork(topology, on, bits, request, trace), bits, trace);
  const of = (name: CoreCounter): number => total.cores[coreColumn[name]];
  return { on, total, of };
}
/** Words of accumulators, without those of the neuron updates, which are the same in every case. */
const accumulated = (access: Access): number => {
  const update = run({ lanes: 16, state: { banks: 8 } }).of("state_reads") - 8;
  return run(access).of("state_reads") - update;
};
const group = { refetch: "group" } as const;

test("16 weights, 8 per word, take 2 words per row; refetched, one per group of 2 lanes, and two for a group of 3 that straddles words", () => {
  expect(run({ lanes: 2 }).of("synapse_reads")).toBe(2);
  expect(run({ lanes: 2, synapse: group }).of("synapse_reads")).toBe(8);
  // 0-2, 3-5, 6-8 over two words, 9-11, 12-14, 15
  expect(run({ lanes: 3, synapse: group }).of("synapse_reads")).toBe(7);
  expect(run({ lanes: 8, synapse: group }).of("synapse_reads")).toBe(2);
  // the memory reads one word per cycle in any case, so time does not change
  expect(run({ lanes: 3, synapse: group }).total.cycles).toBe(run({ lanes: 3 }).total.cycles);
});

test("weights are refetched in the same way in a compressed and in a dense scan", () => {
  for (const policy of ["compressed", "dense"] as const) {
    const waves = run({ lanes: 3, scan: { policy } }).total.steps + 1;
    const times = policy === "dense" ? waves : 1;
    expect(run({ lanes: 3, scan: { policy } }).of("synapse_reads")).toBe(2 * times);
    expect(run({ lanes: 3, scan: { policy }, synapse: group }).of("synapse_reads")).toBe(7 * times);
  }
});

test("16 accumulators, 2 per word, take 8 words per row; groups of 3 refetch 2 words each, the last 1, read and written, and each takes its bank", () => {
  expect(accumulated({ lanes: 3 })).toBe(8);
  expect(accumulated({ lanes: 3, state: group })).toBe(11);
  const [once, again] = [run({ lanes: 3, state: { banks: 1 } }), run({ lanes: 3, state: { banks: 1, ...group } })];
  expect(again.of("state_writes") - once.of("state_writes")).toBe(again.of("state_reads") - once.of("state_reads"));
  // one bank serves 2 accumulators per group: groups of 2 share no word
  expect(again.total.cycles).toBe(once.total.cycles);
  // two banks, groups of 3: words 0-1, 1-2, 3-4, 4-5, 6-7 and 7 in place of only the new ones; a read-modify-write of 2
  // cycles per word and bank
  const rmw = { banks: 2, ports: "1rw" } as const;
  const busy = (of: ReturnType<typeof run>): number => of.of("synapse_busy_cycles") + of.of("synapse_stall_state_cycles");
  expect(busy(run({ lanes: 3, state: { ...rmw, ...group } }))).toBe(6 * 2);
});

test("a read-modify-write of 2 cycles stalls each of 8 groups of 2 lanes by one cycle, in which its word of weights is read again", () => {
  const rmw = { ports: "1rw" } as const;
  const rereads = { rereadsInStalls: true };
  const plain = run({ lanes: 2, state: rmw });
  const again = run({ lanes: 2, state: rmw, synapse: rereads });
  expect(plain.of("synapse_stall_state_cycles")).toBe(8);
  expect([plain.of("synapse_rereads"), again.of("synapse_rereads")]).toEqual([0, 8]);
  expect(again.of("synapse_reads")).toBe(plain.of("synapse_reads"));
  expect(again.total.cycles).toBe(plain.total.cycles);
  // groups of 3: the third is in two words
  const three = run({ lanes: 3, state: rmw, synapse: rereads });
  expect(three.of("synapse_rereads")).toBe(three.of("synapse_stall_state_cycles") + 1);
  const rows = (of: typeof again) => new Map(price(of.on, bits, topology, of.total).rows.map((row) => [row.component, row.energyPj]));
  const prices = corePrices(again.on, again.on.cores[0], bits, BUILT_NEEDS);
  expect(rows(again).get("synapse memory re-reads")).toBeCloseTo(8 * prices.synapse_memory_read_pj.value, 9);
  expect(rows(plain).has("synapse memory re-reads")).toBe(false);
});

test("accumulators are read again in stalls, too: by 8 groups of one word, and by updates that wait one cycle each", () => {
  const rmw = { ports: "1rw" } as const;
  const again = { ...rmw, rereadsInStalls: true };
  for (const [units, updates, words] of [
    [1, 16, 1],
    [4, 4, 2],
  ]) {
    const [plain, twice] = [run({ lanes: 2, units, state: rmw }), run({ lanes: 2, units, state: again })];
    expect([twice.of("synapse_stall_state_cycles"), twice.of("soma_stall_state_cycles")]).toEqual([8, updates]);
    expect([plain.of("state_rereads"), twice.of("state_rereads")]).toEqual([0, 8 + updates * words]);
    expect(twice.total.cycles).toBe(plain.total.cycles);
    for (const name of ["state_reads", "state_writes", "synapse_rereads"] as const) expect(twice.of(name)).toBe(plain.of(name));
    const rows = (of: typeof twice) => new Map(price(of.on, bits, topology, of.total).rows.map((row) => [row.component, row.energyPj]));
    const prices = corePrices(twice.on, twice.on.cores[0], bits, BUILT_NEEDS);
    const pj = (8 + updates * words) * prices.state_memory_read_pj.value;
    expect(rows(twice).get("state memory re-reads")).toBeCloseTo(pj, 9);
    expect(rows(plain).has("state memory re-reads")).toBe(false);
  }
});

test("a soma whose packets cannot leave reads its states again until they do; with enough space it reads none again", () => {
  const senders: Topology = {
    populations: [population("input", 16, 0), population("target", 16, 1, { states: 0, payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const all = traceOf(senders, [[[Array.from({ length: 16 }, (_, n) => n), []]]]);
  const rereads = (depth: number) => {
    const on = chip([1, 1], {
      core: {
        lanes: 1,
        maxNeurons: 16,
        inputQueue: { depth },
        outputQueue: { depth },
        stateMemory: { ...core.stateMemory, ports: "1r1w", banks: 1, rereadsInStalls: true },
      },
      // packets of several flits leave more slowly than they are made, and the receiver's queue fills
      noc: { flitWidthBits: 4 },
    });
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    const { total } = runTiming(on, mapNetwork(senders, on, bits, request, all), bits, all);
    return {
      again: total.cores[coreColumn.state_rereads],
      held: total.cores[coreColumn.soma_stall_output_cycles],
      waits: total.cores[coreColumn.soma_stall_state_cycles],
    };
  };
  const [full, roomy] = [rereads(1), rereads(32)];
  expect(full.held).toBeGreaterThan(16 * 5);
  expect([full.again, full.waits]).toEqual([full.held, 0]);
  // one packet per cycle leaves, and the last one in the cycle after the last update
  expect([roomy.again, roomy.held]).toEqual([1, 1]);
});
