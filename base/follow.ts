/**
 * Follows a path through all symbolic links to a file, or to an open descriptor of this process (`/dev/stdout`,
 * `/dev/fd/3`).
 */
import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { systemCode } from "./file-errors.js";

type Destination = { readonly descriptor: number } | { readonly file: string };

/** The limit of Linux. */
const MOST_LINKS = 40;
/** Linux shows open descriptors as links in these folders. Opening such a link differs from using the descriptor. */
const DESCRIPTOR = /^\/(?:proc\/(?<process>\d+)|dev)\/fd\/(?<descriptor>\d+)$/;

/**
 * The last part of the path need not exist. Throws: the system's error if a folder of the path is missing or links form
 * a circle.
 */
export function followed(path: string): Destination {
  let at = resolve(path);
  for (let links = 0; links < MOST_LINKS; links++) {
    const file = join(realpathSync(dirname(at)), basename(at));
    const { process: owner, descriptor } = DESCRIPTOR.exec(file)?.groups ?? {};
    if (descriptor !== undefined && (owner === undefined || Number(owner) === process.pid)) return { descriptor: Number(descriptor) };
    const link = linkAt(file);
    if (link === null) return { file };
    at = resolve(dirname(file), link);
  }
  throw Object.assign(new Error(`${path}: too many symbolic links`), { code: "ELOOP", syscall: "readlink", path });
}

function linkAt(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === "EINVAL" || code === "ENOENT") return null;
    throw error;
  }
}
