/**
 * Counts the edges of pins whose energies depend on the state of their gate, by the energies that hold in it. The edge
 * of a clock meets the values before it: what a register takes, and what it held. Any other edge meets the values that
 * come with it: what follows a clock's edge follows it while the clock is high. Unknown values count as 0.
 */
import { CONSTANT_ONE, type Gate, type GateGraph } from "./gate-graph.js";

const ONE = 49;
/** A value that is no net's: of a constant. */
const [ALWAYS_0, ALWAYS_1] = [-1, -2];

/** One pin's energies of one related pin. */
interface Watched {
  readonly isClock: boolean;
  /** By pin of the state: twice its net, and 1 if its value is inverted; or a constant. */
  readonly sources: readonly number[];
  readonly choice: readonly number[];
  /** Rising and falling edges by number of the energies, in turn. */
  readonly counts: Float64Array;
}

/** Where the value of a pin is found; an output that leads nowhere is found by another output of the same register. */
function sourceOf({ cell, nets }: Gate, pin: string): number {
  const net = nets.get(pin);
  if (net !== undefined) return net >= 0 ? 2 * net : net === CONSTANT_ONE ? ALWAYS_1 : ALWAYS_0;
  const own = cell.pins.get(pin)?.isInverse ?? null;
  for (const [other, at] of nets) {
    const others = cell.pins.get(other)?.isInverse ?? null;
    if (own !== null && others !== null && at >= 0) return 2 * at + Number(own !== others);
  }
  return ALWAYS_0;
}

export class StateEdges {
  private readonly watched = new Map<Gate, ReadonlyMap<string, readonly (Watched | null)[]>>();
  private readonly byNet: Watched[][];

  constructor({ gates, nets }: Pick<GateGraph, "gates" | "nets">) {
    this.byNet = Array.from({ length: nets }, () => []);
    for (const gate of gates) {
      const pins = new Map<string, readonly (Watched | null)[]>();
      for (const [name, net] of gate.nets) {
        const pin = gate.cell.pins.get(name);
        if (pin === undefined || net < 0 || pin.energies.every(({ energies }) => energies.length === 1)) continue;
        const own = pin.energies.map(({ pins: of, choice, energies }): Watched | null => {
          if (energies.length === 1) return null;
          const sources = of.map((one) => sourceOf(gate, one));
          return { isClock: pin.isClock, sources, choice, counts: new Float64Array(2 * energies.length) };
        });
        pins.set(name, own);
        this.byNet[net].push(...own.filter((one) => one !== null));
      }
      if (pins.size > 0) this.watched.set(gate, pins);
    }
  }

  /** An edge of a net; values of all nets, as characters of a dump, before the edge and with it. */
  count(net: number, isRise: boolean, before: Uint8Array, values: Uint8Array): void {
    for (const { isClock, sources, choice, counts } of this.byNet[net] ?? []) {
      const seen = isClock ? before : values;
      let state = 0;
      for (let k = 0; k < sources.length; k++) {
        const source = sources[k];
        const isHigh = source < 0 ? source === ALWAYS_1 : (seen[source >> 1] === ONE) !== ((source & 1) === 1);
        if (isHigh) state |= 1 << k;
      }
      counts[2 * choice[state] + (isRise ? 0 : 1)]++;
    }
  }

  /**
   * Edges of a pin by its energies of a related pin, rising and falling in turn; null: the energies are the same in all
   * states.
   */
  of(gate: Gate, pin: string, related: number): Float64Array | null {
    return this.watched.get(gate)?.get(pin)?.[related]?.counts ?? null;
  }
}
