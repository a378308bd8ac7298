/** How items lie in words: packed, and never straddling one; an item wider than a word takes several. */
export interface Packing {
  readonly itemsPerWord: number;
  readonly wordsPerItem: number;
}

export function packing(itemBits: number, wordBits: number): Packing {
  if (itemBits <= 0) return { itemsPerWord: 1, wordsPerItem: 0 };
  return { itemsPerWord: Math.max(1, Math.floor(wordBits / itemBits)), wordsPerItem: Math.ceil(itemBits / wordBits) };
}

/** Words of `items` items that start at a word. */
export function packedWords(items: number, p: Packing): number {
  return Math.ceil(items / p.itemsPerWord) * p.wordsPerItem;
}
