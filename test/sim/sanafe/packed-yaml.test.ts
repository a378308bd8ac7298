/** A file read in columns equals the file parsed in full: the tree, and the lines of errors. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { listOf } from "../../../sim/sanafe/attributes.js";
import { parseTree } from "../../../sim/sanafe/packed-yaml.js";
import { Packed, type Tree } from "../../../sim/sanafe/tree.js";

const NUMBER = /^(weight|w|delay|d)$/;
/** Packed parts written out, with numbers of edges in their shortest form, as packed ones are returned. */
function plain(tree: Tree): unknown {
  if (tree === null || typeof tree === "string") return tree;
  if (tree instanceof Packed || Array.isArray(tree)) return listOf(tree).map(plain);
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      NUMBER.test(key) && typeof value === "string" && Number.isFinite(Number(value)) ? String(Number(value)) : plain(value),
    ]),
  );
}
const atLength = (text: string): unknown => plain(parseDocument(text, { schema: "failsafe", merge: true, logLevel: "error" }).toJS());
const inPieces = (text: string, size: number): Uint8Array[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
};
const packed = (text: string, size = 1 << 20): unknown => plain(parseTree(inPieces(text, size), "n.yaml"));
const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i % 7}.${i}${i % 5 === 0 ? "e-3" : ""}`).join(", ");

test("long lists and plain entries are read unchanged, in any surroundings and any pieces of bytes", () => {
  const list = numbers(80);
  const texts = [
    `a: [${list}]\nb: 1\n`,
    `a: {type: dense, weight: [[${list}],\n    [${list}]], delay: 2}\n`,
    `a:\n  - [${list}]\n  - [${list}]\n  - x\n`,
    `a: [${list}, x]\nb: [${list},]\nc: "[${list}]"\nd: [[${list}], [1, [2, 3]]]\ne: '§' \n`,
    `a: "[${list}]"\nb: x [${list}]\nc: [ 1 2, ${list}]\nd: [${list}] # ${list}\n`,
    "edges:\n  - a.0 -> b.1: {weight: 2, delay: 1}\n  - a.0 -> b.2: {w: -1.5e-3}\n  - a.x.1 -> b.0: {}\nmappings:\n  - a: {core: 0.0}\n",
    'edges:\n  - a.0 -> b.1: {weight: 2}\n  - a.0 -> b.2: [weight: 1]\n  - a.0 -> b.3: {weight: "2"}\n  - a.1 -> b.3: {weight: 2} # a word\n',
    "edges:\n- a.0 -> b.1: {weight: 2}\n- a.0 -> b.1:\n    weight: 3\n- a.0 -> b.1: {dendrite: {delay: 2}, w: 1}\n- a.0 -> b.1: {weight: 2}\r\n- a -> b: {type: dense, weight: [1]}\n",
    "k: |\n  - a.0 -> b.1: {weight: 2}\n  - text\nl: 1\n",
    "neurons:\n  - 0: {bias: 0.10, soma_hw_name: x}\n  - 1: {bias: .5}\n  - 0..2: {bias: 1}\n  - 02: {bias: 1}\n  - 3:\n  - 4: {}\n",
    "m:\n  - a.0: {core: 0.10}\n  - a.b.1: {core: 0.1, soma: s}\n  - a.b: {core: 1.0}\n  - é.3: {core: 1.0}\n",
    // several keys in an entry, a text over several lines, entries in places without a list
    "m:\n  - a.0: {core: 0.1}\n    a.1: {core: 0.2}\n  - a.2: {core: 0.3}\n",
    "m:\n  - a.0: {core: 0.1}\n  - a.1: {core: 0.1}\n\n  # c\n    a.2: {core: 0.2}\n# d\n  - a.3: {core: 0.3}\n\n  - a.4: {core: 0.3}\nn: 1\n",
    'k: "some\n  - a.0: {core: 0.1}\n  text"\nl: 1\n',
    "k: some\n  - a.0\n  text\nm:\n  - a.0 -> b.1: {weight: 1, w: 2}\n  - a.0 -> b.1: {weight: 1, tap: 2, tap2: x}\n",
    "- a.0 -> b.1: {weight: 00012.50, delay: 3}\n- a.0 -> b.1: {synapse_hw_name: t, weight: 2}\n- a.0 -> b.1: {weight: 1_0}\n- a.0 -> b.1: {weight: 1e400}\n",
  ];
  for (const text of texts) for (const size of [1 << 20, 1, 7]) expect(packed(text, size), text).toEqual(atLength(text));
});

test("random nested lists, with and without mistakes, equal the parser's result", { tags: ["long"] }, () => {
  const value = fc.letrec<{ list: string; item: string }>((tie) => ({
    item: fc.oneof(
      { arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), weight: 12 },
      { arbitrary: tie("list"), weight: 2 },
      { arbitrary: fc.constantFrom("", "x", "1 2", ".5", "+1", "1."), weight: 1 },
    ),
    list: fc.array(tie("item"), { maxLength: 30 }).map((items) => `[${items.join(", ")}]`),
  })).list;
  fc.assert(
    fc.property(fc.array(value, { minLength: 4, maxLength: 8 }), (lists) => {
      const text = lists.map((list, i) => `k${i}: ${list}\n`).join("");
      const document = parseDocument(text, { schema: "failsafe", merge: true, logLevel: "error" });
      if (document.errors.length > 0) expect(() => packed(text)).toThrow();
      else expect(packed(text)).toEqual(plain(document.toJS()));
    }),
    { seed: 7, numRuns: 120 },
  );
});

test("random lines of entries equal the parser's result, and are refused if the parser refuses them", () => {
  const key = fc.constantFrom("0", "12", "a.0", "a.b.3", "a.0 -> b.1", "a -> b", "x.007", "1.2", "true.1", "-1", "a..2");
  const field = fc.constantFrom("weight: 1", "w: -2.5", "d: 3", "bias: x", "weight: -", "a: [1]", "core: 0.1", "weight: 1.0e-3", "k:1");
  const line = fc
    .tuple(
      fc.constantFrom("  ", "  ", "  ", "", "    "),
      key,
      fc.array(field, { maxLength: 3 }),
      fc.constantFrom("", "", "", " ", " # c", "\r", "\n    z: 1"),
    )
    .map(([indent, name, fields, tail]) => `${indent}- ${name}: {${fields.join(", ")}}${tail}`);
  let sound = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const text = `top:\n${lines.join("\n")}\n`;
      const document = parseDocument(text, { schema: "failsafe", merge: true, logLevel: "error" });
      if (document.errors.length > 0) expect(() => packed(text), text).toThrow();
      else {
        sound++;
        expect(packed(text), text).toEqual(plain(document.toJS()));
      }
    }),
    { seed: 11, numRuns: 200 },
  );
  expect(sound).toBeGreaterThan(30);
});

test("errors in a large network are reported with their line and column", () => {
  const edges = Array.from({ length: 500 }, (_, i) => `    - a.${i} -> b.${i}: {weight: ${i}.5}\n`).join("");
  const text = `network:\n  weights: [${numbers(2000)}]\n  edges:\n${edges}  broken: [\n`;
  const told = parseDocument(text, { schema: "failsafe" }).errors[0]?.linePos?.[0];
  expect(told?.line).toBeGreaterThan(500);
  expect(() => packed(text)).toThrow(new RegExp(`n\\.yaml:${told?.line}:${told?.col}:`));
});
