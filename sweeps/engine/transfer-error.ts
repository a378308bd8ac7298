/** A failure between hosts. */
import { HostFault } from "../../base/errors.js";

export class TransferError extends HostFault {}

export function transferError(place: string, message: string, fix = ""): TransferError {
  return new TransferError([{ file: place, line: null, column: null, path: "", message, fix }]);
}

/** A server's error in words of this program; any other error unchanged. */
export function serverError(place: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ReplyError") return error;
  const full = error.message.startsWith("OOM");
  return transferError(
    place,
    full ? "the server is full" : `refuses: ${error.message}`,
    full ? "give the server more memory (maxmemory), or pass files through a folder: --shared-dir DIR" : "",
  );
}
