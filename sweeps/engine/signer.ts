/**
 * Signs what coordinators and workers send each other through a server to which others may write: HMAC-SHA256 over the
 * text and over what it refers to (its kind, study, job, nonce of the question), so that no message passes for another
 * one. Without a secret, everybody knows the key: a message then still answers only its own question, but whoever can
 * write to the server can forge it. A signed text is `NAME.MAC.TEXT`; the name tells keys apart and reveals nothing of
 * the secret.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

const WITHOUT_SECRET = "no-key";
const SIGNED = /^(no-key|[0-9a-f]{8})\.([0-9a-f]{64})\./;

export class Signer {
  /** Name of the key, for messages. */
  readonly name: string;
  private readonly key: KeyObject;

  /** `secret`: null for the key that everybody knows. */
  constructor(secret: string | null) {
    this.key = createSecretKey(Buffer.from(`snn-dse\n${secret ?? ""}`));
    this.name = secret === null ? WITHOUT_SECRET : this.mac(["name"], "").slice(0, 8);
  }

  get hasSecret(): boolean {
    return this.name !== WITHOUT_SECRET;
  }

  sign(about: readonly string[], text: string): string {
    return `${this.name}.${this.mac(about, text)}.${text}`;
  }

  /** The text; null if it is not signed with this key or refers to something else. */
  open(about: readonly string[], signed: string): string | null {
    const [head, , mac] = SIGNED.exec(signed) ?? [];
    if (head === undefined || mac === undefined) return null;
    const text = signed.slice(head.length);
    return timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(this.mac(about, text), "hex")) ? text : null;
  }

  /** What to report to somebody whose signature does not match. */
  mismatch(signed: string, whose: string): string {
    const name = SIGNED.exec(signed)?.[1];
    if (name === undefined) return `${whose} message is not signed`;
    if (name === this.name) return `${whose} message was changed on the server, or answers another question`;
    const key = (of: string): string => (of === WITHOUT_SECRET ? "without a key" : `with key ${of}`);
    return `${whose} messages are signed ${key(name)}, ours ${key(this.name)}; give the same --key-file on all hosts`;
  }

  /** A JSON line holds no line break, so the two parts cannot be confused. */
  private mac(about: readonly string[], text: string): string {
    return createHmac("sha256", this.key).update(JSON.stringify(about)).update("\n").update(text).digest("hex");
  }
}

/**
 * The text of a message whose signature is not ours: only for naming its writer in messages. Null: it is no signed
 * text.
 */
export function unverified(signed: string): string | null {
  const head = SIGNED.exec(signed)?.[0];
  return head === undefined ? null : signed.slice(head.length);
}
