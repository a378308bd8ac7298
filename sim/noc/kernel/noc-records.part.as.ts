/**
 * Records of the compiled network kernel. All records point at each other; noc-places says where they lie.
 *
 * Inputs, ports and output VCs have common fields, and classes of their own by loop: `Single..` (noc-single), `Tree..` (noc-tree), `Virtual..`
 * (noc-virtual), `General..` (noc-general). A line of memory is 64 bytes: a record has at most half a line.
 */
import { Table } from "../../../base/kernel/views.part.as";

/** A router: a line of what the cycles by lists need, then what routes and copies need. */
@unmanaged
export class Router {
  /** By noc-virtual: inputs that can send. */
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
  x: i32;
  y: i32;
  /** Counter of writes where packets are copied. */
  writes: i64;
}

/** What the general loop adds: how many branches can send, want an output VC, want a credit. Its sets of branches and inputs follow. */
@unmanaged
export class GeneralRouter extends Router {
  readyCount: i32;
  waitingCount: i32;
  starvedCount: i32;
  /** Inputs whose head is not routed yet. */
  routingCount: i32;
  /** Of the VA batch. */
  grants: i32;
  /** Cycles in which RC and VA end; -1: none. */
  routingEnd: i64;
  vcEnd: i64;
}

/** A virtual channel of an input port. */
@unmanaged
export class Input {
  /** Flits arrived. */
  count: u16;
  /** Ring positions. */
  front: u16;
  write: u16;
  port: u8;
  vc: u8;
  buffer: Table<u32>;
  /** Branches of the packet at the front, 0: idle; those that have not sent the tail. Not by noc-virtual. */
  total: u8;
  live: u8;
  /** Its number in its router. */
  number: u16;
}

@unmanaged
export class SingleInput extends Input {
  /** Output held. */
  held: SingleVc;
  /** First cycle of waiting for an output or a credit. */
  since: u32;
  /** Packet slot at the front. */
  child: i32;
  out: u8;
}

@unmanaged
export class VirtualInput extends Input {
  held: VirtualVc;
  since: u32;
  /** Output VC before it. */
  up: Credits;
  /** Output VCs that the head may take. */
  permitted: u16;
  out: u8;
  /** Pointer of VC allocation, one behind the last VC accepted. */
  accept: u8;
}

@unmanaged
export class TreeInput extends Input {
  /** Outputs of branches that can send, and of all branches of its packet; a bit each. */
  ready: u32;
  ways: u32;
  since: u32;
}

/** What one branch of the packet at the front of an input asks for and holds. Branches follow their input. */
@unmanaged
export class Branch {
  /** Packet slot sent on. */
  child: i32;
  /** Flits held that were already sent; -1: the tail, too. */
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
  /** What it waits for: IDLE .. STARVED. */
  state: u8;
  held: GeneralVc;
  input: Input;
  permitted: u32;
  /** Its number in its router. */
  number: i32;
  /** Of its input. */
  port: u8;
  vc: u8;
  accept: u16;
  /** In VC allocation: place of its pair behind the first, 0: none; and how far that output VC is behind its pointer. */
  pair: u16;
  distance: u16;
}
/** States of a branch in the general loop: it has nothing to send, wants an output VC, can send, wants a credit. */
export const IDLE: u8 = 0;
export const WAITING: u8 = 1;
export const READY: u8 = 2;
export const STARVED: u8 = 3;

/** Port: an output and the input beside it. */
@unmanaged
export class Port {
  /** Flits sent. */
  flits: i64;
  /** First output VC before the input. */
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
  /** Switch pointer, one behind the last winner. */
  accept: u8;
}

@unmanaged
export class VirtualPort extends Port {
  /** Inputs whose heads wait for an output VC. */
  asking: u64;
  /** Output VCs that nobody holds. */
  free: u16;
  /** Number of its first output VC. */
  first: u8;
  /** Switch pointers, one behind the last winner: VC of the input, input of the output, output of the input. */
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

/** What returns credits to: an output VC of a router, or of a source. */
@unmanaged
export class Credits {
  credit: u16;
  /** Or SOURCE. */
  port: u8;
  vc: u8;
}
export const SOURCE: i32 = 255;

@unmanaged
export class OutputVc extends Credits {
  /** Input behind it, or core's end | 1. */
  target: usize;
}

@unmanaged
export class SingleVc extends OutputVc {
  owner: SingleInput;
  /** Pointer of VC allocation, one behind the last input granted. */
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
  /** By noc-virtual, SOURCE_WAITS. */
  waiter: u32;
}
/** In the place of an output VC's waiter: it is a source's. */
export const SOURCE_WAITS: usize = 1;

/** A pair of VC allocation: who has won which output VC. */
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
  /** VC used last by the source. */
  vc: i32;
  // Injection queue: packet slots.
  head: i32;
  tail: i32;
  queued: i32;
  /** Flits of the front packet still to send; 0: its head waits. */
  left: i32;
  /** VC 0 of the router's input port. */
  input: Input;
  /** Ejection buffer. */
  ring: Ejected;
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

/** A flit word in an ejection buffer, and the output VC that it came through. */
@unmanaged
export class Ejected {
  flit: u32;
  output: OutputVc;
}

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
