/** Text of compared points. */
import { expect, test } from "vitest";
import type { PointComparison, StudyComparison } from "../../../app/compare.js";
import { parseArch } from "../../../arch/index.js";
import { pointComparisonLines, studyComparisonLines } from "../../../cli/format/comparison.js";
import { changedError } from "../../../sweeps/input-guard.js";
import { changedEdition } from "../../../sweeps/inputs.js";
import { SIDE } from "./study-side.js";

test("percentages differ by points, other metrics by percent, with the intervals of just these", () => {
  const point = (id: number): PointComparison["left"] => ({ id, values: { lanes: id }, metrics: {} }) as unknown as PointComparison["left"];
  const compared: PointComparison = {
    left: point(1),
    right: point(2),
    differ: ["lanes"],
    inputsDiffer: [],
    otherUtterances: [],
    ...{ withoutPrice: [], otherBuild: [], broken: [[], []] },
    metrics: [
      { metric: "accuracy_percent", left: 50, right: 60, ratio: 1.2 },
      { metric: "core_utilisation_percent", left: 40, right: 40, ratio: 1 },
      { metric: "area_mm2", left: 1, right: 1.5, ratio: 1.5 },
    ],
    better: [
      { metric: "accuracy_percent", share: 0.97, equal: 0, ratio: { low: 0.99, high: 1.4 }, difference: { low: -0.5, high: 20.25 } },
      { metric: "area_mm2", share: 0.001, equal: 0.25, ratio: { low: 1.25, high: 1.75 }, difference: { low: 0.2, high: 0.8 } },
    ],
    isOneRun: false,
    paired: { utterances: 1000, worseInFirst: 12, worseInSecond: 1, correlation: 0.8712 },
    ...{ causes: [], objectives: [], timedUtterances: 1 },
  };
  const lines = pointComparisonLines({ colour: false, unicode: false }, compared);
  const of = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(name))
      ?.replace(/ +/g, " ")
      .trim();
  expect(of("accuracy_percent")).toBe("accuracy_percent % 50.000 60.000 +10.00 points -0.50 points .. +20.25 points");
  expect(of("core_utilisation_percent")).toBe("core_utilisation_percent % 40.000 40.000 0.00 points");
  expect(of("accuracies are")).toBe(
    "accuracies are drawn together: of the same 1,000 utterances #1 is worse in 12, #2 in 1; their errors correlate by 0.87",
  );
  expect(pointComparisonLines({ colour: false, unicode: false }, { ...compared, paired: null }).join()).toMatch(
    /accuracies are drawn apart/,
  );
  const paired = { utterances: 1000, worseInFirst: 0, worseInSecond: 0, correlation: 0.96 };
  expect(pointComparisonLines({ colour: false, unicode: false }, { ...compared, paired }).join()).toContain(
    "on the same 1,000 utterances both are right and wrong alike; their errors correlate by 0.96",
  );
  const shared = pointComparisonLines({ colour: false, unicode: false }, { ...compared, isOneRun: true, paired: null }).join();
  expect(shared).toContain("both points compute the same: they have one accuracy");
  expect(shared).not.toContain("drawn apart");
  expect(of("share of")).toMatch(/accuracy_percent 97 %, area_mm2 <1 % \(equal in 25 %\)$/);
  const same = compared.better.map((one) => ({ ...one, share: 0, equal: 1 }));
  expect(pointComparisonLines({ colour: false, unicode: false }, { ...compared, better: same }).join()).toContain(
    "accuracy_percent equal, area_mm2 equal",
  );
  expect(of("area_mm2")).toBe("area_mm2 mm2 1.0000 1.5000 +50.0 % +25.0 % .. +75.0 %");
});

test("timed utterances are named where more than one was timed, and so is each drawn metric that the study optimises", () => {
  const point = (id: number): PointComparison["left"] => ({ id, values: {}, metrics: {} }) as unknown as PointComparison["left"];
  const one = { share: 0.84, equal: 0, ratio: { low: 0.99, high: 1.01 }, difference: { low: -1, high: 1, exactShare: 1 } };
  const textOf = (objectives: PointComparison["objectives"], timedUtterances: number): string => {
    const better = (["energy_uj_per_inference", "power_mw"] as const).map((metric) => ({ metric, ...one }));
    const causes = better.map(({ metric }) => ({ metric, causes: [{ cause: "timed utterances", first: 1, total: 1 }] }));
    const compared = {
      left: point(1),
      right: point(2),
      differ: [],
      inputsDiffer: [],
      otherUtterances: [],
      otherBuild: [],
      withoutPrice: [],
      metrics: [],
      broken: [[], []] as const,
    };
    const lines = pointComparisonLines(
      { colour: false, unicode: false },
      { ...compared, better, causes, isOneRun: false, paired: null, objectives, timedUtterances },
    );
    return lines.filter((line) => line.includes("share of") || line.includes("margin")).join("\n");
  };
  const causes = (metric: string): string =>
    `${metric}: causes of the margin's variance, each with its interactions: timed utterances 100 %`;
  expect(textOf(["accuracy_percent"], 8)).toBe(
    `share of 1,000 draws, within the errors of timed utterances, in which #2 beats #1: energy_uj_per_inference 84 %\n${causes("energy_uj_per_inference")}`,
  );
  expect(textOf(["power_mw"], 1)).toBe(
    `share of 1,000 draws, within the errors of nothing, in which #2 beats #1: energy_uj_per_inference 84 %, power_mw 84 %\n${["energy_uj_per_inference", "power_mw"].map(causes).join("\n")}`,
  );
});

test("a point without results says why; metrics that neither point has are left out", () => {
  const done = { id: 1, values: {}, metrics: {} } as unknown as PointComparison["left"];
  const refused = {
    id: 2,
    values: {},
    metrics: null,
    state: "infeasible",
    reason: "CLOCK_TOO_FAST: 1 ns",
  } as unknown as PointComparison["left"];
  const compared: PointComparison = {
    ...{
      left: done,
      right: refused,
      differ: [],
      inputsDiffer: [],
      otherUtterances: [],
      otherBuild: [],
      better: [],
      withoutPrice: [],
      broken: [[], []],
      isOneRun: false,
      paired: null,
      causes: [],
      objectives: [],
      timedUtterances: 0,
    },
    metrics: [
      { metric: "area_mm2", left: 1, right: null, ratio: null },
      { metric: "fpga_luts", left: null, right: null, ratio: null },
    ],
  };
  const text = pointComparisonLines({ colour: false, unicode: false }, compared).join("\n");
  expect(text).toContain("#2 is infeasible: CLOCK_TOO_FAST: 1 ns");
  expect(text).toContain("area_mm2");
  expect(text).not.toContain("fpga_luts");
  const neither = pointComparisonLines({ colour: false, unicode: false }, { ...compared, left: refused, metrics: [] });
  expect(neither.join()).not.toContain("metric");
});

test("two studies that are compared over part of their points say which part", () => {
  const lines = (where: string | null): readonly string[] => {
    const compared: StudyComparison = {
      ...{ left: SIDE, right: SIDE, objectives: [], where, reference: [], unionHypervolume: 1, withoutPrice: [] },
      ...{ inputsDiffer: [], searchesDiffer: [{ part: "constraints", left: "none", right: "area_mm2 <= 1" }] },
    };
    return studyComparisonLines({ colour: false, unicode: false }, compared, ["a.db", "b.db"]);
  };
  expect(lines("lanes == 4")).toContain("only points with lanes == 4");
  expect(lines(null)).toContain("other constraints: a.db none; b.db area_mm2 <= 1");
  expect(lines(null).join()).not.toContain("only points");
});

test("every key in which two descriptions differ is known, its name last; the text has the first 8 and a warning of other utterances", () => {
  const described = (workload: object, chip: object, core: object = {}) => ({
    inputs: [],
    document: parseArch(JSON.stringify({ version: 1, extends: "mesh-2x2", chip, workload, tile: { core } }), "x.yaml").document,
  });
  const edition = described({ samples: 1000, split: "test" }, { name: "a", technology_nm: 22 });
  const lines = (now: typeof edition): readonly string[] => {
    const inputsDiffer = changedEdition(edition, now, "b");
    const compared: StudyComparison = {
      ...{ left: SIDE, right: SIDE, objectives: [], where: null, reference: [], unionHypervolume: 1, withoutPrice: [] },
      ...{ inputsDiffer, searchesDiffer: [] },
    };
    const text = studyComparisonLines({ colour: false, unicode: false }, compared, ["a.db", "b.db"]);
    return text.filter((line) => /^(other|warning)/.test(line));
  };
  const named = (path: string, left: string, right: string): string => `other description b: a.db ${path} ${left}, b.db ${path} ${right}`;
  const warning = (paths: string): string =>
    `warning: scored on other utterances (${paths}): accuracies differ by that too, not by the chips alone`;
  const renamed = named("chip.name", '"a"', '"b"');
  expect(lines(described({ samples: 1000, split: "test" }, { name: "b", technology_nm: 22 }))).toEqual([renamed]);
  expect(lines(described({ samples: 200, split: "train" }, { name: "b", technology_nm: 45 }))).toEqual([
    named("chip.technology_nm", "22", "45"),
    named("workload.split", '"test"', '"train"'),
    named("workload.samples", "1000", "200"),
    renamed,
    warning("workload.split, workload.samples"),
  ]);
  const many = described(
    { samples: 200, timing_samples: 3, seed: 9, split: "train" },
    { name: "b", technology_nm: 45, clock_mhz: 77, voltage_v: 0.7 },
    { lanes: 2, neuron_update: { units: 2, cycles_per_neuron: 3 } },
  );
  const all = changedEdition(edition, many, "b");
  expect(all.length).toBeGreaterThan(9);
  const text = lines(many);
  expect(text).toHaveLength(9);
  expect(text[7]).toMatch(new RegExp(` and ${all.length - 8} more keys$`));
  expect(text[8]).toMatch(/workload\.samples/);
  expect(changedError(all, "a.db").problems).toHaveLength(8);
});
