/**
 * Chooses the TensorFlow.js back end at run time: native TensorFlow, then WebAssembly; plain JavaScript only on
 * request. The fused recurrent layer always runs on this project's own kernels; the back end computes the
 * readout's batch norm and the loss.
 * @throws InputError if a back end that was asked for by name cannot start
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import * as util from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";

export type Tf = typeof TensorFlow & { readonly setWasmPaths: (folder: string) => void };
/** In the order in which `auto` tries them. */
export const BACKENDS = ["tensorflow", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface Backend {
  readonly name: BackendName;
  readonly tf: Tf;
  /** Versions of TensorFlow.js and of the native package. */
  readonly version: string;
  /** Why better back ends were not used, one line each. */
  readonly notes: readonly string[];
}

/** Imports a module by name; handed in, so that a test can replace the native package. */
export type Importer = (name: string) => Promise<unknown>;

const importModule: Importer = (name) => import(name);

/** The native package calls a function that newer Node versions have removed. */
function restoreNullCheck(): void {
  const target = createRequire(import.meta.url)("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  if (!("isNullOrUndefined" in util)) target.isNullOrUndefined = (value) => value === null || value === undefined;
}

/** Starts a back end. Returns the version of its package, if it needs one besides TensorFlow.js, or else "". */
async function start(name: BackendName, tf: Tf, load: Importer): Promise<string> {
  let native = "";
  if (name === "tensorflow") {
    restoreNullCheck();
    const { version } = (await load("@tensorflow/tfjs-node")) as { readonly version?: { readonly [part: string]: string } };
    native = `, native ${version?.["tfjs-node"] ?? "unknown"}`;
  }
  if (name === "wasm") tf.setWasmPaths(`${tensorflowFolder()}/`);
  if (!(await tf.setBackend(name))) throw new Error(`back end ${name} did not start`);
  await tf.ready();
  return native;
}

/**
 * Folder with the parts of TensorFlow.js that come with the program: its operations and the binaries of back end wasm.
 */
const tensorflowFolder = (): string => join(packageRoot(), "dist", "tensorflow");

const started = new Map<BackendName, Backend>();
let lastStart: Promise<unknown> = Promise.resolve();
let startsUnderWay = 0;

/** Starts take turns, because two at the same time make each other fail. */
function inTurn<T>(start: () => Promise<T>): Promise<T> {
  startsUnderWay++;
  const turn = lastStart.then(start).finally(() => startsUnderWay--);
  lastStart = turn.catch(() => undefined);
  return turn;
}

/**
 * TensorFlow.js has one active back end per thread. One that has been started becomes the active one before this
 * returns.
 */
function activate({ name, tf }: Backend): void {
  if (tf.getBackend() !== name) void tf.setBackend(name);
}

/**
 * Computes without interruption on a back end, whichever others the thread starts and uses at the same time. While one
 * starts, TensorFlow.js computes nothing.
 */
export async function computeOn<T>(backend: Backend, work: () => T): Promise<T> {
  while (startsUnderWay > 0) await lastStart;
  activate(backend);
  return work();
}

/** A back end, chosen once per thread, and from now on the active one. */
export function startedBackend(name: BackendName): Promise<Backend> {
  return inTurn(async () => {
    const known = started.get(name) ?? (await firstThatStarts(name, importModule));
    started.set(name, known);
    activate(known);
    return known;
  });
}

/** Starts the back end that was asked for, or with `auto` the best one that starts. */
export function chooseBackend(requested: BackendName | "auto", load: Importer = importModule): Promise<Backend> {
  return inTurn(() => firstThatStarts(requested, load));
}

async function firstThatStarts(requested: BackendName | "auto", load: Importer): Promise<Backend> {
  // All copies of TensorFlow.js in a process register with the same engine, whatever copy a package brings along.
  const tf = createRequire(import.meta.url)(join(tensorflowFolder(), "tensorflow.cjs")) as Tf;
  // The native package registers a copy of every CPU kernel again. Outside production mode each prints a warning on
  // stderr, 170 lines in all.
  tf.enableProdMode();
  const wanted: readonly BackendName[] = requested === "auto" ? BACKENDS : [requested];
  const notes: string[] = [];
  for (const name of wanted) {
    try {
      const native = await start(name, tf, load);
      return { name, tf, version: `${tf.version_core}${native}`, notes };
    } catch (error) {
      notes.push(`${name}: ${error instanceof Error ? error.message.split(/\n| imported from/)[0] : String(error)}`);
    }
  }
  const isThere = !notes.some((note) => note.includes("Cannot find package"));
  const get = isThere ? "npm rebuild @tensorflow/tfjs-node --build-addon-from-source" : "npm i @tensorflow/tfjs-node";
  const fix = requested === "tensorflow" ? `type \`${get}\`, or use --backend wasm` : "use --backend auto";
  throw inputError("back end", `cannot start ${requested}: ${notes.join("; ")}`, fix);
}
