/** Writes a point as SystemVerilog, and runs it. Effects: reads files, writes a folder, starts a simulator. */
import { existsSync, statSync } from "node:fs";
import { pathOf } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { cyclesOf, judge, readChip, runBench, simulatorOf, TOOLS, type Verdict, versionOf, writeChip } from "../rtl/index.js";
import { checkedOptions, demandText } from "./checked-options.js";
import { emitted, namedPoint, type PointOptions } from "./rtl-point.js";

export type { Verdict } from "../rtl/index.js";

/** Which point becomes SystemVerilog, and how its test bench runs. */
export interface RtlOptions extends PointOptions {
  /** Also runs the test bench and compares everything with the simulator. */
  readonly runs?: boolean;
  /** `iverilog` or `verilator`; null: the installed one, Verilator if both are. */
  readonly simulator?: string | null;
  /** Is told before the bench is built and run; timers run meanwhile. */
  readonly onRun?: (run: BenchRun) => void;
  /** Most utterances that the bench runs; null: as many as the point timed. */
  readonly samples?: number | null;
}

/** The files and the outcome of a run. */
export interface RtlRun {
  /** Folder of the chip's files. */
  readonly folder: string;
  /** Number of files written; null: the folder existed. */
  readonly files: number | null;
  /** Whether the chip does what the simulator predicts; null: nothing was run. */
  readonly verdict: Verdict | null;
  /** Sources that were changed by hand. */
  readonly edited: readonly string[];
}

type Simulator = ReturnType<typeof simulatorOf>;

/** A bench that is about to run. */
export interface BenchRun {
  /** Which simulator runs it. */
  readonly simulator: Simulator;
  /** Expected cycles of the chip. */
  readonly cycles: number;
}

/**
 * Writes one core as SystemVerilog with memory images, test bench and expected results; then runs it if `runs`.
 *
 * @param source a study's database, a description or the name of a shipped one, or the folder of a chip that was
 * written
 * @param point number of the database's point; null for descriptions and folders
 * @throws InputError if the point, its model or the simulator is missing, or if the point cannot be written: with the
 * reason and the nearest change
 */
export async function rtl(source: string, point: number | null, options: RtlOptions = {}): Promise<RtlRun> {
  checkedOptions("rtl", options, {
    ...{ out: "text or null", values: "object", base: "text or null", plugins: "list of loaded plug-ins" },
    ...{ runs: "boolean", simulator: "text or null", samples: "whole number from 1 or null", onRun: "function" },
  });
  demandText("rtl", source, "the path of a study, a description, or the folder of a chip");
  const place = point === null ? pathOf(source, "example", "chip") : source;
  if (!existsSync(place))
    throw inputError(
      place,
      "is not there",
      point === null
        ? "name a study, a description, or the folder of a chip"
        : `point ${point} is one of a study: name its database; a description takes no point`,
    );
  refuseIdle(options, point, statSync(place).isDirectory());
  const simulator = options.runs === true ? chosen(options.simulator ?? null) : null;
  if (statSync(place).isDirectory()) {
    if (simulator === null) throw inputError(source, "is a folder that is already written", `snn-dse rtl ${shellWord(source)} --run`);
    return { folder: source, files: null, ...(await runIn(source, simulator, options.onRun)) };
  }
  const named = await namedPoint(place, point, options);
  const { emission, about } = await emitted(named, options.samples ?? null);
  const files = writeChip(named.folder, emission.files, emission.expected, about);
  const ran = simulator === null ? { verdict: null, edited: [] } : await runIn(named.folder, simulator, options.onRun);
  return { folder: named.folder, files, ...ran };
}

/** @throws InputError for an option without an effect on a folder, a description or a point. */
function refuseIdle({ out, values, base, samples, simulator, runs }: RtlOptions, point: number | null, isFolder: boolean): void {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
  const written = "has no effect on a folder that is already written";
  const rules: readonly [boolean, string, string][] = [
    [isFolder && point !== null, `point ${point}`, written],
    [isFolder && isGiven(out), "--out", written],
    [isFolder && Object.keys(values ?? {}).length > 0, "--set", written],
    [isFolder && isGiven(samples), "--samples", written],
    [isFolder && isGiven(base), "--base", written],
    [runs !== true && isGiven(simulator), "--simulator", "works only with --run"],
  ];
  for (const [isIdle, option, why] of rules) if (isIdle) throw inputError(option, why, `leave ${option} out`);
}

function chosen(name: string | null): Simulator {
  if (name === null) return simulatorOf();
  if (name !== "iverilog" && name !== "verilator") throw inputError("--simulator", `got ${quoted(name)}, expected iverilog or verilator`);
  if (versionOf(name) === null) throw inputError("--simulator", `${name} is not installed`, `apt-get install ${TOOLS[name].debian}`);
  return name;
}

async function runIn(
  folder: string,
  simulator: Simulator,
  onRun: RtlOptions["onRun"] = () => {},
): Promise<Pick<RtlRun, "verdict" | "edited">> {
  const { manifest, edited } = readChip(folder);
  onRun({ simulator, cycles: cyclesOf(folder) });
  return { verdict: judge(await runBench(folder, simulator), manifest.expected), edited };
}
