/** What a report of a deadlock asks: which requesters wait, and for what. Numbers: rq = (router x inputs + input) x branches + branch, ov as inputs. */
import {
  BRANCHES,
  OUTPUTS,
  pointer,
  Q_HELD,
  Q_OUT,
  Q_PERMITTED,
  Q_TOTAL,
  requesterAt,
  REQUESTERS,
  Router,
  routerAt,
  routerOf,
  vcAt,
} from "./noc-records.part.as";
import { routers } from "./noc-setup.part.as";

function routerOfRequester(rq: i32): Router {
  return routerAt(routers, rq / REQUESTERS);
}

function recordOf(rq: i32): usize {
  return requesterAt(routerOfRequester(rq), rq % REQUESTERS);
}

function isIn(mask: u64, rq: i32): i32 {
  return <i32>(mask >> <u64>(rq % REQUESTERS)) & 1;
}

/** 1: its head asks for an output VC. After `settleCounters`. */
export function isWaiting(rq: i32): i32 {
  return isIn(routerOfRequester(rq).waiting, rq);
}

/** 1: it has a flit and no credit. After `settleCounters`. */
export function isStarved(rq: i32): i32 {
  return isIn(routerOfRequester(rq).starved, rq);
}

/** Output port that it asks for, output VCs that it may take. */
export function outOf(rq: i32): i32 {
  return load<u8>(recordOf(rq), Q_OUT);
}

export function permittedOf(rq: i32): i32 {
  return load<u16>(recordOf(rq), Q_PERMITTED);
}

/** Number of the output VC that it holds; -1: none. */
export function heldBy(rq: i32): i32 {
  const output = pointer(recordOf(rq), Q_HELD);
  if (output == 0) return -1;
  const router = routerOf(output);
  return router.number * OUTPUTS + <i32>((output - vcAt(router, 0)) >> 4);
}

/** Branches of the packet at the front of an input VC. After `settleCounters`. */
export function totalOf(iv: i32): i32 {
  return load<u8>(recordOf(iv * BRANCHES), Q_TOTAL);
}
