/**
 * An integer graph, slow and obvious: one population after the other, one spike after the other, one weight after the other.
 * Order of additions into an accumulator: projections as listed, source neurons ascending; range is enforced at every addition.
 */
import { Accumulator } from "./accumulator.js";
import type { GraphCell, GraphEngine, GraphRun, IntegerGraph } from "./integer-graph.js";
import { classesOf } from "./integer-graph.js";
import { type Requantiser, SCORE_BITS } from "./integer-network.js";
import { leakByShift, shiftRound, signedMax } from "./rounding.js";

interface Spike {
  readonly neuron: number;
  readonly payload: number;
}

/** Reference engine for `graph`. */
export function createGraphReference(graph: IntegerGraph): GraphEngine {
  return { run: (inputs) => new GraphReferenceRun(graph).run(inputs) };
}

class GraphReferenceRun {
  private readonly accumulator: Accumulator;
  private saturations = 0;

  constructor(private readonly graph: IntegerGraph) {
    this.accumulator = new Accumulator(graph.precision);
  }

  run(inputs: Int32Array): GraphRun {
    const { graph } = this;
    const { populations } = graph;
    const steps = inputs.length / populations[graph.input].neurons;
    const zeros = () => populations.map(({ neurons }) => new Array<number>(neurons).fill(0));
    const [voltage, current, held] = [zeros(), zeros(), zeros()];
    /** [step][population]. */
    const sent: Spike[][][] = [];
    const classes = classesOf(graph);
    const moved = new Float64Array(populations.length);
    const scores = new Int32Array(steps * classes);
    for (let step = 0; step < steps; step++) {
      sent.push(populations.map(() => []));
      for (const [p, population] of populations.entries()) {
        const spikes = sent[step][p];
        if (population.kind === "input") {
          for (let n = 0; n < population.neurons; n++) {
            const payload = inputs[step * population.neurons + n];
            if (payload !== 0) spikes.push({ neuron: n, payload });
          }
          continue;
        }
        const sums = this.sums(p, step, sent);
        for (let n = 0; n < population.neurons; n++) {
          let out: number;
          const before = voltage[p][n];
          if (population.kind === "readout") out = this.clamp(requantise(population.requantiser, n, sums[n]), SCORE_BITS);
          else if (
            this.fires(p, population.cell, n, requantise(population.cell.requantiser, n, sums[n]), voltage[p], current[p], held[p])
          ) {
            spikes.push({ neuron: n, payload: 1 });
            out = 1;
          } else out = population.cell.threshold === null ? voltage[p][n] : 0;
          if (population.kind === "neurons" && (step === 0 || voltage[p][n] !== before)) moved[p]++;
          if (p === graph.scored) scores[step * classes + n] = out;
        }
      }
    }
    const groups = sent.flat();
    const eventStart = new Uint32Array(groups.length + 1);
    for (const [g, group] of groups.entries()) eventStart[g + 1] = eventStart[g] + group.length;
    const all = groups.flat();
    return {
      steps,
      eventStart,
      neuron: Uint32Array.from(all, (spike) => spike.neuron),
      payload: Int16Array.from(all, (spike) => spike.payload),
      scores,
      accumulatorOverflows: this.accumulator.overflows,
      stateSaturations: this.saturations,
      membraneUpdates: moved,
      voltages: Int32Array.from(populations.flatMap(({ kind }, p) => (kind === "neurons" ? voltage[p] : []))),
    };
  }

  private sums(target: number, step: number, sent: readonly (readonly (readonly Spike[])[])[]): number[] {
    const sums = new Array<number>(this.graph.populations[target].neurons).fill(0);
    for (const projection of this.graph.projections) {
      if (projection.target !== target || projection.steps > step) continue;
      const { rowStart, targets, weights } = projection;
      for (const { neuron, payload } of sent[step - projection.steps][projection.source]) {
        for (let e = rowStart[neuron]; e < rowStart[neuron + 1]; e++)
          sums[targets[e]] = this.accumulator.add(sums[targets[e]], weights[e] * payload);
      }
    }
    return sums;
  }

  private fires(p: number, cell: GraphCell, n: number, pre: number, voltage: number[], current: number[], held: number[]): boolean {
    const { stateBits } = this.graph.precisions[p];
    if (cell.keepCurrent !== null) current[n] = this.clamp(this.leaked(current[n], cell.keepCurrent[n]) + pre, stateBits);
    const drive = cell.keepCurrent === null ? pre : current[n];
    if (held[n] > 0) {
      held[n]--;
      return false;
    }
    const { threshold, reset } = cell;
    const pending = threshold !== null && reset === "snntorch-subtract" && voltage[n] > threshold ? threshold : 0;
    const kept = cell.keepVoltage === null ? voltage[n] : this.leaked(voltage[n], cell.keepVoltage[n]);
    const v = this.clamp(kept + drive + cell.rest[n] - pending, stateBits);
    const spikes = threshold !== null && v > threshold;
    voltage[n] = v;
    if (threshold !== null && reset !== "zero") voltage[n] = this.clamp(v + pending - (spikes ? threshold : 0), stateBits);
    else if (spikes) voltage[n] = cell.resetTo[n];
    if (spikes) held[n] = cell.refractorySteps;
    return spikes;
  }

  private leaked(value: number, keep: number): number {
    const { leak, gateBits } = this.graph.precision;
    return leak === "shift" ? leakByShift(value, keep) : shiftRound(keep * value, gateBits);
  }

  private clamp(value: number, bits: number): number {
    const most = signedMax(bits);
    const kept = Math.max(-most - 1, Math.min(most, value));
    if (kept !== value) this.saturations++;
    return kept;
  }
}

function requantise(requantiser: Requantiser, row: number, sum: number): number {
  return shiftRound(sum * requantiser.multiplier[row] + requantiser.bias[row], requantiser.shift);
}
