/** Columns of parameters: whatever these are called, no two columns have one name, and each holds its own values. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { METRICS } from "../../../sim/index.js";
import { pointTable, Store, studyRecord } from "../../../sweeps/index.js";
import { parameterColumns } from "../../../sweeps/store/schema.js";
import { COUNTERS, list, resultOf, setupOf, specOf } from "../fake-study.js";

const POOL = [
  "id",
  "ID",
  "parameter_id",
  "Parameter_ID",
  "parameter_parameter_id",
  "state",
  "STATE",
  "code",
  "area_mm2_low",
  "lanes",
  "Lanes",
];
const TAKEN = ["id", "state", "area_mm2"];

test("a column is the parameter's name, or parameter_ before it, equal to no other in any case of letters", () => {
  const rng = createRng(3, "columns");
  const met = { kept: 0, once: 0, often: 0 };
  for (let draw = 0; draw < 300; draw++) {
    const names = POOL.filter(() => rng.float() < 0.6).sort(() => rng.float() - 0.5);
    const columns = parameterColumns(names, TAKEN);
    const all = [...TAKEN, ...columns].map((name) => name.toLowerCase());
    expect(new Set(all).size, names.join()).toBe(all.length);
    for (const [i, column] of columns.entries()) {
      const [before] = column.split(names[i]).slice(0, 1);
      expect(column).toBe(`${before}${names[i]}`);
      expect(before).toMatch(/^(parameter_)*$/);
      const clashes = [...TAKEN, ...columns.slice(0, i)].some((other) => other.toLowerCase() === names[i].toLowerCase());
      expect(before !== "", names.join()).toBe(clashes);
      met[before === "" ? "kept" : before === "parameter_" ? "once" : "often"]++;
    }
  }
  for (const often of Object.values(met)) expect(often).toBeGreaterThan(20);
});

test("in the view design_point and the table of points, each parameter has its own column beside the point's id and metrics", () => {
  const names = ["ID", "parameter_id", "State", "area_mm2_LOW", "key", "lanes"];
  const store = Store.inMemory();
  const setup = setupOf(specOf({ parameters: names.map((name) => list(name, [1, 2, 3])), constraints: [] }));
  store.begin(studyRecord(setup), 1, setup.provenance);
  store.describe(names);
  const cellOf = (id: number, k: number): number => 1000 * id + k;
  for (const id of [1, 2, 3]) {
    const values = Object.fromEntries(names.map((name, k) => [name, cellOf(id, k)]));
    store.insert({ id, key: `key${id}`, values, fidelity: 1 }, values);
    store.finish({ id }, resultOf({ area_mm2: 7 * id }), COUNTERS, 0, 1);
  }
  expect(store.query("SELECT id, state, area_mm2 FROM design_point ORDER BY id")).toEqual(
    [1, 2, 3].map((id) => ({ id, state: "done", area_mm2: 7 * id })),
  );
  const view = store.query("SELECT * FROM design_point WHERE design_point.id = 2")[0];
  const inView = Object.entries(view).filter(([, value]) => typeof value === "number" && value >= 2000 && value < 2000 + names.length);
  expect(inView.map(([, value]) => value)).toEqual(names.map((_, k) => cellOf(2, k)));

  const { columns, rows } = pointTable(store, { which: "study", withBreakdown: true, withQuantiles: true });
  const ends = Object.keys(METRICS).flatMap((name) => [`${name}_low`, `${name}_high`]); // columns that intervals add
  const all = [...columns.map(({ name }) => name), ...ends].map((name) => name.toLowerCase());
  expect(new Set(all).size).toBe(all.length);
  const own = columns.filter(({ about }) => about === "parameter of the search");
  expect([...rows].map((row) => own.map(({ of }) => of(row)))).toEqual([1, 2, 3].map((id) => names.map((_, k) => cellOf(id, k))));
  store.close();
});
