/** Rows that are decoded: the board and the naive model agree, on the chip and from DRAM. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Projection, SpikeTrace } from "../../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter } from "../../../sim/counters.js";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { chip, population } from "./fixtures.js";
import { allCases, heldIn, plainCases, withPort } from "./random-chips.js";

const counts = (cores: ArrayLike<number>, name: CoreCounter): number =>
  Array.from(cores).reduce((sum, n, i) => sum + (i % CORE_COUNTERS.length === CORE_COUNTERS.indexOf(name) ? n : 0), 0);

test("bitmaps and run lengths on random chips: cycles and counters equal a naive model's", () => {
  const seen = new Counted("boards that decode rows");
  const property = fc.property(
    fc.oneof(allCases, plainCases),
    fc.constantFrom("bitmap" as const, "run-length" as const),
    (drawn, format) => {
      const held = heldIn(drawn.seed % 4 === 0 ? withPort(drawn) : drawn, format);
      const { spill } = held.chip;
      const streams = spill !== null && drawn.seed % 2 === 1;
      const c = streams ? { ...held, chip: { ...held.chip, spill: { ...spill, streamsRows: true } } } : held;
      const { cores } = expectAgreement(c);
      const [decoded, generated] = [counts(cores, "decoded_weights"), counts(cores, "generated_addresses")];
      const weights = counts(cores, "synaptic_adds") + counts(cores, "synaptic_macs");
      if (decoded > 0) expect(generated).toBeGreaterThan(0);
      expect(generated).toBeLessThanOrEqual(weights);
      seen.see(
        format,
        ...(decoded > 0 ? ["decoded weights"] : []),
        ...(decoded > 0 && generated < weights ? ["several weights per address"] : []),
        spill === null ? "on the chip" : "DRAM",
        ...(streams && decoded > 0 ? ["streamed"] : []),
        c.chip.cores[0].synapseMemory.refetch,
        c.chip.cores[0].neuronUpdate.policy,
      );
    },
  );
  fc.assert(property, { numRuns: 40, seed: 20_270_103 });
  seen.expectEach(
    [
      "decoded weights",
      "several weights per address",
      "bitmap",
      "run-length",
      "on the chip",
      "DRAM",
      "streamed",
      "row",
      "group",
      "dense",
      "touched",
    ],
    5,
  );
}, 60_000);

test("a row's address is that of a target with all its weights; a dense row in the same network has none", () => {
  const populations = [population("input", 6, 0), population("n", 8, 1, { accumulators: 3 }), population("out", 4, 2, { payloadBits: 0 })];
  const rows = { rowStart: Uint32Array.from([0, 3, 3, 5, 8, 9, 11]), targets: Uint32Array.from([0, 2, 7, 1, 4, 0, 1, 2, 6, 3, 5]) };
  const named: Projection = { source: 0, target: 1, recurrent: false, sparse: rows };
  const dense: Projection = { source: 1, target: 2, recurrent: false, sparse: null };
  const topology = { populations, projections: [named, dense] };
  // each input once, then each neuron behind it once; and an utterance without spikes. Each utterance runs twice
  const trace: SpikeTrace = {
    topology,
    ...{ stepStart: Uint32Array.of(0, 2, 3), eventStart: Uint32Array.of(0, 6, 6, 6, 6, 14, 14, 14, 14, 14) },
    ...{ neuron: Uint16Array.of(0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6, 7), payload: new Int16Array(14).fill(1), key: "each" },
  };
  for (const weightFormat of ["rows", "bitmap", "run-length"] as const) {
    const c = { chip: chip([1], { weightFormat }), topology, trace, max: 100, seed: 5, statesAway: false, choices: [] };
    const { cores } = expectAgreement(heldIn(c, weightFormat));
    expect(counts(cores, "synaptic_adds"), weightFormat).toBe(2 * (11 * 3 + 8 * 4));
    expect(counts(cores, "generated_addresses"), weightFormat).toBe(2 * 11);
  }
});
