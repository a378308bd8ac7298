/**
 * Signs what coordinators and workers say to each other through a server that others may write to: HMAC-SHA256 over the
 * text and over what it is about (its kind, the study, the job, the number of the question), so that no message passes
 * for another one. Without a secret the key is one that everybody knows: a message then still answers its own question
 * only, but whoever can write to the server can write it. A signed text is `NAME.MAC.TEXT`; the name tells keys apart
 * and says nothing of the secret.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

const WITHOUT_SECRET = "no-key";
const SIGNED = /^(no-key|[0-9a-f]{8})\.([0-9a-f]{64})\./;

export class Signer {
  /** Name of the key, for people. */
  readonly name: string;
  private readonly key: KeyObject;

  /** `secret`: null where there is none. */
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

  /** The text; null where it is not signed with this key, or is about something else. */
  open(about: readonly string[], signed: string): string | null {
    const [head, , mac] = SIGNED.exec(signed) ?? [];
    if (head === undefined || mac === undefined) return null;
    const text = signed.slice(head.length);
    return timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(this.mac(about, text), "hex")) ? text : null;
  }

  /** What to say to somebody who signs otherwise. */
  mismatch(signed: string, whose: string): string {
    const name = SIGNED.exec(signed)?.[1];
    if (name === undefined) return `${whose} message is not signed`;
    if (name === this.name) return `${whose} message was changed on the server, or answers another question`;
    const key = (of: string): string => (of === WITHOUT_SECRET ? "without a key" : `with key ${of}`);
    return `${whose} messages are signed ${key(name)}, ours ${key(this.name)}; give the same --key-file on all hosts`;
  }

  /** Lines of JSON hold no line break: the two parts cannot be taken for others. */
  private mac(about: readonly string[], text: string): string {
    return createHmac("sha256", this.key).update(JSON.stringify(about)).update("\n").update(text).digest("hex");
  }
}

/**
 * What a text says whose signature is not ours: to call its writer by name, and for nothing else. Null: it is no signed
 * text.
 */
export function unverified(signed: string): string | null {
  const head = SIGNED.exec(signed)?.[0];
  return head === undefined ? null : signed.slice(head.length);
}
