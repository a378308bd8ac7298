/** Packets, injection queues and ejection of the compiled kernel: the rules of packets.ts and endpoints.ts, over records. */
import {
  BRANCHES,
  CORE_BYTES,
  CORES,
  count,
  Home,
  Packet,
  PLANNED,
  pointer,
  Q_BUFFER,
  Q_WRITE,
  sourceVc,
  V_CREDIT,
  VCS,
} from "./noc-records.part.as";
import { cycle, putCredit, putFlit } from "./noc-wheel.part.as";

export let inFlight: i32 = 0;
export let deliveries: i32 = 0;
export let injectedFlits: f64 = 0;
export let ejectedFlits: f64 = 0;
/** Cores whose full injection queue has space since this cycle: [cores] records. */
export let freed: i32 = 0;
export let freedAt: usize = 0;
let injectionCycles: i32 = 0;
let ejectionCreditCycles: i32 = 0;
let ejectionMask: i32 = 0;
let bufferMask: i32 = 0;
let cores: usize = 0;
/** Delivered: [cores] f64 cycle of leaving, i32 tag, i32 core. Bits of cores whose source sends, and whose ejection buffer holds flits. */
export let deliveredAt: usize = 0;
let sending: usize = 0;
let waiting: usize = 0;
let words: i32 = 0;
/** Packet records: the last part of memory, which grows. */
let pool: usize = 0;
let poolSlots: i32 = 0;
let freeSlot: i32 = -1;

export function endpointBytes(many: i32): i32 {
  return many * 20 + 2 * ((many + 63) >> 6) * 8;
}

export function initEndpoints(
  at: usize,
  coreRecords: usize,
  sendCycles: i32,
  creditCycles: i32,
  ejectionRing: i32,
  bufferRing: i32,
): void {
  inFlight = 0;
  deliveries = 0;
  freed = 0;
  injectedFlits = 0;
  ejectedFlits = 0;
  deliveredAt = at;
  words = (CORES + 63) >> 6;
  sending = at + CORES * 16;
  waiting = sending + words * 8;
  freedAt = waiting + words * 8;
  cores = coreRecords;
  injectionCycles = sendCycles;
  ejectionCreditCycles = creditCycles;
  ejectionMask = ejectionRing - 1;
  bufferMask = bufferRing - 1;
}

export function initPool(at: usize): void {
  pool = at;
  poolSlots = 0;
  freeSlot = -1;
}

@inline
export function packetAt(slot: i32): Packet {
  return changetype<Packet>(pool + (<usize>slot << 5));
}

/** Delivery `i` of the cycle: its core's number, its tag. */
@inline
export function deliveredCore(i: i32): i32 {
  return load<i32>(deliveredAt + (<usize>i << 4), 12);
}

@inline
export function deliveredTag(i: i32): i32 {
  return load<i32>(deliveredAt + (<usize>i << 4), 8);
}

/** Record of the `i`th core whose injection queue has a place again. */
@inline
export function freedCore(i: i32): Home {
  return changetype<Home>(load<u32>(freedAt + (<usize>i << 2)));
}

@inline
export function coreAt(core: i32): Home {
  return changetype<Home>(cores + <usize>core * CORE_BYTES);
}

/** Twice as many slots; memory grows at its end. */
function growPool(): void {
  const old = poolSlots;
  poolSlots = old == 0 ? 256 : old * 2;
  const end = changetype<usize>(packetAt(poolSlots));
  const have = <usize>memory.size() << 16;
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
  const from = changetype<usize>(packetAt(slot));
  const to = changetype<usize>(packetAt(child));
  // word by word: a call for so few bytes costs more than they do
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
  store<u64>(to, load<u64>(from, 24), 24);
  return child;
}

/** Queues a packet that has no destination yet; returns its slot. The caller has checked that there is space. */
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
  // a source with packets already sends, or waits for a credit
  if (queued == 0) {
    home.head = slot;
    const word = sending + ((<usize>core >> 6) << 3);
    store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
  } else packetAt(home.tail).next = slot;
  home.tail = slot;
  home.queued = queued + 1;
  return slot;
}

export function inject(core: i32, destination: i32, flits: i32, tag: i32): void {
  packetAt(enqueue(core, flits, tag, 0)).destination = destination;
  inFlight++;
}

/** A multicast packet to the `many` destinations of a known tree. */
export function injectPlanned(core: i32, node: usize, many: i32, flits: i32, tag: i32, flags: u32): void {
  packetAt(enqueue(core, flits, tag, flags)).destination = PLANNED | <u32>node;
  inFlight += many;
}

/** One more destination of the multicast packet in `slot`; the first call gets `first`. */
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

/** A granted flit is on its way to core record `home`. */
@inline
export function writeEjection(home: Home, flit: u32, outputVc: usize): void {
  const write = home.write;
  const at = home.ring + (<usize>write << 3);
  store<u32>(at, flit);
  store<u32>(at, <u32>outputVc, 4);
  home.write = (write + 1) & ejectionMask;
}

function take(home: Home): void {
  const front = home.front;
  const at = home.ring + (<usize>front << 3);
  home.front = (front + 1) & ejectionMask;
  putCredit(ejectionCreditCycles, load<u32>(at, 4));
  ejectedFlits += 1;
  const flit = load<u32>(at);
  if ((flit & 1) == 0) return;
  const slot = <i32>(flit >> 2);
  const packet = packetAt(slot);
  const entry = deliveredAt + (<usize>deliveries << 4);
  store<f64>(entry, packet.leftAt);
  store<i32>(entry, packet.tag, 8);
  store<i32>(entry, home.number, 12);
  deliveries++;
  inFlight--;
  releasePacket(slot);
}

/** A flit has reached core record `home`. */
@inline
export function eject(home: Home): void {
  const held = home.count;
  if (held == 0 && home.accepts == 1) {
    take(home);
    return;
  }
  home.count = held + 1;
  const core = home.number;
  const word = waiting + ((<usize>core >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
}

/** Whether the source of core record `home` has a credit of any VC. */
@inline
function hasCredit(home: Home): bool {
  let any: u32 = 0;
  for (let source = sourceVc(home, 0), end = source + (<usize>VCS << 4); source < end; source += 16) any |= load<u16>(source, V_CREDIT);
  return any != 0;
}

/** A source without packets or without credit sleeps until one comes. */
@inline
function sleep(word: usize, bit: u64): bool {
  store<u64>(word, load<u64>(word) & ~bit);
  return false;
}

/** A credit has come to the source of core record `home`. */
export function wakeSource(home: Home): void {
  if (home.queued == 0) return;
  const core = home.number;
  const word = sending + ((<usize>core >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
}

@inline
function sendFlit(home: Home, word: usize, bit: u64): bool {
  const slot = home.head;
  const packet = packetAt(slot);
  let left = home.left;
  let vc = home.vc;
  let flit = <u32>slot << 2;
  let source = sourceVc(home, vc);
  if (left == 0) {
    let tries = VCS;
    do {
      vc = vc + 1 == VCS ? 0 : vc + 1;
      source = sourceVc(home, vc);
    } while (load<u16>(source, V_CREDIT) == 0 && --tries > 0);
    if (load<u16>(source, V_CREDIT) == 0) return sleep(word, bit);
    home.vc = vc;
    left = packet.flits;
    packet.leftAt = <f64>cycle;
    flit |= 2;
  } else if (load<u16>(source, V_CREDIT) == 0) return sleep(word, bit);
  store<u16>(source, load<u16>(source, V_CREDIT) - 1, V_CREDIT);
  injectedFlits += 1;
  left--;
  home.left = left;
  if (left == 0) flit |= 1;
  const input = home.input + <usize>(vc * BRANCHES) * 32;
  const write = <i32>load<u16>(input, Q_WRITE);
  store<u32>(pointer(input, Q_BUFFER) + (<usize>write << 2), flit);
  store<u16>(input, (write + 1) & bufferMask, Q_WRITE);
  putFlit(injectionCycles, input);
  if (left != 0) return true;
  home.head = packet.next;
  const queued = home.queued - 1;
  home.queued = queued;
  if (queued + 1 == home.limit) store<u32>(freedAt + (<usize>(freed++) << 2), <u32>changetype<usize>(home));
  if (queued == 0 || !hasCredit(home)) sleep(word, bit);
  return true;
}

/** Cores take waiting flits, sources send; returns whether a flit moved. */
export function stepEnds(): bool {
  let moved = false;
  for (let i = 0; i < words; i++) {
    const word = waiting + (<usize>i << 3);
    for (let rest = load<u64>(word); rest != 0; rest &= rest - 1) {
      const bit = rest & (0 - rest);
      const home = coreAt((i << 6) + <i32>ctz(rest));
      if (home.accepts == 0) continue;
      take(home);
      moved = true;
      const held = home.count - 1;
      home.count = held;
      if (held == 0) store<u64>(word, load<u64>(word) & ~bit);
    }
  }
  for (let i = 0; i < words; i++) {
    const word = sending + (<usize>i << 3);
    for (let rest = load<u64>(word); rest != 0; rest &= rest - 1) {
      if (sendFlit(coreAt((i << 6) + <i32>ctz(rest)), word, rest & (0 - rest))) moved = true;
    }
  }
  return moved;
}
