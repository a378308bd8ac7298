/**
 * The trade-off between accuracy and work as a picture: one panel a data set and delay, error over multiplications a frame, one mark a model.
 * Pure. Models that no other of the panel beats in both are joined by a line.
 */
import { axisOf, axisOver, limitsOf } from "../arch/base/plot/axis.js";
import { type Panel, type PlotSpec, pointsOf, type Series, stairs } from "../arch/base/plot/spec.js";
import type { System } from "../arch/index.js";
import type { TableEntry } from "./table.js";

/** Distinct in grey and for colour-blind readers (Okabe and Ito). */
const COLOURS: Readonly<Record<System, string>> = {
  lif: "#d55e00",
  "rec-v1": "#e69f00",
  "rec-v2": "#0072b2",
  gru: "#000000",
  lstm: "#666666",
};

export interface Mark {
  readonly name: string;
  readonly system: System;
  /** Multiplications a frame. */
  readonly work: number;
  readonly errorPercent: number;
}

/** Marks that no other mark beats in work and error, by rising work. */
export function nonDominated(marks: readonly Mark[]): Mark[] {
  const beaten = (m: Mark): boolean =>
    marks.some((o) => o.work <= m.work && o.errorPercent <= m.errorPercent && (o.work < m.work || o.errorPercent < m.errorPercent));
  return marks.filter((m) => !beaten(m)).sort((a, b) => a.work - b.work);
}

function panelOf(heading: string, marks: readonly Mark[]): Panel {
  const pairs = (of: readonly Mark[]) => of.map((m) => [m.work, m.errorPercent] as const);
  const all = pointsOf(pairs(marks));
  const bySystem = new Map<System, Mark[]>();
  for (const mark of marks) bySystem.set(mark.system, [...(bySystem.get(mark.system) ?? []), mark]);
  const systems = [...bySystem].map(([system, own]): Series => {
    const labels = own.map((m) => `${m.name}: ${m.errorPercent.toFixed(2)} %, ${Math.round(m.work)} multiplications a frame`);
    return { kind: "marks", name: system, points: pointsOf(pairs(own)), fill: COLOURS[system], labels, ringed: null };
  });
  const front = stairs(pairs(nonDominated(marks)));
  return {
    heading,
    x: axisOver("multiplications a frame", [all], "x"),
    y: axisOf("error (%)", limitsOf(all.y, { low: 0, high: 0 }), false),
    colour: null,
    series: [{ kind: "line", name: "", points: front, colour: "#009e73", width: 0.9, dash: [], dotted: false }, ...systems],
    notes: [],
  };
}

/** The picture of all entries, a panel a data set in the order met. */
export function tradeoffPlot(entries: readonly TableEntry[]): PlotSpec {
  const panels = new Map<string, Mark[]>();
  for (const { name, network, evaluation } of entries) {
    // Scores of delayed answers compare only with each other.
    const heading = evaluation.dataset + (network.outputDelayFrames > 0 ? `, answered ${network.outputDelayFrames} frames late` : "");
    const mark: Mark = {
      name,
      system: network.system,
      work: evaluation.multiplicationsPerFrame,
      errorPercent: 100 * (1 - evaluation.accuracy),
    };
    panels.set(heading, [...(panels.get(heading) ?? []), mark]);
  }
  return {
    title: "Error over multiplications a frame",
    about: `snn-dse, ${entries.length} models`,
    column: "double",
    legend: "above",
    panels: [...panels].map(([heading, marks]) => panelOf(heading, marks)),
  };
}
