/** Addresses of servers: what could be read in two ways is refused, and no error shows a part of a password. */
import { expect, test } from "vitest";
import { checkedPrefix } from "../../sweeps/engine/protocol.js";
import { connect } from "../../sweeps/engine/queue-connection.js";

test.each([
  "redis://:12/secret@127.0.0.1:1",
  "redis://user:12/secret@127.0.0.1:1",
  "redis://user:12?secret@127.0.0.1:1",
  "redis://user:12#secret@127.0.0.1:1",
  "redis://user:%secret@127.0.0.1:1",
  "redis://:secret@127.0.0.1:99999",
  "rediss://:secret@",
  "http://user:secret@127.0.0.1:1",
  "secret",
])("%s is refused without a word of it", async (url) => {
  const error = await connect(url, () => {}).catch((thrown: unknown) => thrown as Error);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(/^--redis, --redis-file or SNN_DSE_REDIS: .*redis:\/\/host:port/s);
  expect(message).not.toContain("secret");
});

test.each(["*", "a[b]", "a b", "", "x".repeat(101), "é"])("the prefix '%s', which is a pattern or no name, is refused", (prefix) => {
  expect(() => checkedPrefix(prefix)).toThrow(/--redis-prefix/);
});
