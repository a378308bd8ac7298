/**
 * Tables of evaluated models: error, parameters, spike density by layer, operations per frame, savings against the
 * dense GRU and LSTM of the same widths, and NeuroBench's metrics; and their printing. Pure.
 */

import { denseMultiplications, type Network } from "../arch/index.js";
import { type CsvValue, csvRow } from "../base/escape/csv.js";
import { type Filtered, joined } from "../base/escape/filtered.js";
import { type MarkdownText, markdown, markdownText } from "../base/escape/markdown.js";
import { texText } from "../base/escape/tex.js";
import { texTable } from "../base/tex-table.js";
import type { Evaluation } from "./evaluate.js";
import { PRUNED_SHARE } from "./pruning.js";

/** A model's row of the comparison table: how it was trained, and how it scores. */
export interface TableEntry {
  /** Name of the model in the table. */
  readonly name: string;
  /** Equal for models that differ only by their seed. */
  readonly recipe: string;
  /** Weight of the membrane penalty in its training; 0: none, or not recorded. */
  readonly penalty: number;
  /** Saturation of that penalty, in ranges; null: none, or not recorded. */
  readonly saturation: number | null;
  /** The network with its parameters. */
  readonly network: Network;
  /** Equal for models that were scored on the same classes of the same utterances. */
  readonly scoredOn: string;
  /** Accuracy, densities and operations on the data set. */
  readonly evaluation: Evaluation;
}

/**
 * A cell is text or a number with the decimals to print, null for all of its digits; a cell that is null prints as a
 * dash.
 */
export type Cell = string | { readonly value: number; readonly decimals: number | null } | null;

interface Column {
  readonly title: string;
  readonly cell: (entry: TableEntry) => Cell;
  /** Such a column is left out if no model has a value in it. */
  readonly isOptional?: true;
}

export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table in one of its formats. */
export type TableText = Filtered<"csv" | "markdown" | "tex">;

export type TableFormat = "md" | "csv" | "tex";

const number = (value: number, decimals: number): Cell => ({ value, decimals });
/** A setting: rounded, it would be another one. */
const setting = (value: number): Cell => ({ value, decimals: null });

function densitiesOf({ evaluation }: TableEntry): string {
  return evaluation.density.map((d) => d.toFixed(3)).join(" / ");
}

/** Dense multiplications of a GRU or LSTM of the same widths, over those of the network. */
function savings({ network }: TableEntry, baseline: "gru" | "lstm", multiplications: number): Cell {
  const widths = network.layers.map((layer) => layer.neurons);
  return number(denseMultiplications(baseline, network.inputs, widths, network.classes) / multiplications, 2);
}

const isPruned = ({ operations }: Evaluation): boolean => operations.neuroBench.connectionSparsity >= PRUNED_SHARE;

/** Multiplications per frame of a pruned network with weights that are not 0; null: it is not pruned. */
export const effectiveProductsOf = (evaluation: Evaluation): number | null =>
  isPruned(evaluation) ? evaluation.operations.effectiveMultiplications : null;

/**
 * Multiplications per frame that a chip has to do: of a pruned network, or one whose few bits of weights round many to
 * 0, those with weights that are not 0.
 */
export const workOf = ({ evaluation }: TableEntry): number => effectiveProductsOf(evaluation) ?? evaluation.multiplicationsPerFrame;

/** Weights of a pruned network that are 0, in percent; null: it is not pruned. */
export const zerosPercentOf = ({ evaluation }: TableEntry): number | null =>
  isPruned(evaluation) ? 100 * evaluation.operations.neuroBench.connectionSparsity : null;

/** A cell of a pruned network, from its multiplications per frame with weights that are not 0; else null. */
function ofPruned(entry: TableEntry, cell: (multiplications: number) => Cell): Cell {
  const products = effectiveProductsOf(entry.evaluation);
  return products === null ? null : cell(products);
}

/** Bits and theta of the spikes between neurons; if thetas differ, those of all layers. Null without spikes. */
export function spikesOf({ layers }: TableEntry["network"]): { readonly bits: number; readonly theta: string } | null {
  const [{ quantiser }] = layers;
  if (quantiser === null) return null;
  const thetas = layers.map((layer) => layer.quantiser?.theta ?? quantiser.theta);
  return { bits: quantiser.bits, theta: thetas.every((theta) => theta === thetas[0]) ? String(thetas[0]) : thetas.join(" + ") };
}

const spikeBits = ({ network }: TableEntry): Cell => {
  const spikes = spikesOf(network);
  return spikes && `${spikes.bits} / ${spikes.theta}`;
};

/** Wrong scores in percent: 13.95, where the subtraction leaves 13.949999999999996. */
export const errorPercent = ({ accuracy }: Pick<Evaluation, "accuracy">): number => Number((100 * (1 - accuracy)).toPrecision(12));

/** The columns that the paper prints. */
export const COMPARISON: readonly Column[] = [
  { title: "model", cell: ({ name }) => name },
  { title: "system", cell: ({ network }) => network.system },
  { title: "data", cell: ({ evaluation }) => evaluation.dataset },
  { title: "neurons", cell: ({ network }) => network.layers.map((layer) => layer.neurons).join(" + ") },
  { title: "bits / theta", cell: spikeBits },
  { title: "lambda", cell: ({ network, penalty }) => (network.layers[0].quantiser ? setting(penalty) : null) },
  { title: "saturation", cell: ({ saturation }) => (saturation === null ? null : setting(saturation)), isOptional: true },
  { title: "delay (frames)", cell: ({ network }) => number(network.outputDelayFrames, 0) },
  { title: "error (%)", cell: ({ evaluation }) => number(errorPercent(evaluation), 2) },
  { title: "parameters", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.parameters, 0) },
  { title: "density input / layers", cell: densitiesOf },
  { title: "multiplications per frame", cell: ({ evaluation }) => number(evaluation.multiplicationsPerFrame, 0) },
  { title: "saving vs GRU (x)", cell: (entry) => savings(entry, "gru", entry.evaluation.multiplicationsPerFrame) },
  { title: "saving vs LSTM (x)", cell: (entry) => savings(entry, "lstm", entry.evaluation.multiplicationsPerFrame) },
  { title: "multiplications, weights not 0", cell: (entry) => ofPruned(entry, (work) => number(work, 0)), isOptional: true },
  { title: "saving vs GRU (x), weights not 0", cell: (entry) => ofPruned(entry, (work) => savings(entry, "gru", work)), isOptional: true },
];

/** Widths of what meets weights: the input's spikes, and those of the layers if they have others. */
function operandsOf({ encoder, layers }: TableEntry["network"]): string {
  const [input, own] = [encoder, layers[0].quantiser].map((spikes) => (spikes !== null && spikes.bits < 32 ? `${spikes.bits}` : "float32"));
  return input === own ? own : `${input} (input), ${own}`;
}

/** Every kind of operation per frame. */
export const OPERATIONS: readonly Column[] = [
  { title: "model", cell: ({ name }) => name },
  { title: "MAC operands (spike x weight bits)", cell: ({ network }) => `${operandsOf(network)} x float32` },
  { title: "MAC", cell: ({ evaluation }) => number(evaluation.operations.macs, 0) },
  { title: "AC (payload 1)", cell: ({ evaluation }) => number(evaluation.operations.acs, 0) },
  {
    title: "bit-serial AC",
    cell: ({ evaluation: { operations } }) => (operations.bitSerialAcs === 0 ? null : number(operations.bitSerialAcs, 0)),
  },
  { title: "element-wise mult", cell: ({ evaluation }) => number(evaluation.operations.elementwise.multiplications, 0) },
  { title: "element-wise add", cell: ({ evaluation }) => number(evaluation.operations.elementwise.additions, 0) },
  { title: "LUT reads", cell: ({ evaluation }) => number(evaluation.operations.elementwise.lutReads, 0) },
  { title: "dense equivalent", cell: ({ evaluation }) => number(evaluation.operations.denseMultiplications, 0) },
];

/** NeuroBench's metrics under their names, by its rules. */
export const NEUROBENCH: readonly Column[] = [
  { title: "model", cell: ({ name }) => name },
  { title: "Footprint (bytes)", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.footprintBytes, 0) },
  { title: "Parameter count", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.parameters, 0) },
  { title: "Connection sparsity", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.connectionSparsity, 4) },
  { title: "Activation sparsity", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.activationSparsity, 4) },
  { title: "Effective MACs per sample", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.effectiveMacs, 0) },
  { title: "Effective ACs per sample", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.effectiveAcs, 0) },
  { title: "Dense SynOps per sample", cell: ({ evaluation }) => number(evaluation.operations.neuroBench.denseOperations, 0) },
];

/** Fills a table with one row per model. */
export function tableOf(all: readonly Column[], entries: readonly TableEntry[]): Table {
  const columns = all.filter(({ cell, isOptional }) => isOptional !== true || entries.some((entry) => cell(entry) !== null));
  return { titles: columns.map((c) => c.title), rows: entries.map((entry) => columns.map((c) => c.cell(entry))) };
}

function print(cell: Cell): string {
  if (cell === null) return "-";
  if (typeof cell === "string") return cell;
  return cell.decimals === null ? String(cell.value) : cell.value.toFixed(cell.decimals);
}

/** The cells as text, and which columns hold only numbers. */
export function printedTable(table: Table): { readonly isNumeric: readonly boolean[]; readonly printed: readonly (readonly string[])[] } {
  return {
    isNumeric: table.titles.map((_, c) => table.rows.every((row) => row[c] === null || typeof row[c] === "object")),
    printed: table.rows.map((row) => row.map(print)),
  };
}

/** Prints a table: aligned Markdown, RFC 4180 CSV in full precision, or a LaTeX float with booktabs rules. */
export function renderTable(table: Table, format: TableFormat, caption: string): TableText {
  if (format === "csv") {
    const exact = (cell: Cell): CsvValue => (cell === null || typeof cell === "string" ? cell : cell.value);
    return joined(
      [table.titles, ...table.rows.map((row) => row.map(exact))].map((row) => csvRow(row)),
      "",
    );
  }
  const { isNumeric, printed } = printedTable(table);
  if (format === "tex") {
    const align = isNumeric.map((numeric) => (numeric ? "r" : "l"));
    return texTable({
      titles: table.titles,
      align,
      rows: printed.map((row) => row.map(texText)),
      caption: texText(caption),
      label: null,
      column: "double",
    });
  }
  const titles = table.titles.map(markdownText);
  const body = printed.map((row) => row.map(markdownText));
  const widths = titles.map((title, c) => Math.max(3, title.length, ...body.map((row) => row[c].length)));
  const padded = (text: MarkdownText, c: number): MarkdownText => {
    const spaces = markdownText(" ".repeat(widths[c] - text.length));
    return isNumeric[c] ? markdown`${spaces}${text}` : markdown`${text}${spaces}`;
  };
  const line = (cells: readonly MarkdownText[]): MarkdownText => markdown`| ${joined(cells.map(padded), " | ")} |\n`;
  const rule = line(widths.map((w, c) => markdownText(isNumeric[c] ? `${"-".repeat(w - 1)}:` : "-".repeat(w))));
  return joined([line(titles), rule, ...body.map(line)], "");
}
