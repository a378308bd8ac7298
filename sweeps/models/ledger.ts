/**
 * What a search's database holds of its networks, so that no decision of the search depends on the files beside it: the
 * content of each network, how each learnt, and which the search stopped. Both are written once, by the search that
 * trains them. Effects: those of the log that is handed in.
 */
import type { Json } from "../../base/hash.js";

/** A row of the database's log of events. */
type LedgerEntry =
  | { readonly type: "learnt"; readonly key: string; readonly record: Json }
  | { readonly type: "stopped"; readonly key: string; readonly reason: string };

interface Known {
  /** Content of each network by which the database has results, by recipe. */
  readonly contents?: ReadonlyMap<string, string>;
  readonly learnt?: ReadonlyMap<string, Json>;
  readonly stopped?: ReadonlyMap<string, string>;
}

export class Ledger {
  readonly contents: ReadonlyMap<string, string>;
  private readonly records: Map<string, Json>;
  private readonly stops: Map<string, string>;

  constructor(
    { contents = new Map(), learnt = new Map(), stopped = new Map() }: Known = {},
    private readonly log: (entry: LedgerEntry) => void = () => {},
  ) {
    this.contents = contents;
    this.records = new Map(learnt);
    this.stops = new Map(stopped);
  }

  /** Record of how a recipe's network learnt, as far as others are compared by it; null: not known. */
  learnt(key: string): Json | null {
    return this.records.get(key) ?? null;
  }

  keepLearnt(key: string, record: Json): void {
    if (this.records.has(key)) return;
    this.log({ type: "learnt", key, record });
    this.records.set(key, record);
  }

  /** Why the search stopped the training of a recipe's network; null: it did not. */
  stopped(key: string): string | null {
    return this.stops.get(key) ?? null;
  }

  keepStopped(key: string, reason: string): void {
    if (this.stops.has(key)) return;
    this.log({ type: "stopped", key, reason });
    this.stops.set(key, reason);
  }
}
