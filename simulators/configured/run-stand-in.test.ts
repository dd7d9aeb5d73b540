import { connect } from "node:net";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render } from "../../drivers/core/message.js";
import { configured, freePorts } from "./configured-fixture.js";
import { runStandIn, type StandInEvent } from "./run-stand-in.js";

/** Modbus TCP: unit 1, holding registers from 0, so many. */
function ask(where: string, count: number): Promise<Buffer> {
  const [host, port] = where.split(":");
  const socket = connect(Number(port), host);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("data", (reply) => {
      socket.destroy();
      resolve(reply);
    });
    socket.write(Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, count]));
  });
}

t.test("it tells where, what was broken, how much was asked, and gives an account", async (t) => {
  const { wanted } = configured(
    t.testdir(),
    `connections: {plc: {driver: modbus-tcp, host: 10.0.0.7}, bus: {driver: modbus-rtu, port: ./bus}}
devices:
  meter: {connection: plc, max_registers: 10, points: [{id: a, address: 0}, {id: b, address: 30}]}
  pump: {connection: bus, unit_id: 3, profile: invt/gd20}
`,
  );
  const events: StandInEvent[] = [];
  const stop = new AbortController();
  const clock = new ManualClock();
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const tell = (event: StandInEvent): void => {
    events.push(event);
    begun();
  };
  // Port 0 is any free one, so that the machine elsewhere is stood in for here.
  const run = runStandIn(wanted, { file: "g.yaml", seed: 4, ports: { plc: "0" } }, clock, tell, stop.signal);
  await beginning;
  const [first] = events;
  const rows = first?.kind === "begun" ? first.rows : [];
  t.match(rows, [
    { connection: "plc", driver: "modbus-tcp", where: /^127\.0\.0\.1:\d+$/, device: "meter", unit: 1 },
    { connection: "bus", driver: "modbus-rtu", device: "pump", profile: "invt/gd20", unit: 3 },
  ]);
  const where = rows[0]?.where ?? "";
  t.equal((await ask(where, 1)).length, 11);
  t.match(await ask(where, 20), Buffer.from([0, 1, 0, 0, 0, 3, 1, 0x83, 3]), "too long: exception 3");
  await ask(where, 21);
  await clock.advance(1000);
  await clock.advance(60_000);
  stop.abort();
  await run;
  const told = (language: "en" | "vi"): readonly string[] =>
    events.slice(1).flatMap(({ said }) => [said].flat().map((one) => render(one, language)));
  t.same(told("en"), [
    "meter was asked in a way that it forbids: too_long (holding 0 +20)",
    "3 requests (3 more), 3 answers, 2 exceptions, 0 for absent unit ids, 0 damaged bytes.",
    "Stopped. 3 requests, 3 answers, 2 exceptions, 0 for absent unit ids, 0 damaged bytes.",
    "meter: 1 reads answered, 0 writes, asked 2 times in a way that it forbids (too_long 2).",
    "pump: 0 reads answered, 0 writes.",
  ]);
  t.equal(told("vi")[0], "meter bị hỏi sai cách: too_long (holding 0 +20)");
  await t.rejects(ask(where, 1), "closed at the end");
});

t.test("machines elsewhere that use one port are told apart, and said to be here", async (t) => {
  const [port] = await freePorts(1);
  const { wanted } = configured(
    t.testdir(),
    `connections:
  a: {driver: modbus-tcp, host: 10.0.0.7, port: ${port}}
  b: {driver: modbus-tcp, host: plc.example, port: ${port}}
devices:
  one: {connection: a, points: [{id: a, address: 0}]}
  two: {connection: b, points: [{id: a, address: 0}]}
`,
  );
  const said: string[] = [];
  const stop = new AbortController();
  const tell = (event: StandInEvent): void => {
    if (event.kind === "said") said.push(render(event.said, "en"));
  };
  const run = runStandIn(wanted, { file: "g", seed: 1, ports: {} }, new ManualClock(), tell, stop.signal);
  stop.abort();
  await run;
  t.same(said, [
    `The configuration asks a at 10.0.0.7:${port}; the simulated devices answer at 127.0.0.1:${port}.`,
    `The configuration asks b at plc.example:${port}; the simulated devices answer at 127.0.0.2:${port}.`,
  ]);
});
