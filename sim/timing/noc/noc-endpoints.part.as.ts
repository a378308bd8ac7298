/** Packets, injection queues and ejection of the compiled kernel: the rules of packets.ts and endpoints.ts, over records. */
import {
  BRANCHES,
  C_ACCEPTS,
  C_BYTES,
  C_COIN,
  C_COUNT,
  C_FRONT,
  C_HEAD,
  C_INPUT,
  C_LEFT,
  C_LIMIT,
  C_NUMBER,
  C_OWNER,
  C_QUEUED,
  C_RING,
  C_ROUTER,
  C_TAIL,
  C_VC,
  C_WRITE,
  CORE_BYTES,
  CORES,
  K_DESTINATION,
  K_FLAGS,
  K_FLITS,
  K_LEFT,
  K_NEXT,
  K_SOURCE,
  K_TAG,
  PLANNED,
  pointer,
  Q_BUFFER,
  Q_WRITE,
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
export function packetAt(slot: i32): usize {
  return pool + (<usize>slot << 5);
}

/** The caller's record of a core, by the core's own here. */
@inline
export function ownerOf(home: usize): usize {
  return pointer(home, C_OWNER);
}

@inline
export function setOwner(home: usize, owner: usize): void {
  store<u32>(home, <u32>owner, C_OWNER);
}

@inline
export function limitQueue(home: usize, packets: i32): void {
  store<i32>(home, packets, C_LIMIT);
}

@inline
export function hasQueueSpace(home: usize): bool {
  return load<i32>(home, C_QUEUED) < load<i32>(home, C_LIMIT);
}

@inline
export function acceptAt(home: usize, open: bool): void {
  store<i32>(home, open ? 1 : 0, C_ACCEPTS);
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
export function freedCore(i: i32): usize {
  return <usize>load<u32>(freedAt + (<usize>i << 2));
}

@inline
export function coreAt(core: i32): usize {
  return cores + <usize>core * CORE_BYTES;
}

/** Twice as many slots; memory grows at its end. */
function growPool(): void {
  const old = poolSlots;
  poolSlots = old == 0 ? 256 : old * 2;
  const end = packetAt(poolSlots);
  const have = <usize>memory.size() << 16;
  if (end > have && memory.grow(<i32>((end - have + 65535) >> 16)) < 0) unreachable();
  for (let slot = poolSlots - 1; slot >= old; slot--) releasePacket(slot);
}

@inline
export function takePacket(): i32 {
  if (freeSlot < 0) growPool();
  const slot = freeSlot;
  freeSlot = load<i32>(packetAt(slot), K_NEXT);
  return slot;
}

@inline
export function releasePacket(slot: i32): void {
  store<i32>(packetAt(slot), freeSlot, K_NEXT);
  freeSlot = slot;
}

export function copyPacket(slot: i32): i32 {
  const child = takePacket();
  const from = packetAt(slot);
  const to = packetAt(child);
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
  const coin = load<u32>(home, C_COIN) * 1664525 + 1013904223;
  store<u32>(home, coin, C_COIN);
  store<i32>(packet, tag, K_TAG);
  store<i32>(packet, flits, K_FLITS);
  store<i32>(packet, -1, K_NEXT);
  store<u32>(packet, load<u32>(home, C_ROUTER), K_SOURCE);
  store<u32>(packet, (coin >> 30) | flags, K_FLAGS);
  const queued = load<i32>(home, C_QUEUED);
  // a source with packets already sends, or waits for a credit
  if (queued == 0) {
    store<i32>(home, slot, C_HEAD);
    const word = sending + ((<usize>core >> 6) << 3);
    store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
  } else store<i32>(packetAt(load<i32>(home, C_TAIL)), slot, K_NEXT);
  store<i32>(home, slot, C_TAIL);
  store<i32>(home, queued + 1, C_QUEUED);
  return slot;
}

export function inject(core: i32, destination: i32, flits: i32, tag: i32): void {
  store<i32>(packetAt(enqueue(core, flits, tag, 0)), destination, K_DESTINATION);
  inFlight++;
}

/** A multicast packet to the `many` destinations of a known tree. */
export function injectPlanned(core: i32, node: usize, many: i32, flits: i32, tag: i32, flags: u32): void {
  store<u32>(packetAt(enqueue(core, flits, tag, flags)), PLANNED | <u32>node, K_DESTINATION);
  inFlight += many;
}

/** One more destination of the multicast packet in `slot`; the first call gets `first`. */
export function addDestination(slot: i32, destination: i32, first: i32): void {
  const node = takePacket();
  store<i32>(packetAt(node), destination, K_DESTINATION);
  store<i32>(packetAt(node), first == 1 ? -1 : -1 - load<i32>(packetAt(slot), K_DESTINATION), K_NEXT);
  store<i32>(packetAt(slot), -1 - node, K_DESTINATION);
  inFlight++;
}

export function injectionSpace(core: i32): i32 {
  const home = coreAt(core);
  return load<i32>(home, C_LIMIT) - load<i32>(home, C_QUEUED);
}

export function setAccept(core: i32, accept: i32): void {
  store<i32>(coreAt(core), accept, C_ACCEPTS);
}

export function acceptsOf(core: i32): i32 {
  return load<i32>(coreAt(core), C_ACCEPTS);
}

@inline
export function beginCycle(): void {
  deliveries = 0;
  freed = 0;
}

/** A granted flit is on its way to core record `home`. */
@inline
export function writeEjection(home: usize, flit: u32, outputVc: usize): void {
  const write = load<i32>(home, C_WRITE);
  const at = pointer(home, C_RING) + (<usize>write << 3);
  store<u32>(at, flit);
  store<u32>(at, <u32>outputVc, 4);
  store<i32>(home, (write + 1) & ejectionMask, C_WRITE);
}

function take(home: usize): void {
  const front = load<i32>(home, C_FRONT);
  const at = pointer(home, C_RING) + (<usize>front << 3);
  store<i32>(home, (front + 1) & ejectionMask, C_FRONT);
  putCredit(ejectionCreditCycles, load<u32>(at, 4));
  ejectedFlits += 1;
  const flit = load<u32>(at);
  if ((flit & 1) == 0) return;
  const slot = <i32>(flit >> 2);
  const packet = packetAt(slot);
  const entry = deliveredAt + (<usize>deliveries << 4);
  store<f64>(entry, load<f64>(packet, K_LEFT));
  store<i32>(entry, load<i32>(packet, K_TAG), 8);
  store<i32>(entry, load<i32>(home, C_NUMBER), 12);
  deliveries++;
  inFlight--;
  releasePacket(slot);
}

/** A flit has reached core record `home`. */
@inline
export function eject(home: usize): void {
  const held = load<i32>(home, C_COUNT);
  if (held == 0 && load<i32>(home, C_ACCEPTS) == 1) {
    take(home);
    return;
  }
  store<i32>(home, held + 1, C_COUNT);
  const core = load<i32>(home, C_NUMBER);
  const word = waiting + ((<usize>core >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
}

/** Whether the source of core record `home` has a credit of any VC. */
@inline
function hasCredit(home: usize): bool {
  let any: u32 = 0;
  for (let source = home + C_BYTES, end = source + (<usize>VCS << 4); source < end; source += 16) any |= load<u16>(source, V_CREDIT);
  return any != 0;
}

/** A source without packets or without credit sleeps until one comes. */
@inline
function sleep(word: usize, bit: u64): bool {
  store<u64>(word, load<u64>(word) & ~bit);
  return false;
}

/** A credit has come to the source of core record `home`. */
export function wakeSource(home: usize): void {
  if (load<i32>(home, C_QUEUED) == 0) return;
  const core = load<i32>(home, C_NUMBER);
  const word = sending + ((<usize>core >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (core & 63)));
}

@inline
function sendFlit(home: usize, word: usize, bit: u64): bool {
  const slot = load<i32>(home, C_HEAD);
  const packet = packetAt(slot);
  let left = load<i32>(home, C_LEFT);
  let vc = load<i32>(home, C_VC);
  let flit = <u32>slot << 2;
  let source = home + C_BYTES + (<usize>vc << 4);
  if (left == 0) {
    let tries = VCS;
    do {
      vc = vc + 1 == VCS ? 0 : vc + 1;
      source = home + C_BYTES + (<usize>vc << 4);
    } while (load<u16>(source, V_CREDIT) == 0 && --tries > 0);
    if (load<u16>(source, V_CREDIT) == 0) return sleep(word, bit);
    store<i32>(home, vc, C_VC);
    left = load<i32>(packet, K_FLITS);
    store<f64>(packet, <f64>cycle, K_LEFT);
    flit |= 2;
  } else if (load<u16>(source, V_CREDIT) == 0) return sleep(word, bit);
  store<u16>(source, load<u16>(source, V_CREDIT) - 1, V_CREDIT);
  injectedFlits += 1;
  left--;
  store<i32>(home, left, C_LEFT);
  if (left == 0) flit |= 1;
  const input = pointer(home, C_INPUT) + <usize>(vc * BRANCHES) * 32;
  const write = <i32>load<u16>(input, Q_WRITE);
  store<u32>(pointer(input, Q_BUFFER) + (<usize>write << 2), flit);
  store<u16>(input, (write + 1) & bufferMask, Q_WRITE);
  putFlit(injectionCycles, input);
  if (left != 0) return true;
  store<i32>(home, load<i32>(packet, K_NEXT), C_HEAD);
  const queued = load<i32>(home, C_QUEUED) - 1;
  store<i32>(home, queued, C_QUEUED);
  if (queued + 1 == load<i32>(home, C_LIMIT)) store<u32>(freedAt + (<usize>(freed++) << 2), <u32>home);
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
      if (load<i32>(home, C_ACCEPTS) == 0) continue;
      take(home);
      moved = true;
      const held = load<i32>(home, C_COUNT) - 1;
      store<i32>(home, held, C_COUNT);
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
