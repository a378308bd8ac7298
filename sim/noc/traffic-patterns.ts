/** Who sends to whom, by the names of the literature; what each means: `traffic.ts`. */
export const TRAFFIC_PATTERNS = ["uniform", "transpose", "bitcomp", "neighbor", "hotspot", "tornado"] as const;
/** Where packets of synthetic traffic go. */
export type TrafficPattern = (typeof TRAFFIC_PATTERNS)[number];
