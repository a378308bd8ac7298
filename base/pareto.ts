/**
 * Domination and the incremental archive of non-dominated points. Objective vectors are minimised, [objectives] finite
 * numbers; `objectives.ts` turns maximised objectives into minimised ones. Equal vectors do not dominate each other:
 * every id stays on the front.
 */

/** True if `a` is no worse in every objective and better in at least one. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let k = 0; k < a.length; k++) {
    if (a[k] > b[k]) return false;
    if (a[k] < b[k]) better = true;
  }
  return better;
}

/** A member of the front. */
export interface FrontMember<Id> {
  readonly id: Id;
  readonly values: readonly number[];
}

/** The front of all points added so far, whatever their order. */
export class ParetoArchive<Id> {
  private readonly members: FrontMember<Id>[] = [];

  /** Sorted by the first objective, then the others, then order of arrival. */
  get front(): readonly FrontMember<Id>[] {
    return this.members;
  }

  get size(): number {
    return this.members.length;
  }

  /**
   * Adds a point; true if the front changed. Members are sorted by the first objective, so only members up to the
   * point's place can dominate it. With two objectives the last of these is the best in the second one, and the members
   * that the point dominates follow its place without a gap: log2 of the front, and their number.
   */
  add(id: Id, values: readonly number[]): boolean {
    for (const value of values) if (!Number.isFinite(value)) throw new Error(`objective of ${String(id)} is ${value}`);
    const place = this.placeOf(values);
    // an equal member is neither dominated nor dominates any other
    if (place > 0 && lexicographic(this.members[place - 1].values, values) === 0) {
      this.members.splice(place, 0, { id, values });
      return true;
    }
    const { members } = this;
    const isPlane = values.length === 2;
    for (let i = isPlane ? Math.max(0, place - 1) : 0; i < place; i++) if (dominates(members[i].values, values)) return false;
    let end = place;
    if (isPlane) {
      while (end < members.length && dominates(values, members[end].values)) end++;
      members.splice(place, end - place, { id, values });
      return true;
    }
    members.splice(end++, 0, { id, values });
    for (let i = end; i < members.length; i++) if (!dominates(values, members[i].values)) members[end++] = members[i];
    members.length = end;
    return true;
  }

  /** First index whose member is lexicographically greater. */
  private placeOf(values: readonly number[]): number {
    let low = 0;
    let high = this.members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lexicographic(this.members[middle].values, values) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Compares by the first objective that differs. */
export function lexicographic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] - b[k];
  return 0;
}

/** Each vector once, in the order of its first: points with equal values are one. */
export const differentVectors = <Vector extends readonly number[]>(vectors: readonly Vector[]): readonly Vector[] => [
  ...new Map(vectors.map((vector) => [JSON.stringify(vector), vector])).values(),
];

/**
 * Indices of the non-dominated points, ascending; equal points are all kept. O(n x front), and with two objectives
 * O(n log n).
 */
export function nonDominated(points: readonly (readonly number[])[]): number[] {
  const archive = new ParetoArchive<number>();
  const order = points.map((_, i) => i).sort((a, b) => lexicographic(points[a], points[b]) || a - b);
  for (const i of order) archive.add(i, points[i]);
  return archive.front.map((m) => m.id).sort((a, b) => a - b);
}

/**
 * Non-domination rank of each point, 0 for the front (fast non-dominated sort of Deb et al. 2002). O(objectives n^2).
 */
export function nonDominatedRanks(
  count: number,
  better: (a: number, b: number) => boolean,
): { readonly ranks: Int32Array; readonly fronts: number[][] } {
  const ranks = new Int32Array(count);
  const beatenBy = new Int32Array(count);
  const beats: number[][] = Array.from({ length: count }, () => []);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      if (better(a, b)) {
        beats[a].push(b);
        beatenBy[b]++;
      } else if (better(b, a)) {
        beats[b].push(a);
        beatenBy[a]++;
      }
    }
  }
  const fronts: number[][] = [];
  let current = Array.from({ length: count }, (_, i) => i).filter((i) => beatenBy[i] === 0);
  while (current.length > 0) {
    const next: number[] = [];
    for (const a of current) {
      ranks[a] = fronts.length;
      for (const b of beats[a]) if (--beatenBy[b] === 0) next.push(b);
    }
    fronts.push(current);
    current = next.sort((a, b) => a - b);
  }
  return { ranks, fronts };
}
