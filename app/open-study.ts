/** A study that the caller drives by `ask` and `tell`. Effects: as `sweep`. */
import { DrivenStudy, type OpenStudy, systemClock } from "../sweeps/index.js";
import { checkedOptions, demandDescription } from "./checked-options.js";
import { localEngine } from "./engine.js";
import type { Description } from "./open.js";
import { searchWarnings } from "./search-warnings.js";
import { SEARCH_OPTIONS, type SearchOptions, searchOf, studyParts, workersOf } from "./study-parts.js";

export type { AskedPoint, Axis, Evaluation, OpenStudy, OwnResult } from "../sweeps/index.js";

/** Options of a study that you drive. */
export interface OpenStudyOptions extends SearchOptions {
  /**
   * Database of the results, as of a sweep; a study that is opened again continues. null, the default: results are kept
   * only while the study is open.
   */
  readonly db?: string | null;
  /**
   * Name and version of the evaluator, if another program than this one finds the results; only then can you tell your
   * own results. It is part of every key, so results of two evaluators never share a front. It cannot be used with the
   * sampler `screen`, which prices points with this program's own model.
   */
  readonly evaluator?: string | null;
  /** Closes the study. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a study. You ask it for points, and tell it their results. If its search trains networks, the front does not
 * run on the test set: a `sweep` of the same description and database does that when the search has ended.
 *
 * @param description what `open` gave, with a `sweep` section
 * @returns the study; `close` it, and read it with `results`, `result`, `pareto`
 * @throws InputError as `sweep`
 */
export async function openStudy(description: Description, options: OpenStudyOptions = {}): Promise<OpenStudy> {
  checkedOptions("openStudy", options, { ...SEARCH_OPTIONS, db: "text or null", evaluator: "text or null", signal: "signal" });
  const { onWarning = () => {}, onEvent = () => {}, signal, db = null, evaluator = null } = options;
  demandDescription("openStudy", description);
  signal?.throwIfAborted();
  const spec = await searchOf(description, options.budget);
  if (evaluator === null) for (const text of await searchWarnings(description, spec)) onWarning(`warning: ${text}`);
  const workers = workersOf(options.workers, onWarning);
  const { store, files, setup, tell } = studyParts(description, spec, db, evaluator, options);
  try {
    const engine = localEngine(files, description.experiment, workers, tell);
    try {
      const { retries = 2, retryFailed = false, rerun = false } = options;
      const settings = { workers, retries, retryFailed, rerun, evaluator };
      return await DrivenStudy.begin(setup, settings, { store, engine, clock: systemClock }, onEvent, signal);
    } catch (error) {
      await engine.close(true);
      throw error;
    }
  } catch (error) {
    store.close();
    throw error;
  }
}
