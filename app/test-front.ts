/**
 * The last step of a search that trains its networks: the points chosen on held-out recordings run once on the test
 * set, which the search has not used before. Each result is stored as it ends. Points that already have results on this
 * test set are not run again; if its content has changed, or if their run failed, they are. Effects: those of an
 * engine; writes to the database.
 */
import { type Experiment, ofKind, patchExperiment } from "../arch/index.js";
import { asJson } from "../base/hash.js";
import {
  type Engine,
  type Outcome,
  ofPoint,
  Space,
  Store,
  type StoredPoint,
  type StudyEvent,
  type StudySetup,
  type Tested,
  testedPoints,
} from "../sweeps/index.js";

type Task = Parameters<Engine["evaluate"]>[0];

/** Options of the run on the test set. */
interface TestRun {
  readonly setup: StudySetup;
  readonly database: string;
  /** Called only if the front has a point, with the open database. */
  readonly openEngine: (store: Store) => Engine;
  /** How often a run that failed by chance is repeated at once. */
  readonly retries: number;
  readonly tell: (event: StudyEvent) => void;
  /** No further point is started; the running ones end. */
  readonly drain: AbortSignal;
  /** Running points are dropped. */
  readonly drop: AbortSignal;
}

/** Returns false if it was stopped before every point had run. */
export async function testFront(
  front: readonly number[],
  { setup, database, openEngine, retries, tell, drain, drop }: TestRun,
): Promise<boolean> {
  const store = Store.open(database);
  let engine: Engine | null = null;
  const abandon = (): void => void engine?.close(true);
  drop.addEventListener("abort", abandon, { once: true });
  try {
    const known = testedPoints(store);
    const space = new Space(setup.spec.parameters);
    const points = front.flatMap((id) => store.point(id) ?? []);
    if (points.length === 0) return true;
    const running = openEngine(store);
    engine = running;
    const all = await Promise.all(points.map(async (point) => ({ point, task: await taskOf(point, setup, space, running) })));
    const line = all.filter(({ task: { key, inputs } }) => {
      const before = known.get(key);
      return before === undefined || before.data !== inputs.dataHash || before.reason !== null;
    });
    let left = line.length;
    const work = async (): Promise<void> => {
      while (line.length > 0 && !drain.aborted && !drop.aborted) {
        const free = line.findIndex(({ task }) => !running.waitsFor(task));
        const [{ point, task }] = line.splice(Math.max(0, free), 1);
        const outcome = await evaluated(running, point.id, task, retries);
        if (outcome.kind === "abandoned") return;
        const tested = testedOf(point, task, outcome);
        store.log("test", asJson(tested));
        tell({ type: "tested", ...tested });
        left--;
      }
    };
    await Promise.all(Array.from({ length: running.maxWorkers }, work));
    return left === 0;
  } finally {
    drop.removeEventListener("abort", abandon);
    await engine?.close(true);
    store.close();
  }
}

async function taskOf({ key, values }: StoredPoint, { document, file }: StudySetup, space: Space, engine: Engine): Promise<Task> {
  const byPath = space.byPath(values);
  const experiment = onTestSet(patchExperiment({ document, file }, byPath));
  return { key, fidelity: 1, experiment, byPath, inputs: await engine.identify(experiment) };
}

async function evaluated(engine: Engine, id: number, task: Task, retries: number): Promise<Outcome> {
  let outcome = await engine.evaluate(task);
  for (let retry = 0; retry < retries && outcome.kind === "failed" && outcome.retryable; retry++) outcome = await engine.evaluate(task);
  return ofPoint(id, outcome);
}

function testedOf({ id, key }: StoredPoint, { inputs }: Task, outcome: Exclude<Outcome, { readonly kind: "abandoned" }>): Tested {
  const about = { id, key, data: inputs.dataHash };
  if (outcome.kind !== "done") return { ...about, metrics: {}, utterances: null, samples: null, reason: outcome.reason };
  const { metrics, provenance } = outcome.result;
  const { utterances, independentSamples: samples = utterances } = provenance;
  return { ...about, metrics, utterances, samples, reason: null };
}

const onTestSet = (any: ReturnType<typeof patchExperiment>): Experiment =>
  ofKind<Experiment>(any, {
    board: (experiment) => ({ ...experiment, workload: { ...experiment.workload, split: "test" } }),
    coupled: () => {
      throw new Error("a coupled chip runs no network that a search trains");
    },
  });
