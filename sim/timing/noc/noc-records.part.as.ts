/**
 * Records of the compiled network kernel, their fields as byte offsets, and the globals that hold sizes. All records point at each other.
 *
 * Router (aligned to its power-of-two size, so that every record inside knows it): head, requesters, ports, output VCs, VC grants.
 * A requester of branch 0 is also the record of its input VC.
 */

// Router: a line of what the cycles by lists need, then what masks, slow stages and routes need.
export const READY: usize = 0; // u64 mask over requesters
export const R_AWAKE: usize = 8; // i64 counters
export const R_STALL_CREDIT: usize = 16;
export const R_STALL_VC: usize = 24;
export const R_STALL_SWITCH: usize = 32;
export const R_VC_ALLOCATIONS: usize = 40;
export const R_FLITS: usize = 48; // i32 flits in its buffers, when by lists
export const R_SINCE: usize = 52; // u32 cycle since which there are some, likewise
export const R_NUMBER: usize = 56; // i32
export const R_GRANTS: usize = 60; // i32, of the VA batch
export const ROUTING: usize = 64; // u64 masks over requesters
export const WAITING: usize = 72;
export const STARVED: usize = 80;
export const R_WRITES: usize = 88; // i64 counter
export const R_X: usize = 96; // i32
export const R_Y: usize = 100;
export const R_BATCH: usize = 104; // u64, heads in RC
export const R_ROUTING_END: usize = 112; // i64 cycle, -1: none
export const R_VC_END: usize = 120;
export const R_HEAD: usize = 128;

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

// Core; its source's output VCs follow.
export const C_ROUTER: usize = 0;
export const C_PORT: usize = 4;
export const C_ACCEPTS: usize = 8;
export const C_VC: usize = 12; // VC used last by the source
export const C_HEAD: usize = 16; // injection queue: packet slots
export const C_TAIL: usize = 20;
export const C_QUEUED: usize = 24;
export const C_LEFT: usize = 28; // flits of the front packet still to send, 0: its head waits
export const C_INPUT: usize = 32; // input VC 0 of the router port
export const C_RING: usize = 36; // ejection buffer: (flit word, output VC)
export const C_FRONT: usize = 40;
export const C_WRITE: usize = 44;
export const C_COUNT: usize = 48;
export const C_NUMBER: usize = 52;
export const C_LIMIT: usize = 56; // packets its injection queue holds
export const C_OWNER: usize = 60; // the caller's
export const C_COIN: usize = 64; // u32 state of its coins
export const C_BYTES: usize = 80;

// Packet, 32 bytes; also a node of a multicast packet's destination list.
export const K_DESTINATION: usize = 0; // core; of a multicast packet -1 - slot of its first list node, or PLANNED | node of its tree (noc-branching)
export const K_TAG: usize = 4;
export const K_FLITS: usize = 8;
export const K_NEXT: usize = 12; // slot, -1: none
export const K_SOURCE: usize = 16; // router record
export const K_FLAGS: usize = 20;
export const K_LEFT: usize = 24; // f64 cycle

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
  CORE_BYTES = C_BYTES + 16 * vcs;
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
export function routerOf(record: usize): usize {
  return record & ROUTER_MASK;
}

@inline
export function portAt(router: usize, port: i32): usize {
  return router + PORT_AT + (<usize>port << 5);
}

@inline
export function vcAt(router: usize, output: i32): usize {
  return router + OUTPUT_AT + (<usize>output << 4);
}

@inline
export function requesterAt(router: usize, li: i32): usize {
  return router + R_HEAD + (<usize>li << 5);
}

@inline
export function numberOf(router: usize, requester: usize): u64 {
  return <u64>((requester - router - R_HEAD) >> 5);
}

@inline
export function set(router: usize, row: usize, requester: usize): void {
  store<u64>(router + row, load<u64>(router + row) | (<u64>1 << numberOf(router, requester)));
}

@inline
export function clear(router: usize, row: usize, requester: usize): void {
  store<u64>(router + row, load<u64>(router + row) & ~(<u64>1 << numberOf(router, requester)));
}

@inline
export function count(at: usize): void {
  store<i64>(at, load<i64>(at) + 1);
}

@inline
export function countBy(at: usize, many: i32): void {
  store<i64>(at, load<i64>(at) + <i64>many);
}
