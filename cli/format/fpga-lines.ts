/** Resources of an FPGA that a chip takes, by part, and the resources that the FPGA has. Pure. */
import { type FpgaPart, type FpgaUse, intervalOfLog } from "../../app/nouns.js";
import { grouped, percent, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

const KINDS = [
  ["luts", "LUT"],
  ["flipFlops", "flip-flops"],
  ["blockRams", "block RAMs"],
  ["dsps", "multipliers"],
] as const;

/** Words for parts of a core's logic. */
const PARTS: { readonly [part in NonNullable<FpgaUse["beyond"]>["part"]]: string } = {
  returnBits: "words on their way to the state memory",
  sumBits: "sums on their way to the state memory",
  placeBits: "places of sums",
  unitBits: "update units",
  registerBits: "registers",
};

const clockErrors = ({ low, high }: FpgaUse["clock"]): string =>
  low === null || high === null ? "no logic reaches it" : `90 % interval ${significant(low, 3)} .. ${significant(high, 3)} MHz`;

export function fpgaLines(look: Look, { device, parts, memories, total, clock, beyond, sigma }: FpgaUse): readonly string[] {
  const share = (kind: (typeof KINDS)[number][0]): string => percent(total[kind] / device[kind]);
  const row = (name: string, of: Pick<FpgaPart, "luts" | "flipFlops" | "blockRams" | "dsps">): string[] => [
    name,
    ...KINDS.map(([kind]) => grouped(of[kind])),
  ];
  const within = (kind: "luts" | "flipFlops", name: string): string => {
    const { low, high } = intervalOfLog(total[kind], sigma[kind]);
    return `${significant(low, 3)} .. ${significant(high, 3)} ${name}`;
  };
  return [
    ...tableLines(
      look,
      [{ title: `fpga ${device.part}`, align: "left" }, ...KINDS.map(([, title]) => ({ title, align: "right" as const }))],
      [
        ...parts.map((part) => row(`${grouped(part.count)} x ${part.part}`, part)),
        row("device", device),
        ["used", ...KINDS.map(([kind]) => share(kind))],
      ],
      row("all", total),
    ),
    paint(look, `90 % intervals: ${within("luts", "LUT")}, ${within("flipFlops", "flip-flops")}; block RAMs of 18 kbit`, "dim"),
    ...(memories.length === 0
      ? []
      : [`block RAMs: ${memories.map(({ memory, blockRams }) => `${memory} ${grouped(blockRams)}`).join(", ")}`]),
    `clock: at most ${significant(clock.mhz)} MHz, by ${clock.block}; ${clockErrors(clock)}`,
    ...(beyond === null
      ? []
      : [
          `extrapolated: a core has ${significant(beyond.times, 2)} times the ${PARTS[beyond.part]} of the largest core that was synthesised, and the intervals widen by it`,
        ]),
  ];
}
