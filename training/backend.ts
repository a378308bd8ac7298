/**
 * Chooses the TensorFlow.js back end at run time: native TensorFlow, then WebAssembly; plain JavaScript only on
 * request. The fused recurrent layer always runs on this project's own kernels; the back end does the readout, its
 * batch norm and the loss.
 * @throws InputError when a back end that was asked for by name cannot be had.
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import * as util from "node:util";
import type * as TensorFlow from "@tensorflow/tfjs-core";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";

export type Tf = typeof TensorFlow & { readonly setWasmPaths: (folder: string) => void };
export type BackendName = "tensorflow" | "wasm" | "cpu";

export interface Backend {
  readonly name: BackendName;
  readonly tf: Tf;
  /** Version of TensorFlow.js, and of the native package. */
  readonly version: string;
  /** Why better ones were passed over, one line each. */
  readonly notes: readonly string[];
}

/** Imports a module by name; injected so that a test can stand in for the native package. */
export type Importer = (name: string) => Promise<unknown>;

const importModule: Importer = (name) => import(name);

/** The native package calls a function that newer Node versions dropped. */
function restoreNullCheck(): void {
  const target = createRequire(import.meta.url)("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  if (!("isNullOrUndefined" in util)) target.isNullOrUndefined = (value) => value === null || value === undefined;
}

/** Returns the version of what is used besides TensorFlow.js itself; empty: nothing. */
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

/** Folder of what the program brings along of TensorFlow.js: its operations and the binaries of the back end wasm. */
const tensorflowFolder = (): string => join(packageRoot(), "dist", "tensorflow");

const started = new Map<BackendName, Promise<Backend>>();

/**
 * As `chooseBackend`, once per process: whoever starts a back end while another start is under way makes that one fail.
 */
export function startedBackend(name: BackendName): Promise<Backend> {
  const known = started.get(name) ?? chooseBackend(name);
  started.set(name, known);
  return known;
}

/** Starts the back end that was asked for, or with `auto` the best one there is. */
export async function chooseBackend(requested: BackendName | "auto", load: Importer = importModule): Promise<Backend> {
  // Whatever copy of TensorFlow.js a package brings along, all of a process register with the same engine.
  const tf = createRequire(import.meta.url)(join(tensorflowFolder(), "tensorflow.cjs")) as Tf;
  // The native package registers a copy of every CPU kernel again; outside production mode each is a warning on stderr,
  // 170 lines in all.
  tf.enableProdMode();
  const wanted: readonly BackendName[] = requested === "auto" ? ["tensorflow", "wasm", "cpu"] : [requested];
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
