/** Ports through which the parts of an SNE slice meet. All but `take` and `push` show committed state. */

/** The end of a stream at which words leave. */
export interface WordSource {
  /** The word offered, or -1. */
  word(): number;
  take(): void;
}

/** The end of a stream at which words enter. */
export interface WordSink {
  readonly isReady: boolean;
  push(word: number): void;
}

/** Whether the data path may move on in a cycle. */
export interface Grant {
  isGranted(cycle: number): boolean;
}

/** The event that the data path sees: the router's word while it is processed, an idle one else. */
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

/** A sequencer: which neuron each cluster reads and writes. Rows and columns lie within a cluster. */
export interface Sequencer {
  /** Whether it has no event in work, so that a time step may pass. */
  readonly isResting: boolean;
  /** Whether its event is done. */
  readonly isDone: boolean;
  readonly isReading: boolean;
  readonly isWriting: boolean;
  readAddress(cluster: number): number;
  writeAddress(cluster: number): number;
  /** Place of the neuron that is written. */
  row(cluster: number): number;
  column(cluster: number): number;
}
