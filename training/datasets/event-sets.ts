/**
 * Data sets of event cameras, each in the folders in which its makers publish it. A new one is a function here and a
 * name in `arch/events-schema.ts`.
 * Effects: reads files. Throws: InputError that says what is missing.
 */
import { join, relative, sep } from "node:path";
import {
  type CameraEvents,
  EVENT_FILE,
  type EventDataset,
  type EventSlicing,
  eventsBetween,
  firstUs,
  prepareEvents,
  ROUNDING,
  readEvents,
  type SampleSet,
  wholeUs,
} from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { readText } from "../../base/read-file.js";
import { demandNames, type Labelled, labelledBy } from "./event-labels.js";
import { type EventRecordings, eventSamples, type Recording } from "./event-samples.js";
import { classNames, filesBelow, filesIn, isFolder } from "./folders.js";
import { recordingName } from "./left-out.js";
import { HEIDELBERG_UNITS, prepareShd, readShd } from "./shd.js";
import type { Split } from "./split.js";

interface EventPlace {
  /** The folder; for `events`, it may also be one file. */
  readonly path: string;
  /** File of labels, one or `file,label` per line; null: names of the folders per class, if there are any. */
  readonly labels: string | null;
  readonly split: Split;
}

const EVENT_SETS: { readonly [name in EventDataset]: (place: EventPlace) => EventRecordings } = {
  events: anyRecordings,
  nmnist,
  "dvs-gesture": dvsGesture,
  "cifar10-dvs": cifar10Dvs,
  "shd-events": (place) => heidelberg("shd", 20, place),
  ssc: (place) => heidelberg("ssc", 35, place),
};

/** The samples of one split; `stepSeconds` and `zerosUs` as for `eventSamples`. */
export async function readEventSamples(
  dataset: EventDataset,
  place: EventPlace,
  slicing: EventSlicing,
  stepSeconds: number | null,
  zerosUs?: readonly number[] | null,
): Promise<SampleSet> {
  return eventSamples(await openEventSet(dataset, place), slicing, stepSeconds, zerosUs);
}

/** Time of the earliest event of each recording of one split. */
export async function readFirstTimes(dataset: EventDataset, place: EventPlace): Promise<readonly number[]> {
  return Array.from((await openEventSet(dataset, place)).recordings, ({ events }) => firstUs(events));
}

/**
 * The recordings of both splits, to learn from those of `train` and to be scored on those of `test`; none of them is
 * read yet. Throws: InputError also if a recording, or a label by its position, would belong to both.
 */
export async function openEventSplits(
  dataset: EventDataset,
  place: Omit<EventPlace, "split">,
): Promise<{ readonly train: EventRecordings; readonly test: EventRecordings }> {
  if (dataset === "events") demandHalves(place);
  const open = (split: Split): Promise<EventRecordings> => openEventSet(dataset, { ...place, split });
  return { train: await open("train"), test: await open("test") };
}

/** The recordings of one split; each is read when it is asked for. */
async function openEventSet(dataset: EventDataset, place: EventPlace): Promise<EventRecordings> {
  await prepareEvents();
  await prepareShd();
  return EVENT_SETS[dataset](place);
}

const sized = (events: CameraEvents, width: number, height: number): CameraEvents => ({ ...events, width, height });

function* read(files: readonly Labelled[], made = (events: CameraEvents) => events): Generator<Recording> {
  for (const { path, label } of files) yield { name: path, events: made(readEvents(path)), label };
}

/** Files of one folder per class below `folder`. `classOf`: number of the class of a folder; -1: it is none. */
function byClass(folder: string, wanted: RegExp, classOf: (name: string) => number, classes: string): readonly Labelled[] {
  const loose = filesIn(folder, wanted)[0];
  if (loose !== undefined)
    throw inputError(
      folder,
      `holds ${JSON.stringify(loose.slice(0, 100))} beside the folders of classes`,
      "move it into one of them, or elsewhere",
    );
  const files = classNames(folder).flatMap((name) => {
    const [own, label] = [join(folder, name), classOf(name)];
    if (label < 0) throw inputError(folder, `holds the folder ${JSON.stringify(name.slice(0, 100))}`, `folders are ${classes}`);
    const deeper = classNames(own).find((below) => filesIn(join(own, below), wanted).length > 0);
    if (deeper !== undefined)
      throw inputError(own, `holds recordings in a folder ${JSON.stringify(deeper.slice(0, 100))}`, "move them up, or elsewhere");
    const other = filesIn(own, EVENT_FILE).find((file) => !wanted.test(file));
    if (other !== undefined) throw inputError(own, `holds ${JSON.stringify(other.slice(0, 100))}, in another format`, "move it elsewhere");
    return filesBelow(own, wanted).map((path) => ({ path, label }));
  });
  if (files.length === 0) throw inputError(folder, "holds no folder per class with event files", "e.g. 0/00002.bin, 1/00003.bin");
  return files;
}

/** The folders of the two splits in a folder. */
const partsOf = (folder: string): readonly string[] => classNames(folder).filter((name) => /^(train|test)$/i.test(name));

/** Throws: InputError if the place has no recordings of its own for each split, or no labels of its own. */
function demandHalves({ path, labels }: Omit<EventPlace, "split">): void {
  const parts = isFolder(path) ? partsOf(path).map((name) => name.toLowerCase()) : [];
  const missing = ["train", "test"].filter((split) => !parts.includes(split));
  if (missing.length > 0)
    throw inputError(
      path,
      `holds no folder ${missing.join(" and no folder ")}`,
      "a network learns from the recordings in train, and is scored on those in test",
    );
  if (labels !== null) demandNames(labels);
}

function anyRecordings({ path, labels, split }: EventPlace): EventRecordings {
  const made = (classes: number, files: readonly Labelled[]): EventRecordings => ({
    name: `events/${split}`,
    classes,
    polarities: true,
    recordings: read(files),
  });
  const listed = (files: readonly string[], others: readonly string[] = []): EventRecordings => {
    if (labels === null)
      return made(
        1,
        files.map((file) => ({ path: file, label: -1 })),
      );
    const found = labelledBy(labels, { files, others, nameOf: (file) => relative(path, file).replaceAll(sep, "/") });
    return made(found.classes, found.files);
  };
  if (!isFolder(path)) return listed([path]);
  const parts = partsOf(path);
  const inSplit = parts.find((name) => name.toLowerCase() === split);
  if (inSplit === undefined && parts.length > 0)
    throw inputError(path, `holds the folder ${parts[0]}, and no folder ${split}`, "set it to the other part", "workload.split");
  const folder = inSplit === undefined ? path : join(path, inSplit);
  if (labels === null && classNames(folder).length > 0) {
    // classes of both parts, because one part may lack the recordings of a class
    const both = parts.length === 0 ? classNames(folder) : parts.flatMap((name) => classNames(join(path, name)));
    const names = [...new Set(both)].sort();
    const isNumbered = names.every((name) => /^\d{1,4}$/.test(name));
    const again = isNumbered ? names.find((name, at) => names.findIndex((one) => Number(one) === Number(name)) < at) : undefined;
    if (again !== undefined)
      throw inputError(
        folder,
        `holds folders of class ${Number(again)} by two names, one is ${again}`,
        "name a class one way, e.g. 0 or 00",
      );
    const classes = isNumbered ? 1 + Math.max(...names.map(Number)) : names.length;
    return made(classes, byClass(folder, EVENT_FILE, isNumbered ? Number : (name) => names.indexOf(name), "classes"));
  }
  if (labels !== null && filesIn(folder, EVENT_FILE).length === 0 && classNames(folder).length > 0)
    throw inputError(
      folder,
      "holds no event file beside its folders, which are classes by themselves",
      "leave the file of labels out, or give the folder of one class",
    );
  const others = parts.filter((name) => name !== inSplit).map((name) => join(path, name));
  return listed(
    filesBelow(folder, EVENT_FILE),
    others.flatMap((other) => filesIn(other, EVENT_FILE).map((name) => join(other, name))),
  );
}

/** The folder of a split; its name may begin with a large or a small letter. */
function splitFolder(path: string, split: Split): string {
  const name = classNames(path).find((folder) => folder.toLowerCase() === split);
  if (name === undefined) throw inputError(path, `holds no folder ${split}`, "give the folder that holds Train and Test");
  return join(path, name);
}

function nmnist({ path, split }: EventPlace): EventRecordings {
  const folder = splitFolder(path, split);
  const files = byClass(folder, /\.(bin|bs2)$/i, (name) => (/^0{0,3}\d$/.test(name) ? Number(name) : -1), "digits, 0 to 9");
  return { name: `nmnist/${split}`, classes: 10, polarities: true, recordings: read(files, (events) => sized(events, 34, 34)) };
}

/**
 * Source: A. Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017, README of the data
 * set: classes count from 1.
 */
function dvsGesture({ path, split }: EventPlace): EventRecordings {
  const list = join(path, `trials_to_${split}.txt`);
  const trials = readText(list, { what: "list of trials", mostBytes: MIB, fix: "give the folder that holds trials_to_train.txt" })
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  function* recordings(): Generator<Recording> {
    for (const trial of trials) {
      if (!/^[\w.-]{1,200}$/.test(trial))
        throw inputError(list, `names ${JSON.stringify(trial.slice(0, 80))}, expected e.g. user01_led.aedat`);
      const events = sized(readEvents(join(path, trial)), 128, 128);
      for (const { label, fromUs, toUs } of gesturesOf(join(path, trial.replace(/\.aedat$/, "_labels.csv"))))
        yield { name: `${join(path, trial)}, ${fromUs} to ${toUs} us`, events: eventsBetween(events, fromUs, toUs), label };
    }
  }
  return { name: `dvs-gesture/${split}`, classes: 11, polarities: true, recordings: recordings() };
}

/**
 * The first line is a header if it begins with a word: that of the data set, or none in a table that was written anew.
 */
function gesturesOf(file: string): readonly { readonly label: number; readonly fromUs: number; readonly toUs: number }[] {
  const lines = readText(file, { what: "table of gestures", mostBytes: MIB, fix: "it lies beside its recording" }).trimEnd().split(/\r?\n/);
  const first = /^\W*[a-z]/i.test(lines[0]) ? 1 : 0;
  return lines.slice(first).map((line, row) => {
    const [gesture, fromUs, toUs] = line.split(",").map(Number);
    if (!(Number.isInteger(gesture) && gesture >= 1 && gesture <= 11 && fromUs >= 0 && toUs > fromUs))
      throw inputError(
        file,
        `line ${first + row + 1} is ${JSON.stringify(line.slice(0, 80))}, expected class (1 to 11), start and end in us`,
      );
    return { label: gesture - 1, fromUs, toUs };
  });
}

const CIFAR10: readonly string[] = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");

/**
 * The camera lay on its side and polarity is inverted: x = 127 - y, y = 127 - x, and p is 1 minus the file's p, as in
 * SpikingJelly and Tonic; a file's y grows upwards, so it is 127 - y already.
 * Source: H. Li et al., "CIFAR10-DVS: An Event-Stream Dataset for Object Classification", Front. Neurosci. 11:309
 * (2017); it has no splits of its own.
 */
function cifar10Dvs({ path, split }: EventPlace): EventRecordings {
  const files = byClass(path, /\.aedat$/i, (name) => CIFAR10.indexOf(name.toLowerCase()), CIFAR10.join(", "));
  const numbered = files.map(({ path: file, label }) => ({
    path: file,
    label,
    number: Number(/(\d{1,9})\.aedat$/i.exec(file)?.[1] ?? -1),
  }));
  const parts = [...new Set(numbered.map(({ label }) => label))].flatMap((label) => {
    const own = numbered.filter((file) => file.label === label).sort((a, b) => a.number - b.number);
    const trained = Math.floor((9 * own.length) / 10);
    return split === "train" ? own.slice(0, trained) : own.slice(trained);
  });
  const turned = ({ x, y, polarity, timeUs }: CameraEvents): CameraEvents => ({
    width: 128,
    height: 128,
    x: y,
    y: x.map((at) => 127 - at),
    polarity: polarity.map((p) => 1 - p),
    timeUs,
  });
  return { name: `cifar10-dvs/${split}`, classes: 10, polarities: true, recordings: read(parts, turned) };
}

/**
 * Units are columns of one row; times in seconds. Source: B. Cramer et al., "The Heidelberg Spiking Data Sets", IEEE
 * TNNLS 33(7), 2022.
 */
function heidelberg(set: "shd" | "ssc", classes: number, { path, split }: EventPlace): EventRecordings {
  const file = join(path, `${set}_${split}.h5`);
  const { times, units, labels } = readShd(file);
  function* recordings(): Generator<Recording> {
    for (const [u, row] of times.entries()) {
      if (!(labels[u] >= 0 && labels[u] < classes))
        throw inputError(file, `recording ${u} has label ${labels[u]}, expected 0 to ${classes - 1}`);
      const events = {
        width: HEIDELBERG_UNITS,
        height: 1,
        x: Uint16Array.from(units[u]),
        y: new Uint16Array(row.length),
        polarity: new Uint8Array(row.length).fill(1),
        timeUs: row.map((seconds) => wholeUs(1e6 * seconds, ROUNDING.single)),
      };
      yield { name: recordingName(file, u), events, label: labels[u] };
    }
  }
  return { name: `${set === "shd" ? "shd-events" : set}/${split}`, classes, polarities: false, recordings: recordings() };
}
