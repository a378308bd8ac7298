/**
 * Database files that this process has open, for reading or writing. SQLite's locks are the process's own (POSIX): once
 * any descriptor of the file is closed, all of them are gone, and another program takes a file that is being read for
 * one that nobody uses. So nothing but SQLite may open such a file. Effects: looks at files.
 */
import { type Stats, statSync } from "node:fs";

/** Connections by the file's device and inode. */
const connections = new Map<string, number>();

export const inodeOf = ({ dev, ino }: Pick<Stats, "dev" | "ino">): string => `${dev}:${ino}`;

/** Notes a connection to a file; returns what to call once it is closed. */
export function noteOpen(file: string): () => void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return () => {};
  const inode = inodeOf(stats);
  const add = (count: number): void => void connections.set(inode, (connections.get(inode) ?? 0) + count);
  add(1);
  let isOpen = true;
  return () => {
    if (isOpen) add(-1);
    isOpen = false;
  };
}

export const isOpenHere = (stats: Stats): boolean => (connections.get(inodeOf(stats)) ?? 0) > 0;
