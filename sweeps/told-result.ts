/**
 * Results that another program found, checked and converted to those of a study. Pure. Throws: `InputError` with all
 * their mistakes.
 */
import { InputError, inputError, type Problem, quoted } from "../base/errors.js";
import { METRICS, type MetricName, type Result } from "../sim/index.js";
import type { PointInputs } from "./point.js";
import type { EndedOutcome } from "./search.js";

/** Result of another evaluator: metrics by name in the units of this program, or the reason why there are none. */
export type OwnResult =
  /** null: unknown. Objectives, and metrics that constraints name, must be present. */
  | { readonly metrics: { readonly [metric: string]: number | null } }
  /** The point cannot exist; the text says why. */
  | { readonly infeasible: string }
  /** The evaluation failed; the text says why. */
  | { readonly failed: string };

/**
 * Largest magnitude of a metric: products of ten such numbers, as in hypervolumes and models of samplers, are finite.
 */
const LARGEST = 1e30;

/** `needed`: metrics of the study's objectives and constraints. */
export function toldOutcome(told: unknown, needed: readonly MetricName[], inputs: PointInputs, durationMs: number): EndedOutcome {
  const fields: { readonly [name: string]: unknown } = typeof told === "object" && told !== null ? { ...told } : {};
  const { metrics, infeasible, failed } = fields;
  const said = ["metrics", "infeasible", "failed"].filter((name) => (fields[name] ?? null) !== null);
  if (said.length > 1) throw inputError("result", `has ${said.join(" and ")}`, "tell one of them: metrics, or why there are none");
  if (typeof infeasible === "string") return { kind: "infeasible", code: "TOLD", reason: infeasible, durationMs };
  if (typeof failed === "string") return { kind: "failed", code: "TOLD", reason: failed, retryable: false, durationMs };
  const problems: Problem[] = [];
  const problem = (path: string, message: string, fix: string): void => {
    problems.push({ file: "result", line: null, column: null, path, message, fix });
  };
  const found = typeof metrics === "object" && metrics !== null && !Array.isArray(metrics) ? metrics : null;
  if (found === null) problem("", "says nothing", 'expected {"metrics": {...}}, {"infeasible": "why"} or {"failed": "why"}');
  for (const [name, value] of Object.entries(found ?? {})) {
    if (!Object.hasOwn(METRICS, name))
      problem(`metrics.${name}`, `unknown metric ${quoted(name)}`, `known: ${Object.keys(METRICS).join(", ")}`);
    else if (value !== null && (typeof value !== "number" || !(Math.abs(value) <= LARGEST)))
      problem(
        `metrics.${name}`,
        `got ${quoted(String(JSON.stringify(value)))}`,
        `expected a number from ${-LARGEST} to ${LARGEST}, or null if it is unknown`,
      );
  }
  for (const name of found === null ? [] : needed)
    if (!Object.hasOwn(found as object, name))
      problem(`metrics.${name}`, "is missing", "objectives and constraints of the study need it; null if it is unknown");
  if (problems.length > 0) throw new InputError(problems);
  return {
    kind: "done",
    result: resultOf((found ?? {}) as { [metric: string]: number | null }, inputs),
    counters: NO_COUNTERS,
    durationMs,
  };
}

const EMPTY = new Float64Array(0);
const NO_COUNTERS: Extract<EndedOutcome, { kind: "done" }>["counters"] = {
  cycles: 0,
  utterances: 0,
  steps: 0,
  cores: EMPTY,
  routers: EMPTY,
  links: EMPTY,
  portsPerRouter: 0,
  packets: 0,
  flits: 0,
  flitHops: 0,
  barrierCycles: 0,
  port: null,
};

/** A result with metrics only: this program counted and priced nothing. */
function resultOf(metrics: { readonly [metric: string]: number | null }, { modelHash, dataHash }: PointInputs): Result {
  const all = Object.fromEntries(Object.keys(METRICS).map((name) => [name, metrics[name] ?? null]));
  return {
    metrics: all as Result["metrics"],
    breakdown: [],
    operations: { frames: 0, utterances: 0, layers: [], accumulatorOverflows: 0, stateSaturations: 0, neurobench: null },
    utilisation: { cores: [], links: [] },
    provenance: { modelHash, dataHash, traceKey: "", utterances: 0, timedUtterances: [] },
  };
}
