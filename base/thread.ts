/**
 * The file that Piscina loads in each thread: it runs the worker module whose path is in its data (`thread-worker.ts`).
 * It is built as CommonJS (`dist/thread.cjs`), because Piscina loads by `require`. For an ES module Node would then
 * instantiate all imports in one native call, and a thread that is ended during that call aborts the whole process
 * (Node 20.20, `v8::Module::IsGraphAsync must be used on an instantiated module`). A thread that is ended during
 * `import` just ends.
 */
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import type { ThreadData } from "./thread-worker.js";

type Work = (task: unknown) => unknown;

/** Loading begins when the thread starts, before the first task arrives; that task reports a failure. */
const loaded: Promise<{ readonly default: Work }> = import(pathToFileURL((workerData as ThreadData).workerFile).href);
loaded.catch(() => {});

export default async function answer(task: unknown): Promise<unknown> {
  return (await loaded).default(task);
}
