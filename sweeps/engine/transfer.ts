/**
 * Stores bytes under their SHA-256 for workers on other hosts: on the server, packed and in chunks, or in a folder that
 * all hosts see. What is read is checked against its address; an unused address gives null.
 * Throws: `TransferError` if bytes are too large, were damaged, or cannot be written; `InputError` if an address or
 * folder is not valid.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { GIB, MIB } from "../../base/bytes.js";
import { inputError } from "../../base/errors.js";
import type { Redis } from "./queue-connection.js";
import { serverError, transferError } from "./transfer-error.js";

export interface Blobs {
  /** Stores bytes and returns their address; stored bytes are not sent again. `what` names them in errors. */
  put(bytes: Uint8Array, what: string): Promise<string>;
  get(address: string): Promise<Uint8Array | null>;
}

/** Most bytes of one piece on the server, before packing. */
const SERVER_LIMIT_BYTES = 512 * MIB;
const FOLDER_LIMIT_BYTES = 4 * GIB;
const CHUNK_BYTES = 4 * MIB;
/** Lifetime of bytes on the server: those of a killed sweep expire; a sweep that runs longer sends them again. */
export const KEPT_SECONDS = 7 * 86_400;
/** Most digits of the two sizes that are stored at an address. */
const MOST_DIGITS = 20;
const ADDRESS = /^[0-9a-f]{64}$/;

const pack = promisify(deflateRaw) as (bytes: Uint8Array, options: { level: number }) => Promise<Buffer>;
const unpack = promisify(inflateRaw) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

function addressOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

function checked(address: string, bytes: Uint8Array, place: string): Uint8Array {
  if (addressOf(bytes) !== address)
    throw transferError(place, `what lies under ${address.slice(0, 12)} is not what was put there`, "remove it");
  return bytes;
}

export class ServerBlobs implements Blobs {
  /** `prefix`: first part of the study's keys. */
  constructor(
    private readonly client: Redis,
    private readonly prefix: string,
    private readonly limitBytes = SERVER_LIMIT_BYTES,
  ) {}

  async put(bytes: Uint8Array, what: string): Promise<string> {
    if (bytes.length > this.limitBytes) {
      const limit = mebibytes(this.limitBytes);
      throw transferError(
        what,
        `is ${mebibytes(bytes.length)}; at most ${limit} go through the server`,
        "give a folder that all hosts see: --shared-dir DIR",
      );
    }
    const address = addressOf(bytes);
    const key = this.key(address);
    if ((await this.client.exists(key)) === 1) return address;
    const packed = await pack(bytes, { level: 1 });
    const chunks = Math.ceil(packed.length / CHUNK_BYTES);
    try {
      for (let i = 0; i < chunks; i++) {
        await this.client.set(`${key}:${i}`, packed.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES), "EX", KEPT_SECONDS);
      }
      // Written last, so that a reader who finds this key finds all chunks.
      await this.client.set(key, `${bytes.length} ${chunks}`, "EX", KEPT_SECONDS);
    } catch (error) {
      throw serverError(what, error);
    }
    return address;
  }

  async get(address: string): Promise<Uint8Array | null> {
    const key = this.key(address);
    const sizes = /^(\d{1,10}) (\d{1,4})$/.exec(await this.client.getrange(key, 0, MOST_DIGITS));
    if (sizes === null) return null;
    const [length, chunks] = [Number(sizes[1]), Number(sizes[2])];
    if (length > this.limitBytes || (chunks - 1) * CHUNK_BYTES > 2 * this.limitBytes)
      throw transferError(address, `says it is ${mebibytes(length)}; at most ${mebibytes(this.limitBytes)} go through the server`);
    const parts: Buffer[] = [];
    for (let i = 0; i < chunks; i++) {
      const part = await this.client.getrangeBuffer(`${key}:${i}`, 0, CHUNK_BYTES);
      if (part.length === 0) return null;
      if (part.length > CHUNK_BYTES) throw transferError(address, "was damaged on the server");
      parts.push(part);
    }
    let bytes: Uint8Array;
    try {
      bytes = await unpack(Buffer.concat(parts), { maxOutputLength: Math.max(1, length) });
    } catch {
      throw transferError(address, "was damaged on the server");
    }
    return checked(address, bytes, "the server");
  }

  private key(address: string): string {
    if (!ADDRESS.test(address)) throw inputError("address", "expected 64 hex digits");
    return `${this.prefix}:blob:${address}`;
  }
}

export class FolderBlobs implements Blobs {
  constructor(private readonly folder: string) {
    if (!existsSync(folder))
      throw inputError("--shared-dir", `there is no folder ${folder}`, "make it first, on a file system that all hosts see");
  }

  async put(bytes: Uint8Array, what: string): Promise<string> {
    if (bytes.length > FOLDER_LIMIT_BYTES)
      throw transferError(what, `is ${mebibytes(bytes.length)}; at most ${mebibytes(FOLDER_LIMIT_BYTES)} are passed on`);
    const address = addressOf(bytes);
    const path = this.path(address);
    if (existsSync(path)) return address;
    // Unlike a file that a user names, a file here may not be a link, because others may write to this folder.
    const temporary = `${path}.${process.pid}.${process.hrtime.bigint()}.part`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw transferError(this.folder, `${what} cannot be written: ${(error as Error).message}`);
    }
    return address;
  }

  async get(address: string): Promise<Uint8Array | null> {
    const path = this.path(address);
    if (!existsSync(path)) return null;
    const entry = await stat(path);
    if (!entry.isFile()) throw transferError(path, "is no regular file", "remove it");
    const { size } = entry;
    if (size > FOLDER_LIMIT_BYTES) throw transferError(path, `is ${mebibytes(size)}; at most ${mebibytes(FOLDER_LIMIT_BYTES)} are read`);
    return checked(address, await readFile(path), path);
  }

  private path(address: string): string {
    if (!ADDRESS.test(address)) throw inputError("address", "expected 64 hex digits");
    return join(this.folder, `${address}.blob`);
  }
}
