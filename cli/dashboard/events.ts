/**
 * What the dashboard is told: the study's own events, from a live sweep or from a database followed by `attach`, and
 * what only the view needs.
 */

import type { StudyEvent } from "../../app/nouns.js";
/** Facts about the study that no event carries. */
export interface StudyView {
  readonly file: string;
  readonly database: string;
  /** Short name of the study: first characters of its key. */
  readonly study: string;
  readonly seed: number;
  /** Source revision of the program, `*` behind one with uncommitted changes; empty where unknown. */
  readonly revision: string;
  readonly constraints: readonly string[];
  /** Document path of each parameter, by its name. */
  readonly paths: { readonly [parameter: string]: string };
  /** Every metric a point may carry, with its unit. */
  readonly metrics: readonly { readonly name: string; readonly unit: string }[];
  /** True: looks on, cannot steer. */
  readonly readOnly: boolean;
}

type ViewEvent =
  | { readonly type: "opened"; readonly study: StudyView }
  /** What the hypervolume was while nobody looked. */
  | { readonly type: "history"; readonly entries: readonly { readonly finished: number; readonly value: number }[] }
  | { readonly type: "memory"; readonly residentBytes: number }
  | { readonly type: "note"; readonly text: string };

export type DashboardEvent = StudyEvent | ViewEvent;

export type StudyEventOf<Type extends StudyEvent["type"]> = Extract<StudyEvent, { readonly type: Type }>;

/** `again`: it runs once more, its earlier end no longer counts. */
export type PointOutcome = "done" | "infeasible" | "failed" | "timeout" | "again";

/** `front-changed` and `finished` end in these. */
export type SweepStatus = "starting" | "running" | "paused" | "draining" | "finished" | "stopped";

/** A finished point as the view keeps it. Metrics by name, natural units; null where unknown. */
export interface PointView {
  readonly id: number;
  readonly outcome: PointOutcome;
  readonly values: { readonly [name: string]: number | string | boolean | null };
  readonly metrics: { readonly [metric: string]: number | null | undefined };
  /** 0: all constraints hold. */
  readonly violation: number;
  /** Upper-case reason and sentence of a point that has no result; empty otherwise. */
  readonly code: string;
  readonly message: string;
}
