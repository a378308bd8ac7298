/** D8: a sweep that continues with a smaller budget keeps the front of all stored points. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { open, pareto, sweep } from "../../app/index.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

test("after a smaller budget the table of the front, the view of points and pareto agree", { tags: ["long"] }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "budget-"));
  try {
    const db = join(folder, "x.db");
    for (const budget of [20, 3]) {
      await sweep(open(lanesAndClocks("random", budget)), { db, workers: 1, budget });
      const stored = new Database(db, { readonly: true });
      const front = stored.prepare("SELECT point_id FROM front ORDER BY point_id").pluck().all();
      const viewed = stored.prepare("SELECT id FROM design_point WHERE on_front ORDER BY id").pluck().all();
      stored.close();
      const ids = pareto(db).rows.map(({ id }) => id);
      expect(front).toEqual(ids.sort((a, b) => a - b));
      expect(viewed).toEqual(front);
      // the budget alone would have left fewer
      expect(Math.max(...ids)).toBeGreaterThan(3);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a budget has one limit, in a description and as an option", async () => {
  const most = 10_000_000;
  expect(() => open(lanesAndClocks("random", most + 1))).toThrow(/budget/);
  expect(open(lanesAndClocks("random", most)).sweep?.sampler.budget).toBe(most);
  const folder = mkdtempSync(join(tmpdir(), "budget-"));
  const db = join(folder, "x.db");
  await expect(sweep(open(lanesAndClocks("random", 3)), { db, budget: most + 1 })).rejects.toThrow(`expected at most ${most}`);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
