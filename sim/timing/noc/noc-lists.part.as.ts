/** What the cycles by lists have in common: lists, and flits that come into a router and leave it. */
import { countBy, R_AWAKE, R_FLITS, R_SINCE } from "./noc-records.part.as";
import { cycle } from "./noc-wheel.part.as";

/** A list is its length and its entries, u32 each. */
@inline
export function push(list: usize, entry: usize): void {
  const many = load<u32>(list);
  store<u32>(list + (<usize>many << 2), <u32>entry, 4);
  store<u32>(list, many + 1);
}

/** A flit has come: a router that was empty is awake from this cycle on. */
@inline
export function enter(router: usize): void {
  const inside = load<i32>(router, R_FLITS);
  store<i32>(router, inside + 1, R_FLITS);
  if (inside == 0) store<u32>(router, <u32>cycle, R_SINCE);
}

/** A flit leaves; the last one tells how long the router was awake. */
@inline
export function leave(router: usize): void {
  const inside = load<i32>(router, R_FLITS) - 1;
  store<i32>(router, inside, R_FLITS);
  if (inside == 0) countBy(router + R_AWAKE, <i32>(<u32>cycle + 1 - load<u32>(router, R_SINCE)));
}
