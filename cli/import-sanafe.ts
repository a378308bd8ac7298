/** `import sanafe`: reads a SANA-FE pair from disk, runs it if asked, and shows what came out. */
import { MOST_TEXT_BYTES, readText } from "../base/read-file.js";
import { writeWhole } from "../base/write-file.js";
import { importSanafe, runSanafe, type SanafeImport, type SanafeRun, spikeRows } from "../sim/sanafe/index.js";
import type { Look } from "./format/style.js";
import { tableLines } from "./format/table.js";

export function readSanafePair(architecture: string, network: string): SanafeImport {
  const wanted = { what: "file", mostBytes: MOST_TEXT_BYTES, fix: "name a SANA-FE architecture and a network", pipes: true } as const;
  const read = (file: string): { file: string; text: string } => ({ file, text: readText(file, wanted) });
  return importSanafe(read(architecture), read(network));
}

/** Runs `steps` steps; writes the spikes when a file is named (whole, or not at all). */
export function runImported(pair: SanafeImport, steps: number, seed: number, spikesFile: string | null): SanafeRun {
  const run = runSanafe(pair.bound, steps, seed);
  if (spikesFile !== null) writeWhole(spikesFile, Buffer.from(spikeRows(pair.bound, run)));
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

/** What a group became: who holds it, and what runs there. */
interface GroupReport {
  readonly group: string;
  readonly neurons: number;
  /** `unit (model)` of its neurons, each once. */
  readonly somas: readonly string[];
  readonly dendrites: readonly string[];
  /** `tile.offset`, each once, in order. */
  readonly cores: readonly string[];
}

export function groupReports({ bound }: SanafeImport): GroupReport[] {
  const { chip, network } = bound;
  const each = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
  return network.groups.map(({ name, first, size }) => {
    const neurons = Array.from({ length: size }, (_, i) => first + i);
    const coreOf = (neuron: number) => chip.cores[bound.coreOf[neuron]];
    const cores = each(neurons.map(coreOf)).sort((a, b) => a.id - b.id);
    const unit = (kind: "somas" | "dendrites", of: Int32Array): string[] =>
      each(
        neurons.map((neuron) => {
          const used = coreOf(neuron)[kind][of[neuron]];
          return `${used.name.replace(/\[\d+\]$/, "")} (${used.model})`;
        }),
      );
    return {
      ...{ group: name, neurons: size, somas: unit("somas", bound.somaUnit), dendrites: unit("dendrites", bound.dendriteUnit) },
      cores: cores.map((core) => `${core.tile}.${core.id - chip.tiles[core.tile].cores[0]}`),
    };
  });
}

/** Most cores named in a row. */
const SHOWN_CORES = 6;

export function groupLines(pair: SanafeImport, look: Look): string[] {
  const columns = ["group", "neurons", "soma", "dendrite", "cores"].map((title) => ({
    title,
    align: title === "neurons" ? ("right" as const) : ("left" as const),
  }));
  const rows = groupReports(pair).map(({ group, neurons, somas, dendrites, cores }) => [
    ...[group, String(neurons), somas.join(", "), dendrites.join(", ")],
    `${cores.slice(0, SHOWN_CORES).join(" ")}${cores.length > SHOWN_CORES ? ` and ${cores.length - SHOWN_CORES} more` : ""}`,
  ]);
  return tableLines(look, columns, rows);
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
