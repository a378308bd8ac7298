/** RANC's packet and its integer forms: signed hops in two's complement, then axon and delay. */
import { log2, powerOfTwo } from "../../base/math.js";

export interface RancPacket {
  /** Remaining hops, east positive. */
  readonly dx: number;
  /** Remaining hops, north positive. */
  readonly dy: number;
  readonly axon: number;
  readonly delayTicks: number;
}

const HOP_BITS = 9;
/** Hops are signed: this many values are negative. */
const HALF_SPAN = powerOfTwo(HOP_BITS - 1);
export const HOP_RANGE = [-HALF_SPAN, HALF_SPAN - 1] as const;

/** Values of a packet's field that addresses `count` things: its width is the ceiling of log2. */
export const fieldSpan = (count: number): number => powerOfTwo(Math.ceil(log2(count)));

/** Integer forms for cores of a shape; fields are concatenated, the most significant first. */
export function packetCodec(shape: { readonly axons: number; readonly delay_slots: number }): {
  /** Fields: dx, dy, axon, delay. */
  full(p: RancPacket): number;
  /** Fields: dy, axon, delay. */
  vertical(p: RancPacket): number;
  /** Fields: axon, delay. */
  local(p: RancPacket): number;
  wrapHops(hops: number): number;
} {
  const span = 2 * HALF_SPAN;
  const delaySpan = fieldSpan(shape.delay_slots);
  const localSpan = fieldSpan(shape.axons) * delaySpan;
  const unsigned = (hops: number): number => ((hops % span) + span) % span;
  const local = (p: RancPacket): number => p.axon * delaySpan + p.delayTicks;
  const vertical = (p: RancPacket): number => unsigned(p.dy) * localSpan + local(p);
  return {
    local,
    vertical,
    full: (p) => unsigned(p.dx) * span * localSpan + vertical(p),
    wrapHops(hops) {
      const raw = unsigned(hops);
      return raw >= HALF_SPAN ? raw - span : raw;
    },
  };
}
