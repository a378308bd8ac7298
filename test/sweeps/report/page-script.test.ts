/**
 * The report page's script, run over a page's own data without a browser: the downloaded table, parameters with the
 * names of a row's fields, the front of a running search.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { csvCell } from "../../../base/escape/csv.js";
import { METRICS } from "../../../sim/index.js";
import { pageColumns, type ReportData, reportData, reportPage, Store, studyRecord } from "../../../sweeps/index.js";
import { CHARTS } from "../../../sweeps/report/client/charts.js";
import { LIVE } from "../../../sweeps/report/client/live.js";
import { PARALLEL } from "../../../sweeps/report/client/parallel.js";
import { POINT } from "../../../sweeps/report/client/point-view.js";
import { STATE } from "../../../sweeps/report/client/state.js";
import { TABLE } from "../../../sweeps/report/client/table.js";
import { UNPACK } from "../../../sweeps/report/pack.js";
import { studyOf } from "../../fuzz/hostile-study.js";
import { COUNTERS, resultOf, setupOf, specOf } from "../fake-study.js";

const INTERPRETER = 'import { a } from "vega-util";\nconst e = a;\nexport { e as expressionInterpreter };\n';
const HOSTILE = [
  ...["=1+1", "+1", "-1", "@x", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"],
  ...[
    "a,b",
    "a;=1",
    'a"b',
    "a\tb",
    "a\r\nb",
    "a\u2028b",
    "a\u2029b",
    "a\u202eb",
    "a\ud800b",
    "a\ufffeb",
    "\u0000=1",
    "\\p{Cc}",
    "snake Cfs",
  ],
];

interface Row {
  readonly [name: string]: unknown;
  readonly id: number;
  readonly front: boolean;
  readonly knee: boolean;
}
interface Script {
  readonly rows: Row[];
  readonly rowOf: ReadonlyMap<number, Row>;
  readonly D: { readonly kneeId: number | null };
  readonly download: () => void;
  readonly nameFocus: () => void;
  readonly S: { focus: number; only: string; x: string; y: string; readonly ranges: Map<string, unknown> };
  readonly tester: (search: string) => (row: Row) => boolean;
  readonly brushed: (inside: readonly (readonly [axis: "x" | "y", values: readonly unknown[]])[]) => (point: object) => boolean;
  readonly limits: (name: string) => { readonly low: number; readonly high: number };
  /** Makes the axes of the points shown. */
  readonly scale: () => ReadonlyMap<string, { readonly share: (value: unknown) => number }>;
  readonly rangeOf: (name: string, from: number, to: number) => unknown;
  readonly rangeRows: () => readonly { readonly axis: string; readonly from: number; readonly to: number }[];
  readonly inRanges: (row: Row) => boolean;
  readonly written: (name: string, value: unknown) => string;
  readonly intervals: Map<number, { readonly [metric: string]: readonly [number, number] }>;
  readonly strangers: (search: string) => readonly string[];
  readonly besideInterval: (row: { readonly [name: string]: unknown }, name: string) => string;
}

/** Runs the page's script in a page without pictures. */
function runPage(data: ReportData) {
  const page = String(reportPage(data, { vega: "", vegaLite: "", interpreter: INTERPRETER }, "test"));
  const element = (id: string) => ({
    textContent: new RegExp(`<script id="${id}" type="application/json">([\\s\\S]*?)</script>`).exec(page)?.[1] ?? "",
    dataset: {},
    append: () => undefined,
    click: () => undefined,
  });
  const elements = new Map<string, ReturnType<typeof element>>();
  const getElementById = (id: string) => {
    const known = elements.get(id) ?? element(id);
    elements.set(id, known);
    return known;
  };
  const numbers = new Map<string, string>();
  const numberAt = (query: string) => {
    const [, name] = /^\[data-number="(.*)"\]$/.exec(query) ?? [];
    return name === undefined
      ? null
      : {
          set textContent(value: string) {
            numbers.set(name, value);
          },
        };
  };
  const listeners = new Map<string, (event: { data: string }) => void>();
  const files: string[] = [];
  const globals = {
    document: { getElementById, createElement: element, body: element("body"), querySelector: numberAt },
    matchMedia: () => ({ matches: false }),
    addEventListener: () => undefined,
    setTimeout: () => 1,
    Blob: class {
      constructor([text]: readonly [string]) {
        files.push(text);
      }
    },
    URL: { createObjectURL: () => "", revokeObjectURL: () => undefined },
    EventSource: class {
      addEventListener(name: string, listener: (event: { data: string }) => void): void {
        listeners.set(name, listener);
      }
    },
    LIVE_FROM: 0,
  };
  const code = `"use strict";${UNPACK}${STATE}${CHARTS}${PARALLEL}${POINT}${TABLE}${LIVE}; const scale = () => { const all = shown(); scales = new Map([...parameters, ...objectives].map((name) => [name, scaleOf(name, all)])); return scales; }; return { rows, rowOf, D, S, download, nameFocus, written, intervals, besideInterval, strangers, tester, brushed, scale, limits, rangeOf, rangeRows, inRanges };`;
  const script = new Function(...Object.keys(globals), code)(...Object.values(globals)) as Script;
  const tell = (name: string, message: object): void => listeners.get(name)?.({ data: JSON.stringify(message) });
  return {
    ...script,
    files,
    tell,
    numbers,
    title: () => getElementById("point-title").textContent,
    command: () => getElementById("point-command").textContent,
    live: () => getElementById("live").textContent,
  };
}

/** A report with these parameters, which all have these values; every metric has a column. */
function reportOf(names: readonly string[], values: readonly (string | number | null)[]): ReportData {
  const { data } = studyOf(() => "harmless");
  const metrics = Object.entries(METRICS).map(([name, metric]) => ({ name, ...metric }));
  const columns = Object.fromEntries([
    ...pageColumns(names).map((column) => [column, values] as const),
    ...metrics.map(({ name }, k) => [name, values.map((_, i) => 10 * k + i)] as const),
  ]);
  const ids = values.map((_, i) => i + 1);
  return {
    ...data,
    metrics,
    parameters: names.map((name, i) => ({ name, column: pageColumns(names)[i], path: `tile.${name}`, values: "1, 2" })),
    points: { id: ids, front: ids.map((id) => (id <= 2 ? 1 : 0)), beyond: ids.map(() => 0), columns },
    kneeId: 2,
    certainty: null,
  };
}

describe("the page's script", () => {
  test("each cell of the downloaded table is that of the program's own CSV: all names of metrics, and hostile texts", () => {
    const names = HOSTILE.map((text, i) => `p${i}${text}`);
    const { rows, download, files } = runPage(reportOf(names, HOSTILE));
    download();
    const [file] = files;
    const columns = ["id", "front", "beyond", ...names, ...Object.keys(METRICS)];
    const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] as string | number | boolean))];
    expect(rows.length).toBe(HOSTILE.length);
    // quoted in full: where cells are parted by semicolons, the rest would be a formula of its own
    expect(file).toContain('"a;=1"');
    expect(file).toBe(`${lines.map((line) => line.map(csvCell).join(",")).join("\n")}\n`);
  });

  test("values of a parameter are written in full, as the search and the downloaded table have them; metrics have five digits", () => {
    const { written } = runPage(reportOf(["seed"], ["1", "2"]));
    for (const value of [1234561, 1234562, 20240101, 109.117, 1e-7]) expect(written("seed", value)).toBe(String(value));
    expect([written("seed", null), written("seed", "text"), written("latency_us", 109.1171)]).toEqual(["–", "text", "109.12"]);
    const percentages = [100, 99.99, 99.9999999, 100 - 1e-13].map((value) => written("test_accuracy_percent", value));
    expect(percentages).toEqual(["100", "99.99", "99.9999999", "100"]);
  });

  test("an axis is logarithmic by the points shown, whatever is 0 beyond the limits", () => {
    const base = reportOf(["lanes"], [1, 2, 3]);
    const [metric] = base.objectives.map((one) => one.metric);
    const wide = (least: number): ReportData["points"] => ({
      ...base.points,
      beyond: [0, 0, 1],
      columns: { ...base.points.columns, [metric]: [least, 100, 0] },
    });
    const { scale, S } = runPage({ ...base, points: wide(1) });
    expect(scale().get(metric)?.share(10)).toBeCloseTo(0.5, 9);
    S.only = "all";
    expect(scale().get(metric)?.share(10)).toBeCloseTo(0.1, 9);
    expect(
      runPage({ ...base, points: wide(4) })
        .scale()
        .get(metric)
        ?.share(52),
    ).toBeCloseTo(0.5, 9);
  });

  test("a value beside its interval has the fewest digits, five at least, with which it lies in it", () => {
    const { besideInterval, intervals } = runPage(reportOf(["lanes"], [1, 2]));
    const beside = (value: number, low: number, high: number): string => {
      intervals.set(1, { latency_us: [low, high] });
      return besideInterval({ id: 1, latency_us: value }, "latency_us");
    };
    expect(beside(12.3456789012345, 12, 13)).toBe("12.346 (12 – 13)");
    expect(beside(12.3456789012345, 12.3456, 12.3458)).toBe("12.3457 (12.3456 – 12.3458)");
    expect(beside(12.34996789012345, 12.3499, 12.34998)).toBe("12.34997 (12.3499 – 12.34998)");
    expect(beside(5, 5, 5)).toBe("5 (no known error)");
  });

  test("the search compares every metric and parameter by its name, quantiles of metrics too", () => {
    const base = reportOf(["lanes", "odd.name-1"], [1, 2, 3, 4]);
    const name = "energy_uj_per_inference@90";
    const data = {
      ...base,
      objectives: [{ metric: name, direction: "min" as const }],
      ...{ reference: null, hypervolume: null },
      metrics: [...base.metrics, { name, unit: "uJ", about: "", direction: "min" }],
      points: { ...base.points, columns: { ...base.points.columns, [name]: [50, 90, 100, 150] } },
    };
    const { rows, tester, strangers } = runPage(data);
    const found = (search: string): readonly number[] => rows.filter(tester(search)).map(({ id }) => id);
    expect(found(`${name}<100`)).toEqual([1, 2]);
    expect(found(`${name} >= 100 lanes != 4`)).toEqual([3]);
    expect(found("odd.name-1=2")).toEqual([2]);
    expect([found("latency<100"), strangers("latency<100 lanes = 2 nosuch>=1 id<9 #4")]).toEqual([[], ["latency", "nosuch"]]);
    for (const column of Object.keys(data.points.columns)) {
      const values = rows.map((row) => row[column] as number);
      expect(found(`${column}>${Math.min(...values)}`), column).toEqual(
        rows.filter((row) => (row[column] as number) > Math.min(...values)).map(({ id }) => id),
      );
    }
  });

  test("a brush over all of an axis selects every point: of numbers, of names, and of numbers among names", () => {
    for (const values of [
      [0.9, 0.8, 1],
      ["a", "b", "c"],
      [0.9, "nominal", 0.8],
    ]) {
      const { rows, S, brushed } = runPage(reportOf(["v"], values));
      S.x = "v";
      const points = rows.map((row) => ({ x: row.v }));
      expect(points.filter(brushed([["x", values]])).length).toBe(3);
      const some = values.slice(0, 2);
      expect(points.filter(brushed([["x", some]])).map(({ x }) => x)).toEqual(some);
    }
  });

  test("axes of 300,000 points reach from the least value to the largest", () => {
    const page = runPage(reportOf(["banks"], [2, 4, 8]));
    page.S.only = "all";
    const [row] = page.rows;
    for (let banks = 1; banks <= 300_000; banks++) page.rows.push({ ...row, banks });
    const share = page.scale().get("banks")?.share;
    expect([1, 300_000].map((value) => share?.(value))).toEqual([0, 1]);
    expect(page.limits("banks").low).toBeLessThanOrEqual(1);
    expect(page.limits("banks").high).toBeGreaterThanOrEqual(300_000);
  });

  test("an axis of one value has a place for it, and a range over the whole axis holds its points", () => {
    const page = runPage(reportOf(["banks"], [2, null, 2, null]));
    expect(page.scale().get("banks")?.share(2)).toBe(0.5);
    page.S.ranges.set("banks", page.rangeOf("banks", 0, 1));
    expect(page.rows.filter(page.inRanges).map(({ id }) => id)).toEqual([1, 3]);
    page.S.ranges.set("banks", page.rangeOf("banks", 0.6, 1));
    expect(page.rows.filter(page.inRanges)).toEqual([]);
  });

  test.each([
    ["numbers", [2, 10, 18, 60, 100], [0, 0.45], [2, 10]],
    ["names", ["a", "b", "c", "d", "e"], [0, 0.3], ["a", "b"]],
  ] as const)("a range holds the same values whatever is shown, and stands where they are: %s", (_, values, [from, to], kept) => {
    const base = reportOf(["v"], values);
    const page = runPage({ ...base, points: { ...base.points, beyond: [0, 0, 0, 1, 1] } });
    page.S.only = "all";
    page.scale();
    page.S.ranges.set("v", page.rangeOf("v", from, to));
    const held = (): readonly unknown[] => page.rows.filter(page.inRanges).map((row) => row.v);
    const [before] = page.rangeRows();
    expect([before.from, before.to]).toEqual([from, to]);
    expect(held()).toEqual(kept);
    page.S.only = "within";
    const share = page.scale().get("v")?.share ?? (() => Number.NaN);
    expect(held()).toEqual(kept);
    // at least as high on the shorter axis as the values that it holds, and not up to the next one
    const [after] = page.rangeRows();
    expect(after.from).toBeLessThanOrEqual(share(kept[0]));
    expect(after.to).toBeGreaterThanOrEqual(share(kept[1]));
    expect(after.to).toBeLessThan(share(values[2]));
    page.S.only = "all";
    page.scale();
    expect(held()).toEqual(kept);
  });

  test("parameters may have the names of a row's own fields and of metrics: every point keeps id, front and metrics", () => {
    const names = ["id", "parameter_id", "front", "beyond", "knee", "on_front_percent", "latency_us", "constructor"];
    const values = ["a", "b", "c", "d"];
    const { rows, rowOf, download, files } = runPage(reportOf(names, values));
    expect(rows.map(({ id, front, knee }) => [id, front, knee])).toEqual([
      [1, true, false],
      [2, true, true],
      [3, false, false],
      [4, false, false],
    ]);
    expect(rowOf.size).toBe(rows.length);
    const columns = pageColumns(names);
    expect(new Set(columns).size).toBe(names.length);
    for (const column of columns) expect(rows.map((row) => row[column])).toEqual(values);
    const latency = 10 * Object.keys(METRICS).indexOf("latency_us");
    expect(rows.map((row) => row.latency_us)).toEqual(values.map((_, i) => latency + i));
    download();
    const header = files[0].split("\n")[0].split(",");
    expect(new Set(header).size).toBe(header.length);
  });

  test("the command of a point is one that a shell takes, whatever the name of the database", () => {
    const folder = mkdtempSync(join(tmpdir(), "page-script-"));
    const setup = setupOf(specOf({ constraints: [] }));
    const commandOf = (file: string): string => {
      const store = Store.open(join(folder, file));
      store.begin(studyRecord(setup), 1, setup.provenance);
      store.insert({ id: 1, key: "key", values: { lanes: 1 }, fidelity: 1 }, { lanes: 1 });
      store.finish({ id: 1 }, resultOf({}), COUNTERS, 0, 1);
      const { study } = reportData(store, null, null);
      store.close();
      const { S, nameFocus, command } = runPage({ ...reportOf(["lanes"], ["a"]), study });
      S.focus = 1;
      nameFocus();
      return command();
    };
    expect(["edge.db", "$(touch owned) a.db", "-x.db"].map(commandOf)).toEqual([
      "snn-dse show edge.db 1",
      "snn-dse show '$(touch owned) a.db' 1",
      "snn-dse show ./-x.db 1",
    ]);
    rmSync(folder, { recursive: true });
  });

  test("a running search's rate has three digits, its time is one of a clock", () => {
    const { tell, live } = runPage(reportOf(["lanes"], [1, 2, 3]));
    const said = (ratePerSecond: number | null, etaSeconds: number | null): string | undefined => {
      tell("progress", { done: 2, infeasible: 1, failed: 0, running: 2, total: 2000, ratePerSecond, etaSeconds });
      return live();
    };
    expect(said(27.7219, 67.2)).toBe("3 of 2000 points, 2 running, 27.7 per second, 1:08 to go.");
    expect(said(0.0266663, 82_495)).toBe("3 of 2000 points, 2 running, 1.6 per minute, 22:54:55 to go.");
    expect(said(1, 59)).toBe("3 of 2000 points, 2 running, 1 per second, 59 s to go.");
    expect(said(null, null)).toBe("3 of 2000 points, 2 running.");
  });

  test("a page that draws a part of the points counts all within the limits, those that come too", () => {
    const base = reportOf(["lanes"], ["a", "b", "c", "d"]);
    const drawn = { ...base.points, beyond: [0, 1, 0, 0] as const };
    const { tell, numbers } = runPage({ ...base, points: drawn, hidden: 15, counts: { done: 19, feasible: 13, infeasible: 0, failed: 0 } });
    const progress = { infeasible: 0, failed: 0, running: 0, total: 30, ratePerSecond: null, etaSeconds: null };
    tell("progress", { ...progress, done: 19 });
    expect([numbers.get("results"), numbers.get("within the limits")]).toEqual(["19", "13"]);
    const point = (id: number, beyond: boolean) => ({ id, beyond, columns: {} });
    tell("points", [point(20, false), point(21, true), point(22, false)] as never);
    tell("progress", { ...progress, done: 22 });
    expect([numbers.get("results"), numbers.get("within the limits")]).toEqual(["22", "15"]);
  });

  test("a new front of a running search has its own knee, also in the title of the point in view", () => {
    const { rows, D, S, nameFocus, tell, title, numbers } = runPage(reportOf(["lanes"], ["a", "b", "c", "d"]));
    const knees = (): number[] => rows.filter(({ knee }) => knee).map(({ id }) => id);
    S.focus = 2;
    nameFocus();
    expect([knees(), title()]).toEqual([[2], "Point #2 (knee), on the front"]);
    tell("front", { front: [3, 4], kneeId: 3, hypervolume: 1 });
    nameFocus();
    expect([knees(), D.kneeId, title()]).toEqual([[3], 3, "Point #2"]);
    tell("front", { front: [], kneeId: null, hypervolume: null });
    expect([knees(), D.kneeId, numbers.get("on the front")]).toEqual([[], null, "0"]);
    // points 2 and 5 are equal in all objectives
    const metrics = Object.fromEntries(Object.keys(METRICS).map((name, k) => [name, 10 * k + 1]));
    tell("points", [{ id: 5, beyond: false, columns: { lanes: "e", ...metrics } }] as never);
    tell("front", { front: [1, 2, 5], kneeId: 2, hypervolume: 1 });
    expect(numbers.get("on the front")).toBe("3 (2 different)");
  });
});
