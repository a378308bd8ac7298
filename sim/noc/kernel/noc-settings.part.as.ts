/** What the compiled network kernel was created with: its grid, routing, pipeline and halves of VCs; where its routers and ways are. */
import { none, Table } from "../../../base/kernel/views.part.as";

/** Bits of `flags`. */
export const WRAP = 1;
export const Y_FIRST = 2;
export const TREE = 4;
export const ODD_EVEN = 8;
export const SHARED_MIDDLE = 16;
/** Every way stands in the table from the beginning. */
export const GIVEN_WAYS = 32;
/** Some link takes several cycles for a flit. */
export const SLOW_LINKS = 64;

export let width = 0;
export let height = 0;
export let flags = 0;
export let ringMask = 0;
export let routingCycles = 0;
export let vcCycles = 0;
export let lowerHalf = 0;
export let upperHalf = 0;
export let allVcs = 0;
/** Where the routers begin. */
export let routers: usize = 0;
/** [router][core] output port, 255: not yet known; none where it would be large or a route depends on more. With GIVEN_WAYS complete, whatever its size. */
export let portTable: Table<u8> = none<Table<u8>>();

export function setShape(gridWidth: i32, gridHeight: i32, mode: i32, routing: i32, allocation: i32, bufferRing: i32): void {
  width = gridWidth;
  height = gridHeight;
  flags = mode;
  routingCycles = routing;
  vcCycles = allocation;
  ringMask = bufferRing - 1;
}

export function setVcs(vcs: i32): void {
  allVcs = (1 << vcs) - 1;
  upperHalf = allVcs & ~((1 << (vcs >> 1)) - 1);
  lowerHalf = (flags & SHARED_MIDDLE) != 0 ? (1 << ((vcs + 1) >> 1)) - 1 : (1 << (vcs >> 1)) - 1;
}

export function setAddresses(firstRouter: usize, ways: Table<u8>): void {
  routers = firstRouter;
  portTable = ways;
}
