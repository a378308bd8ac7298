/** Emitted cores behave exactly as the simulator and the naive chip, in Icarus Verilog. */
// @module-tag slow
import { expect, test } from "vitest";
import { versionOf } from "../../rtl/index.js";
import { CATEGORIES, studyCase, studyOf } from "./study-cores.js";

const absent = versionOf("iverilog") === null;
const FIRST = 20_261;
const CASES = 32;

test.skipIf(absent)(
  `spikes, scores, cycles of each wave and 26 counters of random cores equal the simulator's, whose cycles and counters equal the naive chip's${absent ? " (skipped: Icarus Verilog is absent)" : ""}`,
  () => {
    const { seen, compared, refused, found } = studyOf(Array.from({ length: CASES }, (_, i) => studyCase(FIRST + i)));
    expect(found).toEqual([]);
    seen.expectEach(CATEGORIES);
    expect(refused.length).toBeLessThan(CASES / 5);
    expect(compared.spikes).toBeGreaterThan(20 * CASES);
    expect(compared.waves).toBeGreaterThan(3 * CASES);
  },
  600_000,
);
