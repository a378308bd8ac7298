/** What a screening search did before it ran points in full. Effects: reads the store that is handed in. */
import { makesNetworks } from "../points.js";
import { SAMPLERS, samplerOptions } from "../samplers/registry.js";
import { poolSize } from "../screening.js";
import type { Space } from "../space.js";
import { IN_EDITION } from "../store/schema.js";
import type { Store } from "../store/sqlite.js";
import type { StoredStudy } from "../store/study-row.js";

export interface Screened {
  /** Most points that the analytical model priced. */
  readonly pool: number;
  /** Ended runs by the share of the timed utterances, or of the epochs too, that they ran on; ascending. */
  readonly trials: readonly { readonly share: number; readonly runs: number }[];
  /** Whether each trial trained its network, for the same share of the epochs. */
  readonly learns: boolean;
}

type Screening = Pick<StoredStudy, "sweep" | "document">;

/** Null for a search that does not screen, or whose sampler is not known here. */
export function screenedOf(store: Store, { sweep: spec, document }: Screening, space: Space): Screened | null {
  if (SAMPLERS.get(spec.sampler.name)?.screens !== true) return null;
  const trials = store.query(
    `SELECT p.fidelity AS share, count(*) AS runs FROM point p
     WHERE p.fidelity < 1 AND ${IN_EDITION} AND p.ended_at IS NOT NULL GROUP BY p.fidelity ORDER BY p.fidelity`,
  );
  return {
    pool: poolSize(space, samplerOptions(spec).pool),
    trials: trials.map(({ share, runs }) => ({ share: Number(share), runs: Number(runs) })),
    learns: makesNetworks(document),
  };
}

/** ` Before these, ...`; empty for a search that does not screen. */
export function screenedSentence(screened: Screened | null): string {
  if (screened === null) return "";
  const { pool, trials, learns } = screened;
  const number = (count: number): string => count.toLocaleString("en-US");
  const all = trials.reduce((sum, { runs }) => sum + runs, 0);
  const each = trials.map(({ share, runs }) => `${number(runs)} on ${Number((100 * share).toPrecision(3))} %`).join(", ");
  const of = learns ? "the timed utterances and epochs" : "the timed utterances";
  const ran = all === 0 ? "no trial ran" : `${number(all)} ${all === 1 ? "trial" : "trials"} ran on a part of ${of} (${each})`;
  return ` Before these points, which ran in full, the analytical model priced a pool of up to ${number(pool)}, and ${ran}.`;
}
