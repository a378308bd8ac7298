/** Links of the general loop that take several cycles per flit, which are those between dies: which ready branches their ports can serve now. */
import { Bits, none, recordAt } from "../../../base/kernel/views.part.as";
import { BRANCH_WORDS, branchAt, PORTS, ROUTERS } from "./noc-places.part.as";
import { GeneralRouter, Router } from "./noc-records.part.as";
import { cycle } from "./noc-wheel.part.as";

/** The link behind an output port. */
@unmanaged
class SlowLink {
  /** First cycle in which it takes the next flit. */
  freeAt: i64;
  /** Cycles that a flit occupies it; 0: one cycle, without use of this record. */
  flitCycles: i64;
}

/** The network has such links. */
export let SLOW: bool = false;
/** [router][port]; only in networks with such links. */
let links: usize = 0;
/** Branches of the current router that can send now. */
export let ableSet: Bits = none<Bits>();

const LINK_SHIFT: usize = 4;
const LINK_BYTES: i32 = 16;

export function slowLinkBytes(): i32 {
  return LINK_BYTES * ROUTERS * PORTS + 8 * BRANCH_WORDS;
}

export function initSlowLinks(at: usize, has: bool): void {
  SLOW = has;
  links = at;
  ableSet = changetype<Bits>(at + LINK_BYTES * ROUTERS * PORTS);
}

@inline
export function slowLinkAt(router: Router, port: i32): SlowLink {
  return recordAt<SlowLink>(links, (<usize>(router.number * PORTS + port)) << LINK_SHIFT);
}

/** A flit has been granted the output port. */
@inline
export function keepLink(router: Router, port: i32): void {
  const link = slowLinkAt(router, port);
  if (link.flitCycles != 0) link.freeAt = cycle + link.flitCycles;
}

/** Writes those branches of `ready` whose links are free to `ableSet`; returns their number. */
export function ableBranches(router: GeneralRouter, ready: Bits): i32 {
  let count = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    let able: u64 = 0;
    for (let rest = ready.word(w).value; rest != 0; rest &= rest - 1) {
      const branch = branchAt(router, (w << 6) + <i32>ctz(rest));
      if (slowLinkAt(router, branch.out).freeAt > cycle) continue;
      able |= rest & -rest;
      count++;
    }
    ableSet.word(w).value = able;
  }
  return count;
}
