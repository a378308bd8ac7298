/** What a format of event files is: how it is told, and how it is read. */
import type { CameraEvents } from "./event-list.js";

export interface EventFormat {
  /** One line for lists. */
  readonly about: string;
  /**
   * By the first bytes of a file (`START_BYTES` of them, or all), and by its name only where a format has no sign of
   * its own.
   */
  readonly isOne: (start: Uint8Array, name: string) => boolean;
  /** Starts what `read` needs. */
  readonly prepare?: () => Promise<void>;
  /** `bytes` reads the whole file; a library that opens files itself takes its path. Throws: InputError. */
  readonly read: (path: string, bytes: () => Uint8Array) => CameraEvents;
}

/** Whether the bytes begin with these characters. */
export function beginsWith(start: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, i) => start[i] === letter.charCodeAt(0));
}
