/**
 * A step of the neuron models leaky_integrate_fire and truenorth, in SANA-FE's order of operations. A neuron gets the buffered current of the last step (no
 * current differs from 0) and is idle, updated or fired. The host has written the status of inputs and the random numbers before.
 */
import { take } from "./step-dendrites.part.as";
import { Kind, Row } from "./step-records.part.as";
import { current, filtered, isPlain, isPresent, jitter, potential, resting, status } from "./step-setup.part.as";

export const LIF: i32 = 0;
export const TRUENORTH: i32 = 1;
export const INPUT: i32 = 2;

export const IDLE: i32 = 0;
export const UPDATED: i32 = 1;
export const FIRED: i32 = 2;

/** Resets, and actions below the lower threshold. */
export const NONE: i32 = 0;
export const SOFT: i32 = 1;
export const HARD: i32 = 2;
export const SATURATE: i32 = 3;

/** `step` counts from 1. */
export function updateRow(row: Row, step: i32): void {
  const from = row.from;
  const end = from + row.count;
  if (!isPlain()) take(from, end);
  const kind = row.kind;
  if (kind.model == LIF) integrate(kind, from, end, step);
  else if (kind.model == TRUENORTH) stepTrueNorth(kind, from, end);
  current.from(from).fill(0, row.count);
  isPresent.from(from).fill(0, row.count);
}

function integrate(kind: Kind, from: i32, end: i32, step: i32): void {
  const bias = kind.bias;
  // whether the unit works is decided before the leak
  const isForced = bias != 0 || kind.force;
  const inputDecay = step > 1 ? kind.inputDecay : 1;
  const leakDecay = step > 1 ? kind.leakDecay : 1;
  const threshold = kind.threshold;
  const low = kind.reverseThreshold;
  for (let place = from; place < end; place++) {
    const hasCurrent = isPresent[place] != 0;
    let v = potential[place];
    let u = filtered[place] * inputDecay;
    let left = resting[place];
    let found = isForced || hasCurrent || v != 0 ? UPDATED : IDLE;
    v = trunc(v * leakDecay * 64) / 64;
    if (left <= 0) {
      v += bias;
      if (hasCurrent) u += current[place];
      v += u;
      if (v > threshold) {
        found = FIRED;
        if (kind.resetMode == HARD) v = kind.reset;
        else if (kind.resetMode == SOFT) v -= threshold;
        left = kind.refractoryDelay;
      }
    }
    if (v < low) v = raised(kind, v);
    if (left > 0) left -= 1;
    potential[place] = v;
    filtered[place] = u;
    resting[place] = left;
    status[place] = <u8>found;
  }
}

/** Raises a potential that is below the lower threshold. */
function raised(kind: Kind, v: f64): f64 {
  if (kind.reverseMode == SOFT) return v - kind.reverseThreshold;
  if (kind.reverseMode == HARD) return kind.reverseReset;
  return kind.reverseMode == SATURATE ? kind.reverseThreshold : v;
}

function stepTrueNorth(kind: Kind, from: i32, end: i32): void {
  const bias = kind.bias;
  const isForced = bias != 0 || kind.force;
  const threshold = kind.threshold;
  const low = kind.reverseThreshold;
  for (let place = from; place < end; place++) {
    const hasCurrent = isPresent[place] != 0;
    let v = potential[place];
    const isActive = isForced || hasCurrent || v != 0;
    if (!kind.towardsZero) v += kind.leak;
    else if (v > 0) v -= kind.leak;
    else if (v < 0) v += kind.leak;
    v += bias;
    if (hasCurrent) v += current[place];
    // the random number is added to the potential only for the comparison
    const hasFired = v + <f64>jitter[place] >= threshold;
    if (hasFired) {
      if (kind.resetMode == HARD) v = kind.reset;
      else if (kind.resetMode == SOFT) v -= threshold;
      else if (kind.resetMode == SATURATE) v = threshold;
    } else if (v <= low) {
      // the sign in the soft case is that of the original program
      if (kind.reverseMode == SOFT) v += low;
      else if (kind.reverseMode == HARD) v = kind.reverseReset;
      else if (kind.reverseMode == SATURATE) v = low;
    }
    potential[place] = v;
    status[place] = <u8>(hasFired ? FIRED : isActive ? UPDATED : IDLE);
  }
}
