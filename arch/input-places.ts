/** Reads which data a description gives to the single inputs of a network. */
import { camel } from "./camel.js";
import { defaultSlicing, type EventSlicing } from "./event-steps.js";
import { INPUT_DATASETS, isEventDataset } from "./events-schema.js";
import type { InputPlace } from "./experiment.js";
import type { RootDocument } from "./schema.js";

type WorkloadDocument = RootDocument["workload"];
type Check = (ok: boolean, path: readonly string[], message: string, fix: string) => void;

export const slicingOf = (events: WorkloadDocument["events"]): EventSlicing => (events === undefined ? defaultSlicing() : camel(events));

export function inputPlaces({ dataset: usual, events, inputs = {} }: WorkloadDocument): readonly InputPlace[] {
  return Object.entries(inputs).map(([input, { path, dataset = usual, events: own = events }]) => ({
    input,
    path,
    events: isEventDataset(dataset) ? slicingOf(own) : null,
  }));
}

export function checkInputPlaces({ workload, network }: Pick<RootDocument, "workload" | "network">, check: Check): void {
  const { dataset, path, inputs, split } = workload;
  if (inputs === undefined) return;
  checkClock(inputPlaces(workload), network.nir.step_seconds, check);
  const known: readonly string[] = INPUT_DATASETS;
  check(
    known.includes(dataset),
    ["workload", "inputs"],
    `is given, but the data set ${dataset} has the values of all inputs`,
    `set dataset to one of ${known.join(", ")}, or leave it out`,
  );
  check(
    split !== "validation",
    ["workload", "split"],
    "is validation, but the data of single inputs have no training half",
    "set it to test",
  );
  check(path === null, ["workload", "path"], "is given, but so are the paths of single inputs", "leave one of them out");
  for (const [name, own] of Object.entries(inputs)) {
    const fits = own.events === undefined || isEventDataset(own.dataset ?? dataset);
    check(fits, ["workload", "inputs", name, "events"], "is given, but its values come from a spike file", "set its dataset to events");
  }
}

/** Samples of several inputs share their steps, and the time at which they begin. */
function checkClock(places: readonly InputPlace[], networkStep: number | null, check: Check): void {
  const recorded = places.flatMap(({ input, events }) => (events === null ? [] : [{ input, events }]));
  const timed = recorded.filter(({ events }) => events.slice === "time");
  const spikes = places.find(({ events }) => events === null);
  const stepOf = (events: EventSlicing): number | null => events.stepSeconds ?? networkStep;
  for (const { input, events } of timed) {
    const shared = spikes === undefined ? stepOf(timed[0].events) : networkStep;
    const own = stepOf(events);
    check(
      shared === null || own === shared,
      ["workload", "inputs", input, "events", "step_seconds"],
      `${own === null ? "is not given" : `makes steps of ${own} s`}, and the input ${(spikes ?? timed[0]).input} has steps of ${shared} s`,
      "give all inputs one step: set network.nir.step_seconds alone",
    );
  }
  for (const { input, events } of recorded)
    check(
      events.zero === recorded[0].events.zero,
      ["workload", "inputs", input, "events", "zero"],
      `is ${events.zero}, and that of the input ${recorded[0].input} is ${recorded[0].events.zero}`,
      "give all inputs one: first-event begins at the first event of all, file at the 0 of their clock",
    );
}
