/**
 * Synthesises a point and compares it with the model's numbers. A database keeps the tools' results: the same sources,
 * target and library are not synthesised again.
 * Effects: reads files, uses a temporary folder, starts tools, writes the database.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { coreNeedsOf, pathOf } from "../arch/index.js";
import { MIB } from "../base/bytes.js";
import { InputError, inputError, quoted } from "../base/errors.js";
import { canonicalJson } from "../base/hash.js";
import { readBounded } from "../base/read-file.js";
import {
  chipTexts,
  type FigureRow,
  figureRows,
  type Goal,
  modelFigures,
  onEcp5,
  type Synthesis,
  storedSynthesis,
  synthesise,
  synthesisKey,
  toolsFor,
  USUAL_DEVICE,
  writeChip,
} from "../rtl/index.js";
import { occupancyOf } from "../sim/mapping/index.js";
import { Store } from "../sweeps/index.js";
import { type EmittedPoint, emitted, namedPoint, type PointOptions } from "./rtl-point.js";
import { withStore } from "./stored.js";

export type { FigureRow } from "../rtl/index.js";

export interface SynthesisOptions extends PointOptions {
  /** `ecp5`, `generic`, or `liberty` with a cell library. */
  readonly target: string;
  /** File of a cell library, may be compressed by gzip; null: none. */
  readonly liberty?: string | null;
  /** Device of target `ecp5`; null: LFE5U-45F. */
  readonly device?: string | null;
  /** Synthesises even if the database has the result. */
  readonly again?: boolean;
  /** Called when the tools begin a stage. */
  readonly onStage?: (stage: string) => void;
  readonly signal?: AbortSignal;
}

export interface SynthesisRun {
  readonly place: string;
  readonly synthesis: Synthesis;
  readonly rows: readonly FigureRow[];
  /** True if the result comes from the database. */
  readonly isRecalled: boolean;
  /** Why the database does not keep the result; null: it does, or there is no database. */
  readonly notStored: string | null;
}

/** Limit of a library's unpacked text. */
const LIBERTY_LIMIT_BYTES = 256 * MIB;
const TARGETS: readonly string[] = ["ecp5", "generic", "liberty"] satisfies readonly Goal["target"][];

function libertyOf(file: string): NonNullable<Goal["liberty"]> {
  const bytes = readBounded(file, { what: "cell library", fix: "name a liberty file (.lib or .lib.gz)", mostBytes: LIBERTY_LIMIT_BYTES });
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return { text: (isPacked ? gunzipSync(bytes, { maxOutputLength: LIBERTY_LIMIT_BYTES }) : bytes).toString("utf8"), file };
  } catch (error) {
    throw inputError(file, `cannot be unpacked: ${(error as Error).message}`, "name a liberty file, as text or compressed by gzip");
  }
}

function goalOf({ target, liberty = null, device = null }: SynthesisOptions): Omit<Goal, "clockMhz"> {
  if (!TARGETS.includes(target)) throw inputError("--synth", `got ${quoted(target)}, expected ${TARGETS.join(", ")}`);
  if ((target === "liberty") !== (liberty !== null))
    throw inputError(
      "--synth",
      `${target} ${liberty === null ? "needs a" : "takes no"} cell library`,
      "--synth liberty --liberty cells.lib",
    );
  return { target: target as Goal["target"], device: device ?? USUAL_DEVICE, liberty: liberty === null ? null : libertyOf(liberty) };
}

/**
 * @throws InputError if the point does not exist or cannot be emitted, or if a tool is missing or fails;
 * InterruptedError if it was stopped.
 */
export async function rtlSynthesis(source: string, point: number | null, options: SynthesisOptions): Promise<SynthesisRun> {
  const asked = goalOf(options);
  if (point === null && options.again === true)
    throw inputError("--again", "has no effect without a database and a point", "leave --again out");
  const place = point === null ? pathOf(source, "example", "chip") : source;
  if (existsSync(place) && statSync(place).isDirectory())
    throw inputError(place, "is a folder, and what is synthesised is a point", "name the study and the point, or the description");
  const named = await namedPoint(place, point, options);
  const made = await emitted(named, 1);
  if (options.out !== undefined && options.out !== null) writeChip(options.out, made.emission.files, made.emission.expected, made.about);
  const { chip, precision } = made.parts.experiment;
  const goal: Goal = { ...asked, clockMhz: chip.technology.clockMhz };
  const key = synthesisKey(goal, chipTexts(made.emission.files));
  const known = point === null || options.again === true ? null : recalled(source, key);
  const { usedCores, topology } = made.parts.run.placement;
  const needs = coreNeedsOf(topology);
  const model = modelFigures(chip, chip.cores[usedCores[0]], precision, needs);
  const laws = goal.target === "ecp5" ? onEcp5(chip, usedCores, precision, needs) : null;
  const { weights, states } = occupancyOf(made.parts.run.placement, chip, precision);
  const told = (synthesis: Synthesis, isRecalled: boolean, notStored: string | null): SynthesisRun => ({
    place: named.place,
    synthesis,
    rows: figureRows(model, { weights: weights.need, states: states.need, cores: usedCores.length, laws }, synthesis),
    isRecalled,
    notStored,
  });
  if (known !== null) return told(known, true, null);
  const synthesis = await synthesised(made, goal, options);
  return told(synthesis, false, point === null ? null : stored(source, point, key, synthesis));
}

/** The stored result; null if the database has none, or a damaged one. */
function recalled(database: string, key: string): Synthesis | null {
  const text = withStore(database, (store) => store.synthesis(key));
  return text === null ? null : storedSynthesis(text);
}

/** Works in a temporary folder, which stays only after a failure whose message names a file in it. */
async function synthesised({ emission, about }: EmittedPoint, goal: Goal, options: SynthesisOptions): Promise<Synthesis> {
  toolsFor(goal);
  const folder = mkdtempSync(join(tmpdir(), "snn-dse-synth-"));
  let keeps = false;
  try {
    writeChip(join(folder, "chip"), emission.files, emission.expected, about);
    return await synthesise(join(folder, "chip"), goal, { onStage: options.onStage ?? (() => {}), signal: options.signal ?? null });
  } catch (error) {
    keeps = error instanceof InputError && error.problems.some(({ file }) => file.startsWith(folder) && existsSync(file));
    throw error;
  } finally {
    if (!keeps) rmSync(folder, { recursive: true, force: true });
  }
}

/** Stores the result; returns why it cannot if another program writes the database. */
function stored(database: string, point: number, key: string, synthesis: Synthesis): string | null {
  try {
    const store = Store.open(database);
    try {
      store.setSynthesis(key, point, synthesis.target, canonicalJson(synthesis));
      return null;
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof InputError) return error.problems[0]?.message ?? error.message;
    throw error;
  }
}
