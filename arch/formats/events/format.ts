/** A format of event files: how it is recognised and read. */
import type { CameraEvents } from "./event-list.js";

export interface EventFormat {
  /** One line for lists. */
  readonly about: string;
  /**
   * Recognises the first bytes of a file (`START_BYTES` of them, or all), or its name only if the format has no
   * signature.
   */
  readonly isOne: (start: Uint8Array, name: string) => boolean;
  /** Loads what `read` needs. */
  readonly prepare?: () => Promise<void>;
  /** `bytes` reads the whole file; a library that opens files itself uses the path. Throws: InputError. */
  readonly read: (path: string, bytes: () => Uint8Array) => CameraEvents;
}

/** True if the bytes begin with these characters. */
export function beginsWith(start: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, i) => start[i] === letter.charCodeAt(0));
}
