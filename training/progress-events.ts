/** What every training tells: that it begins, that a batch is through, that an epoch is. */
import type { EpochRecord } from "./record.js";

export type ProgressEvent =
  | {
      readonly kind: "start";
      readonly backend: string;
      readonly epochs: number;
      readonly parameters: number;
      readonly resumedAtEpoch: number | null;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: "batch";
      readonly epoch: number;
      readonly epochs: number;
      readonly batch: number;
      readonly batches: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly seconds: number;
    };

export interface EpochEvent {
  readonly kind: "epoch";
  readonly record: EpochRecord;
  /** All epochs so far, including those before a resumption. */
  readonly curve: readonly EpochRecord[];
  readonly epochs: number;
  readonly seconds: number;
}
