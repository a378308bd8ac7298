/** Intervals of a front's metrics where a reader meets them: columns, cells, error bars. */
import { parquetReadObjects } from "hyparquet"; // the writer's own dependency
import { describe, expect, test } from "vitest";
import { frontPlot } from "../../../sweeps/export/figures.js";
import { FORMATS } from "../../../sweeps/export/formats.js";
import type { FrontReport, ReportRow } from "../../../sweeps/export/report.js";
import { METRIC_NAMES } from "../../../sweeps/store/rows.js";

const NONE = Object.fromEntries(METRIC_NAMES.map((name) => [name, null])) as unknown as ReportRow["metrics"];
const row = (id: number, energy: number, latency: number, intervals: ReportRow["intervals"]): ReportRow => ({
  ...{ id, key: `${id}`, values: { lanes: 2 * id }, intervals },
  metrics: { ...NONE, energy_uj_per_inference: energy, latency_us: latency },
});
const rows = [
  row(1, 1, 30, { energy_uj_per_inference: { low: 0.5, high: 2.25 } }),
  row(2, 2, 20, { energy_uj_per_inference: { low: 1.5, high: 9 }, latency_us: { low: 19, high: 21 } }),
];
const reportOf = (shown: readonly ReportRow[], draws: number | null): FrontReport => ({
  ...{ study: "study", sampler: "random", constraints: [], parameters: ["lanes"], rows: shown, kneeId: 1, reference: [3, 40] },
  ...{ limits: [], nearestTexts: [] },
  ...{
    objectives: [
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "latency_us", direction: "min" },
    ],
  },
  ...{
    hidden: [],
    cloud: [
      [1, 30],
      [2, 20],
      [2.5, 35],
    ],
    cloudIds: [1, 2, 3],
    fixedReference: true,
    beside: 0,
    hypervolume: 1,
    engineVersion: "1",
    inputs: [],
    otherBuild: [],
    apart: 0,
  },
  ...{
    counts: { done: 3, feasible: 3, infeasible: 0, failed: 0 },
    provenance: null,
    unknown: [],
    nearestId: null,
    withoutPrice: [],
    unbuiltLanes: [],
    draws,
    timedUtterances: draws === null ? 0 : 8,
  },
  view: { where: null, objectives: null, columns: null, fixed: [], epsilon: [], order: null, size: 2, different: 2, equal: 0 },
});
const plain = reportOf(
  rows.map((one) => ({ ...one, intervals: {} })),
  null,
);
const drawn = reportOf(rows, 500);
const AXES = { x: null, y: null, column: "single", siunitx: false } as const;
const rendered = async (report: FrontReport, format: string) => String(await FORMATS.demand(format, "format").render(report, AXES));

describe("a front with intervals", () => {
  test("has their ends as columns after all values in CSV, empty if a point has none; without draws nothing is added", async () => {
    const [header, first, second] = (await rendered(drawn, "csv")).split("\r\n").map((line) => line.split(","));
    const at = (name: string, line: readonly string[] | undefined) => line?.[header?.indexOf(name) ?? -1];
    expect([at("energy_uj_per_inference_low", first), at("energy_uj_per_inference_high", second)]).toEqual(["0.5", "9"]);
    expect([at("latency_us_low", first), at("latency_us_low", second)]).toEqual(["", "19"]);
    expect(await rendered(plain, "csv")).not.toContain("_low");
  });

  test("has the same columns in Parquet, as numbers, null if a point has none", async () => {
    const read = async (report: FrontReport) => {
      const bytes = Uint8Array.from((await FORMATS.demand("parquet", "format").render(report, AXES)) as Uint8Array);
      return (await parquetReadObjects({ file: bytes.buffer })) as { readonly [name: string]: unknown }[];
    };
    const [header] = (await rendered(drawn, "csv")).split("\r\n");
    const found = await read(drawn);
    expect(Object.keys(found[0])).toEqual(header.split(","));
    expect(found.map((one) => [one.energy_uj_per_inference_low, one.energy_uj_per_inference_high])).toEqual([
      [0.5, 2.25],
      [1.5, 9],
    ]);
    expect(found.map((one) => [one.latency_us_low, one.latency_us_high, one.knee])).toEqual([
      [null, null, true],
      [19, 21, false],
    ]);
    expect(Object.keys((await read(plain))[0]).filter((name) => /_(low|high)$/.test(name))).toEqual([]);
  });

  test("shows them in cells of Markdown and LaTeX, and states what they hold", async () => {
    for (const format of ["md", "tex"]) {
      const text = await rendered(drawn, format);
      expect(text).toMatch(/1\.000 \(0\.500(–|--)2\.25\)/);
      expect(text).toMatch(/90 \\?% intervals over prices and timed utterances: by closed forms, or from 500 draws/);
      expect(await rendered(plain, format)).not.toMatch(/\(0\.5/);
    }
  });

  test("names, in every caption, just the errors that its points have", async () => {
    const captions = async (intervals: ReportRow["intervals"], timedUtterances: number): Promise<string> => {
      const report = { ...reportOf([row(1, 1, 30, intervals)], 500), timedUtterances };
      return (await Promise.all(["md", "tex", "svg", "pgfplots"].map((format) => rendered(report, format)))).join("\n");
    };
    const fpga = await captions({ fpga_luts: { low: 1, high: 2 }, accuracy_percent: { low: 97, high: 99 } }, 8);
    expect(fpga.match(/over laws of FPGA resources, accuracies and timed utterances: by/g)).toHaveLength(4);
    const one = await captions({ energy_uj_per_inference: { low: 1, high: 2 } }, 1);
    expect(one.match(/over prices: by closed .* 500 draws, and how much utterances differ is not known, for one was timed/g)).toHaveLength(
      4,
    );
    expect((await captions({}, 1)).match(/no error is known, so there are no intervals/g)).toHaveLength(4);
  });

  test.each(["md", "tex"])("has, in cells of %s, the digits that a narrow interval has", async (format) => {
    const narrow = { latency_us: { low: 1773.5492, high: 1773.8111 }, energy_uj_per_inference: { low: 3, high: 3 } };
    const text = await rendered(reportOf([row(1, 3, 1773.6801, narrow)], 500), format);
    expect(text).toMatch(/\b1773\.68 \(1773\.54(–|--)1773\.82\)/);
    expect(text).toMatch(/\b3 \(no known error\)/);
  });

  test("is drawn with one bar per interval from end to end through its point, inside the axes", () => {
    const [panel] = frontPlot(drawn, AXES).panels;
    const bars = panel?.series.flatMap((series) =>
      series.kind === "line" && series.points.length === 2 && series.width === 0.5 ? [series] : [],
    );
    const ends = bars?.map(({ points }) => [points.x[0], points.y[0], points.x[1], points.y[1]].map(Number).sort((a, b) => a - b));
    expect(ends).toHaveLength(3);
    expect(ends).toContainEqual([0.5, 2.25, 30, 30]);
    expect(ends).toContainEqual([1.5, 9, 20, 20]);
    expect(ends).toContainEqual([2, 2, 19, 21]);
    const limits = [panel?.x, panel?.y].flatMap((axis) => (axis !== undefined && "low" in axis ? [axis] : []));
    expect(limits.some(({ low, high }) => low <= 0.5 && high >= 9)).toBe(true);
    expect(bars?.filter(({ name }) => name !== "")).toHaveLength(1);
  });

  test.each(["svg", "pgfplots"])("has more lines than the same front without them as %s", async (format) => {
    const lines = (text: string) => text.match(/<(path|polyline|line)\b|\\addplot/g)?.length ?? 0;
    expect(lines(await rendered(drawn, format)) - lines(await rendered(plain, format))).toBeGreaterThanOrEqual(3);
  });
});

test("a limit's quantile is a value in CSV and Parquet as it is in JSON", async () => {
  const limited: FrontReport = {
    ...drawn,
    limits: ["area_mm2@90", "power_mw"],
    rows: rows.map((one) => ({ ...one, metrics: { ...one.metrics, power_mw: 7, "area_mm2@90": 0.5 + one.id } })),
  };
  const { front } = JSON.parse(await rendered(limited, "json")) as { front: { metrics: { [name: string]: number | null } }[] };
  const [names, ...lines] = (await rendered(limited, "csv")).split("\r\n").map((line) => line.split(","));
  const bytes = Uint8Array.from((await FORMATS.demand("parquet", "format").render(limited, AXES)) as Uint8Array);
  const stored = (await parquetReadObjects({ file: bytes.buffer })) as { readonly [name: string]: unknown }[];
  for (const [i, { metrics }] of front.entries())
    for (const [name, value] of Object.entries(metrics).filter((entry) => entry[1] !== null)) {
      expect([names.filter((other) => other === name), Number(lines[i][names.indexOf(name)])]).toEqual([[name], value]);
      expect(stored[i][name]).toBe(value);
    }
  expect(front.map(({ metrics }) => metrics["area_mm2@90"])).toEqual([1.5, 2.5]);
});
