/** Merging studies whose files have other names, and what a target keeps of its own. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { InfeasibleError } from "../../base/errors.js";
import { canonicalJson, sha256 } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import {
  frontReport,
  mergeInto,
  type Outcome,
  Store,
  Study,
  type StudySetup,
  storedModels,
  systemClock,
  testedPoints,
} from "../../sweeps/index.js";
import type { Input, InputKind } from "../../sweeps/inputs.js";
import { packResult } from "../../sweeps/store/packed-result.js";
import { toldOutcome } from "../../sweeps/told-result.js";
import { contentOf, FakeEngine, type FakeValues, formula, OPTIONS, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "merge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

interface Made {
  readonly file?: string;
  readonly budget?: number;
  readonly seed?: number;
  readonly setup?: Partial<StudySetup>;
  readonly formula?: (chip: FakeValues) => Outcome;
  readonly rerun?: boolean;
}

/** Runs a random search, also on a database that exists. */
async function swept({
  file = fresh(),
  budget = 12,
  seed = 1,
  setup = {},
  formula: answer = formula,
  rerun = false,
}: Made): Promise<string> {
  const study = { ...setupOf(specOf({}, { name: "random", budget, seed })), ...setup };
  const effects = { store: Store.open(file), engine: new FakeEngine(answer), clock: systemClock };
  await new Study(study, { ...OPTIONS, rerun }, effects, () => {}).run();
  return file;
}

function merged(target: string, source: string) {
  const [into, from] = [Store.open(target), Store.read(source)];
  try {
    return mergeInto(into, from);
  } finally {
    into.close();
    from.close();
  }
}

const PROGRAM: Input = { kind: "program", name: "snn-dse", sha256: "1" };
/** A study with an input of this kind, content "a", under the name. */
function named(kind: InputKind, name: string): Partial<StudySetup> {
  const input: Input = { kind, name, sha256: "a" };
  const ofProgram = kind === "table" || kind === "plugin" || kind === "description";
  return { inputs: ofProgram ? [PROGRAM, input] : [PROGRAM], inputsOf: () => (ofProgram ? [] : [input]) };
}

const RENAMED: readonly InputKind[] = ["plugin", "description", "model", "spikes", "labels", "case", "data"];

const ORDERS = [
  ["x", "y", "z"],
  ["y", "x", "x"],
  ["z", "z", "y"],
];

test.each(RENAMED.map((kind, i) => [kind, ...ORDERS[i % ORDERS.length]] as const))(
  "an input of kind %s named %s merges with the same content named %s and %s, twice too, and the target continues",
  async (kind, own, ...others) => {
    const part = (name: string, seed: number, budget = 12): Promise<string> => swept({ setup: named(kind, name), seed, budget });
    const target = await part(own, 1);
    const sources = await Promise.all(others.map((name, i) => part(name, i + 2)));
    for (const source of sources) expect(merged(target, source).conflicts).toEqual([]);
    for (const source of sources) expect(merged(target, source)).toMatchObject({ added: 0, same: 12 });
    const sizeOf = (): number => {
      const store = Store.read(target);
      const size = store.size();
      store.close();
      return size;
    };
    const size = sizeOf();
    expect(size).toBeGreaterThan(25);
    await swept({ file: target, setup: named(kind, own), budget: 20 });
    expect(sizeOf()).toBeGreaterThan(size);
  },
);

/** The points of a study whose chip refuses a torus; the description names its model's file. */
const refusing = (model: string): Partial<StudySetup> => ({
  document: { network: { model } },
  experimentOf: (byPath) => {
    if (byPath["fake.kind"] === "torus" && byPath["fake.bits"] === 2)
      throw new InfeasibleError("TOO_SMALL", "a torus", "2 bits", "3 bits", "take more bits");
    return setupOf(specOf()).experimentOf(byPath);
  },
});

test("a search merged with itself under another model name stays as large, refused points included, and so does its continuation", {
  tags: ["long"],
}, async () => {
  const [one, two] = [await swept({ setup: refusing("one"), budget: 200 }), await swept({ setup: refusing("two"), budget: 200, seed: 2 })];
  const countsOf = (file: string) => {
    const store = Store.read(file);
    const { counts } = frontReport(store);
    store.close();
    return counts;
  };
  const alone = countsOf(one);
  expect(alone.infeasible).toBeGreaterThan(20);
  expect(merged(one, two)).toMatchObject({ added: 0, same: 200, improved: 0, conflicts: [] });
  expect(countsOf(one)).toEqual(alone);
  const part = await swept({ setup: refusing("one"), budget: 60 });
  merged(part, two);
  merged(part, one);
  expect(countsOf(part)).toEqual(alone);
  await swept({ file: part, setup: refusing("one"), budget: 200 });
  expect(countsOf(part)).toEqual(alone);
});

test("a changed point of other inputs is never taken over as sound: merge and a return to these inputs compute or copy it", {
  tags: ["long"],
}, async () => {
  const rng = createRng(4, "changed");
  const other: Partial<StudySetup> = { document: { fake: false } };
  const changes = [
    "UPDATE result SET energy_uj_per_inference = 0.001 WHERE point_id = ?",
    "UPDATE point SET violation = 0 WHERE id = ?",
    "UPDATE point SET config_json = '{}' WHERE id = ?",
    "UPDATE breakdown_row SET energy_pj = 1 WHERE point_id = ?",
    "DELETE FROM detail WHERE point_id = ?",
  ];
  const source = await swept({ seed: 2, budget: 200 });
  const rowsOf = (file: string) => {
    const store = Store.read(file);
    expect(store.brokenPoints()).toEqual([]);
    const { rows, counts, cloud } = frontReport(store);
    store.close();
    const front = rows.map(({ key, metrics }) => `${key} ${metrics.energy_uj_per_inference}`).sort();
    return { front, counts, size: cloud.length };
  };
  for (const change of changes) {
    const target = await swept({ budget: 30 });
    await swept({ file: target, setup: other, budget: 5, rerun: true });
    const db = new Database(target);
    const ids = db.prepare("SELECT id FROM point WHERE edition = 1 AND state = 'done' ORDER BY id").pluck().all() as number[];
    for (let k = 0; k < 3; k++) db.prepare(change).run(ids[rng.int(0, ids.length - 1)]);
    db.close();
    const returned = await swept({ file: target, budget: 10, rerun: true });
    expect(rowsOf(returned), change).toEqual(rowsOf(await swept({ budget: 10 })));
    merged(target, source);
    expect(rowsOf(target), change).toEqual(rowsOf(source));
  }
});

test("studies that another program told merge, whatever their metrics; a metric that is no number is refused", async () => {
  const told =
    (energy: number) =>
    (chip: FakeValues): Outcome => {
      const { kind } = formula(chip);
      const metrics = { accuracy_percent: 130, energy_uj_per_inference: energy, latency_us: chip["fake.lanes"] as number };
      return kind === "done" ? (toldOutcome({ metrics }, [], { modelHash: "m", dataHash: "d" }, 1) as Outcome) : formula(chip);
    };
  const evaluator: Partial<StudySetup> = { inputs: [{ kind: "program", name: "mine 1", sha256: "9" }] };
  const target = await swept({ setup: evaluator, formula: told(4) });
  const source = await swept({ setup: evaluator, formula: told(4), seed: 2 });
  const { added, same, conflicts } = merged(target, source);
  expect([added + same, conflicts]).toEqual([12, []]);
  expect(added).toBeGreaterThan(5);
  const endless = (chip: FakeValues): Outcome => {
    const outcome = told(4)(chip);
    if (outcome.kind !== "done") return outcome;
    const text = canonicalJson(JSON.parse(JSON.stringify(outcome.result))).replace('"area_mm2":null', '"area_mm2":1e999');
    const packed = { ...packResult(outcome.result, outcome.counters), digest: sha256(text), result: deflateRawSync(text) };
    return { ...outcome, packed };
  };
  const before = contentOf(target);
  const strange = await swept({ setup: evaluator, formula: endless, seed: 3 });
  expect(() => merged(target, strange)).toThrow(/holds a result that cannot be: point \d+: area_mm2 is Infinity/);
  expect(contentOf(target)).toBe(before);
});

const [HERE, ELSEWHERE] = ["d".repeat(64), "e".repeat(64)];
/** Ends of a point's runs on the test set; a later one is another time. */
const ENDS = {
  none: [],
  result: [{ data: HERE, accuracy: 91 }],
  "other result": [{ data: HERE, accuracy: 90 }],
  failure: [{ data: HERE, accuracy: null }],
  "failure, then result": [
    { data: HERE, accuracy: null },
    { data: HERE, accuracy: 91 },
  ],
  "result on another set": [{ data: ELSEWHERE, accuracy: 70 }],
  "failure on another set": [{ data: ELSEWHERE, accuracy: null }],
};

/** What a database may hold of a network. */
const NETWORKS = {
  none: [],
  network: [{ error: 0.25, reason: null }],
  "other network": [{ error: 0.5, reason: null }],
  reason: [{ error: null, reason: "stopped after 3 epochs" }],
  "reason, then network": [
    { error: null, reason: "stopped after 3 epochs" },
    { error: 0.125, reason: null },
  ],
};

test("of a network a target keeps its record; one of a network is taken over in place of the reason why there is none, never the reverse", async () => {
  const [target, source] = [await swept({ budget: 3 }), await swept({ budget: 3 })];
  const kinds = Object.keys(NETWORKS) as (keyof typeof NETWORKS)[];
  const pairs = kinds.flatMap((here) => kinds.map((there) => ({ here, there })));
  const keyOf = (i: number): string => i.toString(16).padStart(64, "0");
  const about = { model: "m", name: "rec-v2 8", parent: null, epochs: 1, seconds: 1, curve: [] };
  for (const [file, side] of [
    [target, "here"],
    [source, "there"],
  ] as const) {
    const store = Store.open(file);
    for (const [i, pair] of pairs.entries())
      for (const end of NETWORKS[pair[side]]) store.log("model", { ...about, ...end, key: keyOf(i) });
    store.close();
  }
  const errors = (file: string) => {
    const store = Store.read(file);
    const models = storedModels(store);
    store.close();
    return pairs.map((_, i) => models.get(keyOf(i))?.error);
  };
  const [mine, theirs] = [errors(target), errors(source)];
  for (let times = 0; times < 2; times++) {
    merged(target, source);
    for (const [i, error] of errors(target).entries()) {
      const isTaken = mine[i] === undefined || (mine[i] === null && typeof theirs[i] === "number");
      expect(error, JSON.stringify(pairs[i])).toBe(isTaken ? theirs[i] : mine[i]);
    }
  }
});

test("of a point's runs on the test set a target keeps its result; a result is taken over in place of a failure, never the reverse", async () => {
  const [target, source] = [await swept({ budget: 60 }), await swept({ budget: 60 })];
  const pairs = Object.keys(ENDS).flatMap((here) => Object.keys(ENDS).map((there) => ({ here, there }) as Pair));
  type Pair = { readonly here: keyof typeof ENDS; readonly there: keyof typeof ENDS };
  const log = (file: string, side: keyof Pair): void => {
    const store = Store.open(file);
    for (const [i, { id, key }] of [...store.points()].slice(0, pairs.length).entries())
      for (const { data, accuracy } of ENDS[pairs[i][side]]) {
        const reason = accuracy === null ? "ran longer than 600 s" : null;
        store.log("test", { id, key, data, metrics: accuracy === null ? {} : { accuracy_percent: accuracy }, reason });
      }
    store.close();
  };
  const ends = (file: string) => {
    const store = Store.read(file);
    const tested = testedPoints(store);
    const found = Array.from(store.points(), ({ key }) => {
      const { data = null, metrics = {}, reason = null } = tested.get(key) ?? {};
      return { data, accuracy: metrics.accuracy_percent ?? null, reason };
    });
    store.close();
    return found;
  };
  log(target, "here");
  log(source, "there");
  const [mine, theirs] = [ends(target), ends(source)];
  for (let times = 0; times < 2; times++) {
    merged(target, source);
    const both = ends(target);
    for (const [i, { here, there }] of pairs.entries()) {
      const [own, other] = [mine[i], theirs[i]];
      const isTaken = own.accuracy === null && (other.accuracy !== null || own.reason === null);
      expect(both[i], `${here}, ${there}`).toEqual(isTaken ? other : own);
    }
  }
});

test("of a point's runs on several test sets, in any order, the last set counts, with its first result or else its last failure", async () => {
  const file = await swept({ budget: 40 });
  const rng = createRng(8, "test runs");
  const store = Store.open(file);
  let returns = 0;
  const wanted = new Map<string, unknown>();
  for (const { id, key } of [...store.points()]) {
    const runs = Array.from({ length: rng.int(1, 6) }, (_, i) => ({
      ...{ id, key, data: (rng.float() < 0.5 ? "1" : "2").repeat(64), utterances: 40, samples: 39.5 },
      ...(rng.float() < 0.5 ? { metrics: { accuracy_percent: i }, reason: null } : { metrics: {}, reason: `failure ${i}` }),
    }));
    for (const run of runs) store.log("test", run);
    const last = runs[runs.length - 1];
    const ofSet = runs.filter(({ data }) => data === last.data);
    const result = ofSet.find(({ reason }) => reason === null) ?? last;
    wanted.set(key, result);
    if (result !== last && runs[runs.length - 2].data !== last.data) returns++;
  }
  expect(testedPoints(store)).toEqual(wanted);
  store.close();
  expect(returns).toBeGreaterThan(2);
});
