/**
 * A BullMQ worker that limits what it parses: the data of a job must be a text of at most a job's size; anything else
 * becomes an empty text.
 */
import type { Job, JobJson, Worker, WorkerOptions } from "bullmq";
import { JOB_LIMIT_BYTES, QUEUE } from "./protocol.js";
import type { BullMq } from "./queue-connection.js";

export type BoundedWorker = Worker<unknown, string>;

type Process = (job: Job, token: string | undefined) => Promise<string>;

export function openBoundedWorker(bull: BullMq, process: Process, options: WorkerOptions): BoundedWorker {
  class Bounded extends bull.Worker<unknown, string> {
    protected override createJob(stored: JobJson, id: string): Job<unknown, string> {
      const isText = stored.data.startsWith('"') && stored.data.length <= JOB_LIMIT_BYTES;
      return super.createJob({ ...stored, data: isText ? stored.data : '""', returnvalue: "", stacktrace: "[]" }, id);
    }
  }
  return new Bounded(QUEUE, process, options);
}
