/** A SANA-FE pair as plain objects, from which a text and an independent run can be made. */

export interface Price {
  readonly j: number;
  readonly s: number;
}
export type Attribute = number | boolean | string | readonly number[];
export type AttributeMap = { readonly [name: string]: Attribute };

export interface SynapsePart {
  readonly name: string;
  readonly spike: Price;
  readonly everyStep: boolean;
}
export interface DendritePart {
  readonly name: string;
  readonly delays: boolean;
  readonly update: Price;
  readonly everyStep: boolean;
}
export interface SomaPart {
  readonly name: string;
  readonly model: "leaky_integrate_fire" | "truenorth" | "input";
  readonly access: Price;
  readonly update: Price;
  readonly spike: Price;
  readonly everyStep: boolean;
}
export interface CorePart {
  readonly copies: number;
  readonly buffer: "soma" | "before dendrite" | "in dendrite" | "axon_out";
  readonly axonIn: Price;
  readonly axonOut: Price;
  readonly synapses: readonly SynapsePart[];
  readonly dendrites: readonly DendritePart[];
  readonly somas: readonly SomaPart[];
}
export interface TilePart {
  readonly copies: number;
  readonly north: Price;
  readonly east: Price;
  readonly south: Price;
  readonly west: Price;
  readonly cores: readonly CorePart[];
}
export interface ChipPart {
  readonly width: number;
  readonly height: number;
  /** Seconds per step, or seconds by tiles in use (keys ascending). */
  readonly sync: number | readonly (readonly [number, number])[];
  readonly tiles: readonly TilePart[];
}

export interface NeuronPart {
  readonly group: number;
  readonly index: number;
  /** Attributes of the group and its own; own ones are last. */
  readonly attributes: AttributeMap;
  readonly soma: string;
  readonly dendrite: string;
  /** Tile, and core in the tile. */
  readonly tile: number;
  readonly offset: number;
}
export interface EdgePart {
  /** Numbers of neurons. */
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly delay: number;
  readonly synapse: string;
}
/** An edge between groups, and its synapses in order. */
export interface GroupEdgePart {
  readonly from: number;
  readonly to: number;
  readonly attributes: string;
  readonly synapses: readonly EdgePart[];
}

export interface PairPart {
  readonly chip: ChipPart;
  readonly groups: readonly { readonly name: string; readonly shared: AttributeMap; readonly size: number }[];
  readonly neurons: readonly NeuronPart[];
  readonly edges: readonly (EdgePart | GroupEdgePart)[];
  /** Numbers of neurons in the order of mapping. */
  readonly mapped: readonly number[];
}
