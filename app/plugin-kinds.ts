/**
 * The kinds of entries that plug-ins may add: the shape of an entry, its registry, and checks of what its code returns.
 * Throws: `InputError`.
 */
import * as z from "zod";
import {
  CELL_KINDS,
  COMMON_OPTIONS,
  isEventDataset,
  MEMORY_KINDS,
  type MemoryQuestion,
  MOST_PLUS_MINUS,
  type OwnMemoryKind,
  type OwnShape,
  type OwnTopology,
  ownMemory,
  ownNetwork,
  PRICE_MODELS,
  PRICE_NAMES,
  type PriceModel,
  pluginCell,
  pluginEntry,
  type Samples,
  TOPOLOGIES,
  takesOption,
} from "../arch/index.js";
import type { FileContent } from "../base/escape/filtered.js";
import { plainText } from "../base/escape/plain.js";
import { guarded, refused } from "../base/guarded.js";
import { sha256 } from "../base/hash.js";
import type { PluginFile } from "../base/plugin-file.js";
import {
  FORMATS,
  type Format,
  POINT_FORMATS,
  type PointFormat,
  SAMPLERS,
  type Sampler,
  type SamplerKind,
  type SamplerSetup,
} from "../sweeps/index.js";
import { DATASETS, type DataSet, SPIKE_FILE } from "../training/index.js";

interface PluginKind {
  /** Noun for messages. */
  readonly what: string;
  /** Checks an entry; the returned function registers it. */
  readonly prepare: (by: PluginFile, name: string, entry: unknown) => () => void;
}

const callable = z.custom<(...parameters: never[]) => unknown>((value) => typeof value === "function", "expected a function");
const about = z.string().min(1).max(300);
const extension = z.string().regex(/^[A-Za-z0-9.]{1,16}$/);

const option = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number(), whole: z.boolean().default(false), about })
  .refine((own) => takesOption(own, own.value), { path: ["value"], error: "a default that the option itself does not take" });

const shapes = {
  sampler: z.strictObject({
    about,
    learns: z.boolean().default(false),
    options: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), option)
      .superRefine((own, { addIssue }) => {
        for (const path of COMMON_OPTIONS)
          if (Object.hasOwn(own, path))
            addIssue({ code: "custom", path: [path], message: "every sampler has it already, and create gets it", input: own });
      })
      .default({}),
    size: callable.optional(),
    create: callable,
  }),
  dataset: z.strictObject({ about, isSound: z.boolean().default(false), prepare: callable.optional(), read: callable }),
  priceModel: z.strictObject({ about, prices: callable }),
  topology: z.strictObject({ about, network: callable }),
  memory: z.strictObject({ about, memory: callable }),
  exporter: z.strictObject({ about, extension, binary: z.boolean().default(false), render: callable }),
  pointExporter: z.strictObject({ about, extension, binary: z.boolean().default(false), pieces: callable }),
};

function sampler(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `sampler ${name}`;
  const { create, size, ...rest } = pluginEntry(by, what, shapes.sampler, entry) as z.infer<typeof shapes.sampler> &
    Pick<SamplerKind, "create">;
  const kind: SamplerKind = {
    ...rest,
    screens: false,
    size: (space) => {
      const points: unknown = size === undefined ? null : (size as SamplerKind["size"])(space);
      if (points === null || (typeof points === "number" && points >= 0)) return points;
      throw refused(by, what, `has the size ${said(points)}`, "size() returns a number of points, or null");
    },
    create: (setup, options) => {
      // the space is frozen; of the rest it gets a copy
      const { space, ...rest } = setup;
      return checkedSampler(by, what, create({ space, ...structuredClone(rest) }, { ...options }), setup);
    },
  };
  return () => SAMPLERS.add(name, kind, by);
}

/** What a plug-in's code returned, in a word. */
const said = (value: unknown): string =>
  isPromise(value) ? "a promise" : typeof value === "object" && value !== null ? "an object" : String(value);

/** True for what the program does not wait for; nobody then hears how it ends. */
function isPromise(value: unknown): boolean {
  if (!(value instanceof Promise)) return false;
  value.catch(() => {});
  return true;
}

/** A sampler whose positions are checked when it returns them. */
function checkedSampler(by: PluginFile, what: string, given: unknown, { space }: SamplerSetup): Sampler {
  const width = space.dimensions.length;
  const fault = (message: string, fix: string): Error => refused(by, what, message, fix);
  if (typeof given !== "object" || given === null || isPromise(given))
    throw fault(`returns ${said(given)} from create`, "create() returns { ask() {..}, tell(observation) {..} }");
  const own = guarded(by, what, given as Sampler);
  for (const call of ["ask", "tell"] as const)
    if (typeof own[call] !== "function") throw fault(`has no function ${call}`, "create() returns { ask() {..}, tell(observation) {..} }");
  const lag = own.lag ?? 0;
  if (typeof lag !== "number" || !(lag >= 0))
    throw fault(`has lag ${lag}`, "a number of at least 0: how many asked points may have no result when it is asked again");
  return {
    lag,
    fidelity: 1,
    ask: () => {
      const asked: unknown = own.ask();
      if (!Array.isArray(asked)) throw fault("returns no list of positions", "ask() returns [[0.5, 0.1], ..], or [] at its end");
      return Array.from(asked, (position: unknown) => {
        const isList = Array.isArray(position) || position instanceof Float64Array || position instanceof Float32Array;
        const values: readonly unknown[] = isList ? Array.from(position) : [];
        if (values.length === width && values.every((value) => typeof value === "number" && value >= 0 && value < 1))
          return Float64Array.from(values as readonly number[]);
        throw fault(
          `returns the position ${isList ? `[${values.map(said).join(", ")}]` : said(position)}`,
          `a position has ${width} numbers from 0 to below 1, one per parameter that is searched`,
        );
      });
    },
    tell: (observation) => {
      if (isPromise(own.tell(structuredClone(observation)))) throw fault("returns a promise from tell", "tell() ends before it returns");
    },
    state: () => plainState(own.state?.() ?? {}, fault),
  };
}

/** A copy of a sampler's state, which events, lines of JSON and dashboards show. */
function plainState(given: unknown, fault: (message: string, fix: string) => Error): ReturnType<Sampler["state"]> {
  try {
    const state: unknown = JSON.parse(JSON.stringify(given));
    if (typeof state === "object" && state !== null && !Array.isArray(state)) return state as ReturnType<Sampler["state"]>;
  } catch {
    // a circle, or a number that JSON has not
  }
  throw fault("returns from state what is no JSON object", "state() returns e.g. { generation: 17, population: 64 }");
}

function dataset(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `data set ${name}`;
  const { read, prepare, ...rest } = pluginEntry(by, what, shapes.dataset, entry);
  if (name === SPIKE_FILE || isEventDataset(name)) throw refused(by, what, "has the name of a built-in one", "give it another name");
  const set: DataSet = {
    ...rest,
    ...(prepare === undefined ? {} : { prepare: prepare as NonNullable<DataSet["prepare"]> }),
    read: (...parameters) => checkedSamples(by, what, name, parameters[1], (read as DataSet["read"])(...parameters)),
  };
  return () => DATASETS.add(name, set, by);
}

const samplesShape = z.object({
  inputs: z.int().min(1).max(65_536),
  classes: z.int().min(1).max(65_536),
  task: z.enum(["sequence", "frames"]).default("sequence"),
  features: z.instanceof(Float32Array),
  frameStart: z.instanceof(Uint32Array),
  labels: z.instanceof(Int32Array),
});

/** Checks what a plug-in's reader returned, and adds its content address. */
function checkedSamples(by: PluginFile, what: string, name: string, split: string, given: unknown): Samples {
  const fault = (message: string): Error => refused(by, what, `gives ${message}`, "see docs/plug-ins.md, Data sets");
  const found = samplesShape.safeParse(given);
  if (!found.success) throw fault(`no samples: ${found.error.issues[0]?.path.join(".")}: ${found.error.issues[0]?.message}`);
  const { inputs, classes, task, features, frameStart, labels } = found.data;
  const frames = frameStart.at(-1) ?? 0;
  if (frameStart.length === 1 && frameStart[0] === 0) throw fault(`no utterance for the half ${split}`);
  if (frameStart.length < 2 || frameStart[0] !== 0)
    throw fault("frameStart that does not rise from 0, one number per utterance and the total");
  const still = frameStart.findIndex((start, i) => i > 0 && start <= frameStart[i - 1]);
  if (still > 0) throw fault(`frameStart that does not rise behind utterance ${still - 1} of the half ${split}, which needs a frame`);
  if (features.length !== frames * inputs) throw fault(`${features.length} features for ${frames} frames of ${inputs}`);
  if (!features.every(Number.isFinite)) throw fault("a feature that is not a finite number");
  const labelled = task === "sequence" ? frameStart.length - 1 : frames;
  if (labels.length !== labelled) throw fault(`${labels.length} labels for ${labelled} ${task === "sequence" ? "utterances" : "frames"}`);
  const strange = labels.findIndex((label) => label < -1 || label >= classes);
  if (strange >= 0)
    throw fault(`${labels[strange]} as label ${strange} of the half ${split}, expected 0 to ${classes - 1}, or -1 for no class`);
  const hash = sha256(`${name}/${split}/${inputs}/${classes}/${task}`, features, frameStart, labels);
  return { name: `${name}/${split}`, inputs, classes, task, features, frameStart, labels, hash };
}

const content = (by: PluginFile, what: string, given: unknown) => {
  if (typeof given === "string") return plainText(given);
  if (given instanceof Uint8Array) return given;
  throw refused(by, what, "gives neither text nor bytes");
};

function exporter(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `exporter ${name}`;
  const { render, ...rest } = pluginEntry(by, what, shapes.exporter, entry);
  const format: Format = {
    ...rest,
    key: null,
    render: async (...parameters) => content(by, what, await (render as Format["render"])(...structuredClone(parameters))),
  };
  return () => FORMATS.add(name, format, by);
}

function pointExporter(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `point exporter ${name}`;
  const { pieces, ...rest } = pluginEntry(by, what, shapes.pointExporter, entry);
  const format: PointFormat = {
    ...rest,
    *pieces(table) {
      yield* checkedPieces(by, what, (pieces as PointFormat["pieces"])(table));
    },
  };
  return () => POINT_FORMATS.add(name, format, by);
}

/** The pieces of a file as they are made; errors of the code that makes them name the plug-in. */
function* checkedPieces(by: PluginFile, what: string, given: unknown): Generator<FileContent> {
  const made = given as Iterable<unknown> | null | undefined;
  if (typeof made?.[Symbol.iterator] !== "function")
    throw refused(by, what, `returns ${said(given)} from pieces`, "*pieces(table) { yield 'text'; }");
  const iterator = guarded(by, `${what}: pieces`, made[Symbol.iterator]());
  try {
    for (let step = iterator.next(); step.done !== true; step = iterator.next()) yield content(by, what, step.value);
  } finally {
    iterator.return?.();
  }
}

const priceShape = z
  .strictObject({
    value: z.number().min(0).max(1e12),
    source: z.string().min(1).max(1000),
    plus_minus_percent: z.number().min(0).max(MOST_PLUS_MINUS).optional(),
  })
  .transform(({ plus_minus_percent: plusMinusPercent, ...price }) =>
    plusMinusPercent === undefined ? price : { ...price, plusMinusPercent },
  );
const pricesShape = z.partialRecord(z.enum(PRICE_NAMES), priceShape);

function priceModel(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `price model ${name}`;
  const { prices, ...rest } = pluginEntry(by, what, shapes.priceModel, entry);
  const model: PriceModel = {
    ...rest,
    prices: (question) => {
      const found = pricesShape.safeParse((prices as PriceModel["prices"])(question));
      if (found.success) return found.data;
      const [issue] = found.error.issues;
      throw refused(
        by,
        what,
        `gives no prices: ${issue?.path.join(".") || "its top"}: ${issue?.message}`,
        "{ synapse_memory_read_pj: { value: 1.5, source: 'where from', plus_minus_percent: 30 } }",
      );
    },
  };
  return () => PRICE_MODELS.add(name, model, by);
}

/** Number of sizes whose tables are kept; the points of a search have few sizes. */
const MOST_SIZES = 8;

function topology(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `topology ${name}`;
  const { about: text, network } = pluginEntry(by, what, shapes.topology, entry);
  const known = new Map<string, ReturnType<OwnTopology["network"]>>();
  const made: OwnTopology = {
    about: text,
    network: (shape) => {
      const size = `${shape.width} x ${shape.height}`;
      let tables = known.get(size);
      if (tables === undefined) {
        const given = (network as (shape: OwnShape) => unknown)({ ...shape });
        const draft = typeof given === "object" && given !== null ? guarded(by, what, given) : given;
        tables = ownNetwork(name, text, shape, draft, (message, fix) => refused(by, what, `of ${size} tiles ${message}`, fix));
        if (known.size === MOST_SIZES) known.clear();
        known.set(size, tables);
      }
      return tables;
    },
  };
  return () => TOPOLOGIES.add(name, made, by);
}

function memoryKind(by: PluginFile, name: string, entry: unknown): () => void {
  const what = `memory kind ${name}`;
  const { about: text, memory } = pluginEntry(by, what, shapes.memory, entry);
  const kind: OwnMemoryKind = {
    about: text,
    memory: (question) => {
      const given = (memory as (question: MemoryQuestion) => unknown)(structuredClone(question));
      return ownMemory(name, question, given, (message, fix) => refused(by, what, message, fix));
    },
  };
  return () => MEMORY_KINDS.add(name, kind, by);
}

function cell(by: PluginFile, name: string, entry: unknown): () => void {
  const kind = pluginCell(by, name, entry);
  return () => CELL_KINDS.add(name, kind, by);
}

export const PLUGIN_KINDS: { readonly [kind: string]: PluginKind } = {
  samplers: { what: "sampler", prepare: sampler },
  datasets: { what: "data set", prepare: dataset },
  exporters: { what: "exporter", prepare: exporter },
  pointExporters: { what: "point exporter", prepare: pointExporter },
  priceModels: { what: "price model", prepare: priceModel },
  topologies: { what: "topology", prepare: topology },
  memories: { what: "memory kind", prepare: memoryKind },
  cells: { what: "cell", prepare: cell },
};
