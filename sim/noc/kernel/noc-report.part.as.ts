/**
 * State for the report of a deadlock: which requesters wait, and for what. Numbers: rq = (router x inputs + input) x branches + branch; output VCs like inputs.
 */
import { isNone } from "../../../base/kernel/views.part.as";
import * as places from "./noc-places.part.as";
import { BRANCHES, generalBranch, INPUTS, routerAt, routerOf, SINGLE, TREES, treeBranch } from "./noc-places.part.as";
import * as records from "./noc-records.part.as";
import { GeneralBranch, Input, OutputVc, TreeBranch } from "./noc-records.part.as";
import { routers } from "./noc-settings.part.as";

function inputOf(iv: i32): Input {
  return places.inputAt(routerAt(routers, iv / INPUTS), iv % INPUTS);
}

/** Whether each input is its own only branch. */
@inline
function isListed(): bool {
  return SINGLE || places.VIRTUAL;
}

@inline
function virtualOf(rq: i32): records.VirtualInput {
  return changetype<records.VirtualInput>(inputOf(rq));
}

@inline
function singleOf(rq: i32): records.SingleInput {
  return changetype<records.SingleInput>(inputOf(rq));
}

@inline
function treeOf(rq: i32): TreeBranch {
  return treeBranch(inputOf(rq / BRANCHES), rq % BRANCHES);
}

@inline
function generalOf(rq: i32): GeneralBranch {
  return generalBranch(inputOf(rq / BRANCHES), rq % BRANCHES);
}

function heldOf(rq: i32): OutputVc {
  if (SINGLE) return singleOf(rq).held;
  if (places.VIRTUAL) return virtualOf(rq).held;
  return TREES ? changetype<OutputVc>(treeOf(rq).held) : changetype<OutputVc>(generalOf(rq).held);
}

/** 1 if its head requests an output VC. */
export function isWaiting(rq: i32): i32 {
  if (isListed()) return inputOf(rq).count > 0 && isNone(heldOf(rq)) ? 1 : 0;
  if (!TREES) return generalOf(rq).state == records.WAITING ? 1 : 0;
  return rq % BRANCHES < totalOf(rq / BRANCHES) && isNone(heldOf(rq)) && treeOf(rq).sent >= 0 ? 1 : 0;
}

/** 1 if it has a flit and no credit. */
export function isStarved(rq: i32): i32 {
  if (!isListed() && !TREES) return generalOf(rq).state == records.STARVED ? 1 : 0;
  const held = heldOf(rq);
  if (isNone(held) || held.credit > 0) return 0;
  const sent = TREES ? <i32>treeOf(rq).sent : 0;
  return sent < <i32>inputOf(TREES ? rq / BRANCHES : rq).count ? 1 : 0;
}

/** Output port that it requests; the other function: output VCs that it may take. */
export function outOf(rq: i32): i32 {
  if (SINGLE) return singleOf(rq).out;
  if (places.VIRTUAL) return virtualOf(rq).out;
  return TREES ? <i32>treeOf(rq).out : <i32>generalOf(rq).out;
}

export function permittedOf(rq: i32): i32 {
  if (SINGLE || TREES) return 1;
  return places.VIRTUAL ? <i32>virtualOf(rq).permitted : generalOf(rq).permitted;
}

/** Number of the output VC that it holds; -1: none. */
export function heldBy(rq: i32): i32 {
  const output = heldOf(rq);
  if (isNone(output)) return -1;
  const router = routerOf(output);
  return router.number * INPUTS + places.numberOfVc(router, output);
}

/** Number of branches of the packet at the front of an input VC. */
export function totalOf(iv: i32): i32 {
  const input = inputOf(iv);
  if (!places.VIRTUAL) return input.total;
  return input.count > 0 || !isNone(changetype<records.VirtualInput>(input).held) ? 1 : 0;
}
