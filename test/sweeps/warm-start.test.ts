/**
 * Warm start: the search is told another sweep's points first; they are no points of the study, and are copied into its
 * database.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { type Outcome, Store, type Study, type warmStart } from "../../sweeps/index.js";
import type { WarmPoint } from "../../sweeps/store/sqlite.js";
import { COUNTERS, contentOf, FakeEngine, type FakeValues, fakeStudy, formula, list, resultOf, specOf, warmed } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "warm-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

const reference = [50, 40, 110];
const spec = (name: string, budget: number, change: Partial<SweepSpec> = {}) =>
  specOf({ referencePoint: reference, ...change }, { name, budget });
/** A similar chip in another technology: the same trade-offs at 1.3 times the energy. */
const sibling = (chip: FakeValues): Outcome => {
  const outcome = formula(chip);
  if (outcome.kind !== "done") return outcome;
  const { metrics } = outcome.result;
  return {
    ...outcome,
    result: resultOf({ ...metrics, energy_uj_per_inference: 1.3 * (metrics.energy_uj_per_inference as number) } as {
      [name: string]: number;
    }),
    counters: COUNTERS,
  };
};

const other = fresh();
await fakeStudy(spec("grid", 1000), other, new FakeEngine(sibling)).run();

/** What a warm start of a new study takes, and its points. */
function begun(file: string, of: SweepSpec): ReturnType<typeof warmStart> & { readonly points: readonly WarmPoint[] } {
  const target = Store.open(file);
  try {
    return { ...warmed(target, other, of), points: target.warmStart() };
  } finally {
    target.close();
  }
}
/** A study with a warm start. */
const informedStudy = (of: SweepSpec, file: string, engine = new FakeEngine(), ...[options, tell]: Rest): Study =>
  fakeStudy(of, file, engine, options, tell, undefined, other);
type Rest = [options?: Parameters<typeof fakeStudy>[3], tell?: Parameters<typeof fakeStudy>[4]];

describe.each(["nsga2", "tpe", "gp"])("%s", (name) => {
  test("10 points after a warm start are worth more than 10 points from nothing; the others' points are not counted", async () => {
    const [warm, cold] = [fresh(), fresh()];
    expect(begun(warm, spec(name, 10))).toMatchObject({ taken: 200, left: 0 });
    const engine = new FakeEngine();
    const informed = await informedStudy(spec(name, 10), warm, engine).run();
    const ignorant = await fakeStudy(spec(name, 10), cold, new FakeEngine()).run();
    expect(informed.hypervolume as number).toBeGreaterThan(1.02 * (ignorant.hypervolume as number));
    expect(engine.evaluated.length).toBeLessThanOrEqual(10);
    const store = Store.read(warm);
    expect([...store.points()].length).toBe(10);
    expect(store.counts().done).toBe(informed.done);
    store.close();
  });

  test("stopped and continued without the other database, with any number of workers, it ends as an undisturbed run", async () => {
    const [whole, parts] = [fresh(), fresh()];
    await informedStudy(spec(name, 24), whole).run();
    let ended = 0;
    const study = informedStudy(spec(name, 24), parts, new FakeEngine(formula, 1), { workers: 5 }, (event) => {
      if (event.type === "point-done" && ++ended === 6) study.stop(true);
    });
    await study.run();
    await fakeStudy(spec(name, 24), parts, new FakeEngine(formula, 1), { workers: 3 }).run();
    expect(contentOf(parts)).toBe(contentOf(whole));
  });
});

test("this study's own constraints and objectives judge the points; points outside its space are left out", () => {
  const narrow = spec("tpe", 10, {
    parameters: [
      list("lanes", [2, 4, 64]),
      list("word_bits", [8, 16, 32, 64]),
      list("bits", [2, 3, 4, 6, 8]),
      list("kind", ["mesh", "torus"]),
    ],
    objectives: [{ metric: "area_mm2", direction: "max" }],
    referencePoint: null,
    constraints: ["latency_us <= 40", "bits >= 3"],
  });
  const file = fresh();
  const { taken, left, points } = begun(file, narrow);
  expect([taken, left, points.length]).toEqual([80, 120, 80]);
  for (const { values, objectives, violation } of points) {
    const outcome = sibling(Object.fromEntries(Object.entries(values).map(([name, value]) => [`fake.${name}`, value])));
    if ((values.bits as number) < 3) expect([objectives, violation]).toEqual([null, 1 / 3]);
    else if (outcome.kind !== "done") expect([objectives, violation]).toEqual([null, Number.POSITIVE_INFINITY]);
    else {
      const { area_mm2: area, latency_us: latency } = outcome.result.metrics as { [name: string]: number };
      expect(objectives).toEqual([-area]);
      expect(violation).toBe(latency <= 40 ? 0 : (latency - 40) / 40);
    }
  }
});

describe("is refused with the next step", () => {
  test.each([
    ["a sampler that learns nothing", spec("grid", 10), /the sampler grid learns nothing from results[\s\S]*nsga2, tpe, gp/],
    [
      "other parameters",
      spec("tpe", 10, { parameters: [list("lanes", [1, 2]), list("banks", [1, 2])], constraints: [] }),
      /lacks the parameters banks \(fake\.banks\); has word_bits \(fake\.word_bits\), bits/,
    ],
    [
      "a space that contains none of the points",
      spec("tpe", 10, { parameters: specOf().parameters.map((p) => (p.name === "lanes" ? list("lanes", [3, 5]) : p)) }),
      /no point that lies in this space \(200 looked at\)/,
    ],
  ])("%s", (_, of, message) => {
    expect(() => begun(fresh(), of)).toThrow(message);
  });

  test("a study that has begun without it; the same warm start again is no error", async () => {
    const [cold, warm] = [fresh(), fresh()];
    await fakeStudy(spec("tpe", 4), cold, new FakeEngine()).run();
    expect(() => begun(cold, spec("tpe", 4))).toThrow(/began without a warm start/);
    await informedStudy(spec("tpe", 4), warm).run();
    expect(begun(warm, spec("tpe", 8))).toMatchObject({ taken: 200, points: { length: 200 } });
  });
});

describe("a start that is refused or killed before the study begins leaves no warm start", () => {
  const refusing = (): FakeEngine => Object.assign(new FakeEngine(), { identify: () => Promise.reject(new Error("no data")) });

  test("in a new database: there is none afterwards", async () => {
    const file = fresh();
    await expect(informedStudy(spec("tpe", 6), file, refusing()).run()).rejects.toThrow("no data");
    expect(existsSync(file)).toBe(false);
  });

  test("in one without a study: the next start without it asks what a cold one asks", async () => {
    const [made, file, cold] = [fresh(), fresh(), fresh()];
    const store = Store.open(made);
    copyFileSync(made, file); // as a kill leaves it
    store.close();
    await expect(informedStudy(spec("tpe", 6), file, refusing()).run()).rejects.toThrow("no data");
    for (const of of [file, cold]) await fakeStudy(spec("tpe", 6), of, new FakeEngine()).run();
    expect(contentOf(file)).toBe(contentOf(cold));
  });
});
