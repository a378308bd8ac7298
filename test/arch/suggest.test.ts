/** Suggestions: the nearest name, never a far one; units converted exactly. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { quantityFix, unitFix } from "../../arch/suggest.js";
import { didYouMean, editDistance, nearest } from "../../base/nearest.js";

const SEED = 20260105;
console.log(`suggest.test seed ${SEED}`);

/** The definition, by recursion over prefixes. */
function slowDistance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [p, q] = [a.slice(0, -1), b.slice(0, -1)];
  let best = Math.min(slowDistance(p, b) + 1, slowDistance(a, q) + 1, slowDistance(p, q) + (a.at(-1) === b.at(-1) ? 0 : 1));
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    best = Math.min(best, slowDistance(a.slice(0, -2), b.slice(0, -2)) + 1);
  return best;
}

test("edit distance agrees with its definition by recursion", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(slowDistance(a, b));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test("one slip is forgiven, another word is not", () => {
  expect(nearest("lans", ["lanes", "banks"])).toBe("lanes");
  expect(nearest("alnes", ["lanes", "banks"])).toBe("lanes");
  expect(nearest("flit-width-bits", ["flit_width_bits"])).toBe("flit_width_bits");
  expect(nearest("temperature", ["lanes", "banks"])).toBeNull();
  for (const word of ["", "x"]) expect(nearest(word, ["lanes", "e"]), word).toBeNull();
  expect([nearest("E", ["lanes", "e"]), nearest("ie", ["id"])]).toEqual(["e", "id"]);
});

test("beside a slip, a longer name that begins with the word and a separator is suggested too", () => {
  const sets = ["nmnist", "mnist-rows", "fsdd"];
  expect(didYouMean("mnist", sets)).toBe("did you mean nmnist or mnist-rows?");
  expect([didYouMean("nmnst", sets), didYouMean("fsdd-phones", sets)]).toEqual(["did you mean nmnist?", ""]);
  expect(didYouMean("mnist_row", sets)).toBe("did you mean mnist-rows?");
});

test("units of one kind convert, others do not", () => {
  expect(unitFix("clock_khz", 250, ["clock_mhz"])).toBe("write clock_mhz: 0.25");
  expect(unitFix("size_mib", 2, ["size_kib"])).toBe("write size_kib: 2048");
  expect(unitFix("voltage_mv", 700, ["voltage_v"])).toBe("write voltage_v: 0.7");
  expect(unitFix("link_length_um", 500, ["link_length_mm"])).toBe("write link_length_mm: 0.5");
  expect(unitFix("link_delay_ns", 5, ["link_delay_cycles"])).toBe("did you mean link_delay_cycles? the unit is part of the name");
  expect(unitFix("lanes_mhz", 5, ["clock_mhz"])).toBeNull();
  expect(quantityFix("size_kib", "64 KiB")).toBe("write size_kib: 64");
  expect(quantityFix("size_kib", "1 MiB")).toBe("write size_kib: 1024");
  expect(quantityFix("lanes", "8")).toBe("write lanes: 8 without quotes");
  expect(quantityFix("clock_mhz", "5 volts")).toBeNull();
});
