/**
 * Events of a recording as flat numbers. A growing log copies nothing. The cycles of each utterance continue those of
 * the one before.
 */

/** Numbers per event. */
export const FIELDS = 5;

/** Numbers per block. */
const BLOCK = FIELDS * (1 << 14);

/** Events of one utterance, which runs on a fresh chip. */
interface Part {
  /** Index of the first one among all events. */
  readonly from: number;
  /** Added to their cycles. */
  readonly offset: number;
}

/** One event: its numbers are `block[at]` .. `block[at + FIELDS - 1]`; `offset` is added to cycles. */
export interface LoggedEvent {
  readonly block: Float64Array;
  readonly at: number;
  readonly offset: number;
}

export class EventLog {
  private readonly blocks: Float64Array[] = [];
  private readonly parts: Part[] = [{ from: 0, offset: 0 }];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** First cycle of the utterance that is recorded now. */
  get offset(): number {
    return this.parts.at(-1)?.offset ?? 0;
  }

  /** The next run starts `cycles` after the start of the last one. */
  shift(cycles: number): void {
    this.parts.push({ from: this.count, offset: this.offset + cycles });
  }

  /** `events`: [events][FIELDS] of the running utterance. */
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

  /** In the order of recording. */
  *events(): Iterable<LoggedEvent> {
    for (const { events } of this.utterances()) yield* events;
  }

  /** One utterance after the other; the next one begins in cycle `until`. */
  *utterances(): Iterable<{ readonly events: Iterable<LoggedEvent>; readonly until: number }> {
    for (const [i, part] of this.parts.entries()) {
      const next = this.parts[i + 1];
      yield { events: this.between(part, next?.from ?? this.count), until: next?.offset ?? Number.POSITIVE_INFINITY };
    }
  }

  private *between({ from, offset }: Part, end: number): Iterable<LoggedEvent> {
    for (let event = from; event < end; event++)
      yield { block: this.blocks[Math.floor((event * FIELDS) / BLOCK)], at: (event * FIELDS) % BLOCK, offset };
  }
}
