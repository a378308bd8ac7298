/**
 * Heads of packets that may fork, in the compiled kernel: a head requests one output VC in each direction that its destinations need, and each direction
 * becomes a branch with a packet of its own. Used by noc-tree and noc-general.
 */
import { Bits, inRow } from "../../../base/kernel/views.part.as";
import { branchesBehind, PlannedNode } from "./noc-branching.part.as";
import { copyPacket, packetAt, releasePacket } from "./noc-endpoints.part.as";
import { generalBranch, PORTS, TREES, treeBranch } from "./noc-places.part.as";
import { Branch, Input, PLANNED, Router } from "./noc-records.part.as";
import { vcsOf, wayTo } from "./noc-routes.part.as";

/** Destinations of a packet that leave by one port: the first of their list, and the way. */
@unmanaged
class Direction {
  list: i32;
  way: i32;
}
/** [port] directions; the ports that a packet needs. */
let directions: Direction = changetype<Direction>(0);
let needed: Bits = changetype<Bits>(0);
let words = 0;

export function headBytes(ports: i32): i32 {
  return 8 * ports + 8 * ((ports + 63) >> 6);
}

export function initHeads(at: usize): void {
  words = (PORTS + 63) >> 6;
  needed = changetype<Bits>(at);
  directions = changetype<Direction>(at + 8 * words);
}

@inline
function branchOf(input: Input, i: i32): Branch {
  return TREES ? changetype<Branch>(treeBranch(input, i)) : changetype<Branch>(generalBranch(input, i));
}

@inline
function aim(input: Input, i: i32, slot: i32, way: i32): void {
  const branch = branchOf(input, i);
  branch.out = <u8>way;
  branch.child = slot;
  branch.sent = 0;
  if (!TREES) generalBranch(input, i).permitted = vcsOf(way);
}

/** Sorts the destinations of `slot` by direction. */
function sortByDirection(router: Router, slot: i32): i32 {
  const packet = packetAt(slot);
  let ways = 0;
  for (let node = -1 - packet.destination; node >= 0; ) {
    const at = packetAt(node);
    const after = at.next;
    const way = wayTo(router, packet, at.destination);
    const port = way & 255;
    const direction = inRow(directions, port);
    if (!needed.has(port)) {
      needed.add(port);
      direction.list = -1;
      direction.way = way;
      ways++;
    }
    at.next = direction.list;
    direction.list = node;
    node = after;
  }
  return ways;
}

function split(router: Router, input: Input, slot: i32): void {
  const ways = sortByDirection(router, slot);
  let i = 0;
  for (let w = 0; w < words; w++) {
    const word = needed.word(w);
    for (let rest = word.value; rest != 0; rest &= rest - 1) {
      const direction = inRow(directions, (w << 6) + <i32>ctz(rest));
      const list = direction.list;
      const copy = ways == 1 ? slot : copyPacket(slot);
      const node = packetAt(list);
      if (node.next < 0) {
        packetAt(copy).destination = node.destination;
        releasePacket(list);
      } else packetAt(copy).destination = -1 - list;
      aim(input, i++, copy, direction.way);
    }
    word.value = 0;
  }
  input.total = <u8>ways;
  input.live = <u8>ways;
}

/** Sorts the destinations of a packet with a planned tree. */
function splitPlanned(input: Input, slot: i32, node: PlannedNode): void {
  const branches = node.branches;
  for (let i = 0, branch = branchesBehind(node); i < branches; i++, branch = branch.next) {
    const copy = branches == 1 ? slot : copyPacket(slot);
    const packet = packetAt(copy);
    const destination = branch.destination;
    packet.destination = destination;
    if (destination >= 0) packet.tag = branch.tag | (packet.tag & 1);
    aim(input, i, copy, branch.port);
  }
  input.total = <u8>branches;
  input.live = <u8>branches;
}

/** The packet at the front of `input`. */
@inline
export function frontSlot(input: Input): i32 {
  return <i32>(input.buffer[input.front] >> 2);
}

/** The branches of the head at the front of `input`. */
@inline
export function computeRoute(router: Router, input: Input): void {
  const slot = frontSlot(input);
  const packet = packetAt(slot);
  const destination = packet.destination;
  if (destination >= 0) aim(input, 0, slot, wayTo(router, packet, destination));
  else if (<u32>destination >> 30 == PLANNED >> 30)
    splitPlanned(input, slot, changetype<PlannedNode>(<usize>(<u32>destination & ~PLANNED)));
  else split(router, input, slot);
}
