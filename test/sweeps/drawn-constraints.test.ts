/**
 * Constraints are part of a draw: shares of random studies against a naive model with its own random numbers, and of a
 * stored study against the ends of its intervals.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { confidence } from "../../app/confidence.js";
import { open } from "../../app/open.js";
import { openStudy } from "../../app/open-study.js";
import { pareto } from "../../app/pareto.js";
import { createRng, type Rng } from "../../base/rng.js";
import { confidenceLines } from "../../cli/format/confidence.js";
import { confidenceOf } from "../../sweeps/confidence.js";
import { type Metrics, Objectives } from "../../sweeps/objectives.js";
import type { UncertainPoint } from "../../sweeps/uncertainty/drawn-metrics.js";
import { isBuilt } from "../cli/small-sweep.js";
import { mapErrors, timedBy } from "./map-errors.js";

const DRAWS = 1000;

/** A point of a random study as both models see it. */
interface Drawn {
  readonly id: number;
  readonly lanes: number;
  readonly energy: number;
  readonly energySigma: number;
  readonly areaSigma: number;
  /** Error that the areas of all points share. */
  readonly commonSigma: number;
  readonly area: number;
  readonly accuracy: number;
  readonly latency: number;
}

const SAMPLES = 400;

/** Constraints as text and as a rule of the naive model. */
const CONSTRAINTS: readonly (readonly [text: string, holds: (point: Drawn) => boolean])[] = [
  ["energy_uj_per_inference <= 1.1", ({ energy }) => energy <= 1.1],
  ["area_mm2@95 <= 1.2", ({ area }) => area <= 1.2],
  ["accuracy_percent >= 90", ({ accuracy }) => accuracy >= 90],
  ["latency_us < 4", ({ latency }) => latency < 4],
  ["lanes <= 8", ({ lanes }) => lanes <= 8],
  ["energy_uj_per_inference * area_mm2 < 1.2 or lanes == 2", ({ energy, area, lanes }) => energy * area < 1.2 || lanes === 2],
  ["lanes > 4 ? area_mm2 < 1 : not (accuracy_percent@50 < 91)", ({ lanes, area, accuracy }) => (lanes > 4 ? area < 1 : accuracy >= 91)],
];

function uncertain({ id, energy, area, accuracy, latency, energySigma, areaSigma, commonSigma }: Drawn): UncertainPoint {
  const cause = (name: string, sigma: number) => ({ name, kind: name, down: sigma, up: sigma });
  const row = (component: string, energyPj: number | null, areaMm2: number | null) => ({
    ...{ component, group: "memory" as const, count: null, unitEnergyPj: null, energyPj, areaMm2, source: "" },
  });
  return {
    ...{ id, samples: SAMPLES, functionalKey: `run ${id}`, run: null, timed: timedBy(1, "one"), fpga: null },
    metrics: { energy_uj_per_inference: energy, area_mm2: area, accuracy_percent: accuracy, latency_us: latency },
    breakdown: [row("reads", 1e6 * energy, null), row("area", null, area)],
    errors: mapErrors(
      new Map([
        ["reads", [cause(`energy ${id}`, energySigma)]],
        ["area", [cause(`area ${id}`, areaSigma), cause("common", commonSigma)]],
      ]),
    ),
  };
}

const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.float())) * Math.cos(2 * Math.PI * rng.float());

/** The point in a draw: log-normal prices, and the share from which the measured one is z standard errors away. */
function drawn(point: Drawn, common: number, rng: Rng): Drawn {
  const [z, p, n] = [normal(rng), point.accuracy / 100, SAMPLES];
  // the score test's quadratic equation (p - q)^2 = z^2 q (1 - q) / n, solved for q on the side of z's sign
  const [a, b, c] = [1 + (z * z) / n, -(2 * p + (z * z) / n), p * p];
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c)) * Math.sign(z);
  return {
    ...point,
    energy: point.energy * Math.exp(point.energySigma * normal(rng)),
    area: point.area * Math.exp(point.areaSigma * normal(rng) + point.commonSigma * common),
    accuracy: (100 * (root - b)) / (2 * a),
  };
}

/** Shares of the draws in which each point is within its limits, and on the front of energy and latency. */
function naiveShares(points: readonly Drawn[], rules: readonly ((point: Drawn) => boolean)[], rng: Rng) {
  const shares = new Map(points.map(({ id }) => [id, { within: 0, onFront: 0 }]));
  for (let d = 0; d < DRAWS; d++) {
    const common = normal(rng);
    const met = points.map((point) => drawn(point, common, rng)).filter((point) => rules.every((holds) => holds(point)));
    for (const { id, energy, latency } of met) {
      const isDominated = met.some(
        (other) => other.energy <= energy && other.latency <= latency && (other.energy < energy || other.latency < latency),
      );
      const share = shares.get(id) as { within: number; onFront: number };
      share.within += 1 / DRAWS;
      if (!isDominated) share.onFront += 1 / DRAWS;
    }
  }
  return shares;
}

describe("of random studies", () => {
  test("points are within limits, and on the front, as often as a naive model says, and points that fail as stored enter", () => {
    const rng = createRng(7, "drawn constraints");
    const met = { shares: 0, limited: 0, entered: 0, none: 0, used: new Set<string>() };
    let next = 0;
    for (let study = 0; study < 8; study++) {
      const points = Array.from({ length: 6 }, (_, k): Drawn => {
        const around = (centre: number): number => centre * (0.7 + 0.6 * rng.float());
        const [energySigma, areaSigma, commonSigma] = [0.2 * rng.float(), 0.2 * rng.float(), 0.3 * rng.float()];
        return {
          ...{ id: k + 1, lanes: 2 ** rng.int(1, 5), energy: around(1), area: around(1), accuracy: 88 + 5 * rng.float() },
          ...{ latency: rng.int(1, 6), energySigma, areaSigma, commonSigma },
        };
      });
      const used = Array.from({ length: study % 4 }, () => CONSTRAINTS[next++ % CONSTRAINTS.length]);
      for (const [text] of used) met.used.add(text);
      const spec = {
        objectives: (["energy_uj_per_inference", "latency_us"] as const).map((metric) => ({ metric, direction: "min" as const })),
        constraints: used.map(([text]) => text),
        referencePoint: null,
      };
      const objectives = new Objectives(spec, ["lanes"]);
      const lanes = new Map(points.map((point) => [point.id, point.lanes]));
      const found = confidenceOf(points.map(uncertain), objectives, {
        ...{ draws: DRAWS, seed: 3 },
        conditionsOf: ({ id }) => objectives.conditions({ lanes: lanes.get(id) ?? 0 }),
      });
      const expected = naiveShares(
        points,
        used.map(([, holds]) => holds),
        rng,
      );
      const told = new Map(found.points.map((point) => [point.id, point]));
      for (const [id, { within, onFront }] of expected) {
        const own = told.get(id);
        const near = (a: number, b: number): void => {
          // four and a half standard errors of the difference of two shares over so many draws
          const share = (a + b) / 2;
          expect(Math.abs(a - b), `study ${study}, point ${id}`).toBeLessThan(
            4.5 * Math.sqrt((2 * Math.max(share * (1 - share), 1 / DRAWS)) / DRAWS),
          );
        };
        near(own?.onFront ?? 0, onFront);
        if (own === undefined) met.none++;
        else {
          near(own.withinLimits, within);
          met.shares++;
          if (own.withinLimits < 1) met.limited++;
          const point = points.find((one) => one.id === id) as Drawn;
          if (!used.every(([, holds]) => holds(point))) met.entered++;
        }
      }
    }
    expect(met.used.size).toBe(CONSTRAINTS.length);
    expect(Math.min(met.shares, met.limited, met.entered, met.none), JSON.stringify(met)).toBeGreaterThan(3);
  });

  test("a condition of a draw holds exactly where the point has no violation", () => {
    const rng = createRng(8, "conditions");
    const texts = CONSTRAINTS.map(([text]) => text);
    let broken = 0;
    for (const text of [...texts, "not (lanes == 4 and area_mm2 > 1) or accuracy_percent / 0 > 1", "absent > 2", "energy_std_uj < 1"]) {
      const objectives = new Objectives(
        { objectives: [{ metric: "latency_us", direction: "min" }], constraints: [text], referencePoint: null },
        ["lanes", "absent"],
      );
      for (let k = 0; k < 50; k++) {
        const metrics: Metrics = Object.fromEntries(
          ["energy_uj_per_inference", "area_mm2", "area_mm2@95", "accuracy_percent", "accuracy_percent@50", "latency_us"].map((name) => [
            name,
            (name.startsWith("accuracy") ? 90 : 1) * (0.5 + rng.float()),
          ]),
        );
        const parameters = { lanes: rng.int(1, 10) };
        const values = new Map([...(Object.entries(metrics) as [string, number][]), ["energy_std_uj", Number.NaN]]);
        const holds = objectives.conditions(parameters).every((condition) => condition.holds(values));
        expect(holds, text).toBe(objectives.score(parameters, metrics).violation === 0);
        if (!holds) broken++;
      }
    }
    expect(broken).toBeGreaterThan(100);
  });

  test("a chip is on the front only in draws in which its FPGA has room for it", () => {
    const point: UncertainPoint = {
      ...uncertain({ id: 1, lanes: 1, energy: 1, area: 1, accuracy: 90, latency: 1, energySigma: 0, areaSigma: 0, commonSigma: 0 }),
      metrics: { latency_us: 1, fpga_luts: 83_640, fpga_utilisation_percent: 100 },
      errors: mapErrors(new Map([["fpga_luts", [{ name: "law", kind: "law", down: 0.1, up: 0.1 }]]])),
      fpga: "ecp5-85",
    };
    const objectives = new Objectives(
      { objectives: [{ metric: "latency_us", direction: "min" }], constraints: [], referencePoint: null },
      [],
    );
    const [found] = confidenceOf([point], objectives, { draws: DRAWS, seed: 1 }).points;
    expect(found.withinLimits).toBe(found.onFront);
    expect(Math.abs(found.onFront - 0.5)).toBeLessThan(0.05);
  });
});

describe.skipIf(!isBuilt)("of a stored study", () => {
  const folder = mkdtempSync(join(tmpdir(), "drawn-constraints-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a point whose limit is the lower end of its interval fails as stored, and is on the front in a twentieth of the draws", {
    tags: ["long"],
  }, async () => {
    const study = async (name: string, constraints: readonly string[], points: number) => {
      const db = join(folder, name);
      const described = {
        version: 1,
        extends: "mesh-2x2",
        workload: { samples: 20, timing_samples: 1 },
        tile: { core: { lanes: { sweep: [4, 8] } } },
        sweep: { objectives: { energy_uj_per_inference: "min", latency_us: "min" }, constraints, sampler: { name: "grid" } },
      };
      const opened = await openStudy(open(described), { db });
      for (const point of await opened.ask(points)) opened.tell(point, await opened.evaluate(point));
      await opened.close();
      return db;
    };
    const free = confidence(await study("free.db", [], 1));
    const low = free.points.find(({ id }) => id === 1)?.intervals.energy_uj_per_inference?.low as number;
    const db = await study("bound.db", [`energy_uj_per_inference <= ${low}`, "lanes == 4 or area_mm2 < 0.001"], 2);
    const found = confidence(db);
    expect([found.front, found.refused, found.constraints.length]).toEqual([[], 1, 2]);
    expect(found.points.map(({ id, onFront, withinLimits }) => [id, onFront, withinLimits])).toEqual([
      [1, expect.closeTo(0.05, 2), found.points[0].onFront],
    ]);
    expect(confidence(db, { where: "lanes == 8" }).points).toEqual([]);
    const text = confidenceLines({ colour: false, unicode: false }, found, pareto(db), 9).join(" ").replaceAll("\n", " ");
    expect(text).toContain("no point is on the front as stored; 0 are on it in at least 90 % of the draws");
    expect(text).toMatch(/can be on the front: energy_uj_per_inference <= [\d.]+; lanes == 4 or area_mm2 < 0.001 1 point was refused/);
  });
});
