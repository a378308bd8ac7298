/**
 * VC allocation of one router: waiting heads against free output VCs, a requester asking for every free VC that it is permitted.
 *
 * iSLIP: every output VC grants the next requester behind its pointer, every requester accepts the next output VC behind its own.
 * Input first: every requester picks one output VC, every output VC picks one requester. Pointers move for matched pairs only.
 */
import type { NocSpec } from "./noc.js";
import { type NocState, WAITING } from "./state.js";

const NONE = 0x7fffffff;

export interface VcAllocation {
  /** Grants of the last call: requester (number in its router) and output VC (port * V + vc). */
  readonly requester: Int32Array;
  readonly outputVc: Int32Array;
  /** Allocates in `router`; returns the number of grants. Moves pointers, nothing else. */
  allocate(router: number): number;
}

export function createVcAllocation(state: NocState, allocator: NocSpec["allocator"]): VcAllocation {
  const { ports, vcs, requesters, words, masks, out, permitted, free, vcGrantPointer, vcAcceptPointer } = state;
  const outputs = ports * vcs;
  const requester = new Int32Array(Math.min(outputs, requesters));
  const outputVc = new Int32Array(requester.length);
  // The best requester of an output VC, the best output VC of a requester: distance behind the pointer, and who.
  const outputKey = new Int32Array(outputs).fill(NONE);
  const outputBest = new Int32Array(outputs);
  const inputKey = new Int32Array(requesters).fill(NONE);
  const inputBest = new Int32Array(requesters);
  const touchedOutputs = new Int32Array(outputs);
  const touchedInputs = new Int32Array(outputs);
  const inputFirst = allocator === "separable-input-first";

  const ask = (router: number, output: number, li: number, touched: number): number => {
    let key = li - vcGrantPointer[router * outputs + output];
    if (key < 0) key += requesters;
    const best = outputKey[output];
    if (best === NONE) touchedOutputs[touched++] = output;
    if (key < best) {
      outputKey[output] = key;
      outputBest[output] = li;
    }
    return touched;
  };

  const match = (router: number, li: number, output: number, grants: number): number => {
    vcGrantPointer[router * outputs + output] = li + 1 === requesters ? 0 : li + 1;
    vcAcceptPointer[router * requesters + li] = output + 1 === outputs ? 0 : output + 1;
    requester[grants] = li;
    outputVc[grants] = output;
    return grants + 1;
  };

  const allocate = (router: number): number => {
    let touched = 0;
    const row = (router * 4 + WAITING) * words;
    for (let word = 0; word < words; word++) {
      for (let rest = masks[row + word]; rest !== 0; rest &= rest - 1) {
        const li = 32 * word + 31 - Math.clz32(rest & -rest);
        const rq = router * requesters + li;
        const port = out[rq];
        let vacant = free[router * ports + port] & permitted[rq];
        if (inputFirst && vacant !== 0) {
          const pointer = vcAcceptPointer[rq] - port * vcs;
          const ahead = pointer > 0 && pointer < vcs ? (vacant >>> pointer) << pointer : vacant;
          vacant = ahead !== 0 ? ahead & -ahead : vacant & -vacant;
        }
        for (; vacant !== 0; vacant &= vacant - 1) touched = ask(router, port * vcs + 31 - Math.clz32(vacant & -vacant), li, touched);
      }
    }
    let winners = 0;
    for (let i = 0; i < touched; i++) {
      const output = touchedOutputs[i];
      const li = outputBest[output];
      outputKey[output] = NONE;
      let key = output - vcAcceptPointer[router * requesters + li];
      if (key < 0) key += outputs;
      const best = inputKey[li];
      if (best === NONE) touchedInputs[winners++] = li;
      if (key < best) {
        inputKey[li] = key;
        inputBest[li] = output;
      }
    }
    let grants = 0;
    for (let i = 0; i < winners; i++) {
      const li = touchedInputs[i];
      inputKey[li] = NONE;
      grants = match(router, li, inputBest[li], grants);
    }
    return grants;
  };
  return { requester, outputVc, allocate };
}
