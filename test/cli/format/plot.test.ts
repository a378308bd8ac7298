/** Plots in characters: every point lands in the cell that plain arithmetic gives it, labels never overlap, no line is too long. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { position, scaleOf, tickLabels, ticksOf } from "../../../cli/format/scale.js";
import { addDots, canvasSize, createDots, NO_LIMITS, scatterLines, widenLimits, Y_LABEL_CELLS } from "../../../cli/format/scatter.js";
import { bar, sparkline } from "../../../cli/format/sparkline.js";
import { visibleWidth } from "../../../cli/format/table.js";

const PLAIN = { colour: false, unicode: true } as const;
const ASCII = { colour: false, unicode: false } as const;

test("ticks lie inside the scale, ascend, are round, and are at most as many as asked", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1.01, max: 1e5, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      fc.boolean(),
      (low, factor, count, log) => {
        const scale = scaleOf(low, low * factor, log);
        const ticks = ticksOf(scale, count);
        expect(ticks.length).toBeLessThanOrEqual(count);
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(scale.low * (1 - 1e-9));
          expect(tick).toBeLessThanOrEqual(scale.high * (1 + 1e-9));
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1] as number);
          if (tick !== 0) expect(Number(tick.toPrecision(6)) / tick).toBeCloseTo(1, 5);
        }
        expect(new Set(tickLabels(ticks)).size).toBe(ticks.length);
      },
    ),
    { seed: 7, numRuns: 400 },
  );
});

test("positions run from 0 to 1, in order, on both kinds of scale", () => {
  for (const log of [false, true]) {
    const scale = scaleOf(1, 1000, log);
    expect(position(scale, scale.low)).toBeCloseTo(0, 12);
    expect(position(scale, scale.high)).toBeCloseTo(1, 12);
    expect(position(scale, 31.6)).toBeCloseTo(log ? 0.5 : 0.04, 1);
  }
});

test("a logarithmic axis is refused for data that is not positive", () => {
  expect(scaleOf(-1, 10, true).kind).toBe("linear");
  expect(scaleOf(0, 10, true).kind).toBe("linear");
});

test("each point sets exactly the braille dot of its place, and adding in two parts equals adding at once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 2,
        maxLength: 50,
      }),
      (pairs) => {
        const cloud = { x: Float64Array.from(pairs, (p) => p[0]), y: Float64Array.from(pairs, (p) => p[1]), length: pairs.length };
        const limits = widenLimits(NO_LIMITS, cloud);
        const once = createDots(30, 8, limits, false, false);
        addDots(once, cloud);
        const twice = createDots(30, 8, limits, false, false);
        const half = pairs.length >> 1;
        addDots(twice, { ...cloud, length: half });
        addDots(twice, cloud, half);
        expect(twice.masks).toEqual(once.masks);
        const places = new Set(
          pairs.map(([x, y]) => `${Math.floor(position(once.xScale, x) * 60)},${Math.floor((1 - position(once.yScale, y)) * 32)}`),
        );
        const set = once.masks.reduce((sum, mask) => sum + mask.toString(2).replaceAll("0", "").length, 0);
        expect(set).toBe(places.size);
      },
    ),
    { seed: 11, numRuns: 100 },
  );
});

test("the plot has the size asked for, marks front and selection by shape, and names both axes", () => {
  const cloud = { x: Float64Array.of(1, 10, 100), y: Float64Array.of(90, 95, 99), length: 3 };
  for (const look of [PLAIN, ASCII]) {
    const { columns, rows } = canvasSize(60, 16);
    const dots = createDots(columns, rows, widenLimits(NO_LIMITS, cloud), true, false);
    addDots(dots, cloud);
    const lines = scatterLines(
      look,
      dots,
      { front: [[1, 90]], selected: [100, 99] },
      { label: "energy [uJ]", log: true },
      { label: "accuracy [%]", log: false },
    );
    expect(lines).toHaveLength(16);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(60);
    const text = lines.join("\n");
    expect(text).toContain("energy [uJ], log");
    expect(text).toContain("accuracy [%]");
    expect(text).toContain(look.unicode ? "●" : "o");
    expect(text).toContain(look.unicode ? "◆" : "O");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    if (!look.unicode) expect(/^[\x0a\x20-\x7e]*$/.test(text)).toBe(true);
    const labels = lines
      .at(-2)
      ?.slice(Y_LABEL_CELLS + 1)
      .trim()
      .split(/\s+/);
    expect(labels).toContain("10");
  }
});

test("a sparkline spans from its lowest to its highest value, a bar is as long as its share", () => {
  expect(sparkline(PLAIN, [0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline(PLAIN, [5, 5, 5], 8)).toBe("███");
  expect(sparkline(PLAIN, [], 8)).toBe("");
  expect([
    ...sparkline(
      ASCII,
      Array.from({ length: 1000 }, (_, i) => i),
      20,
    ),
  ]).toHaveLength(20);
  expect(bar(ASCII, 0.5, 10)).toBe("#####-----");
  expect(bar(PLAIN, 0.25, 10)).toBe("██▌░░░░░░░");
  for (let share = 0; share <= 1.001; share += 0.01) expect([...bar(PLAIN, share, 13)]).toHaveLength(13);
});
