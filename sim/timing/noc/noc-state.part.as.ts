/**
 * What a network that holds no packet remembers of the past: whose turn it is at every arbiter, and every core's coins. Ring positions are left out,
 * which say where flits lie and not which goes first.
 *
 * Bytes: a router's pointers of its ports (T_TURN, T_GRANT, T_ACCEPT), requesters (Q_ACCEPT) and output VCs (V_GRANT), all routers in order; then
 * 8 a core: C_COIN where routes depend on it, C_VC and C_ACCEPTS. Filled up to a multiple of 8.
 */
import { coreAt } from "./noc-endpoints.part.as";
import {
  C_ACCEPTS,
  C_COIN,
  C_VC,
  CORES,
  OUTPUT_AT,
  OUTPUTS,
  PORTS,
  Q_ACCEPT,
  requesterAt,
  REQUESTERS,
  ROUTER_SHIFT,
  ROUTERS,
  T_ACCEPT,
  T_GRANT,
  T_TURN,
  turnAt,
  V_GRANT,
} from "./noc-records.part.as";
import { flags, routers, WRAP } from "./noc-setup.part.as";

export function stateBytes(): i32 {
  return ((ROUTERS * (3 * PORTS + REQUESTERS + OUTPUTS) + 7) & ~7) + 8 * CORES;
}

/** Writes `stateBytes` to `to`; returns a hash of them. */
export function saveState(to: usize): u64 {
  let at = to;
  for (let r = 0; r < ROUTERS; r++) {
    const router = routers + (<usize>r << ROUTER_SHIFT);
    for (let port = 0; port < PORTS; port++) {
      const turn = turnAt(router, port);
      store<u8>(at++, load<u8>(turn, T_TURN));
      store<u8>(at++, load<u8>(turn, T_GRANT));
      store<u8>(at++, load<u8>(turn, T_ACCEPT));
    }
    for (let li = 0; li < REQUESTERS; li++) store<u8>(at++, load<u8>(requesterAt(router, li), Q_ACCEPT));
    const outputs = router + OUTPUT_AT;
    for (let output = 0; output < OUTPUTS; output++) store<u8>(at++, load<u8>(outputs + (<usize>output << 4), V_GRANT));
  }
  for (; ((at - to) & 7) != 0; at++) store<u8>(at, 0);
  for (let core = 0; core < CORES; core++, at += 8) {
    const home = coreAt(core);
    store<u32>(at, flags & WRAP ? load<u32>(home, C_COIN) : 0);
    store<u32>(at, load<u32>(home, C_VC) | (load<u32>(home, C_ACCEPTS) << 16), 4);
  }
  let hash: u64 = 0;
  for (let word = to; word < at; word += 8) {
    hash = (hash ^ load<u64>(word)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash;
}

/** Sets a network that holds no packet to what `saveState` has written. */
export function loadState(from: usize): void {
  let at = from;
  for (let r = 0; r < ROUTERS; r++) {
    const router = routers + (<usize>r << ROUTER_SHIFT);
    for (let port = 0; port < PORTS; port++) {
      const turn = turnAt(router, port);
      store<u8>(turn, load<u8>(at++), T_TURN);
      store<u8>(turn, load<u8>(at++), T_GRANT);
      store<u8>(turn, load<u8>(at++), T_ACCEPT);
    }
    for (let li = 0; li < REQUESTERS; li++) store<u8>(requesterAt(router, li), load<u8>(at++), Q_ACCEPT);
    const outputs = router + OUTPUT_AT;
    for (let output = 0; output < OUTPUTS; output++) store<u8>(outputs + (<usize>output << 4), load<u8>(at++), V_GRANT);
  }
  at = from + ((at - from + 7) & ~7);
  for (let core = 0; core < CORES; core++, at += 8) {
    const home = coreAt(core);
    if (flags & WRAP) store<u32>(home, load<u32>(at), C_COIN);
    store<i32>(home, load<u16>(at, 4), C_VC);
    store<i32>(home, load<u16>(at, 6), C_ACCEPTS);
  }
}
