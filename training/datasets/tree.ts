/**
 * The files of a data set, from a folder or a `.tar.gz` archive. Paths are relative, with forward slashes, sorted;
 * hidden files are skipped, and links in a folder are followed.
 * @throws InputError if the path does not exist or is no archive, if the archive is damaged, or if a file that is read
 * is a link in it
 */

import { constants } from "node:buffer";
import { statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import { fileMeaning } from "../../base/file-errors.js";
import { MOST_BINARY_BYTES, readBounded } from "../../base/read-file.js";
import { allFiles } from "./folders.js";

export interface FileTree {
  /** Path as the user typed it. */
  readonly name: string;
  readonly paths: readonly string[];
  read(path: string): Uint8Array;
}

const WANTED = { what: "file", mostBytes: MOST_BINARY_BYTES, fix: "give the folder (or .tar.gz) that holds the data set" };

const folderTree = (root: string): FileTree => ({
  name: root,
  paths: allFiles(root),
  read: (path) => readBounded(join(root, path), WANTED),
});

const BLOCK = 512;
const HIDDEN = /(^|\/)\./;
const UTF8 = new TextDecoder();

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return UTF8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Without folders that change nothing: `./a/./b` is `a/b`. */
const plainPath = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

/** Files of a tar archive (ustar, GNU long names, pax paths); null: a link. */
function untar(bytes: Uint8Array, name: string): Map<string, Uint8Array | null> {
  const files = new Map<string, Uint8Array | null>();
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((b) => b === 0)) break;
    const size = Number.parseInt(text(header.subarray(124, 136)).trim() || "0", 8);
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isInteger(size) || body.length !== size) throw inputError(name, `is not a whole tar archive: damaged at byte ${at}`);
    const type = String.fromCharCode(header[156]);
    if (type === "L") longName = text(body);
    else if (type === "x") longName = /\d+ path=([^\n]*)\n/.exec(UTF8.decode(body))?.[1] ?? null;
    else {
      const prefix = text(header.subarray(345, 500));
      const path = plainPath(longName ?? `${prefix}/${text(header.subarray(0, 100))}`);
      if (!HIDDEN.test(path)) {
        if (type === "0" || type === "\0") files.set(path, body);
        if (type === "1" || type === "2") files.set(path, null);
      }
      longName = null;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** Most unpacked bytes: recordings and tables pack to a tenth at best, a decompression bomb to a thousandth. */
const MOST_UNPACKED = (packedBytes: number): number => 64 * MIB + 32 * packedBytes;

/** @throws InputError if the bytes are no gzip, or would unpack to far more than data sets do */
export function gunzip(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.min(MOST_UNPACKED(bytes.length), constants.MAX_LENGTH) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw inputError(
        name,
        `unpacks to more than ${Math.floor(MOST_UNPACKED(bytes.length) / MIB)} MiB: no data set is packed so well`,
        "unpack it yourself",
      );
    throw inputError(name, "is not a gzip file, or it is damaged");
  }
}

/** The files inside a gzipped tar archive. */
export function archiveTree(bytes: Uint8Array, name: string): FileTree {
  const files = untar(gunzip(bytes, name), name);
  return {
    name,
    paths: [...files.keys()].sort(),
    read(path) {
      const found = files.get(path);
      if (found === undefined) throw inputError(name, `holds no file ${path}`);
      if (found === null) throw inputError(name, `holds ${path} as a link`, "unpack it, and give the folder");
      return found;
    },
  };
}

/** Opens a folder or a `.tar.gz`; `fetch` says in errors how to get its content. */
export function openTree(path: string, fetch: string): FileTree {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw inputError(path, fileMeaning(error) ?? "cannot be opened", `${fetch}, and give the folder (or .tar.gz) that holds it`);
  }
  return isFolder ? folderTree(path) : archiveTree(readBounded(path, WANTED), path);
}

/**
 * The tree itself if one of its files matches, or else the first archive directly in it (name ending in .tar.gz) with a
 * matching file; null if there is none.
 */
export function treeWith(tree: FileTree, wanted: RegExp): FileTree | null {
  if (tree.paths.some((path) => wanted.test(path))) return tree;
  for (const path of tree.paths) {
    if (!/^[^/]*\.(tar\.gz|tgz)$/.test(path)) continue;
    const inner = archiveTree(tree.read(path), `${tree.name}/${path}`);
    if (inner.paths.some((p) => wanted.test(p))) return inner;
  }
  return null;
}
