/** Fronts and points say how many lanes are built where a point asks for more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open, sweep } from "../../app/index.js";
import { exportFront, lacksOfFront, pareto, viewLines } from "../../app/pareto.js";
import { show } from "../../app/point-detail.js";
import { pointPieces, points } from "../../app/points.js";
import { reportData, report as reportPage } from "../../app/report.js";
import { pointLines } from "../../cli/format/point.js";
import { unbuiltLines } from "../../sweeps/export/built-lanes.js";

const folder = mkdtempSync(join(tmpdir(), "built-lanes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOOK = { colour: false, unicode: false } as const;
const PLOT = { x: null, y: null, column: "single", siunitx: false } as const;

/** State words of 64 bits hold two sums of 24 bits, so two banks feed four lanes. */
async function swept(name: string, lanes: object): Promise<string> {
  const db = join(folder, name);
  const description = open({
    ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" } },
    workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
    ...lanes,
    sweep: { objectives: { latency_us: "min", area_mm2: "min" }, sampler: { name: "grid" } },
  } as never);
  await sweep(description, { db, workers: 1 });
  return db;
}

/** Cells of the table of all points; none of those that are read here has a comma of its own but `4, 8`. */
function csvOf(db: string): string[][] {
  const lines = [...pointPieces(db, "csv")].map(String).join("").trim().split(/\r?\n/);
  return lines.map((line) => line.match(/("[^"]*"|[^,]*)(,|$)/g)?.map((part) => part.replace(/,$/, "").replaceAll('"', "")) ?? []);
}

test("a front and its points give the lanes that are built beside those asked for, and are silent where both agree", async () => {
  const db = await swept("all.db", { tile: { core: { lanes: { sweep: [4, 6, 8] }, state_memory: { banks: 2 } } } });
  const report = pareto(db);
  const idOf = (lanes: number): number => report.rows.find(({ values }) => values.lanes === lanes)?.id ?? 0;
  const asked = [4, 6, 8].filter((lanes) => lanes > 4);
  expect(report.unbuiltLanes.map(({ id, kinds }) => [id, kinds]).sort()).toEqual(
    asked.map((lanes) => [idOf(lanes), [{ asked: lanes, built: 4 }]]).sort(),
  );
  const [line, ...more] = viewLines(report).filter((text) => text.startsWith("lanes"));
  expect(more).toEqual([]);
  for (const lanes of asked) expect(line).toContain(`4 of ${lanes} in point ${idOf(lanes)}`);
  for (const format of ["tex", "md", "json"])
    expect(String(await exportFront(report, format, PLOT)), format).toMatch(/4 of 6|unbuiltLanes/);
  expect(lacksOfFront(db)).toEqual([line]);
  for (const point of points(db)) expect(point.lanesBuilt).toEqual([4]);
  const [head, ...cells] = csvOf(db);
  const column = head.indexOf("lanes_built");
  expect(cells.map((row) => [row[head.indexOf("lanes")], row[column]]).sort()).toEqual([4, 6, 8].map((lanes) => [String(lanes), "4"]));
  const page = String(reportPage(db));
  expect(page).toContain(`<p class="quiet note">On the front, ${line}.</p>`);
  expect(JSON.parse(JSON.stringify(reportData(db))).unbuiltLanes).toEqual(report.unbuiltLanes);
  const text = (lanes: number): string => pointLines(LOOK, show(db, idOf(lanes))).join("\n");
  expect(text(6)).toMatch(/\n {2}lanes +6\n {2}lanes built: 4 of 6; others are neither built nor priced\n/);
  expect(text(4)).not.toContain("lanes built");
  const top = pareto(db, { where: "lanes == 4" });
  expect([top.unbuiltLanes, viewLines(top).filter((one) => one.startsWith("lanes"))]).toEqual([[], []]);
});

test("a sentence names four pairs of numbers at most, those of most points, and counts the points of the others", () => {
  const points = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5].map((built, i) => ({ id: i + 1, kinds: [{ asked: 8, built }] }));
  expect(unbuiltLines(points)).toEqual([
    "lanes as asked for; built are 5 of 8 in points 11, 12, 13 and 2 more, 4 of 8 in points 7, 8, 9 and 1 more, 3 of 8 in points 4, 5, 6, 2 of 8 in points 2, 3, fewer than asked for in 1 more",
  ]);
  expect(unbuiltLines([])).toEqual([]);
});

test("of cores of two kinds, both numbers of each that builds fewer are given", async () => {
  const tile = { "tile[0]": { core: { lanes: { sweep: [6, 8] } } }, "tile[1]": { core: { lanes: 16 } } };
  const report = pareto(await swept("two.db", { tile: { core: { lanes: 2, state_memory: { banks: 2 } } }, ...tile }));
  const [head, ...cells] = csvOf(join(folder, "two.db"));
  for (const row of cells) expect(row[head.indexOf("lanes_built")]).toBe("4, 2");
  const kinds = report.unbuiltLanes.map((point) => point.kinds);
  for (const lanes of [6, 8]) expect(kinds).toContainEqual([lanes, 16].map((asked) => ({ asked, built: 4 })));
});

test("of rows that are not dense, lanes that no row feeds are neither built nor priced, and a point says so", async () => {
  const synapse_memory = { word_bits: 512, banks: 8, size_kib: 128 };
  const core = { lanes: { sweep: [128, 256] }, synapse_memory };
  const db = await swept("rows.db", { chip: { weight_format: "rows" }, tile: { core } });
  const points = [1, 2].map((id) => show(db, id));
  const wide = points.find(({ point }) => point.values.lanes === 256) ?? expect.fail();
  const [one, other] = points.map(({ point }) => point.metrics);
  expect(one).toEqual(other);
  expect(pointLines(LOOK, wide).join("\n")).toMatch(/\n {2}lanes built: 128 of 256; others are neither built nor priced\n/);
});
