/** Hostile YAML costs time linear in its length, and its nesting is refused before anything recurses over it. */
import { describe, expect, test } from "vitest";
import { jsonFromYaml } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { parseTrainingConfig } from "../../training/index.js";

const READERS: { readonly [name: string]: (text: string) => unknown } = {
  description: (text) => jsonFromYaml(text, "x.yaml"),
  "training configuration": (text) => parseTrainingConfig(text, "x.yaml"),
};

function refusalOf(read: (text: string) => unknown, text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "";
}

/** Milliseconds of processor time, the better of two. */
function costMs(work: () => unknown): number {
  return Math.min(
    ...[0, 1].map(() => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    }),
  );
}

const MISTAKES: { readonly [shape: string]: (lines: number) => string } = {
  "a tab for indentation": (lines) => "\t:\n".repeat(lines),
  "the same key": (lines) => "a: 1\n".repeat(lines),
  "a stray brace": (lines) => "}\n".repeat(lines),
  "an alias of its own": (lines) => Array.from({ length: lines / 2 }, (_, i) => `k${i}: &a${i} x\nl${i}: *a${i}\n`).join(""),
};

describe.each(Object.entries(READERS))("%s", (name, read) => {
  test.each(Object.entries(MISTAKES))(
    "M9: %s on every line: ten times the lines cost no more than 30 times the time",
    { tags: name === "description" ? [] : ["long"] },
    (_shape, text) => {
      const [few, many] = [text(1000), text(10_000)];
      expect(
        refusalOf(read, few)
          .split("\n")
          .filter((line) => !line.startsWith(" ")).length,
      ).toBeLessThanOrEqual(20);
      const [short, long] = [costMs(() => refusalOf(read, few)), costMs(() => refusalOf(read, many))];
      expect(long / Math.max(short, 5)).toBeLessThan(30);
    },
  );

  test.each(["[", "{a: ", "- ", "? ", ": "])("100,000 times %j is refused where it becomes too deep, and no stack runs over", (piece) => {
    expect(refusalOf(read, piece.repeat(100_000))).toMatch(/^x\.yaml:1:\d+: is nested deeper than 64 levels$/);
  });
});

test("an alias means the last anchor of its name before it, repeated mappings included", () => {
  const text = "a: &a { x: &b 1 }\nc: &b 2\nd: *a\ne: *b\n&k key: *a\nf: *k\n";
  expect(jsonFromYaml(text, "x.yaml")).toEqual({ a: { x: 1 }, c: 2, d: { x: 1 }, e: 2, key: { x: 1 }, f: "key" });
});

test("a duplicate key is refused at its second place", () => {
  expect(refusalOf(READERS.description, "a: 1\nb: { c: 1, d: 2, c: 3 }\n")).toMatch(
    /^x\.yaml:2:18: YAML: the key 'c' stands twice, first in line 2\n {4}remove one of them/,
  );
});

test("a tag, a directive or a version that another reader takes for another value is refused at its place", () => {
  const said = (text: string): readonly string[] => [
    ...new Set(Object.values(READERS).map((read) => refusalOf(read, text).split("\n")[0]!)),
  ];
  expect(said("version: 1\na: { b: !foo 3 }\n")).toEqual([expect.stringMatching(/^x\.yaml:2:9: .*Unresolved tag: !foo$/)]);
  expect(said("version: !!float 1\n")).toEqual([expect.stringMatching(/^x\.yaml:1:10: .*Unresolved tag/)]);
  expect(said("# text\n%YAML 1.1\n---\nversion: 0144\n")).toEqual([expect.stringMatching(/^x\.yaml:2:1: .*YAML 1\.1 reads 0144 as 100/)]);
  expect(said("%HEX on\n---\nversion: 10\n")).toEqual([expect.stringMatching(/^x\.yaml:1:1: .*Unknown directive %HEX$/)]);
  expect(jsonFromYaml("%YAML 1.2\n---\na: 0144\nb: !!str 3\n", "x.yaml")).toEqual({ a: 144, b: "3" });
});
