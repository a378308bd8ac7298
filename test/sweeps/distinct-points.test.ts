/** Spaces with conditions: their distinct points are counted, listed, and all run by a grid, whole or in parts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SweepParameter } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { distinctCount, distinctPositions } from "../../sweeps/distinct-points.js";
import { canonicalValues, Space, Store, type StudyEvent, searchSize } from "../../sweeps/index.js";
import { shardBudget } from "../../sweeps/samplers/shard.js";
import { cases } from "../cases.js";
import { FakeEngine, fakeStudy, list, NO_COUNTERS, resultOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "distinct-points-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEED = 3;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const derived = (name: string, expression: string, when: string | null = null): SweepParameter => ({
  name,
  path: `fake.${name}`,
  domain: { kind: "derived", expression },
  when,
});

/** Parameters whose conditions read others, also derived ones; `drawn` counts the kinds. */
function randomParameters(seed: number, drawn: Map<string, number>): SweepParameter[] {
  const rng = createRng(seed, "conditional space");
  const count = (kind: string): void => void drawn.set(kind, (drawn.get(kind) ?? 0) + 1);
  const parameters: SweepParameter[] = [];
  for (let i = 0; i < rng.int(1, 6); i++) {
    const before = i === 0 ? null : `p${rng.int(0, i - 1)}`;
    const isConditional = before !== null && rng.float() < 0.6;
    const when = isConditional ? `${before} ${rng.float() < 0.5 ? "==" : ">="} ${rng.int(1, 4)}` : null;
    if (isConditional) count("condition");
    if (before !== null && rng.float() < 0.2) {
      count("derived");
      parameters.push(derived(`p${i}`, `${before} + 1`, when));
    } else parameters.push(list(`p${i}`, upTo(rng.int(1, 4)), when));
  }
  // the order in which they are written must not matter
  return rng.float() < 0.5 ? parameters : parameters.toReversed();
}

const valuesOf = (space: Space, positions: Iterable<Float64Array>): string[] =>
  Array.from(positions, (position) => canonicalValues(space.decode(position)));

test("the distinct points are those of all cells, each once, and their count is right", () => {
  const drawn = new Map<string, number>();
  let fewer = 0;
  for (let draw = 0; draw < cases(100); draw++) {
    const parameters = randomParameters(SEED + draw, drawn);
    if (parameters.every(({ domain }) => domain.kind === "derived")) continue;
    const space = new Space(parameters);
    const cells = space.gridSize as number;
    const all = new Set(
      valuesOf(
        space,
        Array.from({ length: cells }, (_, i) => space.gridPosition(i)),
      ),
    );
    const listed = valuesOf(space, distinctPositions(space));
    expect(listed.toSorted(), `seed ${SEED + draw}`).toEqual([...all].sort());
    expect(distinctCount(space), `seed ${SEED + draw}`).toBe(all.size);
    if (all.size < cells) fewer++;
  }
  expect(fewer).toBeGreaterThan(cases(20));
  expect(Math.min(...["condition", "derived"].map((kind) => drawn.get(kind) ?? 0))).toBeGreaterThan(cases(20));
});

/** 145 points in 396,800 cells: each parameter varies at one value of the one before. */
const CHAIN = [
  list("a", [1, 2]),
  list("b", upTo(8), "a == 2"),
  list("c", upTo(100), "b == 8"),
  list("d", upTo(8), "c == 100"),
  list("e", upTo(31), "d == 8"),
];
const CHAIN_POINTS = 1 + 7 + 99 + 7 + 31;

const engine = () =>
  new FakeEngine((chip) => ({
    kind: "done",
    result: resultOf({ energy_uj_per_inference: chip["fake.a"] as number, latency_us: 1 }),
    counters: NO_COUNTERS,
    durationMs: 1,
  }));
const chain = (parameters: readonly SweepParameter[], options: { readonly [name: string]: number } = {}, budget = 10_000) =>
  specOf(
    { parameters, constraints: [], objectives: [{ metric: "energy_uj_per_inference", direction: "min" }] },
    { name: "grid", budget, options },
  );

test("a grid of nested conditions runs all its points, as many as the check and the start of the study say", async () => {
  const totals: (number | null)[] = [];
  const spec = chain(CHAIN);
  const study = fakeStudy(spec, join(folder, "chain.db"), engine(), {}, (event: StudyEvent) => {
    if (event.type === "started") totals.push(event.total);
  });
  const summary = await study.run();
  expect(summary).toMatchObject({ reason: "exhausted", done: CHAIN_POINTS });
  expect(totals).toEqual([CHAIN_POINTS]);
  expect(searchSize(spec, "fake.yaml")).toMatchObject({ points: CHAIN_POINTS, gridPoints: CHAIN_POINTS, isCounted: true });
});

/** 18 points in 48 cells. */
const SMALL = [list("a", [1, 2, 3]), list("b", [1, 2, 3, 4], "a == 2"), list("c", [1, 2], "b >= 2"), list("d", [5, 6])];
const SMALL_POINTS = 2 * (2 + 1 + 3 * 2);

test.each([
  ["random", null],
  ["sobol", null],
  ["nsga2", null],
  ["tpe", null],
  ["gp", null],
  ["random", 2],
  ["sobol", 5],
] as const)("%s, part %j of 5: with a budget beyond the space it says as many points as it runs", async (name, shard) => {
  const totals: (number | null)[] = [];
  const spec = chain(SMALL, shard === null ? {} : { shard, shards: 5 });
  const search = { ...spec, sampler: { ...spec.sampler, name } };
  const file = join(folder, `${name}-${shard}.db`);
  const points = shard === null ? SMALL_POINTS : [4, 4, 4, 3, 3][shard - 1];
  const summary = await fakeStudy(search, file, engine(), {}, (event: StudyEvent) => {
    if (event.type === "started" || event.type === "progress") totals.push(event.total);
  }).run();
  expect(summary).toMatchObject({ reason: "exhausted", done: points });
  expect([...new Set(totals)]).toEqual([points]);
  expect(searchSize(search, "fake.yaml").points).toBe(SMALL_POINTS);
});

test("in parts it runs the same points, and each part says how many it has", async () => {
  const keys: string[] = [];
  for (const shard of [1, 2, 3]) {
    const file = join(folder, `chain-${shard}.db`);
    const totals: (number | null)[] = [];
    const spec = chain(CHAIN, { shard, shards: 3 });
    const summary = await fakeStudy(spec, file, engine(), {}, (event: StudyEvent) => {
      if (event.type === "started") totals.push(event.total);
    }).run();
    expect(summary.done).toBe(shardBudget(CHAIN_POINTS, shard, 3));
    expect(totals).toEqual([summary.done]);
    const store = Store.read(file);
    keys.push(...Array.from(store.points(), ({ key }) => key));
    store.close();
  }
  expect(new Set(keys).size).toBe(CHAIN_POINTS);
  expect(keys.length).toBe(CHAIN_POINTS);
});

test("if too many combinations decide the conditions, the check names an upper bound", { tags: ["long"] }, () => {
  const many = upTo(18).map((i) => list(`x${i}`, [0, 1], i === 1 ? null : `x${i - 1} >= 0`));
  const [size, cells] = [searchSize(chain(many, {}, 1e6), "fake.yaml"), 2 ** 18];
  expect(size).toMatchObject({ points: cells, gridPoints: cells, isCounted: false });
});
