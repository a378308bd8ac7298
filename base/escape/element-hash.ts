/**
 * What a Content-Security-Policy calls a style or script element by its content: the only ones that a page of the
 * program lets a browser take.
 */
import { createHash } from "node:crypto";

/** `'sha256-...'`. Source: W3C, "Content Security Policy Level 3", section 6.7.3.3. */
export const elementHash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
