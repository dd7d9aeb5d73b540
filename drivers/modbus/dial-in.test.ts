import { connect, type Socket } from "node:net";
import t from "tap";
import { SystemClock } from "../core/clock.js";
import type { Driver, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { type Log, SILENT_LOG } from "../core/log.js";
import { ManualClock } from "../core/manual-clock.js";
import { bytesOf } from "../line/dial-in-line.js";
import { DialInPorts } from "../line/dial-in-ports.js";
import { asciiLine } from "./ascii-frames.js";
import { createModbusDialInDriver } from "./dial-in.js";
import { frame } from "./rtu-bench.js";
import type { ModbusDialInSettings } from "./schema.js";
import { contextOf, deviceOf, NEVER, pointOf } from "./test-devices.js";

const CLOCK = new SystemClock("boot");
const LISTEN = "127.0.0.1:0";
const DEVICE = deviceOf(1, { worst_reply: 50 });

interface Place {
  readonly ports: DialInPorts;
  driver(more?: Partial<ModbusDialInSettings>): Driver;
  /** Somebody calls; `says` at once. */
  call(says: string | Buffer): Promise<Socket>;
}

function place(t: Pick<typeof import("tap").t, "teardown">, log: Log = SILENT_LOG): Place {
  const ports = new DialInPorts(CLOCK, log);
  t.teardown(() => ports.close());
  const context = contextOf(CLOCK, { dialIn: ports });
  return {
    ports,
    driver: (more = {}) => {
      const settings: ModbusDialInSettings = { framing: "rtu", listen: LISTEN, timeout: 300, ...more };
      const driver = createModbusDialInDriver(settings, [DEVICE], context);
      t.teardown(() => driver.close());
      return driver;
    },
    call: async (says) => {
      let port: number | undefined;
      while (!port) {
        await new Promise((resolve) => setImmediate(resolve));
        port = await ports.portOf(LISTEN);
      }
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      t.teardown(() => socket.destroy());
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      if (says.length > 0) socket.write(says);
      // Whoever does not read does not notice that the other side hangs up.
      socket.resume();
      return socket;
    },
  };
}

function serve(socket: Socket, replies: () => Buffer | undefined): void {
  socket.on("data", () => {
    const reply = replies();
    if (reply) socket.write(reply);
  });
}

const ask = async (driver: Driver): Promise<unknown> => {
  const [request] = driver.plan(DEVICE, [pointOf(DEVICE.id, 0)]);
  const found = await driver.read(request as ReadRequest, NEVER).catch((error: TramError) => error);
  return found instanceof TramError ? `${found.class} ${found.code}` : found.values[0];
};

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve())));

t.test("a serial server calls, says who it is, and its bus is read", async (t) => {
  const { call, driver } = place(t);
  const bus = driver({ identity: "tram-07", heartbeat: "hex: FE 00 01" });
  const connecting = bus.connect(NEVER);
  const socket = await call("tram-");
  socket.write("07");
  await connecting;
  socket.on("data", () => {
    // The heartbeat of the serial server comes before the reply, as part of the same stream.
    socket.write(Buffer.concat([Buffer.of(0xfe, 0, 1), frame("01 03 02 00 2A")]));
  });
  t.equal(await ask(bus), 42);
  t.match(bus.stats(), { good: 1, damaged: 0, foreign: 0 });
});

t.test("ASCII frames and Modbus TCP come through a call as well", async (t) => {
  const ascii = place(t);
  const asciiBus = ascii.driver({ framing: "ascii" });
  const connecting = asciiBus.connect(NEVER);
  serve(await ascii.call(""), () => asciiLine(frame("01 03 02 00 2A")));
  await connecting;
  t.equal(await ask(asciiBus), 42);

  const tcp = place(t);
  const tcpBus = tcp.driver({ framing: "tcp", heartbeat: "ping" });
  const calling = tcpBus.connect(NEVER);
  const socket = await tcp.call("");
  await calling;
  socket.on("data", (request: Buffer) => {
    const reply = Buffer.from([0, 0, 0, 0, 0, 5, 1, 3, 2, 0, 42]);
    request.copy(reply, 0, 0, 2);
    socket.write("pingping");
    setImmediate(() => socket.write(reply));
  });
  t.equal(await ask(tcpBus), 42);
});

t.test("several connections share a port, and each gets its own caller", async (t) => {
  const { call, driver } = place(t);
  const [one, two] = [driver({ identity: "one" }), driver({ identity: "two" })];
  const connecting = Promise.all([one.connect(NEVER), two.connect(NEVER)]);
  serve(await call("two"), () => frame("01 03 02 00 02"));
  serve(await call("one"), () => frame("01 03 02 00 01"));
  await connecting;
  t.same([await ask(one), await ask(two)], [1, 2]);
});

t.test("what cannot be told apart is refused", async (t) => {
  const { call, driver } = place(t);
  const connecting = driver({ identity: "tram" }).connect(NEVER);
  await call("tram");
  await connecting;
  await t.rejects(driver({ identity: "tram-1" }).connect(NEVER), { code: "line.dial_in_taken" });
  await t.rejects(driver({}).connect(NEVER), { code: "line.dial_in_taken" });
});

t.test("strangers are hung up on, told, and disturb nobody", async (t) => {
  const told: string[] = [];
  const log: Log = { ...SILENT_LOG, warn: (said) => told.push(said.message.code) };
  const { call, driver } = place(t, log);
  const bus = driver({ identity: "tram-07" });
  const connecting = bus.connect(NEVER);
  await closed(await call("GET / HTTP/1.1\r\n"));
  await closed(await call(Buffer.alloc(100_000)));
  t.same(told, ["line.dial_in_stranger", "line.dial_in_stranger"]);
  // Those who say nothing are counted; beyond a few dozen the newest is refused.
  const silent = await Promise.all(Array.from({ length: 40 }, () => call("")));
  await Promise.race(silent.map(closed));
  for (const each of silent) each.destroy();
  await Promise.all(silent.map(closed));
  let socket: Socket;
  do {
    socket = await call("tram-07");
    await Promise.race([closed(socket), connecting]);
  } while (socket.destroyed);
  serve(socket, () => frame("01 03 02 00 2A"));
  t.equal(await ask(bus), 42);
});

t.test("who says nothing is hung up on in time", async (t) => {
  const clock = new ManualClock();
  const ports = new DialInPorts(clock, SILENT_LOG);
  t.teardown(() => ports.close());
  await ports.claim({ listen: LISTEN, identity: bytesOf("x") });
  const socket = connect((await ports.portOf(LISTEN)) as number, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(10_000);
  await closed(socket);
  t.pass();
});

t.test("a second call of the same serial server takes the place of the first", async (t) => {
  const { call, driver } = place(t);
  const bus = driver({ identity: "tram-07", timeout: 3000 });
  const connecting = bus.connect(NEVER);
  const first = await call("tram-07");
  await connecting;
  const asked = ask(bus);
  const second = await call("tram-07");
  t.match(await asked, /^link line\.dial_in_newer$/);
  await closed(first);
  await bus.connect(NEVER);
  serve(second, () => frame("01 03 02 00 2A"));
  // The answer that the first call owes may come through the second: until it can no longer, the unit is held.
  let answer = await ask(bus);
  while (answer === "transient modbus.held") answer = await ask(bus);
  t.equal(answer, 42);
  second.destroy();
});

t.test("nobody calls: the connection is down, and is made when somebody does", async (t) => {
  const clock = new ManualClock();
  const ports = new DialInPorts(clock, SILENT_LOG);
  t.teardown(() => ports.close());
  const settings: ModbusDialInSettings = { framing: "rtu", listen: LISTEN, timeout: 300 };
  const driver = createModbusDialInDriver(settings, [DEVICE], contextOf(clock, { dialIn: ports }));
  const failed = driver.connect(NEVER).catch((error: TramError) => error);
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(10_000);
  const error = await failed;
  t.ok(error instanceof LinkError);
  t.match(error, { code: "line.dial_in_nobody" });
  const socket = connect((await ports.portOf(LISTEN)) as number, "127.0.0.1");
  t.teardown(() => socket.destroy());
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  await driver.connect(NEVER);
  const abort = new AbortController();
  abort.abort();
  await driver.close();
  await t.rejects(driver.connect(abort.signal), LinkError, "on the way to a stop");
});

t.test("a port that is taken is a fault of the configuration", async (t) => {
  const { ports } = place(t);
  await ports.claim({ listen: LISTEN });
  const taken = `127.0.0.1:${await ports.portOf(LISTEN)}`;
  await t.rejects(new DialInPorts(CLOCK, SILENT_LOG).claim({ listen: taken }), { code: "line.dial_in_port" });
  t.same([...bytesOf("hex: 01 a2FF")], [1, 0xa2, 0xff]);
  t.same([...bytesOf("hex: zz")], [...Buffer.from("hex: zz")]);
});
