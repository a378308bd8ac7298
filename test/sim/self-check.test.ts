/** The self-check of the arithmetic, which workers and stored results carry. */
import { expect, test } from "vitest";
import { selfCheck } from "../../sim/index.js";

test("H1: the self-check is the recorded one: this Node stores the same bits as every other", () => {
  expect(selfCheck()).toBe("f2447b381f94b116f50763e09d2a77c2b764632f4930c41c4898ce8854bf7fa9");
});
