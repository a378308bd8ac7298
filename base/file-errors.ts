/** What the system's errors about files mean, in words for people. */

const MEANINGS: { readonly [code: string]: string } = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a folder, a file is needed",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the disk is full; what was stored so far is whole",
  EDQUOT: "the disk quota is used up; what was stored so far is whole",
  EROFS: "the file system is read-only",
  EFBIG: "the file would grow over the allowed size; what was stored so far is whole",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "nothing is there that answers",
  EBUSY: "it is in use by the system, e.g. a mount point",
  EPIPE: "its reader went away",
  EIO: "the device failed",
  EMFILE: "too many files are open in this process",
  ENFILE: "too many files are open on this machine",
};

/** The code of a system error, null for any other value. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error ? error.code : null;
}

/** What a system error about a file means; null where `error` is none, or one that concerns no file. */
export function fileMeaning(error: unknown): string | null {
  const code = systemCode(error);
  return code !== null && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : null;
}
