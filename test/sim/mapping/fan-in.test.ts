/**
 * Networks whose single neurons have too many weights for a core run in parts, with the same synaptic work and one more
 * stage.
 */
import { describe, expect, test } from "vitest";
import { corePrices } from "../../../arch/components.js";
import { areaOf, type CoreNeeds, type MappingRequest, type Topology } from "../../../arch/index.js";
import { coreQueue } from "../../../arch/memories/queue.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { runTiming, type TimingRun } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { splitFanIn, withPartialSums } from "../../../sim/mapping/fan-in.js";
import { rowsOf } from "../../../sim/mapping/layout.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { needsOn } from "../../../sim/needs.js";
import { Counted } from "../../counted.js";
import { chip, core, dense, population, precision, randomTrace } from "../board/fixtures.js";

const topology = {
  populations: [
    population("input", 300, 0),
    population("hidden", 4, 1, { accumulators: 2, states: 2 }),
    population("readout", 3, 2, { payloadBits: 0 }),
  ],
  projections: [dense(0, 1), dense(1, 1, true), dense(1, 2)],
};
const trace = randomTrace(topology, [5, 3], [0.2, 0.5, 0.3], 1);
const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
const sized = (synapseBits: number, cores: number) =>
  chip(Array(cores).fill(1), {
    core: {
      maxNeurons: 400,
      synapseMemory: { ...core.synapseMemory, sizeBits: synapseBits, wordBits: 16 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 14 },
    },
  });
const sum = (of: TimingRun, name: CoreCounter): number => {
  let total = 0;
  for (let at = coreColumn[name]; at < of.total.cores.length; at += CORE_COUNTERS.length) total += of.total.cores[at];
  return total;
};
const run = (synapseBits: number, cores: number): TimingRun => {
  const on = sized(synapseBits, cores);
  return runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
};

describe("a neuron of 300 x 2 weights of 8 bits needs 4800 bits", () => {
  const whole = run(2 ** 16, 2);
  const parts = run(2 ** 12, 9);

  test("in cores of 4096 bits it is split in two, and every row is in exactly one part", () => {
    const made = mapNetwork(topology, sized(2 ** 12, 9), precision, request, trace);
    expect(made.topology.populations.map((p) => [p.name, p.depth])).toEqual([
      ["input", 0],
      ["hidden", 2],
      ["readout", 3],
      ["hidden/part1", 1],
    ]);
    const rows = made.topology.projections.filter((p) => p.source === 0).map((p) => rowsOf(made.topology, p));
    expect(rows).toEqual([
      { first: 0, count: 150 },
      { first: 150, count: 150 },
    ]);
  });

  test("synaptic work is the same, plus one addition per accumulator, neuron and step for the partial sums", () => {
    expect(sum(parts, "synaptic_macs")).toBe(sum(whole, "synaptic_macs"));
    expect(sum(parts, "synaptic_adds")).toBe(sum(whole, "synaptic_adds") + 8 * 4 * 2);
    expect(sum(parts, "synapse_reads")).toBeGreaterThanOrEqual(sum(whole, "synapse_reads"));
    expect(sum(parts, "element_multiplies")).toBe(sum(whole, "element_multiplies"));
  });

  test("each utterance takes one more wave, and its partial sums are sent as packets", () => {
    expect(parts.waveCycles.length).toBe(whole.waveCycles.length + 2);
    expect(parts.total.packets).toBeGreaterThan(0);
  });

  test("smaller cores make more parts; if there are not enough cores for them, synapse memory is named as the reason", () => {
    const made = mapNetwork(topology, sized(2048, 40), precision, request, trace);
    expect(made.topology.populations.length).toBe(3 + 2);
    expect(() => mapNetwork(topology, sized(2048, 3), precision, request, trace)).toThrow(/MAP_SYNAPSE_MEMORY_FULL/);
  });
});

test("recurrent rows are not split: if they alone do not fit, the network is infeasible", () => {
  const wide = { populations: [population("input", 4, 0), population("net", 300, 1)], projections: [dense(0, 1), dense(1, 1, true)] };
  expect(() => mapNetwork(wide, sized(2048, 30), precision, request, null)).toThrow(InfeasibleError);
});

test("a trace keeps its events on the new topology, and helpers send a sum for every neuron and step", () => {
  const cut = splitFanIn(topology, precision, 1, 3);
  const seen = withPartialSums(cut, trace);
  const all = cut.populations.length;
  expect(seen.neuron.length).toBe(trace.neuron.length + 8 * 2 * 4);
  for (let step = 0; step < 8; step++) {
    for (let p = 0; p < 3; p++) {
      const [a, b] = [step * 3 + p, step * all + p];
      expect(Array.from(seen.neuron.subarray(seen.eventStart[b], seen.eventStart[b + 1]))).toEqual(
        Array.from(trace.neuron.subarray(trace.eventStart[a], trace.eventStart[a + 1])),
      );
    }
  }
  expect(withPartialSums(topology, trace)).toBe(trace);
});

describe("queues are as wide as the widest message: a partial sum if fan-in is cut", () => {
  /** Payload bits of partial sums, as the mapping sends them and as prices assume them. */
  const payloads = (on: ReturnType<typeof sized>, net: Topology): readonly [mapped: number, priced: number] => {
    const made = mapNetwork(net, on, precision, request, null).topology.populations.slice(net.populations.length);
    return [Math.max(0, ...made.map(({ payloadBits }) => payloadBits)), needsOn(on, precision, net).partialSumBits];
  };

  test("on 60 random networks and chips the priced width is the width that the mapping sends (seed 8)", () => {
    const rng = createRng(8, "partial sums");
    const met = new Counted("partial sums");
    for (let i = 0; i < 60; i++) {
      const accumulators = rng.int(1, 3);
      const hidden = { populations: [population("input", rng.int(50, 400), 0), population("hidden", rng.int(2, 6), 1, { accumulators })] };
      const net = { ...hidden, projections: [dense(0, 1)] };
      const [mapped, priced] = payloads(sized(2 ** rng.int(11, 14), 40), net);
      expect(priced, `network ${i}`).toBe(mapped);
      met.see(mapped === 0 ? "whole" : "cut");
    }
    met.expectEach(["whole", "cut"], 10);
  });

  test("push, pop, leakage and area are those of a queue of header and sum; without cut fan-in they do not change", () => {
    const sumBits = 2 * precision.accumulatorBits;
    for (const [on, payload] of [
      [sized(2 ** 12, 9), sumBits],
      [sized(2 ** 16, 2), 8],
    ] as const) {
      const needs = needsOn(on, precision, topology);
      const [one] = on.cores;
      const queue = coreQueue(one, "input", on.noc.headerBits + payload, on.technology);
      const raw = corePrices({ ...on, silicon: null }, one, precision, needs);
      expect(raw.input_queue_push_pj.value).toBe(queue.pushPj);
      expect(raw.input_queue_pop_pj.value).toBe(queue.popPj);
      const areaMm2 = (of: CoreNeeds): number => areaOf(on, precision, of).totalMm2 ?? Number.NaN;
      const growth = areaMm2(needs) / areaMm2({ ...needs, partialSumBits: 0 });
      if (payload === sumBits) expect(growth).toBeGreaterThan(1);
      else expect(growth).toBe(1);
    }
  });

  test("queues of own macros must hold header and sum; without cut fan-in header and payload", () => {
    const costs = { area_mm2: 0.01, read_pj: 3, write_pj: 5, leakage_mw: 0.001, access_ns: 1, cycle_ns: 1 };
    const errors = { area_mm2: null, read_pj: null, write_pj: null, leakage_mw: null, access_ns: null, cycle_ns: null };
    const macro = { costs, errors, source: "mine", extrapolated: false, scaledFromV: null };
    for (const [on, payload] of [
      [sized(2 ** 12, 9), 2 * precision.accumulatorBits],
      [sized(2 ** 16, 2), 8],
    ] as const) {
      const needs = needsOn(on, precision, topology);
      const neededBits = on.noc.headerBits + payload;
      for (const which of ["input", "output"] as const) {
        const pricesWith = (wordBits: number) => {
          const own = { ...on.cores[0], ownWords: { ...on.cores[0].ownWords, [which]: { macro, wordBits } } };
          return corePrices({ ...on, silicon: null }, own, precision, needs);
        };
        expect(pricesWith(neededBits)[`${which}_queue_push_pj`].value).toBe(5);
        expect(pricesWith(neededBits)[`${which}_queue_pop_pj`].value).toBe(3);
        expect(() => pricesWith(neededBits - 1)).toThrow(
          `tile.core.${which}_queue.word_bits: words of its macros are ${neededBits - 1} bits wide, but this network and precision need ${neededBits}`,
        );
      }
    }
  });
});
