/**
 * How items of given width are packed into words: several in one word, or one in several words; an item that shares a
 * word is whole in it.
 */
export interface Packing {
  readonly itemsPerWord: number;
  readonly wordsPerItem: number;
}

export function packing(itemBits: number, wordBits: number): Packing {
  if (itemBits <= 0) return { itemsPerWord: 1, wordsPerItem: 0 };
  return { itemsPerWord: Math.max(1, Math.floor(wordBits / itemBits)), wordsPerItem: Math.ceil(itemBits / wordBits) };
}

/** Words of `items` items that start at a word boundary. */
export function packedWords(items: number, p: Packing): number {
  return Math.ceil(items / p.itemsPerWord) * p.wordsPerItem;
}

/** Items in one word of every bank, at least one item; infinite if items take no memory. */
export function itemsPerBeat(p: Packing, banks: number): number {
  if (p.wordsPerItem === 0) return Number.POSITIVE_INFINITY;
  return p.wordsPerItem > 1 ? Math.max(1, Math.floor(banks / p.wordsPerItem)) : p.itemsPerWord * banks;
}

/** Number of words that hold `count` items from item `from` on. */
function batchWords(p: Packing, from: number, count: number): number {
  if (count === 0 || p.wordsPerItem === 0) return 0;
  return p.wordsPerItem > 1 ? count * p.wordsPerItem : Math.floor(((from % p.itemsPerWord) + count - 1) / p.itemsPerWord) + 1;
}

/** Most words of any batch of `units` neurons with `each` items, out of `neurons` neurons; at least one. */
export function mostBatchWords(p: Packing, neurons: number, units: number, each: number): number {
  let most = 1;
  // after this many batches, a batch begins at the same position of a word again
  const end = Math.min(neurons, units * p.itemsPerWord);
  for (let n = 0; n < end; n += units) most = Math.max(most, batchWords(p, n * each, Math.min(units, neurons - n) * each));
  return most;
}
