/**
 * Simulates the netlist of a chip on the inputs of the chip's bench: compares scores and cycles with the simulator's,
 * and counts the changes of each net.
 * Effects: reads and writes the folder of a synthesis for a cell library, starts Icarus Verilog.
 */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { libraryFolder } from "../tools.js";
import type { Activity } from "./gate-energy.js";
import type { GateGraph } from "./gate-graph.js";
import { runTool } from "./run-tool.js";
import type { Watch } from "./synthesise.js";
import { ToggleCounter } from "./toggles.js";
import { LEFT } from "./yosys-scripts.js";

interface NetlistTally {
  readonly scores: number;
  readonly waves: number;
  readonly cycles: number;
  /** Number of scores and waves that differ from the simulator's, are missing, or are too many. */
  readonly wrong: number;
}
type NetlistRun = Activity & NetlistTally;

const DUMP = "gates.vcd";
const PIECE_BYTES = MIB;
/** Name of the chip in the dump. */
const SCOPE = "bench.tb.dut";

/**
 * Registers start with a random value and memory outputs with 0, because silicon starts with some value too: an unknown
 * value would spread through gates that cancel it in silicon.
 */
export function begun(text: string): string {
  return text
    .replace(/^( *)reg (\w+);$/gm, "$1reg $2;\n$1initial $2 = $urandom;")
    .replace(/^( *)reg (\[[^\]]+\]) (\w+|\\\S+ );$/gm, "$1reg $2 $3;\n$1initial $3 = 0;");
}

/**
 * Behaviour of the clock gates of a netlist, which a library describes by a state table: the enable is taken while the
 * clock is low.
 */
const clockGateModels = (graph: GateGraph): string =>
  [...new Map(graph.gates.map(({ type, cell }) => [type, cell.clockGate]))]
    .flatMap(([type, gate]) => (gate === null ? [] : [{ type, ...gate }]))
    .map(
      ({ type, enable, clock, gated }) =>
        `module ${type}(input ${enable}, ${clock}, output ${gated});\n  reg open = 0;\n  always @* if (!${clock}) open = ${enable};\n  assign ${gated} = ${clock} & open;\nendmodule\n`,
    )
    .join("");

/** `bench`: text of the module around the fixed bench. @throws InputError if the simulation does not reach its end */
export async function simulateNetlist(folder: string, bench: string, graph: GateGraph, { onStage, signal }: Watch): Promise<NetlistRun> {
  writeFileSync(join(folder, "gates-bench.sv"), bench);
  for (const name of [LEFT.models, LEFT.netlist]) writeFileSync(join(folder, name), begun(readFileSync(join(folder, name), "utf8")));
  writeFileSync(join(folder, "clock-gates.v"), clockGateModels(graph));
  const sources = [LEFT.netlist, LEFT.models, "clock-gates.v", join(dirname(libraryFolder()), "gates-tb.sv"), "gates-bench.sv"];
  onStage("iverilog: netlist");
  await runTool("iverilog", ["-g2012", "-s", "bench", "-o", "gates.vvp", ...sources], {
    folder,
    log: "iverilog.log",
    makes: ["gates.vvp"],
    onStage,
    signal,
  });
  onStage("vvp: netlist");
  await runTool("vvp", ["-n", "gates.vvp"], { folder, log: "vvp.log", makes: [DUMP], onStage, signal });
  const log = join(folder, "vvp.log");
  return { ...tallyOf(readFileSync(log, "utf8"), log), ...activityIn(join(folder, DUMP), graph, SCOPE) };
}

/** What the bench (`gates-tb.sv`) said. @throws InputError if it did not reach its end */
export function tallyOf(said: string, log: string): NetlistTally {
  const numbers = (pattern: RegExp): readonly number[] => {
    const found = pattern.exec(said);
    if (found === null) throw inputError(log, `the netlist did not come to its end: ${said.trim().split("\n").slice(-3).join(" | ")}`);
    return found.slice(1).map(Number);
  };
  const [scores, allScores, wrongScores] = numbers(/^RESULT scores (\d+) of (\d+), (\d+) wrong/m);
  const [waves, allWaves, wrongWaves] = numbers(/^RESULT waves (\d+) of (\d+), (\d+) wrong/m);
  const [cycles] = numbers(/^RESULT ran (\d+) cycles/m);
  const wrong = wrongScores + wrongWaves + Math.abs(scores - allScores) + Math.abs(waves - allWaves);
  return { scores, waves, cycles, wrong };
}

/** Changes in a scope of a dump, which may be large. */
export function activityIn(file: string, graph: Pick<GateGraph, "gates" | "nets" | "netOfName">, scope: string): Activity {
  const counter = new ToggleCounter(graph, scope);
  const piece = Buffer.alloc(PIECE_BYTES);
  const handle = openSync(file, "r");
  try {
    for (let got = readSync(handle, piece); got > 0; got = readSync(handle, piece)) counter.take(piece.subarray(0, got));
  } finally {
    closeSync(handle);
  }
  return counter.end(file);
}
