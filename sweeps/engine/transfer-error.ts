/** A failure between hosts, never of a point: another attempt may succeed, and the inputs may be right. */
import { InputError } from "../../base/errors.js";

export class TransferError extends InputError {}

export function transferError(place: string, message: string, fix = ""): TransferError {
  return new TransferError([{ file: place, line: null, column: null, path: "", message, fix }]);
}

const TRANSFER = "TRANSFER";

/** A transfer that failed, as how an attempt at a point ended. */
export function transferFailure(reason: string, durationMs = 0) {
  return { kind: "failed", code: TRANSFER, reason, retryable: true, durationMs } as const;
}

/** The outcome of a point's last attempt. @throws TransferError if it says nothing about the point: it is not stored */
export function ofPoint<T extends { readonly kind: string; readonly code?: string; readonly reason?: string }>(id: number, outcome: T): T {
  const { code, reason = "" } = outcome;
  if (code !== TRANSFER) return outcome;
  throw transferError(`point ${id}`, reason, "its other attempts failed too; once that is mended, the same command continues");
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
