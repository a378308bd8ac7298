/**
 * Spikes of a chip beside which weights stay on the grid on which they are trained. A row has one step, in units of the
 * payloads of its sources, and the grid is that of the trained spikes.
 */
import { cellOf, ownWidths, type Precision, spikeBitsOf, unitsApart } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { TrainingConfig } from "../config.js";
import { weightedNames } from "./weight-bits.js";

/**
 * Throws: `InputError` if the chip of `file` sends other spikes than `config` trains, so that weights would leave their
 * grid. `fix`: how to train for them.
 */
export function demandGridSpikes(
  { name, network, quantiser }: Pick<TrainingConfig, "name" | "network" | "quantiser">,
  precision: Pick<Precision, "spikeBits" | "layers">,
  file: string,
  fix: string,
): void {
  const populations = ["input", ...weightedNames(network.neurons.length).slice(0, -1)];
  const trained = populations.map((_, p) => (p === 0 ? quantiser.inputBits : quantiser.bits));
  const bitsOf = (population: number): number | null => spikeBitsOf(precision, populations[population]);
  const moved = unitsApart(trained, cellOf(network.system).recurrent, bitsOf).findIndex((bits) => bits > 0);
  if (moved < 0) return;
  const [before, own] = [populations[moved], populations[moved + 1]];
  const changed = [moved + 1, moved].find((p) => ownWidths(precision, populations[p]).spikeBits !== undefined);
  throw inputError(
    file,
    `is ${bitsOf(changed ?? moved)}, and ${name} is trained with spikes of ${trained[moved]} bits from ${before} and ${trained[moved + 1]} from ${own}: the weights into ${own}, which have one step in units of both, would leave their grid`,
    `leave it out; ${fix}`,
    changed === undefined ? "precision.spike_bits" : `precision.layers.${populations[changed]}.spike_bits`,
  );
}
