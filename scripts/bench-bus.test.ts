import { once } from "node:events";
import { SerialPort } from "serialport";
import t from "tap";
import { type Bus, exchangeMs, shareOf, silenceOf } from "./bench-bus.js";
import { gatewayOnBus } from "./bench-bus-runs.js";
import { pause, Rig, until } from "./bench-rig.js";

const BAUD = 19_200;
/** Registers 0 to 9 of units 1 and 8. */
const READ = Buffer.from("01030000000ac5cd", "hex");
const READ_8 = Buffer.from("08030000000ac554", "hex");
const REPLY = 25;

class Client {
  readonly #port: SerialPort;
  #bytes = Buffer.alloc(0);

  private constructor(port: SerialPort) {
    this.#port = port;
    port.on("data", (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
    });
  }

  static async open(bus: Bus): Promise<Client> {
    const port = new SerialPort({ path: bus.path, baudRate: bus.baud });
    await once(port, "open");
    return new Client(port);
  }

  async ask(request: Buffer): Promise<{ reply: Buffer; ms: number }> {
    this.#bytes = Buffer.alloc(0);
    const startedAt = performance.now();
    this.#port.write(request);
    while (this.#bytes.length < REPLY) await once(this.#port, "data");
    return { reply: this.#bytes, ms: performance.now() - startedAt };
  }

  send(request: Buffer): void {
    this.#port.write(request);
  }

  close(): void {
    this.#port.close();
  }
}

t.test("what is possible on a line", async (t) => {
  t.equal(silenceOf(115_200), 1.75);
  t.equal(silenceOf(9600).toFixed(3), "4.010");
  // 33 characters of 11 bits, and a silence of 3.5 before and after the reply.
  t.equal(exchangeMs(9600, 10).toFixed(3), ((40 * 11_000) / 9600).toFixed(3));
});

t.test(
  "the bus of the bench takes the time of its baud rate, and sees a silence that is broken",
  async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    const bus = await rig.bus({ baud: BAUD, units: 8 });
    const client = await Client.open(bus);
    const least = exchangeMs(BAUD, 10) - silenceOf(BAUD);
    for (let n = 0; n < 5; n++) {
      const { reply, ms } = await client.ask(READ);
      t.ok(ms >= least, `${ms} ms of at least ${least}`);
      t.same([...reply.subarray(0, 3)], [1, 3, 20]);
      t.equal(reply.readUInt16BE(11), 4 + n, "register 4 counts the reads");
      await pause(10);
    }
    t.match(bus.counts(), { requests: 5, replies: 5, broken: 0, garbage: 0 });

    // In the middle of the request before it.
    client.send(READ);
    await pause(1);
    await client.ask(READ);
    await pause(100);
    t.equal(bus.counts().broken, 1);
    t.ok(bus.counts().smallestNs < silenceOf(BAUD) * 1e6);

    const { requests } = bus.counts();
    await bus.tell("dead 8");
    client.send(READ_8);
    await until("the dead unit was asked", () => bus.counts().requests > requests);
    await pause(50);
    t.match(bus.counts(), { unanswered: 1, requests: requests + 1 });
    client.close();
  },
);

t.test("a gateway on a bus: the share is the bus's, and no silence is broken", async (t) => {
  const run = await gatewayOnBus({ baud: BAUD, registers: 10, units: 4 }, 1500);
  t.match(run, { broken: 0, missing: 0, wrong: 0, unanswered: 0 });
  t.ok(run.share > 0.1 && run.share <= 1.001, `share ${run.share}`);
  t.ok(run.smallest >= 1);
});

t.test("a share is of the time between two looks", async (t) => {
  const bare = { endedNs: 0, replies: 0 } as Parameters<typeof shareOf>[0];
  t.equal(shareOf(bare, { ...bare, endedNs: 1e9, replies: 50 }, 10), 0.5);
  t.equal(shareOf(bare, bare, 10), 0);
});
