/**
 * The trade-off between accuracy and work as a picture: one panel a data set and delay, error (%) over multiplications a frame (log scale), one mark a model.
 * Pure: entries in, SVG text out. Models that no other of the panel beats in both are joined by a line.
 */
import type { System } from "../arch/index.js";
import type { TableEntry } from "./table.js";

const WIDTH = 720;
const PANEL = 360;
const MARGIN = { left: 64, right: 24, top: 36, bottom: 48 };
/** Distinct in grey and for colour-blind readers (Okabe and Ito). */
const COLOURS: Readonly<Record<System, string>> = {
  lif: "#d55e00",
  "rec-v1": "#e69f00",
  "rec-v2": "#0072b2",
  gru: "#000000",
  lstm: "#666666",
};

interface Mark {
  readonly name: string;
  readonly system: System;
  readonly work: number;
  readonly error: number;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const round = (value: number): string => value.toFixed(1);

/** Marks that no other mark beats in work and error, by rising work. */
export function nonDominated(marks: readonly Mark[]): Mark[] {
  const beaten = (m: Mark): boolean => marks.some((o) => o.work <= m.work && o.error <= m.error && (o.work < m.work || o.error < m.error));
  return marks.filter((m) => !beaten(m)).sort((a, b) => a.work - b.work);
}

/** 1, 2 and 5 times powers of ten between two values. */
function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const step of [1, 2, 5]) if (step * 10 ** power >= low && step * 10 ** power <= high) ticks.push(step * 10 ** power);
  return ticks;
}

function panel(title: string, marks: readonly Mark[], top: number): string[] {
  const work = marks.map((m) => m.work);
  const [low, high] = [Math.min(...work) / 1.3, Math.max(...work) * 1.3];
  const ceiling = Math.max(...marks.map((m) => m.error)) * 1.1;
  const [plotWidth, plotHeight] = [WIDTH - MARGIN.left - MARGIN.right, PANEL - MARGIN.top - MARGIN.bottom];
  const x = (value: number): number => MARGIN.left + (plotWidth * Math.log(value / low)) / Math.log(high / low);
  const y = (error: number): number => top + MARGIN.top + plotHeight * (1 - error / ceiling);
  const base = top + MARGIN.top + plotHeight;
  const out = [`<text x="${MARGIN.left}" y="${top + 22}" font-weight="bold">${escaped(title)}</text>`];
  const step = ceiling / 5 > 10 ? 10 : ceiling / 5 > 2 ? 5 : ceiling / 5 > 0.5 ? 1 : 0.2;
  for (let e = 0; e <= ceiling; e += step) {
    out.push(`<path d="M${MARGIN.left} ${round(y(e))}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`);
    out.push(`<text x="${MARGIN.left - 8}" y="${round(y(e) + 4)}" text-anchor="end">${Number(e.toFixed(1))}</text>`);
  }
  for (const tick of logTicks(low, high)) {
    out.push(`<path d="M${round(x(tick))} ${top + MARGIN.top}V${base}" stroke="#ddd"/>`);
    out.push(`<text x="${round(x(tick))}" y="${base + 18}" text-anchor="middle">${tick.toLocaleString("en-US")}</text>`);
  }
  out.push(`<text x="${MARGIN.left + plotWidth / 2}" y="${base + 38}" text-anchor="middle">multiplications a frame</text>`);
  out.push(`<text transform="translate(16 ${top + PANEL / 2}) rotate(-90)" text-anchor="middle">error (%)</text>`);
  const front = nonDominated(marks);
  out.push(
    `<path d="M${front.map((m) => `${round(x(m.work))} ${round(y(m.error))}`).join("L")}" fill="none" stroke="#009e73" stroke-width="1.5"/>`,
  );
  for (const m of marks) {
    const [cx, cy] = [round(x(m.work)), round(y(m.error))];
    out.push(
      `<circle cx="${cx}" cy="${cy}" r="4.5" fill="${COLOURS[m.system]}"><title>${escaped(m.name)}: ${m.error.toFixed(2)} %, ${Math.round(m.work)}</title></circle>`,
    );
  }
  return out;
}

/** The picture of all entries, a panel a data set in the order met. */
export function renderTradeoff(entries: readonly TableEntry[]): string {
  const panels = new Map<string, Mark[]>();
  for (const { network, evaluation } of entries) {
    // Scores of delayed answers compare only with each other.
    const title = evaluation.dataset + (network.outputDelayFrames > 0 ? `, answered ${network.outputDelayFrames} frames late` : "");
    const marks = panels.get(title) ?? [];
    marks.push({
      name: network.name,
      system: network.system,
      work: evaluation.multiplicationsPerFrame,
      error: 100 * (1 - evaluation.accuracy),
    });
    panels.set(title, marks);
  }
  const height = PANEL * panels.size + 28;
  const systems = [...new Set(entries.map(({ network }) => network.system))];
  const legend = systems.map((system, i) => {
    const x = MARGIN.left + 90 * i;
    return `<circle cx="${x}" cy="${height - 14}" r="4.5" fill="${COLOURS[system]}"/><text x="${x + 10}" y="${height - 10}">${system}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...[...panels].flatMap(([title, marks], i) => panel(title, marks, i * PANEL)),
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}
