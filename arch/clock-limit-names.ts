/** Names of clock limits: `core[3] neuron update` of any core is `neuron_update_ns`. */
import type { ClockLimit } from "./clock-limit.js";

export const clockLimitName = ({ block }: Pick<ClockLimit, "block">): string =>
  `${block.replace(/^\w+\[\d+\] /, "").replaceAll(/[^A-Za-z0-9]+/g, "_")}_ns`;
