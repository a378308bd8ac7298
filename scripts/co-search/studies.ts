/**
 * The comparisons of networks and chips searched together with chips alone: the example that each searches, and the box
 * whose hypervolume is compared.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import type { Compared } from "./arm.js";

export interface CoSearchStudy {
  /** Name of its section in docs/case-studies.md, and of its figure. */
  readonly section: string;
  readonly example: string;
  /** What the figure says that it shows. */
  readonly about: string;
  /** The box of hypervolumes reaches from here to 100 % at no energy and no area. */
  readonly bounds: Compared;
}

/** Bounds were chosen before the searches, from trials of 40 s (phones) and 200 s (MNIST) each. */
export const CO_SEARCHES: { readonly [name: string]: CoSearchStudy } = {
  phones: {
    section: "co-search",
    example: "phones-co-search.yaml",
    about:
      "phone frames of spoken digits, rec-v2 of 2 x 16 to 64 neurons, one core, 22 nm; both searches by NSGA-II at equal processor time",
    bounds: { accuracyPercent: 50, energyUj: 3, areaMm2: 0.16 },
  },
  mnist: {
    section: "co-search-mnist",
    example: "mnist-co-search.yaml",
    about: "rows of handwritten digits, rec-v2 of 2 x 16 to 64 neurons, one core, 22 nm; both searches by NSGA-II at equal processor time",
    bounds: { accuracyPercent: 80, energyUj: 3, areaMm2: 0.16 },
  },
};

/**
 * Descriptions of both searches by their names. `data`: folder of the recordings, null if they come with the package.
 */
export function searchesOf({ example }: CoSearchStudy, data: string | null): { readonly [search: string]: string } {
  const text = readFileSync(join(packageRoot(), "arch", "examples", example), "utf8");
  const together = data === null ? text : text.replace(/^ {2}path: .*$/m, `  path: ${JSON.stringify(resolve(data))}`);
  return { "co-search": together, "chips alone": chipsAlone(together) };
}

/** The example with a fixed shape and recipe of the network: no key of `training` varies. */
function chipsAlone(text: string): string {
  const widths = /width: \{ sweep: \[.*?(\d+)\] \}/.exec(text);
  if (widths === null) throw new Error("the example varies no widths");
  const [, largest] = widths;
  return text
    .replace(/^ {2}width: .*$/m, `  width: ${largest}`)
    .replace(/^ {2}(theta|membrane_penalty): .*\n/gm, "")
    .replace(/derived: ".*"/g, (formula) => formula.replace(/\bwidth\b/g, largest));
}
