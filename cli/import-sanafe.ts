/** `import sanafe`: reads a SANA-FE pair from disk, runs it if asked, and shows what came out. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { importSanafe, runSanafe, type SanafeImport, type SanafeRun, spikeRows } from "../sim/index.js";
import type { Look } from "./format/style.js";
import { tableLines } from "./format/table.js";

export function readSanafePair(architecture: string, network: string): SanafeImport {
  const read = (file: string): { file: string; text: string } => ({ file, text: readFileSync(file, "utf8") });
  return importSanafe(read(architecture), read(network));
}

/** Runs `steps` steps; writes the spikes when a file is named (whole, or not at all). */
export function runImported(pair: SanafeImport, steps: number, seed: number, spikesFile: string | null): SanafeRun {
  const run = runSanafe(pair.bound, steps, seed);
  if (spikesFile !== null) {
    writeFileSync(`${spikesFile}.part`, spikeRows(pair.bound, run));
    renameSync(`${spikesFile}.part`, spikesFile);
  }
  return run;
}

/** What was read, in one line. */
export function pairLine({ bound }: SanafeImport): string {
  const { chip, network } = bound;
  return [
    `${chip.name}: ${chip.width} x ${chip.height} mesh, ${chip.tiles.length} tiles, ${chip.cores.length} cores`,
    `${network.name}: ${network.groups.length} groups, ${network.attributes.length} neurons, ${network.edges.source.length} synapses, ${bound.axonCore.length} axons`,
  ].join("; ");
}

/** Most steps shown as rows; all of them are in `--json`. */
const SHOWN_STEPS = 20;

export function runLines(run: SanafeRun, look: Look): string[] {
  const titles = [
    "step",
    "fired",
    "updated",
    "packets",
    "hops",
    "synaptic events",
    "synapse (J)",
    "dendrite (J)",
    "soma (J)",
    "network (J)",
  ];
  const columns = [...titles, "total (J)", "simple (s)", "flit (s)"].map((title) => ({ title, align: "right" as const }));
  const cells = (step: SanafeRun["totals"], label: string): string[] => [
    ...[label, step.fired, step.updated, step.packets, step.hops, step.synaptic_events].map(String),
    ...[step.energy_j.synapse, step.energy_j.dendrite, step.energy_j.soma, step.energy_j.network, step.energy_j.total].map((joule) =>
      joule.toExponential(4),
    ),
    ...[step.time_s.simple, step.time_s.flit].map((second) => second.toExponential(4)),
  ];
  const rows = run.steps.slice(0, SHOWN_STEPS).map((step) => cells(step, String(step.step)));
  const hidden = run.steps.length - rows.length;
  return [
    ...tableLines(look, columns, rows, cells(run.totals, "all")),
    ...(hidden > 0 ? [`${hidden} more steps are in the sum; --json lists them`] : []),
  ];
}
