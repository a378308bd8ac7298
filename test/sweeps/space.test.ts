/** The design space: domains, conditions, derived values, and positions in both directions. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SweepParameter } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import { Space } from "../../sweeps/index.js";
import { list } from "./fake-study.js";

const parameter = (name: string, domain: SweepParameter["domain"], when: string | null = null): SweepParameter => ({
  name,
  path: name,
  domain,
  when,
});

const spaces: { readonly [name: string]: readonly SweepParameter[] } = {
  "lists, ranges, powers and logs": [
    list("a", [1, "x", true]),
    parameter("b", { kind: "range", low: -1, high: 2, step: 0.1, integer: false }),
    parameter("c", { kind: "range", low: 3, high: 9, step: null, integer: true }),
    parameter("d", { kind: "power-of-two", low: 2, high: 256 }),
    parameter("e", { kind: "log", low: 0.001, high: 1000 }),
    parameter("f", { kind: "range", low: 0, high: 1, step: null, integer: false }),
  ],
  "conditional and derived parameters": [
    list("area_mm", [1, 2]),
    parameter("twice", { kind: "derived", expression: "2 * lanes" }),
    list("lanes", [1, 2, 4], "shape == 'wide'"),
    list("shape", ["wide", "deep"]),
    list("depth", [3, 5], "shape == 'deep' and area_mm > 1"),
    list("sub_depth", [7, 9], "depth == 5"),
  ],
};

test.each(Object.keys(spaces))("%s: encode is the inverse of decode", (name) => {
  const space = new Space(spaces[name]);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
        minLength: space.dimensions.length,
        maxLength: space.dimensions.length,
      }),
      (u) => {
        const values = space.decode(u);
        const position = space.encode(values);
        expect(position).not.toBeNull();
        expect(space.decode(position as Float64Array)).toEqual(values);
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

test("a range with a step reaches both ends exactly, without rounding errors", () => {
  const space = new Space([parameter("b", { kind: "range", low: 0, high: 0.3, step: 0.1, integer: false })]);
  expect([0, 1, 2, 3].map((i) => space.decode(space.gridPosition(i)).b)).toEqual([0, 0.1, 0.2, 0.3]);
});

test("an inactive parameter is absent, and so are those that depend on it", () => {
  const space = new Space(spaces["conditional and derived parameters"]);
  const points = Array.from({ length: space.gridSize as number }, (_, i) => space.decode(space.gridPosition(i)));
  const distinct = new Set(points.map((p) => JSON.stringify(p)));
  // wide: 2 areas x 3 lanes; deep: area 1 alone, area 2 with depth 3, or depth 5 with 2 sub-depths
  expect(distinct.size).toBe(6 + 1 + 1 + 2);
  for (const p of points) {
    expect("lanes" in p).toBe(p.shape === "wide");
    expect(p.twice).toBe(p.lanes === undefined ? undefined : 2 * (p.lanes as number));
    expect("sub_depth" in p).toBe(p.depth === 5);
  }
});

test("all problems of a space are reported at once", () => {
  const wrong = [
    parameter("a", { kind: "list", values: [] }),
    parameter("b", { kind: "log", low: 0, high: 1 }),
    parameter("c", { kind: "power-of-two", low: 3, high: 8 }),
    parameter("d", { kind: "derived", expression: "d + 1" }),
    parameter("e", { kind: "derived", expression: "1 +" }),
    list("f", [1], "nobody > 2"),
    list("f", [1]),
  ];
  const problems = (() => {
    try {
      new Space(wrong);
    } catch (error) {
      if (error instanceof InputError) return error.problems.map((p) => `${p.path}: ${p.message}`);
    }
    return [];
  })();
  for (const part of [
    "a: the list is empty",
    "b: a log range",
    "c: low and high must be powers",
    "d: its `when`",
    "e: expected a value",
    "unknown name 'nobody'",
    "another parameter has this name",
  ]) {
    expect(problems.some((p) => p.includes(part))).toBe(true);
  }
});

test("values are addressed by path for the document", () => {
  const space = new Space([list("lanes", [4])]);
  expect(space.byPath({ lanes: 4 })).toEqual({ "fake.lanes": 4 });
});

test("of values that follow a change, derived ones move with it, and inactive ones are left out", () => {
  const space = new Space(spaces["conditional and derived parameters"]);
  const given = { area_mm: 1, lanes: 4, twice: 2, shape: "wide", depth: 5 };
  const after = (set: readonly string[], change = {}) => space.following({ ...given, ...change }, new Set(set));
  expect(after(["lanes"])).toEqual({ area_mm: 1, shape: "wide", twice: 8 });
  expect(after(["shape"], { shape: "deep" })).toEqual({ area_mm: 1, twice: 2 });
  expect(after(["area_mm"], { area_mm: 2, shape: "deep", depth: 3 })).toEqual({ shape: "deep", twice: 2, depth: 3 });
});

test("the searched values of a point, set, give the point: derived values are its own, and inactive ones stay as written", () => {
  const chain = [
    list("lanes", [4, 2]),
    list("flit", [32, 16], "lanes == 4"),
    parameter("word", { kind: "derived", expression: "lanes * 32" }, "flit == 32"),
    parameter("half", { kind: "derived", expression: "word / 2 + lanes" }),
  ];
  const written = { area_mm: 1, lanes: 4, twice: 8, shape: "wide", depth: 5, sub_depth: 7, flit: 32, word: 128, half: 68 };
  for (const parameters of [chain, spaces["conditional and derived parameters"]]) {
    const space = new Space(parameters);
    const isDerived = new Set(parameters.flatMap(({ name, domain }) => (domain.kind === "derived" ? [name] : [])));
    for (let cell = 0; cell < (space.gridSize ?? 0); cell++) {
      const point = space.decode(space.gridPosition(cell));
      const set = new Map(Object.entries(point).filter(([name]) => !isDerived.has(name)));
      const followed = space.following({ ...written, ...Object.fromEntries(set) }, new Set(set.keys()));
      for (const [name, value] of Object.entries(followed)) expect(value, name).toBe(point[name] ?? written[name as keyof typeof written]);
    }
  }
});
