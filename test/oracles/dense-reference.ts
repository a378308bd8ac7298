/** gru and lstm in integers, slow and obvious: one neuron after the other, with the rules of `dense-cells`. */
import { cellOf } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { DenseCells, silentDense } from "../../sim/functional/dense-cells.js";
import type { IntegerNetwork } from "../../sim/functional/integer-network.js";
import type { UtteranceEngine, UtteranceRun } from "../../sim/functional/utterance.js";

/**
 * Reference engine for a gru or lstm network. Inputs are features in units of `network.encoder.unit`, clamped to its
 * limit.
 */
export function createDenseCells(network: IntegerNetwork): UtteranceEngine {
  if (cellOf(network.system).spiking) throw new InvariantError("dense cells", null, `no cell of a ${network.system} network`);
  return { run: (inputs) => new DenseRun(network).run(inputs) };
}

class DenseRun {
  private readonly cells: DenseCells;
  private readonly neuron: number[] = [];
  private readonly payload: number[] = [];

  constructor(private readonly network: IntegerNetwork) {
    this.cells = new DenseCells(network);
  }

  run(inputs: Int32Array): UtteranceRun {
    const { network, cells } = this;
    const { classes } = network;
    const steps = inputs.length / network.inputs;
    const layers = network.layers.map(silentDense);
    const scores = new Int32Array(steps * classes);
    const eventStart = [0];
    for (let step = 0; step < steps; step++) {
      let values = new Int32Array(network.inputs);
      for (let i = 0; i < network.inputs; i++) values[i] = cells.feature(inputs[step * network.inputs + i]);
      this.send(values, eventStart);
      for (const one of layers) {
        const next = new Int32Array(one.layer.neurons);
        for (let n = 0; n < next.length; n++) next[n] = cells.update(one, n, values);
        one.sent = next;
        values = next;
        this.send(values, eventStart);
      }
      eventStart.push(this.neuron.length);
      for (let c = 0; c < classes; c++) scores[step * classes + c] = cells.score(c, values);
    }
    return {
      steps,
      eventStart: Uint32Array.from(eventStart),
      neuron: Uint32Array.from(this.neuron),
      payload: Int16Array.from(this.payload),
      scores,
      accumulatorOverflows: cells.accumulator.overflows,
      stateSaturations: cells.saturations,
      membraneUpdates: null,
    };
  }

  private send(values: Int32Array, eventStart: number[]): void {
    for (let n = 0; n < values.length; n++) {
      if (values[n] === 0) continue;
      this.neuron.push(n);
      this.payload.push(values[n]);
    }
    eventStart.push(this.neuron.length);
  }
}
