/** The readout of a network: requantised sums as scores of the classes. */
import { Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { clampState, requantiseOne } from "./requantise.part.as";
import { accumulate, Sums } from "./sums.part.as";

let sums: Sums = changetype<Sums>(0);
export let classes: i32 = 0;
/** Largest score. */
let most: i64 = 0;

/** Sets the network's readout. */
export function setReadout(accumulators: Sums, count: i32, mostScore: i32): void {
  sums = accumulators;
  classes = count;
  most = mostScore;
}

/** Scores [classes] of one step from the events of the last layer. */
export function readOut(events: Event, end: Event, scores: Table<i32>): void {
  accumulate(sums, events, end);
  score(sums.values, sums.multiplier, sums.bias, classes, most, scores);
}

/** Requantised sums, clamped to ±`most`. */
@inline
export function score(acc: Table<i32>, multiplier: Table<f64>, bias: Table<f64>, count: i32, most: i64, scores: Table<i32>): void {
  for (let n = 0; n < count; n++) scores[n] = <i32>clampState(requantiseOne(acc, multiplier, bias, n), most);
}
