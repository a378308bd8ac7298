/**
 * The last step of a search that trains its networks: the points chosen on held-out recordings run once on the test
 * set, which the search has not used before. Points that already have results on this test set are not run again; if
 * its content has changed, or if their run failed, they are. Effects: those of an engine; writes to the database.
 */
import { type Experiment, ofKind, patchExperiment } from "../arch/index.js";
import { asJson } from "../base/hash.js";
import { type Engine, type Outcome, Space, Store, type StudyEvent, type StudySetup, type Tested, testedPoints } from "../sweeps/index.js";

/** Options of the run on the test set. */
interface TestRun {
  readonly setup: StudySetup;
  readonly database: string;
  /** Called only if the front has a point. */
  readonly openEngine: () => Engine;
  /** How often a run that failed by chance is repeated at once. */
  readonly retries: number;
  readonly tell: (event: StudyEvent) => void;
}

export async function testFront(front: readonly number[], { setup, database, openEngine, retries, tell }: TestRun): Promise<void> {
  const store = Store.open(database);
  let engine: Engine | null = null;
  try {
    const known = testedPoints(store);
    const space = new Space(setup.spec.parameters);
    const points = front.flatMap((id) => store.point(id) ?? []);
    if (points.length === 0) return;
    const running = openEngine();
    engine = running;
    const tested = await Promise.all(
      points.map(async ({ id, key, values }): Promise<Tested | null> => {
        const byPath = space.byPath(values);
        const experiment = onTestSet(patchExperiment({ document: setup.document, file: setup.file }, byPath));
        const inputs = await running.identify(experiment);
        const about = { id, key, data: inputs.dataHash };
        const before = known.get(key);
        if (before?.data === inputs.dataHash && before.reason === null) return null;
        const evaluate = (): Promise<Outcome> => running.evaluate({ key, fidelity: 1, experiment, byPath, inputs });
        let outcome = await evaluate();
        for (let retry = 0; retry < retries && outcome.kind === "failed" && outcome.retryable; retry++) outcome = await evaluate();
        if (outcome.kind !== "done") return { ...about, metrics: {}, reason: "reason" in outcome ? outcome.reason : outcome.kind };
        return { ...about, metrics: outcome.result.metrics, reason: null };
      }),
    );
    for (const one of tested) {
      if (one === null) continue;
      store.log("test", asJson(one));
      tell({ type: "tested", ...one });
    }
  } finally {
    await engine?.close(true);
    store.close();
  }
}

const onTestSet = (any: ReturnType<typeof patchExperiment>): Experiment =>
  ofKind<Experiment>(any, {
    board: (experiment) => ({ ...experiment, workload: { ...experiment.workload, split: "test" } }),
    coupled: () => {
      throw new Error("a coupled chip runs no network that a search trains");
    },
  });
