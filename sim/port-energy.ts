/** Energy of the port: the host link by bits, its queue by packets, and the queue's clock and leakage. Pure. */
import { type Chip, type PortPrices, type Price, portPrices } from "../arch/index.js";
import type { Line } from "./core-lines.js";
import type { Counters } from "./counters.js";
import type { BreakdownRow } from "./result.js";

interface PortLine extends Line {
  readonly counter: "bits" | "packets";
  readonly price: keyof PortPrices;
}
export const PORT_LINES: readonly PortLine[] = [
  { component: "host link", group: "noc", counter: "bits", price: "port_bit_pj" },
  { component: "port queue pushes", group: "queue", counter: "packets", price: "port_queue_push_pj" },
  { component: "port queue pops", group: "queue", counter: "packets", price: "port_queue_pop_pj" },
];

/** Empty if the chip has no port, or if the run had none. */
export function portRows(chip: Chip, { port, cycles, utterances }: Counters): readonly BreakdownRow[] {
  const prices = portPrices(chip);
  if (prices === null || port === null) return [];
  const actions = PORT_LINES.map(({ component, group, counter, price }): BreakdownRow => {
    const { value, source } = prices[price];
    const count = port[counter];
    const unitEnergyPj = count > 0 ? value : null;
    return { component, group, count: count / utterances, unitEnergyPj, energyPj: (count * value) / utterances, areaMm2: null, source };
  });
  const { port_queue_leakage_mw: leakage, port_queue_clock_pj_per_cycle: clock } = prices;
  const ns = (cycles * 1000) / chip.technology.clockMhz;
  const row = (component: string, group: "leakage" | "clock", amount: number, { value, source }: Price): BreakdownRow => ({
    ...{ component, group, count: null, unitEnergyPj: null, energyPj: (amount * value) / utterances, areaMm2: null, source },
  });
  return [
    ...actions,
    ...(clock.value === 0 ? [] : [row("port queue clock", "clock", cycles, clock)]),
    row("port queue leakage", "leakage", ns, leakage),
  ];
}
