/** Points of several databases in one. Effects: reads and writes databases. */
import { existsSync } from "node:fs";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { type MergeSummary, mergeInto, Store } from "../sweeps/index.js";
import { studyOf, withStore } from "./stored.js";

/** What became of a source's points. */
export interface Merged extends MergeSummary {
  /** Database that the points came from. */
  readonly source: string;
}

/**
 * Brings every source's points into `target`, a source after the other; of a source all points come, or none.
 *
 * @param onMerged told of each source when its points are in
 * @throws InputError where there is no such database, or a source is of another space, of other goals or of other
 * inputs: nothing of it is taken then
 */
export function merge(target: string, sources: readonly string[], onMerged: (merged: Merged) => void = () => {}): readonly Merged[] {
  if (!existsSync(target)) {
    const example = sources.length === 1 ? "" : ` && snn-dse merge ${[target, ...sources.slice(1)].map(shellWord).join(" ")}`;
    throw inputError(
      target,
      "no such database; merge adds to one that a sweep has written",
      `cp ${shellWord(sources[0])} ${shellWord(target)}${example}`,
    );
  }
  // A source that cannot be read stops the merge before the target is touched.
  for (const source of sources) withStore(source, studyOf);
  const into = Store.open(target);
  try {
    return sources.map((source) => {
      const merged = { source, ...mergeWhole(into, source) };
      onMerged(merged);
      return merged;
    });
  } finally {
    into.close();
  }
}

function mergeWhole(into: Store, file: string): MergeSummary {
  return withStore(file, (source) => {
    const summaries: MergeSummary[] = [];
    into.transaction(() => {
      summaries.push(mergeInto(into, source));
    });
    return summaries[0];
  });
}
