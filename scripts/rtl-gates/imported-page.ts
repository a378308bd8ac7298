/** The page's section on cores with imported networks, from the rows of `scripts/rtl-imported.ts`. Pure. */
import { SLOWER } from "../../arch/clock-margin.js";
import { OPERATOR_TIMES } from "../../arch/integration.js";
import type { ImportedRow } from "./row.js";
import { table } from "./table.js";

const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;

export function importedOf(rows: readonly ImportedRow[]): string {
  const mapped = rows.flatMap(({ name, model, gates }) => (gates === undefined ? [] : [{ name, model, gates }]));
  const slower = mapped.map(({ model, gates }) => (model.clockMhz * gates.longest.ns) / 1000);
  const above = mapped.map(({ model, gates }) => (model.limitMhz * gates.longest.ns) / 1000);
  const bits = mapped.map(({ model, gates }) => gates.updateBits2 / model.updateBits2);
  const inUnit = mapped.filter(({ gates }) => gates.longest.from.endsWith("somas.unit") && gates.longest.to.endsWith("somas.unit"));
  return `## Imported networks

Neurons of NIR files have an update unit of their own (\`rtl/lib/integrate.sv\`). ${mapped.length} small cores with drawn networks, one lane each, as gates of the same library (\`npx tsx scripts/rtl-imported.ts --liberty ...\`; rows: [logs/rtl-imported.json](logs/rtl-imported.json)). Names say neurons and bits of weight, state and sum; the unit has four stages unless the name says otherwise (\`deep\`: ten).

${table(
  ["core", "clock model, MHz", "gates", "model / gates", "gates on the path", "update bit², model", "gates", "unit, um²"],
  mapped.map(({ name, model, gates }, i) => [
    name,
    model.clockMhz.toFixed(1),
    (1000 / gates.longest.ns).toFixed(1),
    slower[i].toFixed(2),
    gates.longest.gates,
    model.updateBits2,
    gates.updateBits2,
    gates.unitUm2.toFixed(0),
  ]),
)}

- **Clock**: in ${inUnit.length} of ${mapped.length} the longest path lies in the update unit; with fewer stages than four it begins or goes on outside. The unit's stages are chains of operators: what leaks leave (product, rounding), the sum that came, a clamp and two sums more lie between two registers, and \`pipeline_depth_cycles\` above 4 cuts none of them (\`arch/integration.ts\`). The model's clock is that of the longest stage: a product counts as ${OPERATOR_TIMES.product} of the model's operators, a sum as ${OPERATOR_TIMES.sum} of one of 32 bits in proportion to its width, the least squared error of ln over the cores with four stages or more. It is ${range(slower, 2)} times the clock of the gates, and \`check\` warns of a clock within ${SLOWER.integration.most} times of it. The limit that refuses a clock takes the update as cut evenly ([prices.md](prices.md#highest-clock)): it is ${range(above, 1)} times the clock of these gates.
- **Multipliers**: the emitted unit has two leaks, of voltage and current, whatever the neurons are. Prices, and the model's column of \`snn-dse rtl --synth\`, count the leaks that the network's neurons have: none of IF, one of LIF, two of CubaLIF (of shifts none is a product). So the unit's multipliers are ${range(bits, 2)} times those that are priced. A row of a neuron's own numbers holds both factors, too.
`;
}
