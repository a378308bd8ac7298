/** Lists of the cycles by lists: a length and as many entries, u32 each. */

@inline
export function push(list: usize, entry: usize): void {
  const many = load<u32>(list);
  store<u32>(list + (<usize>many << 2), <u32>entry, 4);
  store<u32>(list, many + 1);
}

/** Where the next entry goes. */
@inline
export function endOf(list: usize): usize {
  return list + 4 + (<usize>load<u32>(list) << 2);
}

@inline
export function setEnd(list: usize, end: usize): void {
  store<u32>(list, <u32>((end - list - 4) >> 2));
}

/**
 * Writes an entry behind the end; returns the end with it if it counts, else the old one. What a list gets depends on the traffic, which no branch
 * predictor knows: to write in vain costs less than to guess wrong.
 */
@inline
export function put(end: usize, entry: usize, counts: bool): usize {
  store<u32>(end, <u32>entry);
  return end + (<usize>counts << 2);
}
