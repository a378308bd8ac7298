/**
 * Switch allocation of one router: of several VCs of one input with the same output a round-robin pointer picks one; then inputs are matched
 * to outputs, one flit each. iSLIP: outputs grant, inputs accept. Input first: inputs choose, outputs choose among them.
 */
import { roundRobin } from "./bits.js";
import type { NocSpec } from "./noc.js";
import type { NocState } from "./state.js";

export interface SwitchAllocation {
  /** [input port] requester that won, where the returned bit is set. */
  readonly winner: Int32Array;
  /** Allocates among the requesters in `ready` (words of bits) of `router`; returns the bits of inputs that send. */
  allocate(router: number, ready: Int32Array): number;
}

export function createSwitchAllocation(state: NocState, allocator: NocSpec["allocator"]): SwitchAllocation {
  const { ports, requesters, words, out, portOf, vcOf, switchVcPointer, switchAcceptPointer, switchGrantPointer } = state;
  /** [input] outputs asked for; [output] inputs asking; [input][output] who asks; [chooser's counterpart] offers received. */
  const byInput = new Int32Array(ports);
  const byOutput = new Int32Array(ports);
  const candidate = new Int32Array(ports * ports);
  const offers = new Int32Array(ports);
  const winner = new Int32Array(ports);
  const outputsFirst = allocator === "islip";

  const allocate = (router: number, ready: Int32Array): number => {
    const base = router * ports;
    let inputs = 0;
    let outputs = 0;
    for (let word = 0; word < words; word++) {
      for (let rest = ready[word]; rest !== 0; rest &= rest - 1) {
        const li = 32 * word + 31 - Math.clz32(rest & -rest);
        const input = portOf[li];
        const output = out[router * requesters + li];
        const pair = input * ports + output;
        if ((inputs & (1 << input)) === 0) byInput[input] = 0;
        if ((outputs & (1 << output)) === 0) byOutput[output] = 0;
        inputs |= 1 << input;
        outputs |= 1 << output;
        if ((byInput[input] & (1 << output)) === 0) {
          byInput[input] |= 1 << output;
          byOutput[output] |= 1 << input;
          candidate[pair] = li;
        } else {
          // Requesters come in order of their VC: the first at or behind the pointer stays, else the first of all.
          const pointer = switchVcPointer[base + input];
          if (vcOf[candidate[pair]] < pointer && vcOf[li] >= pointer) candidate[pair] = li;
        }
      }
    }
    const asked = outputsFirst ? byOutput : byInput;
    const firstPointer = outputsFirst ? switchGrantPointer : switchAcceptPointer;
    const secondPointer = outputsFirst ? switchAcceptPointer : switchGrantPointer;
    let second = 0;
    for (let rest = outputsFirst ? outputs : inputs; rest !== 0; rest &= rest - 1) {
      const first = 31 - Math.clz32(rest & -rest);
      const choice = roundRobin(asked[first], firstPointer[base + first]);
      if ((second & (1 << choice)) === 0) offers[choice] = 0;
      offers[choice] |= 1 << first;
      second |= 1 << choice;
    }
    let granted = 0;
    for (let rest = second; rest !== 0; rest &= rest - 1) {
      const chooser = 31 - Math.clz32(rest & -rest);
      const choice = roundRobin(offers[chooser], secondPointer[base + chooser]);
      secondPointer[base + chooser] = choice + 1 === ports ? 0 : choice + 1;
      firstPointer[base + choice] = chooser + 1 === ports ? 0 : chooser + 1;
      const input = outputsFirst ? chooser : choice;
      winner[input] = candidate[input * ports + (outputsFirst ? choice : chooser)];
      granted |= 1 << input;
    }
    return granted;
  };
  return { winner, allocate };
}
