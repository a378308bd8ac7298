/** Nobody outside a search can change what it stores: not a caller, not a listener, not with an aborted signal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DrivenStudy, reproduce, Store, type StudyEvent, systemClock } from "../../sweeps/index.js";
import { packResult } from "../../sweeps/store/packed-result.js";
import { contentOf, FakeEngine, fakeStudy, formula, NO_COUNTERS, resultOf, setupOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "stored-unchanged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${files++}.db`);

const spec = specOf({}, { name: "tpe", budget: 40 });

function driven(file: string, engine: FakeEngine, evaluator: string | null, emit: (event: StudyEvent) => void = () => {}) {
  const named = { build: String(evaluator), inputs: [{ kind: "program" as const, name: String(evaluator), sha256: "e" }] };
  const setup = { ...setupOf(spec), ...(evaluator === null ? {} : named) };
  const settings = { workers: 1, retries: 0, retryFailed: false, rerun: false, evaluator };
  return DrivenStudy.begin(setup, settings, { store: Store.open(file), engine, clock: systemClock }, emit, undefined);
}

/** Writes another value wherever it can, the deepest first. */
function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    scribble(child);
    try {
      (value as { [key: string]: unknown })[key] = 1000;
    } catch {
      // frozen
    }
  }
}
const leave = (): void => {};

describe("changing what ask, evaluate, run or an event gave changes nothing stored", () => {
  test.each([null, "spreadsheet 1"])("in a study that a caller drives, with evaluator %s", async (evaluator) => {
    const [plain, other] = await Promise.all(
      [leave, scribble].map(async (touch) => {
        const file = fresh();
        const study = await driven(file, new FakeEngine(), evaluator, touch);
        if (evaluator === null) {
          const own = { lanes: 4, word_bits: 32, bits: 4, kind: "mesh" };
          touch(await study.run(own));
          touch(await study.run(own)); // from the store
        }
        for (let batch = await study.ask(3); batch.length > 0; batch = await study.ask(3))
          for (const point of [...batch]) {
            const { id, values } = point;
            const { lanes, bits } = { lanes: values.lanes as number, bits: values.bits as number };
            touch(point);
            if (evaluator === null) {
              const found = await study.evaluate(id);
              touch(found);
              study.tell(id, found);
            } else
              study.tell(id, { metrics: { accuracy_percent: 60 + bits, energy_uj_per_inference: lanes * bits, latency_us: 100 / lanes } });
          }
        touch(await study.close());
        return contentOf(file);
      }),
    );
    expect(other).toBe(plain);
    expect(plain.match(/"done"/g)?.length).toBeGreaterThan(20);
  });

  test("in a sweep with a listener", async () => {
    const [plain, other] = [fresh(), fresh()];
    await fakeStudy(spec, plain, new FakeEngine()).run();
    const seen = new Set<string>();
    await fakeStudy(spec, other, new FakeEngine(), {}, (event) => {
      seen.add(event.type);
      scribble(event);
    }).run();
    expect(contentOf(other)).toBe(contentOf(plain));
    expect([...seen]).toEqual(expect.arrayContaining(["point-started", "point-done", "point-failed", "front-changed", "sampler"]));
  });
});

test("reproduce names a metric whose column differs from the stored details", async () => {
  const file = fresh();
  const engine = new FakeEngine((chip) => {
    const outcome = formula(chip);
    if (outcome.kind !== "done") return outcome;
    const energy = outcome.result.metrics.energy_uj_per_inference as number;
    const metrics = { ...outcome.result.metrics, energy_uj_per_inference: energy / 1000 };
    return { ...outcome, result: resultOf(metrics as Parameters<typeof resultOf>[0]), packed: packResult(outcome.result, NO_COUNTERS) };
  });
  await fakeStudy(spec, file, engine).run();
  const store = Store.read(file);
  const { id } = [...store.points("p.state = 'done'")][0];
  const { differences } = await reproduce(store, id, setupOf(spec), new FakeEngine());
  store.close();
  expect(differences.map(({ path }) => path)).toEqual(["column energy_uj_per_inference"]);
  expect(Number(differences[0].right) / Number(differences[0].left)).toBeCloseTo(1000);
});

test("an aborted run leaves no open point and no rejection that nobody hears, whether it waits its turn or not", async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on("unhandledRejection", hear);
  try {
    const engine = new FakeEngine(formula, 5);
    const study = await driven(fresh(), engine, null);
    const values = { lanes: 4, word_bits: 32, bits: 4, kind: "mesh" };
    await expect(study.run(values, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    const late = new AbortController();
    const before = study.ask(1);
    const waiting = study.run(values, { signal: late.signal });
    late.abort();
    await expect(waiting).rejects.toThrow(/abort/);
    const [point] = await before;
    await expect(study.evaluate(point, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(study.open.map(({ id }) => id)).toEqual([point.id]);
    expect(engine.evaluated).toEqual([]);
    await study.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unheard).toEqual([]);
  } finally {
    process.off("unhandledRejection", hear);
  }
});
