/** The worker thread of training: one shard per call. */
import { workerData } from "node:worker_threads";
import { InputError } from "../../base/errors.js";
import type { ThreadData } from "../../base/thread-worker.js";
import { augmentationOf } from "../augmentation.js";
import { chooseBackend } from "../backend.js";
import { createEngine } from "../fused/kernels.js";
import { initialise, trainableArrays } from "../parameters.js";
import { learnShard } from "./shard.js";
import { type Refusal, type ThreadReply, type ThreadSetting, type ThreadTask, viewsOf } from "./threads.js";

const { config, backend: name, samples, parameters, gradients } = (workerData as ThreadData<ThreadSetting>).shared;
const backend = await chooseBackend(name);
const bench = { backend, engine: createEngine(), config, samples, augmentation: augmentationOf(config, samples) };
const state = initialise(config, samples.inputs, samples.classes);
const own = trainableArrays(state);

export default function work(task: ThreadTask): ThreadReply | Refusal {
  try {
    return learn(task);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { problems: error.problems };
  }
}

function learn({ shard, slot, encoderRange, ranges }: ThreadTask): ThreadReply {
  viewsOf(parameters, 0, own).forEach((view, k) => {
    own[k].set(view);
  });
  const { gradients: found, ...reply } = learnShard(bench, { ...state, encoderRange, ranges }, shard);
  viewsOf(gradients, slot * parameters.length, own).forEach((view, k) => {
    view.set(found[k]);
  });
  return reply;
}
