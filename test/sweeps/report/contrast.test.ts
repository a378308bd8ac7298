/** The page's colours: text and marks against their grounds, and named series to readers without red or green cones. */
import { expect, test } from "vitest";
import { NAMED } from "../../../base/plot/colours.js";
import { FRONT_COLOUR, STYLE } from "../../../sweeps/report/style.js";

type Triple = readonly [number, number, number];
const dot = (row: Triple, values: Triple): number => row[0] * values[0] + row[1] * values[1] + row[2] * values[2];
const through = (matrix: readonly [Triple, Triple, Triple], values: Triple): Triple => [
  dot(matrix[0], values),
  dot(matrix[1], values),
  dot(matrix[2], values),
];

/** Linear light of a colour in sRGB, red, green and blue. */
function linear(colour: string): Triple {
  const channel = (at: number): number => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((colour) => dot([0.2126, 0.7152, 0.0722], linear(colour))).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Custom properties of a theme. */
function themeOf(selector: string): { readonly [name: string]: string } {
  const block = STYLE.slice(STYLE.indexOf(selector) + selector.length);
  return Object.fromEntries(
    [...block.slice(0, block.indexOf("}")).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]),
  );
}

test.each([":root {", ':root[data-theme="dark"] {'])("%s has text of 4.5 and marks of 3 on every ground", (selector) => {
  const theme = themeOf(selector);
  const grounds = ["paper", "card", "mark"].map((name) => theme[name]);
  for (const ground of grounds) {
    for (const text of ["ink", "quiet", "accent"])
      expect(contrast(theme[text], ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const mark of [theme["mark-line"], FRONT_COLOUR]) expect(contrast(mark, ground), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
  }
});

/**
 * Machado, Oliveira, Fernandes, IEEE TVCG 15(6), 2009, table of full severity: linear light without a kind of cones.
 */
const WITHOUT: { readonly [cones: string]: readonly [Triple, Triple, Triple] } = {
  red: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  green: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** CIE L*a*b* under D65. */
function labOf(light: Triple): Triple {
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  const [x, y, z] = through(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    [clip(light[0]), clip(light[1]), clip(light[2])],
  );
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

/** Least distance of two of some colours to readers without a kind of cones; about 2.3 is just noticeable. */
function least(colours: readonly string[], cones: string): number {
  const labs = colours.map((colour) => labOf(through(WITHOUT[cones], linear(colour))));
  return Math.min(...labs.flatMap((a, i) => labs.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))));
}

test.each(Object.keys(WITHOUT))("the first eight named colours differ by 15 without %s cones", (cones) => {
  expect(least(NAMED.slice(0, 8), cones)).toBeGreaterThan(15);
});

test("two colours of a usual palette do not", () => {
  expect(least(["#e45756", "#54a24b"], "green")).toBeLessThan(2.3);
});
