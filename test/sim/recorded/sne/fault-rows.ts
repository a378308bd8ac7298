/** How faults are listed: file, what stands in it for what, and why nothing tells them apart where nothing does. */
import type { Fault } from "./mutant.js";

type Row = readonly [title: string, from: string, to: string, unseen?: string];

export const of = (section: number, file: string, rows: readonly Row[]): readonly Fault[] =>
  rows.map(([title, from, to, unseen = null]) => ({ section, file: file.includes("/") ? file : `sne/${file}`, title, from, to, unseen }));
