/** What the way between hosts failed at, never a point: worth another attempt, and no verdict on the inputs. */
import { InputError } from "../../base/errors.js";

export class TransferError extends InputError {}

export function transferError(place: string, message: string, fix = ""): TransferError {
  return new TransferError([{ file: place, line: null, column: null, path: "", message, fix }]);
}

/** An error of a server's answer in the product's words; any other as it is. */
export function serverError(place: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ReplyError") return error;
  const full = error.message.startsWith("OOM");
  return transferError(
    place,
    full ? "the server is full" : `refuses: ${error.message}`,
    full ? "give the server more memory (maxmemory), or pass files through a folder: --shared-dir DIR" : "",
  );
}
