/** How far a point is from a constraint, and what that means for objectives. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExpression } from "../../arch/index.js";
import { defaultReference, FrontTracker, knee, Objectives, violation } from "../../sweeps/index.js";
import { specOf } from "./fake-study.js";

const values: { readonly [name: string]: number | string | boolean } = { a: 3, b: 10, kind: "mesh", tiny: 0.01, unknown: Number.NaN };
const excess = (text: string): number => violation(parseExpression(text).root, (name) => values[name]);

test.each([
  ["a <= 2", 0.5], // (3 - 2) / max(2, 1)
  ["a <= 3", 0],
  ["b >= 40", 0.75],
  ["tiny <= 0", 0.01], // the divisor is at least 1, so that small bounds do not give large violations
  ["a <= 2 && b >= 40", 1.25],
  ["a <= 2 || b >= 5", 0],
  ["kind == 'mesh' ? a <= 2 : b >= 40", 0.5],
  ["kind == 'torus' ? a <= 2 : b >= 40", 0.75],
  ["a <= 2 || b >= 40", 0.5],
  ["kind == 'torus'", 1],
  ["kind == 'mesh'", 0],
  ["unknown <= 5", Number.POSITIVE_INFINITY],
  ["not (unknown > 5)", Number.POSITIVE_INFINITY],
  ["unknown != 5", Number.POSITIVE_INFINITY],
  ["not (unknown == 5)", Number.POSITIVE_INFINITY],
  ["unknown > 5 ? a <= 3 : true", Number.POSITIVE_INFINITY],
  ["(unknown > 5 ? 2 : 3) <= 3", Number.POSITIVE_INFINITY],
  ["(unknown > 5 ? 4 : 5) <= 3", Number.POSITIVE_INFINITY],
  ["not (unknown > 5 && a <= 3)", Number.MIN_VALUE],
  ["unknown <= 5 || a > 3", Number.MIN_VALUE],
  ["not (b > 4)", 6 / 4],
  ["not (b > 4 || a > 2)", 6 / 4 + 1 / 2],
  ["not (not (b <= 4))", 6 / 4],
  ['not (kind == "mesh" ? b > 4 : b > 5)', 6 / 4],
  ["not (b == 10)", 1],
  ["not (unknown > 5 && a > 3)", 0],
  ["unknown <= 5 || a <= 3", 0],
  ["(unknown > 5) == (a > 3)", Number.POSITIVE_INFINITY],
])("%s is broken by %d", (text, want) => {
  expect(excess(text)).toBeCloseTo(want, 12);
});

/** A condition as text with `not`, and as the equal one in which every `not` is worked into the comparisons. */
interface Forms {
  readonly text: string;
  readonly plain: string;
  readonly negated: string;
}

const OPPOSITE = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" } as const;

const { condition } = fc.letrec<{ condition: Forms; amount: string }>((tie) => ({
  amount: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.constantFrom("a", "a", "b", "b", "0", "2", "3", "u", "w"),
    fc.tuple(tie("amount"), fc.constantFrom("+", "-", "*"), tie("amount")).map(([l, op, r]) => `(${l} ${op} ${r})`),
    fc.tuple(tie("condition"), tie("amount"), tie("amount")).map(([{ text }, l, r]) => `(${text} ? ${l} : ${r})`),
  ),
  condition: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc
      .tuple(tie("amount"), fc.constantFrom(...(Object.keys(OPPOSITE) as (keyof typeof OPPOSITE)[])), tie("amount"))
      .map(([l, op, r]) => ({ text: `(${l} ${op} ${r})`, plain: `(${l} ${op} ${r})`, negated: `(${l} ${OPPOSITE[op]} ${r})` })),
    tie("condition").map(({ text, plain, negated }) => ({ text: `(!${text})`, plain: negated, negated: plain })),
    fc.tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition")).map(([l, op, r]) => ({
      text: `(${l.text} ${op} ${r.text})`,
      plain: `(${l.plain} ${op} ${r.plain})`,
      negated: `(${l.negated} ${op === "&&" ? "||" : "&&"} ${r.negated})`,
    })),
    fc.tuple(tie("condition"), tie("condition"), tie("condition")).map(([test, yes, no]) => ({
      text: `(${test.text} ? ${yes.text} : ${no.text})`,
      plain: `(${test.plain} ? ${yes.plain} : ${no.plain})`,
      negated: `(${test.plain} ? ${yes.negated} : ${no.negated})`,
    })),
  ),
}));

test("a point is feasible only if its constraint holds whatever the unknown values are, and as far from it in every form of it", () => {
  const count = { known: 0, decided: 0, open: 0 };
  const tried = [-3, 0, 1, 2, 3, 5, 100];
  fc.assert(
    fc.property(
      condition.filter(({ text, negated }) => text.length + negated.length < 1000),
      ({ text, plain, negated }) => {
        const known = { a: 2, b: 3 };
        const lookup = (name: string): number => known[name as keyof typeof known] ?? Number.NaN;
        const broken = (form: string): number => violation(parseExpression(form).root, lookup);
        const feasible = (form: string): boolean => broken(form) === 0;
        expect(broken(text)).toBe(broken(plain));
        expect(broken(`!${text}`)).toBe(broken(negated));
        const inJavaScript = new Function("a", "b", "u", "w", `return ${text}`) as (...values: number[]) => boolean;
        const answers = tried.flatMap((u) => tried.map((w) => inJavaScript(known.a, known.b, u, w)));
        if (feasible(text)) expect(answers).not.toContain(false);
        if (feasible(negated)) expect(answers).not.toContain(true);
        if (!/[uw]/.test(text)) {
          expect(feasible(text)).toBe(answers[0]);
          count.known++;
        } else count[feasible(text) || feasible(negated) ? "decided" : "open"]++;
      },
    ),
    { seed: 77, numRuns: 1000 },
  );
  for (const drawn of Object.values(count)) expect(drawn, JSON.stringify(count)).toBeGreaterThan(50);
});

test("a strict bound that is met with equality is broken, by a small amount", () => {
  expect(excess("a < 3")).toBeGreaterThan(0);
});

test("a constraint over an inactive parameter does not apply; one over an unknown metric makes the point infeasible", () => {
  const objectives = new Objectives(specOf({ constraints: ["lanes <= 4", "area_mm2 <= 2"] }), ["lanes", "bits"]);
  expect(objectives.checkBefore({ lanes: 8 }, {}).violation).toBe(1);
  expect(objectives.checkBefore({ bits: 8 }, {}).violation).toBe(0);
  expect(objectives.checkBefore({ lanes: 8 }, { area_mm2: 3 })).toEqual({ violation: 1.5, broken: ["lanes <= 4", "area_mm2 <= 2"] });
  expect(objectives.checkBefore({ lanes: 2 }, { area_mm2: 2 }).violation).toBe(0);
  expect(objectives.score({ lanes: 2 }, { area_mm2: 3 }).violation).toBe(0.5);
  expect(objectives.score({ lanes: 2 }, {}).violation).toBe(Number.POSITIVE_INFINITY);
});

test("a forecast judges what is known: an unknown metric breaks no constraint, and hides no other break", () => {
  const energy = "energy_std_uj <= 1";
  const cases: readonly (readonly [string, number])[] = [
    [energy, 0],
    [`${energy} and latency_us <= 2`, 1],
    [`latency_us <= 2 and ${energy}`, 1],
    [`${energy} or latency_us <= 2`, 0],
    ["energy_std_uj > 0 ? latency_us <= 2 : latency_us <= 3", 0],
    [`latency_us > 3 ? latency_us <= 2 : ${energy}`, 1],
  ];
  for (const [text, violation] of cases) {
    const objectives = new Objectives(specOf({ constraints: [text] }), ["lanes"]);
    expect(objectives.forecast({ lanes: 1 }, { latency_us: 4 }).violation, text).toBe(violation);
  }
  const known = new Objectives(specOf({ constraints: [energy, "throughput_per_s >= 5", "area_mm2 <= 1 or lanes < 2"] }), ["lanes"]);
  expect(known.forecast({ lanes: 1 }, { throughput_per_s: 4, area_mm2: 1 })).toMatchObject({ violation: 0.2, limits: [null, -4] });
  expect(known.score({ lanes: 1 }, { throughput_per_s: 4, area_mm2: 1 })).toMatchObject({
    violation: Number.POSITIVE_INFINITY,
    limits: [null, -4],
  });
});

test("all problems of the objectives are reported at once", () => {
  const wrong = {
    objectives: [{ metric: "speed", direction: "max" as const }],
    constraints: ["area_mm2 <=", "nobody < 3"],
    referencePoint: [1, 2],
  };
  expect(() => new Objectives(wrong, ["lanes"])).toThrow(/speed[\s\S]*expected a value[\s\S]*nobody[\s\S]*2 values for 1 objectives/);
});

test("the default reference is nadir + 0.1 range, and nadir + 0.1 of the magnitude if there is no range", () => {
  expect(
    defaultReference([
      [0, 5],
      [10, 5],
    ]),
  ).toEqual([11, 5.5]);
  expect(defaultReference([[0, 0]])).toEqual([0.1, 0.1]);
});

test("a reference point is rounded outwards to a hundredth of the scale, so that few digits give it in full", () => {
  // 98.6 +- 0.6 % right, to be maximised; energies with digits of a double
  expect(
    defaultReference([
      [-99.2, 2.0123456789],
      [-98.6, 1.0123456789],
    ]),
  ).toEqual([-98.54, 2.12]);
  const magnitudes = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const exponents = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(magnitudes, exponents, (best, exponent) => {
      const worst = best + 10 ** exponent;
      const extent = worst - best;
      const [reference] = defaultReference([[best], [worst]]);
      expect((reference - worst) / extent).toBeGreaterThanOrEqual(0.1 - 1e-6);
      expect((reference - worst) / extent).toBeLessThanOrEqual(0.11 + 1e-6);
      expect(Number(reference.toFixed(Math.max(0, 2 - Math.floor(Math.log10(extent)))))).toBe(reference);
    }),
  );
});

test("the knee is the point farthest below the line between the ends", () => {
  expect(
    knee([
      [0, 1],
      [0.2, 0.3],
      [0.5, 0.25],
      [1, 0],
    ]),
  ).toBe(1);
});

test("the reference point does not depend on the order in which points end", () => {
  const objectives = new Objectives(specOf({ constraints: [] }), []);
  const scores = Array.from({ length: 60 }, (_, i) => ({
    objectives: [-(i % 7), (i * 13) % 11, (i * 5) % 9],
    violation: i % 6 === 0 ? 1 : 0,
  }));
  const fixed = [1, 7, 23].map((stride) => {
    const tracker = new FrontTracker(objectives, null);
    for (let i = 0; i < 60; i++) tracker.arrive((i * stride) % 60, scores[(i * stride) % 60]);
    scores.forEach((score, id) => {
      tracker.settle(id, score);
    });
    return [tracker.naturalReference, tracker.hypervolume];
  });
  expect(fixed[0][0]).not.toBeNull();
  expect(fixed[1]).toEqual(fixed[0]);
  expect(fixed[2]).toEqual(fixed[0]);
});
