/**
 * A BullMQ worker that bounds what it parses: a job's data must be a text within the size limit of a job; anything else
 * is read as an empty text.
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
