/** Parameters of the compiled network kernel: its grid, routing, pipeline and halves of VCs; addresses of its routers and ways. */
import { none, Table } from "../../../base/kernel/views.part.as";

/** Bits of `flags`. */
export const WRAP = 1;
export const Y_FIRST = 2;
export const TREE = 4;
export const ODD_EVEN = 8;
export const SHARED_MIDDLE = 16;
/** The table of ports is complete from the beginning. */
export const GIVEN_WAYS = 32;
/** Some links take several cycles per flit. */
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
/** Address of the routers. */
export let routers: usize = 0;
/**
 * [router][core] output port, 255: not computed yet. None if it would be large, or if a route depends on more than router and core. With GIVEN_WAYS it is
 * complete, at any size.
 */
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
