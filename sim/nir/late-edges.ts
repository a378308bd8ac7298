/**
 * Edges that carry the step before, so that every late way has one of them and other ways have none. Between neurons,
 * an edge serves all ways that share it: the late one is the first that only late ways take. So it lies behind the last
 * node that a late way shares with another, and nodes that pass values on, as the ports of nested graphs do, move it
 * along its way only. If the ways are so interwoven that a late one has no such edge, its first edge is late for all.
 */
import type { NirEdge } from "../../arch/index.js";

/** All that is reached from `start`, itself included. */
export function reached(start: string, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const name of seen) for (const other of next(name)) seen.add(other); // also visits what it adds
  return seen;
}

interface Ways {
  /** Whether a node hands on the values of its own step, and keeps none: no neuron, no Delay. */
  readonly passes: (name: string) => boolean;
  /** Whether what one node sends arrives at the other, through nodes that pass it on, one step later. */
  readonly isLate: (from: string, to: string) => boolean;
}

export function lateEdges(edges: readonly NirEdge[], { passes, isLate }: Ways): ReadonlySet<NirEdge> {
  const after = memo((name) => (passes(name) ? edges.filter(({ from }) => from === name) : []));
  const before = memo((name) => (passes(name) ? edges.filter(({ to }) => to === name) : []));
  const ahead = memo((name) => reached(name, (at) => after(at).map(({ to }) => to)));
  const behind = memo((name) => reached(name, (at) => before(at).map(({ from }) => from)));
  const starts = memo((name) => new Set([...behind(name)].filter((at) => before(at).length === 0)));
  const ends = memo((name) => new Set([...ahead(name)].filter((at) => after(at).length === 0)));
  const isOnlyLate = ({ from, to }: NirEdge): boolean =>
    starts(from).size > 0 && ends(to).size > 0 && [...starts(from)].every((start) => [...ends(to)].every((end) => isLate(start, end)));
  const onlyLate = edges.filter(isOnlyLate);
  const isFollowed = (edge: NirEdge, { from }: NirEdge): boolean => passes(edge.to) && behind(from).has(edge.to);
  const early = new Set<NirEdge>();
  for (;;) {
    const cut = [...early, ...onlyLate];
    const late = new Set([...early, ...onlyLate.filter((edge) => !cut.some((other) => other !== edge && isFollowed(other, edge)))]);
    const uncut = (name: string): readonly string[] => after(name).flatMap((edge) => (late.has(edge) ? [] : [edge.to]));
    const missed = edges.filter(
      (edge) => !passes(edge.from) && !late.has(edge) && [...reached(edge.to, uncut)].some((end) => isLate(edge.from, end)),
    );
    if (missed.length === 0) return late;
    for (const edge of missed) early.add(edge);
  }
}

function memo<Value>(make: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const value = known.get(name) ?? make(name);
    known.set(name, value);
    return value;
  };
}
