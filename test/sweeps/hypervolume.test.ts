/**
 * Fronts, hypervolume and indicators against published values, independent computations, and laws that must hold for
 * any points.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/package-root.js";
import { dominates, nonDominated, nonDominatedRanks, ParetoArchive } from "../../base/pareto.js";
import { createRng } from "../../base/rng.js";
import { hypervolume, improvement } from "../../sweeps/hypervolume.js";
import { additiveEpsilon, crowdingDistances, invertedGenerationalDistancePlus } from "../../sweeps/indicators.js";
import { Objectives } from "../../sweeps/objectives.js";
import { usualAndLong } from "../usual.js";

interface Case {
  readonly id: string;
  readonly ref?: number[];
  readonly points?: number[][];
  readonly hv?: number;
  readonly limit?: number;
  readonly [key: string]: unknown;
}
const cases = JSON.parse(readFileSync(join(packageRoot(), "test/golden/pareto-vectors.json"), "utf8")) as Case[];
const byId = (id: string): Case => cases.find((c) => c.id === id) as Case;
const relative = (got: number, want: number): number => Math.abs(got - want) / Math.abs(want);

test.each(cases.filter((c) => c.points !== undefined && c.hv !== undefined))("hypervolume of $id agrees to 1e-12", (c) => {
  expect(relative(hypervolume(c.points as number[][], c.ref as number[]), c.hv as number)).toBeLessThan(1e-12);
  if (c.limit !== undefined) expect(c.hv).toBeLessThan(c.limit);
});

test("staircase: ranks and crowding are the published ones", () => {
  const c = byId("hv2-staircase");
  const points = c.points as number[][];
  const { ranks } = nonDominatedRanks(points.length, (a, b) => dominates(points[a], points[b]));
  expect(Array.from(ranks)).toEqual(c.rank);
  const front = points.slice(0, 4);
  const want = (c.crowding_front_only as (number | "inf")[]).map((x) => (x === "inf" ? Number.POSITIVE_INFINITY : x));
  for (const [i, d] of crowdingDistances(front).entries()) {
    if (Number.isFinite(d)) expect(d).toBeCloseTo(want[i], 12);
    else expect(d).toBe(want[i]);
  }
});

test("IGD+ and additive epsilon against the ZDT1 front agree to 1e-12", () => {
  const c = byId("zdt1-indicators");
  const approximation = c.approx as number[][];
  const front = byId("zdt1-100").points as number[][];
  expect(relative(invertedGenerationalDistancePlus(approximation, front), c.igd_plus as number)).toBeLessThan(1e-12);
  expect(relative(additiveEpsilon(approximation, front), c.additive_eps as number)).toBeLessThan(1e-12);
});

test("with two objectives the archive has, after each point, what a comparison of all pairs leaves, in its order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 40 }), (points) => {
      const archive = new ParetoArchive<number>();
      points.forEach((point, id) => {
        const before = archive.front.map((member) => member.id);
        const changed = archive.add(id, point);
        const left = points
          .slice(0, id + 1)
          .flatMap((one, i) => (points.slice(0, id + 1).some((other) => dominates(other, one)) ? [] : [i]));
        const ordered = left.sort((a, b) => points[a][0] - points[b][0] || points[a][1] - points[b][1] || a - b);
        expect(archive.front.map((member) => member.id)).toEqual(ordered);
        expect(changed).toBe(JSON.stringify(before) !== JSON.stringify(ordered));
      });
    }),
    { seed: 17, numRuns: 100 },
  );
});

test.each([2, 3])("a front of 130,000 points in %i objectives takes further points, and is measured", { tags: ["long"] }, (width) => {
  const archive = new ParetoArchive<number>();
  const equal = Array.from({ length: 130_000 }, () => new Array<number>(width).fill(5));
  equal.forEach((values, id) => {
    archive.add(id, values);
  });
  const beside = equal[0].map((_, k) => (k === 0 ? 4 : 6));
  expect([archive.add(-1, beside), archive.size, archive.front[0].id]).toEqual([true, 130_001, -1]);
  expect(additiveEpsilon([beside], equal)).toBe(1);
  expect(additiveEpsilon(equal, [beside])).toBe(1);
  expect(invertedGenerationalDistancePlus(equal, [beside])).toBe(1);
  expect([archive.add(-2, new Array<number>(width).fill(0)), archive.size]).toEqual([true, 1]);
});

test("mixed directions, constraints, a failed row and a tie give the published front and hypervolume", () => {
  const c = byId("mixed-constraints");
  // The case's metric names as those of this program.
  const metric = { acc: "accuracy_percent", energy: "energy_uj_per_inference", lat: "latency_us", area: "area_mm2" } as const;
  const ref = c.ref as unknown as { acc: number; energy: number; lat: number };
  const objectives = new Objectives(
    {
      objectives: [
        { metric: metric.acc, direction: "max" },
        { metric: metric.energy, direction: "min" },
        { metric: metric.lat, direction: "min" },
      ],
      constraints: [`${metric.acc} >= 0.8`, `${metric.area} <= 8`],
      referencePoint: [ref.acc, ref.energy, ref.lat],
    },
    [],
  );
  const rows = c.rows as { id: string; acc: number | null; energy: number | null; lat: number | null; area: number | null }[];
  const archive = new ParetoArchive<string>();
  const feasible: string[] = [];
  for (const row of rows) {
    const score = objectives.score(
      {},
      { [metric.acc]: row.acc, [metric.energy]: row.energy, [metric.lat]: row.lat, [metric.area]: row.area },
    );
    if (score.objectives === null || score.violation > 0) continue;
    feasible.push(row.id);
    archive.add(row.id, score.objectives);
  }
  expect(feasible).toEqual(c.feasible);
  expect(archive.front.map((m) => m.id).sort()).toEqual(c.front_all_ties);
  const hv = hypervolume(
    archive.front.map((m) => m.values),
    objectives.reference as number[],
  );
  expect(relative(hv, c.hv as number)).toBeLessThan(1e-12);
});

const grid = fc.integer({ min: 0, max: 12 }).map((i) => i / 10);
const sets = (objectives: number, most: number) =>
  fc.array(fc.array(grid, { minLength: objectives, maxLength: objectives }), { minLength: 1, maxLength: most });

/** Slow and plain: counts cells of the grid on which the values lie. */
function counted(points: number[][], objectives: number): number {
  let cells = 0;
  const cell = new Array<number>(objectives).fill(0);
  const walk = (k: number): void => {
    if (k === objectives) {
      if (points.some((p) => p.every((value, d) => value <= cell[d] / 10 + 1e-9))) cells++;
      return;
    }
    for (cell[k] = 0; cell[k] < 11; cell[k]++) walk(k + 1);
  };
  walk(0);
  return cells / 10 ** objectives;
}

test.each([1, 2, 3, 4])("%i-D hypervolume equals counting the cells of a grid", (objectives) => {
  fc.assert(
    fc.property(sets(objectives, 9), (points) => {
      expect(hypervolume(points, new Array<number>(objectives).fill(1.1))).toBeCloseTo(counted(points, objectives), 9);
    }),
    { seed: 6, numRuns: objectives === 4 ? 40 : 200 },
  );
});

/**
 * Volume of the union of the boxes from each point to the reference, by inclusion and exclusion over every subset of
 * them.
 */
function unionOfBoxes(points: number[][], reference: number[]): number {
  let total = 0;
  for (let subset = 1; subset < 2 ** points.length; subset++) {
    const members = points.filter((_, i) => (subset >> i) & 1);
    const volume = reference.reduce((product, r, k) => product * Math.max(0, r - Math.max(...members.map((p) => p[k]))), 1);
    total += members.length % 2 === 1 ? volume : -volume;
  }
  return total;
}

test.each([2, 3, 4, 5, 6, 7, 8])(
  "%i-D hypervolume of random points equals inclusion and exclusion over all subsets to 1e-12",
  (objectives) => {
    const rng = createRng(objectives, "boxes");
    const reference = new Array<number>(objectives).fill(1);
    let sum = 0;
    for (let run = 0; run < 40; run++) {
      // A simplex with noise: nearly all points are on the front; some lie beyond the reference.
      const points = Array.from({ length: rng.int(1, 10) }, () => {
        const raw = Array.from({ length: objectives }, () => -Math.log(1 - rng.float()));
        const whole = raw.reduce((a, b) => a + b, 0);
        return raw.map((value) => value / whole + 0.1 * rng.float());
      });
      const want = unionOfBoxes(points, reference);
      expect(Math.abs(hypervolume(points, reference) - want)).toBeLessThan(1e-12);
      sum += want;
    }
    expect(sum).toBeGreaterThan(0);
  },
);

for (const [some, options] of usualAndLong([4, 6, 8], (objectives) => objectives === 4))
  test.each(some)(
    "%i-D: the volume that the last of 15 points adds equals inclusion and exclusion over all subsets to 1e-12",
    options,
    (objectives) => {
      const rng = createRng(objectives, "last point");
      const reference = new Array<number>(objectives).fill(1.1);
      let most = 0;
      for (let run = 0; run < 3; run++) {
        // No point of a sphere dominates another; in steps of a tenth, many points share a coordinate.
        const points = Array.from({ length: 15 }, () => {
          const raw = reference.map(() => Math.abs(rng.normal()));
          const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
          return raw.map((value) => (run === 2 ? Math.round((10 * value) / length) / 10 : value / length));
        });
        const [front, last] = [points.slice(0, -1), points[14]];
        const want = unionOfBoxes(points, reference) - unionOfBoxes(front, reference);
        expect(Math.abs(improvement(front, last, reference) - want)).toBeLessThan(1e-12);
        most = Math.max(most, want);
      }
      expect(most).toBeGreaterThan(1e-4);
    },
  );

test.each([2, 3, 4, 5])(
  "%i-D: order, dominated points and duplicates change nothing; a point never lowers; scaling scales",
  (objectives) => {
    const reference = new Array<number>(objectives).fill(1.1);
    fc.assert(
      fc.property(
        sets(objectives, 10),
        fc.array(grid, { minLength: objectives, maxLength: objectives }),
        fc.integer({ min: 0, max: 9 }),
        (points, extra, pick) => {
          const hv = hypervolume(points, reference);
          const chosen = points[pick % points.length];
          const worse = chosen.map((value) => value + 0.05);
          expect(hypervolume([...points].reverse(), reference)).toBeCloseTo(hv, 12);
          expect(hypervolume([...points, worse, chosen], reference)).toBeCloseTo(hv, 12);
          const more = hypervolume([...points, extra], reference);
          expect(more).toBeGreaterThanOrEqual(hv - 1e-12);
          expect(improvement(points, extra, reference)).toBeCloseTo(more - hv, 12);
          const scaled = hypervolume(
            points.map((p) => p.map((value, k) => (k === 1 ? 3 * value : value))),
            reference.map((value, k) => (k === 1 ? 3 * value : value)),
          );
          expect(scaled).toBeCloseTo(3 * hv, 9);
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  },
);

test.each([2, 3, 4])("%i-D: the incremental archive equals comparing every pair, in any order", (objectives) => {
  fc.assert(
    fc.property(sets(objectives, 30), (points) => {
      const slow = points.map((_, i) => i).filter((i) => !points.some((q) => dominates(q, points[i])));
      const archive = new ParetoArchive<number>();
      for (const [i, p] of points.entries()) archive.add(i, p);
      expect(archive.front.map((m) => m.id).sort((a, b) => a - b)).toEqual(slow);
      expect(nonDominated(points)).toEqual(slow);
    }),
    { seed: 8, numRuns: 200 },
  );
});
