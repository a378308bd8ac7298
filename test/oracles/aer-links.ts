/**
 * The links of ODIN and tinyODIN as their traces' README words them: each wire is found cycle by cycle from the whole
 * waves of the others.
 *
 * No state is carried from cycle to cycle; what a rule asks of the past is looked for in the past.
 * Source: test/conformance/tinyodin/README.md, "Handshakes" and "Controller FSM"; f flip-flops where it has 2.
 */

/** Level of a wire, [cycle]; before cycle 0 every wire is low. */
export type Wave = readonly boolean[];

const at = (wave: Wave, cycle: number): boolean => cycle >= 0 && wave[cycle] === true;

export interface Offer {
  readonly notBefore: number;
  readonly value: number;
}

export interface SenderRule {
  readonly requestGap: number;
  readonly requestFallDelay: number;
}

/** REQ of the sender over the cycles of `ack`, and the cycle in which each transfer rose. */
export function senderWave(
  offers: readonly Offer[],
  rule: SenderRule,
  ack: Wave,
): { readonly request: Wave; readonly rises: readonly number[] } {
  const request: boolean[] = [];
  const rises: number[] = [];
  for (let k = 0; k < ack.length; k++) {
    const rise = rises.at(-1);
    // "ACK up in cycle a": the first one that belongs to the transfer, and the first cycle behind it with ACK = 0.
    let a = rise ?? 0;
    while (a < k && !at(ack, a)) a++;
    let low = a;
    while (low < k && at(ack, low)) low++;
    const isAnswered = rise !== undefined && a < k;
    if (at(request, k - 1)) {
      // "REQ down in a + 1 + req_fall_delay"
      request.push(!(isAnswered && k >= a + 1 + rule.requestFallDelay));
      continue;
    }
    const offer = offers[rises.length];
    const isOpen = rise !== undefined && !(isAnswered && low < k);
    // "k >= not_before, no transfer open, ACK = 0 in cycle k - 1, and k >= (first cycle with ACK = 0) + 1 + req_gap";
    // before the first transfer it was 0 for ever
    const hasRested = rise === undefined || k >= low + 1 + rule.requestGap;
    const isRising = offer !== undefined && k >= offer.notBefore && !isOpen && !at(ack, k - 1) && hasRested;
    request.push(isRising);
    if (isRising) rises.push(k);
  }
  return { request, rises };
}

export interface ReceiverRule {
  readonly ackUpDelay: number;
  readonly ackDownDelay: number;
  readonly flops: number;
}

/** Wires of the output link when requests are decided in these cycles. */
export function outputWaves(decided: readonly number[], { ackUpDelay: u, ackDownDelay: d, flops: f }: ReceiverRule, cycles: number) {
  const [request, ack, busy] = [0, 1, 2].map(() => new Array<boolean>(cycles).fill(false)) as [boolean[], boolean[], boolean[]];
  const raise = (wave: boolean[], from: number, until: number): void => {
    for (let k = from; k < Math.min(until, cycles); k++) wave[k] = true;
  };
  for (const s of decided) {
    // "OUT_REQ up s + 1 -> ACK up s + 2 + u -> REQ down s + 5 + u -> ACK down s + 6 + u + d; BUSY = 1 in cycles s + 1
    // .. s + 8 + u + d"
    raise(request, s + 1, s + 3 + f + u);
    raise(ack, s + 2 + u, s + 4 + f + u + d);
    raise(busy, s + 1, s + 5 + 2 * f + u + d);
  }
  return { request, ack, busy } as { readonly request: Wave; readonly ack: Wave; readonly busy: Wave };
}

/** What the controller's decisions in WAIT and WAIT_REQDN are made of. */
export interface ControllerWaves {
  /** State, [cycle]. */
  readonly state: readonly string[];
  readonly request: Wave;
  readonly busy: Wave;
  readonly requestFlops: number;
  /** Words held before the cycle. */
  readonly occupancy: readonly number[];
  readonly depth: number;
  /** Whether the request on the wires in this cycle waits for the queue to be empty (bistability events of ODIN). */
  readonly yields: (cycle: number) => boolean;
}

/** Kind of state that follows a cycle of WAIT or of WAIT_REQDN. */
export function nextOf(waves: ControllerWaves, cycle: number): "stay" | "pop" | "request" | "WAIT" {
  const isSeen = at(waves.request, cycle - waves.requestFlops);
  if (waves.state[cycle] === "WAIT_REQDN") return isSeen ? "stay" : "WAIT";
  const held = waves.occupancy[cycle];
  if (at(waves.busy, cycle)) return "stay";
  if (held === waves.depth) return "pop";
  if (isSeen && !waves.yields(cycle)) return "request";
  if (held > 0) return "pop";
  return isSeen ? "request" : "stay";
}
