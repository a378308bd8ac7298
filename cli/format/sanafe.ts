/** A SANA-FE pair and its run as text. Pure. */
import type { SanafePair, SanafeRun } from "../../app/import-sanafe.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";

/** The pair that was read, in one line. */
export function pairLine({ chip, network, groups }: SanafePair): string {
  return [
    `${chip.name}: ${chip.width} x ${chip.height} mesh, ${chip.tiles} tiles, ${chip.cores} cores`,
    `${network.name}: ${groups.length} groups, ${network.neurons} neurons, ${network.synapses} synapses, ${network.axons} axons`,
  ].join("; ");
}

/** Most cores named in one row. */
const SHOWN_CORES = 6;

export function groupLines({ groups }: SanafePair, look: Look): string[] {
  const columns = ["group", "neurons", "soma", "dendrite", "cores"].map((title) => ({
    title,
    align: title === "neurons" ? ("right" as const) : ("left" as const),
  }));
  const rows = groups.map(({ group, neurons, somas, dendrites, cores }) => [
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
  const times = Object.keys(run.totals.time_s);
  const columns = [...titles, "total (J)", ...times.map((time) => `${time} (s)`)].map((title) => ({ title, align: "right" as const }));
  const cells = (step: SanafeRun["totals"], label: string): string[] => [
    ...[label, step.fired, step.updated, step.packets, step.hops, step.synaptic_events].map(String),
    ...[step.energy_j.synapse, step.energy_j.dendrite, step.energy_j.soma, step.energy_j.network, step.energy_j.total].map((joule) =>
      joule.toExponential(4),
    ),
    ...times.map((time) => step.time_s[time].toExponential(4)),
  ];
  const rows = run.steps.slice(0, SHOWN_STEPS).map((step) => cells(step, String(step.step)));
  const hidden = run.steps.length - rows.length;
  return [
    ...tableLines(look, columns, rows, cells(run.totals, "all")),
    ...(hidden > 0 ? [`${hidden} more steps are in the sum; --json lists them`] : []),
  ];
}
