/** Energies of a study's points under other prices, from the stored counts, without simulation. Effects: reads the database and files. */
import {
  type Experiment,
  jsonFromYaml,
  ofKind,
  patchDocument,
  patchExperiment,
  pathOf,
  readYamlText,
  type Topology,
} from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import {
  demandOwn,
  frontReport,
  type PointValues,
  type Repriced,
  reprice as repriced,
  Space,
  shapeKey,
  topologiesOf,
} from "../sweeps/index.js";
import { loadModel, loadSamples } from "./inputs.js";
import { besideOf, studyOf, withStore } from "./stored.js";

/** Points under new prices. */
export interface Repricing {
  /** Every finished point with its metrics before and after. */
  readonly points: readonly Repriced[];
  /** Ids of the points on the study's front as stored. */
  readonly front: readonly number[];
}

/**
 * Prices every finished point of a database anew; the database is not changed.
 *
 * @param library path of a YAML file with prices by name, as a description's `prices:` holds them, or the same as a plain object
 * @param options `base`: the description that the sweep was made from, if its model file lies beside it
 * @throws InputError where the library is wrong, the chip is a coupled one, or a model is not the one that the counts were made with
 */
export async function reprice(
  database: string,
  library: string | { readonly [price: string]: Json },
  options: { readonly base?: string | null } = {},
): Promise<Repricing> {
  const file = typeof library === "string" ? pathOf(library, "example", "chip") : "prices";
  const prices = pricesOf(typeof library === "string" ? jsonFromYaml(readYamlText(file), file) : library, file);
  const study = withStore(database, studyOf);
  demandOwn(study.inputs, database, "there are no counts to price");
  const space = new Space(study.sweep.parameters);
  const document = { ...(study.document as { readonly [key: string]: Json }), prices };
  ofKind(patchExperiment({ document: study.document, file: database }, {}), {
    board: () => {},
    coupled: () => {
      throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
    },
  });
  // A wrong price is a problem of the library file, found once, before the points.
  patchDocument({ document, file }, {});
  const experimentOf = (values: PointValues): Experiment => patchDocument({ document, file }, space.byPath(values));
  const experiments = withStore(database, (store) => [...store.points("p.state = 'done'")].map(({ values }) => experimentOf(values)));
  const base = besideOf(options.base ?? null, database);
  const files = {
    loadModel: (experiment: Experiment) => loadModel(experiment, base),
    loadSamples: (experiment: Experiment) => loadSamples(experiment, base),
  };
  const topologies = await topologiesOf(experiments, files, study.inputs, database);
  return withStore(database, (store) => ({
    points: [...repriced(store, experimentOf, (experiment) => topologies.get(shapeKey(experiment)) as Topology)],
    front: frontReport(store).rows.map(({ id }) => id),
  }));
}

function pricesOf(parsed: Json, file: string): { readonly [price: string]: Json } {
  const outer = isMapping(parsed) ? parsed : {};
  const prices = "prices" in outer ? outer.prices : parsed;
  if (!isMapping(prices))
    throw inputError(file, "expected prices by name", "e.g. synapse_memory_read_pj: { value: 3.1, source: my macro }");
  return prices;
}

function isMapping(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
