/** Counters of the compiled network kernel as the host reads them: counts taken as events happen, and waits that have not ended yet. */
import { Table } from "../../../base/kernel/views.part.as";
import * as places from "./noc-places.part.as";
import { BRANCHES, INPUTS, PORTS, portAt, ROUTERS, routerAt, SINGLE, TREES, treeBranch, VIRTUAL } from "./noc-places.part.as";
import * as records from "./noc-records.part.as";
import { Port, Router } from "./noc-records.part.as";
import { isStarved, isWaiting } from "./noc-report.part.as";
import { routers } from "./noc-settings.part.as";
import { counters, links } from "./noc-setup.part.as";
import { settleTreeHeads } from "./noc-tree.part.as";
import { settleVirtualHeads } from "./noc-virtual.part.as";
import { cycle } from "./noc-wheel.part.as";

/** A row of ROUTER_COUNTERS. */
@unmanaged
class Row {
  bufferWrites: f64;
  bufferReads: f64;
  crossbarFlits: f64;
  vcAllocations: f64;
  switchAllocations: f64;
  stallCredit: f64;
  stallVc: f64;
  stallSwitch: f64;
  awake: f64;
}

/** Cycles that a requester has waited since `since`; 0 if its wait begins later. */
@inline
function waited(since: u32): f64 {
  return <f64>max(0, <i32>(<u32>cycle - since));
}

function sinceOf(router: Router, number: i32, branch: i32): u32 {
  const input = places.inputAt(router, number);
  if (SINGLE) return changetype<records.SingleInput>(input).since;
  return VIRTUAL ? changetype<records.VirtualInput>(input).since : treeBranch(input, branch).since;
}

/** Adds to a row of counters the waits that the list-based loops have not counted yet. */
function settleWaiting(router: Router, row: Row): void {
  for (let number = 0; number < INPUTS; number++) {
    for (let branch = 0; branch < BRANCHES; branch++) {
      const rq = (router.number * INPUTS + number) * BRANCHES + branch;
      if (isWaiting(rq) == 1) row.stallVc += waited(sinceOf(router, number, branch));
      else if (isStarved(rq) == 1) row.stallCredit += waited(sinceOf(router, number, branch));
    }
  }
  if (router.flits > 0) row.awake += <f64>(<i32>(<u32>cycle - router.since));
}

/** Writes the counters as [router][ROUTER_COUNTERS] and [router][port]. Each flit through the switch counts one read, one grant and one link flit. */
export function settleCounters(): void {
  if (VIRTUAL) settleVirtualHeads();
  else if (TREES) settleTreeHeads();
  const flits = changetype<Table<f64>>(links);
  for (let r = 0; r < ROUTERS; r++) {
    const router = routerAt(routers, r);
    let passed: f64 = 0;
    for (let port = 0; port < PORTS; port++) {
      const sent = <f64>portAt<Port>(router, port).flits;
      flits[r * PORTS + port] = sent;
      passed += sent;
    }
    let held: f64 = 0;
    for (let number = 0; number < INPUTS; number++) held += <f64>places.inputAt(router, number).count;
    const row = changetype<Row>(counters + <usize>r * offsetof<Row>());
    // without copies, every flit written has been read or is still in a buffer
    row.bufferWrites = BRANCHES == 1 ? passed + held : <f64>router.writes;
    row.bufferReads = passed;
    row.crossbarFlits = passed;
    row.vcAllocations = <f64>router.vcAllocations;
    row.switchAllocations = passed;
    row.stallCredit = <f64>router.stallCredit;
    row.stallVc = <f64>router.stallVc;
    row.stallSwitch = <f64>router.stallSwitch;
    row.awake = <f64>router.awakeCycles;
    if (SINGLE || TREES || VIRTUAL) settleWaiting(router, row);
  }
}
