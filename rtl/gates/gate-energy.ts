/**
 * Energy of a simulated netlist: the changes of its nets times the library's energies, by part of the core.
 * - switching: C V^2 / 2 per change of a net, where C is the sum of its readers' capacitances; 0 if the library's
 *   energy of the output already includes it
 * - internal: the library's energy per edge of an output, the mean over its inputs, and per edge of an input; half of
 *   all changes are rising edges
 * - clock: both edges of every cycle at each register; a rising edge at which the register changes is part of its
 *   output's energy
 * - leakage: the library's power
 * Not modelled: wires, the clock's tree, gating, glitches, the state of a gate, energy of memories.
 */
import type { Gate, GateGraph } from "./gate-graph.js";
import { type Edges, valueAt } from "./liberty.js";

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

/** Mean of both edges over the inputs on which an output depends. */
function edgePj(energies: readonly Edges[], slopeNs: number, loadPf: number): number {
  const sum = energies.reduce((all, { rise, fall }) => all + valueAt(rise, slopeNs, loadPf) + valueAt(fall, slopeNs, loadPf), 0);
  return energies.length === 0 ? 0 : sum / (2 * energies.length);
}

export interface Activity {
  /** Number of changes by net. */
  readonly toggles: Float64Array;
  readonly cycles: number;
}

/** Energy by part of the core, over all simulated cycles; `slopeNs`: slope of each net, [nets]. */
export function energyOf(
  graph: GateGraph,
  slopeNs: Float64Array,
  voltageV: number,
  { toggles, cycles }: Activity,
): ReadonlyMap<string, PartEnergy> {
  const changesOf = (net: number): number => (net < 0 ? 0 : (toggles[net] ?? 0));
  const halfSquare = (voltageV * voltageV) / 2;
  const ofGate = ({ cell, nets }: Gate): PartEnergy => {
    let [switchingPj, internalPj, clockPj] = [0, 0, 0];
    const outputs = [...nets].filter(([name]) => cell.pins.get(name)?.isOutput === true);
    const steepest = Math.max(
      CLOCK_NS,
      ...[...nets].map(([name, net]) => (net >= 0 && cell.pins.get(name)?.isOutput === false ? slopeNs[net] : 0)),
    );
    for (const [name, net] of nets) {
      const pin = cell.pins.get(name);
      if (pin === undefined) continue;
      if (pin.isOutput) {
        const load = net < 0 ? 0 : graph.loadPf[net];
        internalPj += changesOf(net) * edgePj(pin.energies, cell.isSequential ? CLOCK_NS : steepest, load);
        if (!pin.hasLoadEnergy) switchingPj += changesOf(net) * load * halfSquare;
      } else if (pin.isClock) {
        const changed = Math.max(0, ...outputs.map(([, out]) => changesOf(out)));
        for (const { rise, fall } of pin.energies)
          clockPj += Math.max(0, cycles - changed) * valueAt(rise, CLOCK_NS, 0) + cycles * valueAt(fall, CLOCK_NS, 0);
        clockPj += 2 * cycles * pin.loadPf * halfSquare;
      } else internalPj += changesOf(net) * edgePj(pin.energies, net < 0 ? CLOCK_NS : slopeNs[net], 0);
    }
    return { gates: 1, areaUm2: cell.areaUm2, switchingPj, internalPj, clockPj, leakageUw: cell.leakagePw * MICROWATTS_PER_PICOWATT };
  };
  const parts = new Map<string, PartEnergy>();
  for (const gate of graph.gates) parts.set(gate.part, plus(parts.get(gate.part) ?? NOTHING, ofGate(gate)));
  return new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
