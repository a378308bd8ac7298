/**
 * Merges the points of several databases into one, with the networks that their searches trained. Effects: reads and
 * writes databases and the folders of networks beside them.
 */
import { existsSync } from "node:fs";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import {
  evaluatorOf,
  type MergeSummary,
  makesNetworks,
  mergeInto,
  modelsBeside,
  networksBeside,
  Store,
  storedModels,
} from "../sweeps/index.js";
import { demandText, demandTexts } from "./checked-options.js";
import { studyOf, withStore } from "./stored.js";

/** Counts of one source's points, by what happened to them. */
export interface Merged extends MergeSummary {
  /** Database that the points came from. */
  readonly source: string;
  /** Networks that the searches trained; all 0 if they trained none. */
  readonly networks: MergedNetworks;
}

/** Networks beside the databases of a merge. */
interface MergedNetworks {
  /** The target's folder of networks, which need not exist. */
  readonly folder: string;
  /** Copied from the source's folder into the target's. */
  readonly copied: number;
  /** Networks of the target that neither folder holds. */
  readonly missing: number;
  /** A point of the target whose network is missing; null: no result needs one that is. */
  readonly missingId: number | null;
}

/**
 * Copies every source's points into `target`, one source after the other; all points of a source, or none. Networks
 * that their searches trained are copied into the folder beside the target.
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

function mergeWhole(into: Store, file: string): Omit<Merged, "source"> {
  return withStore(file, (source) => {
    const summaries: Omit<Merged, "source">[] = [];
    into.transaction(() => {
      const summary = mergeInto(into, source);
      summaries.push({ ...summary, networks: withNetworks(into, source) });
    });
    return summaries[0];
  });
}

/** Copies what the target's folder lacks of the source's networks. */
function withNetworks(into: Store, source: Store): MergedNetworks {
  const [own, others] = [into, source].map((store) => networksBeside(store));
  const known = new Set([...storedModels(source).keys(), ...madeIn(source)]);
  const copied = [...known].filter((key) => own.take(key, others)).length;
  const missing = new Set([...madeIn(into)].filter((key) => own.read(key) === null));
  return {
    folder: modelsBeside(into.file),
    copied,
    missing: missing.size,
    missingId: missing.size === 0 ? null : pointWith(missing, into),
  };
}

/** Recipes of the networks that the store's search made: those that it tells of, and those of its results. */
function madeIn(store: Store): ReadonlySet<string> {
  const made = [...storedModels(store)].flatMap(([key, { reason }]) => (reason === null ? [key] : []));
  const { document, inputs } = studyOf(store);
  if (!makesNetworks(document) || evaluatorOf(inputs) !== null) return new Set(made);
  const done = [...store.points("p.state = 'done'")];
  return new Set([...made, ...done.flatMap(({ id }) => store.result(id)?.provenance.modelHash ?? [])]);
}

/** The first point that has its result by one of these networks. */
function pointWith(networks: ReadonlySet<string>, store: Store): number | null {
  for (const { id } of store.points("p.state = 'done'")) {
    const result = store.result(id);
    if (result !== null && networks.has(result.provenance.modelHash)) return id;
  }
  return null;
}
