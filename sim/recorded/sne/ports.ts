/** Ports between the parts of an SNE slice. All calls except `take` and `push` show committed state. */

/** Output end of a stream. */
export interface WordSource {
  /** The word offered, or -1. */
  word(): number;
  take(): void;
}

/** Input end of a stream. */
export interface WordSink {
  readonly isReady: boolean;
  push(word: number): void;
}

/** Whether the data path may advance in a cycle. */
export interface Grant {
  isGranted(cycle: number): boolean;
}

/** The event that the data path sees: the router's word while it is processed, else an idle one. */
export interface EventBus {
  readonly op: number;
  readonly x: number;
  readonly y: number;
  readonly channel: number;
  /** Whether the time register has settled since the last step. */
  readonly isTimeStable: boolean;
  /** Current time step. */
  readonly time: number;
}

/**
 * A sequencer: it selects the neuron that each cluster reads and writes. Rows and columns are those within a cluster.
 */
export interface Sequencer {
  /** Whether no event is in progress, so that a time step may pass. */
  readonly isResting: boolean;
  /** Whether its event is done. */
  readonly isDone: boolean;
  readonly isReading: boolean;
  readonly isWriting: boolean;
  readAddress(cluster: number): number;
  writeAddress(cluster: number): number;
  /** Position of the neuron that is written. */
  row(cluster: number): number;
  column(cluster: number): number;
}
