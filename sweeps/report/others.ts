/** What a study has of other studies: the points of a warm start, and those that were merged in. Reads the database. */
import type { Json } from "../../base/hash.js";
import type { Store } from "../store/sqlite.js";

export interface OtherResults {
  /** Points that the sampler was told at its start, and the identities of their studies; null: it began without. */
  readonly begunWith: { readonly points: number; readonly studies: readonly string[] } | null;
  /**
   * Merges that changed the points of these inputs, how many points they added, and how many of its own they replaced.
   */
  readonly merged: { readonly merges: number; readonly added: number; readonly replaced: number } | null;
}

/** `--rerun` asks every point again, so merges before it do not count. */
const MERGES = `SELECT detail_json FROM event WHERE type = 'merged'
  AND at >= (SELECT created_at FROM edition WHERE id = (SELECT edition FROM study)) ORDER BY id`;

export function otherResults(store: Store): OtherResults {
  const warm = store.warmStart();
  const numberOf = (event: Json, name: string): number => (event as { readonly [name: string]: number })[name];
  const merges = store
    .query(MERGES)
    .map(({ detail_json }) => JSON.parse(detail_json as string) as Json)
    .map((event) => ({ added: numberOf(event, "added"), replaced: numberOf(event, "improved") }))
    .filter(({ added, replaced }) => added + replaced > 0);
  const sum = (of: "added" | "replaced"): number => merges.reduce((total, merge) => total + merge[of], 0);
  return {
    begunWith: warm.length === 0 ? null : { points: warm.length, studies: [...new Set(warm.map(({ source }) => source))] },
    merged: merges.length === 0 ? null : { merges: merges.length, added: sum("added"), replaced: sum("replaced") },
  };
}

const points = (count: number): string => `${count} ${count === 1 ? "point" : "points"}`;

/** Sentences, each with a space before it; empty if the sampler alone chose all points, and was told no others. */
export function otherSentences({ begunWith, merged }: OtherResults): string {
  const begun =
    begunWith === null
      ? ""
      : ` Before its first question the sampler was told ${points(begunWith.points)} of study ${begunWith.studies.join(", ")}, which are none of its own (warm start).`;
  if (merged === null) return begun;
  const replaced = merged.replaced === 0 ? "" : `, and ${merged.replaced} in place of points that had failed or not ended here`;
  const times = merged.merges === 1 ? "" : ` ${merged.merges} times`;
  return `${begun} Results of other searches were merged in${times}: ${points(merged.added)} that this one had not asked${replaced}.`;
}
