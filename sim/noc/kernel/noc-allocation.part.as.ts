/**
 * VC and switch allocation of noc-virtual: the rules of noc-general-allocation for at most 64 inputs and 30 ports per router, over masks.
 */
import { inRow, none, Table } from "../../../base/kernel/views.part.as";
import { grantsOf, listedInput, portAt, VCS, vcAt } from "./noc-places.part.as";
import { Grant, Router, VirtualInput, VirtualPort, VirtualVc } from "./noc-records.part.as";

@unmanaged
export class Pair extends Grant<VirtualInput, VirtualVc> {}

/** [VC] inputs that request a VC of one port. */
let asking: Table<u64> = none<Table<u64>>();
/** [input port][output port] number of the input that requests an output. */
let candidates: Table<u8> = none<Table<u8>>();
/** [port] counterparts that request it first; counterparts that chose it. */
let asked: Table<u32> = none<Table<u32>>();
let chosen: Table<u32> = none<Table<u32>>();
let inputFirst: bool = false;
/** Every head may take every VC of its output port. */
let alike: bool = false;

/** `at`: 2 KiB of scratch. */
export function init(at: usize, first: bool, permittedAlike: bool): void {
  asking = changetype<Table<u64>>(at);
  candidates = changetype<Table<u8>>(at + 256);
  asked = changetype<Table<u32>>(at + 256 + 1024);
  chosen = changetype<Table<u32>>(at + 256 + 1024 + 128);
  inputFirst = first;
  alike = permittedAlike;
}

/** An input's bit in sets of its router's inputs. */
@inline
export function bitOf(input: VirtualInput): u64 {
  return (<u64>1) << (<u64>input.number);
}

@inline
export function roundRobin(mask: u32, pointer: u32): i32 {
  const ahead = (mask >> pointer) << pointer;
  return ctz<i32>(ahead != 0 ? ahead : mask);
}

@inline
function roundRobinOf(mask: u64, pointer: i32): i32 {
  const ahead = (mask >> <u64>pointer) << (<u64>pointer);
  return <i32>ctz(ahead != 0 ? ahead : mask);
}

/** The VC among `vacant` VCs of a port that is first at or after a head's pointer; `behind` is the pointer minus the port's first output VC. */
@inline
export function vcBehind(vacant: u32, behind: i32): i32 {
  return roundRobin(vacant, <u32>behind < <u32>VCS ? behind : 0);
}

@inline
function matchVc(router: Router, number: i32, output: i32, grant: i32): void {
  const pair = inRow(grantsOf<Pair>(router), grant);
  const input = listedInput<VirtualInput>(router, number);
  const vc = vcAt<VirtualVc>(router, output);
  vc.grant = <u8>(number + 1);
  input.accept = <u8>(output + 1);
  pair.asker = input;
  pair.output = vc;
}

/** Collects, for each free VC of the port whose output VCs begin at `first`, the heads that request it. */
function askEach(router: Router, first: i32, waiting: u64, vacant: u32): void {
  for (let rest = waiting; rest != 0; rest &= rest - 1) {
    const number = <i32>ctz(rest);
    const input = listedInput<VirtualInput>(router, number);
    let wanted = vacant & <u32>input.permitted;
    if (wanted == 0) continue;
    if (inputFirst) wanted = 1 << vcBehind(wanted, <i32>input.accept - first);
    for (; wanted != 0; wanted &= wanted - 1) {
      const vc = <i32>ctz(wanted);
      asking[vc] = asking[vc] | ((<u64>1) << (<u64>number));
    }
  }
}

/**
 * Matches the heads `waiting` for the output port whose output VCs begin at `first` with the free VCs `vacant`; returns the number of pairs. A head requests
 * VCs of one port only, so ports are matched one by one.
 */
export function matchPort(router: Router, first: i32, waiting: u64, vacant: u32): i32 {
  const all = alike && !inputFirst;
  if (all && (vacant & (vacant - 1)) == 0) {
    // in most cases one VC has become free while heads wait
    const output = first + <i32>ctz(vacant);
    matchVc(router, roundRobinOf(waiting, vcAt<VirtualVc>(router, output).grant), output, 0);
    return 1;
  }
  for (let vc = 0; vc < VCS; vc++) asking[vc] = all ? waiting : 0;
  if (!all) askEach(router, first, waiting, vacant);
  // each VC offers itself to the head at its pointer; a head with several offers takes the one at its own pointer
  let grants = 0;
  let offered: u64 = 0;
  const pairs = grantsOf<Pair>(router);
  for (let rest = vacant; rest != 0; rest &= rest - 1) {
    const number = first + <i32>ctz(rest);
    const askers = asking[number - first];
    if (askers == 0) continue;
    const output = vcAt<VirtualVc>(router, number);
    const head = roundRobinOf(askers, output.grant);
    const input = listedInput<VirtualInput>(router, head);
    const bit = (<u64>1) << (<u64>head);
    if ((offered & bit) != 0) {
      let i = 0;
      while (inRow(pairs, i).asker != input) i++;
      const pair = inRow(pairs, i);
      const accept = <i32>input.accept;
      // the earlier offer has a lower VC
      if (first + <i32>pair.output.vc < accept && number >= accept) pair.output = output;
      continue;
    }
    offered |= bit;
    inRow(pairs, grants).asker = input;
    inRow(pairs, grants).output = output;
    grants++;
  }
  for (let i = 0; i < grants; i++) {
    const pair = inRow(pairs, i);
    matchVc(router, pair.asker.number, first + <i32>pair.output.vc, i);
  }
  return grants;
}

/** Those of `ready` that share their input port or their output port with another one; the others have no competitor. */
@inline
function disputed(router: Router, ready: u64): u64 {
  let inputs: u32 = 0;
  let outputs: u32 = 0;
  let sharedInputs: u32 = 0;
  let sharedOutputs: u32 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const input = listedInput<VirtualInput>(router, <i32>ctz(rest));
    const from: u32 = 1 << (<u32>input.port);
    const to: u32 = 1 << (<u32>input.out);
    sharedInputs |= inputs & from;
    sharedOutputs |= outputs & to;
    inputs |= from;
    outputs |= to;
  }
  if ((sharedInputs | sharedOutputs) == 0) return 0;
  let found: u64 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const input = listedInput<VirtualInput>(router, <i32>ctz(rest));
    const shares = ((sharedInputs >> <u32>input.port) | (sharedOutputs >> <u32>input.out)) & 1;
    found |= rest & (0 - rest) & (0 - <u64>shares);
  }
  return found;
}

/** Of two, the one that is first at or after a pointer. */
@inline
function isSecond(low: i32, high: i32, pointer: i32): bool {
  return (low < pointer) & (high >= pointer);
}

/** The winner of two inputs that share a port: one arbiter decides, in both allocators. */
@inline
function winnerOfTwo(router: Router, pair: u64): u64 {
  const lowBit = pair & (0 - pair);
  const low = listedInput<VirtualInput>(router, <i32>ctz(pair));
  const high = listedInput<VirtualInput>(router, <i32>ctz(pair ^ lowBit));
  const entrance = <i32>low.port;
  const out = <i32>low.out;
  const other = <i32>high.out;
  let highWins: bool;
  if (entrance != <i32>high.port) {
    highWins = isSecond(entrance, <i32>high.port, portAt<VirtualPort>(router, out).grant);
  } else {
    const port = portAt<VirtualPort>(router, entrance);
    if (out == other) highWins = isSecond(low.vc, high.vc, port.turn);
    else if (out < other) highWins = isSecond(out, other, port.accept);
    else highWins = !isSecond(other, out, port.accept);
  }
  return highWins ? pair ^ lowBit : lowBit;
}

/** The switch pointers move behind a winner; after the last place they mean the first. */
@inline
export function turnSwitch(entrance: VirtualPort, out: VirtualPort, input: i32, output: i32, vc: i32): void {
  entrance.turn = <u8>(vc + 1);
  entrance.accept = <u8>(output + 1);
  out.grant = <u8>(input + 1);
}

/** Allocates the switch among the inputs `ready` (two that share a port, or more); returns those that send. Each of them then moves the switch pointers. */
export function allocateSwitch(router: Router, ready: u64): u64 {
  const others = ready & (ready - 1);
  if ((others & (others - 1)) == 0) return winnerOfTwo(router, ready);
  const contested = disputed(router, ready);
  return contested == 0 ? ready : (ready ^ contested) | winnersOf(router, contested);
}

/** The winners among many inputs, each of which shares a port with another. */
function winnersOf(router: Router, ready: u64): u64 {
  const firstAsked = asked;
  const secondChosen = chosen;
  const cells = candidates;
  const inputs = inputFirst;
  let firsts: u32 = 0;
  // inputs are in the order of their port, then of their VC
  let last = -1;
  let wants: u32 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const number = <i32>ctz(rest);
    const vc = listedInput<VirtualInput>(router, number);
    const input = <i32>vc.port;
    const output = <i32>vc.out;
    if (input != last) {
      last = input;
      wants = 0;
    }
    const cell = (input << 5) | output;
    const bit: u32 = 1 << output;
    if ((wants & bit) == 0) {
      wants |= bit;
      cells[cell] = <u8>number;
      const first = inputs ? input : output;
      const asker = inputs ? output : input;
      firstAsked[first] = firstAsked[first] | (1 << asker);
      firsts |= 1 << first;
    } else {
      // the first at or after the pointer is kept, else the first of all
      const turn = portAt<VirtualPort>(router, input).turn;
      if (listedInput<VirtualInput>(router, cells[cell]).vc < turn && vc.vc >= turn) cells[cell] = <u8>number;
    }
  }
  let seconds: u32 = 0;
  for (let rest = firsts; rest != 0; rest &= rest - 1) {
    const first = <i32>ctz(rest);
    const port = portAt<VirtualPort>(router, first);
    const choice = roundRobin(firstAsked[first], inputs ? port.accept : port.grant);
    firstAsked[first] = 0;
    secondChosen[choice] = secondChosen[choice] | (1 << first);
    seconds |= 1 << choice;
  }
  let granted: u64 = 0;
  for (let rest = seconds; rest != 0; rest &= rest - 1) {
    const chooser = <i32>ctz(rest);
    const port = portAt<VirtualPort>(router, chooser);
    const choice = roundRobin(secondChosen[chooser], inputs ? port.grant : port.accept);
    secondChosen[chooser] = 0;
    granted |= (<u64>1) << (<u64>cells[inputs ? (choice << 5) | chooser : (chooser << 5) | choice]);
  }
  return granted;
}
