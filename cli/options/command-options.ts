/** Options of commands, as commander passes them. */
import type { ColumnName } from "../../base/plot/spec.js";
import type { PluginOptions } from "./plugins.js";

export interface SweepOptions extends PluginOptions {
  /** Refused, with what to do instead. */
  readonly set?: string;
  readonly db?: string;
  readonly workers?: number;
  readonly budget?: number;
  /** `--time`, in milliseconds. */
  readonly time?: number;
  readonly patience?: number;
  readonly resume?: boolean;
  /** Database of another sweep over the same parameters. */
  readonly warmStart?: string;
  readonly retryFailed?: boolean;
  readonly rerun?: boolean;
  readonly retries?: number;
  readonly failFast?: boolean;
  /** False with `--no-tui`. */
  readonly tui: boolean;
  readonly json?: boolean;
  /** `i/n`. */
  readonly shard?: string;
  readonly engine: "local" | "bullmq";
  readonly redis?: string;
  readonly redisFile?: string;
  readonly keyFile?: string;
  readonly redisPrefix: string;
  readonly sharedDir?: string;
  readonly leaseSeconds: number;
}

export interface TrainOptions extends PluginOptions {
  readonly out?: string;
  readonly outDir?: string;
  readonly data?: string;
  readonly for?: string;
  readonly seed?: readonly number[];
  readonly workers?: number;
  readonly backend: "auto" | "tensorflow" | "wasm" | "cpu";
  readonly fresh?: boolean;
  readonly json?: boolean;
}

export interface ParetoOptions extends PluginOptions {
  readonly confidence?: number | true;
  readonly explain?: boolean;
  /** Separated by commas. */
  readonly objectives?: string;
  readonly where?: string;
  /** Separated by commas. */
  readonly columns?: string;
  readonly top?: number;
  readonly by?: string;
  readonly dropFixed?: boolean;
  /** Separated by commas. */
  readonly epsilon?: string;
  readonly format?: string;
  readonly out?: string;
  readonly x?: string;
  readonly y?: string;
  readonly column: ColumnName;
  readonly siunitx?: boolean;
  readonly json?: boolean;
}
