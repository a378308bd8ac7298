/** An option of a sampler, and which values it takes; a description, a search and the JSON Schema ask the same rule. */
import type { Json } from "../base/hash.js";

interface SamplerOption {
  /** Default. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** True for counts: a fraction is refused. */
  readonly whole: boolean;
  readonly about: string;
}

/** Options of every sampler by name. */
export type SamplerNames = { readonly [sampler: string]: { readonly [option: string]: SamplerOption } };

export function takesOption({ low, high, whole }: SamplerOption, given: Json): given is number {
  return typeof given === "number" && given >= low && given <= high && (!whole || Number.isInteger(given));
}

/** What an option takes: `a whole number from 4 to 10000`. */
export function wantedOfOption({ low, high, whole }: SamplerOption): string {
  return `a ${whole ? "whole " : ""}number from ${low} to ${high}`;
}
