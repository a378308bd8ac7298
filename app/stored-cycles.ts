/** Holds the cycles that a stored point takes now against those that its database has. */
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import type { Result } from "../sim/index.js";

/** A point that a database has timed. */
export interface StoredRun {
  readonly database: string;
  readonly id: number;
  readonly result: Result;
}

const mean = (cycles: readonly number[]): number => cycles.reduce((sum, one) => sum + one, 0) / cycles.length;

/** Mean stored cycles of some of the timed utterances; null: only the mean of all is stored. */
export function storedCycles({ result: { metrics, provenance } }: StoredRun, utterances: readonly number[]): number | null {
  const { timedUtterances: all, timedLatencyCycles: each } = provenance;
  if (utterances.length === all.length) return metrics.latency_cycles;
  return each === undefined ? null : mean(utterances.map((utterance) => each[all.indexOf(utterance)]));
}

/**
 * @param latencyCycles cycles of each of these utterances now
 * @throws InputError if they are others than those of the database, which another build has computed
 */
export function demandStoredCycles(stored: StoredRun, utterances: Uint32Array, latencyCycles: ArrayLike<number>): void {
  const [now, before] = [mean(Array.from(latencyCycles)), storedCycles(stored, Array.from(utterances))];
  if (before === null || now === before) return;
  const { database, id } = stored;
  throw inputError(
    database,
    `point ${id} takes ${now} cycles now, but took ${before} when it was stored`,
    `see what differs: snn-dse reproduce ${shellWord(database)} ${id}`,
  );
}
