/**
 * All state of the network in flat typed arrays.
 *
 * R routers, P ports, V VCs, F branches a VC (1, or P with multicast), N = P * V * F requesters a router, W = words of N bits.
 * iv / ov = (r * P + port) * V + vc; rq = iv * F + branch; li = rq - r * N, the requester's number in its router.
 */
import { log2, powerOfTwo } from "../../../base/math.js";
import type { NocLayout } from "./layout.js";
import type { NocSpec } from "./noc.js";

/** Rows of `masks`: waits for RC; for VA; ready for SA (flit and credit); flit but no credit. */
export const ROUTING = 0;
export const WAITING = 1;
export const READY = 2;
export const STARVED = 3;

export interface NocState {
  readonly routers: number;
  readonly ports: number;
  readonly vcs: number;
  readonly branches: number;
  readonly requesters: number;
  readonly words: number;
  /** Slots of a VC buffer's ring, a power of two. */
  readonly ring: number;
  /** [iv][ring] flit words: packet slot * 4 + head * 2 + tail. */
  readonly buffer: Int32Array;
  /** [iv] ring positions of the oldest flit and of the next write; flits that have arrived. */
  readonly front: Int32Array;
  readonly write: Int32Array;
  readonly count: Int32Array;
  /** [iv] 0: idle; else branches of the packet at the front, and those of them that have not sent the tail. */
  readonly total: Uint8Array;
  readonly live: Uint8Array;
  /** [rq] output port, permitted VCs, output VC held (-1: none), packet slot sent on, flits held that were already sent. */
  readonly out: Uint8Array;
  readonly permitted: Int32Array;
  readonly outVc: Int32Array;
  readonly child: Int32Array;
  readonly sent: Int32Array;
  /** [ov, then core * V + vc of the sources] credits; rq that holds it (-1: none). */
  readonly credit: Int32Array;
  readonly owner: Int32Array;
  /** [r][port] bits of output VCs that nobody holds. */
  readonly free: Int32Array;
  /** [r][4][W] */
  readonly masks: Int32Array;
  /** [ov] and [rq] round-robin pointers of VC allocation; [r][port] of switch allocation. */
  readonly vcGrantPointer: Int32Array;
  readonly vcAcceptPointer: Int32Array;
  readonly switchGrantPointer: Uint8Array;
  readonly switchAcceptPointer: Uint8Array;
  readonly switchVcPointer: Uint8Array;
  /** [N] input port and VC of a requester; [iv] its router. */
  readonly portOf: Uint8Array;
  readonly vcOf: Uint8Array;
  readonly routerOf: Int32Array;
}

export function allocateState(spec: NocSpec, layout: NocLayout): NocState {
  const { routers, ports, cores } = layout;
  const vcs = spec.virtualChannels;
  const branches = spec.multicast === "tree" ? ports : 1;
  const requesters = ports * vcs * branches;
  const inputVcs = routers * ports * vcs;
  const ring = powerOfTwo(Math.ceil(log2(spec.vcBufferFlits)));
  const words = Math.ceil(requesters / 32);
  return {
    routers,
    ports,
    vcs,
    branches,
    requesters,
    words,
    ring,
    buffer: new Int32Array(inputVcs * ring),
    front: new Int32Array(inputVcs),
    write: new Int32Array(inputVcs),
    count: new Int32Array(inputVcs),
    total: new Uint8Array(inputVcs),
    live: new Uint8Array(inputVcs),
    out: new Uint8Array(routers * requesters),
    permitted: new Int32Array(routers * requesters),
    outVc: new Int32Array(routers * requesters).fill(-1),
    child: new Int32Array(routers * requesters),
    sent: new Int32Array(routers * requesters),
    credit: new Int32Array(inputVcs + cores * vcs).fill(spec.vcBufferFlits),
    owner: new Int32Array(inputVcs + cores * vcs).fill(-1),
    free: new Int32Array(routers * ports).fill(powerOfTwo(vcs) - 1),
    masks: new Int32Array(routers * 4 * words),
    vcGrantPointer: new Int32Array(inputVcs),
    vcAcceptPointer: new Int32Array(routers * requesters),
    switchGrantPointer: new Uint8Array(routers * ports),
    switchAcceptPointer: new Uint8Array(routers * ports),
    switchVcPointer: new Uint8Array(routers * ports),
    portOf: Uint8Array.from({ length: requesters }, (_, li) => Math.floor(li / (vcs * branches))),
    vcOf: Uint8Array.from({ length: requesters }, (_, li) => Math.floor(li / branches) % vcs),
    routerOf: Int32Array.from({ length: inputVcs }, (_, iv) => Math.floor(iv / (ports * vcs))),
  };
}
