/** Bounds, choices and defaults that the schema gives to other code are those with which it checks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { boundsOf, choicesOf, defaultOf, parseArch } from "../../arch/index.js";

const parses = (path: string, value: string): boolean => {
  const [section, key] = path.split(".");
  try {
    parseArch(`version: 1\n${section}: { ${key}: ${value} }\n`, "facts.yaml");
    return true;
  } catch {
    return false;
  }
};

test("a value is read at a bound and refused beyond it", () => {
  for (const path of [
    "noc.virtual_channels",
    "noc.vc_buffer_flits",
    "noc.credit_delay_cycles",
    "precision.weight_bits",
    "precision.gate_bits",
  ]) {
    const { low, high } = boundsOf(path);
    fc.assert(
      fc.property(fc.integer({ min: low - 3, max: high + 3 }), (value) => parses(path, String(value)) === (value >= low && value <= high)),
      { numRuns: 20, seed: 20_261_127, examples: [[low], [high], [low - 1], [high + 1]] },
    );
  }
});

test("choices are read, others refused; a default is among them; a key that is none is a defect", () => {
  for (const choice of choicesOf("noc.allocator")) expect(parses("noc.allocator", choice)).toBe(true);
  expect(parses("noc.allocator", "wavefront")).toBe(false);
  expect(choicesOf("noc.routing")).toContain(defaultOf("noc.routing"));
  expect(() => boundsOf("noc.colour")).toThrow("the schema has no noc.colour");
  expect(() => boundsOf("noc.routing")).toThrow("holds no number");
  expect(() => choicesOf("noc.width")).toThrow("is no choice");
});
