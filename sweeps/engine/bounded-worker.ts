/**
 * A BullMQ worker that bounds what it parses: a job's data must be a text within the size limit of a job; anything else
 * is read as an empty text. It asks a server that refuses once per second.
 */
import type { Job, JobJson, Worker, WorkerOptions } from "bullmq";
import { JOB_LIMIT_BYTES, QUEUE } from "./protocol.js";
import type { BullMq } from "./queue-connection.js";

export type BoundedWorker = Worker<unknown, string>;

const REFUSED_PAUSE_MS = 1_000;

type Process = (job: Job, token: string | undefined) => Promise<string>;

export function openBoundedWorker(bull: BullMq, process: Process, options: WorkerOptions): BoundedWorker {
  class Bounded extends bull.Worker<unknown, string> {
    protected override createJob(stored: JobJson, id: string): Job<unknown, string> {
      const isText = stored.data.startsWith('"') && stored.data.length <= JOB_LIMIT_BYTES;
      return super.createJob({ ...stored, data: isText ? stored.data : '""', returnvalue: "", stacktrace: "[]" }, id);
    }

    /**
     * BullMQ asks again at once after an error: 10,000 times per second at a full server, and without a turn of the
     * event loop, deaf to signals, after a connection whose start failed.
     */
    protected override async moveToActive(token: string, name?: string): ReturnType<Worker<unknown, string>["getNextJob"]> {
      try {
        return await super.moveToActive(token, name);
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
        throw error;
      }
    }
  }
  return new Bounded(QUEUE, process, options);
}
