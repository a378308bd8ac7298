/**
 * What smaller weight memories would change on the front of the shipped example. Effects: reads the database,
 * simulates.
 */
import { open } from "../app/open.js";
import { pareto } from "../app/pareto.js";
import { simulate } from "../app/simulate.js";
import { InfeasibleError } from "../base/errors.js";
import { type Metrics, type PointValues, Space, Store } from "../sweeps/index.js";

const MEMORY = "tile.core.synapse_memory.size_kib";

export interface SmallerMemory {
  readonly kib: number;
  readonly ownKib: number;
  /** Of the chip with that memory. */
  readonly metrics: Metrics;
}

/**
 * By id the points of the front whose weight memory is larger than the smallest searched one that holds their weights,
 * with that one in its place.
 */
export async function smallerMemories(database: string): Promise<ReadonlyMap<number, SmallerMemory>> {
  const example = open("edge");
  const { rows } = pareto(database);
  const store = Store.read(database);
  const study = store.study();
  if (study === null) throw new Error(`${database} holds no study`);
  const space = new Space(study.sweep.parameters);
  const searched = study.sweep.parameters.find(({ path }) => path === MEMORY)?.domain;
  if (searched?.kind !== "list") throw new Error(`${database} does not search ${MEMORY}`);
  const sizes = searched.values.map(Number).toSorted((a, b) => a - b);
  const found = new Map<number, SmallerMemory>();
  for (const { id } of rows) {
    for (const { values } of store.points(`p.id = ${id}`)) {
      const own = space.byPath(values);
      const ownKib = Number(own[MEMORY]);
      for (const kib of sizes.filter((size) => size < ownKib)) {
        const metrics = await feasible(example, { ...own, [MEMORY]: kib });
        if (metrics === null) continue;
        found.set(id, { kib, ownKib, metrics });
        break;
      }
    }
  }
  store.close();
  return found;
}

/** Metrics of a point; null: it cannot exist. */
async function feasible(description: ReturnType<typeof open>, values: PointValues): Promise<Metrics | null> {
  try {
    return (await simulate(description, { values })).result.metrics;
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}
