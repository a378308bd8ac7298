/** Builds the records of the compiled network kernel in memory, and wires them. */
import { ALLOCATION_BYTES, initAllocation } from "./noc-allocation.part.as";
import { coreAt, endpointBytes, initEndpoints, initPool } from "./noc-endpoints.part.as";
import {
  BRANCHES,
  CORE_BYTES,
  CORES,
  OUTPUTS,
  P_CREDIT_CYCLES,
  P_FIRST,
  P_FLIT_CYCLES,
  P_FREE,
  P_UP,
  portAt,
  Q_BUFFER,
  Q_INPUT,
  Q_NUMBER,
  Q_PERMITTED,
  Q_PORT,
  Q_UP,
  Q_VC,
  requesterAt,
  REQUESTERS,
  ROUTER_SHIFT,
  routerAt,
  ROUTERS,
  setSizes,
  SINGLE,
  SOURCE,
  SOURCE_WAITS,
  sourceVc,
  TREES,
  V_BIT,
  V_CREDIT,
  V_PORT,
  V_TARGET,
  V_WAITER,
  vcAt,
  VCS,
  VIRTUAL,
} from "./noc-records.part.as";
import { initWheel, wheelBytes } from "./noc-wheel.part.as";

/** Bits of `flags`. */
export const WRAP = 1;
export const Y_FIRST = 2;
export const TREE = 4;
export const ODD_EVEN = 8;
export const SHARED_MIDDLE = 16;
/** Every way stands in the table from the beginning. */
export const GIVEN_WAYS = 32;

export let width = 0;
export let height = 0;
export let flags = 0;
export let ringMask = 0;
export let routingCycles = 0;
export let vcCycles = 0;
export let lowerHalf = 0;
export let upperHalf = 0;
export let allVcs = 0;
export let awake: usize = 0;
export let awakeWords = 0;
/**
 * Lists of a network of single routers, trees or routers of several VCs: heads to route; free outputs, or ports with free VCs, that are asked for; inputs
 * that send now and next, or routers with inputs that can send; branches with a new output, or inputs that won the switch.
 */
export let heads: usize = 0;
export let asked: usize = 0;
export let readyNow: usize = 0;
export let readyNext: usize = 0;
export let granted: usize = 0;

@inline
export function swapReady(): void {
  const now = readyNow;
  readyNow = readyNext;
  readyNext = now;
}

/** Scratch of `split`: [port] list and way. */
export let ways: usize = 0;
export let routers: usize = 0;
/** [router][core] output port, 255: not yet known; 0 where it would be large or a route depends on more. With GIVEN_WAYS complete, whatever its size. */
export let portTable: usize = 0;
const TABLE_BYTES = 1 << 16;
/** Where the network's memory begins: behind what the caller has reserved. */
let base: usize = __heap_base;
export let counters: usize = 0;
export let links: usize = 0;

function inputAt(iv: i32): usize {
  const router = iv / OUTPUTS;
  return requesterAt(routerAt(routers, router), (iv - router * OUTPUTS) * BRANCHES);
}

/** Output VC `ov` of a router, or of a source behind them. */
function outputAt(ov: i32): usize {
  const source = ov - ROUTERS * OUTPUTS;
  if (source >= 0) return sourceVc(coreAt(source / VCS), source % VCS);
  const router = ov / OUTPUTS;
  return vcAt(routerAt(routers, router), ov - router * OUTPUTS);
}

/** Grows memory up to `end`. */
function reach(end: usize): void {
  const have = <usize>memory.size() << 16;
  if (end > have && memory.grow(<i32>((end - have + 65535) >> 16)) < 0) unreachable();
}

/** Bytes for the caller's own records, zero, before the network is created; returns their address. */
export function reserve(bytes: i32): usize {
  const at = aligned(base, 64);
  base = at + <usize>bytes;
  reach(base);
  return at;
}

function aligned(at: usize, bytes: usize): usize {
  return (at + bytes - 1) & ~(bytes - 1);
}

export function create(
  gridWidth: i32,
  gridHeight: i32,
  ports: i32,
  vcs: i32,
  branches: i32,
  cores: i32,
  bufferFlits: i32,
  mode: i32,
  routing: i32,
  allocation: i32,
  inputFirst: i32,
  wheelSlots: i32,
  queueLimit: i32,
  injectionCycles: i32,
  ejectionCreditCycles: i32,
): void {
  width = gridWidth;
  height = gridHeight;
  flags = mode;
  routingCycles = routing;
  vcCycles = allocation;
  setSizes(width * height, ports, vcs, branches, cores, routingCycles, vcCycles);
  allVcs = (1 << vcs) - 1;
  upperHalf = allVcs & ~((1 << (vcs >> 1)) - 1);
  lowerHalf = (flags & SHARED_MIDDLE) != 0 ? (1 << ((vcs + 1) >> 1)) - 1 : (1 << (vcs >> 1)) - 1;
  const ring = 1 << (32 - clz(bufferFlits - 1));
  const bufferRing = bufferFlits == 1 ? 1 : ring;
  ringMask = bufferRing - 1;
  const ejectionFlits = bufferFlits * vcs;
  const ejectionRing = ejectionFlits == 1 ? 1 : 1 << (32 - clz(ejectionFlits - 1));
  awakeWords = (ROUTERS + 63) >> 6;

  routers = aligned(base, 1 << ROUTER_SHIFT);
  counters = routers + (<usize>ROUTERS << ROUTER_SHIFT);
  links = counters + ROUTERS * 72;
  const coreRecords = links + ROUTERS * ports * 8;
  const endpoints = coreRecords + <usize>cores * CORE_BYTES;
  awake = aligned(endpoints + endpointBytes(cores), 8);
  ways = awake + awakeWords * 8;
  const scratch = ways + 32 * 8;
  const wheel = aligned(scratch + ALLOCATION_BYTES, 64);
  const most = ROUTERS * ports + cores;
  const buffers = wheel + wheelBytes(wheelSlots, most);
  const ejection = aligned(buffers + ROUTERS * OUTPUTS * bufferRing * 4, 8);
  const table = ejection + cores * ejectionRing * 8;
  const small = (flags & (WRAP | ODD_EVEN)) == 0 && ROUTERS * cores <= TABLE_BYTES;
  const tableBytes = small || (flags & GIVEN_WAYS) != 0 ? ROUTERS * cores : 0;
  const lists = aligned(table + tableBytes, 64);
  const listBytes = SINGLE || TREES || VIRTUAL ? 4 * (ROUTERS * OUTPUTS + 2) : 0;
  const end = aligned(lists + 5 * listBytes, 64);
  reach(end);
  memory.fill(routers, 0, end - routers);
  heads = lists;
  asked = lists + listBytes;
  readyNow = asked + listBytes;
  readyNext = readyNow + listBytes;
  granted = readyNext + listBytes;
  portTable = tableBytes == 0 ? 0 : table;
  memory.fill(table, 255, tableBytes);
  initAllocation(scratch, inputFirst == 1, (flags & WRAP) == 0);
  initWheel(wheel, wheelSlots, most);
  initEndpoints(endpoints, coreRecords, injectionCycles, ejectionCreditCycles, ejectionRing, bufferRing);
  initPool(end);
  for (let r = 0; r < ROUTERS; r++) {
    const router = routerAt(routers, r);
    router.number = r;
    router.routingEnd = -1;
    router.vcEnd = -1;
    router.x = r % width;
    router.y = r / width;
    for (let li = 0; li < REQUESTERS; li++) {
      const requester = requesterAt(router, li);
      const vc = li / BRANCHES;
      store<u32>(requester, <u32>(buffers + (r * OUTPUTS + vc) * bufferRing * 4), Q_BUFFER);
      store<u16>(requester, allVcs, Q_PERMITTED);
      if (!SINGLE && !TREES && !VIRTUAL) store<u32>(requester, <u32>requesterAt(router, vc * BRANCHES), Q_INPUT);
      store<u8>(requester, vc / VCS, Q_PORT);
      store<u8>(requester, vc % VCS, Q_VC);
      if (VIRTUAL) store<u8>(requester, li, Q_NUMBER);
    }
    for (let port = 0; port < ports; port++) {
      const at = portAt(router, port);
      store<u16>(at, allVcs, P_FREE);
      store<u8>(at, port * vcs, P_FIRST);
      for (let vc = 0; vc < vcs; vc++) {
        const output = vcAt(router, port * vcs + vc);
        store<u16>(output, bufferFlits, V_CREDIT);
        const bit: i32 = 1 << vc;
        store<u16>(output, <u16>bit, V_BIT);
        store<u8>(output, port, V_PORT);
      }
    }
  }
  for (let core = 0; core < cores; core++) {
    const home = coreAt(core);
    home.accepts = 1;
    home.number = core;
    home.coin = (<u32>core + 1) * 0x9e3779b9;
    home.limit = queueLimit;
    home.ring = <u32>(ejection + core * ejectionRing * 8);
    for (let vc = 0; vc < vcs; vc++) {
      const output = sourceVc(home, vc);
      store<u16>(output, bufferFlits, V_CREDIT);
      store<u8>(output, SOURCE, V_PORT);
      if (VIRTUAL) store<u32>(output, SOURCE_WAITS, V_WAITER);
      store<u32>(output, <u32>changetype<usize>(home), V_TARGET);
    }
  }
}

export function wireCore(core: i32, router: i32, port: i32): void {
  const home = coreAt(core);
  home.router = routerAt(routers, router);
  home.port = port;
  home.input = <u32>inputAt(router * OUTPUTS + port * VCS);
}

/** The output port of a way, with GIVEN_WAYS. */
export function wireWay(router: i32, core: i32, port: i32): void {
  store<u8>(portTable + <usize>(router * CORES + core), port);
}

/** `down`, `up`, cycles: the tables of layout.ts at this port. */
export function wirePort(r: i32, port: i32, down: i32, flitCycles: i32, up: i32, creditCycles: i32): void {
  const router = routerAt(routers, r);
  const at = portAt(router, port);
  store<u8>(at, flitCycles, P_FLIT_CYCLES);
  store<u8>(at, creditCycles, P_CREDIT_CYCLES);
  if (up >= 0) store<u32>(at, <u32>outputAt(up), P_UP);
  for (let vc = 0; vc < VCS; vc++) {
    const output = vcAt(router, port * VCS + vc);
    if (VIRTUAL && up >= 0) store<u32>(requesterAt(router, port * VCS + vc), <u32>outputAt(up + vc), Q_UP);
    if (down >= 0) store<u32>(output, <u32>inputAt(down + vc), V_TARGET);
    else if (down < -1) store<u32>(output, <u32>changetype<usize>(coreAt(-2 - down)) | 1, V_TARGET);
  }
}
