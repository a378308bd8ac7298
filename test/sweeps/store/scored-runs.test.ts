/** What functional runs got wrong is stored once per run, and anything but the stored rows is refused. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { type ScoredRun, Store } from "../../../sweeps/index.js";
import { packRecordings, packWrong, type Recordings, unpackRecordings, unpackRun } from "../../../sweeps/store/packed-errors.js";

/** Recordings and runs as data sets have them: few of many utterances, one frame or hundreds. */
function drawnRun(key: string, utterances: number, frames: number, seed: number, recordings?: Recordings): ScoredRun {
  const rng = createRng(seed, `run ${key}`);
  let at = -1;
  const chosen = recordings ?? {
    dataHash: `data ${frames}`,
    utterances: Uint32Array.from({ length: utterances }, () => (at += rng.int(1, 4))),
    scored: Uint32Array.from({ length: utterances }, () => (frames === 1 ? 1 : rng.int(0, frames))),
  };
  return { key, recordings: chosen, wrong: chosen.scored.map((count) => (rng.float() < 0.1 ? rng.int(0, count) : 0)) };
}

const rows = (store: Store, table: string): number => store.query(`SELECT count(*) AS n FROM ${table}`)[0].n as number;

test("runs come back as they were stored; runs on the same utterances share their row", () => {
  const store = Store.inMemory();
  const first = drawnRun("a", 1000, 1, 1);
  const runs = [first, drawnRun("b", 1000, 1, 1, first.recordings), drawnRun("c", 300, 700, 1), drawnRun("d", 0, 1, 1)];
  for (const run of [...runs, ...runs]) store.keepRun(run);
  for (const run of runs) expect(store.scoredRun(run.key)).toEqual(run);
  expect(store.scoredRun("e")).toBeNull();
  expect([rows(store, "scored_run"), rows(store, "recordings")]).toEqual([4, 3]);
  expect(store.scoredRun("b")?.recordings).toBe(store.scoredRun("a")?.recordings);
  // a run of another version of the program replaces that of the same key
  const other = { ...first, wrong: first.wrong.map((_, i) => Number(i < 3)) };
  store.keepRun(other);
  expect(store.scoredRun("a")).toEqual(first);
  const later = Store.inMemory();
  later.keepRun(other);
  later.keepRunsOf(store);
  expect(later.scoredRun("a")).toEqual(other);
  for (const run of runs.slice(1)) expect(later.scoredRun(run.key)).toEqual(run);
});

test("a run whose rows were changed in any column is refused and named, whatever the bytes: 80 changes, seed 9", () => {
  const rng = createRng(9, "changes");
  const changed: Record<string, number> = {};
  for (let k = 0; k < 80; k++) {
    const store = Store.inMemory();
    const run = drawnRun("a", 50, k % 2 === 0 ? 1 : 30, k + 1);
    store.keepRun(run);
    const [table, column] = [
      ["recordings", "data_hash"],
      ["recordings", "utterances"],
      ["recordings", "scored_deflate"],
      ["scored_run", "wrong_deflate"],
      ["scored_run", "digest"],
    ][rng.int(0, 4)];
    const { value } = store.query(`SELECT ${column} AS value FROM ${table}`)[0];
    const cellValue = Buffer.isBuffer(value) ? Buffer.from(value) : value;
    if (Buffer.isBuffer(cellValue)) cellValue[rng.int(0, cellValue.length - 1)] ^= 1 << rng.int(0, 7);
    const cell = Buffer.isBuffer(cellValue)
      ? `x'${cellValue.toString("hex")}'`
      : typeof cellValue === "number"
        ? String(rng.int(-9, 2_000_000_000))
        : "'x'";
    store.transaction(() => {
      store.query(`UPDATE ${table} SET ${column} = ${cell} RETURNING 1`);
    });
    const [later, other] = [Store.inMemory(), Store.inMemory()];
    // a bit of a deflated block may say the same in another way
    if (store.brokenRuns().length === 0) {
      later.keepRunsOf(store);
      expect(later.scoredRun("a")).toEqual(run);
      continue;
    }
    changed[column] = (changed[column] ?? 0) + 1;
    expect(store.brokenRuns()).toEqual(["a"]);
    expect(() => store.scoredRun("a")).toThrow(/is damaged: what the functional run a got wrong\n {4}run its sweep again with --resume/);
    expect(() => store.demandSound()).toThrow(/is damaged: what 1 of its functional runs got wrong\n/);
    expect(() => later.keepRunsOf(store)).toThrow(/is damaged/);
    store.removeRuns(["a"]);
    expect([store.scoredRun("a"), rows(store, "scored_run"), rows(store, "recordings")]).toEqual([null, 0, 0]);
    other.keepRun(run);
    store.keepRunsOf(other);
    expect(store.scoredRun("a")).toEqual(run);
  }
  for (const column of ["data_hash", "utterances", "scored_deflate", "wrong_deflate", "digest"])
    expect([column, (changed[column] ?? 0) > 5]).toEqual([column, true]);
});

test("bytes that are cut, unpack to too much, do not ascend or have more wrong frames than scored ones are refused", () => {
  const { recordings, wrong } = drawnRun("a", 100, 5, 2);
  const [scored, own] = [packRecordings(recordings), packWrong({ wrong })];
  const read = (bytes: Uint8Array, of = own, count = 100): unknown => unpackRun("a", unpackRecordings("d", count, bytes, "x"), of, "x");
  expect(read(scored)).toMatchObject({ wrong });
  for (const bytes of [scored.subarray(0, 20), new Uint8Array(0), Uint8Array.of(3, 0), packWrong({ wrong: new Uint32Array(100_000) })])
    expect(() => read(bytes)).toThrow(/damaged/);
  for (const count of [99, 101, -1, 0.5, 1e9, Number.NaN]) expect(() => read(scored, own, count)).toThrow(/damaged/);
  expect(() => read(scored, packWrong({ wrong: recordings.scored.map((count) => count + 1) }))).toThrow(/contradict/);
  const same = packRecordings({ ...recordings, utterances: new Uint32Array(100).fill(7) });
  expect(() => read(same)).toThrow(/contradict/);
});
