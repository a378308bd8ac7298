/** Keys of a description's `training` section that its networks do not read, because of another key. Pure. */
import { cellOf } from "../arch/index.js";
import type { RequestedConfigs } from "./requested-configs.js";

interface IdleKey {
  readonly path: string;
  /** Keys that decide whether it is read. */
  readonly by: readonly string[];
  /** What it needs. */
  readonly needs: string;
}

/** The keys that have no effect on these networks, whether they are set or not. */
export function idleRequest({ float, grid }: RequestedConfigs): readonly IdleKey[] {
  const { network, training } = float;
  const { spiking } = cellOf(network.system);
  const idle = (isIdle: boolean, keys: readonly string[], by: readonly string[], needs: string): readonly IdleKey[] =>
    isIdle ? keys.map((key) => ({ path: `training.${key}`, by: by.map((other) => `training.${other}`), needs })) : [];
  return [
    ...idle(
      !spiking,
      ["theta", "spike_bits", "membrane_penalty", "membrane_penalty_saturation"],
      ["base", "cell"],
      `a training.cell that spikes, and ${network.system} does not`,
    ),
    ...idle(
      spiking && training.membranePenalty === 0,
      ["membrane_penalty_saturation"],
      ["base", "cell", "membrane_penalty"],
      "training.membrane_penalty above 0",
    ),
    ...idle(grid === null, ["chip_rate"], ["chip_epochs"], "training.chip_epochs above 0"),
  ];
}
