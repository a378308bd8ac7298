/**
 * Which points of a front are shown: epsilon against a plain second computation, order, columns, fixed parameters, in
 * every export.
 */
import { parquetMetadata, parquetReadObjects } from "hyparquet"; // the writer's own dependency
import { describe, expect, test } from "vitest";
import { nonDominated } from "../../../base/pareto.js";
import { createRng } from "../../../base/rng.js";
import { METRICS, type MetricName } from "../../../sim/index.js";
import { amountOf } from "../../../sweeps/export/epsilon.js";
import { frontPlot } from "../../../sweeps/export/figures.js";
import { bestIn, FORMATS, type FrontReport, type ReportRow, viewed } from "../../../sweeps/index.js";

const OBJECTIVES = [
  { metric: "accuracy_percent", direction: "max" },
  { metric: "energy_uj_per_inference", direction: "min" },
  { metric: "latency_us", direction: "min" },
] as const;
const NONE = Object.fromEntries(Object.keys(METRICS).map((name) => [name, null])) as ReportRow["metrics"];

/** The front of random points; parameter `fixed` is the same for all of them, only one point has parameter `seldom`. */
function reportOf(seed: number, points: number): FrontReport {
  const rng = createRng(seed, "front view");
  const all = Array.from({ length: points }, (_, i): ReportRow => {
    const [a, b] = [rng.float(), rng.float()];
    const metrics = {
      accuracy_percent: 90 + Math.round(100 * a) / 10,
      energy_uj_per_inference: 0.1 + a * (1 - b),
      latency_us: 10 + 100 * b * rng.float(),
    };
    const values = { lanes: 2 * rng.int(1, 4), fixed: 8, ...(i === 0 ? { seldom: true } : {}) };
    return { id: i + 1, key: `${i}`, values, metrics: { ...NONE, area_mm2: rng.float(), ...metrics }, intervals: {} };
  });
  const vectors = all.map(({ metrics }) => [
    -(metrics.accuracy_percent ?? 0),
    metrics.energy_uj_per_inference ?? 0,
    metrics.latency_us ?? 0,
  ]);
  const rows = nonDominated(vectors)
    .map((i) => all[i])
    .sort((x, y) => (y.metrics.accuracy_percent ?? 0) - (x.metrics.accuracy_percent ?? 0) || x.id - y.id);
  return {
    ...{ study: "study", sampler: "random", objectives: OBJECTIVES, constraints: [], parameters: ["lanes", "fixed", "seldom"], rows },
    ...{ limits: [], nearestTexts: [] },
    ...{
      kneeId: rows[0]?.id ?? null,
      hidden: [],
      cloud: vectors.map(([a, b, c]) => [-a, b, c]),
      cloudIds: all.map(({ id }) => id),
      reference: [90, 2, 200],
      fixedReference: true,
      beside: 0,
      hypervolume: 1,
    },
    ...{
      counts: { done: points, feasible: points, infeasible: 0, failed: 0 },
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
    view: {
      where: null,
      objectives: null,
      columns: null,
      fixed: [],
      epsilon: [],
      order: null,
      size: rows.length,
      different: rows.length,
      equal: 0,
    },
  };
}
const report = reportOf(1, 400);
const ids = ({ rows }: FrontReport): number[] => rows.map(({ id }) => id);
const at = (row: ReportRow, metric: MetricName): number => row.metrics[metric] as number;

describe("epsilon", () => {
  /** True if `a` is worse than `b` by at most the given amount in each objective. */
  const standsFor = (a: ReportRow, b: ReportRow): boolean =>
    at(a, "accuracy_percent") >= at(b, "accuracy_percent") - 0.5 &&
    at(a, "energy_uj_per_inference") <= at(b, "energy_uj_per_inference") * 1.05 + 1e-15 &&
    at(a, "latency_us") <= at(b, "latency_us") + 3;
  const options = { epsilon: ["accuracy=0.5pp", "energy=5%", "latency=3us"] };

  test.each(Array.from({ length: 30 }, (_, i) => i + 1))(
    "random front %i: each point left out is within epsilon of one that stays, and no point that stays is within epsilon of one before it",
    (seed) => {
      const whole = reportOf(seed, 200);
      const { rows, view } = viewed(whole, options);
      const left = whole.rows.filter((row) => !rows.includes(row));
      expect(left.length).toBeGreaterThan(0);
      expect(rows.length).toBeGreaterThan(1);
      for (const row of left)
        expect(rows.some((kept) => whole.rows.indexOf(kept) < whole.rows.indexOf(row) && standsFor(kept, row))).toBe(true);
      rows.forEach((row, i) => {
        expect(rows.slice(0, i).some((kept) => standsFor(kept, row))).toBe(false);
      });
      expect([view.size, view.equal]).toEqual([whole.rows.length, left.length]);
      expect(rows[0]).toBe(whole.rows[0]);
    },
  );

  test("an epsilon of 0 leaves out only equal points, of which the lower id stays", () => {
    const twin = { ...report.rows[0], id: 9000 };
    const whole = { ...report, rows: [report.rows[0], twin, ...report.rows.slice(1)] };
    expect(ids(viewed(whole, { epsilon: ["energy=0%"] }))).toEqual(ids(report));
  });

  test("knee and hypervolume: the knee is one of the points that stay, the hypervolume is that of the whole front", () => {
    const shown = viewed(report, options);
    expect(ids(shown)).toContain(shown.kneeId);
    expect(shown.hypervolume).toBe(report.hypervolume);
  });

  test("2% is a share of the value; an amount may have another prefix than the metric's unit", () => {
    expect(amountOf("2%", "uJ", "energy")).toMatchObject({ value: 0.02, isRelative: true });
    expect(amountOf("500nJ", "uJ", "energy")).toMatchObject({ value: 0.5, isRelative: false });
    expect(amountOf("0.01 ms", "us", "latency")).toMatchObject({ value: 10, isRelative: false });
    expect(amountOf("3µs", "us", "latency")).toMatchObject({ value: 3, isRelative: false });
    for (const text of ["0.5/s", "0.5 1/s", "0.5 Hz", "0.0005 kHz", "500mHz"])
      expect(amountOf(text, "1/s", "throughput").value, text).toBeCloseTo(0.5, 12);
    expect(amountOf("1pp", "%", "accuracy")).toMatchObject({ value: 1, isRelative: false });
    expect(amountOf("1%", "%", "accuracy")).toMatchObject({ value: 0.01, isRelative: true });
    expect(amountOf("7", "1", "events")).toMatchObject({ value: 7, isRelative: false });
  });

  test("a quantile is named in short, as everywhere", () => {
    const metric = "energy_uj_per_inference@90";
    const goals = report.objectives.map((one) =>
      one.metric === "energy_uj_per_inference" ? { ...one, metric } : one,
    ) as typeof report.objectives;
    const rows = report.rows.map((row) => ({ ...row, metrics: { ...row.metrics, [metric]: at(row, "energy_uj_per_inference") } }));
    const { view } = viewed({ ...report, rows, objectives: goals }, { epsilon: ["energy@90=5%"] });
    expect(view.epsilon.map((one) => one.metric)).toEqual([metric]);
    expect(() => viewed(report, { epsilon: ["energy@90=5%"] })).toThrow(/unknown objective 'energy_uj_per_inference@90'/);
  });

  test.each([
    ["enregy=2%", /unknown objective 'enregy'[\s\S]*did you mean energy\?/],
    ["area=2%", /unknown objective 'area'[\s\S]*known: accuracy_percent, energy_uj_per_inference, latency_us/],
    ["energy", /expected objective=amount, got 'energy'/],
    ["energy=2", /'2' has no unit[\s\S]*energy_uj_per_inference=0.5uJ/],
    ["energy=2us", /'us' is no unit of energy_uj_per_inference/],
    ["energy=-1%", /expected an amount, got '-1%'/],
    ["energy=1e999uJ", /expected an amount/],
    ["accuracy=1%,accuracy=2%", /has two amounts for accuracy_percent/],
  ])("a mistake is reported with what to type: %s", (text, message) => {
    expect(() => viewed(report, { epsilon: text.split(",") })).toThrow(message);
  });
});

test("top and by: the best of a metric, an unknown one last; ties as in the report", () => {
  const byLatency = viewed(report, { top: 5, by: "latency" });
  const sorted = [...report.rows].sort((a, b) => at(a, "latency_us") - at(b, "latency_us")).slice(0, 5);
  expect(ids(byLatency)).toEqual(sorted.map(({ id }) => id));
  const worst = viewed(report, { by: "latency_us:max" });
  expect(ids(worst)[0]).toBe([...report.rows].sort((a, b) => at(b, "latency_us") - at(a, "latency_us"))[0]?.id);
  expect(ids(viewed(report, { top: 3 }))).toEqual(ids(report).slice(0, 3));
  expect(ids(viewed(report, { by: "power_mw" }))).toEqual(ids(report));
  for (const by of ["latency", "latency_us:max", "area"])
    expect(bestIn(report, by, "point")?.id, by).toBe(viewed(report, { by, top: 1 }).rows[0].id);
  expect(bestIn(report, "power_mw", "point")).toBeUndefined();
  expect(() => viewed(report, { by: "lateny_us" })).toThrow(/unknown metric 'lateny_us'[\s\S]*did you mean latency_us/);
  expect(() => viewed(report, { by: "latency:up" })).toThrow(/unknown direction 'up'/);
  expect(() => viewed(report, { top: 0 })).toThrow(/at least 1/);
});

test("the beginning of several names is refused with all of them; an unknown parameter or metric is refused with the nearest name", () => {
  expect(() => viewed(report, { columns: ["events"] })).toThrow(/may be several names[\s\S]*events_processed, events_dropped/);
  expect(() => viewed(report, { columns: ["lane"] })).toThrow(/unknown column 'lane'[\s\S]*did you mean lanes/);
});

const OPTIONS = { x: null, y: null, column: "single", siunitx: false } as const;
const text = async (of: FrontReport, format: string): Promise<string> => String(await FORMATS.demand(format, "test").render(of, OPTIONS));

describe("in every export", () => {
  const shown = viewed(report, { columns: ["lanes", "latency", "area_mm2"], top: 4, by: "area_mm2" });

  test("csv: the columns asked for, in their order", async () => {
    const lines = (await text(shown, "csv")).trimEnd().split("\r\n");
    expect(lines[0]).toBe("id,lanes,latency_us,area_mm2,knee,key,engine_version");
    expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual(ids(shown));
  });

  test("json: values and metrics asked for, and what was left out", async () => {
    const read = JSON.parse(await text(shown, "json"));
    expect(read.front.map(({ id }: ReportRow) => id)).toEqual(ids(shown));
    expect(Object.keys(read.front[0].values)).toEqual(["lanes"]);
    expect(Object.keys(read.front[0].metrics).sort()).toEqual(["area_mm2", "latency_us"]);
    expect(read.view).toMatchObject({ size: report.rows.length, equal: 0, order: { metric: "area_mm2", direction: "min" } });
  });

  test("tex and md: titles of the columns asked for, a row per point", async () => {
    const tex = await text(shown, "tex");
    const titles = tex.split("\n").find((line) => line.includes("lanes &"));
    expect(titles).toContain("area");
    expect(titles).not.toContain("accuracy");
    expect(tex).toContain("front of max accuracy (\\%), min energy per inference ($\\mu$J), min latency ($\\mu$s);");
    expect(tex).toContain("in the order of area, least first");
    expect(tex.split("\n").filter((line) => line.endsWith("\\\\")).length).toBe(5);
    const md = (await text(shown, "md")).split("\n");
    expect(md[0]).toBe("| # | lanes | latency (µs) | area (mm²) |");
    expect(md.filter((line) => /^\| \**\d/.test(line)).length).toBe(4);
  });

  test("svg: a mark per point, with the columns in its title", async () => {
    const titles = [...(await text(shown, "svg")).matchAll(/<title>(#\d+[^<]*)</g)].map(([, title]) => title);
    expect(titles.length).toBe(4);
    for (const title of titles) expect(title).toMatch(/lanes \d, latency [\d.]+ µs, area [\d.]+ mm²/);
  });

  test("parquet: the columns asked for, whole parameters as integers", async () => {
    const bytes = (await FORMATS.demand("parquet", "test").render(shown, OPTIONS)) as Uint8Array;
    const rows = (await parquetReadObjects({ file: bytes.buffer as ArrayBuffer })) as { readonly [name: string]: unknown }[];
    expect(Object.keys(rows[0] ?? {})).toEqual(["id", "lanes", "latency_us", "area_mm2", "knee", "key", "engine_version"]);
    expect(rows.map(({ lanes }) => lanes)).toEqual(shown.rows.map(({ values }) => values.lanes));
  });

  test("parquet: parameters have the types that `export points` gives them: Booleans, integers of 32 and 64 bits, doubles, text", async () => {
    const values = [
      { lanes: 4, fast: true, seed: 2 ** 32 - 1, volts: 0.5, kind: "mesh", mixed: true, huge: 2 ** 60 },
      { lanes: 8, fast: false, seed: 7, volts: 1, kind: "ring", mixed: 1, huge: 1 },
    ];
    const named: FrontReport = {
      ...report,
      parameters: Object.keys(values[0]),
      rows: values.map((own, i) => ({ ...report.rows[i], values: own })),
    };
    const bytes = (await FORMATS.demand("parquet", "test").render(named, OPTIONS)) as Uint8Array;
    const file = bytes.buffer as ArrayBuffer;
    const types = Object.fromEntries(parquetMetadata(file).schema.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({ lanes: "INT32", fast: "BOOLEAN", seed: "INT64", volts: "DOUBLE", kind: "BYTE_ARRAY", huge: "DOUBLE" });
    const read = (await parquetReadObjects({ file })) as { readonly [name: string]: unknown }[];
    const exact = values.map((own) => ({ ...own, seed: BigInt(own.seed), mixed: String(own.mixed) }));
    for (const [i, row] of read.entries()) expect(row).toMatchObject(exact[i]);
  });

  test("csv, parquet: no two columns have one name, whatever parameters are called; each has its own values", async () => {
    const names = ["id", "ID", "parameter_id", "knee", "key", "engine_version", "latency_us", "latency_us_low", "lanes"];
    const rows = report.rows.map((row, i) => ({ ...row, values: Object.fromEntries(names.map((name, k) => [name, 100 * k + i])) }));
    const named: FrontReport = { ...report, parameters: names, rows };
    const bytes = (await FORMATS.demand("parquet", "test").render(named, OPTIONS)) as Uint8Array;
    const read = (await parquetReadObjects({ file: bytes.buffer as ArrayBuffer })) as { readonly [name: string]: unknown }[];
    const header = (await text(named, "csv")).split("\r\n")[0].split(",");
    expect(new Set(header.map((name) => name.toLowerCase())).size).toBe(header.length);
    for (const [k, name] of names.entries()) {
      const column = header[1 + k];
      expect(column).toMatch(new RegExp(`^(parameter_)*${name}$`));
      expect(read.map((row) => row[column])).toEqual(rows.map((_, i) => 100 * k + i));
    }
    expect(read.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(read.map(({ latency_us }) => latency_us)).toEqual(rows.map(({ metrics }) => metrics.latency_us));
  });

  test.each(FORMATS.all.map(([format]) => format).filter((format) => !["csv", "parquet", "png", "pdf"].includes(format)))(
    "%s: a front of the points that satisfy a condition says which condition",
    async (format) => {
      const condition = "lanes == 4 or fixed == 8";
      const said = (where: string | null) => text(viewed({ ...report, view: { ...report.view, where } }, { top: 3 }), format);
      expect(await said(condition)).toContain(condition);
      expect(await said(null)).not.toMatch(/only points with/);
    },
  );

  test.each(["md", "tex"])(
    "%s: of a front that is shown in part, its whole size is said, and the knee only if its row is shown",
    async (format) => {
      const size = report.rows.length;
      const others = report.rows.filter(({ id }) => id !== report.kneeId);
      const behind = { ...report, rows: [...others, ...report.rows.filter(({ id }) => id === report.kneeId)] };
      const [all, some] = [await text(viewed(behind, {}), format), await text(viewed(behind, { top: 3 }), format)];
      const bold = format === "md" ? /\*\*\d/ : /\\textbf/;
      expect(size).toBeGreaterThan(4);
      expect(all).toMatch(bold);
      expect(all).toContain("knee in bold");
      expect(all).toContain(format === "md" ? `\n${size} points on the front;` : `: ${size} of 400 points; knee`);
      expect(some).not.toMatch(bold);
      expect(some).not.toContain("bold");
      expect(some).toContain(
        format === "md" ? `\n${size} points on the front, 3 of them shown;` : `: ${size} of 400 points, 3 of them shown;`,
      );
    },
  );

  test("a column that is asked for twice is refused", () => {
    expect(() => viewed(report, { columns: ["energy", "lanes", "energy_uj_per_inference"] })).toThrow(
      /--columns: energy_uj_per_inference stands twice/,
    );
  });

  test.each(["md", "tex", "svg", "json", "csv"] as const)(
    "%s: a parameter that does not vary has no column, and is stated once",
    async (format) => {
      const dropped = viewed(report, { dropFixed: true, top: 20 });
      const [before, after] = [await text(report, format), await text(dropped, format)];
      if (format === "csv") {
        expect(before.split("\r\n")[0]).toContain(",fixed,");
        expect(after.split("\r\n")[0]).not.toContain("fixed");
      } else if (format === "json") {
        const read = JSON.parse(after);
        expect(read.view.fixed).toContainEqual({ name: "fixed", value: 8 });
        expect(read.front.every(({ values }: ReportRow) => !("fixed" in values) && "lanes" in values)).toBe(true);
      } else expect(after.match(/all with fixed 8/g)?.length).toBe(1);
    },
  );

  test("a parameter stays if one point has another value", () => {
    expect(viewed(report, { dropFixed: true }).parameters).toEqual(
      report.rows.some(({ values }) => "seldom" in values) ? ["lanes", "seldom"] : ["lanes"],
    );
    expect(viewed({ ...report, rows: report.rows.slice(0, 1) }, { dropFixed: true }).parameters).toEqual(report.parameters);
  });

  test.each([{ top: 3, by: "latency_us" }, { top: 1 }, { epsilon: ["energy=50%", "latency=100us"] }])(
    "a figure of a part, %j, has the staircase of the whole front and marks each of its points once, with labels for the part",
    (options) => {
      const series = (of: FrontReport) =>
        frontPlot(of, { x: "energy_uj_per_inference", y: "latency_us", column: "single", siunitx: false }).panels[0].series;
      const part = viewed(report, options);
      const [whole, drawn] = [series(report), series(part)];
      const stairsOf = (all: typeof whole) => all.find(({ kind }) => kind === "line");
      expect(stairsOf(drawn)).toEqual(stairsOf(whole));
      const marksOf = (all: typeof whole) => all.flatMap((one) => (one.kind === "marks" ? [one] : []));
      const places = (all: typeof whole): string[] =>
        marksOf(all)
          .flatMap(({ points }) => Array.from({ length: points.length }, (_, i) => `${points.x[i]} ${points.y[i]}`))
          .sort();
      expect(places(drawn)).toEqual(places(whole));
      expect(part.rows.length).toBeLessThan(report.rows.length);
      expect(marksOf(drawn).map(({ name, labels }) => [name, labels.length])).toEqual([
        ["rest of the front", 0],
        ["front", part.rows.length],
      ]);
      expect(marksOf(whole).map(({ name }) => name)).toEqual(["front"]);
    },
  );

  test("a number of points that is one has its own words", async () => {
    const left = async (count: number): Promise<string> => text(viewed(report, { top: report.rows.length - count }), "svg");
    expect(await left(1)).toContain("1 more point is not listed");
    expect(await left(2)).toContain("2 more points are not listed");
  });

  test("one objective stands over the numbers of the points, equal ones too, with its errors upright alone", () => {
    const metric = "energy_uj_per_inference";
    const objectives = report.objectives.filter((one) => one.metric === metric);
    const energies = report.cloud.map((vector) => [Math.ceil(5 * vector[1])]);
    const least = Math.min(...energies.flat());
    const front = energies.flatMap(([energy], i) => (energy === least ? [i + 1] : []));
    expect(front.length).toBeGreaterThan(2);
    const rows = front.map(
      (id): ReportRow => ({
        ...{ id, key: `${id}`, values: {}, metrics: { ...NONE, [metric]: least } },
        intervals: { [metric]: { low: least / 2, high: 2 * least } },
      }),
    );
    const one: FrontReport = { ...report, objectives, rows, cloud: energies, kneeId: front[0] };
    const OPTIONS = { x: null, y: null, column: "single", siunitx: false } as const;
    const numbersOf = (shown: FrontReport, name: string): readonly number[] =>
      frontPlot(shown, OPTIONS).panels[0].series.flatMap((series) =>
        series.kind !== "bars" && series.name === name ? Array.from(series.points.x).slice(0, series.points.length) : [],
      );
    const [panel] = frontPlot(one, OPTIONS).panels;
    expect([panel.x.label, panel.y.label, panel.colour]).toEqual(["number of the point", "energy per inference (µJ)", null]);
    expect(panel.x, "no tick between two points").toMatchObject({ isWhole: true });
    expect(numbersOf(one, "other feasible points")).toEqual(energies.map((_, i) => i + 1));
    expect(numbersOf(one, "front")).toEqual(front);
    expect(numbersOf(one, "90 % interval")).toEqual([front[0], front[0]]);
    const best = viewed(one, { top: 1 });
    expect([numbersOf(best, "front"), numbersOf(best, "rest of the front")]).toEqual([front.slice(0, 1), front.slice(1)]);
    expect(() => frontPlot(one, { ...OPTIONS, x: metric })).toThrow("names the front's one objective");
  });
});
