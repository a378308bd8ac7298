/** What the text of a front says beside its table. */
import { expect, test } from "vitest";
import { pointComparisonLines, studyComparisonLines } from "../../../cli/format/comparison.js";
import { confidenceLines } from "../../../cli/format/confidence.js";
import { frontLines } from "../../../cli/format/front.js";
import { lookOf } from "../../../cli/format/style.js";
import { METRICS } from "../../../sim/index.js";
import { confidenceOf, sharesBetter } from "../../../sweeps/confidence.js";
import { frontPlot } from "../../../sweeps/export/figures.js";
import { hypervolumeLine } from "../../../sweeps/export/headers.js";
import { type FrontReport, type ReportRow, tableColumns } from "../../../sweeps/index.js";
import { Objectives } from "../../../sweeps/objectives.js";
import { certaintyOf, certaintyParagraphs } from "../../../sweeps/report/certainty.js";
import type { UncertainPoint } from "../../../sweeps/uncertainty/drawn-metrics.js";
import { Draws } from "../../../sweeps/uncertainty/draws.js";
import { mapErrors } from "../../sweeps/map-errors.js";
import { SIDE } from "./study-side.js";

const NONE = Object.fromEntries(Object.keys(METRICS).map((name) => [name, null])) as ReportRow["metrics"];
const POINTS = [
  [99, 1],
  [97, 0.5],
  [95, 0.25], // no better than the reference in accuracy
  [99.5, 3], // worse in energy
] as const;
const report: FrontReport = {
  ...{
    study: "study",
    sampler: "random",
    constraints: [],
    limits: [],
    parameters: [],
    kneeId: null,
    fixedReference: true,
    hypervolume: 1,
    beside: 0,
  },
  nearestTexts: [],
  ...{
    engineVersion: "1",
    inputs: [],
    otherBuild: [],
    apart: 0,
    provenance: null,
    unknown: [],
    nearestId: null,
    withoutPrice: [],
    unbuiltLanes: [],
    draws: null,
    timedUtterances: 0,
  },
  objectives: [
    { metric: "accuracy_percent", direction: "max" },
    { metric: "energy_uj_per_inference", direction: "min" },
  ],
  rows: POINTS.map(([accuracy, energy], i) => ({
    ...{ id: i + 1, key: `${i}`, values: {}, intervals: {} },
    metrics: { ...NONE, accuracy_percent: accuracy, energy_uj_per_inference: energy },
  })),
  hidden: [],
  cloud: POINTS.map((values) => [...values]),
  cloudIds: POINTS.map((_, i) => i + 1),
  reference: [95, 2],
  counts: { done: 4, feasible: 4, infeasible: 0, failed: 0 },
  view: { where: null, objectives: null, columns: null, fixed: [], epsilon: [], order: null, size: 4, different: 4, equal: 0 },
};

const PLOT = { x: null, y: null, column: "single", siunitx: false } as const;

test("the head of a front does not give the sampler the points that others chose", () => {
  const headOf = (beside: number): string => frontLines(lookOf({ isTTY: false }, {}), { ...report, beside }, PLOT, "x.db", 100)[0];
  expect(headOf(0)).toMatch(/; sampler random$/);
  expect(headOf(3)).toMatch(/; sampler random \(which chose 1 of 4 points\)$/);
});

test("with the reference point as it is printed, the printed hypervolume is found again, however narrow the front", () => {
  const points = [
    [99.995, 1.25],
    [99.993, 0.5],
  ] as const;
  const volumeFrom = (accuracy: number, energy: number): number =>
    (points[0][0] - accuracy) * (energy - points[0][1]) + (points[1][0] - accuracy) * (points[0][1] - points[1][1]);
  const reference = [99.99248123456789, 1.3750123456789] as const;
  const hypervolume = volumeFrom(...reference);
  const narrow = { ...report, reference: [...reference], hypervolume };
  const side = { ...SIDE, hypervolume };
  const compared = {
    ...{ left: side, right: side, objectives: report.objectives, where: null, reference, unionHypervolume: hypervolume },
    ...{ withoutPrice: [], unbuiltLanes: [], inputsDiffer: [], searchesDiffer: [] },
  };
  const look = lookOf({ isTTY: false }, {});
  const texts = [
    frontLines(look, narrow, PLOT, "x.db", 100).join("\n"),
    studyComparisonLines(look, compared, ["a.db", "b.db"]).join("\n"),
    hypervolumeLine(narrow),
  ];
  for (const text of texts) {
    const volume = (/hypervolume +([\d.e-]+)/.exec(text) as RegExpExecArray)[1];
    const [, accuracy, energy] = /reference point \(?([\d.]+) %, ([\d.]+) [uµ]J/.exec(text) as RegExpExecArray;
    const digits = volume.replace(/e.*|^[0.]+|\./g, "").length;
    expect(Number(volume)).toBe(Number(volumeFrom(Number(accuracy), Number(energy)).toPrecision(digits)));
  }
});

test("points that are no better than the reference point in an objective are counted beside the hypervolume", () => {
  const line = (reference: readonly number[]): string | undefined =>
    frontLines(lookOf({ isTTY: false }, {}), { ...report, reference: [...reference] }, PLOT, "x.db", 100).find((text) =>
      text.startsWith("hypervolume"),
    );
  expect(line([95, 2])).toBe("hypervolume 1, reference point 95 %, 2 uJ; 2 of 4 points lie beyond it and add nothing");
  const top = { ...report, rows: report.rows.slice(0, 3) };
  expect(frontLines(lookOf({ isTTY: false }, {}), top, PLOT, "x.db", 100).join()).toContain("; 1 of 3 points shown lie beyond it");
  expect(line([90, 4])).toBe("hypervolume 1, reference point 90 %, 4 uJ");
});

test("the text of a front says which condition its points satisfy, and that of its confidence what was drawn", () => {
  const look = lookOf({ isTTY: false }, {});
  const of = (where: string | null): FrontReport => ({ ...report, view: { ...report.view, where } });
  const sure = {
    ...{
      draws: 10,
      seed: 1,
      points: [],
      accuracies: { together: [], apart: [], alike: [] },
      timedUtterances: 2,
      ...UNBOUND,
      front: [],
      frontKept: 1,
      robust: [],
      groups: [],
      causes: [],
    },
  };
  const said = (changed: object): string => confidenceLines(look, { ...sure, ...changed }, of(null), null).join("\n");
  expect(said({ accuracies: { together: [], apart: [1, 2, 3], alike: [2] } })).toMatch(
    /2 points are drawn apart, because it is not known which utterances were wrong: #1, #3\naccuracies of 1 point is drawn apart, because all their utterances are equally right: #2\n/,
  );
  expect(said({})).toMatch(
    /errors drawn: of energy, latency and throughput, the utterances that were timed\ncycles of each utterance, counters of work, utilisations and standard deviations are taken as exact$/,
  );
  expect(said({ timedUtterances: 1 })).toMatch(
    /errors drawn: none is known\n.*how much utterances differ is not known, for one was timed$/,
  );
  const paragraph = (accuracies: object, timedUtterances: number): string =>
    certaintyParagraphs(
      { ...sure, limits: [], accuracies, timedUtterances, drawn: ["prices", "accuracies"] } as unknown as Parameters<
        typeof certaintyParagraphs
      >[0],
      1,
      1,
    )[0] ?? "";
  expect(paragraph({ together: [], apart: [1], alike: [1] }, 1)).toMatch(
    /^Drawn 10 times within the errors \(seed 1\): prices and accuracies; .* one was timed\. Accuracies were drawn apart, because all utterances of a network are equally right\./,
  );
  expect(paragraph({ together: [], apart: [1], alike: [] }, 2)).toMatch(
    /taken as exact\. Accuracies .*, because it is not known which utterances were wrong\./,
  );
  const none = confidenceOf(
    [drawnPoint(1, { accuracy_percent: 40 }, []), drawnPoint(2, { accuracy_percent: 45 }, [])],
    new Objectives({ objectives: report.objectives, constraints: ["accuracy_percent >= 99.9"], referencePoint: null }, []),
    { draws: 50, seed: 1 },
  );
  const constraints = ["accuracy_percent >= 99.9"];
  expect(certaintyParagraphs(certaintyOf({ ...none, ...UNBOUND, constraints }), 0, 0)).toEqual([
    "Drawn 50 times within the errors (seed 1). In each draw, only points that then meet the limits can be on the front: accuracy_percent >= 99.9. No result meets the limits, as stored or in any draw.",
  ]);
  // that no point is surely on the front says nothing about differences if there is no front, or if limits cut it
  const reasonOf = (limits: readonly string[], front: number): string | undefined =>
    certaintyParagraphs({ ...certaintyOf(sure), limits, points: [{ id: 1, onFront: 0.4, intervals: {} }] }, front, front)[1];
  expect(reasonOf([], 1)).toBe(
    "No point is on the front in 90 % of the draws: the differences that this search found are within the errors.",
  );
  expect(reasonOf(["l"], 1)).toBe(
    "No point is on the front in 90 % of the draws: the differences that this search found, or the distances from its limits, are within the errors.",
  );
  expect(reasonOf(["l"], 0)).toBe("No point is on the front in 90 % of the draws.");
  const texts = (where: string | null): readonly string[] => [
    frontLines(look, of(where), PLOT, "x.db", 100).join("\n"),
    confidenceLines(look, sure, of(where), null).join("\n"),
  ];
  for (const text of texts("lanes == 4")) expect(text).toContain("only points with lanes == 4\n");
  for (const text of texts(null)) expect(text).not.toContain("only points");
});

test("the table of a front's confidence has the metrics that limits name, each once, with their intervals", () => {
  const limited: FrontReport = { ...report, limits: ["area_mm2@90", "area_mm2", "latency_us", "accuracy_percent@50"] };
  const metrics = { accuracy_percent: 97, energy_uj_per_inference: 0.5, area_mm2: 2, latency_us: 33 };
  const point = {
    id: 8,
    onFront: 0.4,
    withinLimits: 0.5,
    metrics,
    intervals: { area_mm2: { low: 1.5, high: 3.5 } },
    causes: [],
    best: [1, 1],
  };
  const accuracies = { together: [], apart: [], alike: [] };
  const sure = { draws: 10, seed: 1, points: [point], accuracies, timedUtterances: 1, ...UNBOUND, front: [8], frontKept: 1 };
  const found = { ...sure, robust: [], groups: [], causes: [] };
  const lines = confidenceLines(lookOf({ isTTY: false }, {}), found, limited, null);
  const [head, , line] = lines.slice(lines.findIndex((one) => one.includes("on the front  within limits")));
  const shown = tableColumns(limited).map(({ name }) => name.replace(/@.*/, ""));
  expect(head.match(/[a-z0-9]+_[a-z0-9_]+/g)).toEqual([...new Set(shown)]);
  expect(line).toMatch(/^ *8 +40 % +50 % +yes +97\S* +0.5\S* +1.5\d* .. 3.5\d* +33\S*$/);
});

/** Points of one core, whose accuracy has a sample; `causes`: errors by line or metric. */
function drawnPoint(id: number, metrics: UncertainPoint["metrics"], causes: readonly string[]): UncertainPoint {
  const error = { relative: 0, residuals: null };
  return {
    ...{ id, metrics, samples: 20, functionalKey: "f", run: null, fpga: null },
    breakdown: ["reads"].map((component) => ({
      ...{ component, group: "memory" as const, count: 1, unitEnergyPj: 1, energyPj: 1e6, areaMm2: null, source: "" },
    })),
    errors: mapErrors(new Map(causes.map((name) => [name, [{ name: `${name} of ${id}`, kind: name, down: 0.1, up: 0.1 }]]))),
    timed: { count: 1, key: "", energy: error, latency: error, power: error, step: error, turn: error },
  };
}

/** What a front over draws has beside them, if nothing bounds it. */
const UNBOUND = { objectives: [], where: null, different: 1, otherBuild: [], constraints: [], refused: 0 };

/** What the three texts say of two points: shares of the draws, the report, and the comparison. */
function drawnTexts(points: readonly [UncertainPoint, UncertainPoint]): readonly string[] {
  const look = lookOf({ isTTY: false }, {});
  const cost = typeof points[0].metrics.fpga_luts === "number" ? "fpga_luts" : "energy_uj_per_inference";
  const goals = [cost, "latency_us"].map((metric) => ({ metric: metric as "latency_us", direction: "min" as const }));
  const found = {
    ...confidenceOf(points, new Objectives({ objectives: goals, constraints: [], referencePoint: null }, []), { draws: 100, seed: 1 }),
    ...UNBOUND,
  };
  const [left, right] = points.map(({ id, metrics }) => ({ id, values: {}, metrics }));
  const compared = {
    left,
    right,
    differ: [],
    inputsDiffer: [],
    otherUtterances: [],
    broken: [[], []],
    otherBuild: [],
    metrics: [],
    withoutPrice: [],
    unbuiltLanes: [],
    isOneRun: false,
    paired: null,
    causes: [],
  };
  const better = sharesBetter(...points, new Draws(100, 1));
  return [
    confidenceLines(look, found, { ...report, objectives: goals }, null).join("\n"),
    certaintyParagraphs(certaintyOf(found), 2, 2).join("\n"),
    pointComparisonLines(look, { ...compared, better } as unknown as Parameters<typeof pointComparisonLines>[1]).join("\n"),
  ];
}

test("texts about draws name prices only where a price was drawn, and laws of FPGA resources where these were", () => {
  const fpga = { fpga_luts: 1000, fpga_dsps: 4, latency_us: 2, accuracy_percent: 90 };
  for (const text of drawnTexts([drawnPoint(1, fpga, ["fpga_luts"]), drawnPoint(2, { ...fpga, latency_us: 3 }, ["fpga_luts"])])) {
    expect(text).toContain("laws of FPGA resources and accuracies");
    expect(text).not.toMatch(/[Pp]rices|macro|counts/);
  }
  const silicon = { energy_uj_per_inference: 1, latency_us: 2, accuracy_percent: 90, fpga_luts: null };
  for (const text of drawnTexts([drawnPoint(1, silicon, ["reads"]), drawnPoint(2, { ...silicon, latency_us: 3 }, ["reads"])])) {
    expect(text).toContain("prices and accuracies");
    expect(text).not.toContain("FPGA");
  }
});

test("a metric and its quantile are one column of shares and one best line, for draws are of the metric", () => {
  const points = [1, 2].map((id) => drawnPoint(id, { energy_uj_per_inference: id, latency_us: 3 - id, accuracy_percent: 90 }, ["reads"]));
  const goals = (["latency_us", "latency_us@95"] as const).map((metric) => ({ metric, direction: "min" as const }));
  const drawn = goals.map(({ direction }) => ({ metric: "latency_us" as const, direction }));
  const found = confidenceOf(points, new Objectives({ objectives: drawn, constraints: [], referencePoint: null }, []), {
    draws: 9,
    seed: 1,
  });
  const lines = confidenceLines(
    lookOf({ isTTY: false }, {}),
    { ...found, ...UNBOUND, front: [2], robust: [2] },
    { ...report, objectives: goals },
    null,
  );
  expect(lines.join("\n").match(/latency_us \[us\]/g)).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("best "))).toHaveLength(1);
  expect(lines.join("\n")).toMatch(/of the front's 1 point stays on it in the mean; 1 is on it in at least/);
});

test("the figure's legend names other points only if there are some", () => {
  const shown = (cloud: FrontReport["cloud"]): string =>
    frontLines(lookOf({ isTTY: false }, {}), { ...report, cloud, cloudIds: cloud.map((_, i) => i + 1) }, PLOT, "x.db", 100).join("\n");
  const named = (cloud: FrontReport["cloud"]): boolean =>
    frontPlot({ ...report, cloud, cloudIds: cloud.map((_, i) => i + 1) }, PLOT).panels[0].series.some(
      ({ name }) => name === "other feasible points",
    );
  const front = report.rows.map(({ metrics }) => report.objectives.map(({ metric }) => metrics[metric] as number));
  for (const [cloud, isTold] of [
    [front, false],
    [[...front, ...front], false],
    [[...front, front[0].map((value) => 2 * value)], true],
  ] as const) {
    expect(shown(cloud).includes("other feasible points")).toBe(isTold);
    expect(named(cloud)).toBe(isTold);
  }
});

test("the figure's legend names the knee only if it is shown", () => {
  const legend = (kneeId: number | null): string | undefined =>
    frontLines(
      lookOf({ isTTY: false }, {}),
      { ...report, kneeId, cloud: [...report.cloud, [50, 5]], cloudIds: [1, 2, 3, 4, 5] },
      PLOT,
      "x.db",
      100,
    ).find((text) => text.includes("other feasible points"));
  expect(legend(1)).toContain("knee");
  expect(legend(9)).not.toContain("knee");
});
