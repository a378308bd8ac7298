/** What reads a database while a sweep adds to it shows one moment: its counts, rows and prices belong together. */
// @module-tag slow
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { open, points, reprice, repricedPieces, results, sweep } from "../../app/index.js";
import { reportData } from "../../app/report.js";
import { readStill } from "../../app/stored.js";
import type { Json } from "../../base/hash.js";
import { mergeInto, Store } from "../../sweeps/index.js";
import { isBuilt } from "../cli/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "moment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const [small, whole] = [at("small.db"), at("whole.db")];
const LIBRARY = { synapse_memory_read_pj: { value: 3.1, source: "own" } };

/** The four points of a grid; every second one has a network of another shape. */
const grid = open({
  version: 1,
  extends: "mesh-2x2",
  network: { model: "mnist-rows-rec-v2.safetensors" },
  workload: { dataset: "mnist-rows", samples: 4, timing_samples: 1 },
  sweep: {
    parameters: [
      { path: "tile.core.lanes", values: [8, 32] },
      { path: "precision.weight_bits", values: [8, 4] },
    ],
    objectives: { energy_uj_per_inference: "min", latency_us: "min" },
    sampler: { name: "grid" },
  },
} as { readonly [key: string]: Json });

let copies = 0;
/** Runs `read` on a database of one point to which the other three come after its first look at the study. */
async function during<T>(read: (db: string) => T | Promise<T>): Promise<T> {
  const db = at(`${copies++}.db`);
  copyFileSync(small, db);
  const writer = Store.open(db); // a sweep that runs
  const { study } = Store.prototype;
  let isAdded = false;
  const look = vi.spyOn(Store.prototype, "study").mockImplementation(function (this: Store) {
    const found = study.call(this);
    if (this.file === db && this !== writer && !isAdded) {
      isAdded = true;
      const source = readStill(whole);
      expect(mergeInto(writer, source).added).toBe(3);
      source.close();
    }
    return found;
  });
  try {
    const found = await read(db);
    expect(isAdded).toBe(true);
    return found;
  } finally {
    look.mockRestore();
    writer.close();
  }
}

describe.skipIf(!isBuilt)("three points come while a database of one is read", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await sweep(grid, { db: small, workers: 1, budget: 1 });
    await sweep(grid, { db: whole, workers: 1 });
  }, 120_000);

  test("results, points and the report show one", async () => {
    const { points: rows, front } = await during(results);
    expect([rows.length, front]).toEqual([1, [1]]);
    expect((await during((db) => [...points(db)])).map(({ id }) => id)).toEqual([1]);
    const data = await during((db) => reportData(db, { draws: 10 }));
    expect([data.counts.done, data.points.id, data.history.at(-1)?.points]).toEqual([1, [1], 1]);
  });

  test.each([
    ["scaled", null, { scale: { energy: 2 } }],
    ["of a library", LIBRARY, {}],
  ])(
    "prices %s: one is priced, and a file that is written later has no row with a result without new prices",
    async (_, library, options) => {
      const { repricing, rows } = await during(async (db) => {
        const priced = await reprice(db, library, options);
        const text = [...repricedPieces(db, priced, "json", false)].map(String).join("");
        return { repricing: priced, rows: JSON.parse(text).points as { id: number; metrics: { energy_uj_per_inference: number } }[] };
      });
      expect(repricing.points.map(({ id }) => id)).toEqual([1]);
      const [{ before, after }] = repricing.points;
      expect(after.energy_uj_per_inference).not.toBe(before.energy_uj_per_inference);
      expect(rows.map(({ id, metrics }) => [id, metrics.energy_uj_per_inference])).toEqual([[1, after.energy_uj_per_inference]]);
    },
  );

  test("prices of points that the database no longer holds are refused", async () => {
    const priced = await reprice(whole, LIBRARY);
    expect(() => [...repricedPieces(small, priced, "csv")]).toThrow(/point 2 was priced and is no longer in the study/);
  });
});
