/**
 * Trees of multicast packets that are known beforehand: in a mesh, or a crossbar, where a packet branches depends on its source and destinations only.
 *
 * A node is a router on the way: its number of branches, then 12 bytes a branch in order of output ports: port; K_DESTINATION of the branch's packet, which
 * is a core or `PLANNED` | the next node; tag of a packet that has one destination left. Bytes of a tree: at most 16 a router and 12 a destination.
 */
import { wayTo } from "./noc-heads.part.as";
import {
  Packet,
  PLANNED,
  pointer,
  Router,
  routerOf,
  V_TARGET,
  vcAt,
  VCS,
} from "./noc-records.part.as";
import { flags, ODD_EVEN, WRAP } from "./noc-setup.part.as";

/** Of a tag: it is what its one destination gets, and not what all of them share. */
export const DIRECT: u32 = 1 << 31;

let next: usize = 0;
/** [destinations] core and tag, u32 each; as much again for sorting. */
let ends: usize = 0;
let sorted: usize = 0;

/** Sets where trees are kept, and `16 * most` bytes of scratch for trees of so many destinations. */
export function keepTrees(at: usize, scratch: usize, most: i32): void {
  next = at;
  ends = scratch;
  sorted = scratch + 8 * <usize>most;
}

export function canPlan(): bool {
  return (flags & (WRAP | ODD_EVEN)) == 0;
}

export function setEnd(i: i32, core: i32, tag: u32): void {
  const at = ends + (<usize>i << 3);
  store<i32>(at, core);
  store<u32>(at, tag, 4);
}

/** Destinations of `from .. to - 1` that leave by `port`, copied to the sorted ones; returns the end of those. */
function sortInto(router: Router, from: i32, to: i32, port: i32, filled: i32): i32 {
  for (let i = from; i < to; i++) {
    const at = ends + (<usize>i << 3);
    if ((wayTo(router, changetype<Packet>(0), load<i32>(at)) & 255) != port) continue;
    store<u64>(sorted + (<usize>filled << 3), load<u64>(at));
    filled++;
  }
  return filled;
}

/** The tree from `router` to destinations `from .. to - 1`; they come into another order. */
export function planTree(router: Router, from: i32, to: i32): u32 {
  let ports: u32 = 0;
  for (let i = from; i < to; i++) ports |= 1 << (<u32>wayTo(router, changetype<Packet>(0), load<i32>(ends + (<usize>i << 3))) & 255);
  const node = next;
  const branches = <i32>popcnt(ports);
  next += 4 + 12 * <usize>branches;
  store<u32>(node, branches);
  let filled = from;
  let branch = node + 4;
  for (let rest = ports; rest != 0; rest &= rest - 1, branch += 12) {
    const first = filled;
    const port = <i32>ctz(rest);
    filled = sortInto(router, from, to, port, filled);
    store<u32>(branch, port);
    // how many leave by it, until they are known
    store<u32>(branch, filled - first, 4);
  }
  memory.copy(ends + (<usize>from << 3), sorted + (<usize>from << 3), <usize>(to - from) << 3);
  branch = node + 4;
  for (let at = from, i = 0; i < branches; i++, branch += 12) {
    const many = load<i32>(branch, 4);
    const end = ends + (<usize>at << 3);
    if (many == 1) {
      store<i32>(branch, load<i32>(end), 4);
      store<u32>(branch, load<u32>(end, 4), 8);
    } else {
      const output = vcAt(router, <i32>load<u32>(branch) * VCS);
      store<u32>(branch, PLANNED | planTree(routerOf(pointer(output, V_TARGET)), at, at + many), 4);
    }
    at += many;
  }
  return <u32>node;
}
