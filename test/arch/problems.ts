import { InputError, type Problem } from "../../base/errors.js";

/** The problems of the error that `run` throws; none if it throws none. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems;
  }
}
