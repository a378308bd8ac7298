/** A condition keeps the same points whether it is asked of the database or stands among the study's constraints. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open } from "../../../app/open.js";
import { openStudy } from "../../../app/open-study.js";
import { createRng } from "../../../base/rng.js";
import { Objectives, reportedIds, Store } from "../../../sweeps/index.js";
import { lanesAndClocks } from "../../app/lanes-and-clocks.js";
import { isBuilt } from "../../cli/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "where-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEED = 5;
const AMOUNTS: readonly (readonly [name: string, values: readonly number[]])[] = [
  ["lanes", [1, 2, 8]],
  ["clock_mhz", [50, 100, 150]],
  ["latency_us", [1, 5, 20]],
  // unknown of some points
  ["area_mm2", [0.2, 0.3, 0.5]],
  ["accuracy_percent", [80, 90]],
  // unknown of all points
  ["energy_std_uj", [1]],
];

test.skipIf(!isBuilt)("on random conditions over known and unknown metrics, both keep equal sets of points", async () => {
  const db = join(folder, "some.db");
  const { sweep: search, ...chip } = lanesAndClocks("grid", 20);
  const depends = { path: "tile.core.state_memory.word_bits", name: "word", values: [32, 64], when: "lanes == 4" };
  const { parameters, ...rest } = search as { readonly parameters: readonly object[] };
  const study = await openStudy(open({ ...chip, sweep: { ...rest, parameters: [...parameters, depends] } }), { db, evaluator: "mine 1" });
  for (let batch = await study.ask(8); batch.length > 0; batch = await study.ask(8))
    for (const point of batch) {
      const [lanes, clock] = [point.values.lanes as number, point.values.clock_mhz as number];
      study.tell(point, {
        metrics: {
          ...{ energy_uj_per_inference: lanes, latency_us: 1000 / lanes / clock },
          area_mm2: point.id % 3 === 0 ? null : 0.1 * lanes,
          accuracy_percent: point.id % 4 === 0 ? null : 75 + point.id,
        },
      });
    }
  await study.close();
  const rng = createRng(SEED, "where");
  const pick = <T>(values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  const condition = (depth: number): string => {
    const kind = depth === 0 ? "compare" : pick(["compare", "and", "or", "or", "not", "choice"]);
    if (kind === "not") return `not (${condition(depth - 1)})`;
    if (kind === "choice") return `((${condition(depth - 1)}) ? (${condition(depth - 1)}) : (${condition(depth - 1)}))`;
    if (kind !== "compare") return `(${condition(depth - 1)} ${kind} ${condition(depth - 1)})`;
    const [name, values] = pick(AMOUNTS);
    return `${name} ${pick(["<", "<=", ">", ">="])} ${pick(values)}`;
  };
  const store = Store.read(db);
  try {
    const spec = store.study()?.sweep;
    if (spec === undefined) throw new Error("no study");
    const points = [...store.points("p.state = 'done'")];
    const kept = (where: string): readonly number[] => [...reportedIds(store, { objectives: [], where })].sort((a, b) => a - b);
    const met = { none: 0, all: 0, some: 0, despite: 0 };
    for (let k = 0; k < 300; k++) {
      const where = condition(3);
      const names = ["lanes", "clock_mhz", "word"];
      const asConstraint = new Objectives({ ...spec, constraints: [where] }, names);
      const feasible = points
        .filter(({ values, metrics }) => asConstraint.score(values, metrics ?? {}).violation === 0)
        .map(({ id }) => id);
      expect(kept(where), `seed ${SEED}: ${where}`).toEqual(feasible);
      met[feasible.length === 0 ? "none" : feasible.length === points.length ? "all" : "some"]++;
      if (where.includes("energy_std_uj") && feasible.length > 0) met.despite++;
    }
    console.log(`seed ${SEED}: ${JSON.stringify(met)}`);
    for (const [kind, count] of Object.entries(met)) expect(count, kind).toBeGreaterThan(10);
    // of a parameter that a point does not have, nothing can be asked
    expect(kept("word >= 32 or lanes >= 1")).toEqual(points.filter(({ values }) => values.word !== undefined).map(({ id }) => id));
  } finally {
    store.close();
  }
});
