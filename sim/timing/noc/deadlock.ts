/**
 * Looks for a circle of waiting: who waits for a VC or a credit that is held by a packet that waits, and so on.
 *
 * A way that ends at a core that does not accept is not a deadlock of the network: the core may accept later.
 */
import type { NocLayout } from "./layout.js";
import { type NocState, STARVED, WAITING } from "./state.js";

const PORT_NAMES = ["E", "W", "N", "S"];

/** A report of the first circle found, one waiting requester after the other; null: every way ends at something that can still move. */
export function explainDeadlock(layout: NocLayout, state: NocState, accepts: Uint8Array): string | null {
  const { ports, vcs, branches, requesters, words, masks, out, permitted, outVc, owner, total, routerOf } = state;
  const { down } = layout;
  const has = (rq: number, row: number): boolean => {
    const router = Math.floor(rq / requesters);
    const li = rq - router * requesters;
    return (masks[(router * 4 + row) * words + (li >>> 5)] & (1 << (li & 31))) !== 0;
  };
  const branchesOf = (iv: number): number[] => Array.from({ length: total[iv] }, (_, branch) => iv * branches + branch);

  /** Requesters whose progress `rq` waits for; null: it can move, or waits for a core. */
  const waitsFor = (rq: number): number[] | null => {
    const router = Math.floor(rq / requesters);
    if (has(rq, WAITING)) {
      const holders: number[] = [];
      for (let vc = 0; vc < vcs; vc++) {
        if ((permitted[rq] & (1 << vc)) === 0) continue;
        const holder = owner[(router * ports + out[rq]) * vcs + vc];
        if (holder < 0) return null;
        holders.push(holder);
      }
      return holders;
    }
    if (has(rq, STARVED)) {
      const target = down[router * ports + out[rq]];
      if (target < 0) return accepts[-2 - target] === 0 ? [] : null;
      return branchesOf(target + (outVc[rq] % vcs)).filter((next) => has(next, WAITING) || has(next, STARVED));
    }
    if (outVc[rq] < 0) return null;
    // Holds a VC and has no flit: waits for the branch that sends to it.
    const iv = Math.floor(rq / branches);
    const before = layout.up[Math.floor(iv / vcs)] + (iv % vcs);
    return before < owner.length && before >= 0 && owner[before] >= 0 ? [owner[before]] : null;
  };

  const name = (rq: number): string => {
    const iv = Math.floor(rq / branches);
    const router = routerOf[iv];
    const port = (p: number): string => PORT_NAMES[p] ?? `core${p - PORT_NAMES.length}`;
    const held = outVc[rq] < 0 ? "waits for a VC" : `holds VC ${outVc[rq] % vcs}, waits for a credit`;
    return `router ${router} input ${port(Math.floor(iv / vcs) % ports)} VC ${iv % vcs} -> ${port(out[rq])} (${held})`;
  };

  const done = new Set<number>();
  for (let start = 0; start < outVc.length; start++) {
    if (!has(start, WAITING) && !has(start, STARVED)) continue;
    const trail: number[] = [];
    const place = new Map<number, number>();
    let at = start;
    while (!done.has(at)) {
      const seen = place.get(at);
      if (seen !== undefined) return trail.slice(seen).concat(at).map(name).join("\n  waits for ");
      place.set(at, trail.length);
      trail.push(at);
      const next = waitsFor(at);
      if (next === null || next.length === 0) break;
      at = next[0];
    }
    for (const rq of trail) done.add(rq);
  }
  return null;
}
