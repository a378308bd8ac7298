/** Counters of the compiled network kernel as the host reads them: what is counted as it happens, and waiting that has not ended. */
import {
  BRANCHES,
  P_FLITS,
  pointer,
  portAt,
  PORTS,
  Q_COUNT,
  Q_HELD,
  Q_SENT,
  Q_SINCE,
  Q_TOTAL,
  requesterAt,
  REQUESTERS,
  Router,
  routerAt,
  ROUTERS,
  SINGLE,
  TREES,
  V_CREDIT,
  VIRTUAL,
} from "./noc-records.part.as";
import { counters, heads, links, routers, routingCycles } from "./noc-setup.part.as";
import { cycle } from "./noc-wheel.part.as";

@inline
function addTo(at: usize, many: i32): void {
  store<f64>(at, load<f64>(at) + <f64>many);
}

function settleWaiting(router: Router, row: usize, heads: u64, headCycles: i32, starved: u64, starvedCycles: i32): void {
  router.waiting = heads;
  router.starved = starved;
  addTo(row + 40, starvedCycles);
  addTo(row + 48, headCycles);
  if (router.flits > 0) addTo(row + 64, <i32>(<u32>cycle - router.since));
}

/** Adds to a row of counters what waiting for one way a packet has not counted yet, and sets the masks that say who waits. */
function settleSingle(router: Router, row: usize): void {
  let heads: u64 = 0;
  let starved: u64 = 0;
  let headCycles: i32 = 0;
  let starvedCycles: i32 = 0;
  for (let li = 0; li < REQUESTERS; li++) {
    const input = requesterAt(router, li);
    const output = pointer(input, Q_HELD);
    const held = <i32>load<u16>(input, Q_COUNT);
    if (VIRTUAL) store<u8>(input, held > 0 || output != 0 ? 1 : 0, Q_TOTAL);
    if (held == 0) continue;
    const bit = (<u64>1) << <u64>li;
    const waited = <i32>(<u32>cycle - load<u32>(input, Q_SINCE));
    if (output == 0) {
      heads |= bit;
      headCycles += max(0, waited);
    } else if (load<u16>(output, V_CREDIT) == 0) {
      starved |= bit;
      starvedCycles += max(0, waited);
    }
  }
  settleWaiting(router, row, heads, headCycles, starved, starvedCycles);
}

/** The same of a router of trees, whose branches wait apart. */
function settleTrees(router: Router, row: usize): void {
  let heads: u64 = 0;
  let starved: u64 = 0;
  let headCycles: i32 = 0;
  let starvedCycles: i32 = 0;
  for (let first = 0; first < REQUESTERS; first += BRANCHES) {
    const input = requesterAt(router, first);
    const held = <i32>load<u16>(input, Q_COUNT);
    for (let li = first; li < first + <i32>load<u8>(input, Q_TOTAL); li++) {
      const requester = requesterAt(router, li);
      const output = pointer(requester, Q_HELD);
      const sent = <i32>load<i16>(requester, Q_SENT);
      const bit = (<u64>1) << <u64>li;
      const waited = max(0, <i32>(<u32>cycle - load<u32>(requester, Q_SINCE)));
      if (output == 0) {
        if (sent < 0) continue;
        heads |= bit;
        headCycles += waited;
      } else if (sent < held && load<u16>(output, V_CREDIT) == 0) {
        starved |= bit;
        starvedCycles += waited;
      }
    }
  }
  settleWaiting(router, row, heads, headCycles, starved, starvedCycles);
}

/** Heads that have come to the front and are not routed yet wait later. */
function settleHeads(): void {
  for (let at = heads + 4, end = at + (<usize>load<u32>(heads) << 2); at < end; at += 4) store<u32>(load<u32>(at), <u32>cycle + routingCycles, Q_SINCE);
}

/** Copies the counters into [router][ROUTER_COUNTERS] and [router][port]. A flit that went through the switch was read, granted and linked once. */
export function settleCounters(): void {
  if (VIRTUAL) settleHeads();
  for (let r = 0; r < ROUTERS; r++) {
    const router = routerAt(routers, r);
    let passed: f64 = 0;
    for (let port = 0; port < PORTS; port++) {
      const flits = <f64>load<i64>(portAt(router, port), P_FLITS);
      store<f64>(links + ((<usize>(r * PORTS + port)) << 3), flits);
      passed += flits;
    }
    let held = 0;
    for (let li = 0; li < REQUESTERS; li += BRANCHES) held += <i32>load<u16>(requesterAt(router, li), Q_COUNT);
    const row = counters + <usize>r * 72;
    // Without copies, what was written was read or is still there.
    store<f64>(row, BRANCHES == 1 ? passed + <f64>held : <f64>router.writes);
    store<f64>(row, passed, 8);
    store<f64>(row, passed, 16);
    store<f64>(row, <f64>router.vcAllocations, 24);
    store<f64>(row, passed, 32);
    store<f64>(row, <f64>router.stallCredit, 40);
    store<f64>(row, <f64>router.stallVc, 48);
    store<f64>(row, <f64>router.stallSwitch, 56);
    store<f64>(row, <f64>router.awakeCycles, 64);
    if (SINGLE || VIRTUAL) settleSingle(router, row);
    else if (TREES) settleTrees(router, row);
  }
}
