/** Merging, comparing and reproducing: nothing lost, nothing invented, every bit compared. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { nonDominated } from "../../base/pareto.js";
import { createRng } from "../../base/rng.js";
import type { Result } from "../../sim/index.js";
import { pluginInputs } from "../../sweeps/engine/build.js";
import type { FrontReport } from "../../sweeps/export/report.js";
import {
  compareFronts,
  differences,
  frontReport,
  mergeInto,
  metricPairs,
  type Outcome,
  reproduce,
  Space,
  Store,
  Study,
  type StudySetup,
  storedModels,
  studyRecord,
  systemClock,
  testedPoints,
  unmadePoints,
} from "../../sweeps/index.js";
import { changedEdition, INPUT_KINDS, type Input, type InputKind, otherUtterances } from "../../sweeps/inputs.js";
import { usualAndLong } from "../usual.js";
import { contentOf, FakeEngine, type FakeValues, fakeStudy, formula, list, OPTIONS, resultOf, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "operations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);
async function swept(sampler: string, seed: number, budget: number, engine = new FakeEngine()): Promise<string> {
  const file = fresh();
  await fakeStudy(specOf({}, { name: sampler, seed, budget }), file, engine).run();
  return file;
}
function merged(target: string, source: string) {
  const [a, b] = [Store.open(target), Store.read(source)];
  try {
    return mergeInto(a, b);
  } finally {
    a.close();
    b.close();
  }
}

test("merging two halves gives the front of all points, and merging again changes nothing", async () => {
  const [left, right, whole] = [await swept("random", 1, 110), await swept("random", 2, 110), await swept("grid", 1, 1000)];
  const first = merged(left, right);
  expect(first.conflicts).toEqual([]);
  expect(first.added + first.same).toBe(110);
  const before = contentOf(left);
  expect(merged(left, right)).toMatchObject({ added: 0, same: 110, improved: 0, conflicts: [] });
  merged(left, whole);
  const [a, b] = [Store.read(left), Store.read(whole)];
  const keys = (store: Store): string[] =>
    frontReport(store)
      .rows.map((row) => row.key)
      .sort();
  expect(keys(a)).toEqual(keys(b));
  expect([...a.points()].length).toBe(200);
  const attempts = (store: Store): object => Object.fromEntries([...store.points()].map((point) => [point.key, point.attempts]));
  expect(attempts(a)).toEqual(attempts(b));
  a.close();
  b.close();
  expect(before).not.toBe(contentOf(left));
});

test.each([
  "UPDATE point SET values_json = '{\"lanes\":1e999}' WHERE id = 5",
  "UPDATE point SET values_json = '{\"lanes\":[1e999]}' WHERE id = 5",
  "UPDATE point SET values_json = '1e999' WHERE id = 5",
  "UPDATE point SET fidelity = 9e999 WHERE id = 5",
  "UPDATE point SET state = 'dreaming' WHERE id = 5",
])("a database with a point that no sweep wrote is refused by name: %s", async (statement) => {
  const [target, source] = [await swept("random", 1, 10), await swept("random", 2, 10)];
  const db = new Database(source);
  db.pragma("ignore_check_constraints = ON");
  db.exec(statement);
  db.close();
  expect(() => merged(target, source)).toThrow(/is damaged: point 5/);
});

test("after a merge the sweep continues, and computes no merged point", async () => {
  const [small, large] = [await swept("sobol", 1, 30), await swept("grid", 1, 1000)];
  merged(small, large);
  const engine = new FakeEngine();
  const summary = await fakeStudy(specOf({}, { name: "sobol", seed: 1, budget: 90 }), small, engine).run();
  expect(engine.evaluated).toEqual([]);
  expect(summary.done + summary.infeasible + summary.failed).toBe(200); // also those that its budget does not ask
});

test("the same key with another result is reported as a determinism fault with every difference, and the first is kept", async () => {
  const left = await swept("grid", 1, 50);
  const right = await swept(
    "grid",
    1,
    50,
    new FakeEngine((chip) => {
      const outcome = formula(chip);
      if (outcome.kind !== "done" || chip["fake.lanes"] !== 4) return outcome;
      return {
        ...outcome,
        result: {
          ...outcome.result,
          metrics: { ...outcome.result.metrics, latency_us: (outcome.result.metrics.latency_us as number) + 1e-9 },
        },
      };
    }),
  );
  const before = Store.read(left);
  const kept = [...before.points()];
  before.close();
  const { conflicts, same } = merged(left, right);
  expect(conflicts.length).toBeGreaterThan(3);
  expect(conflicts.length + same).toBe(50);
  for (const conflict of conflicts) expect(conflict.differences.map((d) => d.path)).toEqual(["metrics.latency_us"]);
  const after = Store.read(left);
  expect([...after.points()]).toEqual(kept);
  expect(after.query("SELECT count(*) AS n FROM event WHERE type = 'fault'").at(0)?.n).toBe(conflicts.length);
  after.close();
});

test("a point that failed here and ended there is taken over", async () => {
  const broken = await swept(
    "grid",
    1,
    50,
    new FakeEngine(() => ({ kind: "failed", code: "X", reason: "no", retryable: false, durationMs: 1 })),
  );
  const whole = await swept("grid", 1, 50);
  expect(merged(broken, whole).improved).toBeGreaterThan(30);
  const [a, b] = [Store.read(broken), Store.read(whole)];
  expect(frontReport(a).rows).toEqual(frontReport(b).rows);
  a.close();
  b.close();
});

test("of a point that ended in two ways the end that says more stays, whatever the order, and two answers that differ are a conflict", async () => {
  const failure = { code: "X", reason: "no", durationMs: 1 };
  const ways: { readonly [state: string]: (chip: FakeValues) => Outcome } = {
    done: formula,
    infeasible: () => ({ kind: "infeasible", ...failure }),
    "infeasible otherwise": () => ({ kind: "infeasible", ...failure, code: "Y" }),
    "infeasible, stopped": () => ({ kind: "infeasible", ...failure, code: "STOPPED" }),
    failed: () => ({ kind: "failed", ...failure, retryable: false }),
    timeout: () => ({ kind: "timeout", ...failure }),
  };
  const spec = specOf({
    constraints: [],
    parameters: [list("lanes", [2]), list("word_bits", [8]), list("bits", [4]), list("kind", ["mesh"])],
  });
  const order = ["timeout", "failed", "infeasible, stopped"];
  const rank = (way: string): number => (order.includes(way) ? order.indexOf(way) : order.length);
  const isAnswer = (way: string): boolean => rank(way) === order.length;
  for (const here of Object.keys(ways))
    for (const there of Object.keys(ways)) {
      const [target, source] = [fresh(), fresh()];
      await fakeStudy(spec, target, new FakeEngine(ways[here])).run();
      await fakeStudy(spec, source, new FakeEngine(ways[there])).run();
      const { same, improved, conflicts } = merged(target, source);
      const isTaken = rank(there) > rank(here);
      const isConflict = isAnswer(here) && isAnswer(there) && here !== there;
      expect([same, improved, conflicts.length], `${here}, ${there}`).toEqual([
        isTaken || isConflict ? 0 : 1,
        isTaken ? 1 : 0,
        isConflict ? 1 : 0,
      ]);
      const [store, kept] = [Store.read(target), isTaken ? there : here];
      expect([...store.points()].map(({ state }) => state)).toEqual([kept.split(/\W/)[0]]);
      expect(store.brokenPoints()).toEqual([]);
      store.close();
    }
});

test("merging keeps all that is known of networks: each of them, points without one, and scores on the test set under the new numbers", async () => {
  const [left, right] = [await swept("random", 1, 20), await swept("random", 2, 20)];
  const digest = (digit: string) => digit.repeat(64);
  const about = { model: "m", name: "rec-v2 8", parent: null, epochs: 1, seconds: 1, error: 0.25, reason: null, curve: [] };
  const networks: readonly (readonly [string, readonly string[]])[] = [
    [left, ["a", "b"]],
    [right, ["b", "c"]],
  ];
  for (const [file, keys] of networks) {
    const store = Store.open(file);
    for (const key of keys) store.log("model", { ...about, key: digest(key) });
    for (const { id, key, state } of [...store.points()]) {
      if (state === "done")
        store.log("test", { id, key, data: digest("d"), metrics: { accuracy_percent: id + (file === left ? 0 : 50) }, reason: null });
      else store.log("unmade", { key, model: digest("e") });
    }
    store.close();
  }
  const known = (file: string) => {
    const store = Store.read(file);
    const [tested, unmade] = [testedPoints(store), unmadePoints(store)];
    const ids = new Map([...store.points()].map(({ id, key }) => [key, id]));
    const names = [...storedModels(store).keys()].map((key) => key[0]).sort();
    const content = contentOf(file);
    store.close();
    return { tested, unmade, ids, names, content };
  };
  const [mine, theirs] = [known(left), known(right)];
  merged(left, right);
  const both = known(left);
  expect(both.names).toEqual(["a", "b", "c"]);
  for (const half of [mine, theirs]) {
    expect([...half.tested.keys(), ...half.unmade.keys()].filter((key) => !both.ids.has(key))).toEqual([]);
    for (const key of half.unmade.keys()) expect(both.unmade.get(key)).toEqual({ key, model: digest("e") });
  }
  const added = [...theirs.tested].filter(([key]) => !mine.tested.has(key));
  expect(added.length).toBeGreaterThan(3);
  for (const [key, tested] of added) expect(both.tested.get(key)).toEqual({ ...tested, id: both.ids.get(key) });
  merged(left, right);
  const last = Store.read(left);
  expect(["model", "unmade", "test"].map((type) => last.events(type).length)).toEqual([
    3,
    both.unmade.size,
    mine.tested.size + theirs.tested.size,
  ]);
  last.close();
});

test("an impossible result is not taken over: more than 100 percent, or an energy that is not the sum of its rows", async () => {
  const changes: { readonly [what: string]: (result: Result) => Result } = {
    "accuracy_percent is 101": (result) => ({ ...result, metrics: { ...result.metrics, accuracy_percent: 101 } }),
    "energy_uj_per_inference is 7": (result) => ({ ...result, metrics: { ...result.metrics, energy_uj_per_inference: 7 } }),
  };
  for (const [reason, change] of Object.entries(changes)) {
    const forged = new FakeEngine((chip) => {
      const outcome = formula(chip);
      return outcome.kind === "done" ? { ...outcome, result: change(outcome.result) } : outcome;
    });
    const [target, source] = [await swept("random", 1, 20), await swept("random", 2, 20, forged)];
    const before = contentOf(target);
    expect(() => merged(target, source)).toThrow(reason);
    expect(contentOf(target)).toBe(before);
  }
});

test("sweeps with other objectives cannot be merged", async () => {
  const file = fresh();
  await fakeStudy(specOf({ objectives: [{ metric: "latency_us", direction: "min" }] }, { budget: 5 }), file, new FakeEngine()).run();
  const other = await swept("grid", 1, 5);
  expect(() => merged(file, other)).toThrow(/has other objectives/);
});

/** A sweep whose points read one file of this content; `more` changes the study. */
async function sweptWith(sha256: string, more: Partial<StudySetup> = {}, file = fresh(), rerun = false): Promise<string> {
  const setup = { ...setupOf(specOf({}, { budget: 10 })), ...more };
  const inputsOf: StudySetup["inputsOf"] = () => [{ kind: "model", name: "a.nir", sha256 }];
  const effects = { store: Store.open(file), engine: new FakeEngine(formula, 0, 1, sha256), clock: systemClock };
  await new Study({ ...setup, inputsOf }, { ...OPTIONS, rerun }, effects, () => {}).run();
  return file;
}

test.each([
  ["model", "other", {}, /model a\.nir: .*SHA-256 same, .*SHA-256 other/],
  ["program", "same", { inputs: [{ kind: "program", name: "snn-dse", sha256: "2" }] }, /program snn-dse: .*SHA-256 1, .*SHA-256 2/],
  ["description", "same", { document: { fake: true, lanes: 9 } }, /description fake: .*lanes absent, .*lanes 9/],
] as const)("D1: a database of another %s cannot be merged: no front has points of two inputs", async (_, sha256, more, message) => {
  const [left, right] = [await sweptWith("same"), await sweptWith(sha256, more)];
  const before = contentOf(left);
  expect(() => merged(left, right)).toThrow(message);
  expect(contentOf(left)).toBe(before);
});

/** A study in which input `of` has this content; the files of a point have these inputs, all else is equal. */
function withInput(kind: InputKind, sha256: string | null, name = "x"): Partial<StudySetup> {
  const common: Input[] = [{ kind: "program", name: "snn-dse", sha256: "1" }];
  const input: Input[] = sha256 === null ? [] : [{ kind, name, sha256 }];
  const ofProgram = (["program", "table", "plugin", "description"] as const).some((other) => other === kind);
  return {
    inputs: ofProgram ? [...common.filter((one) => one.kind !== kind), ...input] : common,
    inputsOf: () => (ofProgram ? [] : input),
    ...(kind === "description" ? { document: { fake: true, base: sha256 } } : {}),
  };
}

async function sweptAs(more: Partial<StudySetup>, file = fresh()): Promise<string> {
  const effects = { store: Store.open(file), engine: new FakeEngine(), clock: systemClock };
  await new Study({ ...setupOf(specOf({}, { budget: 10 })), ...more }, OPTIONS, effects, () => {}).run();
  return file;
}

for (const [some, options] of usualAndLong(INPUT_KINDS, (kind) => kind === "description" || kind === "plugin"))
  test.each(some)("D1: merge refuses what resume refuses: another content of an input of kind %s", options, async (kind) => {
    const [left, right] = [await sweptAs(withInput(kind, "a")), await sweptAs(withInput(kind, "b"))];
    const before = contentOf(left);
    await expect(sweptAs(withInput(kind, "b"), left)).rejects.toThrow(/ that .* was made with: it was /);
    expect(() => merged(left, right)).toThrow(/was made with other inputs than/);
    expect(contentOf(left)).toBe(before);
    expect(merged(left, await sweptAs(withInput(kind, "a")))).toMatchObject({ added: 0, same: 10, conflicts: [] });
  });

test("D1: merge refuses a plug-in that only one side has, and takes the same one under another name", async () => {
  const [none, one, renamed] = [
    await sweptAs(withInput("plugin", null)),
    await sweptAs(withInput("plugin", "a")),
    await sweptAs(withInput("plugin", "a", "y")),
  ];
  expect(() => merged(none, one)).toThrow(/plugin x: .* absent, .* SHA-256 a/);
  expect(() => merged(one, none)).toThrow(/plugin x: .* SHA-256 a, .* absent/);
  expect(merged(one, renamed)).toMatchObject({ added: 0, same: 10, conflicts: [] });
});

test("two plug-ins with one file name are two inputs: the study continues, and another content of either is a change", () => {
  const inputs = (...sums: readonly string[]) => ({
    document: {},
    inputs: pluginInputs(sums.map((sha256, i) => ({ name: "p", path: `/${i}/p.mjs`, sha256 }))),
  });
  expect(changedEdition(inputs("a", "b"), inputs("a", "b"), "")).toEqual([]);
  for (const now of [inputs("a", "c"), inputs("c", "b"), inputs("a"), inputs("b")])
    expect(changedEdition(inputs("a", "b"), now, "").length).toBeGreaterThan(0);
});

test("points score other utterances if they read other data, or differ in a key or a searched value that chooses utterances", () => {
  const data = { kind: "data", name: "x", before: "SHA-256 0", now: "SHA-256 1" } as const;
  expect(otherUtterances([data])).toEqual(["data"]);
  expect(otherUtterances([], ["tile.core.lanes", "workload.samples", "workload.timing_samples"])).toEqual(["workload.samples"]);
  expect(otherUtterances([{ ...data, kind: "model" }])).toEqual([]);
});

test("D1: a front, its counts and its samplers use the points of one edition, however many the file holds", async () => {
  const file = await sweptWith("first");
  await expect(sweptWith("second", {}, file)).rejects.toThrow(
    /a\.nir: is not the model .*: it was SHA-256 first, now it is SHA-256 second/,
  );
  await sweptWith("second", {}, file, true);
  const alone = await sweptWith("second");
  const [both, one] = [Store.read(file), Store.read(alone)];
  const [mixed, plain] = [frontReport(both), frontReport(one)];
  expect(mixed.rows.map(({ key }) => key)).toEqual(plain.rows.map(({ key }) => key));
  expect([mixed.counts, mixed.hypervolume, mixed.inputs]).toEqual([plain.counts, plain.hypervolume, plain.inputs]);
  expect([mixed.apart, plain.apart]).toEqual([10, 0]);
  expect(both.ids().length).toBe(20);
  expect(both.query("SELECT count(*) AS n FROM design_point")[0].n).toBe(10);
  both.close();
  one.close();
});

test.each([0, 3])("a session that was killed after %i points keeps its time, whatever is merged in or run again later", async (points) => {
  const file = fresh();
  const atSecond = (seconds: number) => () => new Date(1_700_000_000_000 + 1000 * seconds).toISOString();
  let second = 0;
  const killed = Store.open(file, () => atSecond(second)());
  const setup = setupOf(specOf({}, { name: "random", seed: 1, budget: 60 }));
  killed.begin(studyRecord(setup), 1, {});
  const space = new Space(setup.spec.parameters);
  for (let id = 1; id <= points; id++) {
    second = id;
    const values = space.decode(space.gridPosition(id));
    killed.insert({ id, key: `${id}`, values, fidelity: 1 }, {});
    killed.fail(id, { state: "failed", code: "", reason: "", violation: null, durationMs: 1 });
  }
  killed.close();
  const took = (store: Store): number[] => store.sessionTimes().map(({ startedMs, endedMs }) => (endedMs ?? startedMs) - startedMs);
  const open = Store.read(file);
  expect(took(open)).toEqual([1000 * points]);
  open.close();
  const [target, source] = [Store.open(file, atSecond(60)), Store.read(await swept("random", 2, 20))];
  expect(mergeInto(target, source).added).toBeGreaterThan(10);
  expect(took(target)).toEqual([1000 * points]);
  target.close();
  source.close();
  second = 70;
  const later = Store.open(file, () => atSecond(second)());
  later.begin(studyRecord(setup), 1, {});
  for (const id of later.ids().slice(0, points)) later.setQueued(id);
  second = 75;
  later.end("finished", "budget");
  expect(took(later)).toEqual([1000 * points, 5000]);
  expect(later.earlierMs()).toBe(1000 * points);
  later.close();
});

test("comparing fronts: a sweep against itself is equal; more points are never worse", async () => {
  const [small, whole] = [await swept("random", 3, 25), await swept("grid", 1, 1000)];
  const [a, b] = [Store.read(small), Store.read(whole)];
  const [few, all] = [frontReport(a), frontReport(b)];
  a.close();
  b.close();
  const self = compareFronts(all, all);
  expect(self.left).toEqual(self.right);
  expect(self.left).toMatchObject({ covers: 1, epsilon: 0, igdPlus: 0, hypervolume: self.unionHypervolume });
  const against = compareFronts(few, all);
  expect(against.right.covers).toBe(1);
  expect(against.right.hypervolume).toBe(against.unionHypervolume);
  expect(against.left.hypervolume).toBeLessThan(against.unionHypervolume);
  expect(against.left.epsilon).toBeGreaterThan(0);
});

test("no indicator depends on how often a vector occurs, on its place or on an objective's unit; the unit box is the union's", {
  tags: ["long"],
}, () => {
  const objectives = [
    { metric: "energy_uj_per_inference", direction: "min" },
    { metric: "latency_us", direction: "min" },
  ] as const;
  const front = (study: string, vectors: readonly (readonly number[])[], unit = 1): FrontReport =>
    ({
      study,
      objectives,
      rows: vectors.map(([energy, latency], id) => ({ id, metrics: { energy_uj_per_inference: unit * energy, latency_us: latency } })),
    }) as unknown as FrontReport;
  const indicators = (left: readonly (readonly number[])[], right: readonly (readonly number[])[], unit = 1) => {
    const { left: l, right: r } = compareFronts(front("left", left, unit), front("right", right, unit));
    return [l, r].flatMap(({ covers, epsilon, igdPlus, hypervolume }) => [covers, epsilon, igdPlus, hypervolume / unit]);
  };
  const [a, b] = [
    [1, 2],
    [2, 1],
  ];
  // In the box of A = (0, 1) and B = (1, 0), A alone is 1 away from B and 0 from itself: a mean of 0.5, at most 1.
  expect(indicators([a, b], [a])).toEqual([1, 0, 0, expect.closeTo(0.21, 12), 0.5, 1, 0.5, expect.closeTo(0.11, 12)]);
  const rng = createRng(8, "copies");
  const draw = (count: number): number[][] => Array.from({ length: count }, () => [rng.int(1, 6), rng.int(1, 6)]);
  const frontOf = (points: number[][]): number[][] => nonDominated(points).map((i) => points[i]);
  const copied = (points: number[][]): number[][] =>
    points.flatMap((point) => Array.from({ length: rng.int(1, 4) }, () => point)).sort(() => rng.float() - 0.5);
  let shared = 0;
  for (let i = 0; i < 300; i++) {
    const [left, right] = [frontOf(draw(6)), frontOf(draw(6))];
    const want = indicators(left, right);
    const close = want.map((value) => expect.closeTo(value, 9));
    expect(indicators(copied(left), copied(right))).toEqual(close);
    expect(indicators(left, right, 1024)).toEqual(close); // an objective without range too
    if (left.some((p) => right.some((q) => p[0] === q[0] && p[1] === q[1]))) shared++;
  }
  expect(shared).toBeGreaterThan(30);
});

test("a point is reproduced bit for bit, and a difference in the last digit is shown", async () => {
  const file = await swept("grid", 1, 20);
  const store = Store.read(file);
  const id = [...store.points()].find((p) => p.state === "done")?.id ?? 0;
  expect(await reproduce(store, id, setupOf(specOf()), new FakeEngine())).toEqual({ id, sameInputs: true, changes: [], differences: [] });
  const off = new FakeEngine((chip) => {
    const outcome = formula(chip);
    if (outcome.kind !== "done") return outcome;
    const latency = outcome.result.metrics.latency_us as number;
    return { ...outcome, result: { ...outcome.result, metrics: { ...outcome.result.metrics, latency_us: latency * (1 + 2 ** -52) } } };
  });
  expect((await reproduce(store, id, setupOf(specOf()), off)).differences.map((d) => d.path)).toEqual(["metrics.latency_us"]);
  expect((await reproduce(store, id, { ...setupOf(specOf()), build: "2" }, new FakeEngine())).sameInputs).toBe(false);
  const renamed = new FakeEngine((chip) => {
    const outcome = formula(chip);
    if (outcome.kind !== "done") return outcome;
    return { ...outcome, result: { ...outcome.result, provenance: { ...outcome.result.provenance, modelHash: "of another build" } } };
  });
  expect((await reproduce(store, id, setupOf(specOf()), renamed)).differences.map((d) => d.path)).toEqual(["provenance.modelHash"]);
  const stored = store.result(id)?.provenance.modelHash;
  const isSame = (before: string, now: string): boolean => before === stored && now === "of another build";
  expect((await reproduce(store, id, setupOf(specOf()), renamed, isSame)).differences).toEqual([]);
  await expect(reproduce(store, 9999, setupOf(specOf()), new FakeEngine())).rejects.toThrow(/no finished point 9999/);
  store.close();
});

test("differences name the path of every leaf that differs, lists and missing keys included", () => {
  expect(differences({ a: [1, { b: 2 }], c: 3 }, { a: [1, { b: 4 }], d: 3 })).toEqual([
    { path: "a[1].b", left: "2", right: "4" },
    { path: "c", left: "3", right: "absent" },
    { path: "d", left: "absent", right: "3" },
  ]);
  const pairs = metricPairs(resultOf({ latency_us: 2 }).metrics, resultOf({ latency_us: 3 }).metrics);
  expect(pairs.find((p) => p.metric === "latency_us")).toEqual({ metric: "latency_us", left: 2, right: 3, ratio: 1.5 });
});

test("a merge in one transaction equals a merge point by point: everything is sealed and counted when its front is made", async () => {
  const [part, whole] = [fresh(), fresh()];
  const spec = (budget: number) => specOf({}, { budget });
  await fakeStudy(spec(20), part, new FakeEngine()).run();
  await fakeStudy(spec(60), whole, new FakeEngine()).run();
  const [target, source] = [Store.open(part), Store.read(whole)];
  target.transaction(() => void mergeInto(target, source));
  source.close();
  target.close();
  const [a, b] = [Store.read(part), Store.read(whole)];
  expect(a.brokenPoints()).toEqual([]);
  expect(frontReport(a).rows.map(({ key }) => key)).toEqual(frontReport(b).rows.map(({ key }) => key));
  a.close();
  b.close();
});
