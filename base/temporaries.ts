/** Temporary files and folders of this process, which are removed when it ends (`at-end.ts`). Effects: files. */
import { rmSync } from "node:fs";
import { atEnd } from "./at-end.js";

/** A process that was killed a moment ago may still end its last write. */
const REMOVALS = { recursive: true, force: true, maxRetries: 3 } as const;

const kept = new Map<string, () => void>();

/** Removes the file or folder when the program ends, unless it is released before. */
export function keepTemporary(file: string): void {
  if (!kept.has(file))
    kept.set(
      file,
      atEnd(() => rmSync(file, REMOVALS)),
    );
}

export function releaseTemporary(file: string): void {
  kept.get(file)?.();
  kept.delete(file);
}
