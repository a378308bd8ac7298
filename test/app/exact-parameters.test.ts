/** Parameters are written in full: no output makes one text of two stored values. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { open, openStudy, reportData, results } from "../../app/index.js";
import { runHere } from "../cli/in-process.js";
import { isBuilt } from "../cli/small-sweep.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

const folder = mkdtempSync(join(tmpdir(), "exact-parameters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SEEDS = [1234561, 1234562, 1234563, 1234564, 1234565, 20240101];
let stored: readonly string[] = [];

beforeAll(async () => {
  if (!isBuilt) return;
  const parameters = [
    { path: "mapping.seed", values: SEEDS },
    { path: "tile.core.synapse_memory.size_kib", log: [64, 70] },
    { path: "chip.clock_mhz", range: [100, 100.1] },
  ];
  const { sweep: search, ...chip } = lanesAndClocks("sobol", 16);
  const study = await openStudy(open({ ...chip, sweep: { ...(search as object), parameters } }), {
    db: join(folder, "exact.db"),
    evaluator: "mine 1",
  });
  // every point is on the front
  for (const point of await study.ask(16))
    study.tell(point, { metrics: { energy_uj_per_inference: 1 + point.id, latency_us: 100 - point.id } });
  await study.close();
  const { points } = results(join(folder, "exact.db"));
  stored = [...new Set(points.flatMap(({ values }) => Object.values(values).map(String)))];
});

test
  .skipIf(!isBuilt)
  .each([
    "pareto exact.db",
    ...["csv", "json", "md", "tex", "tex --siunitx"].map((format) => `pareto exact.db --format ${format}`),
    "export points exact.db",
  ])("%s has every stored value of a parameter", async (command) => {
  expect(stored.length).toBeGreaterThan(30);
  const { code, out } = await runHere(folder, ...command.split(" "));
  expect(code).toBe(0);
  const texts = new Set(out.match(/[\d.]+/g));
  expect(stored.filter((text) => !texts.has(text))).toEqual([]);
});

test.skipIf(!isBuilt)("the report page holds the stored values, also for its table, its search and the file that it writes", () => {
  const { points } = results(join(folder, "exact.db"));
  const { columns, id } = reportData(join(folder, "exact.db")).points;
  for (const [i, point] of id.entries())
    for (const [name, value] of Object.entries(points[point - 1].values)) expect(columns[name]?.[i]).toBe(value);
});

test.skipIf(!isBuilt)("show and compare name the values of a point and of its neighbours in full", async () => {
  const { points } = results(join(folder, "exact.db"));
  for (const { id, values } of points.slice(0, 3)) {
    const { out } = await runHere(folder, "show", "exact.db", String(id));
    const compared = await runHere(folder, "compare", "exact.db", String(id), "16");
    for (const [name, value] of Object.entries(values)) {
      expect(out.match(/[\d.]+/g)).toContain(String(value));
      if (value !== points[15].values[name]) expect(compared.out.match(/[\d.]+/g)).toContain(String(value));
    }
    expect(out).not.toMatch(/\b1234[56]00\b|1\.23e/);
  }
});
