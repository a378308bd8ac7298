/** Merges the points of several databases into one. Effects: reads and writes databases. */
import { existsSync } from "node:fs";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { type MergeSummary, mergeInto, Store } from "../sweeps/index.js";
import { demandText, demandTexts } from "./checked-options.js";
import { studyOf, withStore } from "./stored.js";

/** Counts of one source's points, by what happened to them. */
export interface Merged extends MergeSummary {
  /** Database that the points came from. */
  readonly source: string;
}

/**
 * Copies every source's points into `target`, one source after the other; all points of a source, or none.
 *
 * @param onMerged called for each source when its points are stored
 * @throws InputError if a database does not exist, or if a source has other parameters, objectives or inputs; none of
 * its points is copied then
 */
export function merge(target: string, sources: readonly string[], onMerged: (merged: Merged) => void = () => {}): readonly Merged[] {
  demandText("merge", target, "the path of a result database");
  demandTexts("merge", sources, "paths of result databases");
  if (!existsSync(target)) {
    const example = sources.length === 1 ? "" : ` && snn-dse merge ${[target, ...sources.slice(1)].map(shellWord).join(" ")}`;
    throw inputError(
      target,
      "no such database; merge adds to a database that a sweep has written",
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
