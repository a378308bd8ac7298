/** Suggests what the user probably meant: the nearest name by edit distance. Pure. */

/** Optimal string alignment distance (insert, delete, replace, swap neighbours) in O(length of `a` × length of `b`). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2] + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

/**
 * The candidate nearest to `word`, the first of several; null if none is near enough to be a typing error, as one
 * without a letter of the word never is.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const plain = (text: string): string => text.slice(0, 64).toLowerCase().replaceAll("-", "_");
  let best: string | null = null;
  const most = Math.min(word.length, 64);
  let bestDistance = Math.min(most, Math.max(1, Math.floor(most / 3)) + 0.5);
  for (const candidate of candidates) {
    const distance = editDistance(plain(word), plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== null) return best;
  return candidates.find((candidate) => word.length >= 4 && plain(candidate).startsWith(plain(word))) ?? null;
}

export const didYouMean = (word: string, candidates: readonly string[]): string => {
  const hit = nearest(word, candidates);
  // as likely as a typing error: the beginning of a longer name
  const longer = candidates.find(
    (candidate) => word.length >= 4 && /^[-_]/.test(candidate.slice(word.length)) && candidate.startsWith(word),
  );
  return hit === null ? "" : `did you mean ${longer === undefined || longer === hit || hit === word ? hit : `${hit} or ${longer}`}?`;
};
