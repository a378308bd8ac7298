/** What the compiled board tells a recorder is what the TypeScript board tells it, event by event in the same order. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HardTick } from "../../../../arch/index.js";
import { mapNetwork } from "../../../../sim/mapping/map.js";
import { KINDS } from "../../../../sim/timing/observe/recorder.js";
import { Counted } from "../../../counted.js";
import { chip as chipOf, core, precision, randomTrace, recurrentTopology } from "../fixtures.js";
import { onTick, place, plainCases } from "../random-chips.js";
import { recordings } from "./recordings.js";

const hardTicks: fc.Arbitrary<HardTick> = fc.record({
  periodCycles: fc.constantFrom(1, 9, 50, 200),
  overrun: fc.constantFrom("late" as const, "drop" as const),
  spreadCycles: fc.constantFrom(0, 7, 60),
});

test("of 150 random plain chips, with barriers and ticks, all are compiled and recorded alike; all kinds of events are met", () => {
  const seen = new Counted("recordings");
  const property = fc.property(plainCases, fc.option(hardTicks, { freq: 2 }), (c, tick) => {
    const { chip } = tick === null ? c : onTick(c, tick);
    const both = recordings(chip, place(c), c.trace);
    if (both === null) return;
    expect(both[1]).toEqual(both[0]);
    seen.see(
      "compiled",
      tick === null ? "barrier or tick that waits" : tick.overrun,
      chip.noc.multicast,
      chip.cores[0].neuronUpdate.policy,
      chip.cores[0].scan.policy,
    );
    seen.see(...new Set(both[0].map(({ kind }) => kind)));
  });
  fc.assert(property, { numRuns: 150, seed: 20_261_203 });
  seen.expectEach([...KINDS, "barrier or tick that waits", "late", "drop", "unicast", "tree", "dense", "touched", "compressed"], 10);
  expect(seen.of("compiled")).toBe(150);
}, 600_000);

test("a wave of more events than the kernel keeps is recorded alike, event by event", () => {
  const topology = recurrentTopology(256);
  const trace = randomTrace(topology, [2], [0.9, 0.9, 0.9, 0.9], 1);
  const on = chipOf(new Array<number>(8).fill(1), {
    core: { ...core, lanes: 16, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 24 } },
  });
  const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const both = recordings(on, mapNetwork(topology, on, precision, request, trace), trace);
  if (both === null) throw new Error("the compiled board takes a plain chip");
  const starts = both[0].flatMap(({ kind }, i) => (kind === "wave" ? [i] : []));
  expect(Math.max(...starts.slice(1).map((start, i) => start - starts[i]))).toBeGreaterThan(2 ** 14);
  expect(both[1].length).toBe(both[0].length);
  expect(both[1].findIndex((event, i) => Object.values(event).join() !== Object.values(both[0][i]).join())).toBe(-1);
});
