/** Copies plain data so that its typed arrays are in shared memory: posting them to a thread copies nothing. */

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function sharedArray(source: TypedArray): TypedArray {
  if (source.buffer instanceof SharedArrayBuffer) return source;
  const buffer = new SharedArrayBuffer(source.byteLength);
  new Uint8Array(buffer).set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  const make = source.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  // A Buffer is copied as a Uint8Array, because its own constructor is deprecated.
  return source instanceof Uint8Array ? new Uint8Array(buffer) : new make(buffer);
}

/** A deep copy with shared typed arrays; an array that occurs twice is copied once. Not for values with methods. */
export function shared<T>(value: T, seen = new Map<object, object>()): T {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;
  if (isTypedArray(value)) {
    const copy = sharedArray(value);
    seen.set(value, copy);
    return copy as typeof value;
  }
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  seen.set(value, copy);
  for (const [key, item] of Object.entries(value)) (copy as Record<string, unknown>)[key] = shared(item, seen);
  return copy as T;
}

/** Bytes of the shared typed arrays in a value, each counted once. */
export function sharedBytes(value: unknown, seen = new Set<object>()): number {
  if (typeof value !== "object" || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (isTypedArray(value)) {
    if (seen.has(value.buffer)) return 0;
    seen.add(value.buffer);
    return value.byteLength;
  }
  return Object.values(value).reduce<number>((sum, item) => sum + sharedBytes(item, seen), 0);
}
