/** The rate of a running study agrees with that of workers whose points take known times, slow or fast. */
import { expect, test } from "vitest";
import { log } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { EndRate } from "../../sweeps/end-rate.js";
import { Progress } from "../../sweeps/progress.js";

const eta = (progress: Progress, nowMs: number, total: number): number | null => {
  const event = progress.event(nowMs, 0, total);
  return event.type === "progress" ? event.etaSeconds : null;
};

test.each([0.2, 20, 150, 600])("one worker, %f s per point: the remaining time is that of the points that have not ended", (seconds) => {
  const [start, points] = [5000, 100];
  const progress = new Progress(start);
  for (let done = 1; done < points; done++) {
    progress.done = done;
    progress.tick(start + 1000 * done * seconds);
    for (const share of [0.01, 0.5, 0.99])
      expect(eta(progress, start + 1000 * (done + share) * seconds, points)).toBeCloseTo((points - done) * seconds, 6);
  }
});

test("before the first end nothing is known; a point that takes longer than those before lowers the rate", () => {
  const rate = new EndRate(0);
  expect(rate.perSecond(1000)).toBeNull();
  rate.tick(10_000);
  expect(rate.perSecond(10_001)).toBeCloseTo(0.1, 9);
  expect(rate.perSecond(200_000)).toBeCloseTo(2 / 200, 9); // the next end is no earlier than now
});

test("if the start is unknown, the first end begins the interval and does not count", () => {
  const rate = new EndRate(null);
  for (const at of [100_000, 250_000, 400_000]) {
    rate.tick(at);
    expect(rate.perSecond(at + 1000)).toEqual(at === 100_000 ? null : expect.closeTo(1 / 150, 12));
  }
});

test("times at random: over a minute or 30 ends, whichever is longer, the rate errs as the count of a Poisson process", () => {
  const rng = createRng(11, "ends");
  for (const perSecond of [0.005, 0.05, 0.5, 5]) {
    const rate = new EndRate(0);
    const errors: number[] = [];
    let at = 0;
    for (let end = 1; end <= 4000; end++) {
      at += (-1000 * log(1 - rng.float())) / perSecond;
      rate.tick(at);
      if (end > 400) errors.push((rate.perSecond(at) as number) / perSecond - 1);
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const expected = 1 / Math.sqrt(Math.max(30, 60 * perSecond));
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(Math.abs(mean), `${perSecond} per second`).toBeLessThan(0.5 * expected);
    expect(spread, `${perSecond} per second`).toBeLessThan(1.5 * expected);
    expect(spread, `${perSecond} per second`).toBeGreaterThan(0.5 * expected);
  }
});

test.each([
  [2, 60, 0],
  [8, 60, 0],
  [8, 600, 0.02],
  [64, 120, 0.05],
  [100, 600, 0.05],
  [200, 30, 0.05],
])(
  "%i workers, %f s per point, times within %f: after the first round the rate is theirs, in and between the ends of a round",
  (workers, seconds, within) => {
    const rng = createRng(3, "rounds");
    const ends: number[] = [];
    for (let worker = 0; worker < workers; worker++)
      for (let at = 0; at < 6 * seconds; ends.push(1000 * at)) at += seconds * (1 + within * (2 * rng.float() - 1));
    ends.sort((a, b) => a - b);
    const rate = new EndRate(0);
    let next = 0;
    for (let at = 1000; at <= 5000 * seconds; at += 1000) {
      for (; ends[next] <= at; next++) rate.tick(ends[next]);
      // a point has just ended, and the next one has not begun
      const perSecond = rate.perSecond(at, at % 7000 === 0 ? workers - 1 : workers);
      if (at < 1000 * seconds * (1 + within)) continue;
      expect(Math.abs(((perSecond as number) * seconds) / workers - 1), `${at / 1000} s`).toBeLessThan(1e-9 + 2 * within);
    }
  },
);

test("when workers leave, the rate is that of those who stay, two rounds and a few ends later", () => {
  const rate = new EndRate(0);
  for (let round = 1; round <= 4; round++) for (let i = 0; i < 100; i++) rate.tick(600_000 * round);
  expect(rate.perSecond(2_400_000, 100)).toBeCloseTo(100 / 600, 9);
  for (let round = 5; round <= 24; round++) {
    for (let i = 0; i < 2; i++) rate.tick(600_000 * round);
    rate.perSecond(600_000 * round, 2);
  }
  expect(rate.perSecond(600_000 * 24, 2)).toBeCloseTo(2 / 600, 9);
});

test("after points of a second, the rate of points of ten minutes is known once 30 have ended", () => {
  const rate = new EndRate(0);
  for (let i = 1; i <= 1000; i++) rate.tick(1000 * i);
  expect(rate.perSecond(1e6)).toBeCloseTo(1, 9);
  for (let i = 1; i <= 31; i++) rate.tick(1e6 + 600_000 * i);
  expect(rate.perSecond(1e6 + 31 * 600_000)).toBeCloseTo(1 / 600, 9);
});

test("points that a reader sees end at the same moment have no infinite rate", () => {
  const rate = new EndRate(null);
  for (const at of [1000, 200_000]) for (let i = 0; i < 100; i++) rate.tick(at);
  expect(rate.perSecond(200_000)).toBeCloseTo(100 / 199, 9);
  expect(rate.perSecond(300_000)).toBeCloseTo(31 / 100, 9);
});

test("a pause counts neither for the rate nor for the remaining time, also if points end in it", () => {
  const progress = new Progress(0);
  const points = 10;
  for (const done of [1, 2, 3]) {
    progress.done = done;
    progress.tick(20_000 * done);
  }
  progress.pause(70_000);
  progress.done = 4;
  progress.tick(80_000);
  expect(eta(progress, 900_000, points)).toBeCloseTo((6 * 70) / 4, 6);
  progress.resume(1_070_000);
  expect(eta(progress, 1_070_001, points)).toBeCloseTo((6 * 70) / 4, 6);
});
