/** Events as kernels write them, [count][2 i32], and as the program reads them. */

/** Events [count][2 i32] as neurons u32 [count] and payloads i16 [count]; writes up to three places beyond. */
export function unpack(events: usize, count: usize, neurons: usize, payloads: usize): void {
  for (let e: usize = 0; e < count; e += 4) {
    const a = v128.load(events + e * 8),
      b = v128.load(events + e * 8, 16);
    v128.store(neurons + e * 4, v128.shuffle<i32>(a, b, 0, 2, 4, 6));
    const q = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
    v128.store64_lane(payloads + e * 2, i16x8.narrow_i32x4_s(q, q), 0);
  }
}
