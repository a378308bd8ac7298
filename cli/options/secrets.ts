/**
 * The two secrets of a cluster: the server's address with its password, and the key that signs jobs and answers. Each
 * comes from a file that only its owner reads, or from the environment. Effects: reads files and the environment.
 * Throws: `InputError` if a secret is missing, too short, or readable by others.
 */
import { statSync } from "node:fs";
import { inputError } from "../../base/errors.js";
import { shellWord } from "../../base/escape/shell.js";
import { readText } from "../../base/read-file.js";

export interface SecretOptions {
  readonly redis?: string;
  readonly redisFile?: string;
  readonly keyFile?: string;
}

const MOST_BYTES = 4096;
const OTHERS = 0o077;
/** 128 bits as hexadecimal digits. */
const LEAST_CHARACTERS = 32;

/** The server's address. */
export function serverOf({ redis, redisFile }: SecretOptions): string {
  if (redis !== undefined && redisFile !== undefined)
    throw inputError("--redis", "cannot be combined with --redis-file", "give one of them");
  const url = redisFile === undefined ? (redis ?? process.env.SNN_DSE_REDIS) : secretIn(redisFile);
  if (url === undefined || url === "")
    throw inputError("--redis", "names no server", "e.g. --redis redis://localhost:6379, or set SNN_DSE_REDIS");
  return url;
}

/** The key that signs jobs and answers; null: none. A file without one is refused: it was meant to hold a key. */
export function keyOf({ keyFile }: SecretOptions): string | null {
  const secret = keyFile === undefined ? (process.env.SNN_DSE_CLUSTER_KEY ?? "") : secretIn(keyFile);
  if (secret === "" && keyFile === undefined) return null;
  const holds = secret.length < LEAST_CHARACTERS ? `${secret.length} characters` : /\s/.test(secret) ? "spaces or several lines" : null;
  if (holds === null) return secret;
  throw inputError(
    keyFile ?? "SNN_DSE_CLUSTER_KEY",
    `holds ${holds}; a key has at least ${LEAST_CHARACTERS} characters, without spaces`,
    "make one: openssl rand -hex 32 > cluster.key; chmod 600 cluster.key",
  );
}

/** Text of a file that only its owner may read. A pipe is accepted: `--key-file <(pass cluster)`. */
function secretIn(file: string): string {
  const text = readText(file, { what: "file with a secret", fix: "give a file of one line", mostBytes: MOST_BYTES, pipes: true });
  const stat = statSync(file);
  if (stat.isFile() && (stat.mode & OTHERS) !== 0)
    throw inputError(file, `can be read by others (mode ${(stat.mode & 0o777).toString(8)})`, `run: chmod 600 ${shellWord(file)}`);
  return text.trim();
}
