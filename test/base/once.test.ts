/** Values made when they are first asked for. */
import { expect, test } from "vitest";
import { once } from "../../base/once.js";

test("nothing is made before it is asked for, it is made once, and a failure is tried again", () => {
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
