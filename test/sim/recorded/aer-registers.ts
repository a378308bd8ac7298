/**
 * ODIN and tinyODIN a second time, as registers on a clock: every register is listed, every cycle is computed, nothing
 * is skipped.
 *
 * Slow and flat on purpose. It shares no part, kernel or trace writer with the model. It follows the rules of the
 * recorded runs and the registers of the designs (phase counter, neuron counter, synchronisers, output port), and
 * writes the same files.
 */
import { type NeuronWord, odinFlags, odinNeuron, tinyNeuron } from "./aer-neurons.js";

export interface AerRegisters {
  readonly design: "tinyodin" | "odin";
  /** Highest neuron that a sweep visits. */
  readonly maxNeuron: number;
  readonly openLoop: boolean;
  readonly sourceIsController: boolean;
  /** Flip-flops of the synchronisers of REQ and of ACK. */
  readonly requestFlops: number;
  readonly ackFlops: number;
  readonly requestFallDelay: number;
  readonly requestGap: number;
  readonly ackUpDelay: number;
  readonly ackDownDelay: number;
  readonly updateUnmapped: boolean;
  readonly propagateUnmapped: boolean;
  readonly plasticityOnSynapse: boolean;
  readonly limit: number;
}

export interface AerMemories {
  readonly neurons: NeuronWord[];
  /** [256][256] raw nibbles. */
  readonly synapses: Uint8Array;
  readonly inhibits: Uint8Array;
  readonly inputs: readonly { readonly notBefore: number; readonly value: number }[];
}

export interface AerFiles {
  readonly trace: string;
  readonly operations: string;
  readonly spikes: string;
  readonly summary: { readonly [key: string]: unknown };
}

const EVENT_STATES = ["TREF", "BIST", "SYNAPSE", "POP_NEUR", "POP_VIRT"];

/** Runs the registers; afterwards `neurons` and `synapses` hold their final state. */
export function runAerRegisters(chip: AerRegisters, memory: AerMemories): AerFiles {
  const isOdin = chip.design === "odin";
  const depth = isOdin ? 32 : 128;
  const up = new Uint8Array(256);
  const down = new Uint8Array(256);
  const { neurons, synapses, inputs } = memory;
  const rows: string[] = ["cycle,event,a,b,c"];
  const operations: string[] = [];
  const spikeRows: string[] = [];
  const states = new Map<string, number>();
  const sum = { nr: 0, nw: 0, sr: 0, sw: 0, pushAer: 0, pushNeuron: 0, drops: 0, pops: 0, spikes: 0, in: 0, out: 0, max: 0 };
  // Registers of the chip.
  let [state, phase, neuron] = ["WAIT", 0, 0] as [string, number, number];
  let [outRequest, busy, outAddress] = [false, false, 0];
  // the oldest is last; ACK's chain has one more, for its falling edge
  const requestChain = new Array<boolean>(chip.requestFlops).fill(false);
  const ackChain = new Array<boolean>(chip.ackFlops + 1).fill(false);
  const queue: number[] = [];
  let synapseWord: number[] = new Array(8).fill(0);
  // Registers of the outside world.
  let [request, inAddress, sequence, isOpen, ackUpAt, ackLowAt] = [false, 0, -1, false, -1, -1e9];
  let [outAck, requestEdgeAt] = [false, 0];
  let start = { at: 0, arg: 0, sums: { ...sum } };
  let [idleSince, total, quiet] = [-1, chip.limit, false];
  let [wasAck, wasRequest, wasOutRequest, wasOutAck, wasState] = [false, false, false, false, "WAIT"];

  for (let t = 0; t < chip.limit; t++) {
    // Sender: it sees the acknowledge of the cycle before.
    if (isOpen && !request && ackUpAt >= 0 && !wasAck) {
      isOpen = false;
      ackLowAt = t - 1;
    }
    if (request && ackUpAt >= 0 && t >= ackUpAt + 1 + chip.requestFallDelay) request = false;
    const offered = inputs[sequence + 1];
    if (!isOpen && !wasAck && offered !== undefined && t >= offered.notBefore && t >= ackLowAt + 1 + chip.requestGap) {
      [request, isOpen, ackUpAt, inAddress] = [true, true, -1, offered.value];
      sequence++;
    }
    // Receiver.
    if (outRequest !== outAck && t >= requestEdgeAt + 1 + (outRequest ? chip.ackUpDelay : chip.ackDownDelay)) outAck = outRequest;

    const ack = state === "WAIT_REQDN";
    if (ack && ackUpAt < 0 && request) ackUpAt = t;
    if (state !== wasState) rows.push(`${t},STATE,${state},,`);
    if (request !== wasRequest) rows.push(`${t},IN_REQ_${request ? "UP" : "DN"},${inAddress},${sequence},`);
    if (ack !== wasAck) rows.push(`${t},IN_ACK_${ack ? "UP" : "DN"},,,`);
    if (ack && !wasAck) sum.in++;

    // Combinational signals of this cycle.
    const isRequested = requestChain[chip.requestFlops - 1];
    const isAcknowledged = ackChain[chip.ackFlops - 1];
    const head = queue[0] ?? 0;
    const occupancy = queue.length;
    const isFull = occupancy === depth;
    const isSynapse = isOdin && (inAddress & 0x10000) !== 0;
    const isReference = isOdin ? !isSynapse && (inAddress & 0x7f) === 0x7f : (inAddress & 0x100) !== 0;
    const isBistability = isOdin && !isSynapse && (inAddress & 0x7f) === 0;
    const isOne = isOdin ? (inAddress & 0x80) !== 0 : (inAddress & 0xff) !== 0xff;
    const writes = (phase & 1) === 1;
    const isLast = phase === 2 * chip.maxNeuron + 1;
    let [push, pushWord, pop, spike, address, next, counts, outEvent] = [false, 0, false, -1, 0, state, false, false];
    const popState = (): string => (head >> 8 !== 0 ? "POP_VIRT" : "POP_NEUR");
    if (EVENT_STATES.includes(state) && state !== wasState)
      start = { at: t, arg: state.startsWith("POP") ? head : isOdin ? inAddress : inAddress & 255, sums: { ...sum } };
    const apply = (index: number, weight: number, inhibits: boolean, reference: boolean): void => {
      address = index;
      if (!writes) {
        sum.nr++;
        return;
      }
      sum.nw++;
      const word = neurons[index];
      const fired = isOdin ? odinNeuron(word, weight, inhibits, reference) : tinyNeuron(word, weight, reference);
      if (isOdin) [up[index], down[index]] = odinFlags(word);
      if (fired && word.disable === 0) spike = index;
    };
    const word = (row: number, column: number): number => row * 32 + column;
    const load = (at: number): void => {
      synapseWord = [...synapses.subarray(at * 8, at * 8 + 8)];
    };
    const learn = (at: number, enabled: (post: number) => boolean, bistable: boolean): void => {
      for (let k = 0; k < 8; k++) {
        const post = (at % 32) * 8 + k;
        const old = synapseWord[k];
        const active = enabled(k) && (chip.updateUnmapped || old >= 8);
        const low = (old & 7) < 4;
        const goesUp = active && (bistable ? !low : up[post] === 1);
        const goesDown = active && (bistable ? low : down[post] === 1);
        const stuck = (goesUp && (old & 7) === 7) || (goesDown && (old & 7) === 0);
        synapses[at * 8 + k] = stuck ? old : old + (goesUp ? 1 : goesDown ? -1 : 0);
      }
    };
    const weightOf = (post: number): number => {
      const nibble = synapseWord[post & 7];
      if (!isOdin) return nibble > 7 ? nibble - 16 : nibble;
      return nibble > 7 || chip.propagateUnmapped ? nibble & 7 : 0;
    };

    if (state === "WAIT") {
      if (busy) next = "WAIT";
      else if (isFull) next = popState();
      else if (isRequested && !isBistability) next = isReference ? "TREF" : isSynapse ? "SYNAPSE" : "PUSH";
      else if (occupancy > 0) next = popState();
      else if (isRequested) next = "BIST";
    } else if (state === "PUSH") {
      push = true;
      if (isOdin) pushWord = (((inAddress >> 3) & 31) << 8) | ((inAddress >> 8) & 255);
      else pushWord = (inAddress & 0x200) === 0 ? inAddress & 255 : ((inAddress & 0xf0) << 4) | (inAddress & 15);
      next = "WAIT_REQDN";
    } else if (state === "TREF") {
      apply(isOne ? (isOdin ? (inAddress >> 8) & 255 : inAddress & 255) : neuron, 0, false, true);
      counts = writes && !isOne;
      if (isOne ? phase === 1 : counts && neuron === chip.maxNeuron) next = "WAIT_REQDN";
    } else if (state === "SYNAPSE") {
      const [pre, post] = [(inAddress >> 8) & 255, inAddress & 255];
      if (writes) {
        learn(word(pre, post >> 3), (k) => chip.plasticityOnSynapse && k === (post & 7), false);
        sum.sw++;
        next = "WAIT_REQDN";
      } else sum.sr++;
      apply(post, weightOf(post), memory.inhibits[pre] === 1, false);
      if (!writes) load(word(pre, post >> 3));
    } else if (state === "BIST") {
      const at = word(isOne ? (inAddress >> 8) & 255 : neuron, (phase >> 1) & 31);
      if (writes) {
        learn(at, () => true, true);
        sum.sw++;
        counts = !isOne && ((phase >> 1) & 31) === 31;
        if (isOne ? phase === 63 : counts && neuron === 255) next = "WAIT_REQDN";
      } else {
        sum.sr++;
        load(at);
      }
    } else if (state === "POP_NEUR") {
      const at = word(head & 255, neuron >> 3);
      const selected = (neuron & 7) === 0;
      if (selected && writes && isOdin) {
        learn(at, () => true, false);
        sum.sw++;
      } else if (selected) sum.sr++;
      apply(neuron, weightOf(neuron), isOdin && memory.inhibits[head & 255] === 1, false);
      if (selected && !writes) load(at);
      counts = writes;
      if (isLast) {
        next = isOdin ? "WAIT" : "AER_POP";
        pop = isOdin;
      }
      outEvent = isOdin ? writes && neuron === 0 : isLast;
    } else if (state === "POP_VIRT") {
      const field = head >> 8;
      if (isOdin) apply(head & 255, field >> 2, (field & 2) !== 0, (field & 1) !== 0);
      else apply(head & 255, field > 7 ? field - 16 : field, false, false);
      pop = writes;
      if (writes) next = "WAIT";
    } else if (state === "AER_POP") {
      pop = !busy;
      if (pop) next = "WAIT";
    } else if (!isRequested) next = "WAIT";

    if (spike >= 0 && !chip.openLoop) [push, pushWord] = [true, spike];
    if (push) {
      rows.push(`${t},PUSH${isFull ? "_DROP" : ""},${spike >= 0 ? "neur" : "aer"},${pushWord},${occupancy}`);
      if (isFull) sum.drops++;
      else if (spike >= 0) sum.pushNeuron++;
      else sum.pushAer++;
    }
    if (pop) {
      rows.push(`${t},POP,${head},${occupancy},`);
      sum.pops++;
    }
    if (spike >= 0) {
      rows.push(`${t},SPIKE,${spike},,`);
      spikeRows.push(`${t},${spike},${chip.sourceIsController ? -1 : t + 1}`);
      sum.spikes++;
    }
    if (outRequest !== wasOutRequest) rows.push(`${t},OUT_REQ_${outRequest ? "UP" : "DN"},${outAddress},,`);
    if (outRequest && !wasOutRequest) sum.out++;
    if (outAck !== wasOutAck) rows.push(`${t},OUT_ACK_${outAck ? "UP" : "DN"},,,`);
    if (EVENT_STATES.includes(state) && next !== state) {
      const { nr, nw, sr, sw, spikes } = start.sums;
      const accesses = [sum.nr - nr, sum.nw - nw, sum.sr - sr, ...(isOdin ? [sum.sw - sw] : []), sum.spikes - spikes];
      operations.push([start.at, t, state, start.arg, ...accesses].join(","));
    }
    sum.max = Math.max(sum.max, occupancy);
    states.set(state, (states.get(state) ?? 0) + 1);

    const isIdle = state === "WAIT" && occupancy === 0 && !request && !ack && !busy && !isOpen && sequence + 1 >= inputs.length;
    idleSince = isIdle ? (idleSince < 0 ? t : idleSince) : -1;
    if (isIdle && t - idleSince === 31) {
      [quiet, total] = [true, idleSince];
      break;
    }

    // Clock edge.
    [wasAck, wasRequest, wasOutRequest, wasOutAck, wasState] = [ack, request, outRequest, outAck, state];
    const isBusy = busy;
    const starts = (chip.sourceIsController ? outEvent : spike >= 0) && !isAcknowledged;
    const falls = !isAcknowledged && ackChain[chip.ackFlops];
    if (starts) [outRequest, busy, outAddress, requestEdgeAt] = [true, true, chip.sourceIsController ? head & 255 : address, t + 1];
    else if (isAcknowledged) {
      if (outRequest) requestEdgeAt = t + 1;
      [outRequest, busy] = [false, true];
    } else if (falls) busy = false;
    ackChain.unshift(outAck);
    ackChain.pop();
    requestChain.unshift(request);
    requestChain.pop();
    if (state === "WAIT") [phase, neuron] = [0, 0];
    else if (!isBusy) {
      phase++;
      if (counts) neuron = (neuron + 1) & 255;
    }
    if (pop) queue.shift();
    if (push && !isFull) queue.push(pushWord);
    state = next;
  }
  if (quiet) states.set("WAIT", (states.get("WAIT") as number) - 32);
  return {
    trace: `${rows.join("\n")}\n`,
    operations: `${[`start,end,op,arg,neur_rd,neur_wr,syn_rd,${isOdin ? "syn_wr," : ""}spikes`, ...operations].join("\n")}\n`,
    spikes: `${["fire_cycle,neuron,aer_req_cycle", ...spikeRows].join("\n")}\n`,
    summary: {
      ...{ quiescent: quiet, total_cycles: total, inputs_accepted: sum.in, neuron_sram_reads: sum.nr, neuron_sram_writes: sum.nw },
      ...{ synapse_sram_reads: sum.sr, ...(isOdin ? { synapse_sram_writes: sum.sw } : {}), fifo_push_aer: sum.pushAer },
      ...{ fifo_push_neuron: sum.pushNeuron, fifo_push_dropped: sum.drops, fifo_pops: sum.pops, fifo_max_occupancy: sum.max },
      ...{ spikes: sum.spikes, aer_out_requests: sum.out },
      state_cycles: Object.fromEntries([...states].filter(([, cycles]) => cycles > 0)),
    },
  };
}
