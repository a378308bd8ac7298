/**
 * The workers of a study as the coordinator sees them: from the heartbeats in the server's hash, timed only by the
 * coordinator's clock.
 */
import { performance } from "node:perf_hooks";
import { boundedJson } from "../../base/bounded-json.js";
import type { HostView, StudyEvent } from "../events.js";
import { about, BEAT_MS, type Beat, beatSchema, NOTE_LIMIT_BYTES } from "./protocol.js";
import { type Signer, unverified } from "./signer.js";

/** A worker without a heartbeat for this long counts as lost. */
const LOST_MS = 10 * BEAT_MS;
/** A lost worker is shown for this long, then forgotten. */
const FORGOTTEN_MS = 300_000;
/** Most workers with another key that are shown: anybody can write heartbeats to the server. */
const MOST_FOREIGN = 20;

interface Heard {
  readonly beat: Beat;
  /** False: signed with another key, or by nobody. It never takes the place of a verified one. */
  readonly isVerified: boolean;
}

interface Known extends Heard {
  seenMs: number;
  lost: boolean;
}

export class Hosts {
  private readonly known = new Map<string, Known>();
  private readonly foreign = new Set<string>();
  private shown: string | null = null;

  constructor(
    private readonly tell: (event: StudyEvent) => void,
    private readonly signer: Signer,
    /** The study's name on the server. */
    private readonly study: string,
  ) {}

  /** Takes the hash as it is now; returns the ids of entries that should be removed from it. */
  update(entries: { readonly [id: string]: string }, nowMs = performance.now()): readonly string[] {
    const gone: string[] = [];
    for (const [id, text] of Object.entries(entries)) {
      const heard = this.read(id, text);
      if (heard === null) gone.push(id);
      else this.take(id, heard, nowMs);
    }
    for (const [id, known] of this.known) {
      const silentMs = nowMs - known.seenMs;
      if (!known.lost && !Object.hasOwn(entries, id))
        this.known.delete(id); // it ended properly
      else if (!known.lost && silentMs > LOST_MS) {
        known.lost = true;
        gone.push(id);
        const { host, name } = known.beat;
        this.tell({ type: "fault", code: "WORKER_LOST", message: `worker ${name} on ${host} went silent; its points go to others` });
      } else if (known.lost && silentMs > FORGOTTEN_MS) this.known.delete(id);
    }
    this.show();
    return gone;
  }

  /** Threads that take points now. */
  get threads(): number {
    return this.views().reduce((sum, view) => sum + (view.state === "working" ? view.threads : 0), 0);
  }

  /** Whether a worker that serves the study was heard lately; if the server is away, none is. */
  areThere(nowMs = performance.now()): boolean {
    return [...this.known.values()].some(({ beat, seenMs }) => beat.refused === null && nowMs - seenMs <= LOST_MS);
  }

  /** The heartbeat in an entry; null if it is none. */
  private read(id: string, signed: string): Heard | null {
    if (signed.length > NOTE_LIMIT_BYTES) return null;
    const said = this.signer.open(about.beat(this.study, id), signed);
    if (said !== null) {
      const beat = parsed(said);
      return beat === null ? null : { beat, isVerified: true };
    }
    const claimed = parsed(unverified(signed) ?? "");
    if (claimed === null || (!this.foreign.has(id) && this.foreign.size === MOST_FOREIGN)) return null;
    this.foreign.add(id);
    const beat = { ...claimed, threads: 0, busy: 0, refused: this.signer.mismatch(signed, "its") };
    return { beat, isVerified: false };
  }

  private take(id: string, { beat, isVerified }: Heard, nowMs: number): void {
    const before = this.known.get(id);
    if (before?.isVerified === true && !isVerified) return;
    if (before?.isVerified === isVerified && before.beat.beat >= beat.beat) return; // known already, or an older one
    if (beat.refused !== null && before?.beat.refused !== beat.refused) {
      this.tell({ type: "fault", code: "WORKER_REFUSED", message: `worker ${beat.name} on ${beat.host}: ${beat.refused}` });
    }
    this.known.set(id, { beat, isVerified, seenMs: nowMs, lost: false });
  }

  private views(): HostView[] {
    return [...this.known.values()].map(({ beat, lost }) => {
      const state = lost ? "lost" : beat.refused !== null ? "refused" : beat.draining ? "draining" : "working";
      const { host, name, threads, busy, done, failed, refused } = beat;
      return { host, name, threads, busy: lost ? 0 : busy, done, failed, state, reason: refused ?? "" };
    });
  }

  private show(): void {
    const hosts = this.views().sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.name < b.name ? -1 : 1));
    const text = JSON.stringify(hosts);
    if (text === this.shown) return;
    this.shown = text;
    this.tell({ type: "hosts", hosts });
  }
}

function parsed(said: string): Beat | null {
  try {
    return beatSchema.parse(boundedJson(said, NOTE_LIMIT_BYTES));
  } catch {
    return null;
  }
}
