/** Synthetic traffic patterns by their names in the literature; `traffic.ts` defines them. */
export const TRAFFIC_PATTERNS = ["uniform", "transpose", "bitcomp", "neighbor", "hotspot", "tornado", "bitrev", "shuffle"] as const;
/** Name of a synthetic traffic pattern. */
export type TrafficPattern = (typeof TRAFFIC_PATTERNS)[number];
