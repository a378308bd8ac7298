/**
 * Names a style or script element by its content, for the page's Content-Security-Policy: a browser runs no other
 * element.
 */
import { createHash } from "node:crypto";

/** `'sha256-...'`. Source: W3C, "Content Security Policy Level 3", section 6.7.3.3. */
export const elementHash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
