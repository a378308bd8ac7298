/**
 * Shares of energy and area that address generators and decoders of rows take in the shipped spiking models of digits
 * on `mesh-2x2` at 22 nm, and what docs/prices.md says of them. Effects: writes a description into a folder.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { InfeasibleError } from "../../base/errors.js";
import type { Passage } from "../passages.js";

const DESCRIPTION = `version: 1
extends: mesh-2x2
network: { model: mnist-rows-rec-v2.safetensors }
workload: { dataset: mnist-rows, split: test, samples: 20, timing_samples: 20, seed: 1 }
chip: { technology_nm: 22 }
precision: { weight_bits: 3, state_bits: 16, state_fraction_bits: 6 }
mapping: { strategy: balanced }
`;
const FORMATS = ["rows", "bitmap", "run-length"] as const;
const MODELS = ["lif", "alif", "rec-v1", "rec-v2", "rec-v2-averaged", "rec-v2-averaged-penalty1"].map((name) => `mnist-rows-${name}`);
const BITS = [2, 3, 4, 8] as const;

interface Held {
  readonly model: string;
  readonly bits: number;
  readonly format: (typeof FORMATS)[number];
}

/** Percent of the energy, and of the area. */
type Shares = readonly [energy: number, area: number];

interface RowShares extends Held {
  readonly generators: Shares;
  readonly decoders: Shares;
}

async function sharesOf(file: string, held: Held): Promise<RowShares> {
  const values = {
    "network.model": `${held.model}.safetensors`,
    "precision.weight_bits": held.bits,
    "chip.weight_format": held.format,
  };
  const { breakdown } = (await simulate(open(file), { values })).result;
  const shares = (part: RegExp): Shares => {
    const percent = (of: (row: (typeof breakdown)[number]) => number | null): number => {
      const sum = (rows: typeof breakdown): number => rows.reduce((total, row) => total + (of(row) ?? 0), 0);
      return (100 * sum(breakdown.filter(({ component }) => part.test(component)))) / sum(breakdown);
    };
    return [percent(({ energyPj }) => energyPj), percent(({ areaMm2 }) => areaMm2)];
  };
  return { ...held, generators: shares(/^(generated addresses|address generator)/), decoders: shares(/^(decoded weights|decoder)/) };
}

function describedIn(folder: string): string {
  const file = join(folder, "digits.yaml");
  writeFileSync(file, DESCRIPTION);
  return file;
}

/** What `rec-v2` with 3 bits takes, as a sentence that names each form. */
export async function shownShares(folder: string): Promise<Passage> {
  const file = describedIn(folder);
  const found = await Promise.all(FORMATS.map((format) => sharesOf(file, { model: "mnist-rows-rec-v2", bits: 3, format })));
  const plural = { rows: "rows", bitmap: "bitmaps", "run-length": "run lengths" };
  const named = found.map(({ format, generators: [energy, area] }) => `${energy.toFixed(2)} and ${area.toFixed(2)} % as ${plural[format]}`);
  const text = `Of energy and area of \`mnist-rows-rec-v2\` at 3 bits (\`mesh-2x2\`, 22 nm, 20 digits) generators take ${named.join(", ")}.`;
  return { page: "docs/prices.md", mark: "generator-shares", text };
}

/** Ranges over models and widths that the chip's memories hold. */
export async function rangesOfShares(folder: string): Promise<readonly Passage[]> {
  const file = describedIn(folder);
  const all: RowShares[] = [];
  for (const model of MODELS)
    for (const bits of BITS)
      for (const format of FORMATS)
        try {
          all.push(await sharesOf(file, { model, bits, format }));
        } catch (error) {
          if (!(error instanceof InfeasibleError)) throw error;
        }
  const range = (shares: readonly Shares[], at: 0 | 1): string => {
    const values = shares.map((one) => one[at]);
    return `${Math.min(...values).toPrecision(2)} to ${Math.max(...values).toPrecision(2)} %`;
  };
  const words = (shares: readonly Shares[]): string => `${range(shares, 0)} of the energy and ${range(shares, 1)} of the area`;
  const decoders = (format: Held["format"]): string => words(all.filter((one) => one.format === format).map((one) => one.decoders));
  const of = `the six shipped spiking models of digits with weights of 2 to 8 bits (\`mesh-2x2\`, 22 nm, 20 digits)`;
  return [
    {
      page: "docs/prices.md",
      mark: "decoders",
      text: `In ${of} decoders take ${decoders("bitmap")} for bitmaps, ${decoders("run-length")} for run lengths.`,
    },
    {
      page: "docs/prices.md",
      mark: "generators",
      text: `In ${of}, held as rows, bitmaps or run lengths, generators take ${words(all.map((one) => one.generators))}.`,
    },
  ];
}
