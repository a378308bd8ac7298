/**
 * Synthesises the chip in a folder with Yosys, and with nextpnr for an ECP5; returns their reports. Effects: reads and
 * writes the folder, starts the tools.
 * Throws: InputError if a tool is absent (with Debian's package) or fails (with the log's path); InterruptedError if it
 * was stopped.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inputError, quoted } from "../../base/errors.js";
import { sha256 } from "../../base/hash.js";
import { writeWhole } from "../../base/write-file.js";
import { librarySources, TOOLS, type ToolName, versionOf } from "../tools.js";
import { type GateGraph, gateGraph } from "./gate-graph.js";
import { type Library, libraryOf } from "./liberty.js";
import { type LongestPath, timingOf } from "./longest-path.js";
import { modulesOf } from "./netlist.js";
import { cellCounts, countOf, type Ecp5, ecp5Report, type GenericGates, genericGates } from "./reports.js";
import { runTool, type ToolRun } from "./run-tool.js";
import { type Shape, shapeOf } from "./shape.js";
import { type ClockGate, DRIVER_FILE, drivers, LEFT, LEFT_BY, LIBRARY_FILE, type Target, yosysScript } from "./yosys-scripts.js";

/** Gates of a cell library. */
interface MappedGates {
  readonly library: string;
  readonly areaUm2: number;
  readonly gates: number;
  /** Four-input tables for the same logic, including multipliers and carries. */
  readonly luts: number;
  readonly leakageUw: number;
  readonly parts: readonly { readonly part: string; readonly gates: number; readonly areaUm2: number }[];
  readonly longest: LongestPath;
}

/** Results of the tools for a chip; parts that do not belong to its target are null. */
export interface Synthesis {
  readonly target: Target;
  /** Version by tool. */
  readonly tools: { readonly [tool: string]: string };
  readonly shape: Shape;
  readonly ecp5: Ecp5 | null;
  readonly generic: GenericGates | null;
  readonly mapped: MappedGates | null;
}

/** Target of a synthesis. */
export interface Goal {
  readonly target: Target;
  /** Device for an ECP5, e.g. `LFE5U-45F`. */
  readonly device: string;
  /** Clock that a placement is asked for, MHz. */
  readonly clockMhz: number;
  /** Text of the cell library and the name of its file; null: none. */
  readonly liberty: { readonly text: string; readonly file: string } | null;
  /** Whether registers with a common enable stand behind clock gates of the library; false if it is left out. */
  readonly isGated?: boolean;
}

/** Option and package for nextpnr, by device. */
const DEVICES: { readonly [device: string]: readonly [option: string, place: string] } = {
  "LFE5U-12F": ["--12k", "CABGA381"],
  "LFE5U-25F": ["--25k", "CABGA381"],
  "LFE5U-45F": ["--45k", "CABGA381"],
  "LFE5U-85F": ["--85k", "CABGA381"],
};
export const USUAL_DEVICE = "LFE5U-45F";

function optionsOf(device: string): readonly [option: string, place: string] {
  // an object has names of its own, such as toString
  if (!Object.hasOwn(DEVICES, device)) throw inputError("--device", `got ${quoted(device)}, expected ${Object.keys(DEVICES).join(", ")}`);
  return DEVICES[device];
}

function demanded(name: ToolName): string {
  const version = versionOf(name);
  if (version === null) throw inputError("--synth", `${TOOLS[name].command} is not installed`, `apt-get install ${TOOLS[name].debian}`);
  return version;
}

/** Versions of the tools that a goal needs. @throws InputError that names Debian's package if one is absent */
export function toolsFor({ target, device }: Pick<Goal, "target" | "device">): { readonly [tool: string]: string } {
  if (target !== "ecp5") return { yosys: demanded("yosys") };
  optionsOf(device);
  return { nextpnr: demanded("nextpnr"), yosys: demanded("yosys") };
}

/** What is read of a cell library, as text. */
const readingOf = ({ text, file }: NonNullable<Goal["liberty"]>): string =>
  JSON.stringify([...libraryOf(text, file).cells].map(([name, cell]) => [name, cell, [...cell.pins]]));

/**
 * Hash of everything on which the result depends, except the tools' versions; of a cell library, its text and what is
 * read of it. `files`: texts of sources and memory images by name. Throws: InputError if the library cannot be read.
 */
export function synthesisKey({ target, device, clockMhz, liberty }: Goal, files: { readonly [name: string]: string }): string {
  const names = Object.keys(files)
    .filter(
      (name) =>
        name === "chip.sv" || name.startsWith("lib/") || /^(weights_\w+|(own|axons|segments|routes)(_\d+)?|sigmoid)\.hex$/.test(name),
    )
    .sort();
  const script = yosysScript(target, []);
  return sha256(
    [
      target,
      target === "ecp5" ? `${device} ${clockMhz}` : "",
      script,
      liberty === null ? "" : sha256(liberty.text, readingOf(liberty)),
    ].join("\n"),
    ...names.flatMap((name) => [`\n${name}\n`, files[name]]),
  );
}

export type Watch = Pick<ToolRun, "onStage" | "signal">;

/** The netlist that a synthesis for a cell library left in the folder. */
export function mappedGraph(folder: string, library: Library): GateGraph {
  const file = join(folder, LEFT.gates);
  return gateGraph(modulesOf(readFileSync(file, "utf8"), file).chip, library, file);
}

function mappedGates(folder: string, { text, file }: NonNullable<Goal["liberty"]>): MappedGates {
  const library = libraryOf(text, file);
  const lutsFile = join(folder, LEFT.luts);
  const graph = mappedGraph(folder, library);
  const { longest } = timingOf(graph, join(folder, LEFT.gates));
  const parts = new Map<string, { gates: number; areaUm2: number }>();
  for (const { part, cell } of graph.gates) {
    const sum = parts.get(part) ?? { gates: 0, areaUm2: 0 };
    parts.set(part, { gates: sum.gates + 1, areaUm2: sum.areaUm2 + cell.areaUm2 });
  }
  return {
    library: library.name,
    areaUm2: graph.gates.reduce((sum, { cell }) => sum + cell.areaUm2, 0),
    gates: graph.gates.length,
    luts: countOf("$lut", cellCounts(readFileSync(lutsFile, "utf8"), lutsFile), lutsFile),
    leakageUw: graph.gates.reduce((sum, { cell }) => sum + cell.leakagePw, 0) * 1e-6,
    parts: [...parts].map(([part, sum]) => ({ part, ...sum })).sort((a, b) => b.areaUm2 - a.areaUm2),
    longest,
  };
}

/** The smallest clock gate of a library. @throws InputError if it has none */
function clockGateOf({ cells, name }: Library, file: string): ClockGate {
  const [found] = [...cells]
    .flatMap(([cell, { clockGate, areaUm2 }]) => (clockGate === null ? [] : [{ cell, areaUm2, ...clockGate }]))
    .sort((a, b) => a.areaUm2 - b.areaUm2);
  if (found === undefined) throw inputError(file, `${name} has no clock gate (clock_gating_integrated_cell : "latch_posedge")`);
  return found;
}

/** Synthesises the chip in `folder`; all files that are made are left there. */
export async function synthesise(folder: string, goal: Goal, { onStage, signal }: Watch): Promise<Synthesis> {
  const { target, device, clockMhz, liberty } = goal;
  const tools = toolsFor(goal);
  if (target === "liberty") {
    if (liberty === null) throw inputError("--synth", "liberty needs a cell library", "--liberty cells.lib");
    const driver = drivers(libraryOf(liberty.text, liberty.file));
    if (driver === null) throw inputError(liberty.file, "has neither a buffer nor an inverter", "name a library of gates");
    writeWhole(join(folder, LIBRARY_FILE), Buffer.from(liberty.text));
    writeWhole(join(folder, DRIVER_FILE), Buffer.from(driver));
  }
  const gate = goal.isGated === true && liberty !== null ? clockGateOf(libraryOf(liberty.text, liberty.file), liberty.file) : null;
  writeWhole(join(folder, "synth.ys"), Buffer.from(yosysScript(target, [...librarySources(folder), "chip.sv"], gate)));
  await runTool("yosys", ["-s", "synth.ys"], { folder, log: "yosys.log", makes: LEFT_BY[target], onStage, signal });
  if (target === "ecp5") {
    const [option, place] = optionsOf(device);
    const args = [option, "--package", place, "--json", LEFT.ecp5, "--out-of-context", "--freq", String(clockMhz)];
    const always = ["--timing-allow-fail", "--no-route", "--seed", "1", "--report", "placed.json"];
    await runTool("nextpnr-ecp5", [...args, ...always], {
      folder,
      log: "nextpnr.log",
      makes: ["placed.json"],
      onStage,
      signal,
    });
  }
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const shapeFile = join(folder, LEFT.shape);
  return {
    target,
    tools,
    shape: shapeOf(modulesOf(read(LEFT.shape), shapeFile), "chip"),
    ecp5:
      target === "ecp5"
        ? ecp5Report(
            { cells: read(LEFT.cells), report: read("placed.json"), log: read("nextpnr.log") },
            { device, askedMhz: clockMhz },
            folder,
          )
        : null,
    generic: target === "generic" ? genericGates(read(LEFT.cells), join(folder, LEFT.cells)) : null,
    mapped: liberty === null || target !== "liberty" ? null : mappedGates(folder, liberty),
  };
}
