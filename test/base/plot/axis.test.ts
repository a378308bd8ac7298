/** Axes of all pictures: ticks are round, inside and in order; an axis is logarithmic only if data allow it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf, axisOver, isWide, limitsOf, position, tickLabels, ticksOf } from "../../../base/plot/axis.js";
import { placesOf } from "../../../base/plot/page.js";
import { pointsOf } from "../../../base/plot/spec.js";

test("ticks lie inside the axis, ascend, are round, and are at most as many as asked", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1.01, max: 1e5, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      fc.boolean(),
      (low, factor, count, log) => {
        const axis = axisOf("", { low, high: low * factor }, log);
        const ticks = ticksOf(axis, count);
        expect(ticks.length).toBeLessThanOrEqual(count);
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(axis.low * (1 - 1e-9));
          expect(tick).toBeLessThanOrEqual(axis.high * (1 + 1e-9));
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]);
          if (tick !== 0) expect(Number(tick.toPrecision(6)) / tick).toBeCloseTo(1, 5);
        }
        expect(new Set(tickLabels(ticks)).size).toBe(ticks.length);
      },
    ),
    { seed: 7, numRuns: 400 },
  );
});

test("labels of ticks are distinct, and each reads back as its tick, however narrow the axis is", () => {
  const met = { even: 0, narrow: 0, power: 0 };
  fc.assert(
    fc.property(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: -8, max: 3, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      fc.constantFrom(true, false),
      fc.constantFrom(1, -1),
      (size, span, count, log, sign) => {
        const [near, far] = [sign * 10 ** size, sign * 10 ** size * (1 + 10 ** span)];
        const ticks = ticksOf(axisOf("", { low: Math.min(near, far), high: Math.max(near, far) }, log), count);
        const labels = tickLabels(ticks);
        expect(new Set(labels).size).toBe(ticks.length);
        expect(labels.map(Number)).toEqual(ticks);
        if (labels.length > 2 && labels.every((label) => /\.\d*0$|\.\d*[1-9]$/.test(label))) met.even++;
        if (labels.some((label) => label.replace(/\D/g, "").length > 6)) met.narrow++;
        if (labels.some((label) => label.includes("e"))) met.power++;
      },
    ),
    { seed: 9, numRuns: 600 },
  );
  for (const often of Object.values(met)) expect(often).toBeGreaterThan(15);
});

test("evenly spaced ticks have the same number of decimals", () => {
  const ticks = [1.000561, 1.000562, 1.000563];
  expect(tickLabels(ticks)).toEqual(["1.000561", "1.000562", "1.000563"]);
  expect(tickLabels([0, 5e-4, 1e-3, 1.5e-3])).toEqual(["0.0000", "0.0005", "0.0010", "0.0015"]);
  expect(tickLabels([99.9, 99.95, 100])).toEqual(["99.90", "99.95", "100.00"]);
});

test("values of any size get an axis with ends and a few ticks: results told to a study may be 5e-324 or 1e308", () => {
  const end = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 5e-324, 1e-320, -5e-324, 1e308, -1e308));
  fc.assert(
    fc.property(end, end, fc.integer({ min: 1, max: 12 }), fc.constantFrom(null, true, false), (a, b, count, log) => {
      const axis = axisOf("", { low: Math.min(a, b), high: Math.max(a, b) }, log);
      expect(Number.isFinite(axis.high - axis.low) && axis.low < axis.high).toBe(true);
      const ticks = ticksOf(axis, count);
      expect(ticks.length).toBeLessThanOrEqual(count);
      expect(ticks.every(Number.isFinite)).toBe(true);
    }),
    { seed: 8, numRuns: 2000 },
  );
});

test("an axis of whole numbers has whole ticks only: of two neighbours both", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 12 }), (low, span, count) => {
      const ticks = ticksOf({ ...axisOf("", { low, high: low + span }), scale: "linear", isWhole: true }, count);
      expect(ticks.length).toBeLessThanOrEqual(count);
      expect(ticks.filter((tick) => !Number.isInteger(tick))).toEqual([]);
      if (span === 1 && count > 1 && low > 0) expect(ticks).toEqual([low, low + 1]);
    }),
    { seed: 9, numRuns: 1000 },
  );
});

test("positions run from 0 to 1, in order, on both kinds of axis", () => {
  for (const log of [false, true]) {
    const axis = axisOf("", { low: 1, high: 1000 }, log);
    expect(position(axis, axis.low)).toBeCloseTo(0, 12);
    expect(position(axis, axis.high)).toBeCloseTo(1, 12);
    expect(position(axis, 31.6)).toBeCloseTo(log ? 0.5 : 0.04, 1);
  }
});

test("a logarithmic axis is refused for data that is not positive, and chosen for data that span more than a factor of 30", () => {
  expect(axisOf("", { low: -1, high: 10 }, true).scale).toBe("linear");
  expect(axisOf("", { low: 0, high: 10 }, true).scale).toBe("linear");
  expect(axisOf("", { low: 1, high: 29 }).scale).toBe("linear");
  expect(axisOf("", { low: 1, high: 31 }).scale).toBe("log");
  expect(axisOf("", { low: 1, high: 31 }, false).scale).toBe("linear");
  expect(isWide({ low: 0, high: 31 })).toBe(false);
});

test("limits ignore values that are not finite, use the first points only, and widen earlier limits", () => {
  const first = limitsOf([Number.NaN, 3, Number.POSITIVE_INFINITY, 1, -7], undefined, 0, 4);
  expect(first).toEqual({ low: 1, high: 3 });
  expect(limitsOf([9, 2], first, 1)).toEqual({ low: 1, high: 3 });
  const axis = axisOver("t (s)", [{ x: [1, 2], y: [5, 5], length: 1 }], "x");
  expect(axis.low).toBeLessThan(1);
  expect(axis.high).toBeGreaterThan(1);
  expect(axis.high).toBeLessThan(2);
});

test("an axis of percentages ends at 100 %, even if all values are at or near 100 %", () => {
  for (const [low, high] of [
    [93, 99.2],
    [99.2, 99.2],
    [20, 100],
    [100, 100],
  ] as const) {
    const axis = axisOf("accuracy (%)", { low, high });
    expect(axis.high).toBeLessThanOrEqual(100);
    expect(axis.high).toBeGreaterThanOrEqual(high);
    expect(axis.low).toBeLessThan(low);
  }
  expect(axisOf("energy (µJ)", { low: 93, high: 100 }).high).toBeGreaterThan(100);
  expect(axisOf("overhead (%)", { low: 93, high: 120 }).high).toBeGreaterThan(120);
});

test("a single value has a range around it of its own size, and zeros alone have 0 to 1, with round ticks", () => {
  for (const value of [1e-100, 1e-15, 0.3, 5, 1e6, -2]) {
    const { low, high } = axisOf("", { low: value, high: value }, false);
    expect([low / value, high / value].sort()).toEqual([expect.closeTo(0.9, 9), expect.closeTo(1.1, 9)]);
  }
  const zeros = axisOf("error (%)", { low: 0, high: 0 }, false);
  expect([zeros.low, zeros.high]).toEqual([expect.closeTo(-0.03, 9), 1]);
  const least = Number.MIN_VALUE;
  for (const limits of [
    { low: 0, high: least },
    { low: least, high: least },
    { low: -least, high: 0 },
  ])
    expect(axisOf("", limits, false)).toMatchObject({ low: zeros.low, high: 1 });
  expect(tickLabels(ticksOf(zeros, 6)).map(Number)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  // two values that are small but differ are apart
  const small = axisOf("", { low: 1e-15, high: 3e-15 }, false);
  expect(position(small, 3e-15) - position(small, 1e-15)).toBeGreaterThan(0.9);
});

test("what an axis cannot show has no place on paper; ends of the data have one", () => {
  const points = pointsOf([
    [5e-324, 1],
    [1, 2],
    [3, 3],
    [0, 1],
    [Number.NaN, 1],
  ]);
  const frame = { left: 10, right: 110, top: 0, bottom: 50 };
  const places = placesOf(points, axisOf("x", limitsOf(points.x)), axisOf("y", limitsOf(points.y)), frame);
  expect(places[1]).not.toBeNull();
  for (const log of [true, false]) {
    const x = axisOf("x", limitsOf([5e-324, 1, 3]), log);
    const drawn = placesOf(points, x, axisOf("y", limitsOf(points.y)), frame);
    expect(drawn.map((place) => place !== null)).toEqual(log ? [false, true, true, false, false] : [true, true, true, true, false]);
    for (const place of drawn) if (place !== null) expect(place[0] >= 10 && place[0] <= 110).toBe(true);
  }
});

test("no axis of a percentage shows more than 100 %, also where its label ends in a direction", () => {
  for (const label of ["accuracy (%)", "accuracy (%), max", "accuracy (%), min"])
    for (const low of [97.5, 99.9, 100]) expect(axisOf(label, { low, high: Math.max(low, 97.5) }, false).high).toBe(100);
  expect(axisOf("error (%)", { low: 1, high: 120 }, false).high).toBeGreaterThan(120);
  expect(axisOf("energy (uJ), max", { low: 97.5, high: 97.5 }, false).high).toBeGreaterThan(100);
});
