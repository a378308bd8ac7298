/**
 * The accumulator of the plain references: it adds one product at a time, keeps the sum in the range of its word, and
 * counts overflows.
 */
import type { Precision } from "../../arch/index.js";
import { signedMax } from "../../base/math/rounding.js";

export class Accumulator {
  /** Additions that left the range. */
  overflows = 0;

  private readonly saturates: boolean;

  constructor({ accumulatorOverflow }: Pick<Precision, "accumulatorOverflow">) {
    this.saturates = accumulatorOverflow === "saturate";
  }

  /** `sum + product`, saturated or wrapped if it does not fit a word of `bits` bits. */
  add(sum: number, product: number, bits: number): number {
    const most = signedMax(bits);
    const next = sum + product;
    if (next >= -most - 1 && next <= most) return next;
    this.overflows++;
    if (this.saturates) return next > most ? most : -most - 1;
    const words = 2 * (most + 1);
    return next - words * Math.floor((next + words / 2) / words);
  }
}
