/** A chip's gates compared with the model's figures, as text. Pure. */
import type { FigureRow, SynthesisRun } from "../../app/rtl-synthesis.js";
import { measured, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

const COLUMNS = [
  { title: "figure", align: "left" },
  { title: "unit", align: "left" },
  { title: "model", align: "right" },
  { title: "gates", align: "right" },
  { title: "gates / model", align: "right" },
] as const;

const PART_COLUMNS = [
  { title: "part", align: "left" },
  { title: "gates", align: "right" },
  { title: "area um2", align: "right" },
  { title: "share", align: "right" },
] as const;

/** Most parts that are listed; the rest is one line. */
const SHOWN_PARTS = 12;

function ratio({ model, gates }: FigureRow): string {
  return model === null || model === 0 ? "-" : measured(gates / model, 3);
}

export function synthesisLines(look: Look, { place, synthesis, rows, isRecalled }: SynthesisRun): readonly string[] {
  const { target, tools, ecp5, mapped } = synthesis;
  const on = ecp5 !== null ? ecp5.device : mapped !== null ? mapped.library : "gates of Yosys";
  return [
    paint(look, `${place}: ${target}, ${on}`, "bold"),
    paint(look, `${Object.values(tools).join("; ")}${isRecalled ? "; from the database" : ""}`, "dim"),
    "",
    ...tableLines(
      look,
      COLUMNS,
      rows.map((row) => [row.figure, row.unit, significant(row.model), significant(row.gates), ratio(row)]),
    ),
    ...(ecp5 === null ? [] : ["", clockLine(ecp5)]),
    ...(mapped === null ? [] : ["", ...partLines(look, mapped), "", ...pathLines(mapped)]),
  ];
}

function clockLine({ clockMhz, askedMhz }: NonNullable<SynthesisRun["synthesis"]["ecp5"]>): string {
  const verdict = clockMhz >= askedMhz ? "reaches" : "does not reach";
  return `the placement ${verdict} the chip's clock of ${significant(askedMhz)} MHz, for which nextpnr was asked`;
}

type Mapped = NonNullable<SynthesisRun["synthesis"]["mapped"]>;

function partLines(look: Look, { parts, areaUm2, gates }: Mapped): readonly string[] {
  const line = (part: string, count: number, area: number): string[] => [
    part,
    String(count),
    area.toFixed(0),
    `${((100 * area) / areaUm2).toFixed(1)} %`,
  ];
  const shown = parts.slice(0, SHOWN_PARTS);
  const rest = parts.slice(SHOWN_PARTS);
  const sum = (of: "gates" | "areaUm2"): number => rest.reduce((all, part) => all + part[of], 0);
  return tableLines(
    look,
    PART_COLUMNS,
    [
      ...shown.map((part) => line(part.part, part.gates, part.areaUm2)),
      ...(rest.length === 0 ? [] : [line(`${rest.length} more`, sum("gates"), sum("areaUm2"))]),
    ],
    line("all but memories", gates, areaUm2),
  );
}

function pathLines({ longest: { ns, gates, from, to, parts } }: Mapped): readonly string[] {
  const through = parts.length === 0 ? "" : `, through ${parts.join(", ")}`;
  return [`longest path: ${measured(ns, 3)} ns, ${gates} gates, from ${from} to ${to}${through}`];
}
