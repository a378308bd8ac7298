/**
 * Numbered messages about a search that another process runs, for pages that follow it. Effects: reads the database and
 * the clock.
 */
import { Follower, pageColumns, type StudyEvent, steadyMs } from "../../app/nouns.js";
import type { Store } from "../../app/stored.js";

/** A message of server-sent events. */
interface Message {
  readonly event: "points" | "front" | "progress" | "finished" | "edition";
  readonly data: string;
}

/** A result in the form that the page reads. */
interface LivePoint {
  readonly id: number;
  readonly beyond: boolean;
  readonly columns: { readonly [name: string]: unknown };
}

export class LiveStudy {
  private readonly follower: Follower;
  /** All messages; null for a message that a later one has replaced. */
  private readonly log: (Message | null)[] = [];
  private readonly latest = new Map<Message["event"], number>();
  private edition: number | null = null;
  /** Why the search has ended; null: it has not. */
  private reason: (StudyEvent & { readonly type: "finished" })["reason"] | null = null;
  /** Columns of the parameters on the page. */
  private columns: ReadonlyMap<string, string> = new Map();

  constructor(store: Store) {
    this.follower = new Follower(store);
  }

  /** Number of the next message. */
  get next(): number {
    return this.log.length;
  }

  /** Reads new events; true if there were any. */
  poll(): boolean {
    const before = this.log.length;
    do this.take(this.follower.poll(steadyMs()));
    while (this.follower.behind);
    return this.log.length > before;
  }

  /** The current state for a page that was made at message `from`: the latest front, progress and end before it. */
  *standing(from: number): Iterable<Message> {
    for (const number of this.latest.values()) {
      const message = this.log[number];
      if (number < from && message !== null) yield message;
    }
  }

  /** Messages from a number on, each with its number. */
  *since(from: number): Iterable<readonly [number: number, message: Message]> {
    for (let i = Math.max(0, from); i < this.log.length; i++) {
      const message = this.log[i];
      if (message !== null) yield [i, message];
    }
  }

  private take(events: readonly StudyEvent[]): void {
    for (const event of events) {
      if (event.type !== "started") continue;
      if (this.edition !== null && this.edition !== event.edition) this.beginAgain();
      this.edition = event.edition;
      const columns = pageColumns(event.parameters);
      this.columns = new Map(event.parameters.map((name, i) => [name, columns[i]]));
    }
    const points: LivePoint[] = [];
    for (const event of events) {
      if (event.type === "point-done") points.push(pointOf(event, this.columns));
    }
    if (points.length > 0) this.log.push({ event: "points", data: JSON.stringify(points) });
    for (const event of events) {
      if (event.type === "front-changed") {
        const { front, hypervolume } = event;
        this.replace("front", { front: front.map(({ id }) => id), kneeId: this.follower.kneeId(event), hypervolume });
      }
      if (event.type === "progress") this.replace("progress", event);
      if (event.type === "finished") this.reason = event.reason;
      // another session continues the search
      if (event.type === "started") this.reason = null;
    }
    // A page shows what it was told last, and the database can change after its session's end.
    if (this.reason === null) this.forget("finished");
    else if (events.length > 0) this.replace("finished", { reason: this.reason });
  }

  /** Another edition of the study has begun: pages of the earlier one load again. */
  private beginAgain(): void {
    this.log.fill(null);
    this.latest.clear();
    this.log.push({ event: "edition", data: "{}" });
  }

  /** Adds a message that replaces the last one of its kind. */
  private replace(event: Message["event"], data: object): void {
    this.forget(event);
    this.latest.set(event, this.log.length);
    this.log.push({ event, data: JSON.stringify(data) });
  }

  private forget(event: Message["event"]): void {
    const old = this.latest.get(event);
    if (old !== undefined) this.log[old] = null;
    this.latest.delete(event);
  }
}

function pointOf(
  { id, values, metrics, violation }: Extract<StudyEvent, { type: "point-done" }>,
  columns: ReadonlyMap<string, string>,
): LivePoint {
  const parameters = Object.entries(values).map(([name, value]) => [columns.get(name) ?? name, value] as const);
  return { id, beyond: violation > 0, columns: { ...Object.fromEntries(parameters), ...metrics } };
}
