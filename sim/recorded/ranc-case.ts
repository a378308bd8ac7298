/** A RANC case as files: parameters, core memories and stimulus in; trace, membranes and summary out. */

import { checkedCase, type RancChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { type CaseFiles, csvRows, integer, integerWithin, jsonOf, setting, settingsOf } from "./case-files.js";
import { type RancCoreNet, type RancNeuron, type RancStimulus, runRanc } from "./ranc.js";
import { fieldSpan, HOP_RANGE, type RancPacket } from "./ranc-packet.js";

type JsonObject = { readonly [key: string]: unknown };

function objectOf(value: unknown, where: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw inputError("net.json", "expected an object", "", where);
  return value as JsonObject;
}

type Range = readonly [low: number, high: number];

/** Values of a signed register. */
const signedRange = (bits: number): Range => [-powerOfTwo(bits - 1), powerOfTwo(bits - 1) - 1];
/** Leak and thresholds have widths of their own, which a case does not state; two's complement keeps these exact. */
const WIDEST = signedRange(32);

function checkRange(file: string, value: number, [low, high]: Range, where: string): void {
  if (value < low || value > high) throw inputError(file, `got ${value}, expected ${low} to ${high}`, "", where);
}

function numberOf(object: JsonObject, key: string, range: Range, where: string): number {
  const value = object[key];
  if (typeof value !== "number" || !Number.isInteger(value))
    throw inputError("net.json", `got ${JSON.stringify(value)}, expected a whole number`, "", `${where}.${key}`);
  checkRange("net.json", value, range, `${where}.${key}`);
  return value;
}

function numbersOf(object: JsonObject, key: string, length: number, where: string): number[] {
  const value = object[key];
  if (!Array.isArray(value) || value.length !== length || !value.every((x) => Number.isInteger(x))) {
    throw inputError("net.json", `expected ${length} whole numbers`, "", `${where}.${key}`);
  }
  return value as number[];
}

/** Connected axons of a hex mask: bit a is axon a. */
function connectedAxons(hex: unknown, axons: number, where: string): number[] {
  if (typeof hex !== "string" || !/^[0-9a-fA-F]+$/.test(hex)) throw inputError("net.json", "expected hex digits", "", `${where}.conn`);
  const found: number[] = [];
  for (let axon = 0; axon < 4 * hex.length; axon++) {
    const digit = hex[hex.length - 1 - Math.floor(axon / 4)];
    if (((Number.parseInt(digit, 16) >> (axon % 4)) & 1) === 1) found.push(axon);
  }
  const last = found.at(-1) ?? 0;
  if (last >= axons) throw inputError("net.json", `got bit ${last} of ${hex}, expected bits 0 to ${axons - 1}`, "", `${where}.conn`);
  return found;
}

/** Throws InputError if a field of a packet does not fit its width. */
function checkPacket(packet: RancPacket, chip: RancChip, file: string, where: string): void {
  checkRange(file, packet.dx, HOP_RANGE, `${where}.dx`);
  checkRange(file, packet.dy, HOP_RANGE, `${where}.dy`);
  checkRange(file, packet.axon, [0, fieldSpan(chip.axons) - 1], `${where}.axon`);
  checkRange(file, packet.delayTicks, [0, chip.delay_slots - 1], `${where}.dt`);
}

function neuronOf(value: unknown, chip: RancChip, where: string): RancNeuron {
  const word = objectOf(value, where);
  const get = (key: string, range: Range = WIDEST): number => numberOf(word, key, range, where);
  const packet = { dx: get("dx"), dy: get("dy"), axon: get("axon"), delayTicks: get("dt") };
  checkPacket(packet, chip, "net.json", where);
  const potential = signedRange(chip.potential_bits);
  const weights = numbersOf(word, "w", 4, where);
  // a weight is never wider than a potential
  for (const weight of weights) checkRange("net.json", weight, potential, `${where}.w`);
  return {
    axons: connectedAxons(word.conn, chip.axons, where),
    potential: get("v", potential),
    reset: get("vreset", potential),
    weights,
    leak: get("leak"),
    positiveThreshold: get("pos"),
    negativeThreshold: get("neg"),
    resetMode: get("mode", [0, 1]),
    packet,
  };
}

function coresOf(files: CaseFiles, chip: RancChip): RancCoreNet[] {
  const list = objectOf(jsonOf(files, "net.json"), "").cores;
  const positions = chip.grid.width * chip.grid.height;
  if (!Array.isArray(list) || list.length !== positions) throw inputError("net.json", `expected ${positions} entries`, "", "cores");
  const output = chip.output_core.x + chip.output_core.y * chip.grid.width;
  return list.map((entry: unknown, c): RancCoreNet => {
    if ((entry === null) !== (c === output))
      throw inputError("net.json", `core ${c} must ${c === output ? "" : "not "}be null: the output is core ${output}`, "", "cores");
    if (entry === null) return null;
    const where = `cores.${c}`;
    const core = objectOf(entry, where);
    if (!Array.isArray(core.neurons) || core.neurons.length !== chip.neurons)
      throw inputError("net.json", `expected ${chip.neurons} neurons`, "", where);
    const axonTypes = numbersOf(core, "axon_type", chip.axons, where);
    if (axonTypes.some((type) => type < 0 || type > 3)) throw inputError("net.json", "types are 0 to 3", "", `${where}.axon_type`);
    return { axonTypes, neurons: core.neurons.map((neuron: unknown, n) => neuronOf(neuron, chip, `${where}.neurons.${n}`)) };
  });
}

/** A case's core memories, stimulus and cycle limit. Throws InputError if they do not fit the chip. */
export function rancStimulus(chip: RancChip, files: CaseFiles): RancStimulus {
  const ticks = new Set<number>();
  const injections = new Map<number, RancPacket>();
  for (const row of csvRows(files, "stim.csv", ["cycle", "kind", "dx", "dy", "axon", "dt"])) {
    const cycle = integerWithin(row.place, "cycle", row.cycle, [0, Number.MAX_SAFE_INTEGER]);
    if (row.kind === "tick") {
      if (ticks.has(cycle)) throw inputError(row.place, `two ticks in cycle ${cycle}: the tick is one wire`);
      ticks.add(cycle);
    } else if (row.kind === "inject") {
      const packet = {
        dx: integer(row.place, row.dx),
        dy: integer(row.place, row.dy),
        axon: integer(row.place, row.axon),
        delayTicks: integer(row.place, row.dt),
      };
      checkPacket(packet, chip, row.place, `cycle ${cycle}`);
      if (injections.has(cycle)) throw inputError(row.place, `two packets in cycle ${cycle}: the input port takes one`);
      injections.set(cycle, packet);
    } else throw inputError(row.place, `got kind ${JSON.stringify(row.kind)}, expected tick or inject`);
  }
  // rows may be in any order; ticks are numbered by time
  return {
    cores: coresOf(files, chip),
    ticks: [...ticks].sort((a, b) => a - b),
    injections: [...injections].map(([cycle, packet]) => ({ cycle, packet })),
    limitCycles: setting(settingsOf(files), "limit"),
  };
}

/** The chip with the parameters of a case, and the case's workload. */
export function rancCase(chip: RancChip, files: CaseFiles): { chip: RancChip; stimulus: RancStimulus } {
  const settings = settingsOf(files);
  const get = (name: string): number => setting(settings, name);
  const depth = get("DEPTH");
  // pointers of a buffer wrap at a power of two
  if (depth < 1 || fieldSpan(depth) !== depth) throw inputError("case.json", `DEPTH is ${depth}, expected a power of two`);
  const sized = checkedCase<RancChip>({
    ...chip,
    grid: { width: get("GX"), height: get("GY") },
    output_core: { x: get("OX"), y: get("OY") },
    neurons: get("NN"),
    axons: get("NA"),
    potential_bits: get("PW"),
    router_buffer_depth: depth,
  });
  return { chip: sized, stimulus: rancStimulus(sized, files) };
}

export function rancOutputs(chip: RancChip, files: CaseFiles): Map<string, string> {
  const given = rancCase(chip, files);
  const run = runRanc(given.chip, given.stimulus);
  return new Map([
    ["trace.csv", run.trace],
    ["potentials.csv", run.potentials],
    ["summary.json", JSON.stringify(run.summary)],
  ]);
}
