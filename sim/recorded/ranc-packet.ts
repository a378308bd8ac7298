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
const DELAY_BITS = 4;

/** Integer forms for cores with `axons` axons; fields are concatenated, the most significant first. */
export function packetCodec(axons: number): {
  /** Fields: dx, dy, axon, delay. */
  full(p: RancPacket): number;
  /** Fields: dy, axon, delay. */
  vertical(p: RancPacket): number;
  /** Fields: axon, delay. */
  local(p: RancPacket): number;
  wrapHops(hops: number): number;
} {
  const span = powerOfTwo(HOP_BITS);
  const axonSpan = powerOfTwo(Math.ceil(log2(axons)));
  const unsigned = (hops: number): number => ((hops % span) + span) % span;
  const local = (p: RancPacket): number => p.axon * powerOfTwo(DELAY_BITS) + p.delayTicks;
  const vertical = (p: RancPacket): number => unsigned(p.dy) * axonSpan * powerOfTwo(DELAY_BITS) + local(p);
  return {
    local,
    vertical,
    full: (p) => unsigned(p.dx) * span * axonSpan * powerOfTwo(DELAY_BITS) + vertical(p),
    wrapHops(hops) {
      const raw = unsigned(hops);
      return raw >= span / 2 ? raw - span : raw;
    },
  };
}
