/**
 * Looks for a circle of waiting: a packet waits for a VC or a credit that another waiting packet holds, and so on.
 *
 * A chain that ends at a core that does not accept is not a deadlock of the network: the core may accept later.
 */
import type { NocLayout } from "./layout.js";

const PORT_NAMES = ["E", "W", "N", "S"];

/** A kernel's state: requesters (rq = iv × branches + branch) and output VCs. */
export interface Waiting {
  readonly requesters: number;
  readonly branches: number;
  /** `waits`: a head that requests an output VC; `starved`: a requester with a flit but no credit. */
  waits(rq: number): boolean;
  starved(rq: number): boolean;
  out(rq: number): number;
  permitted(rq: number): number;
  /**
   * `held`: output VC that a requester holds, -1: none; `owner`: requester that holds an output VC, -1: none (or a
   * source).
   */
  held(rq: number): number;
  owner(ov: number): number;
  /** Number of branches of the packet at the front of an input VC. */
  total(iv: number): number;
  accepts(core: number): boolean;
}

/**
 * Report of the first circle found, one waiting requester after the other; null if every chain ends at something that
 * can still move.
 */
export function explainDeadlock(layout: NocLayout, vcs: number, waiting: Waiting): string | null {
  const { ports, tiles, down, up } = layout;
  const { branches, waits, starved, out, permitted, held, owner, total } = waiting;
  const routerOf = (rq: number): number => Math.floor(rq / (ports * vcs * branches));
  const branchesOf = (iv: number): number[] => Array.from({ length: total(iv) }, (_, branch) => iv * branches + branch);

  /** Requesters that `rq` waits for; null if it can move, or waits for a core. */
  const waitsFor = (rq: number): number[] | null => {
    const router = routerOf(rq);
    if (waits(rq)) {
      const holders: number[] = [];
      for (let vc = 0; vc < vcs; vc++) {
        if ((permitted(rq) & (1 << vc)) === 0) continue;
        const holder = owner((router * ports + out(rq)) * vcs + vc);
        if (holder < 0) return null;
        holders.push(holder);
      }
      return holders;
    }
    if (starved(rq)) {
      const target = down[router * ports + out(rq)];
      if (target < 0) return waiting.accepts(-2 - target) ? null : [];
      return branchesOf(target + (held(rq) % vcs)).filter((next) => waits(next) || starved(next));
    }
    if (held(rq) < 0) return null;
    // it holds a VC but has no flit: it waits for the branch that sends to it
    const iv = Math.floor(rq / branches);
    const before = up[Math.floor(iv / vcs)] + (iv % vcs);
    const holder = before < 0 ? -1 : owner(before);
    return holder < 0 ? null : [holder];
  };

  const name = (rq: number): string => {
    const iv = Math.floor(rq / branches);
    const port = (p: number): string => {
      if (routerOf(rq) >= tiles) return `tree${p}`;
      const isCore = down[routerOf(rq) * ports + p] < -1;
      return PORT_NAMES[p] ?? (isCore ? `core${p - PORT_NAMES.length}` : "up");
    };
    const state = held(rq) < 0 ? "waits for a VC" : `holds VC ${held(rq) % vcs}, waits for a credit`;
    return `router ${routerOf(rq)} input ${port(Math.floor(iv / vcs) % ports)} VC ${iv % vcs} -> ${port(out(rq))} (${state})`;
  };

  const done = new Set<number>();
  for (let start = 0; start < waiting.requesters; start++) {
    if (!waits(start) && !starved(start)) continue;
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
