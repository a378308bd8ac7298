/** Quantiles against published tables, and against distribution functions that are integrated numerically. */
import { expect, test } from "vitest";
import { NORMAL_95, NORMAL_97_5, normalQuantile, studentQuantile } from "../../base/distribution-quantiles.js";
import { exp, log, log10 } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type LogTerm, quantileOf, ratioOf, sumOf } from "../../sweeps/uncertainty/log-terms.js";
import { quantiles } from "../../sweeps/uncertainty/quantile.js";

/** Integral of a density from 0 to x by Simpson's rule. */
function integral(density: (x: number) => number, x: number, parts = 4000): number {
  const step = x / parts;
  let sum = density(0) + density(x);
  for (let k = 1; k < parts; k++) sum += density(k * step) * (k % 2 === 1 ? 4 : 2);
  return (sum * step) / 3;
}

test("normal quantiles are those of the tables, and invert the integral of the density from 1e-9 to 1 - 1e-9", () => {
  for (const [share, z] of [
    [0.05, -NORMAL_95],
    [0.05, -1.6448536269514722],
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, NORMAL_97_5],
    [0.975, 1.959963984540054],
    [1e-9, -5.9978070150076865],
  ] as const)
    expect(normalQuantile(share)).toBeCloseTo(z, 12);
  const density = (x: number): number => exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);
  for (const share of [0.001, 0.02, 0.2, 0.7, 0.93, 0.9999]) expect(0.5 + integral(density, normalQuantile(share))).toBeCloseTo(share, 10);
});

test("Student's quantiles are those of the tables for odd and even degrees of freedom, and invert the integral of the density", () => {
  for (const [share, freedom, t] of [
    [0.95, 1, 6.313751514675],
    [0.95, 2, 2.919985580354],
    [0.95, 3, 2.353363434802],
    [0.95, 7, 1.89457860509],
    [0.95, 10, 1.812461122812],
    [0.975, 30, 2.042272456301],
    [0.05, 7, -1.89457860509],
    [0.5, 5, 0],
  ] as const)
    expect(studentQuantile(share, freedom)).toBeCloseTo(t, 9);
  for (const freedom of [1, 4, 9, 50, 99]) {
    // the density up to its constant; the constant is 1 / its integral over all x = tan(angle)
    const density = (x: number): number => exp(-((freedom + 1) / 2) * log(1 + (x * x) / freedom));
    const whole = integral((x) => (x >= 1 ? 0 : density(x / (1 - x)) / ((1 - x) * (1 - x))), 0.999999, 400_000);
    for (const share of [0.6, 0.95, 0.99]) {
      const found = 0.5 + integral(density, studentQuantile(share, freedom), 100_000) / (2 * whole);
      expect([freedom, share, Math.abs(found - share) < 1e-5]).toEqual([freedom, share, true]);
    }
  }
});

test("Student's quantiles pass from the sum to the expansion without a step, and to the normal ones", () => {
  // x(n) = normal + a / n + b / n^2 + ...: through n = 97, 98 and 99 to the next one
  for (const share of [0.003, 0.2, 0.95, 0.99]) {
    const [a, b, c, d] = [96, 97, 98, 99].map((freedom) => studentQuantile(share, freedom));
    expect(studentQuantile(share, 100)).toBeCloseTo(4 * d - 6 * c + 4 * b - a, 6);
  }
  for (const [share, freedom, t] of [
    [0.95, 100, 1.660234326],
    [0.975, 120, 1.979930405],
    [0.05, 1000, -1.646378817],
  ] as const)
    expect(studentQuantile(share, freedom)).toBeCloseTo(t, 8);
  expect(studentQuantile(0.95, 1e12)).toBeCloseTo(NORMAL_95, 11);
});

test("quantiles of factors are those of 200,000 draws, seed 4, where they have a closed form; other factors have none", () => {
  const rng = createRng(4, "factors");
  const forms: readonly (readonly LogTerm[])[] = [
    [],
    [{ name: "a", freedom: null, down: 0.2, up: 0.6, direction: null }],
    [{ name: "a", freedom: null, down: -0.2, up: -0.6, direction: null }],
    [
      { name: "a", freedom: null, down: 0.3, up: 0.3, direction: null },
      { name: "b", freedom: null, down: -0.4, up: -0.4, direction: null },
    ],
  ];
  for (const terms of forms) {
    const values = Float64Array.from({ length: 200_000 }, () => {
      const numbers = terms.map(() => rng.normal());
      return exp(terms.reduce((sum, { down, up }, k) => sum + numbers[k] * (numbers[k] < 0 ? down : up), 0));
    });
    const shares = [0.05, 0.3, 0.95];
    const closed = shares.map((share) => quantileOf(terms)?.(share) ?? Number.NaN);
    for (const [k, drawn] of quantiles(values, shares).entries()) expect(Math.abs(log10(closed[k] / drawn))).toBeLessThan(0.004);
  }
  const skewed = { name: "a", freedom: null, down: 0.1, up: 0.2, direction: null };
  expect(quantileOf([skewed, { ...skewed, name: "b" }])).toBeNull();
  expect(quantileOf([{ ...skewed, down: -0.1 }])).toBeNull();
  expect(
    quantileOf([
      { ...skewed, freedom: 7 },
      { name: "b", freedom: null, down: 1, up: 1, direction: null },
    ]),
  ).toBeNull();
  expect(sumOf([skewed, { ...skewed, down: -0.1, up: -0.2 }])).toEqual([]);
  expect(ratioOf([skewed], [skewed, { ...skewed, name: "b" }])).toEqual([{ ...skewed, name: "b" }]);
});
