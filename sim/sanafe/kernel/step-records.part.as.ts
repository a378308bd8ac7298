/**
 * Records of a SANA-FE chip and of the network on it. Times in s, energies in J. A neuron's number in tables is its place in the order of cores; who has
 * none, or several, of something has `none` of it.
 */
import { Table } from "../../../base/kernel/views.part.as";

/** Where it lies, what a hop from it takes and one towards it costs, and how many of those this step has. */
@unmanaged
export class Tile {
  x: i32;
  y: i32;
  northS: f64;
  eastS: f64;
  southS: f64;
  westS: f64;
  northJ: f64;
  eastJ: f64;
  southJ: f64;
  westJ: f64;
  northHops: f64;
  eastHops: f64;
  southHops: f64;
  westHops: f64;
}

@unmanaged
export class SynapseUnit {
  eventJ: f64;
  /** In this step. */
  events: f64;
}

@unmanaged
export class DendriteUnit {
  updateJ: f64;
  /** Updates that every step has. */
  standing: f64;
  /** In this step. */
  updates: f64;
}

@unmanaged
export class SomaUnit {
  accessJ: f64;
  updateJ: f64;
  spikeJ: f64;
  /** In every step. */
  accesses: f64;
  /** In this step. */
  updates: f64;
  spikes: f64;
}

/** What a neuron's units behind its buffer work in a step in which it is idle, is updated, fires. */
@unmanaged
export class Work {
  idleS: f64;
  updatedS: f64;
  firedS: f64;
  soma: SomaUnit;
}

/** Numbers of a kind of neuron. */
@unmanaged
export class Kind {
  /** LIF, TRUENORTH or INPUT. */
  model: i32;
  /** NONE, SOFT, HARD or SATURATE. */
  resetMode: i32;
  reverseMode: i32;
  /** It works in every step. */
  force: bool;
  towardsZero: bool;
  threshold: f64;
  reset: f64;
  reverseThreshold: f64;
  reverseReset: f64;
  bias: f64;
  leakDecay: f64;
  inputDecay: f64;
  refractoryDelay: f64;
  leak: f64;
}

/** Neighbours of one kind in the order of cores. */
@unmanaged
export class Row {
  from: i32;
  count: i32;
  kind: Kind;
}

@unmanaged
export class Core {
  id: i32;
  tile: Tile;
  /** Places of its neurons: from `from` up to `end`. */
  from: i32;
  end: i32;
  /** Its somas run when a step's messages have arrived, in rows from `firstRow` up to `endRow`. */
  isLate: bool;
  firstRow: Row;
  endRow: Row;
  /** A dendrite works on every event. */
  runsDendrite: bool;
  /** That all its synapses use. */
  synapse: SynapseUnit;
  /** That all its neurons use. */
  dendrite: DendriteUnit;
  /** Of sending a message. */
  outS: f64;
  messageInJ: f64;
  messageOutJ: f64;
  /** Messages of this step that it has sent, and the number of those to it. */
  firstMessage: Message;
  endMessage: Message;
  messagesIn: i32;
  /** Seconds of the neuron phase, of the messages that reach it, and of what follows those. */
  generatedS: f64;
  processedS: f64;
  closingS: f64;
  /** Detailed time: the message that it is about to send, and how late it is. */
  next: Message;
  lateS: f64;
  /**
   * Messages to it that have left lie from `firstArrival` up to `tail` by arrival. Those before `served` have a time at which it begins with them; those
   * before `begun` have reached it.
   */
  firstArrival: Arrival;
  tail: Arrival;
  served: Arrival;
  begun: Arrival;
  busyUntilS: f64;
  /** Cores that wait for it: a list by `behind`. */
  firstWaiting: Core;
  lastWaiting: Core;
  behind: Core;
}

/** A neuron's way to one core; its synapses reach up to those of the next axon. */
@unmanaged
export class Axon {
  target: Core;
  firstSynapse: i32;
  /** That the target works on a message. */
  processingS: f64;
}

@unmanaged
export class Message {
  axon: Axon;
  source: Core;
  /** From the start of the step to when its core has made it if nothing makes the core wait. */
  readyS: f64;
}

/** A message that has left. */
@unmanaged
export class Arrival {
  message: Message;
  arrivesS: f64;
  /** When the target begins with it. */
  beginsS: f64;
}

/** Compartments of a neuron. */
@unmanaged
export class Taps {
  count: i32;
  /** An event of this step has come. */
  arrived: bool;
  /** What each keeps of its charge, and what passes each joint. */
  time: Table<f64>;
  space: Table<f64>;
  charge: Table<f64>;
  incoming: Table<f64>;
  next: Table<f64>;
}
