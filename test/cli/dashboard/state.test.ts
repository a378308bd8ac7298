/** The reducer: the screen agrees with the events of a sweep. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf } from "../../../base/plot/axis.js";
import type { DashboardEvent } from "../../../cli/dashboard/events.js";
import { filterProblem } from "../../../cli/dashboard/filter.js";
import { endedPoints, valueAt } from "../../../cli/dashboard/points.js";
import { press } from "../../../cli/dashboard/press.js";
import { type DashboardState, EMPTY_STATE, finishedCount, reduce } from "../../../cli/dashboard/state.js";
import { summaryLines } from "../../../cli/dashboard/summary.js";
import { frontTable } from "../../../cli/dashboard/text/front-table.js";
import { scatterOf, scatterTitle } from "../../../cli/dashboard/text/scatter-figure.js";
import { axisChoices, EMPTY_UI, settle, type Ui } from "../../../cli/dashboard/ui.js";
import { tableRows, visibleCloud } from "../../../cli/dashboard/view.js";
import { visibleWidth } from "../../../cli/format/text-table.js";
import { causesOf } from "../../../sweeps/index.js";
import { SCRIPTED_OPENING, scriptedPoints } from "./scripted-study.js";

function played(events: Iterable<DashboardEvent>, from: DashboardState = EMPTY_STATE): DashboardState {
  let state = from;
  let atMs = 1000;
  for (const event of events) {
    atMs += 10;
    state = reduce(state, event, atMs);
  }
  return state;
}

const opened = (): DashboardState => played(SCRIPTED_OPENING);
const scripted = (count: number, seed = 1): DashboardState => played([...scriptedPoints(count, seed)].flat(), opened());

test("counts, running points and failures agree with a plain count over the events", () => {
  for (const seed of [1, 2, 3]) {
    const events = [...scriptedPoints(300, seed)].flat();
    const state = played(events, opened());
    const ended = (type: string): number => events.filter((event) => event.type === type).length;
    expect(state.counts.done).toBe(ended("point-done"));
    expect(state.counts.infeasible).toBe(ended("point-failed"));
    expect(finishedCount(state)).toBe(300);
    expect(state.running).toHaveLength(0);
    expect(state.failures.reduce((sum, failure) => sum + failure.count, 0)).toBe(ended("point-failed"));
  }
});

test("what is the same for all points so far is an axis only where nothing else is left", () => {
  const state = scripted(40);
  const constant = (...names: string[]): DashboardState => ({
    ...state,
    points: {
      ...state.points,
      columns: new Map([...state.points.columns].map(([name, column]) => [name, names.includes(name) ? column.map(() => 7) : column])),
    },
  });
  const [accuracy, energy] = ["accuracy_percent", "energy_uj_per_inference"];
  expect(settle(EMPTY_UI, state)).toMatchObject({ y: accuracy, x: energy, sortBy: accuracy, sortDescending: true });
  expect(settle(EMPTY_UI, scripted(1))).toMatchObject({ y: accuracy, x: energy });
  expect(settle(EMPTY_UI, constant(accuracy))).toMatchObject({ y: energy, x: "latency_us", sortBy: energy, sortDescending: false });
  expect(settle(EMPTY_UI, constant(...state.points.columns.keys()))).toMatchObject({ y: accuracy, x: energy });
  // One point has results and another, infeasible, has parameters only: of the objectives nothing can be said yet.
  const parameters = state.started?.parameters ?? [];
  const columns = [...state.points.columns].map(
    ([name, column]) =>
      [name, Float64Array.from(column, (value, row) => (row === 0 ? value : parameters.includes(name) ? value + 1 : Number.NaN))] as const,
  );
  const points = { ...state.points, columns: new Map(columns) };
  expect(settle(EMPTY_UI, { ...state, points })).toMatchObject({ y: accuracy, x: energy });
});

test("the front on the screen is the front of a brute-force comparison of all points", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const state = scripted(120, seed);
      const rows = Array.from({ length: state.points.length }, (_, row) => row).filter((row) => state.points.outcomes[row] === "done");
      const cost = (row: number): readonly [number, number] => [
        -valueAt(state.points, "accuracy_percent", row),
        valueAt(state.points, "energy_uj_per_inference", row),
      ];
      const beaten = (row: number): boolean =>
        rows.some(
          (other) => cost(other).every((value, k) => value <= cost(row)[k]) && cost(other).some((value, k) => value < cost(row)[k]),
        );
      expect([...state.front].sort((a, b) => a - b)).toEqual(rows.filter((row) => !beaten(row)));
    }),
    { seed: 5, numRuns: 20 },
  );
});

test("a point that runs again counts once, by its last end", () => {
  const values = { lanes: 4 };
  const failed: DashboardEvent = {
    type: "point-failed",
    id: 9,
    key: "k",
    values,
    state: "failed",
    code: "WORKER_DIED",
    reason: "gone",
    attempt: 1,
    stored: false,
  };
  const done: DashboardEvent = {
    type: "point-done",
    id: 9,
    key: "k",
    values,
    metrics: { area_mm2: 1 },
    violation: 0,
    durationMs: 5,
    stored: false,
  };
  const state = played(
    [failed, { type: "retry", id: 9, attempt: 2, reason: "gone" }, { type: "point-started", id: 9, key: "k", values, attempt: 2 }, done],
    opened(),
  );
  expect(state.counts).toEqual({ done: 1, infeasible: 0, failed: 0, timeout: 0 });
  expect(state.failures).toEqual([]);
  expect(valueAt(state.points, "area_mm2", state.points.rowOfId.get(9) as number)).toBe(1);
});

test("points stored before are those that have not run again", () => {
  const ended = (id: number, failed: boolean, stored: boolean): DashboardEvent =>
    failed
      ? { type: "point-failed", id, key: `k${id}`, values: {}, state: "failed", code: "X", reason: "x", attempt: 1, stored }
      : { type: "point-done", id, key: `k${id}`, values: {}, metrics: {}, violation: 0, durationMs: 5, stored };
  const stored = played([ended(1, false, true), ended(2, false, true), ended(3, true, true), ended(4, true, false)], opened());
  expect(stored.cached).toBe(3);
  const retry = (id: number): DashboardEvent => ({ type: "retry", id, attempt: 2, reason: "asked" });
  const start = (id: number): DashboardEvent => ({ type: "point-started", id, key: `k${id}`, values: {}, attempt: 2 });
  const running = played([retry(3), start(3), start(4)], stored);
  expect([running.cached, finishedCount(running)]).toEqual([2, 2]);
  const state = played([ended(3, false, false), ended(4, true, false), start(4)], running);
  expect([state.cached, state.counts.done]).toEqual([2, 3]);
});

test("pause, resume, stop and end are shown as such, and an ended sweep runs nothing", () => {
  let state = played([{ type: "point-started", id: 1, key: "k", values: {}, attempt: 1 }], opened());
  expect(state.status).toBe("running");
  state = reduce(state, { type: "paused" }, 1);
  expect(state.status).toBe("paused");
  state = reduce(state, { type: "resumed" }, 2);
  expect(state.status).toBe("running");
  state = reduce(state, { type: "stopping", drain: true }, 3);
  expect(state.status).toBe("draining");
  expect(summaryLines({ colour: false, unicode: false }, state, [], 80, state.startedMs + 65_000)[0]).toMatch(/DRAINING {2}1:05/);
  state = reduce(
    state,
    {
      type: "finished",
      reason: "stopped",
      done: 0,
      infeasible: 0,
      failed: 0,
      front: [],
      different: 0,
      hypervolume: null,
      reference: null,
      elapsedMs: 1,
    },
    4,
  );
  expect(state.status).toBe("stopped");
  expect(state.endedMs).toBe(4);
  expect(summaryLines({ colour: false, unicode: false }, state, [], 80, 0)).toContain("ended: stopped by the user");
  expect(state.running).toEqual([]);
});

test("what to type next has no command that needs a result, as long as there is none", () => {
  const next = (state: DashboardState): string =>
    summaryLines({ colour: false, unicode: false }, state, [], 100, 0).join("\n").split("Next:")[1];
  const events = [...scriptedPoints(60)].flat();
  const failed = events.filter(({ type }) => type !== "point-done" && type !== "front-changed");
  const none = played(failed, opened());
  expect(none.counts.done).toBe(0);
  expect(none.failures.length).toBeGreaterThan(0);
  expect(next(none)).toMatch(/snn-dse show scripted\.db \d+ .*why a point has no result/);
  expect(next(none)).not.toMatch(/snn-dse (pareto|report)/);
  for (const command of ["pareto", "report", "show"]) expect(next(played(events, opened()))).toContain(`snn-dse ${command} scripted.db`);
});

test("the summary is as wide as the terminal is at the end, not as it was at the start", () => {
  const ended = played([...scriptedPoints(60)].flat(), opened());
  const parameters = ["lanes", "a_long_parameter", "another_long_parameter", "a_third_of_them", "the_last_one"];
  const state = { ...ended, started: ended.started === null ? null : { ...ended.started, parameters } };
  const widest = (atStart: number, atEnd: number): number =>
    Math.max(...summaryLines({ colour: false, unicode: false, columns: atStart }, state, [], atEnd, 0).map(visibleWidth));
  expect(widest(60, 100)).toBe(100);
  expect(widest(100, 60)).toBe(60);
});

function keys(ui: Ui, state: DashboardState, ...names: readonly string[]): Ui {
  return names.reduce((current, name) => press(current, state, name).ui, ui);
}

test("each key does what the help says it does", () => {
  const state = scripted(100);
  const ui = settle(EMPTY_UI, state);
  expect([ui.y, ui.x]).toEqual(["accuracy_percent", "energy_uj_per_inference"]);
  expect(press(ui, state, "q").wishes).toEqual([{ type: "quit" }]);
  expect(press(ui, state, "Q").wishes).toEqual([{ type: "abort" }]);
  expect(press(ui, state, "ctrl-c").wishes).toEqual([{ type: "abort" }]);
  expect(press(ui, state, "p").wishes).toEqual([{ type: "pause" }]);
  expect(press(ui, state, "+").wishes).toEqual([{ type: "workers", delta: 1 }]);
  expect(press(ui, state, "-").wishes).toEqual([{ type: "workers", delta: -1 }]);
  expect(press(ui, state, "r").wishes).toEqual([{ type: "retry" }]);
  expect(keys(ui, state, "tab").pane).toBe("failures");
  expect(keys(ui, state, "tab", "tab", "tab").pane).toBe("front");
  expect(keys(ui, state, "x").x).toBe("latency_us");
  expect(keys(ui, state, "x", "X").x).toBe(ui.x);
  expect(keys(ui, state, "y").y).toBe("energy_uj_per_inference");
  expect(keys(ui, state, "s").sortBy).toBe("energy_uj_per_inference");
  expect(keys(ui, state, "?").overlay).toBe("help");
  expect(keys(ui, state, "?", "escape").overlay).toBe("none");
  const first = state.points.ids[tableRows(ui, state)[0]];
  expect(keys(ui, state, "down").selectedId).toBe(first);
  expect(press(keys(ui, state, "down"), state, "enter").wishes).toEqual([{ type: "detail", id: first }]);
  expect(press(keys(ui, state, "down"), state, "c").wishes).toEqual([{ type: "copy", id: first }]);
  expect(press(keys(ui, state, "e"), state, "c").wishes).toEqual([{ type: "export", format: "csv", x: ui.x, y: ui.y }]);
  expect(keys(ui, state, "tab", "enter").overlay).toBe("failure");
  expect(keys(ui, state, "tab", "tab", "enter").overlay).toBe("events");
  expect(keys(ui, state, "shift-tab").pane).toBe("events");
  expect(keys(ui, state, "h").overlay).toBe("hypervolume");
  expect(keys(ui, state, "h", "h").overlay).toBe("none");
  expect(keys(ui, state, "right").sortBy).toBe("energy_uj_per_inference");
  expect(keys(ui, state, "right", "left").sortBy).toBe(ui.sortBy);
  expect(keys(ui, state, "S").sortDescending).toBe(!ui.sortDescending);
  expect(keys(ui, state, "v").showViolating).toBe(true);
  expect(keys(ui, state, "X").x).toBe(ui.y);
  expect(keys(ui, state, "X", "X").x).toBe("clock_mhz");
  const second = state.points.ids[tableRows(ui, state)[1]];
  expect(press(keys(ui, state, "down", "enter"), state, "right").wishes).toEqual([{ type: "detail", id: second }]);
  expect(press(keys(ui, state, "down", "enter", "right"), state, "left").wishes).toEqual([{ type: "detail", id: first }]);
  const ended = state.endedMs === null ? { ...state, endedMs: 1 } : state;
  expect(press(ui, ended, "p").wishes).toEqual([]);
});

test("l and L change the scale that is shown, at each press, whether the data or the user chose it", () => {
  const state = scripted(100);
  const shown = (ui: Ui): readonly string[] => {
    const scatter = scatterOf(state, ui);
    return scatter.kind === "figure" ? [scatter.figure.x.scale, scatter.figure.y.scale] : [];
  };
  const first = new Set<string>();
  for (const [x, y] of [
    ["energy_uj_per_inference", "latency_us"],
    ["accuracy_percent", "energy_uj_per_inference"],
    ["latency_us", "accuracy_percent"],
  ]) {
    const ui = { ...settle(EMPTY_UI, state), x, y };
    const [across, up] = shown(ui);
    for (const scale of [across, up]) first.add(scale);
    const other = (scale: string): string => (scale === "log" ? "linear" : "log");
    expect(shown(keys(ui, state, "l"))).toEqual([other(across), up]);
    expect(shown(keys(ui, state, "l", "l"))).toEqual([across, up]);
    expect(shown(keys(ui, state, "L"))).toEqual([across, other(up)]);
    expect(shown(keys(ui, state, "L", "L", "l"))).toEqual([other(across), up]);
  }
  expect([...first].sort()).toEqual(["linear", "log"]);
});

test("a parameter that only some points have is a choice for axes and for sorting", () => {
  const parameters = (event: DashboardEvent): DashboardEvent =>
    event.type === "started"
      ? { ...event, parameters: [...event.parameters, "extra", "never"] }
      : event.type === "opened"
        ? { ...event, study: { ...event.study, paths: { ...event.study.paths, extra: "a.b", never: "a.c" } } }
        : event;
  const point = (id: number, values: { readonly [name: string]: number }): DashboardEvent => ({
    ...{ type: "point-done", id, key: `k${id}`, values, metrics: { area_mm2: id }, violation: 0, durationMs: 5, stored: false },
  });
  const state = played([...SCRIPTED_OPENING.map(parameters), point(1, { lanes: 4 }), point(2, { lanes: 8, extra: 5 })]);
  const choices = axisChoices(state);
  expect(choices).toEqual(expect.arrayContaining(["lanes", "extra"]));
  expect(choices).not.toContain("never");
});

test("a view from another process controls nothing", () => {
  const opening = SCRIPTED_OPENING.map((event) =>
    event.type === "opened" ? { ...event, study: { ...event.study, readOnly: true } } : event,
  );
  const state = played([...scriptedPoints(10)].flat(), played(opening));
  for (const key of ["p", "+", "-", "r"]) expect(press(settle(EMPTY_UI, state), state, key).wishes).toEqual([]);
});

test("a typed filter narrows table and plot to the points that satisfy it, and a broken or misspelt one says why and is not applied", () => {
  const state = scripted(200);
  const ui = settle(EMPTY_UI, state);
  const typed = keys(ui, state, "f", ..."weight_bits <= 4", "enter");
  expect(typed.filter).toBe("weight_bits <= 4");
  const rows = tableRows(typed, state);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(state.points.values[row]?.weight_bits).toBeLessThanOrEqual(4);
  for (const [text, why] of [
    ["weight_bits <=", /./],
    ["weight_bitz <= 4", /weight_bitz is neither a metric nor a parameter.*weight_bits/],
    ["lanes", /expected a comparison, got a number/],
    ["id", /expected a comparison, got a number/],
    ["area_mm2 < 'x'", /'<' needs a number, got a text/],
    ["outcome == 1", /'==' mixes a text with a number/],
    ["latency_us@90 < 100", /latency_us@90 is not computed here.*snn-dse pareto --where takes it/],
  ] as const) {
    const wrong = keys(ui, state, "f", ...text, "enter");
    expect([wrong.overlay, wrong.filter, wrong.typed]).toEqual(["filter", "", text]);
    expect(filterProblem(text, state)).toMatch(why);
    expect(tableRows(wrong, state)).toHaveLength(state.front.length);
  }
  expect(filterProblem("weight_bits <= 4 && latency_us > 0 && outcome == 'done'", state)).toBe("");
  expect(tableRows({ ...ui, filter: "accuracy_percent > 200" }, state)).toEqual([]);
});

test("titles of a filtered front and plot count by the filter: matching points of the front, and hidden ones beyond the limits", () => {
  const some = [...scriptedPoints(200)]
    .flat()
    .map((event) => (event.type === "point-done" && event.id % 3 === 0 ? { ...event, violation: 1 } : event));
  const state = played(some, opened());
  const look = { colour: false, unicode: true };
  const titles = (filter: string): readonly string[] => {
    const ui = { ...settle(EMPTY_UI, state), filter };
    scatterOf(state, ui); // as the panel does
    return [scatterTitle(look, state, ui, 200), frontTable(look, state, ui, 100, 10).title];
  };
  const rows = Array.from({ length: state.points.length }, (_, row) => row);
  const beyond = (keeps: (row: number) => boolean): number =>
    rows.filter((row) => state.points.outcomes[row] === "done" && state.points.violations[row] > 0 && keeps(row)).length;
  const isSmall = (row: number): boolean => Number(state.points.values[row]?.lanes) <= 4;
  const [all, small] = [beyond(() => true), beyond(isSmall)];
  expect(small).toBeGreaterThan(0);
  expect(small).toBeLessThan(all);
  const [size, shown] = [state.front.length, state.front.filter(isSmall).length];
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(size);
  for (const [filter, hidden, head] of [
    ["", all, `front: ${size} points`],
    ["lanes <= 4", small, `front: ${shown} of ${size} points  filter lanes <= 4`],
    ["lanes <= 64", all, `front: ${size} points  filter lanes <= 64`],
    ["lanes > 64", 0, `front: 0 of ${size} points  filter lanes > 64`],
  ] as const) {
    const [plot, table] = titles(filter);
    expect(table).toBe(head);
    if (hidden === 0) expect(plot).not.toContain("beyond");
    else expect(plot).toContain(` ${hidden} beyond limits (v)`);
  }
});

test("a filter means a parameter of the name of a field, as --where does, and the field where no parameter has the name", () => {
  const named = (parameter: string): DashboardState =>
    played(
      [...SCRIPTED_OPENING, ...[...scriptedPoints(40)].flat()].map(
        (event) => JSON.parse(JSON.stringify(event).replaceAll('"weight_bits"', `"${parameter}"`)) as DashboardEvent,
      ),
    );
  for (const name of ["id", "code", "outcome"]) {
    const state = named(name);
    const text = `${name} <= 4`;
    expect(filterProblem(text, state)).toBe("");
    const rows = tableRows({ ...settle(EMPTY_UI, state), filter: text }, state);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(state.points.values[row]?.[name]).toBeLessThanOrEqual(4);
  }
  const plain = named("weight_bits");
  const rows = tableRows({ ...settle(EMPTY_UI, plain), filter: "id > 20" }, plain);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(plain.points.ids[row]).toBeGreaterThan(20);
});

test("the table of all points has every ended point once, best first, failed ones last, and grows into what sorting at once gives", () => {
  const all = [...scriptedPoints(300, 4)].flat();
  const ui = { ...settle(EMPTY_UI, scripted(1)), table: "all", sortBy: "latency_us", sortDescending: false } as const;
  let state = opened();
  for (const event of all) {
    state = reduce(state, event, 1);
    if (event.type === "point-done") tableRows(ui, state);
  }
  const grown = tableRows(ui, state);
  expect(grown).toHaveLength(300);
  const value = (row: number): number => {
    const latency = metricOf(state, row);
    return Number.isNaN(latency) ? Number.POSITIVE_INFINITY : latency;
  };
  for (const [i, row] of grown.entries()) if (i > 0) expect(value(row)).toBeGreaterThanOrEqual(value(grown[i - 1]));
  expect(state.points.outcomes[grown.at(-1) as number]).toBe("infeasible");
  expect(tableRows(ui, played(all, opened()))).toEqual(grown);
  const failed = tableRows({ ...ui, filter: "outcome == 'infeasible'" }, state);
  expect(failed).toHaveLength(state.counts.infeasible);
  // what is known decides, also where a metric is not known
  const either = tableRows({ ...ui, filter: "latency_us < 0 or outcome == 'infeasible'" }, state);
  expect(either).toEqual(failed);
  expect(tableRows({ ...ui, filter: "not (latency_us >= 0)" }, state)).toEqual([]);
});

const metricOf = (state: DashboardState, row: number): number => valueAt(state.points, "latency_us", row);

test("a failure is put down to the settings that fail more often than the rest", () => {
  const state = scripted(400);
  const [failure] = state.failures;
  const causes = causesOf([...endedPoints(state.points, failure)]);
  // By construction: lanes = 64 and more than 8 weight bits.
  expect(
    causes
      .slice(0, 3)
      .map(({ parameter, setting }) => `${parameter} ${setting.kind === "value" ? `= ${setting.value}` : "range"}`)
      .sort(),
  ).toEqual(["lanes = 64", "weight_bits = 10", "weight_bits = 9"]);
  for (const { failed, total } of causes) expect(failed).toBeLessThanOrEqual(total);
});

test("the cloud grown point by point equals the cloud built at once, and so do its dots", () => {
  const all = [...scriptedPoints(400, 3)].flat();
  const ui = settle(EMPTY_UI, scripted(1));
  const draw = (state: DashboardState) => {
    const { points, limits, raster } = visibleCloud(state.points, ui, state.revision);
    raster.show(points, axisOf("", limits.x), axisOf("", limits.y), 40, 12);
    return { x: Array.from({ length: points.length }, (_, i) => points.x[i]), limits, masks: [...raster.masks] };
  };
  let state = opened();
  for (const event of all) {
    state = reduce(state, event, 1);
    if (event.type === "point-done") draw(state);
  }
  const grown = draw(state);
  expect(grown.x.length).toBeGreaterThan(300);
  expect(draw(played(all, opened()))).toEqual(grown);
});
