/**
 * Switch allocation of one router: of several VCs of one input with the same output a round-robin pointer picks one; then inputs are matched
 * to outputs, one flit each. iSLIP: outputs grant, inputs accept. Input first: inputs choose, outputs choose among them.
 */
import type { NocSpec } from "./noc.js";
import type { NocState } from "./state.js";

const NONE = 0x7fffffff;

export interface SwitchAllocation {
  /** Requesters that won in the last call, in order of their input. */
  readonly winners: Int32Array;
  /** Allocates among the requesters in `ready` (words of bits) of `router`; returns how many won. */
  allocate(router: number, ready: Int32Array): number;
}

export function createSwitchAllocation(state: NocState, allocator: NocSpec["allocator"]): SwitchAllocation {
  const { ports, requesters, words, out, portOf, vcOf, switchVcPointer, switchAcceptPointer, switchGrantPointer } = state;
  /** [input][output] requester that asks, -1: none; the pairs that have one. */
  const candidate = new Int32Array(ports * ports).fill(-1);
  const pairs = new Int32Array(ports * ports);
  // What a port is offered: distance of the best counterpart behind its pointer, and that counterpart.
  const firstKey = new Int32Array(ports).fill(NONE);
  const firstBest = new Int32Array(ports);
  const firsts = new Int32Array(ports);
  const secondKey = new Int32Array(ports).fill(NONE);
  const secondBest = new Int32Array(ports);
  const seconds = new Int32Array(ports);
  const winners = new Int32Array(ports);
  const outputsFirst = allocator === "islip";
  const firstPointer = outputsFirst ? switchGrantPointer : switchAcceptPointer;
  const secondPointer = outputsFirst ? switchAcceptPointer : switchGrantPointer;

  const gather = (router: number, ready: Int32Array): number => {
    let many = 0;
    for (let word = 0; word < words; word++) {
      for (let rest = ready[word]; rest !== 0; rest &= rest - 1) {
        const li = 32 * word + 31 - Math.clz32(rest & -rest);
        const input = portOf[li];
        const pair = input * ports + out[router * requesters + li];
        if (candidate[pair] < 0) {
          candidate[pair] = li;
          pairs[many++] = pair;
          continue;
        }
        // Requesters come in order of their VC: the first at or behind the pointer stays, else the first of all.
        const pointer = switchVcPointer[router * ports + input];
        if (vcOf[candidate[pair]] < pointer && vcOf[li] >= pointer) candidate[pair] = li;
      }
    }
    return many;
  };

  const allocate = (router: number, ready: Int32Array): number => {
    const base = router * ports;
    const many = gather(router, ready);
    let choosing = 0;
    for (let i = 0; i < many; i++) {
      const input = Math.floor(pairs[i] / ports);
      const output = pairs[i] - input * ports;
      const first = outputsFirst ? output : input;
      const asker = outputsFirst ? input : output;
      const ahead = asker - firstPointer[base + first];
      const key = ahead < 0 ? ahead + ports : ahead;
      if (firstKey[first] === NONE) firsts[choosing++] = first;
      if (key >= firstKey[first]) continue;
      firstKey[first] = key;
      firstBest[first] = asker;
    }
    let matched = 0;
    for (let i = 0; i < choosing; i++) {
      const first = firsts[i];
      const chooser = firstBest[first];
      firstKey[first] = NONE;
      const ahead = first - secondPointer[base + chooser];
      const key = ahead < 0 ? ahead + ports : ahead;
      if (secondKey[chooser] === NONE) seconds[matched++] = chooser;
      if (key >= secondKey[chooser]) continue;
      secondKey[chooser] = key;
      secondBest[chooser] = first;
    }
    for (let i = 0; i < matched; i++) {
      const chooser = seconds[i];
      const choice = secondBest[chooser];
      secondKey[chooser] = NONE;
      secondPointer[base + chooser] = choice + 1 === ports ? 0 : choice + 1;
      firstPointer[base + choice] = chooser + 1 === ports ? 0 : chooser + 1;
      const winner = candidate[outputsFirst ? chooser * ports + choice : choice * ports + chooser];
      let at = i;
      for (; at > 0 && winners[at - 1] > winner; at--) winners[at] = winners[at - 1];
      winners[at] = winner;
    }
    for (let i = 0; i < many; i++) candidate[pairs[i]] = -1;
    return matched;
  };
  return { winners, allocate };
}
