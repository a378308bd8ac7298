/** Simulates a stored point again and records its run, for drawing over time. Effects: reads the database and files. */
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { prepareFunctional } from "../sim/index.js";
import { MOST_WRITTEN, type RecordingLimit, recordRun, runFrames } from "../sim/observe/index.js";
import { type RecordedPoint, Store } from "../sweeps/index.js";
import { demandStoredCycles } from "./stored-cycles.js";
import { storedExperiment } from "./stored-experiment.js";
import { loadPoint } from "./stored-network.js";

const LIMIT: RecordingLimit = {
  events: MOST_WRITTEN,
  option: "--run",
  fewer: (utterances) => `choose a point with fewer timed utterances, or sweep again with workload.timing_samples: ${utterances}`,
};

/**
 * Records the timed utterances of a stored point.
 *
 * @param base the description to which paths of models and data are relative; null: the database's folder
 * @throws InputError if there is no such point with a result, its model or data cannot be read or have changed, or the
 * recording is too large
 */
export async function recordedPoint(database: string, id: number, base: string | null = null): Promise<RecordedPoint> {
  const store = Store.read(database);
  try {
    const experiment = storedExperiment(store, id, "has no drawing over time");
    const result = store.result(id);
    if (result === null)
      throw inputError(database, `point ${id} has no result to draw`, `list points with one: snn-dse pareto ${shellWord(database)}`);
    const { model, samples } = await loadPoint(store, id, base, [])(experiment);
    const functional = prepareFunctional(experiment, model.network, model.hash, samples);
    const stored = result.provenance;
    if (functional.modelHash !== stored.modelHash || functional.dataHash !== stored.dataHash)
      throw inputError(
        database,
        `point ${id} was computed with another model or other data than these files hold now`,
        "restore the old files, or sweep again",
      );
    const { recorder, placement, run } = recordRun(experiment, functional.trace, functional.placedBy, true, LIMIT);
    demandStoredCycles({ database, id, result }, Uint32Array.from(functional.timedUtterances), run.latencyCycles);
    return { id, run: runFrames(recorder, experiment.chip, placement) };
  } finally {
    store.close();
  }
}
