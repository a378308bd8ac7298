/** Packing loses nothing: the page unpacks exactly what was packed, for any JSON, and tables get smaller. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../base/hash.js";
import { pack, UNPACK } from "../../../sweeps/report/pack.js";

const unpack = new Function(`${UNPACK}; return unpack;`)() as (packed: unknown) => unknown;
const travelled = (value: Json): unknown => unpack(JSON.parse(JSON.stringify(pack(value))));

test("any JSON is unpacked unchanged", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(travelled(value as Json)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("tables are unpacked with their keys in order, including nested tables and shared texts", () => {
  const value = {
    details: Array.from({ length: 40 }, (_, i) => ({
      id: i,
      name: i % 2 === 0 ? "synapse memory reads" : "core clock",
      parts: Array.from({ length: 4 }, (_, k) => ({ component: `part ${k}`, energyPj: k === 3 ? null : k / 7, odd: k % 2 === 1 })),
      empty: [],
      mixed: [1, "a", null, { b: 2 }],
    })),
  };
  expect(travelled(value)).toEqual(value);
  expect(Object.keys((travelled(value) as typeof value).details[0])).toEqual(Object.keys(value.details[0]));
  expect(JSON.stringify(pack(value)).length).toBeLessThan(0.7 * JSON.stringify(value).length);
});
