/** Content addresses: equal values have equal addresses, and some values have none. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { asJson, canonicalJson, hashJson, sha256 } from "../../base/hash.js";

interface Line {
  readonly name: string;
  readonly cells: readonly number[];
  readonly note?: string | null;
}

test("equal values have one text and one address, whatever the order of their keys", () => {
  const one: Line = { name: "a", cells: [1, -0, 2.5], note: null };
  const other: Line = { note: null, cells: [1, 0, 2.5], name: "a" };
  expect(canonicalJson(one)).toBe('{"cells":[1,0,2.5],"name":"a","note":null}');
  expect(hashJson({ inner: one })).toBe(hashJson({ inner: other }));
  expect(hashJson(one)).not.toBe(hashJson({ ...one, cells: [1, 2.5, 0] }));
  expect(asJson(one)).toBe(one);
});

test("a value that JSON would drop or change has no address: NaN, infinity, undefined", () => {
  expect(() => canonicalJson({ cells: [Number.NaN] })).toThrow("NaN");
  expect(() => canonicalJson(Number.POSITIVE_INFINITY)).toThrow("Infinity");
  const [hole] = [] as string[];
  expect(() => canonicalJson({ name: hole as string })).toThrow("undefined");
});

test("the compiler refuses values that are no plain data", () => {
  // @ts-expect-error a function is no data
  expect(() => canonicalJson({ make: () => 1 })).toThrow("function");
  // @ts-expect-error a big integer is no JSON
  expect(() => canonicalJson(1n)).toThrow("bigint");
  // @ts-expect-error a map has its entries elsewhere
  expect(canonicalJson(new Map([["a", 1]]))).toBe("{}");
});

test("an array of more than 2 GiB has the address of its bytes", { tags: ["long"] }, () => {
  const whole = new Float32Array(2 ** 29 + 25);
  whole[2 ** 29 + 3] = 1.5;
  const hash = createHash("sha256");
  for (let from = 0; from < whole.length; from += 2 ** 24) hash.update(Buffer.from(whole.slice(from, from + 2 ** 24).buffer));
  expect(sha256(whole)).toBe(hash.digest("hex"));
});
