import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { SerialPort } from "serialport";
import t from "tap";
import { PseudoTerminal } from "./pty.js";

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);

function openPort(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 19_200, autoOpen: false });
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((resolve, reject) => port.close((error) => (error ? reject(error) : resolve())));
}

/** Collects from `subscribe` until `count` bytes are there; the test's own deadline bounds it. */
function collect(
  subscribe: (listener: (bytes: Uint8Array) => void) => void,
  count: number,
): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    subscribe((bytes) => {
      parts.push(Uint8Array.from(bytes));
      const whole = Buffer.concat(parts);
      if (whole.length >= count) resolve(Uint8Array.from(whole));
    });
  });
}

t.test("all 256 byte values pass unchanged, both ways, again after the opener went and came", async (t) => {
  const pty = await PseudoTerminal.open(join(t.testdir(), "ports", "rs485"));
  t.teardown(() => pty.close());
  for (const round of ["first", "second"]) {
    const port = await openPort(pty.link ?? "");
    const up = collect((listener) => pty.onData(listener), 256);
    port.write(ALL_BYTES);
    t.same(await up, ALL_BYTES, `${round}: port to simulator`);
    const down = collect((listener) => port.on("data", listener), 256);
    pty.write(ALL_BYTES);
    t.same(await down, ALL_BYTES, `${round}: simulator to port`);
    await closePort(port);
  }
});

t.test("a reader without raw mode of its own sees no echo and no translation", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  const up = collect((listener) => pty.onData(listener), 4);
  writeFileSync(pty.path, "a\n\r\x03");
  t.equal(Buffer.from(await up).toString("latin1"), "a\n\r\x03");
});

t.test("closing is an unplugged adapter: openers are hung up, the link is gone", async (t) => {
  const link = join(t.testdir(), "rs485");
  const pty = await PseudoTerminal.open(link);
  t.equal(readlinkSync(link), pty.path);
  const opener = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  t.teardown(() => closeSync(opener));
  t.equal(writeSync(opener, "x"), 1);
  await pty.close();
  t.throws(() => writeSync(opener, "x"), { code: "EIO" });
  t.notOk(lstatSync(link, { throwIfNoEntry: false }));
  t.notOk(existsSync(pty.path));
  await pty.close();
  pty.write(ALL_BYTES);
  t.equal(pty.dropped, 256, "writing afterwards is counted, not an error");
});

t.test("an old link is replaced, a file is not, a newer link is left alone", async (t) => {
  const dir = t.testdir({ file: "keep me" });
  const link = join(dir, "rs485");
  const first = await PseudoTerminal.open(link);
  t.teardown(() => first.close());
  const second = await PseudoTerminal.open(link);
  t.teardown(() => second.close());
  t.equal(readlinkSync(link), second.path);
  await first.close();
  t.equal(readlinkSync(link), second.path, "the first one's end does not take the second one's link");
  await t.rejects(PseudoTerminal.open(join(dir, "file")), { code: "EEXIST" });
});

t.test("nobody reads: what waits is bounded", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  for (let at = 0; at < 1_000; at++) pty.write(ALL_BYTES);
  t.ok(pty.dropped > 0, `${pty.dropped} bytes dropped`);
});
