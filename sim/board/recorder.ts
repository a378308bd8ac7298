/**
 * Recording of a timing run: its events as flat arrays. Exporters read it; a run without a recorder costs nothing
 * extra.
 *
 * An event is [kind, cycle, core, a, b]; the table says what `a` and `b` mean. The port counts as a core after all
 * others. Units run ahead, so events are not in the order of cycles; `sorted()` orders them. Cycles count from the
 * start of the recording, utterances one after the other.
 *
 * | kind          | cycle        | core | a                     | b                                             |
 * |---------------|--------------|------|-----------------------|-----------------------------------------------|
 * | wave          | start        | -1   | utterance             | wave                                          |
 * | worked        | work is over | -1   | utterance             | wave; the barrier follows                     |
 * | coreDone      | soma done    | core | synapse unit drained  | -                                             |
 * | batch         | asked        | core | served                | neurons                                       |
 * | spikes        | finished     | core | first trace event     | last trace event + 1                          |
 * | send          | handed over  | core | trace event           | destination core; -1: multicast tree; the     |
 * |               |              |      |                       | core itself: looped back, no packet           |
 * | deliver       | arrived      | core | trace event           | -                                             |
 * | take          | taken        | core | trace event           | entry of its route for the core               |
 * | rows          | rows issued  | core | cycle of the take     | -                                             |
 * | level         | visible from | core | input-queue occupancy | -                                             |
 * | somaHeld      | from         | core | until                 | finished packets held the soma                |
 * | synapseStall  | group asked  | core | cycles lost           | waits for the state memory                    |
 * | fetch         | rows wanted  | core | there                 | waits for spilled rows                        |
 * | step          | handed over  | core | -                     | destination core of a step packet             |
 * | stepIn        | arrived      | core | -                     | a step packet                                 |
 */
import { inputError } from "../../base/errors.js";
import { EventLog, type LoggedEvent } from "./event-log.js";

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
  "step",
  "stepIn",
] as const;
type Kind = (typeof KINDS)[number];
const kindIndex = Object.fromEntries(KINDS.map((name, i) => [name, i])) as { readonly [name in Kind]: number };

export interface RecordedEvent {
  readonly kind: Kind;
  readonly cycle: number;
  readonly core: number;
  readonly a: number;
  readonly b: number;
}

/** Whether a packet is handed to the network; spikes that a core loops back to itself never enter it. */
export const isPacketOut = ({ kind, core, b }: RecordedEvent): boolean => kind === "step" || (kind === "send" && b !== core);
/** Whether a packet leaves the network. */
export const isPacketIn = ({ kind }: RecordedEvent): boolean => kind === "deliver" || kind === "stepIn";

export const TAKE = kindIndex.take;
/** Kinds of events whose `a` is a cycle, too. */
const UNTIL: readonly boolean[] = KINDS.map((kind) => ["coreDone", "batch", "somaHeld", "rows", "fetch"].includes(kind));

/**
 * Events of flits. `buffered`: a flit occupies a slot of a router's input buffer from this cycle on. `freed`: the slot
 * is free from the next cycle on. `sent`: an output port sends a flit to the link or core behind it; each branch sends
 * a multicast flit once.
 */
const FLIT_KINDS = ["buffered", "freed", "sent"] as const;

interface FlitEvent {
  readonly kind: (typeof FLIT_KINDS)[number];
  readonly cycle: number;
  readonly router: number;
  /** Input port; for `sent`, output port. */
  readonly port: number;
  readonly virtualChannel: number;
}

/** Other choices of as many utterances have more events: where 41 fitted, of 41 chosen for themselves 39 did. */
const SAFE_SHARE = 0.85;

/** How large a recording may become, since it is held in memory. */
export interface RecordingLimit {
  /** Most events beside those of flits, and of flits five times as many, which take no object each. */
  readonly events: number;
  /** The option that asks for the recording. */
  readonly option: string;
  /** What to do so that only so many utterances are recorded. */
  readonly fewer: (utterances: number) => string;
}

export class Recorder {
  private readonly log = new EventLog();
  private readonly flits: EventLog | null;
  private utterances = 0;

  /** `flits`: also record every flit in every router, with three events per flit and hop. `limit`: null: none. */
  constructor(
    { flits }: { readonly flits: boolean } = { flits: false },
    private readonly limit: RecordingLimit | null = null,
  ) {
    this.flits = flits ? new EventLog() : null;
  }

  get size(): number {
    return this.log.size;
  }

  get recordsFlits(): boolean {
    return this.flits !== null;
  }

  /** The next run starts `cycles` after the start of the last one. */
  shift(cycles: number): void {
    this.utterances += 1;
    this.log.shift(cycles);
    this.flits?.shift(cycles);
  }

  /** Cycle in which the last finished run ends: the start of the next wave, if there were one. */
  get endCycle(): number {
    return this.log.offset;
  }

  record(kind: Kind, cycle: number, core: number, a: number, b: number): void {
    this.append(Float64Array.of(kindIndex[kind], cycle, core, a, b));
  }

  /** `events`: [events][FIELDS] of the running utterance. @throws InputError if the recording becomes too large */
  append(events: Float64Array): void {
    this.log.append(events);
    this.demandRoom(this.log, 1);
  }

  /** `events`: [events][FIELDS] of flits in the running utterance. */
  appendFlits(events: Float64Array): void {
    if (this.flits === null) return;
    this.flits.append(events);
    this.demandRoom(this.flits, 5);
  }

  private demandRoom({ size }: EventLog, times: number): void {
    const { limit, utterances } = this;
    if (limit === null || size <= times * limit.events) return;
    const fit = utterances === 1 ? "its first utterance fits" : `its first ${utterances} utterances fit`;
    throw inputError(
      limit.option,
      `the recording has more than ${times * limit.events} events, and its file would be made in memory; ${fit}`,
      utterances > 0 ? limit.fewer(Math.ceil(SAFE_SHARE * utterances)) : "record a smaller chip, or a shorter utterance",
    );
  }

  /** All events in the order of recording; the events of one wave stand between its `wave` and its `worked`. */
  *recorded(): Iterable<RecordedEvent> {
    for (const event of this.log.events()) yield recordedEvent(event);
  }

  /** All events by cycle; those of one cycle in the order of recording. */
  sorted(): RecordedEvent[] {
    return [...this.recorded()].sort((one, other) => one.cycle - other.cycle);
  }

  /** The same, one utterance after the other: only those of one are in memory. The next one begins in cycle `until`. */
  *sortedUtterances(): Iterable<{ readonly events: readonly RecordedEvent[]; readonly until: number }> {
    for (const { events, until } of this.log.utterances())
      yield { events: Array.from(events, recordedEvent).sort((one, other) => one.cycle - other.cycle), until };
  }

  /** Events of flits, by cycle; empty if flits are not recorded. */
  *flitEvents(): Iterable<FlitEvent> {
    if (this.flits === null) return;
    for (const { block, at, offset } of this.flits.events())
      yield {
        kind: FLIT_KINDS[block[at]],
        cycle: block[at + 1] + offset,
        router: block[at + 2],
        port: block[at + 3],
        virtualChannel: block[at + 4],
      };
  }
}

function recordedEvent({ block, at, offset }: LoggedEvent): RecordedEvent {
  const a = block[at + 3];
  return {
    kind: KINDS[block[at]],
    cycle: block[at + 1] + offset,
    core: block[at + 2],
    a: UNTIL[block[at]] ? a + offset : a,
    b: block[at + 4],
  };
}
