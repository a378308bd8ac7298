/** Nodes of NIR graphs as tests write them. */
import { type NirArray, type NirNode, type NirValue, nirArray } from "../arch/formats/nir/graph.js";

export const node = (type: string, fields: Record<string, NirValue>): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
  metadata: new Map(),
  graph: null,
});

/** Whole numbers of one axis: shapes, strides, paddings. */
export const whole = (...values: readonly number[]): NirArray => nirArray([...values], [values.length], "i8");
