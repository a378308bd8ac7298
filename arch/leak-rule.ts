/** How a chip computes a constant leak. */
export const LEAK_RULES = ["multiplier", "shift", "truncate"] as const;
export type LeakRule = (typeof LEAK_RULES)[number];
