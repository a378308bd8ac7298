/**
 * Waves that wait for their sources (docs/timing.md, "Steps that wait for their sources").
 *
 * A message carries its wave modulo the number of waves in progress. When its soma is done, a core sends each neighbour a step packet with its wave and the
 * number of spikes sent there. A wave of a core is complete when the step packets of all sources have arrived and the announced spikes are taken. The next wave
 * also waits until the step packet of each follower (a neighbour that is no source) for the wave `runAhead` waves before has arrived.
 */

import { nextInRow } from "../../../base/kernel/views.part.as";
import { isRecorded, record, STEP_IN } from "./core-events.part.as";
import { Core, coreCount, cores, isPlainBoard, NEVER, remainder } from "./core-records.part.as";

let linked: bool = false;

/** Each core has waves of its own, which wait for its sources: a message carries the wave that it counts to. */
@inline
export function isLinked(): bool {
  return !isPlainBoard && linked;
}

export function setLinked(on: bool): void {
  linked = on;
}

/** Wave to which the open row's message counts. */
@inline
export function waveOfRow(core: Core): i32 {
  return isLinked() ? core.rowWave : core.wave;
}

/** Bits of a message or tag: wave; step packet or not; whether the sender is a source of the receiver; number of sent spikes. */
const SLOT_SHIFT = 28;
export const SLOTS: u32 = 7 << SLOT_SHIFT;
const STEP_PACKET: u32 = 1 << 27;
const FROM_SOURCE: u32 = 1 << 26;
const COUNT: u32 = FROM_SOURCE - 1;

/** Number of waves whose messages can be in progress, and how many waves a core may be ahead of a follower. */
let slots = 1;
let runAhead = 0;
let waves = 0;
/** First cycle after the arrival of the last step packet. */
export let lastHeard: i64 = 0;

/** Turns links on; each core's tables have one place per wave in progress. */
export function setRunAhead(waves: i32): void {
  runAhead = waves;
  slots = waves + 2;
}

@inline
function slotOf(wave: i32): i32 {
  return remainder(wave, slots);
}

/** The core's wave as its messages carry it. */
@inline
export function waveBits(core: Core): u32 {
  return (<u32>slotOf(core.wave)) << SLOT_SHIFT;
}

/** A message without its wave. */
@inline
export function bareOf(message: u32): u32 {
  return isLinked() ? message & ~SLOTS : message;
}

@inline
export function isStepPacket(tag: u32): bool {
  return (tag & STEP_PACKET) != 0;
}

/** Puts all cores in front of the first of `waveCount` waves. */
export function startLinks(waveCount: i32): void {
  setLinked(true);
  waves = waveCount;
  lastHeard = 0;
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) {
    const links = core.links;
    links.sent.fill(0, links.count);
    links.heard.fill(0, slots);
    links.freed.fill(0, slots);
    links.missing.fill(0, slots);
    links.next = links.count;
    links.completeAt = NEVER;
  }
}

/** The core begins its wave, as the one before is complete. In the idle wave after the last it sends no step packets. */
export function beginLinks(core: Core): void {
  const links = core.links;
  const wave = core.wave;
  links.next = wave < waves ? 0 : links.count;
  links.completeAt = NEVER;
  if (wave == 0) return;
  const before = slotOf(wave - 1);
  links.heard[before] = 0;
  links.missing[before] = 0;
  if (wave - 1 >= runAhead) links.freed[slotOf(wave - 1 - runAhead)] = 0;
}

/** Counts a spike sent to a neighbour. */
@inline
export function countSent(core: Core, to: i32): void {
  const links = core.links;
  const place = links.placeOf[to];
  links.sent[place] = links.sent[place] + 1;
}

/** Counts a spike sent to the core itself. */
@inline
export function countOwn(core: Core): void {
  const links = core.links;
  const slot = slotOf(core.wave);
  links.missing[slot] = links.missing[slot] + 1;
}

/** The soma has finished its wave, but step packets are still to be sent. */
@inline
export function hasToTell(core: Core): bool {
  return core.links.next < core.links.count;
}

/** Tag of the next step packet, which goes to `receiver()`. */
export function stepTag(core: Core): u32 {
  const links = core.links;
  return STEP_PACKET | links.kinds[links.next] | waveBits(core) | links.sent[links.next];
}

/** Counts the step packet that has been handed over. */
export function countTold(core: Core): void {
  const links = core.links;
  links.sent[links.next] = 0;
  links.next += 1;
}

/** A step packet arrives in `now`. */
export function hear(core: Core, tag: u32, now: i64): void {
  if (isRecorded()) record(STEP_IN, now, core, 0, 0);
  const links = core.links;
  const slot = <i32>((tag & SLOTS) >> SLOT_SHIFT);
  lastHeard = max(lastHeard, now + 1);
  if ((tag & FROM_SOURCE) == 0) {
    links.freed[slot] = links.freed[slot] + 1;
    return;
  }
  links.heard[slot] = links.heard[slot] + 1;
  links.missing[slot] = links.missing[slot] + <i32>(tag & COUNT);
}

/** Counts a message that is taken; returns it without its wave. */
export function receive(core: Core, message: u32): u32 {
  const links = core.links;
  const slot = <i32>((message & SLOTS) >> SLOT_SHIFT);
  links.missing[slot] = links.missing[slot] - 1;
  core.rowWave = core.wave + slotOf(slot - slotOf(core.wave) + slots);
  return message & ~SLOTS;
}

/** A message as the host gets it: above its number stands by how many waves it is ahead of its receiver. */
export function heardWord(core: Core, message: u32): i64 {
  return <i64>message | ((<i64>(waveOfRow(core) - core.wave)) << 32);
}

/** All messages of the running wave have arrived and are taken, and no follower is too far behind. */
export function isComplete(core: Core): bool {
  const links = core.links;
  const wave = core.wave;
  const slot = slotOf(wave);
  if (links.heard[slot] != links.sources || links.missing[slot] != 0) return false;
  return wave < runAhead || links.freed[slotOf(wave - runAhead)] == links.followers;
}

/** Sets neighbour `i` of a core; `sends`: it sends spikes to the core, `gets`: it gets spikes from it. */
export function linkTo(core: Core, i: i32, id: i32, sends: i32, gets: i32): void {
  const links = core.links;
  links.ids[i] = id;
  links.placeOf[id] = i;
  links.kinds[i] = gets != 0 ? FROM_SOURCE : 0;
  if (sends != 0) links.sources += 1;
  else links.followers += 1;
}
