/**
 * Events of the dashboard: the study's own events, from a running sweep or from a database that `attach` follows, and
 * events that only the view needs.
 */

import type { ExpressionType, Limit, StudyEvent } from "../../app/nouns.js";
/** Facts about the study that no event carries. */
export interface StudyView {
  readonly file: string;
  readonly database: string;
  /** Short name of the study: first characters of its key. */
  readonly study: string;
  readonly seed: number;
  /** Source revision of the program, with `*` for uncommitted changes; empty if unknown. */
  readonly revision: string;
  readonly limits: readonly Limit[];
  /** Document path of each parameter, by its name. */
  readonly paths: { readonly [parameter: string]: string };
  /** What kind of value each parameter has, by its name. */
  readonly types: { readonly [parameter: string]: ExpressionType };
  /** Every metric a point may carry, with its unit. */
  readonly metrics: readonly { readonly name: string; readonly unit: string }[];
  /** True: the view cannot control the sweep. */
  readonly readOnly: boolean;
}

type ViewEvent =
  | { readonly type: "opened"; readonly study: StudyView }
  /** History of the hypervolume before the view was opened. */
  | { readonly type: "history"; readonly entries: readonly { readonly finished: number; readonly value: number }[] }
  | { readonly type: "memory"; readonly residentBytes: number }
  | { readonly type: "note"; readonly text: string };

export type DashboardEvent = StudyEvent | ViewEvent;

export type StudyEventOf<Type extends StudyEvent["type"]> = Extract<StudyEvent, { readonly type: Type }>;

/** `again`: the point runs again, and its earlier outcome no longer counts. */
export type PointOutcome = "done" | "infeasible" | "failed" | "timeout" | "again";

/** State of the sweep. */
export type SweepStatus = "starting" | "running" | "paused" | "draining" | "finished" | "stopped";

/** A finished point as the view keeps it. Metrics by name, in their units; null if unknown. */
export interface PointView {
  readonly id: number;
  readonly outcome: PointOutcome;
  readonly values: { readonly [name: string]: number | string | boolean | null };
  readonly metrics: { readonly [metric: string]: number | null | undefined };
  /** 0: all constraints hold. */
  readonly violation: number;
  /** Upper-case code and message of a point without a result; else empty. */
  readonly code: string;
  readonly message: string;
  /** True: the database held it before this sweep began. */
  readonly stored: boolean;
}
