/**
 * SNE's neuron: a potential that leaks by the time since its last update, an adaptive threshold, a refractory time, in
 * one 32-bit word.
 *
 * Word: potential [31:24], rise of the threshold [23:16], time of the last update [15:8], time of the last spike [7:0];
 * the first two are signed. A second update in the same step leaks again (the table begins at 238 / 256). Potentials
 * saturate at 127 and wrap below -128, as the design does.
 * Source: specification of the slice, neuron arithmetic.
 */
import { OP } from "./sne-words.js";

interface NeuronRegisters {
  readonly rest: number;
  readonly threshold: number;
  readonly refractory_steps: number;
  readonly threshold_rise: number;
  readonly time_scale: number;
}

/** 256 × the leak of 0 to 31 steps; 32 more steps halve it. */
const LEAK = [
  ...[238, 234, 229, 225, 221, 216, 212, 208, 204, 200, 197, 193, 189, 186, 182, 179],
  ...[175, 172, 168, 165, 162, 159, 156, 153, 150, 147, 144, 142, 139, 136, 134, 131],
];

const signed = (value: number): number => (value << 24) >> 24;
/** 256 × the leak over `steps`. */
const leakOf = (steps: number): number => LEAK[steps & 31] >> Math.min(steps >> 5, 31);

export class Neuron {
  /** Word and spike of the last update. */
  word = 0;
  hasFired = false;

  constructor(private readonly registers: NeuronRegisters) {}

  /** Updates a word by an operation, a signed weight and the step. */
  update(op: number, word: number, weight: number, time: number): void {
    this.hasFired = false;
    this.word = word;
    if (op === OP.wipe) this.word = 0;
    else if (op === OP.spike || op === OP.update || op === OP.accumulate) this.compute(op, word, weight, time & 0xff);
  }

  private compute(op: number, word: number, weight: number, time: number): void {
    const { registers } = this;
    let potential = word >> 24;
    let rise = signed(word >> 16);
    const lastSpike = word & 0xff;
    if (op !== OP.accumulate) {
      const steps = (time - (word >> 8)) & 0xff;
      potential = this.leaked(potential, steps);
      rise = signed((rise * leakOf(steps)) >> 8);
    }
    const sum = potential + 4 * weight;
    const membrane = sum > 127 ? 127 : signed(sum);
    this.hasFired =
      op === OP.spike && membrane > signed(registers.threshold + rise) && ((time - lastSpike) & 0xff) >= registers.refractory_steps;
    if (this.hasFired) {
      const raised = (rise + registers.threshold_rise) & 0xff;
      const next = raised > 127 ? 127 : raised === 0 ? 1 : raised;
      this.word = packed(membrane - registers.threshold, next, time, time);
    } else this.word = packed(membrane, rise, time, lastSpike);
  }

  /** A potential that would leak past its rest value stops there. */
  private leaked(potential: number, steps: number): number {
    const { rest, time_scale: scale } = this.registers;
    const product = potential * leakOf(steps << scale);
    const value = signed(product >> 8);
    return (product > 0 ? value >= rest : value <= rest) ? value : rest;
  }
}

const packed = (potential: number, rise: number, update: number, spike: number): number =>
  ((potential & 0xff) << 24) | ((rise & 0xff) << 16) | ((update & 0xff) << 8) | (spike & 0xff);
