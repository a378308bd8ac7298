/** Builds the records of the compiled network kernel in memory, and wires them. */
import { inRow, none, recordAt, strideOf, Table } from "../../../base/kernel/views.part.as";
import { coreAt, endpointBytes, initEndpoints, initPool } from "./noc-endpoints.part.as";
import * as general from "./noc-general.part.as";
import { headBytes, initHeads } from "./noc-heads.part.as";
import * as places from "./noc-places.part.as";
import * as records from "./noc-records.part.as";
import {
  allVcs,
  GIVEN_WAYS,
  ODD_EVEN,
  portTable,
  routers,
  SLOW_LINKS,
  setAddresses,
  setShape,
  setVcs,
  WRAP,
  width,
} from "./noc-settings.part.as";
import { initSingle } from "./noc-single.part.as";
import { slowLinkAt } from "./noc-slow-links.part.as";
import { initTree } from "./noc-tree.part.as";
import { initVirtual } from "./noc-virtual.part.as";
import { initWheel, wheelBytes } from "./noc-wheel.part.as";

/** Bytes of scratch memory of a list-based loop. */
const LISTED_SCRATCH: usize = 2048;
const TABLE_BYTES = 1 << 16;
/** Address of the network's memory, after the memory that the caller has reserved. */
let base: usize = __heap_base;
/** Addresses of [router][ROUTER_COUNTERS] and [router][port] for the host. */
export let counters: usize = 0;
export let links: usize = 0;
/** Size of the address space in bytes. */
const MOST_BYTES: u64 = (1 << 32) - (1 << 20);

/** [core][VC] exits. */
let exits: records.Exit = none<records.Exit>();

/** Input `iv` = (router x ports + port) x VCs + VC. */
function inputOf(iv: i32): records.Input {
  const router = iv / places.INPUTS;
  return places.inputAt(places.routerAt(routers, router), iv - router * places.INPUTS);
}

/** Output VC `ov`, numbered in the same way, of a router, or of a source after them. */
function creditsOf(ov: i32): records.Credits {
  const source = ov - places.ROUTERS * places.INPUTS;
  if (source >= 0) return places.sourceVc(coreAt(source / places.VCS), source % places.VCS);
  const router = ov / places.INPUTS;
  return places.vcAt<records.Credits>(places.routerAt(routers, router), ov - router * places.INPUTS);
}

/** Grows memory up to `end`. */
function reach(end: usize): void {
  const have = (<usize>memory.size()) << 16;
  if (end > have && memory.grow(<i32>((end - have + 65535) >> 16)) < 0) unreachable();
}

/** Allocates zeroed bytes for the caller's own records, before the network is created; returns their address. */
export function reserve(bytes: i32): usize {
  const at = aligned(base, 64);
  base = at + <usize>bytes;
  reach(base);
  return at;
}

function aligned(at: usize, bytes: usize): usize {
  return (at + bytes - 1) & ~(bytes - 1);
}

function ringOf(flits: i32): i32 {
  return flits == 1 ? 1 : 1 << (32 - clz(flits - 1));
}

/** Creates the network, in place of an earlier one; returns its bytes. If they exceed the address space, it creates nothing. */
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
): f64 {
  const routerBytes = places.setSizes(gridWidth * gridHeight, ports, vcs, branches, cores, routing, allocation, (mode & SLOW_LINKS) != 0);
  const count = places.ROUTERS;
  const bufferRing = ringOf(bufferFlits);
  setShape(gridWidth, gridHeight, mode, routing, allocation, bufferRing);
  setVcs(vcs);
  const ejectionRing = ringOf(bufferFlits * vcs);
  const most = count * ports + cores;
  const ways = <u64>count * <u64>cores;
  const small = (mode & (WRAP | ODD_EVEN)) == 0 && ways <= <u64>TABLE_BYTES;
  const tableBytes: u64 = small || (mode & GIVEN_WAYS) != 0 ? ways : 0;
  // as long as inputs, or as credits of a cycle; and one entry that does not count
  const listBytes = 4 * (max(count * places.INPUTS, most) + 2);
  const buffersBytes = <u64>count * <u64>(places.INPUTS * bufferRing) * 4;
  const needs =
    <u64>base +
    routerBytes * (<u64>count + 1) +
    <u64>count * (72 + 8 * <u64>ports) +
    <u64>cores * (<u64>places.CORE_BYTES + 20 + 8 * <u64>ejectionRing) +
    wheelBytes(wheelSlots, most) +
    buffersBytes +
    tableBytes +
    <u64>cores * <u64>(vcs * (<i32>strideOf<records.Exit>() + 4 * bufferRing)) +
    5 * <u64>listBytes +
    <u64>general.generalBytes() +
    4096;
  if (needs > MOST_BYTES) return <f64>needs;

  const first = aligned(base, 1 << places.ROUTER_SHIFT);
  counters = first + ((<usize>count) << places.ROUTER_SHIFT);
  links = counters + count * 72;
  const coreRecords = aligned(links + count * ports * 8, 16);
  const endpoints = coreRecords + <usize>cores * places.CORE_BYTES;
  const heads = aligned(endpoints + endpointBytes(cores), 8);
  const loop = aligned(heads + headBytes(ports), 64);
  const listed = places.SINGLE || places.TREES || places.VIRTUAL;
  const wheel = aligned(loop + (listed ? 5 * listBytes + LISTED_SCRATCH : general.generalBytes()), 64);
  const buffers = wheel + <usize>wheelBytes(wheelSlots, most);
  const ejection = aligned(buffers + <usize>buffersBytes, 8);
  const exitRecords = aligned(ejection + cores * ejectionRing * 8, 64);
  exits = changetype<records.Exit>(exitRecords);
  const exitBuffers = changetype<usize>(inRow(exits, cores * vcs));
  const table = exitBuffers + cores * vcs * bufferRing * 4;
  const end = aligned(table + <usize>tableBytes, 64);
  reach(end);
  memory.fill(first, 0, end - first);
  setAddresses(first, tableBytes == 0 ? none<Table<u8>>() : changetype<Table<u8>>(table));
  memory.fill(table, 255, <usize>tableBytes);
  initWheel(wheel, wheelSlots, most);
  initEndpoints(endpoints, coreRecords, injectionCycles, ejectionCreditCycles, ejectionRing, bufferRing);
  initHeads(heads);
  if (places.SINGLE) initSingle(loop, listBytes);
  else if (places.TREES) initTree(loop, listBytes);
  else if (places.VIRTUAL) initVirtual(loop, listBytes, inputFirst == 1, (mode & WRAP) == 0);
  else general.initGeneral(loop, inputFirst == 1, (mode & SLOW_LINKS) != 0);
  initPool(end);
  for (let r = 0; r < count; r++) initRouter(r, buffers, bufferRing, bufferFlits);
  for (let core = 0; core < cores; core++) {
    const home = coreAt(core);
    home.accepts = 1;
    home.number = core;
    home.coin = (<u32>core + 1) * 0x9e3779b9;
    home.limit = queueLimit;
    home.ring = recordAt<records.Ejected>(ejection, (<usize>(core * ejectionRing)) << 3);
    for (let vc = 0; vc < vcs; vc++) {
      const exit = inRow(exits, core * vcs + vc);
      exit.home = home;
      exit.buffer = recordAt<Table<u32>>(exitBuffers, (<usize>((core * vcs + vc) * bufferRing)) << 2);
      const source = places.sourceVc(home, vc);
      source.credit = <u16>bufferFlits;
      source.port = <u8>records.SOURCE;
      source.home = home;
      if (places.VIRTUAL) source.waiter = <u32>records.SOURCE_WAITS;
    }
  }
  return <f64>needs;
}

function initRouter(r: i32, buffers: usize, bufferRing: i32, bufferFlits: i32): void {
  const router = places.routerAt(routers, r);
  router.number = r;
  router.x = r % width;
  router.y = r / width;
  for (let number = 0; number < places.INPUTS; number++) {
    const input = places.inputAt(router, number);
    input.buffer = recordAt<Table<u32>>(buffers, (<usize>((r * places.INPUTS + number) * bufferRing)) << 2);
    input.port = <u8>(number / places.VCS);
    input.vc = <u8>(number % places.VCS);
    input.number = <u16>number;
    const output = places.vcAt<records.OutputVc>(router, number);
    output.credit = <u16>bufferFlits;
    output.port = input.port;
    output.vc = input.vc;
    if (places.TREES) for (let i = 0; i < places.BRANCHES; i++) places.treeBranch(input, i).port = input.port;
  }
  if (places.VIRTUAL) {
    for (let port = 0; port < places.PORTS; port++) {
      const at = places.portAt<records.VirtualPort>(router, port);
      at.free = <u16>allVcs;
      at.first = <u8>(port * places.VCS);
    }
  } else if (!places.SINGLE && !places.TREES) general.initGeneralRouter(router);
}

export function wireCore(core: i32, router: i32, port: i32): void {
  const home = coreAt(core);
  home.router = places.routerAt(routers, router);
  home.port = port;
  home.input = inputOf(router * places.INPUTS + port * places.VCS);
}

/** Sets the output port of a way, with GIVEN_WAYS. */
export function wireWay(router: i32, core: i32, port: i32): void {
  portTable[router * places.CORES + core] = <u8>port;
}

/** `down`, `up` and the cycles are the entries of layout.ts's tables for this port. */
export function wirePort(r: i32, port: i32, down: i32, flitCycles: i32, up: i32, creditCycles: i32, linkFlitCycles: i32): void {
  const router = places.routerAt(routers, r);
  const at = places.portAt<records.Port>(router, port);
  at.flitCycles = <u16>flitCycles;
  at.creditCycles = <u16>creditCycles;
  if (linkFlitCycles > 1) slowLinkAt(router, port).flitCycles = linkFlitCycles;
  if (up >= 0) at.up = creditsOf(up);
  for (let vc = 0; vc < places.VCS; vc++) {
    const number = port * places.VCS + vc;
    if (places.VIRTUAL && up >= 0) places.listedInput<records.VirtualInput>(router, number).up = creditsOf(up + vc);
    const output = places.vcAt<records.OutputVc>(router, number);
    if (down >= 0) output.target = changetype<usize>(inputOf(down + vc));
    else if (down < -1) {
      const exit = inRow(exits, (-2 - down) * places.VCS + vc);
      exit.output = output;
      output.target = changetype<usize>(exit) | 1;
    }
  }
}
