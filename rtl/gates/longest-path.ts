/**
 * An estimate of the longest path of a mapped netlist: arrival times of both edges at every net, from the library's
 * tables, with the slowest edge counting. An edge goes on with the slope of the latest arrival; an earlier but flatter
 * one, which could be slower further on, is not followed. Clocks are ideal. A memory's output arrives at time 0 and its
 * input ends a path, so a memory's own time is not included. Wires have no load.
 * Throws: InputError for a loop of gates.
 */
import { inputError } from "../../base/errors.js";
import type { Gate, GateGraph } from "./gate-graph.js";
import type { Arc } from "./liberty.js";
import { type Edges, valueAt } from "./liberty-table.js";

export interface LongestPath {
  readonly ns: number;
  /** Number of gates on it. */
  readonly gates: number;
  /** Its start and end, and the parts that it passes, in order. */
  readonly from: string;
  readonly to: string;
  readonly parts: readonly string[];
}

interface Timing {
  readonly longest: LongestPath;
  /** Slope of the slower edge of each net, ns. */
  readonly slopeNs: Float64Array;
}

const [RISE, FALL] = [0, 1];
const EDGES = ["rise", "fall"] as const;
/** Slope of clocks and of inputs, ns. */
const STEEP_NS = 0.02;

/** Slopes of all nets, and the longest path; `file` is named in errors. */
export function timingOf(graph: GateGraph, file: string): Timing {
  const { gates, nets, loadPf, starts, ends } = graph;
  const arrival = new Float64Array(2 * nets).fill(Number.NEGATIVE_INFINITY);
  const slope = new Float64Array(2 * nets).fill(STEEP_NS);
  /** By net and edge: the gate of the latest arrival, and the net and edge before that gate. */
  const gateBefore = new Int32Array(2 * nets).fill(-1);
  const before = new Int32Array(2 * nets).fill(-1);
  for (const net of starts.keys()) if (net >= 0) arrival.fill(0, 2 * net, 2 * net + 2);

  const settle = (index: number, gate: Gate): void => {
    for (const [name, out] of gate.nets) {
      const pin = gate.cell.pins.get(name);
      if (pin === undefined || !pin.isOutput || out < 0) continue;
      for (const arc of pin.arcs) settleArc(index, gate, arc, out);
    }
  };
  const settleArc = (index: number, gate: Gate, arc: Arc, out: number): void => {
    const from = gate.nets.get(arc.from) ?? -1;
    for (const edge of [RISE, FALL]) {
      const inputs = arc.isClocked ? [RISE] : arc.inverts === null ? [RISE, FALL] : [arc.inverts ? 1 - edge : edge];
      for (const input of inputs) {
        const at = arc.isClocked ? 0 : from < 0 ? Number.NEGATIVE_INFINITY : arrival[2 * from + input];
        if (at === Number.NEGATIVE_INFINITY) continue;
        const steep = arc.isClocked ? STEEP_NS : slope[2 * from + input];
        const then = at + valueAt(arc.delay[EDGES[edge]], steep, loadPf[out]);
        const place = 2 * out + edge;
        const own = Math.max(STEEP_NS, valueAt(arc.slope[EDGES[edge]], steep, loadPf[out]));
        if (then <= arrival[place]) continue;
        arrival[place] = then;
        slope[place] = own;
        gateBefore[place] = index;
        before[place] = arc.isClocked ? -1 : 2 * from + input;
      }
    }
  };

  // takes gates in the order in which their inputs are known
  const readers: number[][] = Array.from({ length: nets }, () => []);
  const missing = new Int32Array(gates.length);
  const drivenByGate = new Uint8Array(nets);
  for (const { cell, nets: pins } of gates)
    for (const [pin, net] of pins) if (net >= 0 && !cell.isSequential && cell.pins.get(pin)?.isOutput === true) drivenByGate[net] = 1;
  for (const [index, { cell, nets: pins }] of gates.entries()) {
    if (cell.isSequential) continue;
    for (const [pin, net] of pins)
      if (net >= 0 && cell.pins.get(pin)?.isOutput === false && drivenByGate[net] === 1) {
        readers[net].push(index);
        missing[index]++;
      }
  }
  for (const [index, gate] of gates.entries()) if (gate.cell.isSequential) settle(index, gate);
  const ready = gates.flatMap(({ cell }, index) => (!cell.isSequential && missing[index] === 0 ? [index] : []));
  let settled = 0;
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    settled++;
    const gate = gates[next];
    settle(next, gate);
    for (const [pin, net] of gate.nets)
      if (net >= 0 && gate.cell.pins.get(pin)?.isOutput === true)
        for (const reader of readers[net]) if (--missing[reader] === 0) ready.push(reader);
  }
  if (settled < gates.filter(({ cell }) => !cell.isSequential).length)
    throw inputError(file, "has a loop of gates without a register", "break it by a register");

  let worst = { ns: 0, place: -1, to: "" };
  const see = (net: number, setups: readonly Edges[], to: string): void => {
    for (const edge of [RISE, FALL]) {
      if (net < 0) continue;
      const setupNs = Math.max(0, ...setups.map((setup) => valueAt(setup[EDGES[edge]], slope[2 * net + edge], STEEP_NS)));
      const ns = arrival[2 * net + edge] + setupNs;
      if (ns > worst.ns) worst = { ns, place: 2 * net + edge, to };
    }
  };
  for (const [net, to] of ends) see(net, [], to);
  for (const { cell, nets: pins, part } of gates)
    if (cell.isSequential)
      for (const [pin, net] of pins) {
        const of = cell.pins.get(pin);
        if (of !== undefined && !of.isOutput && !of.isClock) see(net, of.setups, `register in ${part}`);
      }
  const way: Gate[] = [];
  let first = worst.place;
  for (let place = worst.place; place >= 0; place = before[place]) {
    first = place;
    if (gateBefore[place] >= 0) way.unshift(gates[gateBefore[place]]);
  }
  const parts = way.map(({ part }) => part).filter((part, i, all) => part !== all[i - 1]);
  const from = way[0]?.cell.isSequential === true ? `register in ${way[0].part}` : (starts.get(first >> 1) ?? "");
  const slopeNs = Float64Array.from({ length: nets }, (_, net) => Math.max(slope[2 * net], slope[2 * net + 1]));
  return { longest: { ns: worst.ns, gates: way.length, from, to: worst.to, parts }, slopeNs };
}
