/**
 * The worker thread: each call is one functional run or one point. It is pure, except that it measures the duration and
 * loads the plug-in of a network's cell. Errors of a point are returned as its outcome; only a defect or a dead thread
 * rejects the call.
 */
import { performance } from "node:perf_hooks";
import type { CoupledExperiment, Experiment, ModelNetwork, SampleSet } from "../../arch/index.js";
import { HostFault, InfeasibleError, InputError, InvariantError } from "../../base/errors.js";
import type { PluginFile } from "../../base/plugin-file.js";
import type { Functional } from "../../sim/functional/index.js";
import { evaluatePoint, prepareFunctional, type Replay, sharedReplay } from "../../sim/index.js";
import type { CaseFiles } from "../../sim/recorded/index.js";
import type { PointInputs } from "../point.js";
import { packResult } from "../store/packed-result.js";
import { loadCells } from "./cell-plugin.js";
import type { DoneOutcome, Outcome } from "./engine.js";
import { hostFailure } from "./host-fault.js";
import { type PackedReplay, packReplay, unpackReplay } from "./packed-replay.js";
import { shared } from "./share.js";

export type WorkerTask =
  | {
      readonly kind: "functional";
      readonly experiment: Experiment;
      readonly network: ModelNetwork;
      readonly modelHash: string;
      readonly samples: SampleSet;
      /** Plug-in with the network's cell; null: the cell is built in. */
      readonly plugin: PluginFile | null;
    }
  | {
      readonly kind: "point";
      readonly experiment: Experiment;
      readonly functional: Functional;
      /** The replay of another point with the same cycles; null: none. */
      readonly replay: PackedReplay | null;
      /** Where the network was placed for the replay's key; null: not, or it does not fit. */
      readonly placement: Replay["placement"] | null;
    }
  | { readonly kind: "coupled"; readonly experiment: CoupledExperiment; readonly files: CaseFiles; readonly inputs: PointInputs };

export type WorkerReply =
  | { readonly kind: "functional"; readonly functional: Functional; readonly durationMs: number }
  /** Outcome of a point, and its replay for other points; null if the point was given a replay. */
  | { readonly kind: "replayed"; readonly outcome: DoneOutcome; readonly replay: PackedReplay | null }
  | Exclude<Outcome, { readonly kind: "abandoned" | "timeout" }>;

export default async function work(task: WorkerTask): Promise<WorkerReply> {
  const start = performance.now();
  try {
    if (task.kind === "functional") {
      if (task.plugin !== null) await loadCells(task.plugin);
      const functional = shared(prepareFunctional(task.experiment, task.network, task.modelHash, task.samples));
      return { kind: "functional", functional, durationMs: performance.now() - start };
    }
    if (task.kind === "coupled") {
      const { evaluateCoupled } = await import("../../sim/recorded/index.js"); // threads for other chips do not load it
      const { result, counters } = evaluateCoupled(task.experiment, task.files, task.inputs);
      return { kind: "done", result, counters, durationMs: performance.now() - start, packed: packResult(result, counters) };
    }
    const { topology } = task.functional.trace;
    const known = task.replay === null ? null : unpackReplay(task.replay, topology);
    const { result, placement, timing } = evaluatePoint(task.experiment, task.functional, known, task.placement ?? undefined);
    const replay = known === null ? packReplay(sharedReplay(task.experiment.chip, { placement, timing }), topology) : null;
    const durationMs = performance.now() - start;
    const counters = timing.total;
    return { kind: "replayed", outcome: { kind: "done", result, counters, durationMs, packed: packResult(result, counters) }, replay };
  } catch (error) {
    const durationMs = performance.now() - start;
    if (error instanceof InfeasibleError) return { kind: "infeasible", code: error.code, reason: error.message, durationMs };
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof HostFault) return hostFailure(reason, durationMs);
    return { kind: "failed", code: codeOf(error), reason, retryable: false, durationMs };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof InputError) return "BAD_INPUT";
  if (error instanceof InvariantError) return "INVARIANT";
  return error instanceof Error ? error.name : "Error";
}
