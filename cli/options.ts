/** Options of commands as commander hands them over. */

export interface SweepOptions {
  readonly db?: string;
  readonly workers?: number;
  readonly budget?: number;
  readonly resume?: boolean;
  readonly retryFailed?: boolean;
  /** False with `--no-tui`. */
  readonly tui: boolean;
  readonly json?: boolean;
}

export interface TrainOptions {
  readonly out?: string;
  readonly backend: "auto" | "tensorflow" | "wasm" | "cpu";
  readonly fresh?: boolean;
  readonly json?: boolean;
}
