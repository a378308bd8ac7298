/**
 * SNN-DSE's published cycle table: total cycles of two networks under many logical-to-hardware ratios, and the printed
 * log of one run, event by event. Spike counts that its authors did not print are calibrated on rows that the data file
 * names.
 */
import { parse } from "yaml";
import * as z from "zod";
import { type SnnDsePipelineChip, table } from "../../../arch/index.js";
import { runSnnDsePipeline } from "../snn-dse-pipeline.js";
import type { PublishedRow } from "./row.js";

const counts = z.array(z.array(z.int().min(0)));
const spikesFile = z.strictObject({
  networks: z.array(
    z.strictObject({
      name: z.string(),
      neurons: z.array(z.int().min(1)),
      first: counts,
      last: counts,
      sums: z.array(z.int().min(0)),
      sums_by_ratio: z.record(z.string(), z.array(z.int().min(0))),
      calibrated: z.array(z.string()),
    }),
  ),
  log: z.strictObject({
    network: z.string(),
    ratios: z.string(),
    events: z.array(z.tuple([z.int(), z.int(), z.int(), z.int().nullable()])),
  }),
});
type Spikes = z.infer<typeof spikesFile>;
type SpikingNetwork = Spikes["networks"][number];

const STEPS = 15;
const TOLERANCE_CYCLES = 0;

/** Known counts at both ends; between them, equal shares of the rest of the sum. */
function filled(first: readonly number[], last: readonly number[], sum: number): number[] {
  const known = [...first, ...last].reduce((total, count) => total + count, 0);
  const free = STEPS - first.length - last.length;
  const share = (i: number): number => Math.floor(((sum - known) * i) / free);
  return [...first, ...Array.from({ length: free }, (_, i) => share(i + 1) - share(i)), ...last];
}

function ratiosOf(text: string): number[] {
  return text.split("x").map(Number);
}

function spikesOf(network: SpikingNetwork, ratios: readonly number[]): number[][] {
  const sums = network.sums_by_ratio[String(ratios[1])] ?? network.sums;
  return sums.map((sum, layer) => filled(network.first[layer] ?? [], network.last[layer] ?? [], sum));
}

function chipOf(chip: SnnDsePipelineChip, network: SpikingNetwork, ratios: readonly number[]): SnnDsePipelineChip {
  const layers = chip.layers.map((layer, i) => ({
    ...layer,
    neurons: network.neurons[i],
    neurons_per_unit: ratios[i],
  }));
  return { ...chip, layers };
}

export function snnDseRows(chip: SnnDsePipelineChip, spikesText: string): PublishedRow[] {
  const file = spikesFile.parse(parse(spikesText));
  const rows = table("chips").flatMap((row): PublishedRow[] => {
    const network = file.networks.find((candidate) => candidate.name === row.chip);
    const text = /LHR (\S+)$/.exec(row.metric ?? "")?.[1];
    if (network === undefined || text === undefined) return [];
    const ratios = ratiosOf(text);
    const model = runSnnDsePipeline(chipOf(chip, network, ratios), spikesOf(network, ratios)).totalCycles;
    return [
      {
        ...{
          chip: "SNN-DSE",
          kind: "cycles",
          evidence: "simulator",
          quantity: `${network.name.replace("SNN-DSE simulator ", "")}, LHR ${text}`,
          unit: "cycles",
          published: Number(row.value),
          model,
        },
        ...{
          tolerance: { absolute: TOLERANCE_CYCLES },
          silicon: null,
          basis: network.calibrated.includes(text) ? "calibrated" : "reimplementation",
          source: row.source ?? "",
        },
      },
    ];
  });
  return [...rows, ...logRows(chip, file)];
}

/** Rows of the printed log: the model's cycle of each printed event. */
function logRows(chip: SnnDsePipelineChip, file: Spikes): PublishedRow[] {
  const network = file.networks.find((candidate) => candidate.name === file.log.network) as SpikingNetwork;
  const ratios = ratiosOf(file.log.ratios);
  const { events } = runSnnDsePipeline(chipOf(chip, network, ratios), spikesOf(network, ratios));
  return file.log.events.map(([cycle, layer, step]): PublishedRow => {
    const event = events.find((candidate) => candidate.layer === layer && candidate.step === step);
    const what = layer === chip.layers.length ? "last layer done" : `layer ${layer} begins`;
    return {
      ...{
        chip: "SNN-DSE",
        kind: "cycles",
        evidence: "simulator",
        quantity: `log ${file.log.ratios}, step ${step}: ${what}`,
        unit: "cycles",
        published: cycle,
        model: event?.cycle ?? Number.NaN,
      },
      ...{
        tolerance: { absolute: TOLERANCE_CYCLES },
        silicon: null,
        basis: "reimplementation",
        source: "githubofaliyev/SNN-DSE 8a2fc2b trace_log.txt (10 us clock)",
      },
    };
  });
}
