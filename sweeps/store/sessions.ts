/**
 * Sessions of a study: one per start of a sweep on its database. Their times are those of the writer's steady clock.
 */

import type { Json } from "../../base/hash.js";
import type { ProcessLife } from "../../base/process-life.js";
import { ScoredRuns } from "./scored-runs.js";
import { claimedLife } from "./writer.js";

/** Sessions; one that was killed ended with its last point before the next session, null: it has no such point. */
const TIMES = `SELECT id, started_at, coalesce(ended_at, (SELECT max(p.ended_at) FROM point p
    WHERE p.ended_at >= s.started_at AND (s.next IS NULL OR p.ended_at <= s.next))) AS ended_at
  FROM (SELECT *, lead(started_at) OVER (ORDER BY id) AS next FROM session) s`;

export class Sessions extends ScoredRuns {
  /** Provenance of the newest session's results; null without a session. */
  provenance(): Json {
    const row = this.get("SELECT provenance_json FROM session ORDER BY id DESC LIMIT 1");
    return row === undefined ? null : this.guard(() => JSON.parse(row.provenance_json as string) as Json);
  }

  /** Provenance of every session's results, oldest first. */
  sessions(): readonly Json[] {
    return this.query("SELECT provenance_json FROM session ORDER BY id").map((row) => JSON.parse(row.provenance_json as string) as Json);
  }

  /**
   * Start and end of every session, oldest first, in milliseconds since 1970; null: it runs, or was killed, and has no
   * point yet.
   */
  sessionTimes(): readonly { readonly startedMs: number; readonly endedMs: number | null }[] {
    const rows = this.query(`${TIMES} ORDER BY id`);
    const at = (text: string): number => Date.parse(text);
    return rows.map(({ started_at, ended_at }) => ({
      startedMs: at(started_at as string),
      endedMs: ended_at === null ? null : at(ended_at as string),
    }));
  }

  /**
   * If the program that has the database open for writing lives: a process number alone does not say which machine's.
   */
  writerLife(): ProcessLife {
    return this.guard(() => claimedLife(this.db) ?? "ended");
  }

  /**
   * Ends sessions that were killed, for a new writer: a point that it merges in or asks again would move their ends.
   * One without a point took no time.
   */
  protected endKilled(): void {
    if (this.get("SELECT 1 FROM session WHERE ended_at IS NULL") === undefined) return;
    this.transaction(() =>
      this.run(
        `UPDATE session SET ended_at = (SELECT coalesce(t.ended_at, t.started_at) FROM (${TIMES}) t WHERE t.id = session.id) WHERE ended_at IS NULL`,
        [],
      ),
    );
  }

  /** Time that the sessions before the newest one took. */
  earlierMs(): number {
    const spent = this.sessionTimes().map(({ startedMs, endedMs }) => (endedMs !== null && endedMs > startedMs ? endedMs - startedMs : 0));
    return spent.slice(0, -1).reduce((sum, ms) => sum + ms, 0);
  }
}
