/**
 * Records of the compiled network kernel, and the globals that hold sizes. All records point at each other.
 *
 * A router is aligned to its power-of-two size, so that every record inside knows it: its fields, requesters, ports, output VCs, VC grants.
 * A requester of branch 0 is also the record of its input VC.
 */

/** A router: a line of what the cycles by lists need, then what masks, slow stages and routes need. Requesters, ports, output VCs and grants follow. */
@unmanaged
export class Router {
  /** Mask over requesters. */
  ready: u64;
  // Counters.
  awakeCycles: i64;
  stallCredit: i64;
  stallVc: i64;
  stallSwitch: i64;
  vcAllocations: i64;
  /** By lists: flits in its buffers, and the cycle since which there are some. */
  flits: i32;
  since: u32;
  number: i32;
  /** Of the VA batch. */
  grants: i32;
  // Masks over requesters.
  routing: u64;
  waiting: u64;
  starved: u64;
  /** Counter of writes where packets are copied. */
  writes: i64;
  x: i32;
  y: i32;
  /** Heads in RC. */
  batch: u64;
  /** Cycles in which RC and VA end; -1: none. */
  routingEnd: i64;
  vcEnd: i64;
}
export const R_HEAD: usize = offsetof<Router>();

// Requester, 32 bytes. The first six fields belong to the input VC.
export const Q_COUNT: usize = 0; // u16 flits arrived
export const Q_FRONT: usize = 2; // u16 ring positions
export const Q_WRITE: usize = 4;
export const Q_TOTAL: usize = 6; // u8 branches of the packet at the front, 0: idle; when virtual only after `settleCounters`
export const Q_LIVE: usize = 7; // u8 those that have not sent the tail
export const Q_BUFFER: usize = 8; // ring of flit words
export const Q_HELD: usize = 12; // output VC held, 0: none
export const Q_CHILD: usize = 16; // packet slot sent on, unless virtual
export const Q_UP: usize = 16; // when virtual: output VC before it
export const Q_INPUT: usize = 20; // record of the input VC
export const Q_SINCE: usize = 20; // u32 first cycle of waiting for an output or a credit, by lists
export const Q_SENT: usize = 24; // i16 flits held that were already sent, unless virtual
export const Q_NUMBER: usize = 24; // when virtual: u8 number in its router
export const Q_ACCEPT: usize = 26; // u8 pointer of VC allocation
export const Q_PORT: usize = 27; // u8 input port
export const Q_OUT: usize = 28; // u8 output port
export const Q_VC: usize = 29; // u8
export const Q_PERMITTED: usize = 30; // u16 output VCs

// Port, 32 bytes: an output and the input beside it.
export const P_QUEUE: usize = 0; // who waits for the output: u32 of input ports, when single or trees; u64 of requesters, when virtual
export const P_FLITS: usize = 8; // i64 flits sent
export const P_UP: usize = 16; // first output VC before the input, 0: none
export const P_FREE: usize = 20; // u16 output VCs that nobody holds
export const P_FLIT_CYCLES: usize = 22; // u8
export const P_CREDIT_CYCLES: usize = 23; // u8
export const P_TURN: usize = 24; // u8 switch pointers, one behind the last winner: VC of the input,
export const P_GRANT: usize = 25; // input of the output,
export const P_ACCEPT: usize = 26; // output of the input
export const P_FIRST: usize = 27; // u8 number of its first output VC

// Output VC, 16 bytes.
export const V_CREDIT: usize = 0; // u16
export const V_BIT: usize = 2; // u16 1 << vc
export const V_OWNER: usize = 4; // requester, 0: none; unless virtual
export const V_WAITER: usize = 4; // when virtual: the input that holds it and waits for a credit, 0: none, or:
export const SOURCE_WAITS: u32 = 1; // it is a source's
export const V_TARGET: usize = 8; // input VC behind it, or core | 1; of a source its core
export const V_GRANT: usize = 12; // u8 pointer of VC allocation
export const V_PORT: usize = 13; // u8, or:
export const SOURCE: i32 = 255;

/** A core's end of the network; its source's output VCs follow. */
@unmanaged
export class Home {
  router: Router;
  port: i32;
  accepts: i32;
  /** VC used last by the source. */
  vc: i32;
  // Injection queue: packet slots.
  head: i32;
  tail: i32;
  queued: i32;
  /** Flits of the front packet still to send; 0: its head waits. */
  left: i32;
  /** Input VC 0 of the router port. */
  input: usize;
  /** Ejection buffer: flit word and output VC. */
  ring: usize;
  front: i32;
  write: i32;
  count: i32;
  number: i32;
  /** Packets its injection queue holds. */
  limit: i32;
  /** The caller's record of the core. */
  owner: usize;
  /** State of its coins. */
  coin: u32;
}
/** Whole output VCs, so that those behind it lie on their own boundaries. */
const HOME_BYTES: usize = (offsetof<Home>() + 15) & ~15;

/** A packet, or a node of a multicast packet's destination list. */
@unmanaged
export class Packet {
  /** Core; of a multicast packet -1 - slot of its first list node, or PLANNED | node of its tree (noc-branching). */
  destination: i32;
  tag: i32;
  flits: i32;
  /** Slot; -1: none. */
  next: i32;
  source: Router;
  flags: u32;
  /** Cycle in which its head left the source. */
  leftAt: f64;
}

/** The two highest bits of a planned packet's destination; those of a list are both set, as slots are fewer than 2^30. */
export const PLANNED: u32 = 2 << 30;

/** Sizes that never change after `create`. */
export let PORTS: i32 = 0;
export let VCS: i32 = 0;
export let BRANCHES: i32 = 0;
export let REQUESTERS: i32 = 0;
export let OUTPUTS: i32 = 0;
export let CORES: i32 = 0;
export let ROUTERS: i32 = 0;
/** A router record's size is 1 << ROUTER_SHIFT; its parts begin at these offsets. */
export let ROUTER_SHIFT: i32 = 0;
/** The bits of a record's address that are its router's. */
export let ROUTER_MASK: usize = 0;
/** One VC, one way a packet, RC of at most one cycle, VA of one: the cycle of noc-single.part.as.ts. */
export let SINGLE: bool = false;
/** The same with multicast: the cycle of noc-tree.part.as.ts. */
export let TREES: bool = false;
/** Several VCs, one way a packet, the same pipeline: the cycle of noc-virtual.part.as.ts. */
export let VIRTUAL: bool = false;
export let PORT_AT: usize = 0;
export let OUTPUT_AT: usize = 0;
export let GRANT_AT: usize = 0;
export let CORE_BYTES: usize = 0;

export function setSizes(routers: i32, ports: i32, vcs: i32, branches: i32, cores: i32, routingCycles: i32, vcCycles: i32): void {
  ROUTERS = routers;
  PORTS = ports;
  VCS = vcs;
  BRANCHES = branches;
  CORES = cores;
  OUTPUTS = ports * vcs;
  REQUESTERS = OUTPUTS * branches;
  PORT_AT = R_HEAD + 32 * REQUESTERS;
  const plain = routingCycles <= 1 && vcCycles == 1;
  SINGLE = plain && vcs == 1 && branches == 1;
  TREES = plain && vcs == 1 && branches > 1;
  VIRTUAL = plain && vcs > 1 && branches == 1;
  OUTPUT_AT = PORT_AT + 32 * ports;
  GRANT_AT = OUTPUT_AT + 16 * OUTPUTS;
  CORE_BYTES = HOME_BYTES + 16 * vcs;
  const bytes = <i32>GRANT_AT + 2 * OUTPUTS;
  ROUTER_SHIFT = 32 - clz(bytes - 1);
  ROUTER_MASK = <usize>-1 << ROUTER_SHIFT;
}

/** A pointer field. */
@inline
export function pointer(record: usize, field: usize): usize {
  return <usize>load<u32>(record + field);
}

/** The router of any record inside it. */
@inline
export function routerOf(record: usize): Router {
  return changetype<Router>(record & ROUTER_MASK);
}

/** Router `r` of those that begin at `first`. */
@inline
export function routerAt(first: usize, r: i32): Router {
  return changetype<Router>(first + (<usize>r << ROUTER_SHIFT));
}

@inline
export function portAt(router: Router, port: i32): usize {
  return changetype<usize>(router) + PORT_AT + (<usize>port << 5);
}

@inline
export function vcAt(router: Router, output: i32): usize {
  return changetype<usize>(router) + OUTPUT_AT + (<usize>output << 4);
}

@inline
export function requesterAt(router: Router, li: i32): usize {
  return changetype<usize>(router) + R_HEAD + (<usize>li << 5);
}

/** Where the pairs (requester, output VC) of VC allocation are. */
@inline
export function grantsOf(router: Router): usize {
  return changetype<usize>(router) + GRANT_AT;
}

/** Output VC of the source of a core. */
@inline
export function sourceVc(home: Home, vc: i32): usize {
  return changetype<usize>(home) + HOME_BYTES + (<usize>vc << 4);
}

/** The requester's bit in masks of its router. */
@inline
export function bitOf(router: Router, requester: usize): u64 {
  return <u64>1 << (<u64>(requester - changetype<usize>(router) - R_HEAD) >> 5);
}

/** A requester that holds `output` can send, or waits for a credit. */
@inline
export function sendOrStarve(router: Router, requester: usize, output: usize): void {
  if (load<u16>(output, V_CREDIT) > 0) router.ready |= bitOf(router, requester);
  else router.starved |= bitOf(router, requester);
}

@inline
export function count(at: usize): void {
  store<i64>(at, load<i64>(at) + 1);
}
