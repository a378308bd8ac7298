/** Resources of an FPGA that a chip takes, by part, and the resources that the FPGA has. Pure. */
import type { ChipCheck } from "../../app/check.js";
import type { FpgaPart, FpgaUse, MetricName } from "../../app/nouns.js";
import { roundedDown } from "../../base/rounded-down.js";
import { intervalText } from "./interval.js";
import { grouped, percent, significant } from "./number.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";

const KINDS = [
  ["luts", "LUT", "fpga_luts"],
  ["flipFlops", "flip-flops", "fpga_flip_flops"],
  ["blockRams", "block RAMs", "fpga_block_rams"],
  ["dsps", "multipliers", "fpga_dsps"],
] as const;

/** Words for parts of a core's logic. */
const PARTS: { readonly [part in NonNullable<FpgaUse["beyond"]>["part"]]: string } = {
  returnBits: "words on their way to the state memory",
  sumBits: "sums on their way to the state memory",
  placeBits: "places of sums",
  unitBits: "update units",
  registerBits: "registers",
};

/** Words for sizes of routers. */
const SIZES: { readonly [size in NonNullable<FpgaUse["routerBeyond"]>["size"]]: (value: string) => string } = {
  buffers: (value) => `${value} buffers`,
  ports: (value) => `${value} ports`,
  flitBits: (value) => `flits of ${value} bits`,
  bufferFlits: (value) => `buffers of ${value} flits`,
};

const clockErrors = ({ low, high }: FpgaUse["clock"]): string =>
  low === null || high === null ? "no logic reaches it" : `90 % interval ${intervalText({ low, high })} MHz`;

type FpgaCheck = NonNullable<ChipCheck["fpga"]>;

export function fpgaLines(look: Look, check: FpgaCheck): readonly string[] {
  const { device, parts, memories, total, clock, beyond, routerBeyond, intervals, utilisationPercent } = check;
  const share = (kind: (typeof KINDS)[number][0]): string => percent(total[kind] / device[kind]);
  const row = (name: string, of: Pick<FpgaPart, "luts" | "flipFlops" | "blockRams" | "dsps">): string[] => [
    name,
    ...KINDS.map(([kind]) => grouped(of[kind])),
  ];
  const within = (metric: MetricName): string => {
    const interval = intervals[metric];
    return interval === undefined ? "" : intervalText(interval);
  };
  return [
    ...tableLines(
      look,
      [{ title: `fpga ${device.part}`, align: "left" }, ...KINDS.map(([, title]) => ({ title, align: "right" as const }))],
      [
        ...parts.map((part) => row(`${grouped(part.count)} x ${part.part}`, part)),
        row("device", device),
        ["used", ...KINDS.map(([kind]) => share(kind))],
        ["90 % interval", ...KINDS.map(([, , metric]) => within(metric))],
      ],
      row("all", total),
    ),
    `fullest: ${percent(utilisationPercent / 100)} of the device, 90 % interval ${within("fpga_utilisation_percent")} %`,
    ...(memories.length === 0
      ? []
      : [`block RAMs of 18 kbit: ${memories.map(({ memory, blockRams }) => `${memory} ${grouped(blockRams)}`).join(", ")}`]),
    `clock: at most ${roundedDown(clock.mhz, 4)} MHz, by ${clock.block}; ${clockErrors(clock)}`,
    ...(beyond === null
      ? []
      : [
          `extrapolated: a core has ${significant(beyond.times, 2)} times the ${PARTS[beyond.part]} of the largest core that was synthesised, and the intervals widen by it`,
        ]),
    ...(routerBeyond === null
      ? []
      : [
          `extrapolated: a router has ${SIZES[routerBeyond.size](grouped(routerBeyond.value))}, the synthesised ones ${grouped(routerBeyond.least)} to ${grouped(routerBeyond.largest)}, and the intervals widen by it`,
        ]),
  ];
}
