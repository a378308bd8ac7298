/**
 * Signals in the trace of a coupled chip: states and handshakes as wires, queue occupancy as numbers, events as pulses
 * of one cycle.
 */

interface Pulse {
  readonly cycle: number;
  readonly fields: readonly string[];
}

/** One signal of the trace. A wire is 0 or 1, a level any whole number; a pulse lasts one cycle. */
export interface CoupledSignal {
  readonly scope: string;
  readonly name: string;
  readonly kind: "wire" | "level" | "pulse";
  /** [cycle, value], ascending; empty for pulses. */
  readonly changes: (readonly [cycle: number, value: number])[];
  readonly pulses: Pulse[];
}

export class SignalBook {
  private readonly signals = new Map<string, CoupledSignal>();
  /** Current state of each state machine, by scope. */
  private readonly states = new Map<string, string>();

  at(scope: string, name: string, kind: CoupledSignal["kind"]): CoupledSignal {
    const key = `${scope}.${name}`;
    const known = this.signals.get(key);
    if (known !== undefined) return known;
    const made: CoupledSignal = { scope, name, kind, changes: [], pulses: [] };
    this.signals.set(key, made);
    return made;
  }

  set(scope: string, name: string, kind: "wire" | "level", cycle: number, value: number): void {
    this.at(scope, name, kind).changes.push([cycle, value]);
  }

  /**
   * A state machine has one wire per state: the wire of the new state rises, that of the old state falls.
   */
  enter(scope: string, state: string, cycle: number): void {
    const before = this.states.get(scope);
    if (before !== undefined) this.set(scope, before, "wire", cycle, 0);
    this.set(scope, state, "wire", cycle, 1);
    this.states.set(scope, state);
  }

  pulse(scope: string, name: string, cycle: number, fields: readonly string[]): void {
    this.at(scope, name, "pulse").pulses.push({ cycle, fields: fields.filter((field) => field !== "") });
  }

  all(): CoupledSignal[] {
    return [...this.signals.values()].sort((a, b) => order(a.scope, b.scope) || order(a.name, b.name));
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows of the event-driven chips and of the layer controller: `cycle,event,fields`. */
export function eventRow(book: SignalBook, cycle: number, [, event = "", ...fields]: readonly string[]): void {
  const edge = /^(IN|OUT)_(REQ|ACK)_(UP|DN)$/.exec(event);
  if (edge !== null) {
    book.set("links", `${edge[1]}_${edge[2]}`.toLowerCase(), "wire", cycle, edge[3] === "UP" ? 1 : 0);
    return;
  }
  book.pulse("events", event.toLowerCase(), cycle, fields);
  if (event !== "PUSH" && event !== "POP") return;
  const level = book.at("queue", "occupancy", "level");
  // rows give the occupancy before their cycle, so a push and a pop in one cycle leave it unchanged
  const before = Number(fields[event === "PUSH" ? 2 : 1]);
  const last = level.changes.at(-1);
  const from = last !== undefined && last[0] === cycle + 1 ? last[1] : before;
  if (last !== undefined && last[0] === cycle + 1) level.changes.pop();
  level.changes.push([cycle + 1, from + (event === "PUSH" ? 1 : -1)]);
}
