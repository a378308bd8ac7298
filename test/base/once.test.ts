/** Values that are computed at their first use. */
import { expect, test } from "vitest";
import { once } from "../../base/once.js";

test("a value is computed at its first use and only once; after a failure it is computed again", () => {
  let calls = 0;
  const value = once(() => {
    calls += 1;
    if (calls === 1) throw new Error("not yet");
    return { calls };
  });
  expect(calls).toBe(0);
  expect(value).toThrow("not yet");
  expect(value()).toEqual({ calls: 2 });
  expect(value()).toBe(value());
  expect(calls).toBe(2);
});
