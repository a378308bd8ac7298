/**
 * Connection to a Redis or Valkey server: `redis://` or `rediss://` (TLS), with the password in the address. A
 * connection that was once made reconnects for ever.
 * Throws: `InputError` if the packages are not installed, the address is not valid, or the server refuses; its text
 * never holds a password.
 */

import type { Redis } from "ioredis";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import type { Signer } from "./signer.js";

export type { Redis } from "ioredis";
export type BullMq = typeof import("bullmq");

const LONGEST_PAUSE_MS = 2_000;
/** Attempts at the start, and the pause between them: a server that restarts answers soon. */
const FIRST_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 500;

/** An address for logs, without user and password. */
export function redacted(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
  } catch {
    return "(no address)";
  }
}

/**
 * @throws InputError if the address can be understood in two ways: a part of a password must never be taken for a host,
 * which error messages name
 */
function checkedAddress(url: string): void {
  const wrong = (what: string): Error => {
    const encoded = "in a user's name or password write %2F for /, %3F for ?, %23 for #, %40 for @, %25 for %";
    return inputError("--redis, --redis-file or SNN_DSE_REDIS", what, `expected redis://host:port, or rediss:// for TLS; ${encoded}`);
  };
  if (!/^rediss?:\/\/[^/]/.test(url)) throw wrong("is no address of a server");
  let parsed: URL;
  try {
    parsed = new URL(url);
    for (const part of [parsed.username, parsed.password]) decodeURIComponent(part);
  } catch {
    throw wrong("is no address of a server");
  }
  const { hostname, pathname, search, hash } = parsed;
  if (hostname === "" || !/^\/?\d{0,5}$/.test(pathname) || search !== "" || hash !== "")
    throw wrong("says more than user, password, host, port and number of the database");
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @throws InputError if messages without a signature would cross a network, where anybody could have written them */
export function checkedServer(url: string, signer: Signer): void {
  checkedAddress(url);
  if (signer.hasSecret || LOOPBACK.test(new URL(url).hostname)) return;
  throw inputError(
    redacted(url),
    "is not on this host, and without a key nobody could tell real jobs and answers from forged ones",
    "make a key (openssl rand -hex 32 > cluster.key; chmod 600 cluster.key) and give it to the sweep and to each worker: --key-file cluster.key",
  );
}

const isDenial = (message: string): boolean => /NOAUTH|WRONGPASS|AUTH/.test(message);

function absent(name: string): never {
  throw inputError(name, "is not installed; a queue on a server needs it", "run: npm install bullmq ioredis");
}

/**
 * What BullMQ and ioredis print on the console with words of the server, control characters too, once a connection.
 * `noticesOf` says what matters of it.
 */
const PRINTED =
  /^(IMPORTANT! Eviction policy|It is highly recommended to use a minimum Redis version|Skipping the ready check because INFO)/;

/** The console's function that holds these back; null: none yet. */
let selective: typeof console.warn | null = null;

/** Before each use of the packages: another part of the process may have put its own function in our place. */
function holdBack(): void {
  const { warn } = console;
  if (warn === selective) return;
  selective = (...parts: readonly unknown[]) => {
    if (!PRINTED.test(String(parts[0]))) warn(...parts);
  };
  console.warn = selective;
}

const LEAST_VERSION: readonly number[] = [6, 2];

/** What makes a server unfit; `info`: its answer to INFO, of which only words that are known are repeated. */
function noticesOf(info: string): string[] {
  const policy = /^maxmemory_policy:(.*)$/m.exec(info)?.[1].trim() ?? "noeviction";
  const version = /^redis_version:(\d{1,4})\.(\d{1,4})\b/m.exec(info)?.slice(1).map(Number) ?? LEAST_VERSION;
  const isOld = version[0] < LEAST_VERSION[0] || (version[0] === LEAST_VERSION[0] && version[1] < LEAST_VERSION[1]);
  const named = /^[a-z-]{1,30}$/.test(policy) ? policy : "unknown";
  return [
    ...(policy === "noeviction"
      ? []
      : [`its eviction policy is ${named}: when it is full, it deletes jobs and what they need; set maxmemory-policy to noeviction`]),
    ...(isOld ? [`it is Redis ${version.join(".")}; at least ${LEAST_VERSION.join(".")} is needed`] : []),
  ];
}

export async function loadBullMq(): Promise<BullMq> {
  holdBack();
  try {
    return await import("bullmq");
  } catch {
    return absent("bullmq");
  }
}

/** A lasting connection. `trouble` is called if the server is unfit, when it is lost, and when it is back. */
export async function connect(url: string, trouble: (text: string) => void): Promise<Redis> {
  holdBack();
  const shown = redacted(url);
  checkedAddress(url);
  const { Redis: Client } = await import("ioredis").catch(() => absent("ioredis"));
  let stood = false;
  let lost = false;
  let last = "";
  const client = new Client(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy: (times) => (stood ? Math.min(50 * powerOfTwo(Math.min(times, 10)), LONGEST_PAUSE_MS) : null),
  });
  client.on("error", (error: Error) => {
    if (lost && isDenial(error.message) && !isDenial(last)) trouble(`${shown} is back, but refuses: ${error.message}`);
    last = error.message;
  });
  client.on("reconnecting", () => {
    if (stood && !lost) trouble(`${shown} is out of reach${last === "" ? "" : ` (${last})`}; trying again`);
    lost = true;
  });
  client.on("ready", () => {
    if (stood && lost) trouble(`${shown} is back`);
    lost = false;
  });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.connect();
        await client.ping();
        const { db = 0 } = client.options;
        if (db !== 0) await client.select(db); // the client itself goes on in database 0 if the server refuses
        break;
      } catch (error) {
        if (attempt === FIRST_ATTEMPTS || !/ECONNREFUSED|ECONNRESET|LOADING/.test(last)) throw error;
        if (attempt === 1) trouble(`${shown} does not answer (${last}); trying again`);
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS));
      }
    }
  } catch (error) {
    client.disconnect();
    const why = last !== "" ? last : error instanceof Error ? error.message : String(error);
    const fix = isDenial(why)
      ? "put user and password into the address: redis://user:password@host"
      : /DB index/.test(why)
        ? "take the number of a database that the server has, or leave it out"
        : "is the server running?";
    throw inputError(shown, `cannot be used: ${why}`, fix);
  }
  stood = true;
  lost = false;
  for (const notice of noticesOf(await client.info().catch(() => ""))) trouble(`${shown}: ${notice}`);
  return client;
}
