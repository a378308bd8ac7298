/** Common parts of the case folders of ODIN and tinyODIN: link registers, input events, neuron words. */

import type { TinyOdinChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { AerEvent } from "./aer-harness.js";
import { type CaseFiles, csvRows, integer, integerWithin, setting, settingBit } from "./case-files.js";

const NEURONS = 256;

/** Settings that both chips share: loop, output source, link delays. */
export function linkRegisters(
  chip: Pick<TinyOdinChip, "input_link" | "output_link">,
  settings: ReadonlyMap<string, number>,
): Pick<TinyOdinChip, "loop" | "output_on" | "input_link" | "output_link"> {
  const get = (name: string): number => setting(settings, name);
  return {
    loop: settingBit(settings, "open_loop") ? "open" : "closed",
    output_on: settingBit(settings, "aer_src_ctrl_nneur") ? "event" : "spike",
    input_link: { ...chip.input_link, request_gap_cycles: get("req_gap"), request_fall_delay_cycles: get("req_fall_delay") },
    output_link: { ...chip.output_link, ack_up_delay_cycles: get("ack_up_delay"), ack_down_delay_cycles: get("ack_dn_delay") },
  };
}

/**
 * Throws InputError if a case switches on a register whose mode no model has. `modes`: the mode by register, named as
 * in spi_slave.v, in lower case without `SPI_`.
 */
export function refuseRegisters(settings: ReadonlyMap<string, number>, modes: { readonly [register: string]: string }): void {
  for (const [name, value] of settings) {
    const mode = modes[name.toLowerCase().replace(/^spi_/, "")];
    if (mode === undefined || value === 0) continue;
    throw inputError("case.json", `${name} is ${value}, expected 0: ${mode} is not modelled`, `set ${name} to 0, or leave it out`);
  }
}

/** `input.csv`: seq,not_before,addr. Events are sent in file order. */
export function inputEvents(files: CaseFiles, addressBits: number): AerEvent[] {
  return csvRows(files, "input.csv", ["not_before", "addr"]).map((row) => ({
    notBefore: integer(row.place, row.not_before),
    value: integerWithin(row.place, "addr", row.addr, [0, powerOfTwo(addressBits) - 1]),
  }));
}

/** Columns of `neur_init.csv` as arrays of 256; `columns` gives each field's smallest and largest value. */
export function neuronRows<Column extends string>(
  files: CaseFiles,
  columns: { readonly [column in Column]: readonly [low: number, high: number] },
): { readonly [column in Column]: Int32Array } {
  const name = "neur_init.csv";
  const titles = Object.keys(columns) as Column[];
  const arrays = Object.fromEntries(titles.map((column) => [column, new Int32Array(NEURONS)])) as { [column in Column]: Int32Array };
  const seen = new Set<number>();
  for (const row of csvRows(files, name, ["neuron", ...titles])) {
    const neuron = integerWithin(row.place, "neuron", row.neuron, [0, NEURONS - 1]);
    if (seen.has(neuron)) throw inputError(row.place, `neuron ${neuron} is given twice`);
    seen.add(neuron);
    for (const column of titles) arrays[column][neuron] = integerWithin(row.place, column, row[column], columns[column]);
  }
  if (seen.size !== NEURONS) throw inputError(name, `got ${seen.size} neurons, expected ${NEURONS}`);
  return arrays;
}
