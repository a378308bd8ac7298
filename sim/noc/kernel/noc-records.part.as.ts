/**
 * Records of the compiled network kernel. Records point at each other; noc-places gives their addresses.
 *
 * Inputs, ports and output VCs have common fields, and one subclass per loop: `Single..` (noc-single), `Tree..` (noc-tree), `Virtual..` (noc-virtual),
 * `General..` (noc-general). A cache line is 64 bytes: a record has at most half a line.
 */
import { Table } from "../../../base/kernel/views.part.as";

/** A router: first one cache line for list-based loops, then fields for routes and copies. */
@unmanaged
export class Router {
  /** noc-virtual: inputs that can send. */
  ready: u64;
  // Counters.
  awakeCycles: i64;
  stallCredit: i64;
  stallVc: i64;
  stallSwitch: i64;
  vcAllocations: i64;
  /** List-based loops: flits in its buffers, and the cycle since which there have been some. */
  flits: i32;
  since: u32;
  number: i32;
  x: i32;
  y: i32;
  /** Count of buffer writes, if packets are copied. */
  writes: i64;
}

/**
 * Fields of the general loop: numbers of branches that can send, that wait for an output VC, that wait for a credit. Its sets of branches and inputs follow.
 */
@unmanaged
export class GeneralRouter extends Router {
  readyCount: i32;
  waitingCount: i32;
  starvedCount: i32;
  /** Number of inputs whose head is not routed yet. */
  routingCount: i32;
  /** Number of grants of the current VA batch. */
  grants: i32;
  /** Cycles in which RC and VA end; -1: neither runs. */
  routingEnd: i64;
  vcEnd: i64;
}

/** A virtual channel of an input port. */
@unmanaged
export class Input {
  /** Number of flits that have arrived and wait. */
  count: u16;
  /** Positions in the ring. */
  front: u16;
  write: u16;
  port: u8;
  vc: u8;
  buffer: Table<u32>;
  /** Branches of the packet at the front, 0: idle; branches that have not sent the tail. Not used by noc-virtual. */
  total: u8;
  live: u8;
  /** Its number in the router. */
  number: u16;
}

@unmanaged
export class SingleInput extends Input {
  /** Output that it holds. */
  held: SingleVc;
  /** First cycle of waiting for an output or a credit. */
  since: u32;
  /** Slot of the packet at the front. */
  child: i32;
  out: u8;
}

@unmanaged
export class VirtualInput extends Input {
  held: VirtualVc;
  since: u32;
  /** Output VC upstream. */
  up: Credits;
  /** Output VCs that the head may take. */
  permitted: u16;
  out: u8;
  /** Pointer of VC allocation, one after the last VC accepted. */
  accept: u8;
}

@unmanaged
export class TreeInput extends Input {
  /** Output ports of branches that can send, and of all branches of the packet; one bit each. */
  ready: u32;
  ways: u32;
  since: u32;
}

/** What one branch of the packet at the front of an input requests and holds. Branches follow their input. */
@unmanaged
export class Branch {
  /** Slot of the packet that the branch sends. */
  child: i32;
  /** Flits in the buffer that the branch has sent already; -1: also the tail. */
  sent: i16;
  out: u8;
}

@unmanaged
export class TreeBranch extends Branch {
  /** Input port. */
  port: u8;
  held: TreeVc;
  since: u32;
}

@unmanaged
export class GeneralBranch extends Branch {
  /** State: IDLE, WAITING, READY or STARVED. */
  state: u8;
  held: GeneralVc;
  input: Input;
  permitted: u32;
  /** Its number in the router. */
  number: i32;
  /** Port and VC of its input. */
  port: u8;
  vc: u8;
  accept: u16;
  /** In VC allocation: place of its pair plus one, 0: none; and the distance of that output VC from its pointer. */
  pair: u16;
  distance: u16;
}
/** States of a branch in the general loop: nothing to send, waits for an output VC, can send, waits for a credit. */
export const IDLE: u8 = 0;
export const WAITING: u8 = 1;
export const READY: u8 = 2;
export const STARVED: u8 = 3;

/** Port: an output and the input beside it. */
@unmanaged
export class Port {
  /** Number of flits sent. */
  flits: i64;
  /** First output VC upstream of the input. */
  up: Credits;
  flitCycles: u16;
  creditCycles: u16;
}

@unmanaged
export class SinglePort extends Port {
  /** Input ports whose heads wait for the output. */
  asking: u32;
}

@unmanaged
export class TreePort extends SinglePort {
  /** Switch pointer, one after the last winner. */
  accept: u8;
}

@unmanaged
export class VirtualPort extends Port {
  /** Inputs whose heads wait for an output VC. */
  asking: u64;
  /** Output VCs that no input holds. */
  free: u16;
  /** Number of its first output VC. */
  first: u8;
  /** Switch pointers, one after the last winner: VC of the input, input of the output, output of the input. */
  turn: u8;
  grant: u8;
  accept: u8;
}

@unmanaged
export class GeneralPort extends Port {
  free: u32;
  first: u16;
  turn: u8;
  grant: u8;
  accept: u8;
}

/** Receiver of credits: an output VC of a router, or of a source. */
@unmanaged
export class Credits {
  credit: u16;
  /** Output port, or SOURCE. */
  port: u8;
  vc: u8;
}
export const SOURCE: i32 = 255;

@unmanaged
export class OutputVc extends Credits {
  /** Downstream input, or exit | 1. */
  target: usize;
}

@unmanaged
export class SingleVc extends OutputVc {
  owner: SingleInput;
  /** Pointer of VC allocation, one after the last input granted. */
  grant: u8;
}

@unmanaged
export class TreeVc extends OutputVc {
  owner: TreeBranch;
  grant: u16;
}

@unmanaged
export class VirtualVc extends OutputVc {
  /** The input that holds it and waits for a credit. */
  waiter: VirtualInput;
  grant: u8;
}

@unmanaged
export class GeneralVc extends OutputVc {
  owner: GeneralBranch;
  grant: u32;
}

@unmanaged
export class SourceVc extends Credits {
  home: Home;
  /** noc-virtual: SOURCE_WAITS. */
  waiter: u32;
}
/** Value of `waiter` in an output VC of a waiting source. */
export const SOURCE_WAITS: usize = 1;

/** A pair of VC allocation: the requester, and the output VC that it has won. */
@unmanaged
export class Grant<Asker, Output> {
  asker: Asker;
  output: Output;
}

/** A core's end of the network; its source's output VCs follow. */
@unmanaged
export class Home {
  router: Router;
  port: i32;
  accepts: i32;
  /** VC that the source used last. */
  vc: i32;
  // Injection queue: slots of packets.
  head: i32;
  tail: i32;
  queued: i32;
  /** Flits of the front packet that are still to be sent; 0: its head waits. */
  left: i32;
  /** Input VC 0 of the router's input port. */
  input: Input;
  /** Ejection buffer. */
  ring: Ejected;
  front: i32;
  write: i32;
  count: i32;
  number: i32;
  /** Capacity of the injection queue in packets. */
  limit: i32;
  /** The caller's record of the core. */
  owner: usize;
  /** Random state of its coins. */
  coin: u32;
}

/** Flits on their way from an output VC to a core's ejection buffer: to senders, an input like that of a router. */
@unmanaged
export class Exit extends Input {
  home: Home;
  output: OutputVc;
}

/** A flit in an ejection buffer, and the output VC through which it came. */
@unmanaged
export class Ejected {
  flit: u32;
  output: OutputVc;
}

/** A packet, or a node in a multicast packet's list of destinations. */
@unmanaged
export class Packet {
  /** Destination: a core; for a multicast packet -1 - slot of its first list node, or PLANNED | node of its tree (noc-branching). */
  destination: i32;
  tag: i32;
  flits: i32;
  /** Slot of the next one; -1: none. */
  next: i32;
  source: Router;
  flags: u32;
  /** Cycle in which its head left the source. */
  leftAt: f64;
}

/** The two highest bits of a planned packet's destination. In a list's destination both are set, because there are fewer than 2^30 slots. */
export const PLANNED: u32 = 2 << 30;
