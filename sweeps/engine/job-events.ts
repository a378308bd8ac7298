/**
 * Reads from the queue which jobs have ended, and with what result. It reads BullMQ's stream of events itself, as
 * bytes, because BullMQ's own reader parses an event before its size can be checked. A lost event does no harm: `Jobs`
 * asks about jobs that are silent for long.
 */
import type { Redis } from "./queue-connection.js";

interface JobListener {
  /** `value`: JSON of what the worker returned. */
  readonly completed: (id: string, value: Buffer) => void;
  readonly failed: (id: string, reason: string) => void;
}

const AT_ONCE = 100;
const BLOCK_MS = 5_000;
const PAUSE_MS = 200;
/** Most characters of an id or a reason; longer ones are cut. */
const MOST_CHARACTERS = 2_000;

export class JobEvents {
  private ended = false;

  /** `client` is used for nothing else: reading blocks it. `stream`: the queue's key of events. */
  constructor(
    private readonly client: Redis,
    private readonly stream: string,
    private readonly listener: JobListener,
  ) {}

  /** Resolves once every later event will be read. */
  async start(): Promise<void> {
    const [newest] = await this.client.xrevrange(this.stream, "+", "-", "COUNT", 1);
    void this.read(newest?.[0] ?? "0-0");
  }

  /** Ends the reading; the caller disconnects the client next. */
  stop(): void {
    this.ended = true;
  }

  private async read(from: string): Promise<void> {
    let last: string | Buffer = from;
    while (!this.ended) {
      try {
        for (const [id, fields] of await this.next(last)) {
          last = id;
          this.hear(fields);
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS)); // the connection reports it
      }
    }
  }

  private async next(last: string | Buffer): Promise<readonly (readonly [id: Buffer, fields: readonly Buffer[]])[]> {
    const found = await this.client.xreadBuffer("COUNT", AT_ONCE, "BLOCK", BLOCK_MS, "STREAMS", this.stream, last);
    return Array.isArray(found) ? (found[0]?.[1] ?? []) : [];
  }

  private hear(fields: readonly Buffer[]): void {
    const at = (name: string): Buffer | undefined => {
      for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i]?.equals(Buffer.from(name))) return fields[i + 1];
      return undefined;
    };
    const [event, id] = [text(at("event")), text(at("jobId"))];
    if (event === "completed") this.listener.completed(id, at("returnvalue") ?? Buffer.alloc(0));
    if (event === "failed") this.listener.failed(id, text(at("failedReason")));
  }
}

/** The first characters of bytes whose content is unknown. */
export function text(bytes: Buffer | null | undefined): string {
  return bytes?.toString("utf8", 0, MOST_CHARACTERS) ?? "";
}
