/**
 * Populations of which a search changes widths or formats: runs would refuse each point that names one that is none.
 * Pure.
 */
import { checkLayerNames, type Experiment, type Precision, type SweepSpec, type Topology, writtenKey } from "../arch/index.js";

/** Widths that every population has, if the network has it at all. */
const WIDTHS = ["weightBits", "stateBits", "stateFractionBits", "accumulatorBits"] as const;

/**
 * The precision with every width that is searched for a population, each as that of all populations, so that only its
 * name can be wrong; null: none is searched. Throws: InputError for a format of a population without weights into it.
 */
export function withSweptLayers({ precision, network }: Experiment, sweep: SweepSpec, topology: Topology): Precision | null {
  if (sweep.parameters.some(({ path }) => path === "network.model")) return null; // other models may have other populations
  const swept = sweep.parameters.flatMap(({ path }) => {
    const [, name, key] = path.match(/^precision\.layers\.(.+)\.(\w+)$/) ?? [];
    return name === undefined ? [] : [{ name, key }];
  });
  const formats = swept.flatMap(({ name, key }) => (key === "weight_format" ? [name] : []));
  checkLayerNames(formats, topology, network.model);
  const layers = new Map(Object.entries(precision.layers));
  for (const { name, key } of swept) {
    const width = WIDTHS.find((one) => writtenKey(one) === key);
    if (width !== undefined) layers.set(name, { ...layers.get(name), [width]: precision[width] });
  }
  return swept.length === formats.length ? null : { ...precision, layers: Object.fromEntries(layers) };
}
