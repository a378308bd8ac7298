/** A network that a search has made, and where such networks are kept between searches. */
import type { Network } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";

export interface MadeModel {
  readonly network: Network;
  /** How it was made, and what it reached on what was held out. */
  readonly record: Json;
}

/** What a worker answers. */
export type ModelReply =
  | (MadeModel & { readonly kind: "trained"; readonly seconds: number })
  | { readonly kind: "diverged"; readonly reason: string; readonly seconds: number }
  | { readonly kind: "broken"; readonly code: string; readonly reason: string; readonly seconds: number };

/** Networks by their recipe's key. */
export interface ModelStore {
  /** Null: not made yet, or damaged since. */
  read(key: string): MadeModel | null;
  write(key: string, model: MadeModel): void;
  /** Why nothing comes of a recipe; null: not known. */
  failure(key: string): string | null;
  fail(key: string, reason: string): void;
  /** File of a run's checkpoint; null: none are kept. */
  checkpoint(run: string): string | null;
  /** The run's networks are all made. */
  drop(run: string): void;
}
