import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import t from "tap";
import { SystemClock } from "../core/clock.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { ManualClock } from "../core/manual-clock.js";
import type { ReadingBatch } from "../core/reading.js";
import { FakeLine } from "../line/fake-line.js";
import { LINE_MESSAGES } from "../line/messages.js";
import { appendCrc } from "./crc.js";
import { MbapReader } from "./mbap.js";
import { PduClient } from "./pdu-client.js";
import type { Span } from "./planner.js";
import type { ModbusTcpSettings } from "./schema.js";
import { createModbusTcpDriver, ModbusTcpDriver } from "./tcp-driver.js";
import { contextOf, deviceOf, NEVER, pointOf, seeded, shown } from "./test-devices.js";

const SETTINGS: ModbusTcpSettings = {
  host: "127.0.0.1",
  port: 502,
  timeout: 500,
  pipeline: 1,
  connect_timeout: 1000,
};

/** A reply to this request with these bytes of unit and PDU instead of the right ones. */
function adu(transaction: number, hex: string, protocol = 0): Buffer {
  const pdu = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const out = Buffer.alloc(6 + pdu.length);
  out.writeUInt16BE(transaction, 0);
  out.writeUInt16BE(protocol, 2);
  out.writeUInt16BE(pdu.length, 4);
  pdu.copy(out, 6);
  return out;
}

interface Bench {
  readonly clock: ManualClock;
  readonly line: FakeLine;
  readonly driver: ModbusTcpDriver;
  request(unit: number, address: number): ReadRequest;
  read(unit: number, address: number): Promise<ReadingBatch | TramError>;
}

async function bench(): Promise<Bench> {
  const clock = new ManualClock();
  const line = new FakeLine(clock, 0);
  const devices = [deviceOf(1), deviceOf(2)];
  const driver = new ModbusTcpDriver(SETTINGS, devices, contextOf(clock), line);
  await driver.connect(NEVER);
  const request = (unit: number, address: number): ReadRequest =>
    driver.plan(devices[unit - 1] as DriverDevice, [pointOf(`unit${unit}`, address)])[0] as ReadRequest;
  const read = async (unit: number, address: number): Promise<ReadingBatch | TramError> => {
    let outcome: ReadingBatch | TramError | undefined;
    driver.read(request(unit, address), NEVER).then(
      (batch) => {
        outcome = batch;
      },
      (error: TramError) => {
        outcome = error;
      },
    );
    for (let i = 0; i < 10_000 && !outcome; i++) await clock.advance(1);
    if (!outcome) throw new Error("the read did not settle");
    return outcome;
  };
  return { clock, line, driver, request, read };
}

const idOf = (sent: Buffer): number => sent.readUInt16BE(0);

t.test("late replies are recognised by their id", async (t) => {
  const { line, driver, read, request: requestOf } = await bench();
  const request = requestOf(1, 1);
  line.script = (sent, line) => line.after(800, adu(idOf(sent), "01 03 02 00 63"));
  t.equal(shown(await read(1, 0)), "transient modbus.no_answer_tcp");
  line.script = (sent, line) => line.after(400, adu(idOf(sent), "01 03 02 00 07"));
  t.equal(shown(await read(1, 1)), 7, "asked again at once, and the late one is not taken");
  t.match(driver.stats(), { late: 1 });

  line.script = () => {};
  await read(1, 0);
  const owed = idOf(line.sent.at(-1) as Buffer);
  line.script = (sent, line) => line.give(adu(idOf(sent), "01 03 02 00 07"));
  const ids = new Set<number>();
  for (let i = 0; i < 65_600; i++) {
    const batch = driver.read(request, NEVER);
    ids.add(idOf(line.sent.at(-1) as Buffer));
    line.sent.length = 0;
    await batch;
  }
  t.equal(ids.size, 65_535, "all ids but one");
  t.notOk(ids.has(owed), "the one whose reply may still come");
  await driver.close();
});

t.test("a connection that gives nothing is made anew", async (t) => {
  const { line, driver, read } = await bench();
  await read(1, 0);
  t.equal(line.opened, 1);
  await read(2, 0);
  t.notOk(line.isOpen, "dropped after the second silence in a row");
  line.script = (sent, line) => line.after(5, adu(idOf(sent), "01 03 02 00 07"));
  t.equal(shown(await read(1, 0)), 7);
  t.equal(line.opened, 2);

  const gone = new LinkError(LINE_MESSAGES.tcp_closed, { name: "fake" });
  line.lose(gone);
  t.equal(shown(await read(1, 0)), 7, "closed while nobody asked: made again before the next request");
  line.script = (_, line) => line.lose(gone);
  t.equal(shown(await read(1, 0)), "link line.tcp_closed", "closed in the middle: the poller decides");
  line.refuse = new LinkError(LINE_MESSAGES.tcp_connect_timeout, { name: "fake", ms: 1000 });
  t.equal(shown(await read(1, 0)), "link line.tcp_connect_timeout");
  await driver.close();
  t.equal(shown(await read(1, 0)), "link modbus.not_connected");
});

t.test("the queue has a bound, and each read in it settles", async (t) => {
  const { line, driver, request, clock } = await bench();
  const wanted = request(1, 0);
  const reads = Array.from({ length: 1000 }, () =>
    driver.read(wanted, NEVER).catch((error: TramError) => error),
  );
  await t.rejects(driver.read(wanted, NEVER), { code: "modbus.queue_full" });
  await clock.advance(10);
  await driver.close();
  const codes = new Set((await Promise.all(reads)).map((outcome) => String(shown(outcome))));
  t.same([...codes], ["link modbus.closed", "link modbus.not_connected"]);
  t.equal(line.sent.length, 1);
});

t.test("the library takes replies apart, and refuses what is none", async (t) => {
  const { request } = await bench();
  const client = new PduClient();
  const frame = (hex: string): Buffer => {
    const bytes = Buffer.alloc(hex.length / 2 + 2);
    appendCrc(bytes, bytes.write(hex, "hex"));
    return bytes;
  };
  t.equal(client.request(request(1, 4).detail as Span).toString("hex"), "010300040001c5cb");
  t.match(client.parse(frame("0103020102")), { kind: "data", bytes: Buffer.of(1, 2) });
  t.match(client.parse(frame("018302")), { kind: "exception", exception: 2 });
  for (const hex of ["0203020102", "0104020102", "01030401020304", "01"]) {
    t.match(client.parse(frame(hex)), { kind: "refused" }, hex);
  }
  t.match(client.parse(Buffer.from("01030201020000", "hex")), { kind: "refused" }, "a wrong CRC");
});

t.test("a stream is cut into frames however it is portioned", async (t) => {
  const frames = [
    adu(1, "01 03 02 00 01"),
    adu(2, `01 03 FA ${"AB".repeat(250)}`),
    adu(3, "01 83 02"),
    adu(4, "01 01 01 07"),
  ];
  const stream = Buffer.concat(frames);
  for (let size = 1; size <= stream.length; size++) {
    const seen: string[] = [];
    const reader = new MbapReader({
      onFrame: (_, frame) => seen.push(frame.toString("hex")),
      onGarbage: () => t.fail("no garbage"),
    });
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    if (seen.join() !== frames.map((frame) => frame.toString("hex")).join()) t.fail(`portions of ${size}`);
  }
  for (const [name, hex] of Object.entries({
    protocol: "000100010003010302",
    short: "00010000000201830102",
    long: "0001000000ff01830102",
  })) {
    for (const size of [1, 100]) {
      let garbage = 0;
      const reader = new MbapReader({ onFrame: () => t.fail(name), onGarbage: () => garbage++ });
      const bytes = Buffer.from(hex, "hex");
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      t.equal(garbage, 1, `${name}, portions of ${size}`);
    }
  }
});

/** Ten thousand requests would take minutes in real time; the manual clock has those. Here are real sockets. */
t.test("a server on a real socket that answers late as it pleases", async (t) => {
  const random = seeded(11);
  const server = await listen((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= 12; rest = rest.subarray(12)) {
        const reply = adu(
          rest.readUInt16BE(0),
          `0${rest[6]} 03 02 0${rest[6]} ${rest.subarray(9, 10).toString("hex")}`,
        );
        const delay = random() < 0.3 ? 20 + random() * 200 : random() * 10;
        setTimeout(() => socket.writable && socket.write(reply), delay);
      }
    });
  });
  const devices = [1, 2, 3].map((unit) => deviceOf(unit, { timeout: 20 }));
  const settings = { ...SETTINGS, port: (server.address() as AddressInfo).port };
  const driver = createModbusTcpDriver(settings, devices, contextOf(new SystemClock("boot")));
  await driver.connect(NEVER);
  let good = 0;
  for (let i = 0; i < 300; i++) {
    const device = devices[i % 3] as DriverDevice;
    const address = Math.floor(random() * 200);
    const wanted = driver.plan(device, [pointOf(device.id, address)])[0] as ReadRequest;
    const batch = await driver.read(wanted, NEVER).catch((error: TramError) => error);
    if (batch instanceof TramError) continue;
    good++;
    if (batch.values[0] !== (1 + (i % 3)) * 256 + address) t.fail(`unit ${1 + (i % 3)} address ${address}`);
  }
  t.ok(good > 100, `${good} good`);
  t.ok(driver.stats().late > 5, `${driver.stats().late} late`);
  await driver.close();
  server.close();
});

t.test("connecting has an end", async (t) => {
  const context = contextOf(new SystemClock("boot"));
  const closed = await listen(() => {});
  const port = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  const refused = createModbusTcpDriver({ ...SETTINGS, port }, [], context);
  await t.rejects(refused.connect(NEVER), { class: "link", code: "line.tcp_connect_failed" });
  const unknown = createModbusTcpDriver({ ...SETTINGS, host: "no-such-host.invalid" }, [], context);
  await t.rejects(unknown.connect(NEVER), LinkError);

  // A clock that is stepped by hand, and a peer that does not exist on this machine's test network.
  const clock = new ManualClock();
  const slow = createModbusTcpDriver({ ...SETTINGS, host: "192.0.2.1" }, [], contextOf(clock));
  const pending = slow.connect(NEVER).catch((error: TramError) => error);
  await clock.advance(1000);
  t.ok((await pending) instanceof LinkError);
  const abort = new AbortController();
  const aborted = slow.connect(abort.signal);
  abort.abort(new Error("stop"));
  await t.rejects(aborted, LinkError);
});

function listen(onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  t.teardown(() => server.close());
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
