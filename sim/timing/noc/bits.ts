/** Bit words: the round-robin choice that all allocators share, and counting. */

/** First set bit at or after `pointer`, round the end; `mask` is not 0. */
export function roundRobin(mask: number, pointer: number): number {
  const ahead = (mask >>> pointer) << pointer;
  const from = ahead !== 0 ? ahead : mask;
  return 31 - Math.clz32(from & -from);
}

/** Set bits of a 32-bit word. */
export function countBits(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
