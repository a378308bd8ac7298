/**
 * Neurons of an integer graph, slow and obvious: one weight after the other; each addition keeps the accumulator's
 * range.
 */
import { type RowReader, rowReader, SCORE_BITS } from "../../arch/index.js";
import { signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import { Accumulator } from "./accumulator.js";
import type { DeltaRule, GraphCell, GraphPopulation, GraphProjection, IntegerGraph } from "./integer-graph.js";
import { requantise } from "./integer-network.js";
import { leaked } from "./leak-rules.js";
import type { Spike } from "./spiking-cells.js";

/** Output of a neuron in a step. */
interface GraphOutput {
  /** Payload of its spike, signed if the spike is a change; 0: no spike. */
  readonly spiked: number;
  /** Spike, voltage or score: the population's output. */
  readonly out: number;
}

export class GraphCells {
  readonly accumulator: Accumulator;
  saturations = 0;
  /** Voltages by population and neuron. */
  readonly voltage: readonly number[][];
  readonly current: readonly number[][];
  /** Remaining refractory steps of each neuron. */
  private readonly held: readonly number[][];
  private readonly readers = new Map<GraphProjection, RowReader>();

  constructor(private readonly graph: IntegerGraph) {
    this.accumulator = new Accumulator(graph.precision);
    const zeros = (): number[][] => graph.populations.map(({ neurons }) => new Array<number>(neurons).fill(0));
    [this.voltage, this.current, this.held] = [zeros(), zeros(), zeros()];
  }

  /** Adds a spike's row to the sums of its targets `first .. first + sums.length - 1`. */
  add(projection: GraphProjection, { neuron, payload }: Spike, first: number, sums: number[]): void {
    const reader = this.readerOf(projection);
    const { accumulatorBits } = this.graph.precisions[projection.target];
    reader.read(neuron);
    for (let k = 0; k < reader.length; k++) {
      const at = reader.targets[reader.first + k] - first;
      if (at >= 0 && at < sums.length)
        sums[at] = this.accumulator.add(sums[at], projection.weights[reader.weightOf(k)] * payload, accumulatorBits);
    }
  }

  private readerOf(projection: GraphProjection): RowReader {
    const reader = this.readers.get(projection) ?? rowReader(projection);
    this.readers.set(projection, reader);
    return reader;
  }

  /**
   * Called before the updates of neurons `first .. first + count - 1` of population `p`: resets their states if the
   * step is one in which states restart.
   */
  restart(p: number, population: GraphPopulation, step: number, first: number, count: number): void {
    const due = population.kind === "neurons" ? population.cell.restart : null;
    if (due === null || step === 0 || step % due.period !== due.phase) return;
    for (const states of [this.voltage[p], this.current[p], this.held[p]]) states.fill(0, first, first + count);
  }

  /** One step of neuron `n` of population `p`, which is not an input. */
  update(p: number, population: Exclude<GraphPopulation, { kind: "input" }>, n: number, sum: number): GraphOutput {
    if (population.kind === "readout") return { spiked: 0, out: this.clamp(requantise(population.requantiser, n, sum), SCORE_BITS) };
    const { cell } = population;
    const pre = requantise(cell.requantiser, n, sum);
    const spiked = this.fired(p, cell, n, pre, this.voltage[p], this.current[p], this.held[p]);
    return { spiked, out: cell.threshold === null ? this.voltage[p][n] : spiked };
  }

  private fired(p: number, cell: GraphCell, n: number, pre: number, voltage: number[], current: number[], held: number[]): number {
    const { stateBits } = this.graph.precisions[p];
    if (cell.keepCurrent !== null) current[n] = this.clamp(this.leaked(current[n], cell.keepCurrent[n]) + pre, stateBits);
    const drive = cell.keepCurrent === null ? pre : current[n];
    if (held[n] > 0) {
      held[n]--;
      return 0;
    }
    const { threshold, reset, loses, delta } = cell;
    if (threshold !== null && delta !== null) return this.changed(cell, threshold, delta, n, pre, voltage, current, stateBits);
    const lowest = cell.lowest ?? Number.NEGATIVE_INFINITY;
    const kept = cell.keepVoltage === null ? voltage[n] : this.leaked(voltage[n], cell.keepVoltage[n]);
    const next = kept + drive + cell.rest[n];
    if (threshold === null) {
      voltage[n] = Math.max(lowest, this.clamp(next, stateBits));
      return 0;
    }
    /** For reset rules that use the step before: v was above the threshold at its end. */
    const was = voltage[n] > threshold;
    const pending = was && (reset === "snntorch-subtract" || reset === "snntorch-delayed-subtract") ? loses : 0;
    const restarts = was && reset === "snntorch-delayed-zero";
    const v = restarts ? this.clamp(cell.resetTo[n], stateBits) : Math.max(lowest, this.clamp(next - pending, stateBits));
    let spikes = v > threshold ? 1 : 0;
    while (spikes > 0 && spikes < cell.mostSpikes && v - spikes * loses > threshold) spikes++;
    voltage[n] = v;
    if (reset === "zero" && spikes > 0) voltage[n] = this.clamp(cell.resetTo[n], stateBits);
    if (reset === "subtract" || reset === "snntorch-subtract") voltage[n] = this.clamp(v + pending - spikes * loses, stateBits);
    if (spikes > 0) held[n] = cell.refractorySteps;
    return spikes;
  }

  private changed(
    cell: GraphCell,
    threshold: number,
    { integrates, rectifies, shift, keepsRemainder, most }: DeltaRule,
    n: number,
    pre: number,
    voltage: number[],
    told: number[],
    stateBits: number,
  ): number {
    voltage[n] = this.clamp(integrates ? voltage[n] + pre : pre, stateBits);
    const sum = voltage[n] + cell.rest[n];
    const value = this.clamp(rectifies ? Math.max(0, sum) : sum, stateBits);
    const difference = value - told[n];
    if (Math.abs(difference) < threshold) return 0;
    const whole = Math.floor(difference / powerOfTwo(shift));
    const payload = Math.max(-most, Math.min(most, whole));
    if (payload !== whole) this.saturations++;
    told[n] = keepsRemainder || payload !== whole ? this.clamp(told[n] + payload * powerOfTwo(shift), stateBits) : value;
    return payload;
  }

  private leaked(value: number, keep: number): number {
    return leaked(value, keep, this.graph.precision);
  }

  private clamp(value: number, bits: number): number {
    const most = signedMax(bits);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) this.saturations++;
    return kept;
  }
}
