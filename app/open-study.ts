/** A study that its owner drives by asking and telling. Effects: everything that a sweep needs. */
import { DrivenStudy, type OpenStudy, systemClock } from "../sweeps/index.js";
import { localEngine } from "./engine.js";
import type { Description } from "./open.js";
import { type SearchOptions, searchOf, studyParts, workersOf } from "./study-parts.js";

export type { AskedPoint, Axis, Evaluation, OpenStudy, OwnResult } from "../sweeps/index.js";

/** How a study that you drive is opened. */
export interface OpenStudyOptions extends SearchOptions {
  /**
   * Database that keeps the results, as that of a sweep; opened again, it continues. null, the default: they are kept
   * while the study is open.
   */
  readonly db?: string | null;
  /**
   * Who finds the results, with its version, where that is not this program: only then may you tell results of your
   * own. It is part of every key, so results of two evaluators never share a front. Not with the sampler `screen`,
   * which prices points with this program's own model.
   */
  readonly evaluator?: string | null;
  /** Closes the study. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a study of which you ask points and to which you tell what came of them.
 *
 * @param description what `open` gave, with a `sweep` section
 * @returns the study; `close` it, and read it with `results`, `result`, `pareto`
 * @throws InputError as `sweep`
 */
export async function openStudy(description: Description, options: OpenStudyOptions = {}): Promise<OpenStudy> {
  const { onWarning = () => {}, onEvent = () => {}, signal, db = null, evaluator = null } = options;
  signal?.throwIfAborted();
  const spec = await searchOf(description, options.budget);
  const workers = workersOf(options.workers, onWarning);
  const { store, files, setup } = studyParts(description, spec, db, evaluator, options);
  try {
    const engine = localEngine(files, description.experiment, workers, onEvent);
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
