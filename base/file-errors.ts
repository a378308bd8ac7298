/** Messages for the system's file errors, by their codes. */

const MEANINGS: { readonly [code: string]: string } = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a folder, a file is needed",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the disk is full; stored data are intact",
  EDQUOT: "the disk quota is used up; stored data are intact",
  EROFS: "the file system is read-only",
  EFBIG: "the file would grow over the allowed size; stored data are intact",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "no device or process answers there",
  EBUSY: "it is in use by the system, e.g. a mount point",
  EPIPE: "the process that reads it has ended",
  EIO: "the device failed",
  EMFILE: "too many files are open in this process; raise the limit (ulimit -n)",
  ENFILE: "too many files are open on this machine",
};

/** The code of a system error, e.g. `ENOENT`; null for any other value. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error ? error.code : null;
}

/** The message for a system error about a file; null for any other value. */
export function fileMeaning(error: unknown): string | null {
  const code = systemCode(error);
  return code !== null && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : null;
}
