/**
 * The network's edges: packets, injection queues with their flit senders, and ejection to the cores.
 *
 * Source: sends packets in order, at most one flit per cycle. A head takes the next VC with a credit, round robin after the last one used, and its packet keeps
 * it. A packet frees its queue slot with its tail. Sink: takes one flit per cycle and core while the core accepts; the credit returns in the cycle in which the
 * flit is taken. If a core does not accept, flits stay in its ejection buffer, as many as there were credits. Coins for destinations half-way round a ring:
 * bits of a linear congruential sequence per core (Numerical Recipes), one draw per packet, so they do not depend on the order in which cores inject.
 */
import { Bits, inRow, isBefore, nextInRow, recordAt, Table } from "../../../base/kernel/views.part.as";
import { CORE_BYTES, CORES, creditsBehind, sourceVc, VCS, vcBehindInput } from "./noc-places.part.as";
import { Exit, Home, OutputVc, Packet, PLANNED, SourceVc } from "./noc-records.part.as";
import { cycle, exitsOf, putCredit, putFlit, takeExits } from "./noc-wheel.part.as";

/** A packet delivered in this cycle. */
@unmanaged
class Delivery {
  /** Cycle in which its head left its source. */
  leftAt: f64;
  tag: i32;
  core: i32;
}

export let inFlight: i32 = 0;
export let deliveries: i32 = 0;
export let injectedFlits: f64 = 0;
export let ejectedFlits: f64 = 0;
/** Number of cores whose full injection queue has space since this cycle. */
export let freed: i32 = 0;
let freedHomes: Table<Home> = changetype<Table<Home>>(0);
let injectionCycles: i32 = 0;
let ejectionCreditCycles: i32 = 0;
let ejectionMask: i32 = 0;
let bufferMask: i32 = 0;
let cores: usize = 0;
/** Deliveries of this cycle, [cores]. */
export let deliveredAt: usize = 0;
let delivered: Delivery = changetype<Delivery>(0);
/** Cores whose source sends; cores whose ejection buffer holds flits. */
let sending: Bits = changetype<Bits>(0);
let waiting: Bits = changetype<Bits>(0);
let words: i32 = 0;
/** Records of packets, in the last part of memory, which grows. */
let pool: Packet = changetype<Packet>(0);
let poolSlots: i32 = 0;
let freeSlot: i32 = -1;

export function endpointBytes(count: i32): i32 {
  return count * 20 + 2 * ((count + 63) >> 6) * 8;
}

export function initEndpoints(at: usize, coreRecords: usize, sendCycles: i32, creditCycles: i32, ejectionRing: i32, bufferRing: i32): void {
  inFlight = 0;
  deliveries = 0;
  freed = 0;
  injectedFlits = 0;
  ejectedFlits = 0;
  deliveredAt = at;
  words = (CORES + 63) >> 6;
  delivered = changetype<Delivery>(at);
  sending = changetype<Bits>(at + CORES * 16);
  waiting = changetype<Bits>(at + CORES * 16 + words * 8);
  freedHomes = changetype<Table<Home>>(at + CORES * 16 + words * 16);
  cores = coreRecords;
  injectionCycles = sendCycles;
  ejectionCreditCycles = creditCycles;
  ejectionMask = ejectionRing - 1;
  bufferMask = bufferRing - 1;
}

export function initPool(at: usize): void {
  pool = changetype<Packet>(at);
  poolSlots = 0;
  freeSlot = -1;
}

@inline
export function packetAt(slot: i32): Packet {
  return inRow(pool, slot);
}

/** Core number and tag of delivery `i` of the cycle. */
@inline
export function deliveredCore(i: i32): i32 {
  return inRow(delivered, i).core;
}

@inline
export function deliveredTag(i: i32): i32 {
  return inRow(delivered, i).tag;
}

/** Record of core number `i` among those whose injection queue has space again. */
@inline
export function freedCore(i: i32): Home {
  return freedHomes[i];
}

@inline
export function coreAt(core: i32): Home {
  return recordAt<Home>(cores, <usize>core * CORE_BYTES);
}

/** Doubles the number of packet slots; memory grows at its end. */
function growPool(): void {
  const old = poolSlots;
  poolSlots = old == 0 ? 256 : old * 2;
  const end = changetype<usize>(packetAt(poolSlots));
  const have = (<usize>memory.size()) << 16;
  if (end > have && memory.grow(<i32>((end - have + 65535) >> 16)) < 0) unreachable();
  for (let slot = poolSlots - 1; slot >= old; slot--) releasePacket(slot);
}

@inline
export function takePacket(): i32 {
  if (freeSlot < 0) growPool();
  const slot = freeSlot;
  freeSlot = packetAt(slot).next;
  return slot;
}

@inline
export function releasePacket(slot: i32): void {
  packetAt(slot).next = freeSlot;
  freeSlot = slot;
}

export function copyPacket(slot: i32): i32 {
  const child = takePacket();
  const from = changetype<Table<u64>>(packetAt(slot));
  const to = changetype<Table<u64>>(packetAt(child));
  // word by word, because a call costs more than it copies here
  to[0] = from[0];
  to[1] = from[1];
  to[2] = from[2];
  to[3] = from[3];
  return child;
}

/** Queues a packet that has no destination yet; returns its slot. The caller has checked for space. */
export function enqueue(core: i32, flits: i32, tag: i32, flags: u32): i32 {
  const slot = takePacket();
  const packet = packetAt(slot);
  const home = coreAt(core);
  const coin = home.coin * 1664525 + 1013904223;
  home.coin = coin;
  packet.tag = tag;
  packet.flits = flits;
  packet.next = -1;
  packet.source = home.router;
  packet.flags = (coin >> 30) | flags;
  const queued = home.queued;
  // a source that has packets sends already, or waits for a credit
  if (queued == 0) {
    home.head = slot;
    sending.add(core);
  } else packetAt(home.tail).next = slot;
  home.tail = slot;
  home.queued = queued + 1;
  return slot;
}

export function inject(core: i32, destination: i32, flits: i32, tag: i32): void {
  packetAt(enqueue(core, flits, tag, 0)).destination = destination;
  inFlight++;
}

/** Injects a multicast packet to the `destinations` cores of a planned tree. */
export function injectPlanned(core: i32, node: usize, destinations: i32, flits: i32, tag: i32, flags: u32): void {
  packetAt(enqueue(core, flits, tag, flags)).destination = PLANNED | <u32>node;
  inFlight += destinations;
}

/** Adds a destination to the multicast packet in `slot`; `first` is 1 in the first call. */
export function addDestination(slot: i32, destination: i32, first: i32): void {
  const node = takePacket();
  packetAt(node).destination = destination;
  packetAt(node).next = first == 1 ? -1 : -1 - packetAt(slot).destination;
  packetAt(slot).destination = -1 - node;
  inFlight++;
}

export function injectionSpace(core: i32): i32 {
  const home = coreAt(core);
  return home.limit - home.queued;
}

export function setAccept(core: i32, accept: i32): void {
  coreAt(core).accepts = accept;
}

export function acceptsOf(core: i32): i32 {
  return coreAt(core).accepts;
}

@inline
export function beginCycle(): void {
  deliveries = 0;
  freed = 0;
}

/** A core takes a flit that came through `output`. */
@inline
function take(home: Home, flit: u32, output: OutputVc): void {
  putCredit(ejectionCreditCycles, output);
  ejectedFlits += 1;
  if ((flit & 1) == 0) return;
  const slot = <i32>(flit >> 2);
  const packet = packetAt(slot);
  const delivery = inRow(delivered, deliveries);
  delivery.leftAt = packet.leftAt;
  delivery.tag = packet.tag;
  delivery.core = home.number;
  deliveries++;
  inFlight--;
  releasePacket(slot);
}

/** A flit has reached an exit: its core takes it or, if it does not accept or others wait, keeps it in its ejection buffer. */
@inline
function leaveBy(exit: Exit): void {
  const front = <i32>exit.front;
  const flit = exit.buffer[front];
  exit.front = <u16>((front + 1) & bufferMask);
  const home = exit.home;
  const held = home.count;
  if (held == 0 && home.accepts == 1) {
    take(home, flit, exit.output);
    return;
  }
  const write = home.write;
  const ejected = inRow(home.ring, write);
  ejected.flit = flit;
  ejected.output = exit.output;
  home.write = (write + 1) & ejectionMask;
  home.count = held + 1;
  waiting.add(home.number);
}

/** A core takes the flit at the front of its ejection buffer. */
@inline
function takeFront(home: Home): void {
  const front = home.front;
  const ejected = inRow(home.ring, front);
  home.front = (front + 1) & ejectionMask;
  take(home, ejected.flit, ejected.output);
}

/** Whether the source of core record `home` has a credit for any VC. */
@inline
function hasCredit(home: Home): bool {
  let any: u32 = 0;
  for (let source = sourceVc(home, 0), end = sourceVc(home, VCS); isBefore(source, end); source = creditsBehind<SourceVc>(source, 1))
    any |= source.credit;
  return any != 0;
}

/** A source without packets or without credits sleeps until one arrives. */
@inline
function sleep(core: i32): bool {
  sending.remove(core);
  return false;
}

/** A credit has arrived at the source of core record `home`. */
export function wakeSource(home: Home): void {
  if (home.queued != 0) sending.add(home.number);
}

@inline
function sendFlit(home: Home, core: i32): bool {
  const slot = home.head;
  const packet = packetAt(slot);
  let left = home.left;
  let vc = home.vc;
  let flit = (<u32>slot) << 2;
  let source = sourceVc(home, vc);
  if (left == 0) {
    let tries = VCS;
    do {
      vc = vc + 1 == VCS ? 0 : vc + 1;
      source = sourceVc(home, vc);
    } while (source.credit == 0 && --tries > 0);
    if (source.credit == 0) return sleep(core);
    home.vc = vc;
    left = packet.flits;
    packet.leftAt = <f64>cycle;
    flit |= 2;
  } else if (source.credit == 0) return sleep(core);
  source.credit--;
  injectedFlits += 1;
  left--;
  home.left = left;
  if (left == 0) flit |= 1;
  const input = vcBehindInput(home.input, vc);
  const write = <i32>input.write;
  input.buffer[write] = flit;
  input.write = <u16>((write + 1) & bufferMask);
  putFlit(injectionCycles, changetype<usize>(input));
  if (left != 0) return true;
  home.head = packet.next;
  const queued = home.queued - 1;
  home.queued = queued;
  if (queued + 1 == home.limit) freedHomes[freed++] = home;
  if (queued == 0 || !hasCredit(home)) sleep(core);
  return true;
}

/** Flits reach exits, cores take waiting flits, sources send; returns whether a flit moved. */
export function stepEnds(slot: i32): bool {
  const exits = takeExits(slot);
  let moved = exits != exitsOf(slot);
  for (let at = exitsOf(slot); isBefore(at, exits); at = nextInRow(at)) leaveBy(changetype<Exit>(at.value & ~1));
  for (let i = 0; i < words; i++) {
    for (let rest = waiting.word(i).value; rest != 0; rest &= rest - 1) {
      const core = (i << 6) + <i32>ctz(rest);
      const home = coreAt(core);
      if (home.accepts == 0) continue;
      takeFront(home);
      moved = true;
      const held = home.count - 1;
      home.count = held;
      if (held == 0) waiting.remove(core);
    }
  }
  for (let i = 0; i < words; i++) {
    for (let rest = sending.word(i).value; rest != 0; rest &= rest - 1) {
      const core = (i << 6) + <i32>ctz(rest);
      if (sendFlit(coreAt(core), core)) moved = true;
    }
  }
  return moved;
}
