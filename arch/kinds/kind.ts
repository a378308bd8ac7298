/**
 * Descriptions of one kind of chip: paths, defaults, and how a complete document becomes an experiment. `registry.ts`
 * lists all kinds; no other code tests for a kind.
 */
import type * as z from "zod";
import type { LocatedMap } from "../located.js";
import type { PathReader } from "../path.js";

export interface DescriptionKind<Experiment> {
  readonly pathOf: PathReader;
  /** The schema of the key at a path, with its wrappers; null: there is no such key. */
  readonly keyAt: (path: readonly string[]) => z.core.$ZodType | null;
  /** The document with defaults for the keys that the user did not write. */
  readonly complete: (typed: LocatedMap, file: string) => LocatedMap;
  /** @throws InputError with every problem of the document. */
  readonly resolve: (whole: LocatedMap) => Experiment;
}
