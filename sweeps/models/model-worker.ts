/**
 * The worker thread that trains networks: one recipe per call, from its checkpoint if there is one. It sends messages
 * to the owner of the thread while it works. A training that diverges is an answer, not an error. Effects: the
 * checkpoint's file, the clock.
 */
import { parentPort } from "node:worker_threads";
import type { Samples } from "../../arch/index.js";
import { HostFault, InputError } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { log } from "../../base/math.js";
import {
  type BackendName,
  type BaseModel,
  CheckpointError,
  type CheckpointStore,
  DivergedError,
  type EpochRecord,
  fileCheckpoint,
  localLearners,
  startedBackend,
  type TrainingConfig,
  train,
} from "../../training/index.js";
import { systemClock } from "../engine/clock.js";
import { hostFailure, onThisHost } from "../engine/host-fault.js";
import type { Curve, GivenUp, ModelReply } from "./made-model.js";
import { type Limits, stopReason } from "./median-stopping.js";

export interface ModelTask {
  readonly key: string;
  readonly config: TrainingConfig;
  readonly epochs: number;
  readonly backend: BackendName;
  readonly parent: BaseModel | null;
  readonly fit: Samples;
  readonly validation: Samples;
  readonly limits: Limits;
  /** Null: an interrupted run starts again from the beginning. */
  readonly checkpoint: string | null;
}

/** Message after every epoch of a training. */
export interface ModelNews {
  readonly key: string;
  readonly record: EpochRecord;
}

const CHECKPOINT_BATCHES = 200;

/** A loss of this many times that of a guess is an explosion. It mostly stays a number, as no huge step is taken. */
const EXPLODED = 10;

/** The training of a network ends without a network. */
class NoMore extends Error {
  constructor(
    readonly why: GivenUp,
    readonly curve: Curve,
  ) {
    super(why.reason);
  }
}

export default async function work(task: ModelTask): Promise<ModelReply> {
  const startMs = systemClock.monotonicMs();
  const seconds = (): number => (systemClock.monotonicMs() - startMs) / 1000;
  const checkpoint = task.checkpoint === null ? null : checkpointAt(task.checkpoint);
  try {
    const made = await learnt(task, checkpoint).catch((error: unknown) => {
      // A checkpoint that was changed or damaged is dropped: training from the beginning gives the same network.
      if (!(error instanceof CheckpointError) || checkpoint === null) throw error;
      checkpoint.clear();
      return learnt(task, checkpoint);
    });
    return { kind: "trained", ...made, seconds: seconds() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NoMore) return { kind: "given-up", ...error.why, curve: error.curve, seconds: seconds() };
    if (error instanceof DivergedError)
      return { kind: "given-up", code: "DIVERGED", reason: error.reason, curve: curveOf(error.curve), seconds: seconds() };
    if (error instanceof HostFault) return hostFailure(reason, 1000 * seconds());
    return { kind: "broken", code: error instanceof InputError ? "BAD_INPUT" : "TRAINING", reason, seconds: seconds() };
  }
}

/** A file of this host: what it refuses, such as a full disk, says nothing about the network. */
function checkpointAt(path: string): ReturnType<typeof fileCheckpoint> {
  const { file, read, write, clear } = fileCheckpoint(path);
  return { file, read: () => onThisHost(read), write: (bytes) => onThisHost(() => write(bytes)), clear: () => onThisHost(clear) };
}

const curveOf = (records: readonly EpochRecord[]): Curve =>
  records.map(({ epoch, loss, validationError: error }) => ({ epoch, loss, error }));

async function learnt(task: ModelTask, checkpoint: CheckpointStore | null) {
  const { key, config, epochs, limits, parent, fit, validation } = task;
  const guess = log(fit.classes);
  const result = await train(config, {
    ...{ backend: await startedBackend(task.backend), train: fit, test: validation, search: { validation, epochs } },
    ...{ command: "snn-dse sweep", base: parent, chip: null, learners: localLearners },
    ...{ checkpoint, checkpointBatches: CHECKPOINT_BATCHES, nowMs: systemClock.monotonicMs, stop: async () => false },
    report: (event) => {
      if (event.kind !== "epoch") return;
      const { record } = event;
      const { epoch, loss } = record;
      const curve = curveOf(event.curve);
      if (!(loss < EXPLODED * guess)) {
        const reason = `training diverged: the mean loss of epoch ${epoch} is ${loss.toPrecision(3)}, a guess has ${guess.toPrecision(3)}`;
        throw new NoMore({ code: "DIVERGED", reason }, curve.slice(0, -1));
      }
      const news: ModelNews = { key, record };
      parentPort?.postMessage(news);
      const reason = stopReason(event.curve, epochs, limits);
      if (reason !== null) throw new NoMore({ code: "STOPPED", reason }, curve);
    },
  });
  if (result === null) throw new Error("training stopped without being asked to");
  const { network, record } = result;
  return {
    network,
    record: { ...(record as { readonly [field: string]: Json }), recipe: key },
  };
}
