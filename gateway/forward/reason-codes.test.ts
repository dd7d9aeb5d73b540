import { Socket } from "node:net";
import t, { type Test } from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { LinkError, RejectedError, TransientError } from "../../drivers/core/errors.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { connack4, connack5, puback5, RawBroker, type RawScript } from "./testing/raw-broker.js";
import { Bench } from "./testing/uplink-bench.js";

/** Every reason code that MQTT 5 names for a packet of the server, and what follows from it here. */
const never = new AbortController().signal;
const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;

async function against(t: Test, script: RawScript, protocol: "5" | "3.1.1" = "5") {
  const broker = await RawBroker.start(script);
  t.teardown(() => broker.stop());
  const { parts } = new Bench({ url: broker.url, protocol });
  const clock = new SystemClock("boot");
  const forwarder = new MqttForwarder({ uplink: parts.config, gatewayId: "gw", clock, log: SILENT_LOG });
  t.teardown(() => forwarder.close(100));
  return { broker, forwarder };
}

const policyOf = (error: unknown): string =>
  error instanceof RejectedError
    ? "refused"
    : error instanceof TransientError
      ? "later"
      : error instanceof LinkError
        ? "link"
        : `${error}`;

const outcome = (work: Promise<unknown>): Promise<string> => work.then(() => "taken", policyOf);

t.test("CONNACK, MQTT 5, 3.2.2.2 and MQTT 3.1.1, 3.2.2.3", async (t) => {
  const refused = [0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x90, 0x95, 0x99, 0x9a, 0x9b, 0x9c, 0x9d];
  for (const code of [0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x97, 0x9f, ...refused]) {
    const { broker, forwarder } = await against(t, { onConnect: () => connack5(code) });
    const expected = refused.includes(code) ? "refused" : "link";
    t.equal(await outcome(forwarder.connect(never)), expected, hex(code));
    for (let n = 0; n < 500 && broker.open > 0; n++) await new Promise((resolve) => setTimeout(resolve, 2));
    t.equal(broker.open, 0, `${hex(code)}: no socket stays open`);
  }
  for (const [code, expected] of ["taken", "refused", "refused", "link", "refused", "refused"].entries()) {
    const { forwarder } = await against(t, { onConnect: () => connack4(code) }, "3.1.1");
    t.equal(await outcome(forwarder.connect(never)), expected, `return code ${code}`);
  }
});

t.test("PUBACK, MQTT 5, 3.4.2.1, and what brokers send besides", async (t) => {
  const taken = [0x00, 0x10];
  const later = [0x80, 0x83, 0x91, 0x96, 0x97];
  const refused = [0x87, 0x90, 0x95, 0x99];
  const codes = [...taken, ...later, ...refused];
  const { forwarder } = await against(t, {
    onConnect: () => connack5(0),
    onPublish: ({ id, nth }) => puback5(id, codes[nth] ?? 0),
  });
  await forwarder.connect(never);
  for (const code of codes) {
    const work = forwarder.send({ topic: "data", retain: false, payload: "{}" });
    const expected = taken.includes(code) ? "taken" : later.includes(code) ? "later" : "refused";
    t.equal(await outcome(work), expected, hex(code));
  }
});

t.test("DISCONNECT, MQTT 5, 3.14.2.1: what is on its way stays ours", async (t) => {
  const codes = [
    ...[0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95],
    ...[0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2],
  ];
  let code = 0;
  const { forwarder } = await against(t, {
    onConnect: () => connack5(0),
    onPublish: ({ socket }) => void socket.end(Uint8Array.of(0xe0, 2, code, 0)),
  });
  for (code of codes) {
    const lost = new Promise<Error>((resolve) => forwarder.onLost(resolve));
    await forwarder.connect(never);
    const work = outcome(forwarder.send({ topic: "data", retain: false, payload: "{}" }));
    t.equal(policyOf(await lost), code === 0x8e ? "refused" : "link", hex(code));
    t.equal(await work, "link", `${hex(code)}: not acknowledged`);
  }
});

t.test("no small message waits in the socket for the receipt of the one before", async (t) => {
  const { forwarder } = await against(t, { onConnect: () => connack5(0) });
  const { setNoDelay } = Socket.prototype;
  const ports: (number | undefined)[] = [];
  Socket.prototype.setNoDelay = function (this: Socket, on?: boolean) {
    this.once("connect", () => ports.push(on ? this.remotePort : undefined));
    return setNoDelay.call(this, on);
  };
  t.teardown(() => {
    Socket.prototype.setNoDelay = setNoDelay;
  });
  await forwarder.connect(never);
  t.equal(ports.length, 1, "no-delay is set before the first byte");
  t.ok(ports[0]);
});
