/** The expected time of a step if one core has more work than the other: that of the cycle model. */
import { expect, test } from "vitest";
import type { Core, Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "../board/fixtures.js";

const STEPS = 20;
/**
 * Cycles of two populations, a core each: their neurons and accumulators, and the spikes of a step from an input of
 * their own.
 */
function cyclesOf(
  neurons: readonly [number, number],
  accumulators: number,
  spikes: readonly [number, number],
  on: Partial<Core>,
): readonly [run: number, estimate: number] {
  const topology: Topology = {
    populations: [
      ...[0, 1].map((i) => population(`input${i}`, 24, 0, { states: 0 })),
      ...[0, 1].map((i) => population(`target${i}`, neurons[i], 1, { payloadBits: 0, accumulators })),
    ],
    projections: [dense(0, 2), dense(1, 3)],
  };
  const step = [...spikes.map((count) => Array.from({ length: count }, (_, i) => i)), [], []];
  const trace = traceOf(topology, [Array.from({ length: STEPS }, () => step)]);
  const port = { tile: 0, bitsPerCycle: 1000, latencyCycles: 0, packetBits: null, queueDepth: 64 };
  const roomy = { inputQueue: { depth: 64 }, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 } };
  const made = { ...chip([1, 1], { core: { ...roomy, ...on } }), port };
  const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const placement = mapNetwork(topology, made, precision, request, trace);
  expect(placement.slices.map(({ population: p, core: at }) => [p, at]).sort()).toHaveLength(2);
  const { total } = runTiming(made, placement, precision, trace);
  return [total.cycles, estimate(made, precision, request, profileOf(trace))?.latencyCycles ?? Number.NaN];
}

test.each([
  ["looks up events", [1, 1], 1, [18, 3], { eventOverheadCycles: 60 }],
  ["waits for its memory", [1, 1], 1, [18, 3], { synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20, readLatencyCycles: 60 } }],
  ["adds weights", [1, 1], 60, [18, 3], { lanes: 1 }],
  ["updates neurons", [2, 1], 1, [1, 1], { neuronUpdate: { ...core.neuronUpdate, cyclesPerNeuron: 400 } }],
] as const)("a core that %s for longer than the other decides the time of a step, within 10 %", (_, neurons, accumulators, spikes, on) => {
  const [run, expected] = cyclesOf(neurons, accumulators, spikes, on);
  expect(run / STEPS).toBeGreaterThan(500);
  expect(Math.abs(expected / run - 1)).toBeLessThan(0.1);
});
