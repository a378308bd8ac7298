/**
 * Random chips of the whole schema: the board and the naive model agree; each feature occurs in at least 5 % of the
 * cases.
 */
// @module-tag slow
import { expect, test } from "vitest";
import { wholeFeatures } from "./whole-chips.js";
import { studyWhole } from "./whole-study.js";

const CASES = 70;
const FIRST_SEED = 20_261_204;

test(`${CASES} random chips of the whole schema agree; each feature, and each effect that only some have, occurs in at least 5 % of them`, () => {
  const { found, seen } = studyWhole(FIRST_SEED, CASES);
  expect(found).toEqual([]);
  seen.expectEach([...wholeFeatures, "lost messages", "rows wait for DRAM", "states wait for DRAM", "words read again"], 0.05 * CASES);
}, 600_000);
