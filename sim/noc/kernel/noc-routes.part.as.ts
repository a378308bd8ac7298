/**
 * Routes of the compiled kernel: a topology's own from a table; dimension order over its grid, with virtual channels split if links wrap around; or odd-even on
 * a mesh.
 *
 * Ring (and torus in each of its rings): the shorter way in each ring; at half-way distance the packet's coin decides. A unicast packet keeps one half of the
 * VCs for its whole way in a ring: in + direction the upper half if the way wraps, else the lower; in - direction the reverse. Destinations of a multicast
 * packet may differ in this, so it changes to the other half at the wrap-around link. Neither allows a circle of waiting in a ring. With one VC there is
 * nothing to split, and a ring can deadlock. If the number of VCs is odd, the upper half has one more, or both halves use the middle one. Odd-even: in even
 * columns no packet turns from east to north or south, in odd columns none from north or south to west. So a circle of waiting has no possible rightmost
 * column, and no VC is needed against deadlock.
 * Source: W. J. Dally, C. L. Seitz, IEEE Trans. Computers C-36 (1987); halves as in BookSim 2 (`dim_order_torus`). G.-M. Chiu, "The odd-even turn
 * model for adaptive routing", IEEE Trans. Parallel and Distributed Systems 11 (2000), function ROUTE.
 */
import { isNone } from "../../../base/kernel/views.part.as";
import { coreAt } from "./noc-endpoints.part.as";
import { CORES, creditsBehind, VCS, vcAt } from "./noc-places.part.as";
import { Credits, Packet, Router } from "./noc-records.part.as";
import * as settings from "./noc-settings.part.as";

const LOWER = 1 << 8;
const UPPER = 2 << 8;

/** Bits of the VCs of its port that a way permits. */
@inline
export function vcsOf(way: i32): u32 {
  const half = way & ~255;
  return half == 0 ? settings.allVcs : half == LOWER ? settings.lowerHalf : settings.upperHalf;
}

/** `route` with a table of ports, filled as routes are first computed, if it is small and packets share routes. */
@inline
export function wayTo(router: Router, packet: Packet, core: i32): i32 {
  if (isNone(settings.portTable)) return route(router, packet, core);
  const entry = router.number * CORES + core;
  const known = <i32>settings.portTable[entry];
  if (known != 255) return known;
  const way = route(router, packet, core);
  settings.portTable[entry] = <u8>way;
  return way;
}

/** Sum of the credits of the VCs of an output port. */
function creditsOf(router: Router, port: i32): i32 {
  let sum = 0;
  const first = vcAt<Credits>(router, port * VCS);
  for (let vc = 0; vc < VCS; vc++) sum += <i32>creditsBehind<Credits>(first, vc).credit;
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

/** Coordinate of a router in dimension 0, x, or 1, y. */
@inline
function placeOf(router: Router, dimension: i32): i32 {
  return dimension == 0 ? router.x : router.y;
}

/** Output port and, from bit 8, the permitted half of the VCs (`vcsOf`) towards `core`. */
function route(router: Router, packet: Packet, core: i32): i32 {
  const home = coreAt(core);
  const goalRouter = home.router;
  if (goalRouter == router) return home.port;
  if ((settings.flags & settings.ODD_EVEN) != 0) return adaptivePort(router, packet, goalRouter);
  let dimension = (settings.flags & settings.Y_FIRST) != 0 ? 1 : 0;
  if (placeOf(goalRouter, dimension) == placeOf(router, dimension)) dimension ^= 1;
  const at = placeOf(router, dimension);
  const goal = placeOf(goalRouter, dimension);
  if ((settings.flags & settings.WRAP) == 0) return 2 * dimension + (goal > at ? 0 : 1);
  const size = dimension == 0 ? settings.width : settings.height;
  const twice = 2 * (goal > at ? goal - at : goal - at + size);
  const bits = packet.flags;
  const plus = twice < size || (twice == size && (bits & (1 << dimension)) != 0);
  const port = 2 * dimension + (plus ? 0 : 1);
  if (VCS == 1) return port;
  let reached = goal;
  if ((bits & settings.TREE) != 0) reached = plus ? (at + 1) % size : (at - 1 + size) % size;
  const upper = reached < placeOf(packet.source, dimension);
  return port | (upper ? UPPER : LOWER);
}
