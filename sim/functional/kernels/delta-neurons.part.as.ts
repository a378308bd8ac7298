/** Neurons that send changes of a value: encoders and sigma-delta layers of an integer graph. */
import { Event, send } from "./events.part.as";
import { Neurons } from "./graph-records.part.as";
import { clampState, countSaturations, requantiseOne } from "./requantise.part.as";

/** Updates every neuron; returns the end of their events. The value sent last is stored in place of the current. */
export function stepDeltas(population: Neurons, isFirst: bool, events: Event): Event {
  const neurons = population.neurons;
  const acc = population.sums,
    multiplier = population.multiplier,
    bias = population.bias;
  const rest = population.rest,
    voltage = population.voltage,
    told = population.current;
  const integrates = population.integrates,
    rectifies = population.rectifies,
    keepsRemainder = population.keepsRemainder;
  const threshold = <i64>population.threshold,
    shift = <i64>population.spikeShift,
    mostPayload = <i64>population.mostPayload,
    most = <i64>population.mostState;
  let out = events;
  let moved = 0;
  for (let n = 0; n < neurons; n++) {
    const before = <i64>voltage[n];
    const pre = requantiseOne(acc, multiplier, bias, n);
    const v = clampState(integrates ? before + pre : pre, most);
    if (v != before) moved++;
    voltage[n] = <i32>v;
    const sum = v + <i64>rest[n];
    const value = clampState(rectifies && sum < 0 ? 0 : sum, most);
    const last = <i64>told[n];
    const difference = value - last;
    if (difference < threshold && -difference < threshold) continue;
    const whole = difference >> shift;
    const payload = max(-mostPayload, min(mostPayload, whole));
    const isCut = payload != whole;
    if (isCut) countSaturations(1);
    told[n] = <i32>(keepsRemainder || isCut ? clampState(last + (payload << shift), most) : value);
    out = send(out, n, <i32>payload, payload != 0);
  }
  // the first step of an utterance counts every neuron
  population.moved = isFirst ? <f64>neurons : population.moved + <f64>moved;
  return out;
}
