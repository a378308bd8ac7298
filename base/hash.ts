/** Content addresses: SHA-256 over bytes and over canonical JSON. */
import { createHash } from "node:crypto";
import { GIB } from "./bytes.js";

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `T` if it is plain data, interfaces included; `never` if it holds a function, a class or `undefined`. */
type Plain<T> = T extends Json
  ? T
  : T extends bigint | symbol | undefined | ((...values: never[]) => unknown)
    ? never
    : { readonly [Key in keyof T]: Plain<T[Key]> };

/** The same value, typed as JSON. */
export function asJson<T>(value: T & Plain<T>): Json {
  return value as Json;
}

/**
 * JSON with keys sorted by code unit at every depth and no white space: equal values give equal text. @throws on NaN or
 * infinity.
 */
export function canonicalJson<T>(value: T & Plain<T>): string {
  return canonicalText(value);
}

function canonicalText(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "number") throw new Error(`canonical JSON cannot hold ${value}`);
  if (typeof value !== "object") throw new Error(`canonical JSON cannot hold ${typeof value}`);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const fields = value as { readonly [key: string]: unknown };
  let text = "";
  // sorting keys and joining text directly takes half the time of sorting entries; every point of a search is hashed
  for (const key of Object.keys(fields).sort()) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalText(fields[key])}`;
  return `{${text}}`;
}

/** Lower-case hex SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly (string | ArrayBufferView)[]): string {
  return sha256Of(parts);
}

/** As `sha256`, for parts made one by one: a part is read before the next one is made, so they may share a buffer. */
export function sha256Of(parts: Iterable<string | ArrayBufferView>): string {
  const hash = createHash("sha256");
  for (const part of parts)
    if (typeof part === "string") hash.update(part);
    else for (const piece of piecesOf(part)) hash.update(piece);
  return hash.digest("hex");
}

/** The bytes of a typed array of any length, without a copy: Node hashes and writes less than 2 GiB at a time. */
export function piecesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): readonly Uint8Array[] {
  const count = Math.ceil(byteLength / GIB);
  return Array.from({ length: count }, (_, i) => new Uint8Array(buffer, byteOffset + i * GIB, Math.min(GIB, byteLength - i * GIB)));
}

/** SHA-256 of a JSON value's canonical text. */
export function hashJson<T>(value: T & Plain<T>): string {
  return sha256(canonicalText(value));
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
