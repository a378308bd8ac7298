/**
 * What descriptions of one kind of chip are: their paths, their defaults, and how a complete document becomes an
 * experiment. Every kind stands in `registry.ts`, and nothing else asks which one it has before it.
 */
import type { LocatedMap } from "../located.js";
import type { PathReader } from "../path.js";

export interface DescriptionKind<Experiment> {
  readonly pathOf: PathReader;
  /** The document with defaults under what was typed. */
  readonly complete: (typed: LocatedMap, file: string) => LocatedMap;
  /** @throws InputError with every problem of the document. */
  readonly resolve: (whole: LocatedMap) => Experiment;
}
