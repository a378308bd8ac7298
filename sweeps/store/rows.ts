/** Rows of the database as the program uses them. */

import { MIB } from "../../base/bytes.js";
import { inflatedText } from "../../base/inflate.js";
import { fpgaMetrics, METRICS, type MetricName, type Result } from "../../sim/index.js";
import type { PointState } from "../events.js";
import type { Metrics } from "../objectives.js";
import type { PointValues } from "../space.js";

/** A point without its details. */
export interface StoredPoint {
  readonly id: number;
  readonly key: string;
  /** Number of the inputs with which it was computed. */
  readonly edition: number;
  readonly values: PointValues;
  /** Share of the timed utterances that it ran: 1 for points of the study, less for trials of a screening search. */
  readonly fidelity: number;
  readonly state: PointState;
  readonly attempts: number;
  /** 0: all constraints hold; null: unknown. */
  readonly violation: number | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly durationMs: number | null;
  /** Null unless done. */
  readonly metrics: Metrics | null;
}

export interface Failure {
  readonly state: "infeasible" | "failed" | "timeout";
  readonly code: string;
  readonly reason: string;
  readonly violation: number | null;
  readonly durationMs: number | null;
}

/** A point of another sweep, as this study's search is told about it. */
export interface WarmPoint {
  /** Identity of the study that it comes from. */
  readonly source: string;
  readonly values: PointValues;
  /** Minimised, in this study's objective order; null: failed or infeasible. */
  readonly objectives: readonly number[] | null;
  /** How far this study's constraints are broken; infinity: unknown, as the point has no result. */
  readonly violation: number;
}

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const POINT_QUERY = `SELECT p.id, p.key, p.edition, p.values_json, p.fidelity, p.state, p.attempts, p.violation, p.code, p.reason, p.duration_ms, ${METRIC_NAMES.map((m) => `r.${m}`).join(", ")}
  FROM point p LEFT JOIN result r ON r.point_id = p.id`;

export type Row = { readonly [column: string]: number | string | Buffer | null };

/** Most bytes of one stored text; a text that unpacks to more is not accepted as a result. */
const TEXT_LIMIT_BYTES = 64 * MIB;

/** @throws Error if the bytes are no deflated text, or unpack to more than the limit */
export const unpacked = (blob: Buffer): string => inflatedText(blob, TEXT_LIMIT_BYTES);

/**
 * A stored result of an older version, completed with what has been added since: operand widths, metrics of NeuroBench,
 * metrics of an FPGA.
 */
export function completed({ operations, metrics, ...stored }: Result): Result {
  const layers = operations.layers.map((layer) => ({ ...ABSENT_WIDTHS, ...layer }));
  return { ...stored, metrics: { ...fpgaMetrics(null), ...metrics }, operations: { ...ABSENT_METRICS, ...operations, layers } };
}

const ABSENT_WIDTHS = { payloadBits: 0, weightBits: 0 };
const ABSENT_METRICS = { neurobench: null };

/** Null if the text is damaged; an exception would end the reading of all other rows. */
export function valuesOf(text: string): PointValues | null {
  try {
    const values: unknown = JSON.parse(text);
    const isMap = typeof values === "object" && values !== null && !Array.isArray(values);
    return isMap && Object.values(values).every(isWritable) ? (values as PointValues) : null;
  } catch {
    return null;
  }
}

/** True for values that a checksum or key can cover: a foreign database may hold infinite numbers, or bytes. */
function isWritable(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** What earlier builds stored for an infeasible point whose violation is unknown. */
const UNKNOWN_VIOLATION = 1e9;

/** The number in a cell; null if a file from elsewhere has a text there: the row then does not match its seal. */
const numberOf = (value: Row[string] | undefined): number | null => (typeof value === "number" ? value : null);

export function pointOf(row: Row): StoredPoint {
  const metrics = row.state === "done" ? (Object.fromEntries(METRIC_NAMES.map((m) => [m, numberOf(row[m])])) as Metrics) : null;
  const values = valuesOf(row.values_json as string);
  const key = row.key as string;
  const violation = row.state === "infeasible" && row.violation === UNKNOWN_VIOLATION ? null : numberOf(row.violation);
  const fidelity = row.fidelity as number;
  return {
    id: row.id as number,
    key,
    edition: row.edition as number,
    values: values ?? {},
    fidelity,
    state: row.state as PointState,
    attempts: row.attempts as number,
    violation,
    code: row.code as string | null,
    reason: row.reason as string | null,
    durationMs: numberOf(row.duration_ms),
    metrics,
  };
}
