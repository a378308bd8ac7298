/** Two searches of different questions say in what they differ. */
import { expect, test } from "vitest";
import { searchDifferences } from "../../sweeps/index.js";
import { list, specOf } from "./fake-study.js";

test("two searches differ in each parameter and in the constraints that only one has, whatever their order, sampler and budget", () => {
  const spec = specOf();
  const [lanes, wordBits, bits, kind] = spec.parameters;
  const turned = specOf(
    { parameters: [...spec.parameters].reverse(), constraints: [...spec.constraints].reverse() },
    { name: "tpe", budget: 3, seed: 9 },
  );
  expect(searchDifferences(spec, turned)).toEqual([]);
  const retyped = specOf({
    parameters: [list("lanes", [16, 1, 2, 4, 8]), wordBits, bits, kind],
    constraints: spec.constraints.map((text) => text.replaceAll(" ", "")),
  });
  expect(searchDifferences(spec, retyped)).toEqual([]);
  const real = { ...list("clock", []), domain: { kind: "range", low: 1, high: 4, step: null, integer: false } } as const;
  const whole = { ...real, domain: { ...real.domain, integer: true } };
  const other = specOf({ parameters: [list("lanes", [1, 2], "bits > 2"), wordBits, bits, kind, whole], constraints: [] });
  const found = searchDifferences({ ...spec, parameters: [lanes, wordBits, bits, real] }, other);
  expect(found.slice(0, 1)).toEqual([
    { part: "parameter lanes", left: "fake.lanes 1, 2, 4, 8, 16", right: "fake.lanes 1, 2 when bits > 2" },
  ]);
  expect([found[1].left, found[1].right].map((text) => (JSON.parse(text) as typeof real).domain.integer)).toEqual([false, true]);
  expect(found.slice(2)).toEqual([
    { part: "parameter kind", left: "absent", right: "fake.kind mesh, torus" },
    { part: "constraints", left: "accuracy_percent >= 55 and lanes * bits <= 100", right: "none" },
  ]);
});
