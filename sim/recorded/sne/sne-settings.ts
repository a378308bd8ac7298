/** Configuration of a slice for a run: the chip's registers, and the part of the map that each cluster holds. */
import type { SneChip } from "../../../arch/index.js";

/** The part of a feature map that a cluster holds. */
export interface SneCluster {
  /** Box of the events that it takes, inclusive. */
  readonly lowX: number;
  readonly lowY: number;
  readonly highX: number;
  readonly highY: number;
  /** Offsets of the kernel; subtracting the low corner centres the kernel on the event. */
  readonly kernelX: number;
  readonly kernelY: number;
  /** Without it a cluster keeps its states. */
  readonly takesEvents: boolean;
}

export interface SneLayout {
  readonly clusters: readonly SneCluster[];
  /** Channel of the spikes from each quarter of the clusters. */
  readonly channels: readonly number[];
  /** Addresses of a sweep. */
  readonly sweep: { readonly step: number; readonly start: number; readonly end: number };
  /** Clusters whose boxes bound the spike filter, for its low x, low y, high x, high y. */
  readonly filter: readonly number[];
}

export interface SneInput {
  readonly notBefore: number;
  readonly word: number;
}

export interface SneStimulus {
  readonly layout: SneLayout;
  readonly inputs: readonly SneInput[];
  readonly limitCycles: number;
}

/** Neurons per cluster. */
export const neuronsOf = (chip: SneChip): number => chip.cluster_side * chip.cluster_side;

/** The quarter of the clusters to which `cluster` belongs. */
export const quarterOf = (chip: SneChip, cluster: number): number => Math.floor((4 * cluster) / chip.clusters);
