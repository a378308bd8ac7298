/**
 * Words on SNE's streams. The upper four bits are the operation; spikes have channel, y and x; time steps have 28 bits.
 * Source: specification of the slice, words.
 */

/** Value of a source that offers no word. */
export const NONE = -1;

export const OP = { idle: 1, spike: 2, accumulate: 3, wipe: 4, time: 5, synch: 7, update: 8, end: 9 } as const;

export const opOf = (word: number): number => word >>> 28;
export const timeOf = (word: number): number => word & 0xfff_ffff;
export const channelOf = (word: number): number => (word >>> 16) & 0xff;
export const yOf = (word: number): number => (word >>> 8) & 0xff;
export const xOf = (word: number): number => word & 0xff;

export const spikeWord = (channel: number, y: number, x: number): number =>
  ((OP.spike << 28) | (channel << 16) | ((y & 0xff) << 8) | (x & 0xff)) >>> 0;
export const timeWord = (value: number): number => ((OP.time << 28) | value) >>> 0;
export const UPDATE_WORD = (OP.update << 28) >>> 0;

/** The header of a packet: its destination and the number of words that follow. */
export const headerWord = (to: "engine" | "memory", length: number): number => ((to === "memory" ? 1 : 0) << 24) | length;
export const destinationOf = (header: number): number => (header >>> 24) & 0xf;
export const lengthOf = (header: number): number => header & 0xffff;
export const END_WORD = (OP.end << 28) >>> 0;

export const isTimeEvent = (op: number): boolean => op === OP.time || op === OP.synch;
export const isSpikeEvent = (op: number): boolean =>
  op === OP.idle || op === OP.spike || op === OP.accumulate || op === OP.wipe || op === OP.update;
/** Operations that visit every neuron of every cluster, in any layer. */
export const isSweepOp = (op: number): boolean => op === OP.wipe || op === OP.update;

export const hex8 = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
