/** Figures of the model beside those of the gates, one row each. Pure. */
import type { ModelFigures, OnEcp5 } from "./model-figures.js";
import { sumOf } from "./shape.js";
import type { Synthesis } from "./synthesise.js";

export interface FigureRow {
  readonly figure: string;
  readonly unit: string;
  /** null: the model has no such figure. */
  readonly model: number | null;
  readonly gates: number;
}

/**
 * Use of the chip over all cores: bits of memory that the placement fills, by kind, the number of cores, all of one
 * kind, and what the laws say of an ECP5.
 */
interface ChipUse {
  readonly weights: number;
  readonly states: number;
  readonly cores: number;
  /** null: it is not synthesised for one. */
  readonly laws: OnEcp5 | null;
}

/** Parts of the network: routers, links, injectors and ejectors, and the chip's port. */
const isNetwork = (part: string): boolean => /^(network|port)(\.|$)/.test(part);

const MEMORY_PLACES = { weights: "synapses.weight_rows.", states: ".memory.", own: ".own_rows.", table: ".table_of" } as const;

/** `model`: figures of one core. */
export function figureRows(
  model: ModelFigures,
  { weights, states, cores, laws }: ChipUse,
  { shape, ecp5, generic, mapped }: Synthesis,
): readonly FigureRow[] {
  const bits2 = (isLane: boolean): number =>
    shape.multipliers
      .filter(({ part }) => (isLane ? part === "synapses.lanes" : part === "somas.unit"))
      .reduce((sum, { aBits, bBits }) => sum + aBits * bBits, 0);
  const addresses = shape.multipliers.filter(({ part }) => part !== "synapses.lanes" && part !== "somas.unit");
  const memory = (place: string): number =>
    shape.memories.filter(({ path, isSram }) => isSram && path.includes(place)).reduce((sum, { bits }) => sum + bits, 0);
  const row = (figure: string, unit: string, modelled: number | null, gates: number): FigureRow => ({
    figure,
    unit,
    model: modelled,
    gates,
  });
  const networkBits = Object.entries(shape.registerBits).reduce((sum, [part, bits]) => sum + (isNetwork(part) ? bits : 0), 0);
  const networkUm2 = (mapped?.parts ?? []).reduce((sum, { part, areaUm2 }) => sum + (isNetwork(part) ? areaUm2 : 0), 0);
  return [
    row(
      "registers",
      "bit",
      cores * (model.datapathRegisterBits + model.queueRegisterBits + model.controlRegisterBits),
      sumOf(shape.registerBits) - networkBits,
    ),
    ...(cores === 1 && networkBits === 0 ? [] : [row("registers of the network", "bit", null, networkBits)]),
    row("multipliers of the lanes", "bit^2", cores * model.laneBits2, bits2(true)),
    row("multipliers of the update units", "bit^2", cores * model.updateBits2, bits2(false)),
    row(
      "multipliers of addresses",
      "bit^2",
      null,
      addresses.reduce((sum, { aBits, bBits }) => sum + aBits * bBits, 0),
    ),
    row("weights", "bit", weights, memory(MEMORY_PLACES.weights)),
    row("states and sums", "bit", states, memory(MEMORY_PLACES.states)),
    row("tables", "bit", cores * model.tableBits, memory(MEMORY_PLACES.table)),
    row("rows of neurons' own numbers", "bit", null, memory(MEMORY_PLACES.own)),
    ...(mapped === null
      ? []
      : [
          row(`logic area (model: ${model.nodeNm} nm)`, "mm2", cores * model.logicAreaMm2, (mapped.areaUm2 - networkUm2) * 1e-6),
          ...(cores === 1 && networkUm2 === 0 ? [] : [row("logic area of the network", "mm2", null, networkUm2 * 1e-6)]),
          row(`clock of the logic (model: ${model.nodeNm} nm)`, "MHz", model.clockMhz, 1000 / mapped.longest.ns),
          row("gates", "", null, mapped.gates),
          row("LUT4 of the same logic", "", null, mapped.luts),
          row("leakage", "uW", null, mapped.leakageUw),
        ]),
    ...(generic === null
      ? []
      : [
          row("gates", "", null, generic.gates),
          row("flip-flops", "", null, generic.flipFlops),
          ...(generic.transistors === null ? [] : [row("transistors (an estimate)", "", null, generic.transistors)]),
        ]),
    ...(ecp5 === null
      ? []
      : [
          row("clock after placement", "MHz", laws?.clockMhz ?? null, ecp5.clockMhz),
          row("LUT4", "", null, ecp5.lut4),
          row("LUT4, placed", "", laws?.luts ?? null, ecp5.slices),
          row("flip-flops", "", laws?.flipFlops ?? null, ecp5.flipFlops),
          row("block RAMs of 18 kbit (model: whole memories)", "", laws?.blockRams ?? null, ecp5.blockRams),
          row("multipliers 18 x 18", "", laws?.multipliers ?? null, ecp5.multipliers),
        ]),
  ];
}
