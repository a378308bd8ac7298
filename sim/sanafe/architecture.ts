/**
 * SANA-FE's architecture YAML: tiles on a mesh, cores in tiles, and five kinds of units in a core, each with energies
 * and latencies.
 *
 * Units: J and s, as in the file. Tile t is at x = floor(t / height), y = t mod height; core ids follow the order of
 * tiles. A file may contain units with unknown models, plug-ins or noise files; a network that uses one is refused.
 * Throws InputError with every problem. Not modelled: such units, topologies other than mesh.
 */
import { Attributes, type ImportReport, isMap, listOf, mergedMap, namesOf } from "./attributes.js";
import { parseTree } from "./packed-yaml.js";
import type { Tree } from "./tree.js";

interface Cost {
  readonly energyJ: number;
  readonly latencyS: number;
}
export type Direction = "north" | "east" | "south" | "west";
/** Limits of what is read: far above any chip, far below what would fill the memory. */
const MAX_SIDE = 1024;
const MAX_CORES = 65_536;
const MAX_UNITS = 1024;
/** Largest number of units of one kind in a core. */
export const MOST_UNITS = 65_536;
const NO_COST: Cost = { energyJ: 0, latencyS: 0 };
const DIRECTIONS: readonly Direction[] = ["north", "east", "south", "west"];

interface Unit<Model extends string> {
  readonly name: string;
  readonly model: Model | "unsupported";
  /** Why no network can use it; "" if it is supported. */
  readonly refusal: string;
  readonly updatesEveryStep: boolean;
}
export interface SynapseUnit extends Unit<"current_based"> {
  readonly processSpike: Cost;
}
export interface DendriteUnit extends Unit<"accumulator" | "accumulator_with_delay" | "taps"> {
  readonly update: Cost;
}
export interface SomaUnit extends Unit<"leaky_integrate_fire" | "truenorth" | "input"> {
  readonly access: Cost;
  readonly update: Cost;
  readonly spikeOut: Cost;
}

const BUFFER_POSITIONS = ["dendrite", "soma", "axon_out"] as const;
type BufferPosition = (typeof BUFFER_POSITIONS)[number];

export interface SanafeCore {
  readonly id: number;
  readonly tile: number;
  readonly name: string;
  /** The time-step buffer comes before this unit (or is in it, with `bufferInsideUnit`). */
  readonly bufferPosition: BufferPosition;
  readonly bufferInsideUnit: boolean;
  readonly maxNeurons: number;
  readonly axonIn: Cost;
  readonly axonOut: Cost;
  readonly synapses: readonly SynapseUnit[];
  readonly dendrites: readonly DendriteUnit[];
  readonly somas: readonly SomaUnit[];
}

interface SanafeTile {
  readonly id: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly hop: { readonly [direction in Direction]: Cost };
  /** Ids of its cores, ascending. */
  readonly cores: readonly number[];
}

export interface SanafeChip {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Name of its file in errors. */
  readonly file: string;
  /** Capacity of a link in messages, a whole number from 1. */
  readonly linkBufferSize: number;
  /** Seconds added to a step, by the number of tiles in use. */
  syncLatencyS(tilesInUse: number): number;
  readonly tiles: readonly SanafeTile[];
  readonly cores: readonly SanafeCore[];
}

export function readArchitecture(text: string, file: string, report: ImportReport): SanafeChip {
  const root = parseTree([Buffer.from(text)], file);
  const architecture = isMap(root) ? root.architecture : undefined;
  if (!isMap(architecture)) {
    report.problem(file, "architecture", "is missing: this is not a SANA-FE architecture");
    report.throwIfAny();
  }
  const map = architecture as { readonly [key: string]: Tree };
  const attributes = attributesOf(map, report, file, "architecture");
  const width = attributes.number(["width"], null);
  const height = attributes.number(["height"], null);
  for (const [name, size] of Object.entries({ width, height })) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_SIDE)
      report.problem(file, attributes.path, `${name} ${size}: expected a whole number from 1 to ${MAX_SIDE}`);
  }
  const linkBufferSize = linkBufferOf(attributes);
  const sync = syncOf(attributes, report);
  const topology = attributes.text(["topology"], "mesh");
  if (topology !== "mesh") report.warn(file, "architecture.attributes.topology", `${topology} runs as a mesh, as in SANA-FE`);
  attributes.warnOfUnknown();
  warnOfKeys(map, ["name", "attributes", "tile", "tiles"], report, file, "architecture");

  const tiles: SanafeTile[] = [];
  const cores: SanafeCore[] = [];
  listOf(map.tile ?? map.tiles).forEach((entry, i) => {
    const path = `architecture.tile[${i}]`;
    if (!isMap(entry)) {
      report.problem(file, path, "expected a tile with name, attributes and core");
      return;
    }
    const tileAttributes = attributesOf(entry, report, file, path);
    const hop = Object.fromEntries(DIRECTIONS.map((d) => [d, costOf(tileAttributes, [`${d}_hop`])])) as SanafeTile["hop"];
    tileAttributes.accept("log_energy", "log_latency");
    tileAttributes.warnOfUnknown();
    warnOfKeys(entry, ["name", "attributes", "core", "cores"], report, file, path);
    if (report.hasProblems) return;
    const templates = listOf(entry.core ?? entry.cores).flatMap((core, k) => coresOf(core, report, file, `${path}.core[${k}]`));
    const names = namesOf(textOf(entry.name, `tile${i}`)) ?? [];
    if (names.length === 0 || names.length * Math.max(templates.length, 1) > MAX_CORES) {
      const each = `tiles of ${templates.length} cores; at most ${MAX_CORES} cores are read`;
      report.problem(
        file,
        `${path}.name`,
        `${textOf(entry.name, "")} stands for ${names.length === 0 ? "none or too many" : names.length} ${each}`,
      );
      return;
    }
    for (const name of names) {
      const id = tiles.length;
      const own = templates.map((template, k) => ({ ...template, id: cores.length + k, tile: id }));
      cores.push(...own);
      tiles.push({ id, name, x: Math.floor(id / height), y: id % height, hop, cores: own.map((core) => core.id) });
    }
  });
  if (tiles.length === 0 && !report.hasProblems) report.problem(file, "architecture.tile", "at least one tile is needed");
  if (tiles.length > width * height) {
    report.problem(
      file,
      "architecture.tile",
      `${tiles.length} tiles do not fit on ${width} x ${height}`,
      "set attributes width and height",
    );
  }
  report.throwIfAny();
  return { name: textOf(map.name, "chip"), file, width, height, linkBufferSize, syncLatencyS: sync, tiles, cores };
}

function linkBufferOf(attributes: Attributes): number {
  const given = attributes.least(0, ["link_buffer_size"], null);
  const messages = Math.max(1, Math.floor(given));
  if (messages !== given) attributes.warn(`link_buffer_size: got ${given}, expected a whole number from 1; a link holds ${messages}`);
  return messages;
}

/** Names in a range inside a tile or core. */
function rangeOf(name: string, path: string, report: ImportReport, file: string): string[] {
  const names = namesOf(name);
  if (names !== null && names.length > 0 && names.length <= MAX_UNITS) return names;
  const mistake = names?.length === 0 ? "its first is above its last" : `it has more than ${MAX_UNITS}`;
  report.problem(file, `${path}.name`, `${name} is no range of names: ${mistake}`, "write e.g. name[0..3]");
  return [];
}

function textOf(tree: Tree | undefined, fallback: string): string {
  return typeof tree === "string" && tree !== "" ? tree : fallback;
}

function attributesOf(map: { readonly [key: string]: Tree }, report: ImportReport, file: string, path: string): Attributes {
  return new Attributes(mergedMap(map.attributes), report, file, `${path}.attributes`);
}

function warnOfKeys(
  map: { readonly [key: string]: Tree },
  known: readonly string[],
  report: ImportReport,
  file: string,
  path: string,
): void {
  for (const key of Object.keys(map)) if (!known.includes(key)) report.warn(file, path, `${key} is not understood and has no effect`);
}

/**
 * Energy and latency of an action, at least 0, from the first of its names that is given. Both are required unless
 * there is a `fallback`.
 */
function costOf(attributes: Attributes, actions: readonly string[], fallback: 0 | null = null): Cost {
  const value = (quantity: string): number =>
    attributes.least(
      0,
      actions.map((action) => `${quantity}_${action}`),
      fallback,
    );
  return { energyJ: value("energy"), latencyS: value("latency") };
}

/** Model of a unit, and why it cannot run. */
function modelOf<Name extends string>(own: Attributes, name: string, known: readonly Name[]): Omit<Unit<Name>, "updatesEveryStep"> {
  const model = own.text(["model"], null);
  const isPlugin = own.has("plugin");
  own.accept("noise_bits");
  const refusal = isPlugin
    ? `${model} is a plug-in, which cannot be loaded`
    : !known.includes(model as Name)
      ? `model ${model} is unknown here; known: ${known.join(", ")}`
      : own.has("noise")
        ? "noise files are not supported"
        : "";
  if (refusal === "" || model === "") return { name, model: model as Name, refusal };
  own.warn(`${refusal}; a network that uses ${name} is refused`);
  return { name, model: "unsupported", refusal };
}

/** `fixed`: one value. `table`: a map or list by tiles in use. */
function syncOf(attributes: Attributes, report: ImportReport): (tilesInUse: number) => number {
  const model = attributes.text(["sync_model"], "fixed");
  if (model === "fixed") {
    const latency = attributes.least(0, ["latency_sync"], 0);
    return () => latency;
  }
  const tree = attributes.tree("latency_sync");
  const pairs = tableOf(tree ?? null).sort((a, b) => a[0] - b[0]);
  if (
    model !== "table" ||
    pairs.length === 0 ||
    pairs.some(([key, value]) => !Number.isFinite(key) || !(value >= 0 && value < Number.POSITIVE_INFINITY))
  ) {
    report.problem(
      attributes.file,
      attributes.path,
      `sync_model ${model} with latency_sync ${JSON.stringify(tree ?? null)}: expected fixed, or table with {tiles: seconds}`,
    );
    return () => 0;
  }
  return (tilesInUse) => {
    const reached = pairs.filter(([tiles]) => tiles <= tilesInUse);
    return (reached.at(-1) ?? pairs[0])[1];
  };
}

/**
 * [tiles, seconds] of `{1: s, 4: s}`, `[{1: s}, {4: s}]`, `[[1, s], [4, s]]`, or `[s0, s1, ..]` with the index as key.
 */
function tableOf(tree: Tree): [number, number][] {
  if (isMap(tree)) return Object.entries(tree).map(([key, value]) => [Number(key), Number(value)]);
  return listOf(tree).flatMap((entry, i): [number, number][] => {
    if (isMap(entry)) return tableOf(entry);
    const list = listOf(entry);
    return list.length === 2 ? [[Number(list[0]), Number(list[1])]] : [[i, Number(entry)]];
  });
}

function coresOf(tree: Tree, report: ImportReport, file: string, path: string): Omit<SanafeCore, "id" | "tile">[] {
  if (!isMap(tree)) {
    report.problem(file, path, "expected a core with name, attributes and its five units");
    return [];
  }
  const attributes = attributesOf(tree, report, file, path);
  const said = attributes.text(["buffer_position"], null);
  const position = BUFFER_POSITIONS.find((name) => name === said) ?? "soma";
  const bufferInsideUnit = attributes.flag("buffer_inside_unit", false);
  const maxNeurons = attributes.least(0, ["max_neurons_supported"], null);
  attributes.accept("log_energy", "log_latency");
  attributes.warnOfUnknown();
  warnOfKeys(tree, ["name", "attributes", "axon_in", "synapse", "dendrite", "soma", "axon_out"], report, file, path);
  if (position !== said && said !== "")
    report.problem(file, `${path}.attributes`, `buffer_position: got ${said}, expected ${BUFFER_POSITIONS.join(", ")}`);
  if (position === "axon_out") {
    const reading = "somas run when a step's messages have arrived, and what fires is sent in the next step";
    report.warn(file, `${path}.attributes`, `buffer_position axon_out is read so: ${reading}; no recorded run covers it`);
  }
  const units = <Unit>(section: string, read: (attributes: Attributes, name: string) => Unit): Unit[] => {
    const list = listOf(tree[section]);
    if (list.length === 0) report.problem(file, `${path}.${section}`, "every core needs all five sections");
    const all = list.flatMap((entry, i) => {
      const unitPath = `${path}.${section}${list.length > 1 ? `[${i}]` : ""}`;
      const map = mergedMap(entry);
      warnOfKeys(map, ["name", "attributes"], report, file, unitPath);
      return rangeOf(textOf(map.name, section), unitPath, report, file).map((name) => {
        const own = attributesOf(map, report, file, unitPath);
        own.accept("log_energy", "log_latency");
        const unit = read(own, name);
        own.warnOfUnknown();
        return unit;
      });
    });
    if (all.length > MOST_UNITS) report.problem(file, `${path}.${section}`, `${all.length} units, at most ${MOST_UNITS} are read`);
    return all;
  };
  const everyStep = (own: Attributes): boolean => own.flag("update_every_timestep", false);
  const axons = (section: "axon_in" | "axon_out", action: string): Cost => {
    const [first = NO_COST, ...more] = units(section, (own) => costOf(own, [action]));
    if (more.length > 0) report.warn(file, `${path}.${section}`, "only the first unit has an effect");
    return first;
  };
  const axonIn = axons("axon_in", "message_in");
  const axonOut = axons("axon_out", "message_out");
  const synapses = units("synapse", (own, name): SynapseUnit => {
    const model = modelOf(own, name, ["current_based"]);
    const processSpike = costOf(own, ["process_spike"], model.refusal === "" ? null : 0);
    return { ...model, processSpike, updatesEveryStep: everyStep(own) };
  });
  const dendrites = units("dendrite", (own, name): DendriteUnit => {
    const model = modelOf(own, name, ["accumulator", "accumulator_with_delay", "taps"]);
    // older files call it `access`
    const update = costOf(own, ["update", "access"], model.refusal === "" ? null : 0);
    return { ...model, update, updatesEveryStep: everyStep(own) };
  });
  const somas = units("soma", (own, name): SomaUnit => {
    const model = modelOf(own, name, ["leaky_integrate_fire", "truenorth", "input"]);
    const actions = ["access_neuron", "update_neuron", "spike_out"] as const;
    const isAnyGiven = actions.some((action) => own.has(`energy_${action}`, `latency_${action}`));
    const fallback = isAnyGiven && model.refusal === "" ? null : 0;
    const [access = NO_COST, update = NO_COST, spikeOut = NO_COST] = actions.map((action) => costOf(own, [action], fallback));
    return { ...model, access, update, spikeOut, updatesEveryStep: everyStep(own) };
  });
  if (bufferInsideUnit && position !== "dendrite")
    report.warn(
      file,
      `${path}.attributes`,
      "buffer_inside_unit has an effect at buffer_position dendrite only: somas keep no buffer of their own",
    );
  return rangeOf(textOf(tree.name, "core"), path, report, file).map((name) => ({
    ...{ name, bufferPosition: position, bufferInsideUnit, maxNeurons },
    ...{ axonIn, axonOut, synapses, dendrites, somas },
  }));
}
