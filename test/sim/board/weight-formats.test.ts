/** Rows that are decoded: the board and the naive model agree, on the chip and from DRAM. */
import fc from "fast-check";
import { test } from "vitest";
import { CORE_COUNTERS } from "../../../sim/counters.js";
import { Counted } from "../../counted.js";
import { expectAgreement } from "./agreement.js";
import { allCases, heldIn, plainCases, withPort } from "./random-chips.js";

const DECODED = CORE_COUNTERS.indexOf("decoded_weights");

test("bitmaps and run lengths on random chips: cycles and counters equal a naive model's", () => {
  const seen = new Counted("boards that decode rows");
  const property = fc.property(
    fc.oneof(allCases, plainCases),
    fc.constantFrom("bitmap" as const, "run-length" as const),
    (drawn, format) => {
      const c = heldIn(drawn.seed % 4 === 0 ? withPort(drawn) : drawn, format);
      const { cores } = expectAgreement(c);
      const isDecoded = cores.some((value, at) => at % CORE_COUNTERS.length === DECODED && value > 0);
      seen.see(
        format,
        ...(isDecoded ? ["decoded weights"] : []),
        c.chip.spill === null ? "on the chip" : "DRAM",
        c.chip.cores[0].synapseMemory.refetch,
        c.chip.cores[0].neuronUpdate.policy,
      );
    },
  );
  fc.assert(property, { numRuns: 60, seed: 20_270_103 });
  seen.expectEach(["decoded weights", "bitmap", "run-length", "on the chip", "DRAM", "row", "group", "dense", "touched"], 5);
}, 60_000);
