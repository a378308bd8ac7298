/** The methods say which points of a study its own sampler did not choose, or chose knowing others. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readStill } from "../../../app/stored.js";
import { sourceLine } from "../../../sweeps/export/headers.js";
import { frontReport } from "../../../sweeps/export/report.js";
import { DrivenStudy, mergeInto, Store, systemClock } from "../../../sweeps/index.js";
import { otherResults, otherSentences, pointsBeside } from "../../../sweeps/report/others.js";
import { FakeEngine, fakeStudy, setupOf, specOf } from "../fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "others-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const of = (seed: number, budget = 20) => specOf({}, { name: "tpe", budget, seed });
const [first, second, third] = [at("1.db"), at("2.db"), at("3.db")];
for (const [i, file] of [first, second, third].entries()) await fakeStudy(of(i), file, new FakeEngine()).run();

function read<T>(file: string, work: (store: Store) => T): T {
  const store = readStill(file);
  try {
    return work(store);
  } finally {
    store.close();
  }
}
const said = (file: string): string => read(file, (store) => otherSentences(otherResults(store)));
const keysOf = (file: string): ReadonlySet<string> => new Set(read(file, (store) => [...store.points()].map(({ key }) => key)));

test("nothing of a study that its sampler chose alone", () => {
  expect(said(first)).toBe("");
  expect(read(first, (store) => sourceLine(frontReport(store)))).toContain(", sampler tpe, ");
});

test("how many points came by merges, and how many of those replaced its own; a merge that brought nothing is none", () => {
  const known = keysOf(first);
  const [byTwo, byThree] = [second, third].map((file) => [...keysOf(file)].filter((key) => !known.has(key)));
  const added = new Set([...byTwo, ...byThree]).size;
  expect(added).toBeGreaterThan(byTwo.length);
  const target = Store.open(first);
  for (const [i, file] of [second, second, third].entries()) {
    read(file, (source) => mergeInto(target, source));
    const points = i < 2 ? byTwo.length : added;
    const times = i < 2 ? "" : " 2 times";
    expect(otherSentences(otherResults(target))).toBe(
      ` Of these ${20 + points} points the sampler chose 20. Results of other searches were merged in${times}: ${points} points that this one had not asked.`,
    );
  }
  target.close();
});

test("a merge counts for the inputs that it was made into, whatever the clocks of the two hosts say", () => {
  const ahead = at("ahead.db");
  copyFileSync(third, ahead);
  const target = Store.open(ahead, () => "2001-01-01T00:00:00.000Z"); // long before the study began
  const { added } = read(second, (source) => mergeInto(target, source));
  const merged = { merges: 1, added, replaced: 0 };
  expect(otherResults(target)).toMatchObject({ merged, chosen: { bySampler: 20, beyondBudget: 0 } });
  expect(pointsBeside(target)).toBe(added);
  target.close();
});

test("nothing of merges before --rerun, which asks every point again", async () => {
  await fakeStudy(of(0), first, new FakeEngine(), { rerun: true }, undefined, { fake: false }).run();
  expect(read(first, (store) => store.study()?.edition)).toBe(2);
  expect(said(first)).toBe("");
});

test("how many points of which study the sampler was told before it began, also after --rerun", async () => {
  const warm = at("warm.db");
  await fakeStudy(of(5, 8), warm, new FakeEngine(), {}, undefined, undefined, second).run();
  const identity = read(second, (store) => store.study()?.identity);
  const text = ` Before its first question the sampler was told 20 points of study ${identity}, which are none of its own (warm start).`;
  expect(said(warm)).toBe(text);
  await fakeStudy(of(5, 8), warm, new FakeEngine(), { rerun: true }, undefined, { fake: false }).run();
  expect(said(warm)).toBe(text);
});

/** Runs points of the caller's choice on a database, and then asks as many as the budget allows. */
async function driven(file: string, budget: number, lanes: readonly number[]): Promise<void> {
  const effects = { store: Store.open(file), engine: new FakeEngine(), clock: systemClock };
  const settings = { workers: 1, retries: 0, retryFailed: false, rerun: false, evaluator: null };
  const study = await DrivenStudy.begin(setupOf(of(7, budget)), settings, effects, () => {}, undefined);
  for (const chosen of lanes) await study.run({ lanes: chosen, word_bits: 64, bits: 6, kind: "mesh" });
  for (let [point] = await study.ask(1); point !== undefined; [point] = await study.ask(1)) study.tell(point, await study.evaluate(point));
  await study.close();
}

test("who chose the points: sampler, caller and merges add up to the points stored, after each step", async () => {
  const file = at("chosen.db");
  const sides = (): readonly number[] =>
    read(file, (store) => {
      const { chosen, merged } = otherResults(store);
      const stored = [...store.points()].length;
      expect(chosen.bySampler + chosen.byCaller + (merged?.added ?? 0)).toBe(stored);
      const sentence = otherSentences(otherResults(store));
      expect(sentence).toContain(`Of these ${stored} points the sampler chose ${chosen.bySampler}`);
      expect(sentence.includes(`, the caller ${chosen.byCaller}.`)).toBe(chosen.byCaller > 0);
      expect(sentence.includes(`(${chosen.beyondBudget} of them beyond this budget, `)).toBe(chosen.beyondBudget > 0);
      // the head of a front, and the comment of a table, do not give the sampler what others chose
      expect(sourceLine(frontReport(store))).toContain(`, sampler tpe (which chose ${chosen.bySampler} of ${stored} points), `);
      return [chosen.bySampler, chosen.byCaller, chosen.beyondBudget];
    });
  await driven(file, 9, [1, 2]);
  expect(sides()).toEqual([9, 2, 0]);
  await driven(file, 9, [2, 4]); // one is known
  expect(sides()).toEqual([9, 3, 0]);
  await driven(file, 3, []);
  expect(sides()).toEqual([9, 3, 6]);
  const target = Store.open(file);
  read(third, (source) => mergeInto(target, source));
  target.close();
  expect(sides()).toEqual([9, 3, 6]);
  const live = Store.open(file);
  const before = sourceLine(frontReport(live));
  const [last] = [...live.points()].toReversed();
  live.insert({ ...last, id: last.id + 1, key: "chosen by the caller, not run yet" }, {});
  live.log("invited", { key: "chosen by the caller, not run yet" });
  expect(pointsBeside(live)).toBe(4 + otherResults(live).merged!.added);
  expect(sourceLine(frontReport(live))).toBe(before); // the sampler has lost none
  live.close();
});

test("merged parts of a search are others of a part, and none of the whole search that goes on with them", async () => {
  const search = (budget: number, options: { readonly [name: string]: number } = {}) =>
    specOf({}, { name: "random", budget, seed: 1, options });
  const parts = [1, 2, 3].map((shard) => at(`part-${shard}.db`));
  for (const [i, file] of parts.entries()) await fakeStudy(search(8, { shard: i + 1, shards: 3 }), file, new FakeEngine()).run();
  const target = Store.open(parts[0]);
  for (const file of parts.slice(1)) read(file, (source) => mergeInto(target, source));
  const stored = keysOf(parts[0]).size;
  expect(otherSentences(otherResults(target))).toMatch(new RegExp(`Of these ${stored} points the sampler chose 8\\..* merged in 2 times`));
  target.close();
  await fakeStudy(search(24), parts[0], new FakeEngine()).run();
  const whole = at("whole.db");
  await fakeStudy(search(24), whole, new FakeEngine()).run();
  expect(keysOf(parts[0])).toEqual(keysOf(whole));
  expect(said(parts[0])).toBe(said(whole));
  expect(said(whole)).toBe("");
});
