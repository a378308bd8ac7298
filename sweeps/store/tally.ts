/**
 * Marks of values, summed over points in any order: one wrong value among 100,000 changes the sum. Marks are cheap,
 * because one pass over a study computes millions.
 */

import type { MetricName } from "../../sim/index.js";
import { METRIC_NAMES } from "./rows.js";
import { FIRST_METRICS } from "./schema.js";

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);

function mixed(id: number, low: number, high: number): number {
  let hash = Math.imul(id ^ low, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A 32-bit mark of a point's id and one of its values. */
function mark(id: number, number: number | null): number {
  value[0] = number === null ? Number.NEGATIVE_INFINITY : number + 0; // no result is infinite
  return mixed(id, words[0], words[1]);
}

/** Mark of a metric by its index. A metric that older databases lack adds nothing if it is unknown. */
export const metricMark = (id: number, number: number | null, place: number): number =>
  number === null && place >= FIRST_METRICS.length ? 0 : mark(id, number);

export function textMark(id: number, text: string): number {
  let hash = id;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(id, hash, text.length);
}

/** A feasible point: its id, its metrics, and its values as JSON if asked for. */
export type FeasibleRow = readonly [number, ...(number | string | null)[]];

export interface Tally {
  readonly points: number;
  /** Sum of the marks of the values' JSON. */
  readonly texts: number;
  /** Sums of the marks of each metric. */
  readonly metrics: readonly number[];
}

/** Sums of the marks of the points that are read. */
export class Sums {
  private readonly places: readonly number[];
  private readonly sums: number[];
  private points = 0;
  private texts = 0;

  /** `metrics`: the metrics of a row, after its id. */
  constructor(metrics: readonly MetricName[]) {
    this.places = metrics.map((name) => METRIC_NAMES.indexOf(name));
    this.sums = metrics.map(() => 0);
  }

  add(row: FeasibleRow): void {
    const { sums, places } = this;
    const id = row[0];
    this.points++;
    for (let k = 0; k < sums.length; k++) sums[k] += metricMark(id, row[k + 1] as number | null, places[k]);
    if (row.length > sums.length + 1) this.texts += textMark(id, row[sums.length + 1] as string);
  }

  matches(tally: Tally, withTexts: boolean): boolean {
    const { points, texts, metrics } = this.tally;
    if (tally.points !== points || (withTexts && tally.texts !== texts)) return false;
    return this.places.every((place, k) => tally.metrics[place] === metrics[k]);
  }

  /** Sums of these metrics. */
  get tally(): Tally {
    return { points: this.points, texts: this.texts % MODULUS, metrics: this.sums.map((sum) => sum % MODULUS) };
  }
}

/** Modulus of the stored sums; the sums of one pass stay exact for two million points. */
const MODULUS = 0x100000000;
