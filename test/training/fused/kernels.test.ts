/** The memory of the kernels. */
import { expect, test } from "vitest";
import { InputError } from "../../../base/errors.js";
import { createEngine, PAGE_BYTES } from "../../../training/fused/kernels.js";

const WORDS = PAGE_BYTES / 4;

test("the memory grows up to its limit, and what does not fit is a batch that is too large, not a defect", () => {
  for (const most of [70, 100]) {
    const engine = createEngine(most);
    // one page is taken by the kernels themselves
    engine.allocate(65 * WORDS);
    expect(engine.sizeBytes()).toBe(Math.min(most, 64 + 16) * PAGE_BYTES);
    engine.reset();
    engine.allocate((most - 2) * WORDS);
    expect(engine.sizeBytes()).toBe(most * PAGE_BYTES);
    engine.reset();
    const tooMuch = (): number => engine.allocate(most * WORDS);
    expect(tooMuch).toThrow(InputError);
    engine.reset();
    expect(tooMuch).toThrow(/training\.batch: a batch takes more than [\d.]+ MiB at once/);
  }
});
