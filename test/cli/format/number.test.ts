/** Numbers are written as a person reads them. */
import { expect, test } from "vitest";
import {
  bytes,
  clock,
  duration,
  grouped,
  inUnit,
  metricText,
  parameterText,
  percent,
  relativeChange,
  significant,
  wholePercent,
  withUnit,
} from "../../../cli/format/number.js";
import { metricNumber } from "../../../sweeps/export/headers.js";
import { short } from "../../../sweeps/report/short.js";

test("a plain number has no unit, and no trailing blank", () => {
  expect([withUnit(245555, "1"), withUnit(83.564, "%"), withUnit(12, "cycles"), withUnit(null, "1")]).toEqual([
    "245555",
    "83.56 %",
    "12 cycles",
    "-",
  ]);
});

test("significant digits are kept over 20 orders of magnitude, and unknown is a dash, never 0", () => {
  const cases: readonly (readonly [number | null | undefined, string])[] = [
    [0, "0"],
    [1234.5678, "1235"],
    [12.345678, "12.35"],
    [0.00123456, "0.001235"],
    [1e-12, "1.000e-12"],
    [3e21, "3.000e21"],
    [128, "128"],
    [-0.5, "-0.5000"],
    [null, "-"],
    [undefined, "-"],
    [Number.NaN, "-"],
    [Number.POSITIVE_INFINITY, "inf"],
  ];
  for (const [value, text] of cases) expect(significant(value)).toBe(text);
});

test("two values of a parameter are two texts", () => {
  const values = [1234561, 1234562, 20240101, 109.117, 109.118, 1e-7, 1.0000001, 0, "nominal", true];
  expect(new Set(values.map(parameterText)).size).toBe(values.length);
  expect(values.slice(0, 7).map((value) => Number(parameterText(value)))).toEqual(values.slice(0, 7));
  expect(parameterText(null)).toBe("-");
});

test("durations, clocks, groups, sizes and shares read as on a watch, a bill and a disk", () => {
  expect(duration(0.44)).toBe("0.4 s");
  expect(duration(59)).toBe("59 s");
  expect(duration(187)).toBe("3:07");
  expect(duration(Number.NaN)).toBe("-");
  expect(clock(3765)).toBe("1:02:45");
  expect(grouped(12345678)).toBe("12 345 678");
  expect(bytes(0)).toBe("0 B");
  expect(bytes(1536)).toBe("1.50 KiB");
  expect(percent(0.1234)).toBe("12.3 %");
  expect(percent(Number.NaN)).toBe("-");
});

test("only all of the draws are 100 %, and only none of them 0 %", () => {
  for (let draws = 0; draws <= 1000; draws++) {
    const text = wholePercent(draws / 1000);
    expect(text === "100 %", text).toBe(draws === 1000);
    expect(text === "0 %", text).toBe(draws === 0);
  }
  expect([0.0049, 0.006, 0.5, 0.994, 0.996].map(wholePercent)).toEqual(["<1 %", "1 %", "50 %", "99 %", ">99 %"]);
});

test("a change has its sign, and a factor that is no percentage any more stays a factor", () => {
  const cases: [number, string][] = [
    [1, "0 %"],
    [1.00001, "+0.001 %"],
    [0.9999999, "-1e-5 %"],
    [35.5, "+3450 %"],
    [2, "+100.0 %"],
    [0.34, "-66.0 %"],
    [1e300, "x 1.00e300"],
    [Number.NaN, "-"],
    [Number.POSITIVE_INFINITY, "-"],
  ];
  for (const [ratio, text] of cases) expect(relativeChange(ratio)).toBe(text);
});

test("only all is 100 %: of metrics, shares with decimals, tables and texts", () => {
  expect([0.99996, 1, 0.0004, 0, 1e-12, 1 - 1e-12].map((share) => percent(share))).toEqual([
    ">99.9 %",
    "100.0 %",
    "<0.1 %",
    "0.0 %",
    "0.0 %",
    "100.0 %",
  ]);
  expect([99.99536, 99.999961, 100, 83.564].map((value) => withUnit(value, "%"))).toEqual(["99.995 %", "99.99996 %", "100 %", "83.56 %"]);
  expect([99.99536, 100].map((value) => inUnit(value, "%"))).toEqual(["99.995", "100.0"]);
  expect([99.99536, 100].map((value) => metricNumber("accuracy_percent", value))).toEqual(["99.995", "100"]);
  expect(metricNumber("latency_us", 99.99536)).toBe("100");
  expect([metricText(99.99996), short(99.9999996), short(100)]).toEqual(["99.99996", 99.9999996, 100]);
});
