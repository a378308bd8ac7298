/** `docs/metrics.md`: every metric with its unit, definition, formula and caveat. Pure. */
import { foldedMarkdown } from "../base/folded-markdown.js";
import { DRAWN_METRICS } from "./metric-names.js";
import { METRICS, type MetricName } from "./result.js";

interface MetricNote {
  /** In the words of the counters and of other metrics. */
  readonly formula: string;
  /** What a reader may take it for by mistake, and when it is unknown. */
  readonly caveat: string;
}

const STEADY = "Utterances follow each other without a pause.";
const SPREAD = "It is the spread between recordings, not the error of the prices; unknown where one utterance is timed.";
const FPGA_LAW = "Fitted to synthesised cores; its error is not in the number. Unknown for silicon.";

const NOTES: { readonly [name in MetricName]: MetricNote } = {
  accuracy_percent: {
    formula: "100 × right / labelled, over `workload.samples` utterances, or over their frames where frames have labels",
    caveat:
      "It depends on the precision and not on the chip, but where time feeds back. 200 samples know 98 % no better than 95 to 99.2 %. Unknown without labels.",
  },
  energy_uj_per_inference: {
    formula: "Σ count × price over all lines of the breakdown, divided by the timed utterances",
    caveat:
      "Lines of unknown price are not in it, and are named in the breakdown. With `workload.period_ms` it holds the rest between inferences too. Of `workload.timing_samples` utterances only.",
  },
  latency_us: {
    formula: "`latency_cycles` / `chip.clock_mhz`",
    caveat: "The time of one utterance alone. A chip that works on several steps at once has a higher throughput than 1 / latency.",
  },
  latency_cycles: {
    formula: "cycles from the beginning of an utterance's first wave to the end of its last, mean over the timed utterances",
    caveat: "Layers work one step apart: an utterance takes a wave per step, and one more per layer behind the input.",
  },
  step_latency_us: {
    formula: "cycles of all timed waves / their number / `chip.clock_mhz`",
    caveat: "A mean: waves with many spikes last longer. The slowest wave bounds a chip that must keep pace with a sensor.",
  },
  throughput_per_s: {
    formula: "clock in Hz / cycles from the beginning of one utterance to that of the next",
    caveat: `${STEADY} Utterances of other lengths would give another number.`,
  },
  area_mm2: {
    formula: "Σ area over all lines of the breakdown",
    caveat:
      "Without pads (but those of links between dies and to a host), clock tree and empty space between macros, other than by the factor of `prices.basis: silicon`.",
  },
  power_mw: {
    formula: "energy of the timed utterances / their time; with `workload.period_ms`: energy per inference / period",
    caveat: "A mean over a run, not a peak. Without a period the chip never rests, so that a faster chip has more power.",
  },
  edp_nj_s: {
    formula: "`energy_uj_per_inference` × `latency_us` / 1000",
    caveat: "Energy-delay product. It weighs both alike; as one objective it hides the trade that two objectives show.",
  },
  energy_std_uj: { formula: "sample standard deviation (n - 1) of the energy per timed utterance", caveat: SPREAD },
  latency_std_us: { formula: "sample standard deviation (n - 1) of the latency per timed utterance", caveat: SPREAD },
  synaptic_operations_per_inference: {
    formula: "(MAC + AC) / utterances, over `workload.samples`",
    caveat:
      "One per non-zero spike and weight that it meets, and of recurrent ones also in an utterance's last step, which the chip does not do. Weights of zero count where the chip stores them.",
  },
  multiplications_per_frame: {
    formula: "(MAC + AC + element-wise multiplications) / frames, over `workload.samples`",
    caveat:
      "The measure of Ponghiran and Roy. It counts an addition (AC) of a spike of one as a multiplication, so that it compares with dense networks.",
  },
  energy_pj_per_synaptic_operation: {
    formula: "energy of the timed utterances / the synaptic operations that the chip did for them",
    caveat: "All energy, clock and leakage too. Published figures are often of the operation alone, and lower.",
  },
  core_utilisation_percent: {
    formula: "mean over the used cores of 100 × max(busy cycles of the synapse unit, of the soma) / cycles",
    caveat: "High is not good by itself: a chip with too few lanes is busy, too.",
  },
  peak_link_utilisation_percent: {
    formula: "100 × flits / cycles on the busiest link",
    caveat: "A mean over the run; bursts inside a wave are higher.",
  },
  events_processed: {
    formula: "spikes received by all cores / utterances",
    caveat: "A spike to three cores is three events. Of coupled chips: of the whole run.",
  },
  events_dropped: { formula: "events lost / utterances", caveat: "0 for every chip whose full queues stall their senders." },
  spikes_fired: {
    formula: "spikes sent by all cores / utterances",
    caveat: "Input spikes count where inputs are on cores, and not where they enter by a port. A payload of several bits is one spike.",
  },
  fpga_luts: { formula: "Σ over cores, by a fitted law, and routers, by their structure", caveat: FPGA_LAW },
  fpga_flip_flops: { formula: "a fitted share of the register bits of cores and routers", caveat: FPGA_LAW },
  fpga_block_rams: {
    formula: "Σ over memories, by width and depth",
    caveat: "Whole memories of the description are counted, used or not. Unknown for silicon.",
  },
  fpga_dsps: { formula: "Σ over lanes and soma units that multiply", caveat: "Unknown for silicon." },
  fpga_utilisation_percent: {
    formula: "100 × the largest of used / there, over tables, flip-flops, block RAMs and multipliers",
    caveat: "Routing is not modelled: a device that is nearly full may not route. Unknown for silicon.",
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
same as an utterance: one sample of the workload. A metric is null in files, and \`unknown\` on a terminal, where nothing
is known; it is never 0 for that reason.

A name with \`@\` and a number is a quantile: \`energy_uj_per_inference@90\` is the energy at or below which 90 % of the
draws of prices and samples lie ([prices.md](prices.md)). Metrics that have quantiles say so.
`;
