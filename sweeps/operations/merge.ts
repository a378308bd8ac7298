/**
 * Copies the points of one database into another without loss. A key that both hold is compared bit for bit; of a point
 * that has a result, or is infeasible, in one of them only, that end stays, or else that its search stopped its
 * network, that it failed, that it took too long; all other points are appended, with what is known of their networks.
 * Either database may come from another machine, sampler or seed.
 * Throws: `InputError` if the studies cannot share a front, because objectives, constraints, parameters, inputs or
 * trained networks differ.
 */

import type { SweepSpec } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { asJson, canonicalJson } from "../../base/hash.js";
import { type AnyMetric, brokenInvariant, METRICS, type QuantileName, type Result } from "../../sim/index.js";
import { frontReport } from "../export/report.js";
import { evaluatorOf, readByPoints, unknownOf } from "../inputs.js";
import { STOPPED } from "../models/made-model.js";
import { demandSameNetworks, keepNetworksOf } from "../models/stored-models.js";
import type { Metrics } from "../objectives.js";
import { byPathAt, nameOf } from "../points.js";
import { Space } from "../space.js";
import { replacedText } from "../store/faults.js";
import { resultDigest } from "../store/packed-result.js";
import type { Failure, Store, StoredPoint } from "../store/sqlite.js";
import { type Difference, differences } from "./differences.js";
import { demandSameInputs } from "./same-inputs.js";
import { areShards, referenceOfWhole } from "./whole-search.js";

interface MergeConflict {
  readonly key: string;
  readonly id: number;
  /** Left: the target's result, which is kept. Right: the source's. */
  readonly differences: readonly Difference[];
}

export interface MergeSummary {
  readonly added: number;
  readonly same: number;
  /** Points taken over because they had failed, been stopped or not ended in the target. */
  readonly improved: number;
  /**
   * Points with the same key and another result: one of the machines is not deterministic. The target's result is kept.
   */
  readonly conflicts: readonly MergeConflict[];
  /** Sentences about rows of the target that were changed or damaged, and in whose place the source's were added. */
  readonly replaced: readonly string[];
}

/** Parts of the studies that must be equal. */
const SHARED = ["parameters", "objectives", "constraints"] as const;

/** Merges `source` into `target`; `source` is only read. */
export function mergeInto(target: Store, source: Store): MergeSummary {
  const [mine, theirs] = [target.study(), source.study()];
  if (theirs === null) throw inputError(source.file, "holds no study", "name a database that a sweep has written");
  if (mine === null) throw inputError(target.file, "holds no study", "copy the file instead");
  for (const part of SHARED) {
    const of = (sweep: SweepSpec): string => canonicalJson(sweep[part]);
    if (of(mine.sweep) !== of(theirs.sweep))
      throw inputError(
        source.file,
        `has other ${part} than ${target.file}`,
        "only sweeps over the same space for the same goals can be merged",
      );
  }
  const space = new Space(mine.sweep.parameters);
  demandSameInputs(target.file, mine, source.file, theirs, space);
  for (const store of [target, source]) store.demandSound();
  demandSameNetworks(target, source);
  // plug-ins and extended files are those of the target, which may have other names for them
  target.addInputs(unknownOf(mine.inputs, readByPoints(theirs.inputs)));
  const evaluator = evaluatorOf(mine.inputs);
  const own = [...target.points("1", "any")];
  const known = new Map(own.map((point) => [point.key, point]));
  // the key of a point that the description refuses holds the names of files, which may be others elsewhere
  const named = new Map(own.map((point) => [nameOf(point.values, point.fidelity), point]));
  const removed = (id: number): void => {
    const message = replacedText(id);
    target.log("fault", { code: "DAMAGED_ROW", message });
    summary.replaced.push(message);
  };
  let nextId = target.ids().reduce((most, id) => Math.max(most, id), 0) + 1;
  let whole = 0; // added points that are no trials of a screening search
  const summary = { added: 0, same: 0, improved: 0, conflicts: [] as MergeConflict[], replaced: [] as string[] };
  for (const point of [...source.points("p.state NOT IN ('queued', 'running')", "any")]) {
    checkPoint(point, source.file);
    const twin = known.get(point.key) ?? named.get(nameOf(point.values, point.fidelity)) ?? target.adopted(point.key, removed);
    if (twin === null) {
      const id = nextId++;
      const byPath = byPathAt(mine.document, space.byPath(point.values), point.fidelity);
      target.transaction(() => {
        target.insert({ ...point, id }, byPath);
        copyEnd(target, source, point, id, evaluator);
      });
      named.set(nameOf(point.values, point.fidelity), { ...point, id });
      summary.added++;
      if (point.fidelity === 1) whole++;
    } else if (isAnswer(twin) && isAnswer(point)) {
      const conflict = compare(target, source, twin, point);
      if (conflict === null) summary.same++;
      else {
        summary.conflicts.push(conflict);
        target.log("fault", {
          code: "DETERMINISM",
          key: point.key,
          id: twin.id,
          differences: asJson(conflict.differences.slice(0, 10)),
        });
      }
    } else if (certainty(point) > certainty(twin)) {
      target.transaction(() => {
        target.setQueued(twin.id);
        copyEnd(target, source, point, twin.id, evaluator);
      });
      summary.improved++;
    } else summary.same++;
  }
  target.keepRunsOf(source);
  keepNetworksOf(target, source);
  const spec = mine.sweep;
  const ofParts = areShards(spec, theirs.sweep);
  if (ofParts) {
    const reference = referenceOfWhole(target, spec);
    if (reference !== null) target.setReference(reference);
  }
  target.recount();
  target.setFront(frontReport(target).rows.map((row) => row.id));
  target.log("merged", {
    file: source.file,
    edition: mine.edition,
    added: summary.added,
    whole,
    ofParts,
    same: summary.same,
    improved: summary.improved,
    conflicts: summary.conflicts.length,
  });
  return summary;
}

/** Whether a point ended as it does in every search: with a result, or as infeasible. */
const isAnswer = ({ state, code }: StoredPoint): boolean => state === "done" || (state === "infeasible" && code !== STOPPED);

/** How much an end says of the point. The one that says more stays, whichever database is merged into the other. */
function certainty(point: StoredPoint): number {
  if (isAnswer(point)) return 4;
  if (point.code === STOPPED) return 3;
  if (point.state === "failed") return 2;
  return point.state === "timeout" ? 1 : 0;
}

const ENDED: readonly string[] = ["done", "infeasible", "failed", "timeout"];

/** @throws InputError for a state, value or fidelity that this program never writes */
function checkPoint(point: StoredPoint, file: string): void {
  const { id, state, values, fidelity } = point;
  const isPlain = Object.values(values).every((value: unknown) => Number.isFinite(value) || ["string", "boolean"].includes(typeof value));
  const isWhole = isPlain && ENDED.includes(state) && fidelity > 0 && fidelity <= 1;
  if (!isWhole) throw inputError(file, `is damaged: point ${id}`, "run its sweep again with --resume: it computes such a point anew");
}

function copyEnd(target: Store, source: Store, point: StoredPoint, id: number, evaluator: string | null): void {
  target.setRunning(id, point.attempts);
  if (point.state !== "done") {
    const { state, code, reason, violation, durationMs } = point;
    target.fail(id, { state: state as Failure["state"], code: code ?? "", reason: reason ?? "", violation, durationMs });
    return;
  }
  const [result, counters] = [source.result(point.id), source.counters(point.id)];
  if (result === null || counters === null)
    throw inputError(source.file, `lacks the details of point ${point.id}`, "run its sweep again with --resume");
  const broken = evaluator === null ? brokenInvariant(result, counters) : brokenTold(result);
  if (broken !== null)
    throw inputError(source.file, `holds a result that cannot be: point ${point.id}: ${broken}`, "run its sweep again into a new --db");
  target.finish({ ...point, id }, result, counters, point.violation, point.durationMs ?? 0);
}

/** The metric that is no number: nothing else holds for results of any other program. */
function brokenTold({ metrics }: Result): string | null {
  const broken = Object.entries(metrics).find(([, value]: readonly [string, unknown]) => value !== null && !Number.isFinite(value));
  return broken === undefined ? null : `${broken[0]} is ${broken[1]}`;
}

function compare(target: Store, source: Store, twin: StoredPoint, point: StoredPoint): MergeConflict | null {
  if (twin.state === "infeasible" || point.state === "infeasible") {
    // the reason may name files, which lie elsewhere on another machine
    const end = ({ state, code, violation }: StoredPoint) => ({ state, code, violation });
    const found = differences(end(twin), end(point));
    return found.length === 0 ? null : { key: point.key, id: twin.id, differences: found };
  }
  const [mine, theirs] = [target.result(twin.id), source.result(point.id)];
  if (mine === null || theirs === null || resultDigest(mine) === resultDigest(theirs)) return null;
  return { key: point.key, id: twin.id, differences: differences(mine, theirs) };
}

/** One metric of two points, or of one point before and after. */
export interface MetricPair {
  readonly metric: AnyMetric;
  readonly left: number | null;
  readonly right: number | null;
  /** right / left; null if either is unknown or left is 0. */
  readonly ratio: number | null;
}

/** One pair per metric of `METRICS`, and per quantile. */
export function metricPairs(left: Metrics | null, right: Metrics | null, quantiles: readonly QuantileName[] = []): MetricPair[] {
  return [...(Object.keys(METRICS) as AnyMetric[]), ...quantiles].map((metric) => {
    const [a, b] = [left?.[metric] ?? null, right?.[metric] ?? null];
    return { metric, left: a, right: b, ratio: a === null || b === null || a === 0 ? null : b / a };
  });
}
