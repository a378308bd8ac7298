/** Heads in the compiled kernel: routes, multicast branches, the start of a packet. The rules of route.ts, odd-even.ts and kernel.ts. */
import { copyPacket, coreAt, packetAt, releasePacket } from "./noc-endpoints.part.as";
import {
  C_PORT,
  C_ROUTER,
  CORES,
  K_DESTINATION,
  K_FLAGS,
  K_NEXT,
  K_SOURCE,
  K_TAG,
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
  R_NUMBER,
  R_X,
  R_Y,
  ROUTING,
  set,
  V_CREDIT,
  vcAt,
  VCS,
  WAITING,
} from "./noc-records.part.as";
import { allVcs, flags, height, lowerHalf, ODD_EVEN, portTable, TREE, upperHalf, ways, width, WRAP, Y_FIRST } from "./noc-setup.part.as";

/** Output port towards a core of a mesh, remembered from the first time in a table where it is small. */
@inline
export function wayTo(router: usize, packet: usize, core: i32): i32 {
  if (portTable == 0) return route(router, packet, core);
  const entry = portTable + <usize>(load<i32>(router, R_NUMBER) * CORES + core);
  const known = <i32>load<u8>(entry);
  if (known != 255) return known | (allVcs << 8);
  const way = route(router, packet, core);
  store<u8>(entry, way);
  return way;
}

/** Credits of the VCs of an output port. */
function creditsOf(router: usize, port: i32): i32 {
  let sum = 0;
  const first = vcAt(router, port * VCS);
  for (let output = first, end = first + (<usize>VCS << 4); output < end; output += 16) sum += <i32>load<u16>(output, V_CREDIT);
  return sum;
}

/** Output port by the odd-even turn model. */
function adaptivePort(router: usize, packet: usize, goal: usize): i32 {
  const x = load<i32>(router, R_X);
  const y = load<i32>(router, R_Y);
  const goalX = load<i32>(goal, R_X);
  const goalY = load<i32>(goal, R_Y);
  const vertical = goalY > y ? 2 : 3;
  if (goalX == x) return vertical;
  const horizontal = goalX > x ? 0 : 1;
  if (goalY == y) return horizontal;
  const odd = (x & 1) == 1;
  if (horizontal == 1) {
    if (odd) return horizontal;
  } else {
    if (!odd && x != load<i32>(pointer(packet, K_SOURCE), R_X)) return horizontal;
    if ((goalX & 1) == 0 && goalX - x == 1) return vertical;
  }
  return creditsOf(router, vertical) > creditsOf(router, horizontal) ? vertical : horizontal;
}

/** Output port and, from bit 8, permitted VCs towards `core`. */
function route(router: usize, packet: usize, core: i32): i32 {
  const home = coreAt(core);
  const goalRouter = pointer(home, C_ROUTER);
  if (goalRouter == router) return load<i32>(home, C_PORT) | (allVcs << 8);
  if (flags & ODD_EVEN) return adaptivePort(router, packet, goalRouter) | (allVcs << 8);
  let dimension = flags & Y_FIRST ? 1 : 0;
  if (load<i32>(goalRouter + R_X + (<usize>dimension << 2)) == load<i32>(router + R_X + (<usize>dimension << 2))) dimension ^= 1;
  const offset = R_X + (<usize>dimension << 2);
  const at = load<i32>(router + offset);
  const goal = load<i32>(goalRouter + offset);
  if ((flags & WRAP) == 0) return (2 * dimension + (goal > at ? 0 : 1)) | (allVcs << 8);
  const size = dimension == 0 ? width : height;
  const twice = 2 * (goal > at ? goal - at : goal - at + size);
  const bits = load<i32>(packet, K_FLAGS);
  const plus = twice < size || (twice == size && (bits & (1 << dimension)) != 0);
  const port = 2 * dimension + (plus ? 0 : 1);
  if (VCS == 1) return port | (allVcs << 8);
  let reached = goal;
  if (bits & TREE) reached = plus ? (at + 1) % size : (at - 1 + size) % size;
  const upper = reached < load<i32>(pointer(packet, K_SOURCE) + offset);
  return port | ((upper ? upperHalf : lowerHalf) << 8);
}

@inline
function aim(router: usize, requester: usize, slot: i32, way: i32): void {
  store<u8>(requester, way & 255, Q_OUT);
  store<u16>(requester, way >> 8, Q_PERMITTED);
  store<i32>(requester, slot, Q_CHILD);
  store<i16>(requester, 0, Q_SENT);
  set(router, WAITING, requester);
}

function split(router: usize, input: usize, slot: i32): void {
  const packet = packetAt(slot);
  let directions: u32 = 0;
  for (let node = -1 - load<i32>(packet, K_DESTINATION); node >= 0; ) {
    const at = packetAt(node);
    const after = load<i32>(at, K_NEXT);
    const way = wayTo(router, packet, load<i32>(at, K_DESTINATION));
    const port = way & 255;
    const entry = ways + (<usize>port << 3);
    if ((directions & (1 << port)) == 0) {
      directions |= 1 << port;
      store<i32>(entry, -1);
      store<i32>(entry, way, 4);
    }
    store<i32>(at, load<i32>(entry), K_NEXT);
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
    if (load<i32>(node, K_NEXT) < 0) {
      store<i32>(packetAt(copy), load<i32>(node, K_DESTINATION), K_DESTINATION);
      releasePacket(list);
    } else store<i32>(packetAt(copy), -1 - list, K_DESTINATION);
    aim(router, requester, copy, load<i32>(entry, 4));
    requester += 32;
  }
  store<u8>(input, many, Q_TOTAL);
  store<u8>(input, many, Q_LIVE);
}

/** The same by a tree that is known. */
function splitPlanned(router: usize, input: usize, slot: i32, node: usize): void {
  const many = load<i32>(node);
  let requester = input;
  for (let branch = node + 4, end = branch + 12 * <usize>many; branch < end; branch += 12, requester += 32) {
    const copy = many == 1 ? slot : copyPacket(slot);
    const packet = packetAt(copy);
    const destination = load<i32>(branch, 4);
    store<i32>(packet, destination, K_DESTINATION);
    if (destination >= 0) store<u32>(packet, load<u32>(branch, 8) | (load<u32>(packet, K_TAG) & 1), K_TAG);
    aim(router, requester, copy, load<i32>(branch) | (allVcs << 8));
  }
  store<u8>(input, many, Q_TOTAL);
  store<u8>(input, many, Q_LIVE);
}

@inline
export function computeRoute(router: usize, input: usize): void {
  const slot = <i32>(load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2);
  const packet = packetAt(slot);
  const destination = load<i32>(packet, K_DESTINATION);
  if (destination >= 0) aim(router, input, slot, wayTo(router, packet, destination));
  else if (<u32>destination >> 30 == PLANNED >> 30) splitPlanned(router, input, slot, <usize>(<u32>destination & ~PLANNED));
  else split(router, input, slot);
}

@inline
export function startPacket(router: usize, input: usize): void {
  store<u16>(input, 0x0101, Q_TOTAL); // total and live
  set(router, ROUTING, input);
}

