/** A network that a search has made, and where such networks are kept between searches. */
import type { Network } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";

export interface MadeModel {
  readonly network: Network;
  /** How it was made, and what it reached on what was held out. */
  readonly record: Json;
}

/** Why nothing comes of a network: its loss exploded, or the search does not want more of it. */
export interface GivenUp {
  readonly code: "DIVERGED" | "STOPPED";
  readonly reason: string;
}

/** After each epoch; error: share of wrong decisions on what was held out. */
export type Curve = readonly { readonly epoch: number; readonly loss: number; readonly error: number | null }[];

/** What a worker answers. */
export type ModelReply =
  | (MadeModel & { readonly kind: "trained"; readonly seconds: number })
  | (GivenUp & { readonly kind: "given-up"; readonly curve: Curve; readonly seconds: number })
  | { readonly kind: "broken"; readonly code: string; readonly reason: string; readonly seconds: number };

/** Networks by their recipe's key. */
export interface ModelStore {
  /** Null: not made yet, or damaged since. */
  read(key: string): MadeModel | null;
  write(key: string, model: MadeModel): void;
  /** Why nothing comes of a recipe; null: not known. */
  failure(key: string): GivenUp | null;
  fail(key: string, why: GivenUp): void;
  /** File of a run's checkpoint; null: none are kept. */
  checkpoint(run: string): string | null;
  /** The run's networks are all made. */
  drop(run: string): void;
}
