import { expect, test } from "vitest";
import type { InputEncoding } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { encodeFrames } from "../../../sim/functional/spike-encoders.js";

const base: InputEncoding & { readonly seed: number } = { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.25, seed: 1 };
const encode = (kind: InputEncoding["kind"], features: number[], inputs: number, options: Partial<typeof base> = {}) => {
  const { seed, ...encoding } = { ...base, ...options, kind };
  return [...encodeFrames(encoding, seed, Float32Array.from(features), inputs).data];
};

test("direct gives gain × feature in every step of the frame", () => {
  expect(encode("direct", [0.5, -1, 2, 0], 2, { stepsPerFrame: 2, gain: 2 })).toEqual([1, -2, 1, -2, 4, 0, 4, 0]);
});

test("rate spikes with probability gain × feature: 0 never, 1 always, 0.3 in 30 % of 20,000 steps, equally for the same seed", () => {
  const spikes = encode("rate", [0, 1, 0.3], 3, { stepsPerFrame: 20_000, seed: 5 });
  const share = [0, 1, 2].map((i) => spikes.filter((s, at) => at % 3 === i && s === 1).length / 20_000);
  expect(share[0]).toBe(0);
  expect(share[1]).toBe(1);
  // three standard deviations of a binomial mean
  expect(Math.abs(share[2] - 0.3)).toBeLessThan(3 * Math.sqrt((0.3 * 0.7) / 20_000));
  expect(encode("rate", [0.5, 0.5], 2, { stepsPerFrame: 50, seed: 5 })).toEqual(
    encode("rate", [0.5, 0.5], 2, { stepsPerFrame: 50, seed: 5 }),
  );
  expect(encode("rate", [0.5, 0.5], 2, { stepsPerFrame: 50, seed: 5 })).not.toEqual(
    encode("rate", [0.5, 0.5], 2, { stepsPerFrame: 50, seed: 6 }),
  );
});

test("latency spikes once per frame: feature 1 at the first of 5 steps, 0.5 at the third, 0.3 later; never at or below the threshold", () => {
  const spikes = encode("latency", [1, 0.5, 0.3, 0.25], 4, { stepsPerFrame: 5 });
  const steps = [0, 1, 2, 3].map((i) => spikes.flatMap((s, at) => (at % 4 === i && s === 1 ? [Math.floor(at / 4)] : [])));
  expect(steps).toEqual([[0], [2], [3], []]);
});

test("delta compares with the frame before: rises give +1, falls -1, small changes nothing", () => {
  expect(encode("delta", [0.5, 0.6, 0.1, 0.1, 0.36], 1)).toEqual([1, 0, -1, 0, 1]);
});

test("level crossing keeps its level until the next is passed: slow drifts add up, a jump gives the number of levels", () => {
  expect(encode("level-crossing", [0.2, 0.3, 0.45, 1.1, 0.9, -0.1], 1)).toEqual([0, 1, 0, 3, 0, -4]);
});

test("the sum of level crossings times the threshold follows the signal within one level", () => {
  const signal = Array.from({ length: 200 }, (_, t) => Math.sin(t / 9) * 3);
  let level = 0;
  for (const [t, passed] of encode("level-crossing", signal, 1).entries()) {
    level += passed * 0.25;
    expect(Math.abs(level - signal[t])).toBeLessThan(0.2501);
  }
});

test("invalid options are refused", () => {
  expect(() => encode("rate", [0], 1, { stepsPerFrame: 0 })).toThrow(InputError);
  expect(() => encode("delta", [0], 1, { threshold: 0 })).toThrow(/delta needs a threshold above 0/);
});
