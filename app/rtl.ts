/**
 * A point as SystemVerilog: found, checked, written, run. Effects: reads files, writes a folder, starts a simulator.
 */
import { existsSync, statSync } from "node:fs";
import { pathOf } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { judge, readChip, runBench, simulatorOf, TOOLS, type Verdict, versionOf, writeChip } from "../rtl/index.js";
import { emitted, namedPoint, type PointOptions } from "./rtl-point.js";

export type { Verdict } from "../rtl/index.js";

/** Which point becomes SystemVerilog, and what is run with it. */
export interface RtlOptions extends PointOptions {
  /** Also runs the test bench and compares everything with the simulator. */
  readonly runs?: boolean;
  /** `iverilog` or `verilator`; null: the one that is installed, Verilator first. */
  readonly simulator?: string | null;
  /** Utterances that the bench runs at most; null: those that the point timed. */
  readonly samples?: number | null;
}

/** What was written and run. */
export interface RtlRun {
  /** Where the chip's files lie. */
  readonly folder: string;
  /** Files written; null: the folder was there. */
  readonly files: number | null;
  /** Whether the chip does what the simulator says; null: nothing was run. */
  readonly verdict: Verdict | null;
  /** Sources that were changed by hand. */
  readonly edited: readonly string[];
}

type Simulator = ReturnType<typeof simulatorOf>;

/**
 * Writes one core as SystemVerilog with memory images, test bench and expected results; runs the bench where asked to.
 *
 * @param source a study's database, a description or the name of a shipped one, or the folder of a chip that was
 * written
 * @param point number of the database's point; null for descriptions and folders
 * @throws InputError where the point, its model or the simulator is not there, or the point cannot be written: why, and
 * the nearest change
 */
export async function rtl(source: string, point: number | null, options: RtlOptions = {}): Promise<RtlRun> {
  const place = point === null ? pathOf(source, "example", "chip") : source;
  if (!existsSync(place)) throw inputError(place, "is not there", "name a study, a description, or the folder of a chip");
  const simulator = options.runs === true ? chosen(options.simulator ?? null) : null;
  if (statSync(place).isDirectory()) {
    if (simulator === null) throw inputError(source, "is a folder, with nothing to do", `snn-dse rtl ${shellWord(source)} --run`);
    return { folder: source, files: null, ...runIn(source, simulator) };
  }
  const named = await namedPoint(place, point, options);
  const { emission, about } = await emitted(named, options.samples ?? null);
  const files = writeChip(named.folder, emission.files, emission.expected, about);
  const ran = simulator === null ? { verdict: null, edited: [] } : runIn(named.folder, simulator);
  return { folder: named.folder, files, ...ran };
}

function chosen(name: string | null): Simulator {
  if (name === null) return simulatorOf();
  if (name !== "iverilog" && name !== "verilator") throw inputError("--simulator", `got ${quoted(name)}, expected iverilog or verilator`);
  if (versionOf(name) === null) throw inputError("--simulator", `${name} is not installed`, `apt-get install ${TOOLS[name].debian}`);
  return name;
}

function runIn(folder: string, simulator: Simulator): Pick<RtlRun, "verdict" | "edited"> {
  const { manifest, edited } = readChip(folder);
  return { verdict: judge(runBench(folder, simulator), manifest.expected), edited };
}
