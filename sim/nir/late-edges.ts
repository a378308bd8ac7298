/**
 * Edges that carry the step before, so that every late way has one of them and other ways have none. Between neurons,
 * an edge serves all ways that share it: the late one is the first that only late ways take. So it lies behind the last
 * node that a late way shares with another, and nodes that pass values on, as the ports of nested graphs do, move it
 * along its way only. If the ways are so interwoven that a late one has no such edge, its first edge is late for all.
 */
import type { NirEdge } from "../../arch/index.js";

/** All that is reached from the `starts`, themselves included. */
export function reached(starts: Iterable<string>, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set(starts);
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
  const [leaving, entering] = [edgesBy("from", edges), edgesBy("to", edges)];
  const after = (name: string): readonly NirEdge[] => (passes(name) ? leaving(name) : []);
  const before = (name: string): readonly NirEdge[] => (passes(name) ? entering(name) : []);
  const ahead = (names: Iterable<string>): ReadonlySet<string> => reached(names, (at) => after(at).map(({ to }) => to));
  const behind = (name: string): ReadonlySet<string> => reached([name], (at) => before(at).map(({ from }) => from));
  // one array for equal lists, so that each pair of them is looked at once
  const lists = memo((key: string): readonly string[] => JSON.parse(key));
  const list = (names: ReadonlySet<string>, next: typeof after): readonly string[] =>
    lists(JSON.stringify([...names].filter((at) => next(at).length === 0).sort()));
  const starts = memo((name: string) => list(behind(name), before));
  const ends = memo((name: string) => list(ahead([name]), after));
  const areLate = memo((from: readonly string[]) =>
    memo((to: readonly string[]) => to.every((end) => from.every((start) => isLate(start, end)))),
  );
  // edges of such a node need no look at each of its many ways
  const isAllLate = (name: string): boolean => passes(name) && areLate(starts(name))(ends(name));
  const isOnlyLate = ({ from, to }: NirEdge): boolean =>
    starts(from).length > 0 && ends(to).length > 0 && (isAllLate(from) || isAllLate(to) || areLate(starts(from))(ends(to)));
  const onlyLate = edges.filter(isOnlyLate);
  const early = new Set<NirEdge>();
  for (;;) {
    const cut = new Set([...early, ...onlyLate].map(({ to }) => to));
    const behindCut = ahead([...cut].filter(passes));
    const late = new Set([...early, ...onlyLate.filter(({ from }) => !passes(from) || !behindCut.has(from))]);
    const uncut = (name: string): readonly string[] => after(name).flatMap((edge) => (late.has(edge) ? [] : [edge.to]));
    const missed = edges.filter(
      (edge) => !passes(edge.from) && !late.has(edge) && [...reached([edge.to], uncut)].some((end) => isLate(edge.from, end)),
    );
    if (missed.length === 0) return late;
    for (const edge of missed) early.add(edge);
  }
}

/** The edges that have a node at this end, in their order. */
export function edgesBy(end: keyof NirEdge, edges: readonly NirEdge[]): (name: string) => readonly NirEdge[] {
  const known = new Map<string, NirEdge[]>();
  for (const edge of edges) {
    const others = known.get(edge[end]);
    if (others === undefined) known.set(edge[end], [edge]);
    else others.push(edge);
  }
  return (name) => known.get(name) ?? [];
}

export function memo<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
