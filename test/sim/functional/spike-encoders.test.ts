import { expect, test } from "vitest";
import type { InputEncoding } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { valuesOf } from "../../../sim/functional/encoded-samples.js";
import { encodeFrames } from "../../../sim/functional/spike-encoders.js";

const base = { stepsPerFrame: 1, gain: 1, threshold: 0.25 };
const encode = (kind: InputEncoding["kind"], features: number[], inputs: number, options: Partial<typeof base & { seed: number }> = {}) => {
  const { seed, ...encoding } = { seed: 1, ...base, ...options, kind };
  return [...encodeFrames(encoding, { seed, utterance: 0 }, Float32Array.from(features), inputs).data];
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

test("rate draws numbers of its own for every seed and utterance: no utterance has those of another, of this seed or of one nearby", () => {
  const [copies, steps] = [40, 64];
  const samples = {
    ...({ name: "copies", inputs: 1, classes: 1, task: "sequence", hash: "copies" } as const),
    features: new Float32Array(copies * steps).fill(0.5),
    frameStart: Uint32Array.from({ length: copies + 1 }, (_, u) => u * steps),
    labels: new Int32Array(copies),
  };
  const encoding = { ...base, kind: "rate" } as const;
  const drawn = [1, 2, 3, 12].flatMap((seed) =>
    Array.from({ length: copies }, (_, u) => valuesOf(samples, u, { encoding, seed }).join("")),
  );
  expect(new Set(drawn).size).toBe(4 * copies);
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
  for (const kind of ["Rate", "", "constructor"])
    expect(() => encode(kind as never, [0], 1)).toThrow(`kind: got '${kind}', expected one of direct, `);
});
