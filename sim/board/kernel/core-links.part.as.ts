/**
 * Waves that wait for their sources (docs/timing.md, "Steps that wait for their sources").
 *
 * A message carries its wave modulo those that can be under way. When its soma is done, a core sends each neighbour a step packet: of which wave, and how many spikes
 * it has sent there. A wave of a core is complete when all sources have said so and as many spikes are taken; the next one also waits until each follower, a
 * neighbour that is no source, has said so of the wave that lies `runAhead` waves before.
 */

import { nextInRow } from "../../../base/kernel/views.part.as";
import { Core, coreCount, cores, isPlainBoard, NEVER, remainder } from "./core-records.part.as";

let linked: bool = false;

/** Waves are each core's own, and wait for its sources: a message tells the wave that it counts to. */
@inline
export function isLinked(): bool {
  return !isPlainBoard && linked;
}

export function setLinked(on: bool): void {
  linked = on;
}

/** Wave that the open row's message counts to. */
@inline
export function waveOfRow(core: Core): i32 {
  return isLinked() ? core.rowWave : core.wave;
}

/** Bits of a message or tag: its wave; it is a step packet; its sender is a source of its receiver; spikes that were sent. */
const SLOT_SHIFT = 28;
export const SLOTS: u32 = 7 << SLOT_SHIFT;
const STEP_PACKET: u32 = 1 << 27;
const FROM_SOURCE: u32 = 1 << 26;
const COUNT: u32 = FROM_SOURCE - 1;

/** Waves of which messages can be under way to a core, and by how many a core may be ahead of one that its soma is done with. */
let slots = 1;
let runAhead = 0;
let waves = 0;
/** First cycle after the last step packet has come. */
export let lastHeard: i64 = 0;

/** The cores have links; the tables of each hold one place per wave that can be under way. */
export function setRunAhead(waves: i32): void {
  runAhead = waves;
  slots = waves + 2;
}

@inline
function slotOf(wave: i32): i32 {
  return remainder(wave, slots);
}

/** The wave of a core, as its messages carry it. */
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

/** All cores are in front of the first of so many waves. */
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

/** The core begins its wave, the one before is complete; an idle one that follows the last tells nobody. */
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

/** A spike goes to a neighbour. */
@inline
export function countSent(core: Core, to: i32): void {
  const links = core.links;
  const place = links.placeOf[to];
  links.sent[place] = links.sent[place] + 1;
}

/** A spike goes to the core itself. */
@inline
export function countOwn(core: Core): void {
  const links = core.links;
  const slot = slotOf(core.wave);
  links.missing[slot] = links.missing[slot] + 1;
}

/** The soma is done with its wave, but neighbours are still to be told. */
@inline
export function hasToTell(core: Core): bool {
  return core.links.next < core.links.count;
}

/** Tag of the next step packet, whose receiver is `receiver()`. */
export function stepTag(core: Core): u32 {
  const links = core.links;
  return STEP_PACKET | links.kinds[links.next] | waveBits(core) | links.sent[links.next];
}

/** The next step packet has been handed over. */
export function countTold(core: Core): void {
  const links = core.links;
  links.sent[links.next] = 0;
  links.next += 1;
}

/** A step packet comes in `now`. */
export function hear(core: Core, tag: u32, now: i64): void {
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

/** The message is taken; returns it without its wave. */
export function receive(core: Core, message: u32): u32 {
  const links = core.links;
  const slot = <i32>((message & SLOTS) >> SLOT_SHIFT);
  links.missing[slot] = links.missing[slot] - 1;
  core.rowWave = core.wave + slotOf(slot - slotOf(core.wave) + slots);
  return message & ~SLOTS;
}

/** A message as the host hears of it that computes spikes: by how many waves it is ahead of its receiver stands above its number. */
export function heardWord(core: Core, message: u32): i64 {
  return <i64>message | ((<i64>(waveOfRow(core) - core.wave)) << 32);
}

/** All of the running wave has come and is taken, and the next one may be sent. */
export function isComplete(core: Core): bool {
  const links = core.links;
  const wave = core.wave;
  const slot = slotOf(wave);
  if (links.heard[slot] != links.sources || links.missing[slot] != 0) return false;
  return wave < runAhead || links.freed[slotOf(wave - runAhead)] == links.followers;
}

/** Neighbour `i` of a core: sends spikes to it, gets some from it. */
export function linkTo(core: Core, i: i32, id: i32, sends: i32, gets: i32): void {
  const links = core.links;
  links.ids[i] = id;
  links.placeOf[id] = i;
  links.kinds[i] = gets != 0 ? FROM_SOURCE : 0;
  if (sends != 0) links.sources += 1;
  else links.followers += 1;
}
