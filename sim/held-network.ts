/**
 * What a network is to a chip: its populations, and its projections in the formats in which the chip stores them, as
 * far as they decide how wide its hardware is. `sim --json` prints it. Pure.
 */
import { type Chip, longestRow, mostTargets, type Population, type Precision, type Projection, type Topology } from "../arch/index.js";
import { heldBy, partialSumBits } from "./mapping/index.js";

type HeldPopulation = Pick<Population, "name" | "neurons" | "states" | "accumulators" | "payloadBits" | "update">;

/** A projection as the chip stores it. */
interface HeldProjection {
  /** Names of populations. */
  readonly source: string;
  readonly target: string;
  readonly format: "dense" | "kernel" | "rows" | "bitmap" | "run-length";
  /** Targets of the spike that has the most of them. */
  readonly mostTargets: number;
  /** Items of the longest row in memory: targets with their weights, or the weights of a kernel's row. */
  readonly longestRow: number;
  /** Taps of the kernel; 0: none is stored. */
  readonly taps: number;
  /** Bits of a run of zeros; 0: there are none. */
  readonly runBits: number;
}

export interface HeldNetwork {
  readonly populations: readonly HeldPopulation[];
  readonly projections: readonly HeldProjection[];
  /**
   * Payload bits of the widest partial sum that cores send each other; 0: no neuron has too many weights for a core.
   */
  readonly partialSumBits: number;
}

/** @param topology as trained */
export function heldNetwork(chip: Chip, precision: Precision, topology: Topology): HeldNetwork {
  const held = heldBy(chip, precision, topology);
  return {
    populations: held.populations.map(({ name, neurons, states, accumulators, payloadBits, update }) => ({
      ...{ name, neurons, states, accumulators, payloadBits, update },
    })),
    projections: held.projections.map((projection) => heldProjection(projection, held)),
    partialSumBits: partialSumBits(chip, precision, held),
  };
}

function heldProjection(projection: Projection, { populations }: Topology): HeldProjection {
  const { sparse, kernel, coding } = projection;
  const { name: target, neurons } = populations[projection.target];
  const names = { source: populations[projection.source].name, target };
  if (sparse === null) return { ...names, format: "dense", mostTargets: neurons, longestRow: neurons, taps: 0, runBits: 0 };
  return {
    ...names,
    format: kernel === undefined ? (coding?.kind ?? "rows") : "kernel",
    mostTargets: mostTargets(sparse.rowStart),
    longestRow: longestRow({ sparse, kernel }),
    taps: kernel?.taps ?? 0,
    runBits: coding?.kind === "run-length" ? coding.runBits : 0,
  };
}
