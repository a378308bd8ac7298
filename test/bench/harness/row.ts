/**
 * One measured number: what, how much, in which unit, which way is good, how far runs differ, and what it should reach.
 */
import { type Better, type Statistics, statistics } from "./statistics.js";

export interface Row extends Statistics {
  readonly name: string;
  readonly unit: string;
  readonly better: Better;
  /** To reach on one core unless the name says more; null: none is set. */
  readonly target: number | null;
}

/** `values`: one per run, warm-ups left out. */
export function row(name: string, unit: string, better: Better, values: readonly number[], target: number | null = null): Row {
  return { name, unit, better, target, ...statistics(values, better) };
}

export function reached({ better, best, target }: Row): boolean {
  return target === null || (better === "more" ? best >= target : best <= target);
}
