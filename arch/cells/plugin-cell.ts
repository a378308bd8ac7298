/**
 * Cells of plug-ins: checks the entry, and wraps its step, a function on whole numbers that the integer engines call
 * for each layer.
 * Throws: `InputError` that names the plug-in.
 */
import * as z from "zod";
import type { InputError } from "../../base/errors.js";
import { refused } from "../../base/guarded.js";
import type { PluginFile } from "../../base/plugin-file.js";
import { LEAK_RULES, type LeakRule } from "../leak-rule.js";
import { pluginEntry } from "../plugin-entry.js";
import { type Cell, type CellWork, signedPayloadBits } from "./cell.js";

/** Neurons of a layer, as a cell's step gets them. All numbers are whole; arrays are in the order of the neurons. */
export interface CellLayer {
  /** Number of neurons of this step: the whole layer, or the neurons of one batch. */
  readonly neurons: number;
  /**
   * By gate, [neurons]: requantised sums, within +-(2^30 - 1), in state units, or as index of a table counted from its
   * middle.
   */
  readonly pre: { readonly [gate: string]: Float64Array };
  /**
   * [states][neurons]: states, 0 at the beginning; the first is the membrane potential. Each fits `stateBits`. The step
   * changes them.
   */
  readonly states: readonly Float64Array[];
  /** [neurons], 0: no spike. The step writes payloads, at most `limit` and above `theta`. */
  readonly spikes: Float64Array;
  /** By parameter: [neurons]; null: the network has none, which means a leak of 1, a gain or level of 0. */
  readonly parameters: { readonly [name: string]: Int32Array | null };
  /** Tables by name: the cell's own, and `sigmoid`; each has 2^lutBits entries. */
  readonly tables: { readonly [name: string]: ArrayLike<number> };
  /** Largest payload of a spike, and the largest payload that is not sent. */
  readonly limit: number;
  readonly theta: number;
  /** A payload of 1 is 2^fractionBits state units. */
  readonly fractionBits: number;
  readonly stateBits: number;
  readonly gateBits: number;
  readonly leak: LeakRule;
  /** Saturates `value` to a state word, and counts saturations. */
  readonly clamp: (value: number) => number;
  /** Applies a leak to `value`; `keep` is an entry of `parameters`. */
  readonly leaked: (value: number, keep: number) => number;
  /** value / 2^shift to nearest, halves away from zero. */
  readonly shiftRound: (value: number, shift: number) => number;
  /**
   * Fires neuron `n` at membrane potential `sum` by its excess over `below`; returns the membrane potential after the
   * spike, clamped.
   */
  readonly fire: (n: number, sum: number, below?: number) => number;
}

/** A cell whose step is a function of a plug-in. */
export interface PluginCell extends Cell {
  readonly name: string;
  readonly about: string;
  /** The plug-in's file. */
  readonly by: PluginFile;
  readonly step: (layer: CellLayer) => void;
  /** Tables that its step reads, by name. */
  readonly tables: (widths: TableWidths) => { readonly [name: string]: Int32Array };
  /** The error for an invalid value from its code. */
  readonly fault: (message: string, fix?: string) => InputError;
}

interface TableWidths {
  readonly lutBits: number;
  readonly gateBits: number;
  readonly stateBits: number;
}

/** Bounds that catch mistakes. */
const MOST_GATES = 4;
const MOST_STATES = 16;
const MOST_WORK = 1000;
const TABLE_ENTRIES = 65_536;

const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);
const callable = z.custom<(...parameters: never[]) => unknown>((value) => typeof value === "function", "expected a function");
const count = z.int().min(0).max(MOST_WORK);

const cellShape = z.strictObject({
  about: z.string().min(1).max(300),
  gates: z
    .record(word, z.enum(["state", "sigmoid"]))
    .refine((gates) => [1, 2, 3, MOST_GATES].includes(Object.keys(gates).length), `a cell has 1 to ${MOST_GATES} gates`),
  recurrent: z.boolean().default(false),
  parameters: z
    .array(
      z.strictObject({
        name: word,
        kind: z.enum(["leak", "gain", "level"]),
        initial: z.number().optional(),
        most: z.number().positive().max(1e6).default(1),
      }),
    )
    .max(16)
    .default([]),
  states: z.int().min(1).max(MOST_STATES),
  signed: z.boolean().default(true),
  rests: z.boolean().default(false),
  update: callable,
  equation: callable,
  tables: callable.optional(),
  step: callable,
});

const workShape = z.strictObject({ multiplies: count, additions: count, lutReads: count.default(0) });
const tablesShape = z.record(word, z.array(z.int32()).min(1).max(TABLE_ENTRIES));
const FIX = "docs/plug-ins.md, Cells, shows one";

/** The cell that a plug-in's entry describes. */
export function pluginCell(by: PluginFile, name: string, entry: unknown): PluginCell {
  const what = `cell ${name}`;
  const fault = (message: string, fix = FIX): InputError => refused(by, what, message, fix);
  const { about, gates, recurrent, parameters, states, signed, rests, ...code } = pluginEntry(by, what, cellShape, entry);
  const scales = Object.values(gates);
  const asked = <Shape extends z.ZodType>(shape: Shape, given: unknown, of: string): z.infer<Shape> => {
    const found = shape.safeParse(given);
    if (found.success) return found.data;
    const [issue] = found.error.issues;
    throw fault(`gives no ${of}: ${issue?.path.join(".") || "its top"}: ${issue?.message}`);
  };
  const work = (of: "update" | "equation", leaks: number, leak: LeakRule): CellWork =>
    asked(workShape, (code[of] as (given: object) => unknown)({ leaks, leak }), `work of its ${of}`);
  // called once here, so that mistakes are found when the plug-in is loaded
  for (const leak of LEAK_RULES) for (const of of ["update", "equation"] as const) work(of, 0, leak);
  return {
    ...{ name, about, by, fault, gates, recurrent, states },
    splitGate: null,
    spiking: true,
    perNeuron: parameters.map(({ kind, initial, ...one }) => ({ ...one, kind, initial: initial ?? (kind === "leak" ? 1 : 0) })),
    stateIntegerBits: null,
    movedBy: rests ? Object.fromEntries(Object.keys(gates).map((gate) => [gate, "any" as const])) : null,
    payloadBits: (bits) => (signed ? signedPayloadBits(bits) : Math.max(1, bits - 1)),
    update: (leaks, leak) => {
      const { multiplies, additions, lutReads } = work("update", leaks, leak);
      // a sum per gate, each with its bias
      return { requantises: scales.length, multiplies: scales.length + multiplies, additions: scales.length + additions, lutReads };
    },
    equation: (leaks) => work("equation", leaks, "multiplier"),
    tables: (widths) => {
      const given = code.tables === undefined ? {} : (code.tables as (given: TableWidths) => unknown)({ ...widths });
      const plain = (list: unknown): unknown => (ArrayBuffer.isView(list) ? Array.from(list as Int32Array) : list);
      const isPlain = typeof given === "object" && given !== null && !(given instanceof Promise);
      const lists = isPlain ? Object.fromEntries(Object.entries(given).map(([key, list]) => [key, plain(list)])) : given;
      const tables = asked(tablesShape, lists, "tables");
      return Object.fromEntries(Object.entries(tables).map(([key, list]) => [key, Int32Array.from(list)]));
    },
    step: code.step as PluginCell["step"],
  };
}
