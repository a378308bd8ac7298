/** Numbers are written as a person reads them. */
import { expect, test } from "vitest";
import { bytes, clock, duration, grouped, percent, significant, withPrefix } from "../../../cli/format/number.js";

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

test("a value and its SI prefix multiply back to the value within the digits shown", () => {
  const scales: { readonly [prefix: string]: number } = { p: 1e-12, n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9 };
  for (let exponent = -11; exponent < 11; exponent++) {
    const value = 1.234 * 10 ** exponent;
    const [number, unit] = withPrefix(value, "J", 4).split(" ") as [string, string];
    const scale = scales[unit.slice(0, -1)];
    expect(scale, unit).toBeDefined();
    expect(Math.abs((Number(number) * scale) / value - 1)).toBeLessThan(1e-3);
    expect(Number(number)).toBeGreaterThanOrEqual(0.9995);
    expect(Number(number)).toBeLessThan(1000);
  }
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
