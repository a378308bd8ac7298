/** Shards of a search are disjoint, together they are the whole, and merged they have its front. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { frontReport, mergeInto, Store } from "../../../sweeps/index.js";
import { shardBudget } from "../../../sweeps/samplers/shard.js";
import { usualAndLong } from "../../usual.js";
import { FakeEngine, fakeStudy, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "shard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const BUDGET = 130;

test("shares of the budget add up to it, and differ by one at most", () => {
  for (const budget of [1, 7, 130, 1000])
    for (const shards of [1, 2, 3, 7, 130]) {
      const shares = Array.from({ length: shards }, (_, i) => shardBudget(budget, i + 1, shards));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(budget);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }
});

for (const [some, options] of usualAndLong(["grid", "random", "sobol"], (name) => name === "random"))
  test.each(some)(
    "%s in three shards: no point twice, together the points of the whole; merged they have its front, reference point and hypervolume",
    options,
    async (name) => {
      const wholeFile = join(folder, `${name}.db`);
      await fakeStudy(specOf({}, { name, budget: BUDGET }), wholeFile, new FakeEngine()).run();
      const files = [1, 2, 3].map((shard) => join(folder, `${name}-${shard}.db`));
      for (const [i, file] of files.entries()) {
        const budget = shardBudget(BUDGET, i + 1, 3);
        await fakeStudy(specOf({}, { name, budget, options: { shard: i + 1, shards: 3 } }), file, new FakeEngine()).run();
      }
      const keysOf = (file: string): string[] => {
        const store = Store.read(file);
        const keys = [...store.points()].map(({ key }) => key);
        store.close();
        return keys;
      };
      const parts = files.map(keysOf);
      expect(new Set(parts.flat()).size).toBe(BUDGET);
      expect(parts.flat().length).toBe(BUDGET);
      expect(parts.flat().sort()).toEqual(keysOf(wholeFile).sort());
      const target = Store.open(files[0]);
      const own = frontReport(target).reference;
      for (const file of files.slice(1)) {
        const source = Store.read(file);
        expect(mergeInto(target, source)).toMatchObject({ same: 0, conflicts: [] });
        source.close();
        // Until the last part has come, a point that decides the reference is missing.
        if (file === files[1]) expect(frontReport(target).reference).toEqual(own);
      }
      const whole = Store.read(wholeFile);
      const front = (store: Store) =>
        frontReport(store)
          .rows.map((row) => row.key)
          .sort();
      expect(front(target)).toEqual(front(whole));
      const { reference, hypervolume } = frontReport(whole);
      expect(frontReport(target)).toMatchObject({ reference, hypervolume });
      whole.close();
      target.close();
    },
  );

for (const [some, options] of usualAndLong(["merged", "alone"], (how) => how === "merged"))
  test.each(some)(
    "parts go on as the whole search, %s: points, front and reference of one never split and raised alike, and none is run twice",
    options,
    async (how) => {
      const whole = join(folder, `whole-${how}.db`);
      const undisturbed = new FakeEngine();
      // parts that are all there had fixed the reference point of the whole, from fewer than 32 feasible points
      const budgets = how === "merged" ? [12, 150] : [150];
      for (const budget of budgets) await fakeStudy(specOf({}, { name: "random", budget }), whole, undisturbed).run();
      const files = [1, 2].map((shard) => join(folder, `${how}-${shard}.db`));
      const engines = files.map(() => new FakeEngine());
      for (const [i, file] of files.entries())
        await fakeStudy(specOf({}, { name: "random", budget: 6, options: { shard: i + 1, shards: 2 } }), file, engines[i]).run();
      const target = Store.open(files[0]);
      const other = Store.read(files[1]);
      if (how === "merged") mergeInto(target, other);
      other.close();
      target.close();
      const engine = new FakeEngine();
      await fakeStudy(specOf({}, { name: "random", budget: 150 }), files[0], engine).run();
      const before = how === "merged" ? engines : engines.slice(0, 1);
      expect([...before, engine].flatMap(({ evaluated }) => evaluated).sort()).toEqual([...undisturbed.evaluated].sort());
      const contentOf = (file: string) => {
        const store = Store.read(file);
        const { rows, reference, hypervolume } = frontReport(store);
        const keys = [...store.points()].map(({ key }) => key).sort();
        const study = store.study();
        // the stored search names the budget with which it began
        const sampler = { ...study?.sweep.sampler, budget: study?.budget };
        store.close();
        return { front: rows.map(({ key }) => key).sort(), reference, hypervolume, keys, sampler };
      };
      expect(contentOf(files[0])).toEqual(contentOf(whole));
      const again = () =>
        fakeStudy(specOf({}, { name: "random", budget: 75, options: { shard: 1, shards: 2 } }), files[0], new FakeEngine());
      expect(again).toThrow(/holds another study: sampler\.options\.shard is .*absent there and 1 here/);
    },
  );

test("a shard number that does not exist and a search that learns are refused", () => {
  const study = (name: string, options: { readonly [key: string]: number }) =>
    fakeStudy(specOf({}, { name, options }), join(folder, `refused-${JSON.stringify(options)}.db`), new FakeEngine());
  expect(() => study("random", { shard: 3, shards: 2 })).toThrow(/no shard 3 of 2/);
  expect(() => study("random", { shard: 1.5, shards: 2 })).toThrow(/got 1.5, expected a whole number/);
  expect(() => study("nsga2", { shard: 1, shards: 2 })).toThrow(/no option 'shard'/);
});
