/** By how much means over the timed utterances err, of the points of a front. Effects: reads the database. */
import { results } from "../app/results.js";
import { withStore } from "../app/stored.js";
import { uncertainPointsOf } from "../app/uncertainty.js";

const MEANS = ["energy", "latency", "power"] as const;

/** Least and largest relative standard error of each mean. */
export function timedErrors(database: string): { readonly [mean in (typeof MEANS)[number]]: readonly [least: number, most: number] } {
  const front = new Set(results(database).points.flatMap(({ id, isOnFront }) => (isOnFront ? [id] : [])));
  return withStore(database, (store) => {
    const uncertain = uncertainPointsOf(store);
    const timed = [...store.points()].flatMap((point) => (front.has(point.id) ? (uncertain?.(point)?.timed ?? []) : []));
    const range = (mean: (typeof MEANS)[number]): readonly [number, number] => {
      const errors = timed.map((point) => point[mean].relative);
      return [Math.min(...errors), Math.max(...errors)];
    };
    return { energy: range("energy"), latency: range("latency"), power: range("power") };
  });
}
