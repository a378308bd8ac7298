/**
 * The page stays small enough to be sent: 5,000 points with a dozen parameters and every metric, and details of sixty
 * chips of 64 cores. A network without a learning curve shows none.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { METRICS } from "../../../sim/index.js";
import { historyPlot, type ReportData, reportPage } from "../../../sweeps/index.js";
import { firstChoice, picturesOf } from "../../../sweeps/report/pictures.js";
import { reportSpecs } from "../../../sweeps/report/specs.js";

const POINTS = 5000;
const PARAMETERS = 12;
const DETAILS = 60;
const SIDE = 8;

/** Libraries without code, in the form that the page knows. */
const NO_CODE = {
  vega: "",
  vegaLite: "",
  interpreter: 'import { a } from "vega-util";\nconst e = a;\nexport { e as expressionInterpreter };\n',
};

function manyPoints(): ReportData {
  const rng = createRng(3, "report-page");
  const six = (): number => Number((rng.float() * 1000).toPrecision(6));
  const column = (): number[] => Array.from({ length: POINTS }, () => rng.float() * 1000);
  const metrics = Object.entries(METRICS).map(([name, metric]) => ({ name, ...metric }));
  const names = Array.from({ length: PARAMETERS }, (_, i) => `parameter_${i}`);
  const columns = Object.fromEntries([...names, ...metrics.map(({ name }) => name)].map((name) => [name, column()]));
  const front = Array.from({ length: POINTS }, (_, i) => (i < DETAILS ? 1 : 0));
  const details = Array.from({ length: DETAILS }, (_, i) => ({
    id: i + 1,
    breakdown: Array.from({ length: 30 }, (_, k) => ({ component: `component ${k}`, group: "memory", energyPj: six(), areaMm2: six() })),
    cores: Array.from({ length: SIDE * SIDE }, (_, core) => ({
      core,
      tile: core,
      x: core % SIDE,
      y: Math.floor(core / SIDE),
      slot: 0,
      synapseBusy: six(),
      somaBusy: six(),
      neurons: 64,
      populations: `layer${core % 3}`,
    })),
    links: Array.from({ length: 4 * SIDE * SIDE }, (_, link) => ({
      router: link >> 2,
      port: ["east", "west", "north", "south"][link & 3],
      x: (link >> 2) % SIDE,
      y: (link >> 2) >> 3,
      flitsPerCycle: six(),
      wraps: false,
      towards: (["east", "west", "north", "south"] as const)[link & 3],
    })),
    linksNote: "",
    flitCycles: new Array<number>(4 * SIDE * SIDE).fill(1),
    coresPerTile: 1,
  }));
  return {
    fixedPlaces: null,
    unbuiltLanes: [],
    otherBuild: [],
    study: {
      name: "many",
      identity: "0".repeat(64),
      database: "many.db",
      showCommand: "snn-dse show x.db",
      sampler: "sobol",
      seed: 1,
      budget: POINTS,
      state: "finished",
      finishReason: "budget",
      engineVersion: "0",
    },
    certainty: null,
    objectives: [
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "latency_us", direction: "min" },
      { metric: "area_mm2", direction: "min" },
    ],
    constraints: [],
    limits: [],
    metrics,
    parameters: names.map((name) => ({ name, column: name, path: `tile.core.${name}`, values: "1, 2" })),
    screened: null,
    counts: { done: POINTS, feasible: POINTS, infeasible: 0, failed: 0 },
    hidden: 0,
    points: { id: front.map((_, i) => i + 1), front: front as (0 | 1)[], beyond: front.map(() => 0 as const), columns },
    kneeId: 1,
    different: 1,
    hypervolume: 1,
    reference: [1, 1, 1],
    fixedReference: true,
    history: [],
    importance: [],
    details,
    sources: [],
    failures: [],
    provenance: {},
    document: {},
    search: {},
    workload: null,
    inputs: [],
    apart: 0,
    others: { begunWith: null, merged: null, chosen: { byCaller: 0, bySampler: 2, beyondBudget: 0 } },
    networks: null,
    recorded: null,
  };
}

test("a page of 5,000 points, libraries included, has at most 5 MB", { tags: ["long"] }, () => {
  const { resolve } = createRequire(import.meta.url);
  const build = (module: string, file: string): string => readFileSync(join(dirname(resolve(module)), file), "utf8");
  const libraries = {
    vega: build("vega", "vega.min.js"),
    vegaLite: build("vega-lite", "vega-lite.min.js"),
    interpreter: build("vega-interpreter", "vega-interpreter.js"),
  };
  const bytes = Buffer.byteLength(reportPage(manyPoints(), libraries, "snn-dse"));
  console.log(`a page of ${POINTS} points: ${(bytes / 1e6).toFixed(2)} MB`);
  expect(bytes).toBeLessThanOrEqual(5e6);
});

test("a network without a curve has none on the page, even if its key names a property of every object", () => {
  const about = { model: "m", name: "n", parent: null, epochs: 1, seconds: 1, content: null, error: 0.25, reason: null };
  const pageOf = (key: string, curves: { readonly [key: string]: readonly number[] }): string =>
    String(
      reportPage({ ...manyPoints(), networks: { made: [{ ...about, key }], curves, tested: [], front: 0, testRuns: 0 } }, NO_CODE, "test"),
    );
  const curve = 'aria-label="Error over epochs"';
  expect(pageOf("constructor", {})).not.toContain(curve);
  expect(pageOf("constructor", { constructor: [0.5, 0.25] })).toContain(curve);
});

test("a page without draws names the command that makes them, if its front has errors to draw", () => {
  const many = manyPoints();
  const columns = Object.fromEntries(Object.entries(many.points.columns).map(([name, [value]]) => [name, [value]]));
  const data = { ...many, points: { id: [1], front: [1] as const, beyond: [0] as const, columns }, details: [] };
  const says = (changed: Partial<ReportData>): boolean =>
    String(reportPage({ ...data, ...changed }, NO_CODE, "test")).includes(`snn-dse pareto ${data.study.database} --confidence says`);
  expect([
    says({}),
    says({ points: { ...data.points, front: [0] as const } }),
    says({ document: { model: "odin" } }),
    says({ inputs: [{ kind: "program", name: "mine", sha256: "a" }] }),
  ]).toEqual([true, false, false, false]);
});

test("the scatter names every data set that the page fills, of fronts with no, one, two and equal points too", () => {
  const data = manyPoints();
  const equal = Object.fromEntries(Object.keys(data.points.columns).map((name) => [name, [1, 1, 2, 3]]));
  for (const columns of [equal, { ...equal, [data.objectives[0].metric]: [1, 2, 0, 3] }])
    for (const front of [[0], [1], [1, 1]] as const) {
      const flags = [0, 1, 2, 3].map((i) => front[i] ?? 0);
      const points = { id: [1, 2, 3, 4], front: flags, beyond: [0, 0, 0, 0] as const, columns };
      const { scatter } = reportSpecs(picturesOf({ ...data, points, details: [] })) as {
        scatter: { layer: readonly { data: { name: string } }[] };
      };
      expect(new Set(scatter.layer.map((layer) => layer.data.name))).toEqual(new Set(["cloud", "line", "marks", "bars", "focus"]));
    }
});

test("the head says which points the sampler did not choose, and nothing where it chose all", () => {
  const headOf = (others: ReportData["others"]): string =>
    String(reportPage({ ...manyPoints(), others }, NO_CODE, "snn-dse")).split("</header>")[0];
  const chosen = { byCaller: 0, bySampler: 25, beyondBudget: 0 };
  expect(headOf({ begunWith: null, merged: { merges: 1, added: 45, replaced: 0 }, chosen })).toMatch(
    /budget \d+\. Of these 70 points the sampler chose 25\. Results of other searches were merged in: 45 points/u,
  );
  expect(headOf({ begunWith: null, merged: null, chosen })).toMatch(/budget \d+\.<\/p>/u);
});

test("the page of a study with one objective draws it over the first parameter of several numbers", () => {
  const data = manyPoints();
  const objectives = data.objectives.slice(0, 1);
  const ids = [1, 2, 3];
  const names = Object.fromEntries(Object.keys(data.points.columns).map((name) => [name, ids.map(() => 1)]));
  const parameters = ["text", "fixed", "lanes", "banks"].map((column) => ({ ...data.parameters[0], name: column, column }));
  const columns = {
    ...names,
    [objectives[0].metric]: [3, 1, 2],
    text: ["a", "b", "c"],
    fixed: [8, 8, 8],
    lanes: [2, 4, 8],
    banks: [1, 2, 1],
  };
  const points = { id: ids, front: [0, 1, 0] as const, beyond: [0, 0, 0] as const, columns };
  expect(firstChoice({ ...data, objectives, parameters, points })).toEqual({ x: "lanes", y: objectives[0].metric, colour: "banks" });
  const still = { ...points, columns: { ...columns, lanes: [4, 4, 4], banks: [1, 1, 1] } };
  expect(firstChoice({ ...data, objectives, parameters, points: still })).toEqual({ x: "fixed", y: objectives[0].metric, colour: "lanes" });
  const named = { ...data, objectives, parameters: parameters.slice(0, 1), points, details: [] };
  expect(firstChoice(named)).toEqual({ x: "text", y: objectives[0].metric, colour: "text" });
  expect(reportSpecs(picturesOf(named)).scatter).not.toBeNull();
  const { scatter } = reportSpecs(picturesOf({ ...data, objectives, parameters, points, details: [] })) as {
    scatter: { layer: readonly { data: { name: string } }[] };
  };
  expect(scatter.layer.map((layer) => layer.data.name)).toContain("line");
});

test("the hypervolume of a search of one point is the step from none, and of more points that after each", () => {
  const lineOf = (volumes: readonly number[]): readonly (readonly number[])[] => {
    const entries = volumes.map((hypervolume, i) => ({ points: i + 1, hypervolume, front: 1 }));
    const [series] = historyPlot({ about: "", column: "single" }, "study", entries).panels[0].series;
    return series.kind !== "line" ? [] : Array.from({ length: series.points.length }, (_, i) => [series.points.x[i], series.points.y[i]]);
  };
  expect(lineOf([5])).toEqual([
    [0, 0],
    [1, 0],
    [1, 5],
  ]);
  expect(lineOf([5, 6])).toEqual([
    [1, 5],
    [2, 5],
    [2, 6],
  ]);
  const [panel] = historyPlot({ about: "", column: "single" }, "study", [{ points: 1, hypervolume: 5, front: 1 }]).panels;
  const { history } = reportSpecs({ scatter: panel, history: panel, energy: null, area: null });
  expect(history, "no tick between two points").toMatchObject({ encoding: { x: { axis: { tickMinStep: 1 } } } });
});

test("ticks of a large hypervolume have prefixes as far as SI has any, and powers of ten beyond", () => {
  const formatAt = (largest: number): string | undefined => {
    const rows = [0.5, 1].map((part, i) => ({ points: i + 1, hypervolume: part * largest, front: 1 }));
    const [panel] = historyPlot({ about: "", column: "single" }, "study", rows).panels;
    const { history } = reportSpecs({ scatter: panel, history: panel, energy: null, area: null }) as {
      history: { encoding: { y: { axis: { format?: string } } } };
    };
    return history.encoding.y.axis.format;
  };
  expect([1e3, 1e7, 1e24, 1e28, 1e34].map(formatAt)).toEqual([undefined, "~s", "~s", "~e", "~e"]);
});
