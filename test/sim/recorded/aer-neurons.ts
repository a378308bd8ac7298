/** Arithmetic of ODIN's and tinyODIN's neurons on words of named fields, independent of the models. */
/** One neuron's word by field name; unused fields of tinyODIN are 0. */
export type NeuronWord = { [field in (typeof NEURON_FIELDS)[number]]: number };
export const NEURON_FIELDS = [
  ...(["disable", "leak_en", "leak", "thr", "core"] as const),
  ...(["ca_en", "thetamem", "ca_theta1", "ca_theta2", "ca_theta3", "ca_leak", "calcium", "caleak_cnt"] as const),
] as const;

/** Signed 12-bit membrane in two's complement; thresholds compare as unsigned. Returns whether the neuron fired. */
export function tinyNeuron(word: NeuronWord, weight: number, isReference: boolean): boolean {
  const v = word.core;
  const leak = word.leak;
  let next = v + weight;
  if (isReference) {
    next = v < 0 ? v + leak : v - leak;
    if (v < 0 !== next < 0) next = 0;
  }
  next = Math.max(-2048, Math.min(2047, next));
  const fired = next >= 0 && next >= word.thr;
  word.core = fired ? 0 : next;
  return fired;
}

/** Unsigned 8-bit membrane and calcium. Returns whether the neuron fired. */
export function odinNeuron(word: NeuronWord, weight: number, inhibits: boolean, isReference: boolean): boolean {
  const { leak_en, leak, thr, ca_en, ca_leak } = word;
  let v = word.core;
  if (isReference) v -= leak_en === 1 ? leak : 0;
  else v += inhibits ? -weight : weight;
  v = Math.max(0, Math.min(255, v));
  const fired = v >= thr;
  word.core = fired ? 0 : v;
  if (ca_en !== 1) return fired;
  let leaks = false;
  if (isReference && ca_leak !== 0) {
    leaks = word.caleak_cnt === ca_leak - 1;
    word.caleak_cnt = leaks ? 0 : (word.caleak_cnt + 1) & 31;
  }
  const step = fired && !leaks ? 1 : leaks && !fired ? -1 : 0;
  const calcium = word.calcium + step;
  if (calcium >= 0 && calcium <= 7) word.calcium = calcium;
  return fired;
}

/** Flags of a neuron from the word just written. */
export function odinFlags(word: NeuronWord): [up: number, down: number] {
  const { ca_en, core, thetamem, calcium, ca_theta1, ca_theta2, ca_theta3 } = word;
  if (ca_en === 0 || calcium < ca_theta1) return [0, 0];
  return core >= thetamem ? [calcium < ca_theta3 ? 1 : 0, 0] : [0, calcium < ca_theta2 ? 1 : 0];
}
