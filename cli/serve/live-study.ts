/**
 * News of a search that another process runs, numbered, for pages that follow it. Effects: reads the database and the
 * clock.
 */
import { Follower, type StudyEvent } from "../../app/nouns.js";
import type { Store } from "../../app/stored.js";

/** A message of server-sent events. */
interface Message {
  readonly event: "points" | "front" | "progress" | "finished";
  readonly data: string;
}

/** A result as the page takes it in. */
interface LivePoint {
  readonly id: number;
  readonly beyond: boolean;
  readonly columns: { readonly [name: string]: unknown };
}

/** Digits that a page shows and more. */
const DIGITS = 6;

const short = (value: unknown): unknown =>
  typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : value;

export class LiveStudy {
  private readonly follower: Follower;
  /** All messages but those that a later one has made old, which are empty. */
  private readonly log: (Message | null)[] = [];
  private readonly latest = new Map<Message["event"], number>();

  constructor(store: Store, isAlive: (pid: number) => boolean) {
    this.follower = new Follower(store, isAlive);
  }

  /** Number of the next message. */
  get next(): number {
    return this.log.length;
  }

  /** Reads what is new; true where there was any. */
  poll(): boolean {
    const before = this.log.length;
    do this.take(this.follower.poll(Date.now()));
    while (this.follower.behind);
    return this.log.length > before;
  }

  /**
   * How it stands, for a page that was made when there were `from` messages: what they say of front, progress and end.
   */
  *standing(from: number): Iterable<Message> {
    for (const number of this.latest.values()) {
      const message = this.log[number];
      if (number < from && message !== null) yield message;
    }
  }

  /** Messages from a number on, each with its own. */
  *since(from: number): Iterable<readonly [number: number, message: Message]> {
    for (let i = Math.max(0, from); i < this.log.length; i++) {
      const message = this.log[i];
      if (message !== null) yield [i, message];
    }
  }

  private take(events: readonly StudyEvent[]): void {
    const points: LivePoint[] = [];
    for (const event of events) {
      if (event.type === "point-done") points.push(pointOf(event));
    }
    if (points.length > 0) this.log.push({ event: "points", data: JSON.stringify(points) });
    for (const event of events) {
      if (event.type === "front-changed") this.replace("front", { front: event.front.map(({ id }) => id), hypervolume: event.hypervolume });
      if (event.type === "progress") this.replace("progress", event);
      if (event.type === "finished") this.replace("finished", { reason: event.reason });
      // it goes on, in another session
      if (event.type === "started") this.forget("finished");
    }
  }

  /** Only the last message of such a kind says anything. */
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

function pointOf({ id, values, metrics, violation }: Extract<StudyEvent, { type: "point-done" }>): LivePoint {
  const columns = Object.fromEntries([...Object.entries(values), ...Object.entries(metrics)].map(([name, value]) => [name, short(value)]));
  return { id, beyond: violation > 0, columns };
}
