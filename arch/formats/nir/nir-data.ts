/**
 * NIRData: recorded observables of NIR nodes (HDF5), as rasters. TimeGriddedData is a grid [samples, steps, neurons]
 * with dt; EventData is idx and time in seconds (padded with -1 and infinity), ValuedEventData adds a value for each
 * event. As NIR converts them, an event's time is the end of its step, and a valued event's time lies in its step (for
 * networks that update their state before they spike, NIR's default; its files do not say).
 * Source: neuromorphs/NIR, nir.data_ir, since 2026-01. Throws: InputError.
 */
import type { Entity, Group } from "h5wasm/node";
import { type InputError, inputError } from "../../../base/errors.js";
import { ROUNDING, stepAt, stepEndingAt, stepsUntil } from "../../step-times.js";
import { LARGEST_GRID, type Raster, rasterOf } from "../raster.js";
import { h5wasm, valuesOf } from "./hdf5.js";
import { readHdf5 } from "./read.js";

/**
 * Samples by node and observable, e.g. `lif1/spikes`; event times become steps of `dtSeconds`.
 * Grids have this step already; one of another step is refused.
 */
export async function readNirData(path: string, dtSeconds: number): Promise<ReadonlyMap<string, readonly Raster[]>> {
  return readHdf5(path, { what: "NIRData", fix: "HDF5 files can be NIRData or the Heidelberg digits" }, (file) => {
    if (kindOf(file) !== "NIRGraphData")
      throw inputError(
        path,
        `is a ${kindOf(file) || "file without __type__"}, expected NIRGraphData`,
        "HDF5 files can be NIRData or the Heidelberg digits (spikes/times, spikes/units)",
      );
    const found = new Map<string, readonly Raster[]>();
    const nodes = file.get("nodes");
    if (!(nodes instanceof h5wasm.Group)) throw inputError(path, "has no group nodes");
    for (const node of nodes.keys()) {
      const observables = nodes.get(`${node}/observables`);
      if (!(observables instanceof h5wasm.Group)) continue;
      for (const key of observables.keys()) {
        const group = observables.get(key);
        if (group instanceof h5wasm.Group)
          found.set(`${node}/${key}`, observable(group, { file: path, path: `${node}/${key}` }, dtSeconds));
      }
    }
    return found;
  });
}

interface Place {
  readonly file: string;
  /** Path of the observable in the file. */
  readonly path: string;
}
const wrong = ({ file, path }: Place, message: string): InputError => inputError(file, message, "", path);

function kindOf(group: Group): string {
  const value = group.attrs.__type__?.value;
  return typeof value === "string" ? value : "";
}

function observable(group: Group, place: Place, dtSeconds: number): Raster[] {
  const kind = kindOf(group);
  if (kind === "TimeGriddedData") {
    const dt = Number(group.attrs.dt?.value ?? Number.NaN);
    if (!(dt > 0)) throw wrong(place, "lacks its attribute dt, the length of a step in seconds");
    if (!(Math.abs(dt / dtSeconds - 1) <= ROUNDING.single))
      throw inputError(
        place.file,
        `is a grid of steps of ${tidy(dt)} s, read in steps of ${tidy(dtSeconds)} s`,
        `run in steps of ${tidy(dt)} s`,
        place.path,
      );
    const { shape, data } = grid(group.get("data"), place, 3);
    const [samples, steps, neurons] = shape;
    return Array.from({ length: samples }, (_, s) => ({
      steps,
      neurons,
      data: data.slice(s * steps * neurons, (s + 1) * steps * neurons),
    }));
  }
  if (kind !== "EventData" && kind !== "ValuedEventData")
    throw wrong(place, `is a ${kind || "group without __type__"}, expected TimeGriddedData, EventData or ValuedEventData`);
  const index = grid(group.get("idx"), place, 2);
  const time = grid(group.get("time"), place, 2);
  const value = kind === "ValuedEventData" ? grid(group.get("value"), place, 2) : null;
  const [neurons, end] = ["n_neurons", "t_max"].map((name) => Number(group.attrs[name]?.value ?? Number.NaN));
  if (!(Number.isInteger(neurons) && neurons > 0) || !(end > 0)) throw wrong(place, "lacks its attributes n_neurons and t_max");
  const [samples, width] = index.shape;
  for (const other of value === null ? [time] : [time, value])
    if (other.data.length !== index.data.length) throw wrong(place, "holds idx, time and value of different lengths");
  const steps = Math.max(1, stepsUntil(end, dtSeconds, Math.fround(end) === end ? ROUNDING.single : ROUNDING.double));
  if (!(samples * steps * neurons <= LARGEST_GRID))
    throw wrong(place, `${samples} samples of ${steps} steps of ${neurons} neurons are more than ${LARGEST_GRID} values`);
  const stepOf = value === null ? stepEndingAt : stepAt;
  return Array.from({ length: samples }, (_, s) => {
    const events = Array.from({ length: width }, (_, e) => s * width + e)
      .filter((e) => index.data[e] !== -1 && time.data[e] !== Number.POSITIVE_INFINITY)
      .map((e) => ({
        step: stepOf(time.data[e], dtSeconds, time.rounding),
        neuron: index.data[e],
        value: value === null ? 1 : value.data[e],
      }));
    const outside = events.find(
      ({ step, neuron }) => !(step >= 0 && step < steps && Number.isInteger(neuron) && neuron >= 0 && neuron < neurons),
    );
    if (outside !== undefined)
      throw wrong(place, `an event of neuron ${outside.neuron} at step ${outside.step} is outside ${neurons} neurons, ${steps} steps`);
    return rasterOf(events, steps, neurons, place.file);
  });
}

interface Grid {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** Relative error of a number as the file holds it. */
  readonly rounding: number;
}

function grid(entity: Entity | null, place: Place, axes: number): Grid {
  const value: unknown = entity instanceof h5wasm.Dataset ? valuesOf(entity, place.file, place.path) : null;
  const shape = entity instanceof h5wasm.Dataset ? (entity.shape ?? []) : [];
  if (!isNumbers(value) || shape.length !== axes) throw wrong(place, `holds shape [${shape.join(", ")}], expected ${axes} axes of numbers`);
  return { shape, data: Float64Array.from(value, Number), rounding: value instanceof Float32Array ? ROUNDING.single : ROUNDING.double };
}

/** Without the last digits of single precision. */
const tidy = (seconds: number): number => Number(seconds.toPrecision(6));

const isNumbers = (value: unknown): value is ArrayLike<number | bigint> => ArrayBuffer.isView(value) && !(value instanceof DataView);
