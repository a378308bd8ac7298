/**
 * Events generated from digits: properties that all must have, and how near they come to recordings of the same digits,
 * if those are present.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { CameraEvents } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { loadMnist } from "../../../training/datasets/mnist.js";
import { saccadeEvents, saccadeRecordings } from "../../../training/datasets/saccades.js";

const { features } = loadMnist("pictures", null, "train");
const digit = (at: number): Float32Array => features.subarray(784 * at, 784 * (at + 1));
const NOISE = 306;

test("a picture without ink gives noise only, one event per millisecond; events lie on the sensor and their times ascend", () => {
  expect(saccadeEvents(new Float32Array(784), createRng(1, "empty")).x.length).toBe(NOISE);
  const { width, height, x, y, timeUs } = saccadeEvents(digit(0), createRng(1, "digit"));
  expect([width, height]).toEqual([34, 34]);
  expect(Math.max(...x, ...y)).toBeLessThan(34);
  expect(timeUs.every((time, i) => i === 0 || time >= timeUs[i - 1])).toBe(true);
});

test("the camera ends where it began, so each pixel has as many ON as OFF events, except for one and for noise", () => {
  for (let at = 0; at < 10; at++) {
    const { x, y, polarity } = saccadeEvents(digit(at), createRng(1, `${at}`));
    expect(x.length).toBeGreaterThan(1500);
    const balance = new Int32Array(34 * 34);
    for (const [e, p] of polarity.entries()) balance[34 * y[e] + x[e]] += p === 1 ? 1 : -1;
    const uneven = balance.reduce((sum, events) => sum + Math.max(0, Math.abs(events) - 1), 0);
    expect(uneven, `digit ${at}`).toBeLessThanOrEqual(NOISE);
  }
});

test("the same seed gives the same events, and digits are taken from the end of the training split, without those to be left out", {
  tags: ["long"],
}, () => {
  const none = new Set<number>();
  const [first, again] = [saccadeRecordings(2, 3, null, none), saccadeRecordings(2, 3, null, none)].map(({ recordings }) => [
    ...recordings,
  ]);
  expect(again).toEqual(first);
  expect(first.map(({ name }) => name)).toEqual(["saccades of digit 59998", "saccades of digit 59999"]);
  expect([...saccadeRecordings(2, 3, null, new Set([59_998])).recordings]).toEqual(first.slice(1));
});

const sample = join(packageRoot(), "../shared/data/nmnist-sample");
if (!existsSync(sample)) console.log(`skipped: no recordings of N-MNIST at ${sample}`);

describe.skipIf(!existsSync(sample))("against the recordings of N-MNIST's training split", { tags: ["long"] }, () => {
  /** [10 ms][polarity][pixel] events, averaged over squares of 2 x 2 pixels. */
  const grid = ({ x, y, polarity, timeUs }: Pick<CameraEvents, "x" | "y" | "polarity" | "timeUs">): Float64Array => {
    const counts = new Float64Array(31 * 2 * 17 * 17);
    for (const [e, us] of timeUs.entries()) {
      const step = Math.floor(us / 10_000);
      if (step < 31) counts[((2 * step + polarity[e]) * 17 + (y[e] >> 1)) * 17 + (x[e] >> 1)]++;
    }
    return counts;
  };
  const correlation = (a: Float64Array, b: Float64Array): number => {
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    const product = (u: Float64Array, mu: number, v: Float64Array, mv: number): number =>
      u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0);
    return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
  };

  test("every fifth digit gives the recorded number of events within 5 %, at the recorded places and times: correlation above 0.75, with another digit below 0.4", () => {
    const bytes = gunzipSync(readFileSync(join(sample, "train.bs2.gz")));
    const rows = readFileSync(join(sample, "train.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .filter((_, at) => at % 5 === 0)
      .map((line) => line.split(",").map(Number));
    let [recorded, made, own, others] = [0, 0, 0, 0];
    let last: Float64Array | null = null;
    for (const [id, , offset, events] of rows) {
      const at = (e: number, byte: number): number => bytes[offset + 5 * e + byte];
      const list = Array.from({ length: events }, (_, e) => e);
      const there = grid({
        x: Uint16Array.from(list, (e) => at(e, 0)),
        y: Uint16Array.from(list, (e) => at(e, 1)),
        polarity: Uint8Array.from(list, (e) => at(e, 2) >> 7),
        timeUs: Float64Array.from(list, (e) => ((at(e, 2) & 127) << 16) + (at(e, 3) << 8) + at(e, 4)),
      });
      const like = saccadeEvents(digit(id - 1), createRng(1, `${id}`));
      recorded += events;
      made += like.x.length;
      const here = grid(like);
      own += correlation(here, there) / rows.length;
      if (last !== null) others += correlation(last, there) / (rows.length - 1);
      last = here;
    }
    expect(Math.abs(made / recorded - 1)).toBeLessThan(0.05);
    expect(own).toBeGreaterThan(0.75);
    expect(others).toBeLessThan(0.4);
  });
});
