/**
 * What Piscina loads in each thread, built as CommonJS (`dist/thread.cjs`): answers with the worker module whose path
 * stands in its data (`thread-worker.ts`). Piscina loads by `require`. Of an ES module Node then instantiates all
 * imports in one native call, and a thread that is ended in the midst of it, by a time limit or by who leaves, aborts
 * the whole process (Node 20.20, `v8::Module::IsGraphAsync must be used on an instantiated module`). By `import` it
 * ends as anywhere else.
 */
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import type { ThreadData } from "./thread-worker.js";

type Work = (task: unknown) => unknown;

/** Begun when the thread starts, so that it is read while the first task is on its way; a failure is that task's. */
const loaded: Promise<{ readonly default: Work }> = import(pathToFileURL((workerData as ThreadData).workerFile).href);
loaded.catch(() => {});

export default async function answer(task: unknown): Promise<unknown> {
  return (await loaded).default(task);
}
