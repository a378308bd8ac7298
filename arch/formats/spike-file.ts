/**
 * Spike-trace file: the spikes of a functional run, stored for simulations of other chips. Magic, version, JSON header,
 * flat arrays, content address.
 *
 * Bytes, little endian: "SNNSPIKE", u32 version, u32 header bytes, header (JSON, padded with spaces to 8), then the
 * arrays in header order, each padded to 8 bytes; last the SHA-256 (32 bytes) of everything before it. The header:
 * trace key, topology, and of each array its name, type (u8, u16, u32, i16, i32) and length. A convolution is stored as
 * its geometry, not as rows of synapses. Throws `InputError` for anything damaged, cut, out of order or out of range.
 * Not modelled: hosts that are not little endian.
 */

import * as z from "zod";
import { type InputError, inputError } from "../../base/errors.js";
import { bytesOf, canonicalJson, type Json, sha256 } from "../../base/hash.js";
import { listOf } from "../../base/list-schema.js";
import { powerOfTwo } from "../../base/math.js";
import type { Population, Projection, Topology } from "../network.js";
import { PLAIN } from "../parse-plain.js";
import { areSharedRows } from "../shared-rows.js";
import type { SpikeTrace } from "../spikes.js";
import { kernelFrom, kernelHeader, kernelHeaderOf, rowsFit } from "./spike-kernels.js";

const MAGIC = "SNNSPIKE";
const VERSION = 1;
const HASH_BYTES = 32;
/** It bounds names and lists too, which have no limit of their own in the readers of networks. */
const HEADER_LIMIT_BYTES = 4 * 1024 * 1024;

type Flat = Uint8Array | Uint16Array | Uint32Array | Int16Array | Int32Array;
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i16: Int16Array, i32: Int32Array } as const;
type TypeName = keyof typeof TYPES;

const count = z.int().min(0).max(powerOfTwo(31));
const population = z.strictObject({
  name: z.string().min(1),
  neurons: z.int().min(1).max(powerOfTwo(24)),
  accumulators: z.int().min(0).max(16),
  states: z.int().min(0).max(16),
  depth: z.int().min(0).max(1024),
  payload_bits: z.int().min(0).max(16),
  /** A file without it does not say whether its neurons rest. */
  rests: z.boolean().default(false),
  /** Files without `requantises` come from versions with one requantisation per accumulator. */
  update: z.strictObject({
    requantises: count.optional(),
    multiplies: count,
    additions: count,
    lut_reads: count,
    gains: count.optional(),
    integrates: z.boolean().optional(),
  }),
});
const header = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  populations: listOf(population).refine(({ length }) => length > 0, "expected at least one"),
  projections: listOf(
    z.strictObject({
      source: count,
      target: count,
      recurrent: z.boolean(),
      sparse: z.boolean(),
      kernel: kernelHeader.optional(),
      present: z.boolean().optional(),
      /** Sources share rows. */
      row_of: z.boolean().optional(),
    }),
  ),
  arrays: listOf(z.strictObject({ name: z.string().max(40), type: z.enum(["u8", "u16", "u32", "i16", "i32"]), length: count })),
});

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

export function encodeSpikes(trace: SpikeTrace): Uint8Array {
  const { topology } = trace;
  const arrays: [name: string, data: Flat][] = [
    ["step_start", trace.stepStart],
    ["event_start", trace.eventStart],
    ["neuron", trace.neuron],
    ["payload", trace.payload],
  ];
  for (const [p, { sparse, present, kernel, rowOf }] of topology.projections.entries()) {
    const rows = sparse ?? present ?? null;
    if (rows !== null) arrays.push([`row_start.${p}`, rows.rowStart]);
    for (const [name, data] of [
      ["targets", rows?.targets],
      ["row_of", rowOf],
      ["entering", kernel?.entering],
      ["present", kernel?.present],
      ["window_rows", kernel?.windowTaps?.[0]],
      ["window_columns", kernel?.windowTaps?.[1]],
    ] as const)
      if (data !== undefined && data !== null) arrays.push([`${name}.${p}`, data]);
  }
  const head = {
    key: trace.key,
    populations: topology.populations.map((p) => ({
      name: p.name,
      neurons: p.neurons,
      accumulators: p.accumulators,
      states: p.states,
      depth: p.depth,
      payload_bits: p.payloadBits,
      rests: p.rests,
      update: {
        requantises: p.update.requantises,
        multiplies: p.update.multiplies,
        additions: p.update.additions,
        lut_reads: p.update.lutReads,
        ...(p.update.gains === undefined ? {} : { gains: p.update.gains }),
        ...(p.update.integrates === undefined ? {} : { integrates: p.update.integrates }),
      },
    })),
    projections: topology.projections.map(({ source, target, recurrent, sparse, present, kernel, rowOf }) => ({
      ...{ source, target, recurrent, sparse: sparse !== null, ...(present === undefined ? {} : { present: true }) },
      ...(rowOf === undefined ? {} : { row_of: true }),
      ...(kernel === undefined ? {} : { kernel: kernelHeaderOf(kernel) }),
    })),
    arrays: arrays.map(([name, data]) => ({ name, type: typeOf(data), length: data.length })),
  };
  const json = new TextEncoder().encode(canonicalJson(head as Json));
  const dataBytes = arrays.reduce((sum, [, data]) => sum + padded(data.byteLength), 0);
  const bytes = new Uint8Array(16 + padded(json.length) + dataBytes + HASH_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, padded(json.length), true);
  bytes.fill(0x20, 16, 16 + padded(json.length));
  bytes.set(json, 16);
  let at = 16 + padded(json.length);
  for (const [, data] of arrays) {
    bytes.set(bytesOf(data), at);
    at += padded(data.byteLength);
  }
  bytes.set(Buffer.from(sha256(bytes.subarray(0, at)), "hex"), at);
  return bytes;
}

function typeOf(data: Flat): TypeName {
  const [name] = Object.entries(TYPES).find(([, Type]) => data instanceof Type) as [TypeName, unknown];
  return name;
}

/** The trace in a file's bytes; arrays are copies. `file` is only named in errors. */
export function decodeSpikes(bytes: Uint8Array, file: string): SpikeTrace {
  const fail = (message: string, path = ""): InputError => inputError(file, message, "", path);
  if (bytes.length < 16 + HASH_BYTES || new TextDecoder("latin1").decode(bytes.subarray(0, 8)) !== MAGIC)
    throw fail("is not a spike-trace file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw fail(`is of version ${version}; this program reads version ${VERSION}`);
  const headerBytes = view.getUint32(12, true);
  const end = bytes.length - HASH_BYTES;
  if (headerBytes % 8 !== 0 || headerBytes > HEADER_LIMIT_BYTES || 16 + headerBytes > end)
    throw fail(`header of ${headerBytes} bytes does not fit: damaged or cut`);
  const stored = Buffer.from(bytes.subarray(end)).toString("hex");
  if (sha256(bytes.subarray(0, end)) !== stored) throw fail("content does not match its SHA-256: damaged or cut");
  const head = readHeader(bytes.subarray(16, 16 + headerBytes), fail);
  const flat = new Map<string, Flat>();
  let at = 16 + headerBytes;
  for (const { name, type, length } of head.arrays) {
    const Type = TYPES[type];
    const size = length * Type.BYTES_PER_ELEMENT;
    if (at + padded(size) > end) throw fail(`array of ${length} elements ends beyond the file`, name);
    if (flat.has(name)) throw fail("array appears twice", name);
    flat.set(name, new Type(Uint8Array.from(bytes.subarray(at, at + size)).buffer)); // slice of a Buffer would not be a copy
    at += padded(size);
  }
  if (at !== end) throw fail(`has ${end - at} bytes after its last array`);
  const trace = assemble(head, flat, fail);
  if (flat.size > 0) throw fail("array is not part of a trace", [...flat.keys()][0]);
  checkTrace(trace, fail);
  return trace;
}

type Fail = (message: string, path?: string) => InputError;

function readHeader(bytes: Uint8Array, fail: Fail): z.infer<typeof header> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw fail("header is not JSON");
  }
  const parsed = header.safeParse(json, PLAIN);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw fail(`header: ${issue?.message ?? "not valid"}`, issue?.path.join(".") ?? "");
}

function assemble(head: z.infer<typeof header>, flat: Map<string, Flat>, fail: Fail): SpikeTrace {
  const take = <T extends Flat>(name: string, ...types: readonly (new (length: number) => T)[]): T => {
    const data = flat.get(name);
    flat.delete(name);
    if (data === undefined) throw fail("array is missing", name);
    for (const Type of types) if (data instanceof Type) return data;
    throw fail("array is of the wrong type", name);
  };
  const populations = head.populations.map(
    (p): Population => ({
      name: p.name,
      neurons: p.neurons,
      accumulators: p.accumulators,
      states: p.states,
      depth: p.depth,
      payloadBits: p.payload_bits,
      rests: p.rests,
      update: {
        requantises: p.update.requantises ?? Math.min(p.accumulators, p.update.multiplies),
        multiplies: p.update.multiplies,
        additions: p.update.additions,
        lutReads: p.update.lut_reads,
        ...(p.update.gains === undefined ? {} : { gains: p.update.gains }),
        ...(p.update.integrates === undefined ? {} : { integrates: p.update.integrates }),
      },
    }),
  );
  const projections = head.projections.map(({ sparse, present: zeros, kernel, row_of: shares, ...ends }, p): Projection => {
    const { source, target } = ends;
    if (source >= populations.length || target >= populations.length) throw fail(`projection ${p} names a population that does not exist`);
    if (shares === true && (kernel !== undefined || zeros === true))
      throw fail("sources share rows of a kernel or of a matrix with zeros", `projection ${p}`);
    const between = { ...ends, ...(shares === true ? { rowOf: take(`row_of.${p}`, Int32Array) } : {}) };
    if (!sparse && zeros !== true) return { ...between, sparse: null };
    const rowStart = take(`row_start.${p}`, Uint32Array);
    if (!sparse) return { ...between, sparse: null, present: { rowStart, targets: take(`targets.${p}`, Uint32Array) } };
    if (kernel === undefined) return { ...between, sparse: { rowStart, targets: take(`targets.${p}`, Uint32Array) } };
    const entering = kernel.entering ? take(`entering.${p}`, Int32Array) : null;
    const present = kernel.zeros ? take(`present.${p}`, Uint8Array) : null;
    const windowTaps =
      kernel.reach === undefined ? null : ([take(`window_rows.${p}`, Int32Array), take(`window_columns.${p}`, Int32Array)] as const);
    const told = (message: string): InputError => fail(message, `projection ${p}`);
    const shared = kernelFrom(kernel, populations[source], populations[target], { entering, present, windowTaps }, told);
    return { ...between, sparse: { rowStart, targets: null }, kernel: shared };
  });
  return {
    topology: { populations, projections },
    stepStart: take("step_start", Uint32Array),
    eventStart: take("event_start", Uint32Array),
    neuron: take<Uint16Array | Uint32Array>("neuron", Uint16Array, Uint32Array),
    payload: take("payload", Int16Array),
    key: head.key,
  };
}

/**
 * Checks that starts ascend and end at the totals, neurons ascend within a group and belong to the population, and
 * payloads are not 0.
 */
function checkTrace({ topology, stepStart, eventStart, neuron, payload }: SpikeTrace, fail: Fail): void {
  const ascends = (starts: Uint32Array, total: number, name: string): void => {
    if (starts.length === 0 || starts[0] !== 0 || starts[starts.length - 1] !== total) throw fail(`does not run from 0 to ${total}`, name);
    for (let i = 1; i < starts.length; i++) if (starts[i] < starts[i - 1]) throw fail(`falls at ${i}`, name);
  };
  const count = topology.populations.length;
  if (stepStart.length === 0) throw fail("is empty", "step_start");
  const steps = stepStart[stepStart.length - 1];
  ascends(stepStart, steps, "step_start");
  if (eventStart.length !== steps * count + 1) throw fail(`has ${eventStart.length} entries, expected ${steps * count + 1}`, "event_start");
  if (payload.length !== neuron.length) throw fail(`has ${payload.length} entries for ${neuron.length} events`, "payload");
  ascends(eventStart, neuron.length, "event_start");
  for (let g = 0; g + 1 < eventStart.length; g++) {
    const { neurons } = topology.populations[g % count];
    let before = -1;
    for (let e = eventStart[g]; e < eventStart[g + 1]; e++) {
      const n = neuron[e];
      if (n <= before || n >= neurons)
        throw fail(`event ${e}: neuron ${n} is out of order, or beyond the population's ${neurons}`, "neuron");
      if (payload[e] === 0) throw fail(`event ${e} carries 0`, "payload");
      before = n;
    }
  }
  checkSparse(topology, fail);
}

function checkSparse(topology: Topology, fail: Fail): void {
  for (const [p, { source, target, sparse, present, kernel }] of topology.projections.entries()) {
    const all = sparse ?? present ?? null;
    if (all === null) continue;
    const { rowStart, targets } = all;
    const rows = topology.populations[source]?.neurons ?? 0;
    const width = topology.populations[target]?.neurons ?? 0;
    if (rowStart.length !== rows + 1 || rowStart[0] !== 0 || (targets !== null && rowStart[rows] !== targets.length))
      throw fail(`does not cover ${rows} rows`, `row_start.${p}`);
    for (let i = 1; i <= rows; i++) if (rowStart[i] < rowStart[i - 1]) throw fail(`falls at ${i}`, `row_start.${p}`);
    if (kernel !== undefined && !rowsFit(all, kernel)) throw fail("is not that of its kernel", `row_start.${p}`);
    if (targets?.some((t) => t >= width)) throw fail(`names a neuron beyond the population's ${width}`, `targets.${p}`);
  }
  for (const [p, { source, sparse, rowOf }] of topology.projections.entries())
    if (rowOf !== undefined && !areSharedRows(rowOf, topology.populations[source]?.neurons ?? 0, sparse))
      throw fail("is not a row for each source, in order, with the synapses of its sources", `row_of.${p}`);
}
