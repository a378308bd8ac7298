/** Random gru and lstm networks for tests; each comes from one seed. */
import type { Network } from "../../../arch/index.js";
import { type NetworkShape, randomNetwork } from "./random-network.js";

export type Dense = "gru" | "lstm";
export type DenseShape = Omit<NetworkShape, "system" | "bits" | "theta">;

const GATES = { gru: ["r", "z", "n"], lstm: ["i", "f", "g", "o"] } as const;

/** A random dense network; its gates come from several random rec-v2 networks. */
export function randomDense(seed: string, system: Dense, shape: DenseShape): Network {
  const parts = GATES[system].map((name) => randomNetwork(`${seed}/${name}`, { system: "rec-v2", bits: 6, theta: 3, ...shape }));
  return {
    ...parts[0],
    system,
    encoder: null,
    layers: parts[0].layers.map((layer, l) => ({
      ...layer,
      quantiser: null,
      gates: GATES[system].map((name, g) => ({ ...parts[g].layers[l].gates[0], name })),
    })),
  };
}
