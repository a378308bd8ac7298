/**
 * Recording of a timing run: what happened when, as flat arrays. Exporters read it; a run without one pays nothing.
 *
 * An event is [kind, cycle, core, a, b]; what `a` and `b` mean is in the table. The port is named as if it were a core behind all others. Units run ahead, so events are not in the order of cycles:
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

/** Numbers per block: a recording that grows copies nothing. */
const BLOCK = FIELDS * (1 << 14);

/** Events of one utterance, which has a chip of its own. */
interface Part {
  /** Where they begin among all events. */
  readonly from: number;
  /** Added to their cycles. */
  readonly offset: number;
}

export class Recorder {
  private readonly blocks: Float64Array[] = [];
  private readonly parts: Part[] = [{ from: 0, offset: 0 }];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Following events belong to a run that starts behind all those so far, `cycles` long. */
  shift(cycles: number): void {
    this.parts.push({ from: this.count, offset: (this.parts.at(-1)?.offset ?? 0) + cycles });
  }

  record(kind: Kind, cycle: number, core: number, a: number, b: number): void {
    this.append(Float64Array.of(kindIndex[kind], cycle, core, a, b));
  }

  /** [events][FIELDS] events of the running utterance. */
  append(events: Float64Array): void {
    for (let from = 0; from < events.length; ) {
      const place = (this.count * FIELDS) % BLOCK;
      if (place === 0) this.blocks.push(new Float64Array(BLOCK));
      const some = events.subarray(from, from + BLOCK - place);
      this.blocks[this.blocks.length - 1].set(some, place);
      from += some.length;
      this.count += some.length / FIELDS;
    }
  }

  /** All events in the order of recording: what one wave's events are stands between its `wave` and its `worked`. */
  *recorded(): Iterable<RecordedEvent> {
    for (const [i, { from, offset }] of this.parts.entries()) {
      const end = this.parts[i + 1]?.from ?? this.count;
      for (let event = from; event < end; event++) yield this.event(event, offset);
    }
  }

  /** All events by cycle; of one cycle in the order of recording. */
  sorted(): RecordedEvent[] {
    return [...this.recorded()].sort((one, other) => one.cycle - other.cycle);
  }

  private event(index: number, offset: number): RecordedEvent {
    const at = (index * FIELDS) % BLOCK;
    const block = this.blocks[Math.floor((index * FIELDS) / BLOCK)];
    const a = block[at + 3];
    return {
      kind: KINDS[block[at]],
      cycle: block[at + 1] + offset,
      core: block[at + 2],
      a: UNTIL[block[at]] ? a + offset : a,
      b: block[at + 4],
    };
  }
}
