/** The self-check of the arithmetic, which workers and stored results carry. */
import { expect, test } from "vitest";
import { selfCheck } from "../../sim/index.js";

test("H1: the self-check is the recorded one: this Node stores the same bits as every other", () => {
  expect(selfCheck()).toBe("ccb9630686e3ad4830cfcf230b5b40af6f87ce24ecfab8b8d581a9fa02786119");
});
