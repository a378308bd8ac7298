/** What a rule of the subset looks at, and what it says. */
import type { Core, Experiment, ModelNetwork, SampleSet } from "../arch/index.js";
import type { Placement } from "../sim/mapping/index.js";
import type { Program } from "../sim/program/index.js";
import type { RtlNetwork } from "./cells.js";

/** Something that keeps a point from being emitted. */
export interface Obstacle {
  /** Path of the description. */
  readonly key: string;
  readonly reason: string;
  /** The nearest change that would do. */
  readonly change: string;
}

/** What a rule looks at. */
export interface Candidate {
  readonly experiment: Experiment;
  readonly model: ModelNetwork;
  readonly placement: Placement;
  /** null will do for trained cells. */
  readonly samples: SampleSet | null;
}

/** Of a candidate with its rows on the chip, its program and its numbers; `core`: one of those that hold neurons. */
export interface Placed extends Candidate {
  readonly core: Core;
  readonly program: Program;
  readonly network: RtlNetwork;
}

/** null: the rule holds. */
export type Rule<Of> = (candidate: Of) => Obstacle | null;
