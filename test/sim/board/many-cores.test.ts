/**
 * Boards of more cores than a word has bits: cores that send nothing to each other do what one does alone, however a
 * wave begins.
 */
import { expect, test } from "vitest";
import { type Chip, PLAIN_INTAKE } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS } from "../../../sim/counters.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, dense, population, precision, traceOf } from "./fixtures.js";

const PACES: readonly [string, Partial<Chip>][] = [
  ["barrier", {}],
  ["tick", { tick: { periodCycles: 50, overrun: "wait" } }],
  ["late tick", { tick: { periodCycles: 50, overrun: "late", spreadCycles: 0 } }],
  ["sources", { sourcePace: { runAheadWaves: 1 } }],
];

/** A population per core, which feeds itself. */
function countersOf(cores: number, pace: Partial<Chip>, depth: number): readonly (readonly number[])[] {
  const of = Array.from({ length: cores }, (_, i) => i);
  const topology = {
    populations: of.map((i) => population(`p${i}`, 4, 0, { accumulators: 1 })),
    projections: of.map((i) => dense(i, i, true)),
  };
  const trace = traceOf(topology, [[0, 1, 2].map((step) => of.map(() => (step === 1 ? [0, 1, 2, 3] : [2])))]);
  const on = {
    ...chip(Array(cores).fill(1), {
      core: { intake: { ...PLAIN_INTAKE, visibilityCycles: depth } },
      barrier: { baseCycles: 40, perCoreCycles: 0 },
    }),
    ...pace,
  };
  const manual = Object.fromEntries(of.map((i) => [`p${i}`, [i]]));
  const made = mapNetwork(topology, on, precision, { strategy: "manual", manual, maxNeuronsPerCore: null, seed: 1 }, trace);
  const { total } = runTiming(on, made, precision, trace);
  return of.map((i) => [...total.cores.subarray(i * CORE_COUNTERS.length, (i + 1) * CORE_COUNTERS.length)]);
}

test.each(PACES)("of 66 cores each counts what one core alone counts: %s", (_, pace) => {
  for (const visibility of [1, 2]) {
    const [alone] = countersOf(1, pace, visibility);
    expect(alone[CORE_COUNTERS.indexOf("spikes_received")]).toBe(4 + 1);
    for (const [core, counters] of countersOf(66, pace, visibility).entries()) expect(counters, `core ${core}`).toEqual(alone);
  }
});
