/**
 * Records of a SANA-FE chip and of the network on it. Times in s, energies in J. A neuron's number in tables is its index in the order of cores. `none`: there
 * is no such unit, or there are several.
 */
import { Table } from "../../../base/kernel/views.part.as";

/** Position of a tile, time of a hop from it, energy of a hop towards it, and number of those hops in this step. */
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
  /** Events in this step. */
  events: f64;
}

@unmanaged
export class DendriteUnit {
  updateJ: f64;
  /** Updates that happen in every step. */
  standing: f64;
  /** Updates in this step. */
  updates: f64;
}

@unmanaged
export class SomaUnit {
  accessJ: f64;
  updateJ: f64;
  spikeJ: f64;
  /** Accesses in every step. */
  accesses: f64;
  /** Updates in this step. */
  updates: f64;
  spikes: f64;
}

/** Seconds of a neuron's units after the buffer, in a step in which it is idle, is updated, fires. */
@unmanaged
export class Work {
  idleS: f64;
  updatedS: f64;
  firedS: f64;
  soma: SomaUnit;
}

/** Parameters of a kind of neuron. */
@unmanaged
export class Kind {
  /** LIF, TRUENORTH or INPUT. */
  model: i32;
  /** NONE, SOFT, HARD or SATURATE. */
  resetMode: i32;
  reverseMode: i32;
  /** The unit works in every step. */
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

/** Consecutive neurons of one kind, in the order of cores. */
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
  /** Indices of its neurons: from `from` up to `end`. */
  from: i32;
  end: i32;
  /** Its somas run after a step's messages have arrived, in rows from `firstRow` up to `endRow`. */
  isLate: bool;
  firstRow: Row;
  endRow: Row;
  /** A dendrite processes every event. */
  runsDendrite: bool;
  /** The only synapse unit that its synapses use. */
  synapse: SynapseUnit;
  /** The only dendrite that its neurons use. */
  dendrite: DendriteUnit;
  /** Seconds to send a message. */
  outS: f64;
  messageInJ: f64;
  messageOutJ: f64;
  /** Messages that it has sent in this step, and number of messages to it. */
  firstMessage: Message;
  endMessage: Message;
  messagesIn: i32;
  /** Seconds of the neuron phase, of its incoming messages, and of the work after those. */
  generatedS: f64;
  processedS: f64;
  closingS: f64;
  /** Detailed time: its next message, and its delay so far. */
  next: Message;
  lateS: f64;
  /**
   * Messages to it that have left are at `firstArrival` up to `tail`, by arrival. Those before `served` have a time at which it begins them; those before
   * `begun` have begun.
   */
  firstArrival: Arrival;
  tail: Arrival;
  served: Arrival;
  begun: Arrival;
  busyUntilS: f64;
  /** Cores that wait for it: a list linked by `behind`. */
  firstWaiting: Core;
  lastWaiting: Core;
  behind: Core;
}

/** Target of a message, and seconds for which it processes the message. Axons with the same ones share it. */
@unmanaged
export class Delivery {
  target: Core;
  processingS: f64;
}

/** A neuron's axon to one core; its synapses end where those of the next axon begin. There may be as many axons as synapses. */
@unmanaged
export class Axon {
  delivery: Delivery;
  firstSynapse: i32;
}

@unmanaged
export class Message {
  axon: Axon;
  source: Core;
  /** Seconds from the start of the step to when the message is ready, if its core never waits. */
  readyS: f64;
}

/** A message that has left. */
@unmanaged
export class Arrival {
  message: Message;
  arrivesS: f64;
  /** Time at which the target begins it. */
  beginsS: f64;
}

/** Compartments of a neuron. */
@unmanaged
export class Taps {
  count: i32;
  /** An event has arrived in this step. */
  arrived: bool;
  /** Share of its charge that each compartment keeps, and share that passes each joint. */
  time: Table<f64>;
  space: Table<f64>;
  charge: Table<f64>;
  incoming: Table<f64>;
  next: Table<f64>;
}
