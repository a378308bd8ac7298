/** Causes of failures name what decides, also where only some points have a parameter. */
import { expect, test } from "vitest";
import { causesOf } from "../../sweeps/index.js";

const grid = [1, 2, 4, 8].flatMap((lanes) =>
  [10, 20, 30].flatMap((size) => [
    { lanes, mode: "off", depth: null, size },
    ...[1, 2, 3].map((depth) => ({ lanes, mode: "on", depth, size })),
    ...[1, 2, 3].map(() => ({ lanes, mode: "off", depth: null, size })),
  ]),
);
type Values = (typeof grid)[number];
const named = (failed: (values: Values) => boolean): string[] =>
  causesOf(grid.map((values) => ({ values, failed: failed(values) }))).map(
    ({ parameter, setting }) => `${parameter} ${setting.kind === "value" ? setting.value : "range"}`,
  );

test("values of a conditional parameter are no causes where only its condition is one", () => {
  expect(named(({ mode }) => mode === "on")).toEqual(["mode on"]);
  expect(named(({ mode, lanes }) => mode === "on" && lanes === 8).sort()).toEqual(["lanes 8", "mode on"]);
});

test("a value of a conditional parameter is a cause if it fails more often than the others that have it", () => {
  expect(named(({ depth }) => depth === 3)).toEqual(["depth 3", "mode on"]);
});

test("that a point lacks a parameter is a setting of its own", () => {
  expect(named(({ mode }) => mode === "off").sort()).toEqual(["depth null", "mode off"]);
});
