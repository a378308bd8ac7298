/**
 * An SNE case as files: registers, layout of the clusters and input words; trace, visits of the event router and
 * summary out.
 */
import { checkedCase, type SneChip } from "../../../arch/index.js";
import { inputError } from "../../../base/errors.js";
import { didYouMean } from "../../../base/nearest.js";
import { type CaseFiles, csvRows, integer, integerWithin, placedLines } from "../case-files.js";
import { runSne, type SneRun } from "./slice.js";
import type { SneInput, SneLayout, SneStimulus } from "./sne-settings.js";
import { destinationOf, lengthOf, OP, opOf } from "./sne-words.js";

const FILE = "case.txt";
/** Longest recorded run that is accepted. */
const MAX_LIMIT = 1e9;

/** Registers in a case; each has one line. */
const REGISTERS: readonly string[] = [
  ...["lb_x", "lb_y", "ub_x", "ub_y", "f_xo", "f_yo", "f_en", "a_step", "a_start", "a_end", "cid", "gid"],
  ...["vrest", "vth", "tref", "davth", "tscale", "layer", "sel", "channel"],
  ...["time_insert", "refresh", "spike_filter", "ready_period", "ready_duty", "limit"],
];

interface Register {
  readonly place: string;
  readonly values: readonly number[];
}
type Registers = ReadonlyMap<string, Register>;

function registersOf(files: CaseFiles): Registers {
  const registers = new Map<string, Register>();
  for (const { line, place } of placedLines(files, FILE)) {
    const [name = "", ...values] = line.trim().split(/\s+/);
    if (!REGISTERS.includes(name)) throw inputError(place, `no register is named ${name}`, didYouMean(name, REGISTERS));
    const first = registers.get(name);
    if (first !== undefined) throw inputError(place, `register ${name} stands in ${first.place} already`, "keep one of the two lines");
    registers.set(name, { place, values: values.map((value) => integer(place, value)) });
  }
  return registers;
}

function valuesOf(registers: Registers, name: string, length: number, [low, high]: readonly [number, number]): readonly number[] {
  const register = registers.get(name);
  if (register === undefined) throw inputError(FILE, `register ${name} is missing`);
  const { place, values } = register;
  if (values.length !== length) throw inputError(place, `${name} has ${values.length} values, expected ${length}`);
  for (const value of values) if (value < low || value > high) throw inputError(place, `${name} is ${value}, expected ${low} to ${high}`);
  return values;
}

const BYTE = [0, 255] as const;
/**
 * Registers wider than the bits that are used: corners are compared with 8-bit coordinates, addresses lose their top.
 */
const CORNER = 65_535;
const ADDRESS = [0, 4_294_967_295] as const;
const MODES = ["sweep", "window", "fully-connected", "sweep"] as const;
const SHARING = ["all", "quarters", "halves", "all"] as const;

/** The chip with the registers of a case. Throws InputError. */
export function sneChip(chip: SneChip, files: CaseFiles): SneChip {
  const registers = registersOf(files);
  const get = (name: string, low: number, high: number): number => valuesOf(registers, name, 1, [low, high])[0];
  const registered: SneChip = {
    ...chip,
    clusters: (registers.get("lb_x")?.values.length ?? chip.clusters) as SneChip["clusters"],
    mode: MODES[get("layer", 0, 3)],
    kernel_sharing: SHARING[get("sel", 0, 3)],
    kernel_channels: get("channel", 0, 511),
    neuron: {
      rest: get("vrest", -128, 127),
      threshold: get("vth", -128, 127),
      refractory_steps: get("tref", ...BYTE),
      threshold_rise: get("davth", 0, 15),
      time_scale: get("tscale", 0, 15),
    },
    time_insertion: get("time_insert", 0, 1) === 1,
    refresh_insertion: get("refresh", 0, 1) === 1,
    spike_filter: get("spike_filter", 0, 1) === 1,
    sink: { period_cycles: get("ready_period", 1, 65536), ready_cycles: get("ready_duty", 0, 65536) },
  };
  return checkedCase(registered, FILE);
}

function layoutOf(chip: SneChip, registers: Registers): SneLayout {
  const of = (name: string, high: number): readonly number[] => valuesOf(registers, name, chip.clusters, [0, high]);
  const kernel = chip.cluster_side - 1;
  const [lowX, lowY, highX, highY] = ["lb_x", "lb_y", "ub_x", "ub_y"].map((name) => of(name, CORNER));
  const [kernelX, kernelY, enabled] = [of("f_xo", kernel), of("f_yo", kernel), of("f_en", 1)];
  const [step, start, end] = ["a_step", "a_start", "a_end"].map((name) => valuesOf(registers, name, 1, ADDRESS)[0]);
  return {
    clusters: lowX.map((x, g) => ({
      ...{ lowX: x, lowY: lowY[g], highX: highX[g], highY: highY[g] },
      ...{ kernelX: kernelX[g], kernelY: kernelY[g], takesEvents: enabled[g] === 1 },
    })),
    channels: valuesOf(registers, "cid", 4, BYTE),
    sweep: { step, start, end },
    filter: valuesOf(registers, "gid", 4, [0, chip.clusters - 1]),
  };
}

/** A case's layout, input words and limit. Throws InputError if they do not fit the chip. */
export function sneStimulus(chip: SneChip, files: CaseFiles): SneStimulus {
  const registers = registersOf(files);
  const rows = csvRows(files, "input.csv", ["not_before", "word"]);
  const inputs = rows.map(({ not_before, word, place }): SneInput => {
    if (!/^[0-9a-fA-F]{1,8}$/.test(word)) throw inputError(place, `got word ${JSON.stringify(word)}, expected up to 8 hex digits`);
    return { notBefore: integerWithin(place, "not_before", not_before, [0, MAX_LIMIT]), word: Number.parseInt(word, 16) };
  });
  checkPackets(inputs, rows);
  return { layout: layoutOf(chip, registers), inputs, limitCycles: valuesOf(registers, "limit", 1, [0, MAX_LIMIT])[0] };
}

/** Throws InputError if a packet goes neither to the engine nor to the memory. */
function checkPackets(inputs: readonly SneInput[], rows: readonly { readonly place: string }[]): void {
  let header = 0;
  let words = 0;
  let isOpen = false;
  for (const [i, { word }] of inputs.entries()) {
    if (!isOpen) {
      if (destinationOf(word) > 1)
        throw inputError(rows[i].place, `a packet goes to ${destinationOf(word)}, expected 0 (engine) or 1 (memory)`);
      header = word;
      words = 0;
    }
    const isEnd = destinationOf(header) === 0 && opOf(word) === OP.end;
    isOpen = !isEnd && words < lengthOf(header);
    words++;
  }
}

const summaryText = (summary: SneRun["summary"]): string => [...summary].map(([name, values]) => `${name} ${values.join(" ")}\n`).join("");

export function sneOutputs(chip: SneChip, files: CaseFiles): Map<string, string> {
  const registered = sneChip(chip, files);
  const run = runSne(registered, sneStimulus(registered, files));
  return new Map([
    ["trace.csv", run.trace],
    ["ops.csv", run.operations],
    ["summary.txt", summaryText(run.summary)],
  ]);
}
