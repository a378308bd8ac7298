/**
 * Kernels across borders between cores: a target channel has positions on both sides, and a spike near the border goes
 * to both cores. Also whether a core holds two slices of one population.
 */
import { rowReader, type SpikeTrace } from "../../arch/index.js";
import type { Placement } from "../../sim/mapping/index.js";

/** First neurons of those slices of a population whose preceding neuron is on another core. */
function bordersOf({ slices }: Placement, population: number): readonly number[] {
  const own = slices.filter((slice) => slice.population === population);
  return own.flatMap(({ core, firstNeuron }) =>
    own.some((other) => other.core !== core && other.firstNeuron + other.neurons === firstNeuron) ? [firstNeuron] : [],
  );
}

/** Number of borders at kernels' targets that lie inside a channel, and that lie between two channels. */
export function cutsOf(placement: Placement): { readonly inside: number; readonly between: number } {
  const borders = placement.topology.projections.flatMap(({ kernel, target }) =>
    kernel === undefined ? [] : bordersOf(placement, target).map((neuron) => neuron % kernel.targetArea !== 0),
  );
  const inside = borders.filter((isInside) => isInside).length;
  return { inside, between: borders.length - inside };
}

/** Number of spikes of a trace that a kernel adds to sums of one channel on both sides of a border. */
export function haloSpikes(placement: Placement, { eventStart, neuron }: SpikeTrace): number {
  const { populations, projections } = placement.topology;
  let spikes = 0;
  for (const projection of projections) {
    const { kernel, source, target } = projection;
    if (kernel === undefined) continue;
    const { targetArea } = kernel;
    const borders = bordersOf(placement, target).filter((first) => first % targetArea !== 0);
    const reader = rowReader(projection);
    const isOver = (event: number): boolean => {
      reader.read(neuron[event]);
      const targets = reader.targets.subarray(reader.first, reader.first + reader.length);
      return borders.some((border) => {
        const channel = targets.filter((one) => Math.floor(one / targetArea) === Math.floor(border / targetArea));
        return channel.some((one) => one < border) && channel.some((one) => one >= border);
      });
    };
    if (borders.length === 0) continue;
    for (let group = source; group + 1 < eventStart.length; group += populations.length)
      for (let event = eventStart[group]; event < eventStart[group + 1]; event++) if (isOver(event)) spikes++;
  }
  return spikes;
}

/** Whether a core holds two slices of one population. */
export const hasTwoSlicesOnACore = ({ slices }: Placement): boolean =>
  new Set(slices.map(({ core, population }) => `${core}/${population}`)).size < slices.length;
