/**
 * Energy of a simulated netlist: the changes of its nets times the library's energies, by part of the core.
 * - switching: C V^2 / 2 per change of a net, where C is the sum of its readers' capacitances; 0 if the library's
 *   energy of the output already includes it
 * - internal: the library's energy per edge of an output, the mean over its inputs, and per edge of an input
 * - clock: that of the registers' clock pins, and of charging them; and all of the clock gates, if there are any
 * - leakage: the library's power Energies of a pin are those of the state that the gate is in at the edge
 * (`state-edges.ts`). Studies under `scripts` use it, with `simulate-netlist`, `toggles` and `state-edges`; `rtl
 * --synth` does not simulate.
 * Not modelled: wires, the clock's tree, glitches, energy of memories, and the loads of the nets that memories
 * drive.
 */
import type { Gate, GateGraph } from "./gate-graph.js";
import type { Pin } from "./liberty.js";
import { valueAt } from "./liberty-table.js";
import type { StateEdges } from "./state-edges.js";

export interface PartEnergy {
  readonly gates: number;
  readonly areaUm2: number;
  readonly switchingPj: number;
  readonly internalPj: number;
  readonly clockPj: number;
  readonly leakageUw: number;
}

const NOTHING: PartEnergy = { gates: 0, areaUm2: 0, switchingPj: 0, internalPj: 0, clockPj: 0, leakageUw: 0 };
const NAMES = Object.keys(NOTHING) as (keyof PartEnergy)[];

/** Slope of a clock edge, ns. */
const CLOCK_NS = 0.02;
const MICROWATTS_PER_PICOWATT = 1e-6;

export const together = (parts: Iterable<PartEnergy>): PartEnergy => [...parts].reduce((sum, part) => plus(sum, part), NOTHING);

function plus(a: PartEnergy, b: PartEnergy): PartEnergy {
  return Object.fromEntries(NAMES.map((name) => [name, a[name] + b[name]])) as { [name in keyof PartEnergy]: number };
}

export interface Activity {
  /** Number of changes by net. */
  readonly toggles: Float64Array;
  /** Edges by the states of gates. */
  readonly states: StateEdges;
}

/** Energy by part of the core, over all simulated cycles; `slopeNs`: slope of each net, [nets]. */
export function energyOf(
  graph: GateGraph,
  slopeNs: Float64Array,
  voltageV: number,
  { toggles, states }: Activity,
): ReadonlyMap<string, PartEnergy> {
  const changesOf = (net: number): number => (net < 0 ? 0 : (toggles[net] ?? 0));
  const halfSquare = (voltageV * voltageV) / 2;
  /** Energy of all edges of a pin, the mean over the inputs on which it depends. */
  const edgesPj = (gate: Gate, name: string, { energies }: Pin, changes: number, slope: number, loadPf: number): number => {
    const sum = energies.reduce((all, one, related) => {
      const counts = states.of(gate, name, related);
      return one.energies.reduce((inner, { rise, fall }, k) => {
        const [rises, falls] = counts === null ? [changes / 2, changes / 2] : [counts[2 * k], counts[2 * k + 1]];
        return inner + rises * valueAt(rise, slope, loadPf) + falls * valueAt(fall, slope, loadPf);
      }, all);
    }, 0);
    return energies.length === 0 ? 0 : sum / energies.length;
  };
  const ofGate = (gate: Gate): PartEnergy => {
    const { cell, nets } = gate;
    const isClockGate = cell.clockGate !== null;
    let [switchingPj, internalPj, clockPj] = [0, 0, 0];
    const steepest = Math.max(
      CLOCK_NS,
      ...[...nets].map(([name, net]) => (net >= 0 && cell.pins.get(name)?.isOutput === false ? slopeNs[net] : 0)),
    );
    for (const [name, net] of nets) {
      const pin = cell.pins.get(name);
      if (pin === undefined || net < 0) continue;
      const changes = changesOf(net);
      if (pin.isOutput) {
        // registers charge their clock pins themselves
        const load = isClockGate && pin.hasLoadEnergy ? 0 : graph.loadPf[net];
        internalPj += edgesPj(gate, name, pin, changes, cell.isSequential || isClockGate ? CLOCK_NS : steepest, load);
        if (!pin.hasLoadEnergy && !isClockGate) switchingPj += changes * load * halfSquare;
      } else if (pin.isClock) clockPj += edgesPj(gate, name, pin, changes, CLOCK_NS, 0) + changes * pin.loadPf * halfSquare;
      else internalPj += edgesPj(gate, name, pin, changes, slopeNs[net], 0);
    }
    if (isClockGate) [internalPj, clockPj] = [0, internalPj + clockPj];
    return { gates: 1, areaUm2: cell.areaUm2, switchingPj, internalPj, clockPj, leakageUw: cell.leakagePw * MICROWATTS_PER_PICOWATT };
  };
  const parts = new Map<string, PartEnergy>();
  for (const gate of graph.gates) parts.set(gate.part, plus(parts.get(gate.part) ?? NOTHING, ofGate(gate)));
  return new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
