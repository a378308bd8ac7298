/**
 * What 100 random chips of the whole schema tell a recorder, event by event, as digests. The digests were recorded from a board that was written in
 * TypeScript and shared no code with the kernel; seeds 1 to 100, in order.
 */
// @module-tag slow
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sha256 } from "../../base/hash.js";
import { withPartialSums } from "../../sim/mapping/fan-in.js";
import { mapNetwork } from "../../sim/mapping/map.js";
import { KINDS } from "../../sim/timing/observe/recorder.js";
import { Counted } from "../counted.js";
import { recorded } from "../sim/timing/observe/recordings.js";
import { chip as chipOf, core, precision, randomTrace, recurrentTopology } from "../sim/timing/fixtures.js";
import { place } from "../sim/timing/random-chips.js";
import { wholeCase } from "../sim/timing/whole-chips.js";

const digests = JSON.parse(readFileSync(new URL("recordings.json", import.meta.url), "utf8")) as readonly string[];

test(`${digests.length} random chips tell a recorder what they told it from the board that was written in TypeScript; all kinds of events are met`, () => {
  const seen = new Counted("recordings");
  const found = digests.map((_, i) => {
    const c = wholeCase(i + 1);
    const placement = place(c);
    const events = recorded(c.chip, placement, withPartialSums(placement.topology, c.trace));
    seen.see(...new Set(events.map(({ kind }) => kind)));
    return sha256(JSON.stringify(events)).slice(0, 12);
  });
  expect(found).toEqual(digests);
  seen.expectEach(KINDS, 5);
});

test("a wave of more events than the kernel keeps is told whole, in order", () => {
  const topology = recurrentTopology(256);
  const trace = randomTrace(topology, [2], [0.9, 0.9, 0.9, 0.9], 1);
  const on = chipOf(new Array<number>(8).fill(1), {
    core: { ...core, lanes: 16, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 24 } },
  });
  const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const events = recorded(on, mapNetwork(topology, on, precision, request, trace), trace);
  const starts = events.flatMap(({ kind }, i) => (kind === "wave" ? [i] : []));
  expect(Math.max(...starts.slice(1).map((start, i) => start - starts[i]))).toBeGreaterThan(2 ** 14);
  expect(sha256(JSON.stringify(events)).slice(0, 12)).toBe("774f64ae4f44");
});
