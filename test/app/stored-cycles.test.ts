/** SystemVerilog is of the chip that the database has timed: a point of other cycles than stored is refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { open, rtl, simulate } from "../../app/index.js";
import { searchOf, studyParts } from "../../app/study-parts.js";
import type { Result } from "../../sim/index.js";
import { Space, studyRecord } from "../../sweeps/index.js";
import { NO_COUNTERS } from "../sweeps/fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "stored-cycles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a stored point becomes SystemVerilog only with the cycles that its database has, of all its utterances and of some", async () => {
  const description = open({
    version: 1,
    extends: "edge-core",
    workload: { samples: 3, timing_samples: 3 },
    tile: { core: { lanes: { sweep: [2, 4] } } },
    sweep: { objectives: { area_mm2: "min" }, sampler: { name: "grid" } },
  });
  const database = join(folder, "a.db");
  const { store, setup } = studyParts(description, await searchOf(description, undefined), database, null, {});
  const space = new Space(setup.spec.parameters);
  const values = space.decode(space.gridPosition(0));
  const { result } = (await simulate(description, { values: space.byPath(values) })) as { readonly result: Result };
  const each = result.provenance.timedLatencyCycles ?? [];
  expect(each).toHaveLength(3);
  const slower = (timedLatencyCycles: readonly number[] | undefined): Result => {
    const metrics = { ...result.metrics, latency_cycles: (result.metrics.latency_cycles ?? 0) + 1 };
    return { ...result, metrics, provenance: { ...result.provenance, timedLatencyCycles } };
  };
  store.begin(studyRecord(setup), 1, {});
  // the last as databases have it whose builds kept only the mean
  [result, slower(each.map((cycles) => cycles + 1)), slower(undefined)].forEach((stored, i) => {
    store.insert({ id: i + 1, key: `k${i}`, values, fidelity: 1 }, space.byPath(values));
    store.setRunning(i + 1, 1);
    store.finish({ id: i + 1 }, stored, NO_COUNTERS, 0, 1);
  });
  store.close();
  const told = async (id: number, samples: number | null): Promise<string> => {
    try {
      const { files } = await rtl(database, id, { out: join(folder, `${id}-${samples}`), samples });
      return (files ?? 0) > 20 ? "written" : "nothing";
    } catch (error) {
      return (error as Error).message.split("\n")[0];
    }
  };
  const now = result.metrics.latency_cycles as number;
  expect(await told(1, 1)).toBe("written");
  for (const id of [2, 3])
    expect(await told(id, null)).toBe(`${database}: point ${id} takes ${now} cycles now, but took ${now + 1} when it was stored`);
  for (const id of [2, 3]) expect(await told(id, 1)).toMatch(/takes [\d.]+ cycles now, but took [\d.]+ when it was stored/);
});
