/** `docs/metrics.md`: every metric with its unit, definition, formula and caveat. Pure. */
import { foldedMarkdown } from "../base/folded-markdown.js";
import { DRAWN_METRICS } from "./metric-names.js";
import { METRICS, type MetricName } from "./result.js";

interface MetricNote {
  /** How it follows from counters and other metrics. */
  readonly formula: string;
  /** How it can be misread, and when it is unknown. */
  readonly caveat: string;
}

const HOST_LINK =
  "Where inputs are behind a port, by default those of NIR and Lava networks with spikes or events from files, the link to the host is included, at both of its ends (line `host link` of the breakdown; [timing.md](timing.md#the-port)); what its pads take while they rest has no price and no line.";
const STEADY = "Utterances follow each other without a pause.";
const SPREAD = "It is the spread between utterances, not the error of the prices. Unknown if only one utterance is timed.";
const FPGA_LAW =
  "It comes from laws fitted to synthesised parts, whose errors are in its interval ([fpga.md](fpga.md)). Unknown for silicon.";

const NOTES: { readonly [name in MetricName]: MetricNote } = {
  accuracy_percent: {
    formula: "100 × right / labelled, over `workload.samples` utterances, or over their frames where frames have labels",
    caveat:
      "It depends on the precision and not on the chip, except where time feeds back. With 200 samples, 98 % means 95.6 to 99.1 % (the interval of 90 %). Frames count as fewer samples than they are ([prices.md](prices.md)). Unknown without labels.",
  },
  energy_uj_per_inference: {
    formula: "Σ energy over all lines of the breakdown, which are means over the timed utterances (joules.md: every line's law)",
    caveat: `${HOST_LINK} It can be most of the energy, and \`inputs.at: auto\` leaves it out for models of this program. Without it, on the same chip: \`prices: { port_bit_pj: { value: 0, source: "host link left out" } }\`; or \`inputs.at: cores\`, another chip, whose cores hold and update the inputs. Lines without a price are not included; the breakdown names them. With \`workload.period_ms\` the energy between inferences is included. It is measured only on \`workload.timing_samples\` utterances.`,
  },
  latency_us: {
    formula: "`latency_cycles` / `chip.clock_mhz`",
    caveat: "The time of one utterance alone. A chip that works on several steps at once has a higher throughput than 1 / latency.",
  },
  latency_cycles: {
    formula: "cycles from the beginning of an utterance's first wave to the end of its last, mean over the timed utterances",
    caveat:
      "Each layer works one step behind the layer before it, so an utterance takes one wave per step, and one more per layer after the input.",
  },
  step_latency_us: {
    formula: "cycles of all timed waves / their number / `chip.clock_mhz`",
    caveat: "A mean: waves with many spikes last longer. The slowest wave bounds a chip that must keep pace with a sensor.",
  },
  throughput_per_s: {
    formula: "clock in Hz / cycles from the beginning of one utterance to that of the next",
    caveat: `${STEADY} Utterances of other lengths would give another number. By default it is composed of waves of utterances alone, which is 0.05 to 0.2 % off in the mean, and 1 to 3 % in a few chips, on meshes least ([scale.md](scale.md)); \`workload.steady_state: replayed\` runs all waves of a turn of the timed utterances; other turns take 0.02 to 0.06 % more or fewer cycles in the mean, up to 1.3 %. With \`tick.overrun: late\` or \`drop\` it is unknown if a core falls so far behind that no steady state is found.`,
  },
  area_mm2: {
    formula: "Σ area over all lines of the breakdown",
    caveat:
      "Clock tree and empty space between macros are included only by the factor of `prices.basis: silicon`. Pads are included only for links between dies and for the link to a host.",
  },
  power_mw: {
    formula: "energy of the timed utterances / their time; with `workload.period_ms`: energy per inference / period",
    caveat:
      "A mean, not a peak: over the run, or with a period mostly over the rest. Without a period the chip never rests, so a faster chip takes more power. It includes the host link where `energy_uj_per_inference` does.",
  },
  edp_nj_s: {
    formula: "`energy_uj_per_inference` × `latency_us` / 1000",
    caveat:
      "With `workload.period_ms` the energy is that of the whole period, the delay that of the inference. It weighs energy and delay equally. As a single objective it hides the trade-off that two objectives show. It includes the host link where `energy_uj_per_inference` does.",
  },
  energy_std_uj: { formula: "sample standard deviation (n - 1) of the energy per timed utterance", caveat: SPREAD },
  latency_std_us: { formula: "sample standard deviation (n - 1) of the latency per timed utterance", caveat: SPREAD },
  synaptic_operations_per_inference: {
    formula: "(MAC + AC) / utterances, over `workload.samples`",
    caveat:
      "A non-zero spike counts once for each weight that it meets. Recurrent spikes also count in an utterance's last step, which the chip does not execute. It does not depend on how the chip stores weights: of this program's models those of zero count too, of networks of other tools those that are zero in the file never do. The breakdown counts what the chip does.",
  },
  multiplications_per_frame: {
    formula:
      "(MAC + AC) / frames of the data set, over `workload.samples`, + the element-wise multiplications of the network's equations in a frame",
    caveat:
      "The measure of Ponghiran and Roy, as `quantise` has it too; `evaluate` and `table` also count the zeros with which a `gru` or `lstm` multiplies. It counts an addition (AC) as a multiplication, so that networks compare with dense ones. Of a frame that lasts several steps it counts them all. It does not count requantisation, which the chip multiplies for and a network in real numbers does not: the table of layers and the breakdown have that. A network of another tool has a multiplication for each leak. Databases of earlier builds may have it with requantisation; the line below the table of `show` says so.",
  },
  energy_pj_per_synaptic_operation: {
    formula: "energy of the timed utterances / the synaptic operations that the chip did for them",
    caveat:
      "It includes all energy, also of clock and leakage, and of the host link where `energy_uj_per_inference` does. Published figures often count only the operation, and are lower. A weight of zero that the chip reads, in a kernel stored once or in a dense matrix, is an operation here, also where `synaptic_operations_per_inference` leaves it out: so a chip that reads more zeros can have a lower value at a higher energy. To compare ways of storing weights take `energy_uj_per_inference`.",
  },
  core_utilisation_percent: {
    formula:
      "mean over the used cores of 100 × max(busy + overhead cycles of the synapse unit, busy cycles of the soma) / cycles, as [timing.md](timing.md) counts them; of a coupled chip, whose two units take turns, their sum in place of the larger, with the cycles in which they stall",
    caveat:
      "A high value is not good in itself: a chip with too few lanes is busy too. A unit that stalls, for a memory or a full queue, is not busy; on a coupled chip it is, e.g. ODIN while its output link waits for the receiver.",
  },
  peak_link_utilisation_percent: {
    formula:
      "the largest of the links: 100 × flits × cycles per flit / cycles; a flit takes one cycle, between dies as many as its bits need, and a packet of RANC, whose merges serve one in two cycles, two",
    caveat: "A mean over the run; bursts inside a wave are higher.",
  },
  events_processed: {
    formula: "spikes received by all cores / utterances, over the timed ones",
    caveat: "A spike to three cores counts as three events. For coupled chips the number is that of the whole run.",
  },
  events_dropped: {
    formula: "events lost / utterances, over all `workload.samples`, as accuracy; of a coupled chip in its run",
    caveat:
      "It is 0 for every chip whose full queues stall their senders. `events_processed` is of the timed utterances: the two add up to the messages sent if all are timed.",
  },
  spikes_fired: {
    formula: "spikes of all populations on cores / utterances, over the timed ones",
    caveat:
      "Input spikes count if inputs are on cores, and do not count if they enter by a port. A spike of several bits counts as one. The sums that cores send each other if a neuron's fan-in is cut are no spikes.",
  },
  fpga_luts: { formula: "Σ over cores, address generators and routers, by their structure, and over small memories", caveat: FPGA_LAW },
  fpga_flip_flops: { formula: "a fitted share of the register bits of cores, address generators and routers", caveat: FPGA_LAW },
  fpga_block_rams: {
    formula: "Σ over memories, by width and depth",
    caveat:
      "The whole memories of the description count, used or not; a synthesis may take fewer ([fpga.md](fpga.md)). Unknown for silicon.",
  },
  fpga_dsps: { formula: "Σ over lanes and soma units that multiply, and products of addresses", caveat: FPGA_LAW },
  fpga_utilisation_percent: {
    formula: "100 × the largest of used / available, over look-up tables, flip-flops, block RAMs and multipliers",
    caveat:
      "Its interval is that of the largest of the drawn shares. Routing is not modelled: a device that is nearly full may not route. Unknown for silicon.",
  },
};

const better = { min: "lower", max: "higher" } as const;

export function metricReference(): string {
  const sections = Object.entries(METRICS).map(([name, { unit, direction, about }]) => {
    const { formula, caveat } = NOTES[name as MetricName];
    const drawn = (DRAWN_METRICS as readonly string[]).includes(name) ? ["- **Quantiles**: yes."] : [];
    return [`## ${name}`, "", `${sentence(about)} Unit: ${unit === "1" ? "none" : unit}. Better: ${better[direction]}.`, ""]
      .concat([`- **Formula**: ${formula}.`, `- **Caveat**: ${caveat}`, ...drawn])
      .join("\n");
  });
  return foldedMarkdown(`${HEAD}\n${sections.join("\n\n")}\n`);
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const HEAD = `# Metrics

Generated by \`npx tsx scripts/write-schema.ts\` from the metrics of the program; do not edit.

Objectives, constraints, exports and databases use these names. The unit stands last in a name. An inference is the
same as an utterance: one sample of the workload. An unknown metric is null in files and \`unknown\` on a
terminal; it is never 0.

A name with \`@\` and a number is a quantile: \`energy_uj_per_inference@90\` is the energy that 90 % of the draws of
prices and samples do not exceed ([prices.md](prices.md)). Metrics that have quantiles say so.
`;
