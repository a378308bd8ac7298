/** Form of the lists of faults: file, rule, replacement, and, if no run shows the fault, why. */
import type { Fault } from "./mutant.js";

type Row = readonly [title: string, from: string, to: string, unseen?: string];

export const of = (section: number, file: string, rows: readonly Row[]): readonly Fault[] =>
  rows.map(([title, from, to, unseen = null]) => ({ section, file: file.includes("/") ? file : `sne/${file}`, title, from, to, unseen }));
