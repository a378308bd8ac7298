/** When a training cannot learn on: its loss is no number, or it takes no step. Pure. */
import { InputError, inputError } from "../base/errors.js";
import { HUGE } from "./config-schema.js";
import type { EpochRecord } from "./record.js";

/** A training that cannot learn on; `curve`: the epochs before. */
export class DivergedError extends InputError {
  constructor(
    name: string,
    readonly reason: string,
    readonly curve: readonly EpochRecord[],
  ) {
    super(inputError(name, reason, "a smaller learning rate or penalty, or a larger training.clip_norm").problems);
  }
}

/** Adds an epoch to `curve`; `steps`: taken since weights were drawn, or put on a grid. @throws DivergedError */
export function addEpoch(name: string, curve: EpochRecord[], record: EpochRecord, steps: number): void {
  const { epoch, loss, penalty } = record;
  const diverged = (why: string): DivergedError => new DivergedError(name, `training diverged: ${why}`, curve);
  if (!Number.isFinite(loss + penalty)) throw diverged(`the mean loss of epoch ${epoch} is ${loss + penalty}`);
  if (steps === 0)
    throw diverged(
      `no step of epoch ${epoch} was taken, because each gradient was not finite or longer than ${HUGE} times training.clip_norm`,
    );
  curve.push(record);
}
