/**
 * Stores bytes under their SHA-256 for workers on other hosts: on the server, packed and in chunks, or in a folder that
 * all hosts see. What is read is checked against its address. What is cut or damaged is given up, as if it had never
 * been stored: it reads as null, like an unused address, and is stored again by the next `put`.
 * Throws: `TransferError` if bytes are too large, or cannot be read, written or given up; `InputError` if an address or
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
/** The most that Node hashes and reads at once. */
const FOLDER_LIMIT_BYTES = 2 * GIB - 1;
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

interface Sizes {
  /** Bytes before packing. */
  readonly length: number;
  readonly chunks: number;
}

export class ServerBlobs implements Blobs {
  /** `prefix`: first part of the study's keys. */
  constructor(
    private readonly client: Redis,
    private readonly prefix: string,
    private readonly limitBytes = SERVER_LIMIT_BYTES,
    private readonly chunkBytes = CHUNK_BYTES,
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
    try {
      if (await this.isWhole(key)) return address;
      const packed = await pack(bytes, { level: 1 });
      const chunks = Math.ceil(packed.length / this.chunkBytes);
      for (let i = 0; i < chunks; i++) {
        await this.client.set(`${key}:${i}`, packed.subarray(i * this.chunkBytes, (i + 1) * this.chunkBytes), "EX", KEPT_SECONDS);
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
    try {
      const sizes = await this.sizes(key);
      if (sizes === null) return null;
      const bytes = await this.read(key, sizes);
      if (bytes !== null && addressOf(bytes) === address) return bytes;
      await this.client.unlink(key);
      return null;
    } catch (error) {
      throw serverError(address, error);
    }
  }

  /** False if the server has lost a part, as one does that is full and may delete what was not used for long. */
  private async isWhole(key: string): Promise<boolean> {
    const sizes = await this.sizes(key);
    if (sizes === null) return false;
    return (await this.client.exists(...Array.from({ length: sizes.chunks }, (_, i) => `${key}:${i}`))) === sizes.chunks;
  }

  /** Null if the key holds no sizes that `put` writes. */
  private async sizes(key: string): Promise<Sizes | null> {
    const text = await this.client.getrange(key, 0, MOST_DIGITS).catch(emptyIfNoText);
    const [, length, chunks] = (/^(\d{1,10}) (\d{1,4})$/.exec(text) ?? []).map(Number);
    if (length === undefined || length > this.limitBytes) return null;
    return chunks < 1 || (chunks - 1) * this.chunkBytes > 2 * this.limitBytes ? null : { length, chunks };
  }

  /** Null if a chunk is missing, or they do not unpack to what they should. */
  private async read(key: string, { length, chunks }: Sizes): Promise<Uint8Array | null> {
    const parts: Buffer[] = [];
    for (let i = 0; i < chunks; i++) {
      const part = await this.client.getrangeBuffer(`${key}:${i}`, 0, this.chunkBytes).catch(emptyIfNoText);
      if (part === "" || part.length === 0 || part.length > this.chunkBytes) return null;
      parts.push(part);
    }
    return unpack(Buffer.concat(parts), { maxOutputLength: Math.max(1, length) }).catch(() => null);
  }

  private key(address: string): string {
    if (!ADDRESS.test(address)) throw inputError("address", "expected 64 hex digits");
    return `${this.prefix}:blob:${address}`;
  }
}

/** A key that was replaced by a list or another kind holds no text. */
function emptyIfNoText(error: unknown): "" {
  if (error instanceof Error && error.message.startsWith("WRONGTYPE")) return "";
  throw error;
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
    // Unlike a file that a user names, a file here may not be a link, because others may write to this folder.
    const temporary = `${path}.${process.pid}.${process.hrtime.bigint()}.part`;
    try {
      if ((await sizeOf(path)) === bytes.length) return address;
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
    try {
      const size = await sizeOf(path);
      if (size === null) return null;
      const bytes = size > FOLDER_LIMIT_BYTES ? null : await readFile(path);
      if (bytes !== null && addressOf(bytes) === address) return bytes;
      await rm(path, { force: true });
      return null;
    } catch (error) {
      throw transferError(path, `cannot be read: ${(error as Error).message}`);
    }
  }

  /** Whether something is stored under an address; `get` says whether it is whole. */
  async has(address: string): Promise<boolean> {
    return (await sizeOf(this.path(address)).catch(() => null)) !== null;
  }

  private path(address: string): string {
    if (!ADDRESS.test(address)) throw inputError("address", "expected 64 hex digits");
    return join(this.folder, `${address}.blob`);
  }
}

/** Bytes of a file; null if there is none. */
async function sizeOf(path: string): Promise<number | null> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (entry === null) return null;
  if (!entry.isFile()) throw new Error("it is no regular file");
  return entry.size;
}
