/** What is said of points beyond the limits equals the limits' own arithmetic over all points. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { brokenConstraints, frontReport, Store } from "../../sweeps/index.js";
import { FakeEngine, fakeStudy, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "limits-"));
const stores: Store[] = [];
afterAll(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true });
});

async function studied(constraints: readonly string[]): Promise<Store> {
  const file = join(folder, `${stores.length}.db`);
  await fakeStudy(specOf({ constraints }), file, new FakeEngine()).run();
  const store = Store.read(file);
  stores.push(store);
  return store;
}

test("a point breaks the limits that its own values exceed, and each is named with them", async () => {
  const store = await studied(["accuracy_percent >= 80", "lanes * energy_uj_per_inference <= 30"]);
  let both = 0;
  for (const point of store.points("p.state = 'done'")) {
    const [accuracy, energy, lanes] = [
      point.metrics?.accuracy_percent ?? 0,
      point.metrics?.energy_uj_per_inference ?? 0,
      Number(point.values.lanes),
    ];
    const expected = [
      ...(accuracy >= 80 ? [] : [{ text: "accuracy_percent >= 80", values: [{ name: "accuracy_percent", value: accuracy }] }]),
      ...(lanes * energy <= 30
        ? []
        : [
            {
              text: "lanes * energy_uj_per_inference <= 30",
              values: [
                { name: "lanes", value: lanes },
                { name: "energy_uj_per_inference", value: energy },
              ],
            },
          ]),
    ];
    expect(brokenConstraints(store, point)).toEqual(expected);
    if (expected.length === 2) both++;
  }
  expect(both).toBeGreaterThan(3);
});

test("if every result breaks a limit, the report names the one with the least excess; if one holds, none", async () => {
  const store = await studied(["energy_uj_per_inference <= 1"]);
  const report = frontReport(store);
  const done = [...store.points("p.state = 'done'")];
  const least = Math.min(...done.map(({ metrics }) => metrics?.energy_uj_per_inference ?? Number.NaN));
  expect(report.rows).toEqual([]);
  expect(done.find(({ id }) => id === report.nearestId)?.metrics?.energy_uj_per_inference).toBe(least);
  expect(frontReport(await studied([])).nearestId).toBe(null);
});
