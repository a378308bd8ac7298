/** The first line about a chip: its parts, clock and word widths. Pure. */
import { type Experiment, gridOf } from "../../app/nouns.js";
import { weightsText } from "./precision.js";
import { type Look, paint } from "./style.js";

export function chipHead(look: Look, { chip, precision }: Experiment): string {
  const { nodeNm, voltageV, clockMhz } = chip.technology;
  const device = chip.fpga === null ? `${nodeNm} nm, ${voltageV} V` : `FPGA ${chip.fpga}`;
  const cores = chip.cores.length === 1 ? "1 core" : `${chip.cores.length} cores`;
  const widths = `${weightsText(precision)}, ${precision.stateBits}-bit state`;
  return `${paint(look, chip.name, "bold")}: ${cores}, ${gridOf(chip)}, ${device}, ${clockMhz} MHz; ${widths}`;
}
