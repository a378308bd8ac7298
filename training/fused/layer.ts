/**
 * One recurrent layer over a packed batch as one fused operation: input product, batch norm, recurrence, quantiser; and
 * a hand-written back-propagation through time. Only non-zero spikes cost multiplications, forward and in the weight
 * gradients.
 * Shapes: input [rows][padded(inputs)], output [rows][padded(neurons)]; weights are source-major, `inputT`
 * [inputs][gates * neurons]. Padded neurons and inputs have zero weights, stay zero and get zero gradients.
 */
import { cellOf, gatesOf, type System } from "../../arch/index.js";
import type { Batch } from "../batch.js";
import { type Engine, padded } from "./kernels.js";
import type { FrozenStatistics, LayerOptions } from "./layer-options.js";
import { meanPenalty } from "./membrane-penalty.js";
import { compressedSpace, multiply, multiplyRows, outerProduct, packed, packedTranspose } from "./skipping-products.js";
import { type Extremes, Firing, thetaGradient } from "./spikes.js";

export const BATCH_NORM_EPSILON = 1e-5;

export interface LayerShape {
  readonly system: System;
  readonly inputs: number;
  readonly neurons: number;
}

/** Parameters, unpadded. */
export interface LayerWeights {
  /** [inputs][gates * neurons]. */
  readonly inputT: Float32Array;
  /** [neurons][gates * neurons]; null if the cell is not recurrent. */
  readonly recurrentT: Float32Array | null;
  /** [gates * neurons] each. */
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  /** [neurons] each, in the order of the cell's parameters. */
  readonly perNeuron: readonly Float32Array[];
}

/**
 * [gates * neurons] mean squares over the frames of the gradients by what the input adds to each gate, after batch
 * norm, and by what the layer's own spikes add.
 */
interface GateSquares {
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
}

/** Gradients of the weights, unpadded, and the address of the input's gradient. */
interface LayerGradients {
  /** [rows][padded(inputs)], or 0 if not asked for. */
  readonly input: number;
  readonly inputT: Float32Array;
  readonly recurrentT: Float32Array | null;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly perNeuron: readonly Float32Array[];
  /** Gradient of the layer's theta; 0 if theta is not learned. */
  readonly theta: number;
  /** Null if not asked for. */
  readonly squares: GateSquares | null;
}

export class FusedLayer {
  readonly #engine: Engine;
  readonly #shape: LayerShape;
  readonly #weights: LayerWeights;
  readonly #batch: Batch;
  readonly #options: LayerOptions;
  readonly #gates: number;
  readonly #neurons: number;
  readonly #inputs: number;
  readonly #wide: number;
  readonly #input: number;
  #inputT = 0;
  #recurrentT = 0;
  #gamma = 0;
  #beta = 0;
  #perNeuron: readonly number[] = [];
  #inverse = 0;
  #x = 0;
  /**
   * Addresses of saved values: rec [z, c], alif [membrane, adaptation], gru [r, z, n, un], lstm [gates (4 wide), c].
   */
  #saved: number[] = [];
  #h = 0;
  #a = 0;
  #output = 0;
  #ranges: number[] = [];
  /** Batch statistics of the input product, unpadded, for the running averages. */
  mean: Float32Array = new Float32Array(0);
  variance: Float32Array = new Float32Array(0);
  /** Range M after this batch (0 without a quantiser), and the membrane penalty's part of the loss. */
  range = 0;
  penalty = 0;
  /** Lowest and highest membrane of this batch. */
  extremes: Extremes = [0, 0];

  constructor(engine: Engine, shape: LayerShape, weights: LayerWeights, batch: Batch, input: number, options: LayerOptions) {
    this.#engine = engine;
    this.#shape = shape;
    this.#weights = weights;
    this.#batch = batch;
    this.#options = options;
    this.#input = input;
    this.#gates = gatesOf(shape.system).length;
    this.#neurons = padded(shape.neurons);
    this.#inputs = padded(shape.inputs);
    this.#wide = this.#gates * this.#neurons;
  }

  #putVector(values: Float32Array): number {
    return this.#engine.putPadded(values, this.#gates, this.#shape.neurons, this.#gates, this.#neurons);
  }

  /** Runs the layer; returns the address of its output [rows][padded(neurons)]. */
  forward(): number {
    const { rows } = this.#batch;
    const engine = this.#engine;
    const { system, inputs, neurons } = this.#shape;
    const [G, H, D, wide] = [this.#gates, this.#neurons, this.#inputs, this.#wide];
    this.#inputT = engine.putPadded(this.#weights.inputT, inputs * G, neurons, D * G, H);
    if (this.#weights.recurrentT) this.#recurrentT = engine.putPadded(this.#weights.recurrentT, neurons * G, neurons, H * G, H);
    this.#gamma = this.#putVector(this.#weights.gamma);
    this.#beta = this.#putVector(this.#weights.beta);
    this.#perNeuron = this.#weights.perNeuron.map((values) => engine.putPadded(values, 1, neurons, 1, H));
    this.#x = engine.allocate(rows * wide);
    multiplyRows(engine, this.#input, [rows, D, wide], packed(engine, this.#inputT, D, wide), this.#x);
    if (this.#options.frozen !== "folded") this.#normalise(this.#options.frozen);
    const savedWidths = { lif: [], alif: [H, H], rec: [H, H], gru: [H, H, H, H], lstm: [wide, H] }[cellOf(system).kernel];
    this.#saved = savedWidths.map((width) => engine.allocate(rows * width));
    this.#h = engine.allocate(rows * H);
    if (this.#options.rule) {
      this.#a = engine.allocate(rows * H);
      this.#output = engine.allocate(rows * H);
    } else this.#output = this.#h;
    this.#recur();
    return this.#output;
  }

  #normalise(frozen: FrozenStatistics | null): void {
    const engine = this.#engine;
    const wide = this.#wide;
    let mean: number;
    let variance: number;
    if (frozen) {
      mean = this.#putVector(frozen.mean);
      variance = this.#putVector(frozen.variance);
    } else {
      mean = engine.allocate(wide);
      variance = engine.allocate(wide);
      engine.norm.statistics(this.#x, this.#batch.rows, wide, mean, variance);
    }
    this.mean = engine.takePadded(mean, this.#gates, this.#shape.neurons, this.#neurons);
    this.variance = engine.takePadded(variance, this.#gates, this.#shape.neurons, this.#neurons);
    this.#inverse = engine.put(engine.floats(variance, wide).map((v) => 1 / Math.sqrt(v + BATCH_NORM_EPSILON)));
    engine.norm.normalise(this.#x, this.#batch.rows, wide, mean, this.#inverse);
  }

  #recur(): void {
    this.#engine.scratch(() => this.#runSteps());
  }

  #runSteps(): void {
    const { counts, offset, steps, utterances } = this.#batch;
    const engine = this.#engine;
    const H = this.#neurons;
    const recurrent = cellOf(this.#shape.system).recurrent ? engine.allocate(utterances * this.#wide) : 0;
    const own = recurrent ? { u: packed(engine, this.#recurrentT, H, this.#wide), space: compressedSpace(engine, utterances, H) } : null;
    const firing = this.#options.rule ? new Firing(engine, this.#options.rule) : null;
    // The cell step of alif computes the membrane itself; its quantiser takes the part above the adaptation.
    const ownMembrane = cellOf(this.#shape.system).kernel === "alif";
    this.#ranges = [];
    for (let t = 0; t < steps; t++) {
      const here = offset[t] * H * 4;
      const before = t === 0 ? 0 : offset[t - 1] * H * 4;
      if (t > 0 && own) multiply(engine, this.#output + before, [counts[t], H, this.#wide], own.u, recurrent, own.space);
      this.#cell(t, t === 0 ? 0 : recurrent);
      if (firing) {
        const isNew = t === 0 || ownMembrane;
        const aBefore = isNew ? 0 : this.#a + before;
        const oBefore = isNew ? 0 : this.#output + before;
        const count = counts[t] * H;
        this.#ranges.push(firing.step(count, this.#h + here, aBefore, oBefore, this.#a + here, this.#output + here));
      }
    }
    if (!firing) return;
    this.range = firing.range();
    this.extremes = firing.extremes();
    const { rows } = this.#batch;
    this.penalty = meanPenalty(
      engine,
      this.#options.penalty,
      { pointer: this.#a, stored: rows * H },
      this.range,
      rows * this.#shape.neurons,
    );
  }

  #cell(t: number, recurrent: number): void {
    const { cells } = this.#engine;
    const H = this.#neurons;
    const rows = this.#batch.counts[t];
    const start = this.#batch.offset[t];
    const x = this.#x + start * this.#wide * 4;
    const at = (pointer: number, width: number): number => pointer + start * width * 4;
    const before = (pointer: number): number => (t === 0 ? 0 : pointer + this.#batch.offset[t - 1] * H * 4);
    const [g, b, m] = [this.#gamma, this.#beta, this.#options.mask];
    const s = this.#saved;
    const h = at(this.#h, H);
    const hBefore = before(this.#h);
    switch (cellOf(this.#shape.system).kernel) {
      case "lif":
        cells.lifForward(rows, H, x, g, b, m, ...this.#perNeuron, hBefore, h);
        return;
      case "alif": {
        const past = [before(s[0]), before(s[1]), before(this.#output)];
        cells.alifForward(rows, H, x, recurrent, g, b, m, ...this.#perNeuron, ...past, at(s[0], H), at(s[1], H), h);
        return;
      }
      case "rec":
        cells.recForward(rows, H, x, recurrent, g, b, m, hBefore, at(s[0], H), at(s[1], H), h);
        return;
      case "gru":
        cells.gruForward(rows, H, x, recurrent, g, b, m, hBefore, at(s[0], H), at(s[1], H), at(s[2], H), at(s[3], H), h);
        return;
      case "lstm":
        cells.lstmForward(rows, H, x, recurrent, g, b, m, before(s[1]), at(s[0], this.#wide), at(s[1], H), h);
        return;
    }
  }

  /** Back through time from the address dOutput [rows][padded(neurons)]; only the input's gradient is not freed. */
  backward(dOutput: number, wantInput: boolean): LayerGradients {
    const dInput = wantInput ? this.#engine.allocate(this.#batch.rows * this.#inputs) : 0;
    return this.#engine.scratch(() => this.#backward(dOutput, dInput));
  }

  #backward(dOutput: number, dInput: number): LayerGradients {
    const { counts, offset, rows, steps, utterances } = this.#batch;
    const engine = this.#engine;
    const { system, inputs, neurons } = this.#shape;
    const [G, H, D, wide] = [this.#gates, this.#neurons, this.#inputs, this.#wide];
    const dGate = engine.allocate(rows * wide);
    const dRecurrent = cellOf(system).splitGate !== null ? engine.allocate(rows * wide) : dGate;
    const carries: [number, number] = [engine.zeros(utterances * H), engine.zeros(utterances * H)];
    const dPerNeuron = this.#perNeuron.map(() => engine.zeros(H));
    const own = cellOf(system).recurrent
      ? {
          rows: compressedSpace(engine, utterances, wide),
          u: packedTranspose(engine, this.#recurrentT, H, wide),
          d: engine.zeros(utterances * H),
        }
      : null;
    let theta = 0;
    for (let t = steps - 1; t >= 0; t--) {
      if (own && t + 1 < steps) {
        const next = counts[t + 1];
        multiply(engine, dRecurrent + offset[t + 1] * wide * 4, [next, wide, H], own.u, own.d, own.rows);
      }
      const from = offset[t] * wide * 4;
      const here = offset[t] * H * 4;
      const spikes = [dOutput + here, own ? own.d : 0, carries[0], this.#a + here] as const;
      theta += thetaGradient(engine, this.#options.rule, this.#ranges[t] ?? 0, counts[t] * H, spikes);
      this.#cellBackward(t, spikes[0], spikes[1], carries, dGate + from, dRecurrent + from, dPerNeuron);
    }
    let dRecurrentT = 0;
    if (own) dRecurrentT = outerProduct(engine, this.#output, [rows, H, wide], this.#batch.next, dRecurrent);
    const squares = this.#options.squares ? { input: this.#meanSquares(dGate), recurrent: this.#meanSquares(dRecurrent) } : null;
    const dGamma = engine.zeros(wide);
    const dBeta = engine.allocate(wide);
    if (this.#options.frozen === "folded") engine.norm.columnSums(dGate, rows, wide, dBeta);
    else engine.norm.normaliseBackward(dGate, this.#x, rows, wide, this.#gamma, this.#inverse, dGamma, dBeta);
    const dInputT = outerProduct(engine, this.#input, [rows, D, wide], null, dGate);
    if (dInput !== 0) multiplyRows(engine, dGate, [rows, wide, D], packedTranspose(engine, this.#inputT, D, wide), dInput);
    return {
      input: dInput,
      inputT: engine.takePadded(dInputT, inputs * G, neurons, H),
      recurrentT: own ? engine.takePadded(dRecurrentT, neurons * G, neurons, H) : null,
      gamma: engine.takePadded(dGamma, G, neurons, H),
      beta: engine.takePadded(dBeta, G, neurons, H),
      perNeuron: dPerNeuron.map((values) => engine.takePadded(values, 1, neurons, H)),
      theta,
      squares,
    };
  }

  /** Mean squares of the columns of [rows][gates * padded(neurons)], unpadded. */
  #meanSquares(pointer: number): Float32Array {
    const engine = this.#engine;
    const [rows, wide] = [this.#batch.rows, this.#wide];
    const [mean, variance] = [engine.allocate(wide), engine.allocate(wide)];
    engine.norm.statistics(pointer, rows, wide, mean, variance);
    const take = (of: number): Float32Array => engine.takePadded(of, this.#gates, this.#shape.neurons, this.#neurons);
    const means = take(mean);
    return take(variance).map((value, j) => value + means[j] * means[j]);
  }

  #cellBackward(
    t: number,
    dO: number,
    recurrent: number,
    carries: readonly [number, number],
    dGate: number,
    dRec: number,
    dPerNeuron: readonly number[],
  ): void {
    const { cells } = this.#engine;
    const H = this.#neurons;
    const rows = this.#batch.counts[t];
    const start = this.#batch.offset[t];
    const at = (pointer: number, width: number): number => pointer + start * width * 4;
    const before = (pointer: number): number => (t === 0 ? 0 : pointer + this.#batch.offset[t - 1] * H * 4);
    const m = this.#options.mask;
    const s = this.#saved;
    const range = this.#ranges[t] ?? 0;
    const { weight, saturation } = this.#options.penalty;
    const push = weight / (this.range * this.#batch.rows * this.#shape.neurons);
    const bend = 1 / (saturation * this.range);
    const [carryA, carryH] = carries;
    switch (cellOf(this.#shape.system).kernel) {
      case "lif":
        cells.lifBackward(
          rows,
          H,
          dO,
          at(this.#a, H),
          range,
          push,
          bend,
          m,
          ...this.#perNeuron,
          before(this.#h),
          carryA,
          carryH,
          dGate,
          ...dPerNeuron,
        );
        return;
      case "alif": {
        const here = [at(s[0], H), at(s[1], H), at(this.#a, H), at(this.#output, H)];
        const past = [before(s[0]), before(s[1]), before(this.#output)];
        const own = [...this.#perNeuron, ...past, carryA, carryH, dGate, ...dPerNeuron];
        cells.alifBackward(rows, H, dO, recurrent, ...here, range, push, bend, m, ...own);
        return;
      }
      case "rec": {
        const [z, c] = [at(s[0], H), at(s[1], H)];
        const past = [before(this.#h), carryA, carryH, dGate];
        cells.recBackward(rows, H, dO, recurrent, at(this.#a, H), range, push, bend, z, c, m, ...past);
        return;
      }
      case "gru": {
        const [r, z, n, un] = [at(s[0], H), at(s[1], H), at(s[2], H), at(s[3], H)];
        cells.gruBackward(rows, H, dO, recurrent, r, z, n, un, m, before(this.#h), carryH, dGate, dRec);
        return;
      }
      case "lstm":
        cells.lstmBackward(rows, H, dO, recurrent, at(s[0], this.#wide), at(s[1], H), m, before(s[1]), carryH, dGate);
        return;
    }
  }
}
