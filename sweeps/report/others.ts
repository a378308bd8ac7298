/**
 * What of a study its sampler did not choose, or chose knowing more than its own results: the points of a warm start,
 * those that were merged in, those of the caller, and those of a larger budget. Reads the database.
 */
import { IN_EDITION } from "../store/schema.js";
import type { Store } from "../store/sqlite.js";

export interface OtherResults {
  /** Points that the sampler was told at its start, and the identities of their studies; null: it began without. */
  readonly begunWith: { readonly points: number; readonly studies: readonly string[] } | null;
  /**
   * Merges that changed the points of these inputs, how many points they added, and how many of its own they replaced.
   */
  readonly merged: { readonly merges: number; readonly added: number; readonly replaced: number } | null;
  /** Ended points by who chose them first; merged ones are left out. */
  readonly chosen: {
    readonly byCaller: number;
    readonly bySampler: number;
    /** Those of the sampler beyond the present budget. */
    readonly beyondBudget: number;
  };
}

/**
 * `--rerun` asks every point again, so merges into earlier editions do not count. Older databases do not name the
 * edition: theirs is found by the clock, which another host may have set otherwise.
 */
const MERGES = `SELECT detail_json FROM event, (SELECT id AS edition, created_at FROM edition WHERE id = (SELECT edition FROM study))
  WHERE type = 'merged' AND coalesce(json_extract(detail_json, '$.edition') = edition, at >= created_at) ORDER BY event.id`;

const INVITED = "p.key IN (SELECT json_extract(detail_json, '$.key') FROM event WHERE type = 'invited')";
const ENDED = "p.state NOT IN ('queued', 'running')";

/** Number of the caller's points that satisfy the condition. */
function callersPoints(store: Store, where: string): number {
  return store.query(`SELECT count(*) AS n FROM point p WHERE ${IN_EDITION} AND p.fidelity = 1 AND ${where} AND ${INVITED}`)[0].n as number;
}

const addedTo = (store: Store): number => mergesOf(store).reduce((sum, merge) => sum + merge.added, 0);

/** Merged parts of one search are no others once the whole search goes on. */
function mergesOf(store: Store) {
  const isPart = (store.study()?.sweep.sampler.options.shards ?? 1) !== 1;
  return store
    .query(MERGES)
    .map(({ detail_json }) => JSON.parse(detail_json as string) as { readonly [name: string]: number } & { readonly ofParts?: boolean })
    .filter(({ ofParts = false }) => isPart || !ofParts)
    .map(({ added, whole = added, improved: replaced }) => ({ added: whole, replaced })); // older databases count trials too
}

/**
 * Number of points beside those that the sampler asks: the caller's, and those of other searches. The sampler may ask
 * for some of them later.
 */
export function pointsBeside(store: Store): number {
  return addedTo(store) + callersPoints(store, "1");
}

/** Of these, the points that have ended. */
export function endedBeside(store: Store): number {
  return addedTo(store) + callersPoints(store, ENDED);
}

export function otherResults(store: Store): OtherResults {
  const warm = store.warmStart();
  const merges = mergesOf(store).filter(({ added, replaced }) => added + replaced > 0);
  const sum = (of: "added" | "replaced"): number => merges.reduce((total, merge) => total + merge[of], 0);
  const { done, infeasible, failed } = store.counts();
  const byCaller = callersPoints(store, ENDED);
  const bySampler = Math.max(0, done + infeasible + failed - byCaller - sum("added"));
  return {
    begunWith: warm.length === 0 ? null : { points: warm.length, studies: [...new Set(warm.map(({ source }) => source))] },
    merged: merges.length === 0 ? null : { merges: merges.length, added: sum("added"), replaced: sum("replaced") },
    chosen: { byCaller, bySampler, beyondBudget: Math.max(0, bySampler - (store.study()?.budget ?? 0)) },
  };
}

const points = (count: number): string => `${count} ${count === 1 ? "point" : "points"}`;

/** Sentences, each with a space before it; empty if the sampler alone chose all points, and was told no others. */
export function otherSentences({ begunWith, merged, chosen }: OtherResults): string {
  const begun =
    begunWith === null
      ? ""
      : ` Before its first question the sampler was told ${points(begunWith.points)} of study ${begunWith.studies.join(", ")}, which are none of its own (warm start).`;
  return `${begun}${chosenSentence(chosen, merged?.added ?? 0)}${merged === null ? "" : mergedSentence(merged)}`;
}

/** Says how many of all points the sampler chose; empty if it chose all, and no more than its budget. */
function chosenSentence({ byCaller, bySampler, beyondBudget }: OtherResults["chosen"], added: number): string {
  if (byCaller + added + beyondBudget === 0) return "";
  const beyond = beyondBudget === 0 ? "" : ` (${beyondBudget} of them beyond this budget, by an earlier run with a larger one)`;
  const caller = byCaller === 0 ? "" : `, the caller ${byCaller}`;
  return ` Of these ${points(bySampler + byCaller + added)} the sampler chose ${bySampler}${beyond}${caller}.`;
}

function mergedSentence({ merges, added, replaced }: NonNullable<OtherResults["merged"]>): string {
  const inPlace = replaced === 0 ? "" : `, and ${replaced} in place of points that had failed or not ended here`;
  const times = merges === 1 ? "" : ` ${merges} times`;
  return ` Results of other searches were merged in${times}: ${points(added)} that this one had not asked${inPlace}.`;
}
