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

/** Code of a point whose network the search stopped: a decision of this search, not an answer that holds for others. */
export const STOPPED = "STOPPED";

/** Why a recipe gives no network: its loss exploded, or the search stopped it. */
export interface GivenUp {
  readonly code: "DIVERGED" | typeof STOPPED;
  readonly reason: string;
}

/** Loss after each epoch; error: share of wrong decisions on held-out utterances. */
export type Curve = readonly { readonly epoch: number; readonly loss: number; readonly error: number | null }[];

/** How a recipe's network learns, as far as that is known: the same in every search. */
export interface Learning {
  /** Share of wrong decisions on held-out utterances after each epoch; null: not known. */
  readonly errors: readonly (number | null)[];
  /** False: of a training that was given up. */
  readonly isWhole: boolean;
}

/** A training that diverged, with how it learnt before. */
export interface Diverged {
  readonly reason: string;
  readonly errors: Learning["errors"];
}

/** Loss and error after each epoch; empty if the record has none. */
export function curveOf({ record }: MadeModel): Curve {
  const { curve } = record as { readonly curve?: readonly { readonly [field: string]: Json }[] };
  return (curve ?? []).map(({ epoch, loss, validation_error: error }) => ({
    epoch: Number(epoch),
    loss: Number(loss),
    error: typeof error === "number" ? error : null,
  }));
}

export const errorsOf = (curve: Curve): Learning["errors"] => curve.map(({ error }) => error);

/** How a network learnt that was trained to its end. */
export const learningOf = (model: MadeModel): Learning => ({ errors: errorsOf(curveOf(model)), isWhole: true });

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
  /** Why a recipe's training diverged; null: not known. */
  diverged(key: string): Diverged | null;
  keepDiverged(key: string, why: Diverged): void;
  /** How a recipe's network learns; null: not known. */
  learning(key: string): Learning | null;
  /** File of a run's checkpoint; null: no checkpoints are kept. */
  checkpoint(run: string): string | null;
  /** Removes the checkpoint of a run whose networks are all made. */
  drop(run: string): void;
}
