/**
 * Recording of a timing run: what happened when, as flat arrays. Exporters read it; a run without one pays nothing.
 *
 * An event is [kind, cycle, core, a, b]; what `a` and `b` mean is in the table. Units run ahead, so events are not in the order of cycles:
 * `sorted()` gives the order. Cycles count from the start of the recording, utterances one after the other.
 *
 * | kind          | cycle        | core | a                     | b                                             |
 * |---------------|--------------|------|-----------------------|-----------------------------------------------|
 * | wave          | start        | -1   | utterance             | wave                                          |
 * | worked        | work is over | -1   | utterance             | wave; the barrier follows                     |
 * | coreDone      | soma done    | core | synapse unit drained  | -                                             |
 * | batch         | asked        | core | served                | neurons                                       |
 * | spikes        | finished     | core | first trace event     | last trace event + 1                          |
 * | send          | handed over  | core | trace event           | destination core; -1: multicast tree          |
 * | deliver       | arrived      | core | trace event           | -                                             |
 * | take          | taken        | core | trace event           | entry of its route for the core               |
 * | rows          | rows issued  | core | cycle of the take     | -                                             |
 * | level         | visible from | core | input-queue occupancy | -                                             |
 * | somaHeld      | from         | core | until                 | finished packets held the soma                |
 * | synapseStall  | group asked  | core | cycles lost           | waits for the state memory                    |
 * | fetch         | rows wanted  | core | there                 | waits for spilled rows                        |
 */
export const KINDS = [
  "wave",
  "worked",
  "coreDone",
  "batch",
  "spikes",
  "send",
  "deliver",
  "take",
  "rows",
  "level",
  "somaHeld",
  "synapseStall",
  "fetch",
] as const;
export type Kind = (typeof KINDS)[number];
const kindIndex = Object.fromEntries(KINDS.map((name, i) => [name, i])) as { readonly [name in Kind]: number };

export interface RecordedEvent {
  readonly kind: Kind;
  readonly cycle: number;
  readonly core: number;
  readonly a: number;
  readonly b: number;
}

/** Numbers per event. */
export const FIELDS = 5;
export const TAKE = kindIndex.take;
/** Of these kinds `a` is a cycle, too. */
const UNTIL: readonly boolean[] = KINDS.map((kind) => ["coreDone", "batch", "somaHeld", "rows", "fetch"].includes(kind));

export class Recorder {
  private events = new Float64Array(FIELDS * 1024);
  private count = 0;
  /** Added to the cycles of the running utterance, which has a chip of its own. */
  private offset = 0;

  get size(): number {
    return this.count;
  }

  /** Following events belong to a run that starts behind all those so far, `cycles` long. */
  shift(cycles: number): void {
    this.offset += cycles;
  }

  record(kind: Kind, cycle: number, core: number, a: number, b: number): void {
    this.append(Float64Array.of(kindIndex[kind], cycle, core, a, b));
  }

  /** [events][FIELDS] events of the running utterance. */
  append(events: Float64Array): void {
    const from = this.count * FIELDS;
    const to = from + events.length;
    if (to > this.events.length) {
      const larger = new Float64Array(Math.max(to, this.events.length * 2));
      larger.set(this.events);
      this.events = larger;
    }
    this.events.set(events, from);
    this.count += events.length / FIELDS;
    const { offset } = this;
    if (offset === 0) return;
    for (let at = from; at < to; at += FIELDS) {
      this.events[at + 1] += offset;
      if (UNTIL[this.events[at]]) this.events[at + 3] += offset;
    }
  }

  /** All events in the order of recording: what one wave's events are stands between its `wave` and its `worked`. */
  *recorded(): Iterable<RecordedEvent> {
    for (let i = 0; i < this.count; i++) yield this.event(i);
  }

  /** All events by cycle; of one cycle in the order of recording. */
  sorted(): RecordedEvent[] {
    const order = Array.from({ length: this.count }, (_, i) => i);
    order.sort((i, j) => this.events[i * FIELDS + 1] - this.events[j * FIELDS + 1] || i - j);
    return order.map((i) => this.event(i));
  }

  private event(index: number): RecordedEvent {
    const at = index * FIELDS;
    return {
      kind: KINDS[this.events[at]],
      cycle: this.events[at + 1],
      core: this.events[at + 2],
      a: this.events[at + 3],
      b: this.events[at + 4],
    };
  }
}
