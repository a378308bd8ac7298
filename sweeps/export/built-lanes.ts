/**
 * Lanes that points ask for and that their cores do not build: columns hold what was asked, and prices are those of
 * what is built. Reads the database.
 */
import { type AnyExperiment, ofKind, patchExperiment, type SweepSpec, unlikeCores } from "../../arch/index.js";
import { InputError } from "../../base/errors.js";
import type { Result } from "../../sim/index.js";
import { Space } from "../space.js";
import type { Store } from "../store/sqlite.js";
import { ownDocument } from "../study-plugins.js";

/** A point whose cores build fewer lanes than it asks for: of each such kind of core, both numbers. */
export interface UnbuiltLanes {
  /** Its number in the study. */
  readonly id: number;
  /** Of each kind of core that builds fewer lanes than asked for: both numbers. */
  readonly kinds: readonly { readonly asked: number; readonly built: number }[];
}

/** Kinds of cores that build fewer lanes than the description asks for; none if an older version left it open. */
export function unbuiltKinds(experiment: AnyExperiment, { provenance }: Pick<Result, "provenance">): UnbuiltLanes["kinds"] {
  const { laneCounts = [] } = provenance;
  const cores = ofKind(experiment, { board: ({ chip }) => unlikeCores(chip), coupled: () => [] });
  const kinds = cores.flatMap(({ lanes }, kind) => {
    const built = laneCounts.at(kind)?.lanes ?? lanes;
    return built < lanes ? [{ asked: lanes, built }] : [];
  });
  return kinds.filter(({ asked, built }, at) => kinds.findIndex((other) => other.asked === asked && other.built === built) === at);
}

/** True if points differ in lanes: only then both numbers are of interest. */
export const searchesLanes = ({ parameters }: Pick<SweepSpec, "parameters">): boolean =>
  parameters.some(({ path }) => path.endsWith(".lanes"));

function lanesBuilt(store: Store, id: number): readonly number[] | null {
  const counts = store.result(id)?.provenance.laneCounts;
  return counts === undefined ? null : [...new Set(counts.map(({ lanes }) => lanes))];
}

/**
 * Lanes that the kinds of cores of a point build, each number once; null: no result, or one that does not say it. The
 * database is held still: each result is read once, and points that build alike share an answer.
 */
export function lanesOf(store: Store): (id: number) => readonly number[] | null {
  const answers: (readonly number[] | null)[] = [];
  const places = new Map<string, number>();
  const placeOf: number[] = [];
  return (id) => {
    let place = placeOf[id];
    if (place === undefined) {
      const built = lanesBuilt(store, id);
      const text = JSON.stringify(built);
      place = places.get(text) ?? answers.push(built) - 1;
      places.set(text, place);
      placeOf[id] = place;
    }
    return answers[place];
  };
}

/** Of these points, if the study searches lanes, in their order. */
export function unbuiltLanes(store: Store, ids: readonly number[]): readonly UnbuiltLanes[] {
  const study = store.study();
  if (study === null || !searchesLanes(study.sweep)) return [];
  const { parameters } = study.sweep;
  try {
    const { document, file } = ownDocument(store, study);
    const space = new Space(parameters);
    return ids.flatMap((id) => {
      const point = store.point(id);
      const result = store.result(id);
      if (point === null || result === null) return [];
      const kinds = unbuiltKinds(patchExperiment({ document, file }, space.byPath(point.values)), result);
      return kinds.length === 0 ? [] : [{ id, kinds }];
    });
  } catch (error) {
    if (error instanceof InputError) return []; // a front is shown without the plug-ins of its chips
    throw error;
  }
}

/** Most points that a sentence names for each pair of numbers, and most pairs. */
const [MOST_NAMED, MOST_PAIRS] = [3, 4];

/** `.. built are 4 of 6 in point 4`; empty if all lanes are built. */
export function unbuiltLines(points: readonly UnbuiltLanes[]): readonly string[] {
  const groups = new Map<string, number[]>();
  for (const { id, kinds } of points) {
    const text = kinds.map(unbuiltText).join(" and ");
    groups.set(text, [...(groups.get(text) ?? []), id]);
  }
  const named = (ids: readonly number[]): string => {
    const rest = ids.length - MOST_NAMED;
    return `${ids.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  };
  const largest = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const others = largest.slice(MOST_PAIRS).reduce((sum, [, ids]) => sum + ids.length, 0);
  const texts = [
    ...largest.slice(0, MOST_PAIRS).map(([text, ids]) => `${text} in ${ids.length === 1 ? "point" : "points"} ${named(ids)}`),
    ...(others === 0 ? [] : [`fewer than asked for in ${others} more`]),
  ];
  return texts.length === 0 ? [] : [`lanes as asked for; built are ${texts.join(", ")}`];
}

/** `4 of 6`. */
export const unbuiltText = ({ asked, built }: UnbuiltLanes["kinds"][number]): string => `${built} of ${asked}`;
