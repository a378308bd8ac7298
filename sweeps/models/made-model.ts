/** A network that a search has trained, and the store in which such networks are kept between searches. */
import { encodeNetwork, type Network } from "../../arch/index.js";
import { type Json, sha256 } from "../../base/hash.js";
import type { hostFailure } from "../engine/host-fault.js";

export interface MadeModel {
  readonly network: Network;
  /** Record of its training, with its result on held-out utterances. */
  readonly record: Json;
}

/** SHA-256 of a network without its record, which holds times. */
export const contentOf = (network: Network): string => sha256(encodeNetwork(network));

/** Why a recipe gives no network: its loss exploded, or the search stopped it. */
export interface GivenUp {
  readonly code: "DIVERGED" | "STOPPED";
  readonly reason: string;
}

/** Loss after each epoch; error: share of wrong decisions on held-out utterances. */
export type Curve = readonly { readonly epoch: number; readonly loss: number; readonly error: number | null }[];

/** Answer of a worker; a fault of its host is how an attempt at the point ended. */
export type ModelReply =
  | ReturnType<typeof hostFailure>
  | (MadeModel & { readonly kind: "trained"; readonly seconds: number })
  | (GivenUp & { readonly kind: "given-up"; readonly curve: Curve; readonly seconds: number })
  | { readonly kind: "broken"; readonly code: string; readonly reason: string; readonly seconds: number };

/** Networks by the key of their recipe. */
export interface ModelStore {
  /** Null: not made yet, or the stored file is damaged, or is another network than that of the study's results. */
  read(key: string): MadeModel | null;
  /** True for another network than that of the study's results. */
  isOther(key: string, model: MadeModel): boolean;
  /** @throws InputError for such a network */
  write(key: string, model: MadeModel): void;
  /** Why a recipe gave no network; null: not known. */
  failure(key: string): GivenUp | null;
  fail(key: string, why: GivenUp): void;
  /** Record of how a network learnt, as far as others are compared by it; null: not known. */
  learnt(key: string): Json | null;
  keepLearnt(key: string, record: Json): void;
  /** File of a run's checkpoint; null: no checkpoints are kept. */
  checkpoint(run: string): string | null;
  /** Removes the checkpoint of a run whose networks are all made. */
  drop(run: string): void;
}
