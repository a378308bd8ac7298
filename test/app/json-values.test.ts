/** What a program gives as a description or as values is JSON, or refused; what it gets back cannot be changed. */
import { expect, test } from "vitest";
import { check, open, withValues } from "../../app/index.js";
import type { Json } from "../../base/hash.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

const circular: { [key: string]: unknown } = {};
circular.again = circular;
const NOT_JSON: readonly (readonly [what: string, value: unknown, got: string])[] = [
  ["undefined", undefined, "got undefined"],
  ["NaN", Number.NaN, "got NaN"],
  ["infinity", Number.NEGATIVE_INFINITY, "got -Infinity"],
  ["a function", () => 50, "got a function"],
  ["a symbol", Symbol("x"), "got a symbol"],
  ["a bigint", 50n, "got a bigint"],
  ["a map", new Map([["clock_mhz", 50]]), "got an object of Map"],
  ["a date", new Date(0), "got an object of Date"],
  ["a typed array", new Uint8Array(2), "got an object of Uint8Array"],
  ["text that JSON would make", Object.create({ toJSON: () => 50 }), "got an object of"],
  ["a circle", circular, "is nested deeper than 32 levels"],
];
const { sweep: _, ...chip } = lanesAndClocks("grid", 4);

test.each(NOT_JSON)("values by path: %s is refused with its path, before and after a value that was used", (_what, value, got) => {
  const description = open(chip);
  const given = value as Json;
  const message = new RegExp(`tile\\.core\\.lanes\\S*: ${got}`);
  const ask = (): unknown => withValues(description, { "tile.core.lanes": given });
  expect(ask).toThrow(message);
  for (const lanes of [4, 8]) withValues(description, { "tile.core.lanes": lanes });
  expect(ask).toThrow(message);
  expect(() => withValues(description, { "tile.core.lanes": 8, "mapping.seed": [given] })).toThrow(
    new RegExp(`mapping\\.seed\\[0\\]\\S*: ${got}`),
  );
});

test.each(NOT_JSON)("a description: %s is refused with its path, not left out", (_what, value, got) => {
  expect(() => open({ ...chip, chip: { clock_mhz: value } })).toThrow(new RegExp(`chip\\.clock_mhz\\S*: ${got}`));
  expect(() => open({ ...chip, chip: value })).toThrow(new RegExp(`chip\\S*: ${got}`));
});

test("a description is frozen in every part, also one with other values", () => {
  const seen = new Set<object>();
  const frozen = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    expect([path, Object.isFrozen(value)]).toEqual([path, true]);
    for (const [key, inner] of Object.entries(value)) frozen(inner, `${path}.${key}`);
  };
  const description = open(lanesAndClocks("grid", 4));
  frozen(description, "description");
  frozen(withValues(description, { "tile.core.lanes": 2 }), "changed");
  frozen(open("tinyodin"), "coupled");
  expect(seen.size).toBeGreaterThan(50);
  expect(() => {
    (description.document as { chip: { clock_mhz: number } }).chip.clock_mhz = 50;
  }).toThrow(TypeError);
});

test("an object of another realm is as good as one of this realm", async () => {
  const { runInNewContext } = await import("node:vm");
  const foreign = runInNewContext("({ clock_mhz: 50 })") as Json;
  expect(check(open({ ...chip, chip: foreign }))).toEqual(check(open({ ...chip, chip: { clock_mhz: 50 } })));
});
