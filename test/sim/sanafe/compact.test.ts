/** A file parsed in short is the file parsed at length: the tree, and the lines of what is wrong. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { parseTree } from "../../../sim/sanafe/attributes.js";
import { compact } from "../../../sim/sanafe/compact.js";

const atLength = (text: string): unknown => parseDocument(text, { schema: "failsafe", merge: true, logLevel: "error" }).toJS();
const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i % 7}.${i}${i % 5 === 0 ? "e-3" : ""}`).join(", ");

test("long lists and edge lines come back as they were, whatever stands around them", () => {
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
  ];
  for (const text of texts) expect(parseTree(text, "n.yaml"), text).toEqual(atLength(text));
});

test("random nested lists, with and without slips, mean what the parser says they mean", () => {
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
      if (document.errors.length > 0) expect(() => parseTree(text, "n.yaml")).toThrow();
      else expect(parseTree(text, "n.yaml")).toEqual(document.toJS());
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("a large network is a small text for the parser, with its lines where they were", () => {
  const edges = Array.from({ length: 500 }, (_, i) => `    - a.${i} -> b.${i}: {weight: ${i}.5}\n`).join("");
  const text = `network:\n  weights: [${numbers(100_000)}]\n  edges:\n${edges}  broken: [\n`;
  expect(compact(text).text.replaceAll("\n", "").length).toBeLessThan(100);
  expect(compact(text).text.split("\n")).toHaveLength(text.split("\n").length);
  const told = parseDocument(text, { schema: "failsafe" }).errors[0]?.linePos?.[0].line;
  expect(() => parseTree(text, "n.yaml")).toThrow(new RegExp(`n\\.yaml:${told}`));
});
