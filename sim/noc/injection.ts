/**
 * Checks of what may be injected, the same for every kernel. Throws `InvariantError` on misuse, `InfeasibleError` if
 * the buffers are too small for copies.
 */
import { InfeasibleError, InvariantError } from "../../base/errors.js";
import type { NocSpec } from "./noc.js";

export function refuseFull(core: number, packets: number): never {
  throw new InvariantError(`injection queue of core ${core}`, null, `full with ${packets} packets`);
}

export function refuseSkip(cycle: number, inFlight: number): never {
  throw new InvariantError("noc", cycle, `skipTo with ${inFlight} packets in flight`);
}

const GIB = 1 << 30;

/** Error for a network whose routers need more memory than a kernel has. */
export function refuseSize(bytes: number, routers: number, ports: number, branches: number): never {
  const gib = (count: number): string => `${(count / GIB).toFixed(1)} GiB`;
  const fix =
    branches > 1
      ? "set noc.multicast: unicast, fewer noc.virtual_channels or fewer tiles"
      : "set fewer noc.virtual_channels or fewer tiles";
  throw new InfeasibleError("NOC_MEMORY", `simulation of ${routers} routers of ${ports} ports`, gib(bytes), gib(4 * GIB), fix);
}

/** A copied packet must fit into one VC buffer; otherwise copies can block each other in a circle. */
export function checkCopied(flits: number, vcBufferFlits: number): void {
  if (flits <= vcBufferFlits) return;
  const fix = `set noc.vc_buffer_flits: ${flits} or noc.multicast: unicast (a copied packet must fit into one buffer)`;
  throw new InfeasibleError("NOC_MULTICAST_BUFFER", "VC buffer of a router", `${flits} flits`, `${vcBufferFlits} flits`, fix);
}

export function checkMulticast(spec: NocSpec, core: number, destinationCores: readonly number[], flits: number): void {
  if (spec.multicast !== "tree") throw new InvariantError("noc", null, "injectMulticast in a network built for unicast");
  checkCopied(flits, spec.vcBufferFlits);
  if (destinationCores.length === 0 || new Set(destinationCores).size !== destinationCores.length) {
    throw new InvariantError("noc", null, `multicast of core ${core} needs different destinations, got [${destinationCores.join(", ")}]`);
  }
}
