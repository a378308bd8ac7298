/** A study's points under other prices: what `reprice` says of constraints, and what `compare` says of older points. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { comparePoints } from "../../app/compare.js";
import { open, reprice, results, show, sweep } from "../../app/index.js";
import { repricedPieces } from "../../app/reprice.js";
import type { Json } from "../../base/hash.js";
import { isBuilt } from "../cli/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "prices-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const described = (constraint: string, readPj = 3.1, percent = 1) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-rec-v2.safetensors" },
    workload: { dataset: "mnist-rows", samples: 20, timing_samples: 2 },
    prices: { synapse_memory_read_pj: { value: readPj, source: "own", plus_minus_percent: percent } },
    sweep: {
      parameters: [
        { path: "tile.core.lanes", values: [8, 32] },
        { path: "tile.core.synapse_memory.word_bits", values: [32, 64] },
      ],
      objectives: { energy_uj_per_inference: "min", latency_us: "min" },
      constraints: [constraint],
      sampler: { name: "grid", budget: 4 },
    },
  } as { readonly [key: string]: Json });

describe.skipIf(!isBuilt)("a small sweep", { timeout: 120_000 }, () => {
  test("under other prices violates a constraint exactly where it fails under them", async () => {
    const db = at("limit.db");
    await sweep(described("energy_uj_per_inference <= 1000"), { db, workers: 1 });
    const energies = results(db).points.map(({ metrics }) => metrics?.energy_uj_per_inference as number);
    expect(energies.length).toBe(4);
    const middle = [...energies].sort((a, b) => a - b)[1];
    const priced = await reprice(db, null, { scale: { energy: 1000 / (middle * 1.0001) } });
    const text = [...repricedPieces(db, priced, "json")].map(String).join("");
    const rows = JSON.parse(text).points as readonly {
      readonly violation: number;
      readonly isOnFront: boolean;
      readonly metrics: { readonly energy_uj_per_inference: number };
    }[];
    const fails = rows.map(({ metrics }) => metrics.energy_uj_per_inference > 1000);
    expect(fails.filter(Boolean).length).toBe(2);
    expect(rows.map(({ violation }) => violation > 0)).toEqual(fails);
    expect(priced.points.map(({ violation }) => (violation as number) > 0)).toEqual(fails);
    for (const [i, row] of rows.entries()) if (fails[i]) expect(row.isOnFront).toBe(false);
    // without other prices, as stored
    expect((await reprice(db, null, {})).points.map(({ violation }) => violation)).toEqual([0, 0, 0, 0]);
  });

  test("whose constraint is on the spread of energy is priced where the spread is known, and refused where it is not", async () => {
    const db = at("spread.db");
    await sweep(described("energy_std_uj <= 1000"), { db, workers: 1 });
    const { front, frontAfter } = await reprice(db, null, { scale: { area: 2 }, monteCarlo: { draws: 10 } });
    expect(frontAfter).toEqual(front);
    expect(front.length).toBeGreaterThan(0);
    await expect(reprice(db, null, { scale: { leakage: 1.01 } })).rejects.toThrow(
      /name energy_std_uj, which stored counts do not give under other prices/,
    );
  });

  test("run again with another price keeps the errors of its older points, and compare names the price", async () => {
    const db = at("again.db");
    await sweep(described("latency_us > 0"), { db, workers: 1 });
    const before = comparePoints(db, 1, 2);
    expect(before.better.length).toBeGreaterThan(1);
    await sweep(described("latency_us > 0", 12, 80), { db, workers: 1, rerun: true });
    const after = comparePoints(db, 1, 2);
    expect([after.better, after.causes, after.inputsDiffer]).toEqual([before.better, before.causes, []]);
    // ids 5 to 8 are the same chips at the other price
    const pair = comparePoints(db, 1, 5);
    expect(pair.differ).toEqual([]);
    expect(pair.inputsDiffer).toEqual([
      expect.objectContaining({ kind: "description", before: expect.stringMatching(/^prices\..*synapse_memory_read_pj.* /) }),
    ]);
    const wide = comparePoints(db, 5, 6).better.find(({ metric }) => metric === "energy_uj_per_inference");
    expect(wide).not.toEqual(before.better.find(({ metric }) => metric === "energy_uj_per_inference"));
    expect(show(db, 1).changes).toEqual(pair.inputsDiffer);
  });
});
