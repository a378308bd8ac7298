/** Rules of the subset: what they examine, and what they return. */
import type { Core, Experiment, ModelNetwork, SampleSet } from "../arch/index.js";
import type { Placement } from "../sim/mapping/index.js";
import type { Program } from "../sim/program/index.js";
import type { RtlNetwork } from "./cells.js";

/** A reason why a point cannot be emitted. */
export interface Obstacle {
  /** Path in the description. */
  readonly key: string;
  readonly reason: string;
  /** The nearest change that would remove it. */
  readonly change: string;
}

/** What a rule examines. */
export interface Candidate {
  readonly experiment: Experiment;
  readonly model: ModelNetwork;
  readonly placement: Placement;
  /** null is allowed for trained cells. */
  readonly samples: SampleSet | null;
}

/** A candidate with its rows on the chip, its program and its numbers; `core`: one of the cores that hold neurons. */
export interface Placed extends Candidate {
  readonly core: Core;
  readonly program: Program;
  readonly network: RtlNetwork;
}

/** null: the rule holds. */
export type Rule<Of> = (candidate: Of) => Obstacle | null;
