/** What an export says of its front is true of it: which objectives, what all points share, why there is no point. */
import { parquetMetadata } from "hyparquet"; // the writer's own dependency
import { expect, test } from "vitest";
import { pointsOf } from "../../../base/plot/spec.js";
import { frontPlot, scatterPanel } from "../../../sweeps/export/figures.js";
import { emptyReason, FORMATS, type FrontReport, frontReport, Store, studyRecord, viewed, viewLines } from "../../../sweeps/index.js";
import { compareFronts } from "../../../sweeps/operations/compare.js";
import { COUNTERS, resultOf, setupOf, specOf } from "../fake-study.js";

/** Points whose later halves have another clock; only points of 8 lanes have an area, only others a latency. */
function stored(): Store {
  const spec = specOf({
    objectives: [
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "accuracy_percent", direction: "max" },
    ],
    constraints: ["accuracy_percent > 10"],
  });
  const store = Store.inMemory();
  const setup = setupOf(spec);
  store.begin(studyRecord(setup), 1, setup.provenance);
  for (let id = 1; id <= 24; id++) {
    const lanes = id % 2 === 0 ? 8 : 4;
    const values = { lanes, word_bits: id <= 12 ? 64 : 32, bits: 4, kind: "mesh" };
    store.insert({ id, key: `key${id}`, values, fidelity: 1 }, values);
    const known = lanes === 8 ? { area_mm2: 100 / id } : { latency_us: 100 / id };
    store.finish({ id }, resultOf({ energy_uj_per_inference: id, accuracy_percent: 50 + id, ...known }), COUNTERS, 0, 1);
  }
  return store;
}
const store = stored();
const OPTIONS = { x: null, y: null, column: "single", siunitx: false } as const;
const reportOf = (objectives: readonly string[], where: string | null = null): FrontReport => frontReport(store, { objectives, where });

/** All text of a format; of Parquet its metadata. */
async function text(report: FrontReport, format: string): Promise<string> {
  const content = await FORMATS.demand(format, "test").render(report, OPTIONS);
  if (typeof content === "string") return content;
  const { key_value_metadata: pairs = [] } = parquetMetadata(content.buffer as ArrayBuffer);
  return pairs.map(({ key, value }) => `${key} ${value}`).join("\n");
}

const TEXTS = FORMATS.all.map(([format]) => format).filter((format) => !["csv", "png", "pdf"].includes(format));

test.each(TEXTS)(
  "%s: a front of objectives that were asked for says each with its direction; one of the study's does not",
  async (format) => {
    const asked = viewed(reportOf(["energy", "accuracy_percent:min"]), { columns: ["lanes", "bits"], top: 2 });
    const said = await text(asked, format);
    if (format === "json" || format === "parquet") {
      const [, listed] = /"?objectives"?:? (\[[\s\S]*?\])/.exec(said) ?? [];
      expect(JSON.parse(listed)).toMatchObject([
        { metric: "energy_uj_per_inference", direction: "min" },
        { metric: "accuracy_percent", direction: "min" },
      ]);
    } else
      expect(said.replaceAll("\\%", "%").replace(/\$\\mu\$|u(?=J)/g, "µ")).toContain(
        "front of min energy per inference (µJ), min accuracy (%)",
      );
    expect(await text(reportOf([]), format)).not.toContain("front of min");
  },
);

test("md and tex, with siunitx or without, give four digits, and whole numbers below a million with all of theirs", async () => {
  const report = reportOf([]);
  const values = [242611, 1234.4, 999999.4, 33.256, 1e6, 1234567, 0.000012345];
  const rows = report.rows.slice(0, values.length).map((row, i) => ({ ...row, metrics: { ...row.metrics, latency_cycles: values[i] } }));
  const shown = viewed({ ...report, rows }, { columns: ["latency_cycles"] });
  for (const [format, siunitx] of [
    ["md", false],
    ["tex", true],
  ] as const) {
    const said = String(await FORMATS.demand(format, "test").render(shown, { ...OPTIONS, siunitx }));
    for (const text of ["242611", "1234", "999999", "33.26", "1e+6", "1.235e+6", "1.234e-5"])
      expect(said).toMatch(new RegExp(` ${text.replace("+", "\\+")} `));
  }
});

test("sentences for tables without room for them name the objectives, too", () => {
  expect(viewLines(viewed(reportOf(["accuracy:min"], "lanes == 8"), {})).slice(0, 2)).toEqual([
    "front of min accuracy (%)",
    "only points with lanes == 8",
  ]);
});

test("a figure or table that does not show all objectives of its front names them all; one that does names none", async () => {
  const two = reportOf([]);
  const rows = two.rows.map((row, i) => ({ ...row, metrics: { ...row.metrics, latency_us: 5 + ((7 * i) % 11), area_mm2: 1 + i } }));
  const objectives = [...two.objectives, ...(["latency_us", "area_mm2"] as const).map((metric) => ({ metric, direction: "min" as const }))];
  const own: FrontReport = {
    ...two,
    rows,
    objectives,
    cloud: rows.map(({ metrics }) => objectives.map(({ metric }) => new Map(Object.entries(metrics)).get(metric) ?? 0)),
    reference: null,
    hypervolume: null,
  };
  const names = "front of min energy per inference (µJ), max accuracy (%), min latency (µs), min area (mm²)";
  const plot = (report: FrontReport, count: number): string =>
    frontPlot({ ...report, objectives: objectives.slice(0, count), cloud: report.cloud.map((point) => point.slice(0, count)) }, OPTIONS)
      .about;
  expect(plot(own, 4)).toContain(names);
  expect(plot(own, 3)).not.toContain("front of");
  expect(viewLines(viewed(own, {})).join()).not.toContain("front of");
  expect(viewLines(viewed(own, { columns: ["lanes", "energy", "latency", "area"] }))[0]).toBe(names);
  expect(viewLines(viewed(own, { columns: ["lanes", "area", "accuracy", "latency", "energy"] })).join()).not.toContain("front of");
  for (const format of ["md", "tex"])
    expect(await text(viewed(own, { columns: ["lanes", "energy"] }), format), format).toContain("front of min energy");
});

test("an axis is an objective, and not that of the other axis", () => {
  const report = reportOf([]);
  const [{ metric }] = report.objectives;
  expect(() => frontPlot(report, { ...OPTIONS, x: metric, y: metric })).toThrow(`--y: names ${metric}, which is on the x axis`);
  expect(() => frontPlot(report, { ...OPTIONS, x: "lanes" })).toThrow(
    /--x: unknown objective 'lanes'[\s\S]*the page of snn-dse report draws any column/,
  );
});

test("only points of the front are joined: one that is marked beside them bends no staircase", () => {
  const axis = { label: "a", direction: "min", log: false } as const;
  const plain = { x: axis, y: axis, limits: null, bars: [], labels: [], ringed: null, colour: null };
  const cloud = pointsOf([
    [1, 4],
    [2, 2],
    [4, 1],
    [1.5, 1.5],
    [5, 5],
  ]);
  const stairsOf = (marked: readonly (readonly [number, number])[]): unknown =>
    scatterPanel({ ...plain, cloud, front: pointsOf(marked), members: 3, rest: pointsOf([]) }).series.find(({ kind }) => kind === "line");
  const front = [
    [1, 4],
    [2, 2],
    [4, 1],
  ] as const;
  expect(stairsOf([...front, [1.5, 1.5]])).toEqual(stairsOf(front));
});

test.each(["md", "tex", "svg"])(
  "%s: what is said of all points holds for every point of the front, else of those shown",
  async (format) => {
    const whole = reportOf([]);
    expect(whole.rows).toHaveLength(24);
    const met = { all: 0, shown: 0 };
    for (const options of [
      {},
      { top: 3 },
      { dropFixed: true },
      { dropFixed: true, top: 5 },
      { dropFixed: true, epsilon: ["energy=12uJ"] },
    ]) {
      const shown = viewed(whole, options);
      const said = (await text(shown, format)).replaceAll("\n", " ");
      const [, part, settings] = /(those shown )?all with ([^.;<%]*)/.exec(said) ?? [];
      if (settings === undefined) continue;
      met[part === undefined ? "all" : "shown"]++;
      const has = ({ values }: FrontReport["rows"][number]): boolean => /word 64 bit/.test(settings) === false || values.word_bits === 64;
      expect((part === undefined ? whole : shown).rows.every(has), `${said}`).toBe(true);
      if (part !== undefined) expect(shown.rows.length).toBeLessThan(whole.rows.length);
    }
    expect(met.all).toBeGreaterThan(0);
    expect(met.shown).toBeGreaterThan(0);
  },
);

test.each([
  ["a condition that nothing meets", [], "area_mm2 < 0", "none of the 24 points within the limits satisfies area_mm2 < 0"],
  ["objectives that no point has together", ["latency_us", "area_mm2"], null, "no point has latency_us and area_mm2"],
  ["an objective that no point of the condition has", ["area_mm2"], "lanes == 4", "no point with lanes == 4 has area_mm2"],
] as const)(
  "without a point, %s is the reason that every text gives, and not that none is feasible",
  async (_, objectives, where, reason) => {
    if (objectives.length > 0) {
      expect(() => reportOf(objectives, where)).toThrow(`--objectives: ${reason}`);
      return;
    }
    const report = reportOf(objectives, where);
    expect(report.counts.feasible).toBe(24);
    expect(emptyReason(report)).toBe(reason);
    for (const format of ["md", "tex"]) expect(await text(report, format)).toMatch(/no hypervolume: none of the 24 points/);
    for (const sides of [
      [report, reportOf([])],
      [reportOf([]), report],
    ] as const)
      expect(() => compareFronts(...sides)).toThrow(`fake: has no front to compare: ${reason}`);
  },
);

test("a study of which every result breaks a limit says which, without the condition that was asked for", () => {
  const report = reportOf([], "lanes == 8");
  const counts = { ...report.counts, feasible: 0 };
  const nearestTexts = ["accuracy_percent > 10 (best 9 %)"];
  expect(emptyReason({ ...report, rows: [], counts, nearestTexts })).toBe("every result breaks accuracy_percent > 10 (best 9 %)");
  expect(emptyReason({ ...report, rows: [], counts: { ...counts, done: 0 } })).toBe("no point has a result");
});
