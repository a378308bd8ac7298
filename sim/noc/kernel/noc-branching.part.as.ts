/**
 * Trees of multicast packets that are planned once: in a mesh, or if a topology brings its routes, source and destinations alone decide where a packet
 * branches.
 *
 * A node is a router on the way; its branches follow it in the order of their output ports. Bytes of a tree: at most 16 per router and 12 per destination.
 */
import { inRow, recordAt } from "../../../base/kernel/views.part.as";
import { PORTS, routerOf, VCS, vcAt } from "./noc-places.part.as";
import { OutputVc, Packet, PLANNED, Router } from "./noc-records.part.as";
import { wayTo } from "./noc-routes.part.as";
import { flags, ODD_EVEN, WRAP } from "./noc-settings.part.as";

/** Bit of a tag that belongs to one destination, and is not shared by all of them. */
export const DIRECT: u32 = 1 << 31;

@unmanaged
export class PlannedNode {
  branches: i32;
}

@unmanaged
export class PlannedBranch {
  port: i32;
  /** Destination of the branch's packet: a core, or `PLANNED` | the next node. */
  destination: i32;
  /** Tag of a packet that has one destination left. */
  tag: i32;

  @inline
  get next(): PlannedBranch {
    return recordAt<PlannedBranch>(changetype<usize>(this), offsetof<PlannedBranch>());
  }
}

/** A destination of the tree that is being planned. */
@unmanaged
class End {
  core: i32;
  tag: u32;
}

let next: usize = 0;
/** [destinations], and as many again for sorting. */
let ends: End = changetype<End>(0);
let sorted: End = changetype<End>(0);

@inline
export function branchesBehind(node: PlannedNode): PlannedBranch {
  return recordAt<PlannedBranch>(changetype<usize>(node), offsetof<PlannedNode>());
}

/** Sets the memory of trees, and `16 * most` bytes of scratch for trees of `most` destinations. */
export function keepTrees(at: usize, scratch: usize, most: i32): void {
  next = at;
  ends = changetype<End>(scratch);
  sorted = inRow(ends, most);
}

export function canPlan(): bool {
  return (flags & (WRAP | ODD_EVEN)) == 0 && PORTS <= 64;
}

export function setEnd(i: i32, core: i32, tag: u32): void {
  const end = inRow(ends, i);
  end.core = core;
  end.tag = tag;
}

@inline
function portTo(router: Router, core: i32): i32 {
  return wayTo(router, changetype<Packet>(0), core) & 255;
}

/** Copies those destinations among `from .. to - 1` that leave by `port` to the sorted ones; returns the end of these. */
function sortInto(router: Router, from: i32, to: i32, port: i32, filled: i32): i32 {
  for (let i = from; i < to; i++) {
    const end = inRow(ends, i);
    if (portTo(router, end.core) != port) continue;
    const copy = inRow(sorted, filled);
    copy.core = end.core;
    copy.tag = end.tag;
    filled++;
  }
  return filled;
}

/** Plans the tree from `router` to destinations `from .. to - 1`, which it reorders. */
export function planTree(router: Router, from: i32, to: i32): u32 {
  let ports: u64 = 0;
  for (let i = from; i < to; i++) ports |= (<u64>1) << (<u64>portTo(router, inRow(ends, i).core));
  const node = changetype<PlannedNode>(next);
  const branches = <i32>popcnt(ports);
  node.branches = branches;
  next += offsetof<PlannedNode>() + offsetof<PlannedBranch>() * <usize>branches;
  let filled = from;
  let branch = branchesBehind(node);
  for (let rest = ports; rest != 0; rest &= rest - 1, branch = branch.next) {
    const first = filled;
    branch.port = <i32>ctz(rest);
    filled = sortInto(router, from, to, branch.port, filled);
    // until its destinations are final, a branch's tag holds their number
    branch.tag = filled - first;
  }
  for (let i = from; i < to; i++) setEnd(i, inRow(sorted, i).core, inRow(sorted, i).tag);
  branch = branchesBehind(node);
  for (let at = from, i = 0; i < branches; i++, branch = branch.next) {
    const destinations = branch.tag;
    const end = inRow(ends, at);
    if (destinations == 1) {
      branch.destination = end.core;
      branch.tag = end.tag;
    } else {
      const output = vcAt<OutputVc>(router, branch.port * VCS);
      const after = routerOf(changetype<OutputVc>(output.target));
      branch.destination = PLANNED | planTree(after, at, at + destinations);
    }
    at += destinations;
  }
  return <u32>changetype<usize>(node);
}
