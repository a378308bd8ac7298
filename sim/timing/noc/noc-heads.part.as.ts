/** Heads in the compiled kernel: routes, multicast branches, the start of a packet. The rules of route.ts, odd-even.ts and kernel.ts. */
import { copyPacket, coreAt, packetAt, releasePacket } from "./noc-endpoints.part.as";
import {
  bitOf,
  CORES,
  Packet,
  PLANNED,
  pointer,
  Q_BUFFER,
  Q_CHILD,
  Q_FRONT,
  Q_LIVE,
  Q_OUT,
  Q_PERMITTED,
  Q_SENT,
  Q_TOTAL,
  Router,
  V_CREDIT,
  vcAt,
  VCS,
} from "./noc-records.part.as";
import { allVcs, flags, height, lowerHalf, ODD_EVEN, portTable, TREE, upperHalf, ways, width, WRAP, Y_FIRST } from "./noc-setup.part.as";

/** Output port towards a core of a mesh, remembered from the first time in a table where it is small. */
@inline
export function wayTo(router: Router, packet: Packet, core: i32): i32 {
  if (portTable == 0) return route(router, packet, core);
  const entry = portTable + <usize>(router.number * CORES + core);
  const known = <i32>load<u8>(entry);
  if (known != 255) return known | (allVcs << 8);
  const way = route(router, packet, core);
  store<u8>(entry, way);
  return way;
}

/** Credits of the VCs of an output port. */
function creditsOf(router: Router, port: i32): i32 {
  let sum = 0;
  const first = vcAt(router, port * VCS);
  for (let output = first, end = first + (<usize>VCS << 4); output < end; output += 16) sum += <i32>load<u16>(output, V_CREDIT);
  return sum;
}

/** Output port by the odd-even turn model. */
function adaptivePort(router: Router, packet: Packet, goal: Router): i32 {
  const x = router.x;
  const y = router.y;
  const goalX = goal.x;
  const goalY = goal.y;
  const vertical = goalY > y ? 2 : 3;
  if (goalX == x) return vertical;
  const horizontal = goalX > x ? 0 : 1;
  if (goalY == y) return horizontal;
  const odd = (x & 1) == 1;
  if (horizontal == 1) {
    if (odd) return horizontal;
  } else {
    if (!odd && x != packet.source.x) return horizontal;
    if ((goalX & 1) == 0 && goalX - x == 1) return vertical;
  }
  return creditsOf(router, vertical) > creditsOf(router, horizontal) ? vertical : horizontal;
}

/** Place of a router in dimension 0, x, or 1, y. */
@inline
function placeOf(router: Router, dimension: i32): i32 {
  return dimension == 0 ? router.x : router.y;
}

/** Output port and, from bit 8, permitted VCs towards `core`. */
function route(router: Router, packet: Packet, core: i32): i32 {
  const home = coreAt(core);
  const goalRouter = home.router;
  if (goalRouter == router) return home.port | (allVcs << 8);
  if (flags & ODD_EVEN) return adaptivePort(router, packet, goalRouter) | (allVcs << 8);
  let dimension = flags & Y_FIRST ? 1 : 0;
  if (placeOf(goalRouter, dimension) == placeOf(router, dimension)) dimension ^= 1;
  const at = placeOf(router, dimension);
  const goal = placeOf(goalRouter, dimension);
  if ((flags & WRAP) == 0) return (2 * dimension + (goal > at ? 0 : 1)) | (allVcs << 8);
  const size = dimension == 0 ? width : height;
  const twice = 2 * (goal > at ? goal - at : goal - at + size);
  const bits = packet.flags;
  const plus = twice < size || (twice == size && (bits & (1 << dimension)) != 0);
  const port = 2 * dimension + (plus ? 0 : 1);
  if (VCS == 1) return port | (allVcs << 8);
  let reached = goal;
  if (bits & TREE) reached = plus ? (at + 1) % size : (at - 1 + size) % size;
  const upper = reached < placeOf(packet.source, dimension);
  return port | ((upper ? upperHalf : lowerHalf) << 8);
}

@inline
function aim(router: Router, requester: usize, slot: i32, way: i32): void {
  store<u8>(requester, way & 255, Q_OUT);
  store<u16>(requester, way >> 8, Q_PERMITTED);
  store<i32>(requester, slot, Q_CHILD);
  store<i16>(requester, 0, Q_SENT);
  router.waiting |= bitOf(router, requester);
}

function split(router: Router, input: usize, slot: i32): void {
  const packet = packetAt(slot);
  let directions: u32 = 0;
  for (let node = -1 - packet.destination; node >= 0; ) {
    const at = packetAt(node);
    const after = at.next;
    const way = wayTo(router, packet, at.destination);
    const port = way & 255;
    const entry = ways + (<usize>port << 3);
    if ((directions & (1 << port)) == 0) {
      directions |= 1 << port;
      store<i32>(entry, -1);
      store<i32>(entry, way, 4);
    }
    at.next = load<i32>(entry);
    store<i32>(entry, node);
    node = after;
  }
  const many = <i32>popcnt(directions);
  let requester = input;
  for (let rest = directions; rest != 0; rest &= rest - 1) {
    const entry = ways + (<usize>ctz(rest) << 3);
    const list = load<i32>(entry);
    const copy = many == 1 ? slot : copyPacket(slot);
    const node = packetAt(list);
    if (node.next < 0) {
      packetAt(copy).destination = node.destination;
      releasePacket(list);
    } else packetAt(copy).destination = -1 - list;
    aim(router, requester, copy, load<i32>(entry, 4));
    requester += 32;
  }
  store<u8>(input, many, Q_TOTAL);
  store<u8>(input, many, Q_LIVE);
}

/** The same by a tree that is known. */
function splitPlanned(router: Router, input: usize, slot: i32, node: usize): void {
  const many = load<i32>(node);
  let requester = input;
  for (let branch = node + 4, end = branch + 12 * <usize>many; branch < end; branch += 12, requester += 32) {
    const copy = many == 1 ? slot : copyPacket(slot);
    const packet = packetAt(copy);
    const destination = load<i32>(branch, 4);
    packet.destination = destination;
    if (destination >= 0) packet.tag = load<u32>(branch, 8) | (packet.tag & 1);
    aim(router, requester, copy, load<i32>(branch) | (allVcs << 8));
  }
  store<u8>(input, many, Q_TOTAL);
  store<u8>(input, many, Q_LIVE);
}

@inline
export function computeRoute(router: Router, input: usize): void {
  const slot = <i32>(load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2);
  const packet = packetAt(slot);
  const destination = packet.destination;
  if (destination >= 0) aim(router, input, slot, wayTo(router, packet, destination));
  else if (<u32>destination >> 30 == PLANNED >> 30) splitPlanned(router, input, slot, <usize>(<u32>destination & ~PLANNED));
  else split(router, input, slot);
}

@inline
export function startPacket(router: Router, input: usize): void {
  store<u16>(input, 0x0101, Q_TOTAL); // total and live
  router.routing |= bitOf(router, input);
}

