import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout } from "node:timers/promises";
import t, { type Test } from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render } from "../../drivers/core/message.js";
import { toNumber } from "../modbus/exact.js";
import { configured } from "./configured-fixture.js";
import { type ControlPort, SocketControl, StreamControl } from "./control-port.js";
import { CountingLedger } from "./device-count.js";
import { FaultDesk } from "./fault-desk.js";
import { readOrder } from "./order.js";
import { StandIn } from "./stand-in.js";

t.test("orders", async (t) => {
  const silence = { kind: "silence" };
  const fault = { kind: "fault", of: "meter", probability: undefined, forMs: undefined };
  for (const [line, order] of [
    ["", { kind: "nothing" }],
    ["help", { kind: "help" }],
    ["silent meter", { ...fault, spec: silence }],
    ["drop 20 % of meter for 60 s", { ...fault, spec: silence, probability: 0.2, forMs: 60_000 }],
    ["drop 20% meter for 2min", { ...fault, spec: silence, probability: 0.2, forMs: 120_000 }],
    ["garble 5.5 % of meter", { ...fault, spec: { kind: "bad_checksum" }, probability: 0.055 }],
    ["late 800 ms of meter", { ...fault, spec: { kind: "late", after: 800 } }],
    ["exception 4 of meter", { ...fault, spec: { kind: "exception", code: 4 } }],
    ["stuck meter level", { kind: "stuck", of: "meter", point: "level", forMs: undefined }],
    ["sentinel meter level for 1 h", { kind: "sentinel", of: "meter", point: "level", forMs: 3_600_000 }],
    ["unplug rs485 for 10 s", { kind: "unplug", connection: "rs485", forMs: 10_000 }],
    ["heal", { kind: "heal", of: undefined }],
    ["heal meter", { kind: "heal", of: "meter" }],
  ] as const) {
    t.same(readOrder(line), order, line);
  }
  for (const line of [
    "explode",
    "silent",
    "silent 20 % of meter",
    "drop 120 % of meter",
    "drop meter for",
    "drop meter for ever",
    "drop meter for 60 s please",
    "drop 20 of meter",
    "late meter",
    "exception 0 of meter",
    "stuck meter",
    "unplug rs485",
    "heal meter for 3 s",
    "help me",
    "silent meter for 999999 h",
  ]) {
    t.same(readOrder(line), { kind: "unknown" }, line);
  }
});

interface Desk {
  readonly desk: FaultDesk;
  readonly standIn: StandIn;
  readonly clock: ManualClock;
  readonly say: (line: string) => string;
}

async function newDesk(t: Test): Promise<Desk> {
  const { wanted } = configured(
    t.testdir(),
    `connections: {plc: {driver: modbus-tcp, host: 127.0.0.1}, rs485: {driver: modbus-rtu, port: ./bus}}
devices:
  meter: {connection: plc, points: [{id: level, address: 0, type: s16, sentinels: [32767]}, {id: other, address: 1}]}
  pump: {connection: rs485, points: [{id: run, address: 0}]}
`,
  );
  const clock = new ManualClock();
  const standIn = await StandIn.start(wanted, {
    clock,
    ledger: new CountingLedger(),
    seed: 1,
    ports: { plc: "0" },
  });
  t.teardown(() => standIn.stop());
  const desk = new FaultDesk(standIn);
  const say = (line: string): string =>
    desk
      .do(line)
      .map((said) => render(said, "en"))
      .join("\n");
  return { desk, standIn, clock, say };
}

/** What strikes a request to the device now. */
function struck({ standIn }: Desk, device: string): readonly string[] {
  const bus = standIn.buses.find(({ devices }) => devices.some(({ wanted }) => wanted.id === device));
  return bus?.bus.faults.strike(device).kinds ?? ["no bus"];
}

t.test("faults of the bus begin, end by themselves, and are healed", async (t) => {
  const desk = await newDesk(t);
  t.equal(desk.say("silent meter for 60 s"), "Fault 1: silent meter for 60 s");
  t.same(struck(desk, "meter"), ["silence"]);
  t.same(struck(desk, "pump"), [], "another device has none");
  await desk.clock.advance(59_000);
  t.same(struck(desk, "meter"), ["silence"]);
  await desk.clock.advance(1001);
  t.same(struck(desk, "meter"), []);
  t.equal(desk.say("faults"), "There are no faults.");
  desk.say("drop 50 % of meter");
  const dropped = Array.from({ length: 200 }, () => struck(desk, "meter").length).filter(Boolean).length;
  t.ok(dropped > 60 && dropped < 140, `${dropped} of 200`);
  desk.say("late 800 ms of pump");
  t.equal(desk.say("heal meter"), "Faults ended: 1.");
  t.same(struck(desk, "meter"), []);
  t.same(struck(desk, "pump"), ["late"]);
  t.equal(desk.say("heal"), "Faults ended: 1.");
  t.same(struck(desk, "pump"), []);
  t.same(desk.standIn.buses[0]?.bus.faults.made(), { silence: 2 + dropped }, "what was made is kept");
});

t.test("faults of an instrument", async (t) => {
  const desk = await newDesk(t);
  const { standIn, clock } = desk;
  const { device } = standIn.devices[0] ?? {};
  if (!device) throw new Error("no device");
  const levels = async (): Promise<ReadonlySet<number | undefined>> => {
    const seen = new Set<number | undefined>();
    for (let n = 0; n < 20; n++) {
      await clock.advance(60_000);
      device.read("holding", 0, 2);
      const truth = device.bank.truth("level");
      seen.add(
        truth.quality !== "bad" && typeof truth.value === "object" ? toNumber(truth.value) : undefined,
      );
    }
    return seen;
  };
  t.ok((await levels()).size > 5, "it moves");
  desk.say("stuck meter level");
  t.equal((await levels()).size, 1, "it stands still");
  desk.say("heal");
  t.ok((await levels()).size > 5);
  desk.say("sentinel meter level for 10 s");
  t.match(device.read("holding", 0, 1), [32_767]);
  t.match(desk.say("sentinel meter level"), /held already/);
  await clock.advance(10_001);
  t.not(device.read("holding", 0, 1)?.[0], 32_767);
});

t.test("an order that cannot be done says why", async (t) => {
  const { desk, say } = await newDesk(t);
  t.equal(say("silent pomp"), "There is no device pomp. There are: meter, pump.");
  t.equal(say("stuck meter levle"), "meter has no point levle. Similar: level.");
  t.equal(say("unplug bus for 1 s"), "There is no connection bus. There are: plc, rs485.");
  t.match(say("sentinel meter other"), /names no value/);
  t.match(say("explode"), /^Not understood: explode Type "help"/);
  t.match(render(desk.do("explode")[0] as never, "vi"), /^Không hiểu: explode/);
  for (let n = 0; n < 100; n++) say("silent meter");
  t.equal(say("silent meter"), 'There are 100 faults already. Type "heal" first.');
});

t.test("a wire is pulled out and put back", async (t) => {
  const { clock, say, standIn } = await newDesk(t);
  const path = standIn.buses[1]?.carrier.where ?? "";
  t.ok(existsSync(path));
  t.equal(say("unplug rs485 for 1 s"), "rs485 is pulled out, and put back in 1 s.");
  t.notOk(existsSync(path), "the port is gone");
  await clock.advance(1000);
  // Opening a pseudo-terminal takes the system's own time.
  for (let turn = 0; turn < 500 && !existsSync(path); turn++) await setTimeout(10);
  t.ok(existsSync(path), "it is there again");
});

t.test("orders come through a stream or a socket", async (t) => {
  const { desk } = await newDesk(t);
  const opened = async (control: ControlPort): Promise<void> => {
    await control.open(desk);
    t.teardown(() => control.close());
  };
  const input = new PassThrough();
  const answer = new Promise<string>((resolve) => {
    void opened(new StreamControl(input, resolve, "vi"));
  });
  input.write("faults\n");
  t.equal(await answer, "Không có lỗi nào.\n");

  const folder = mkdtempSync(join(tmpdir(), "tram-control-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "c");
  // A run that was killed leaves its socket.
  execFileSync("/usr/bin/python3", ["-c", `import socket; socket.socket(socket.AF_UNIX).bind("${path}")`]);
  await opened(new SocketControl(path, "en"));
  const client = connect(path);
  t.teardown(() => client.destroy());
  const said = new Promise((resolve) => client.once("data", (bytes) => resolve(String(bytes))));
  client.write("stuck me");
  client.write("ter level\n");
  t.equal(await said, "Fault 1: stuck meter level\n");
  await t.rejects(new SocketControl(path, "en").open(desk), { code: "control.socket_taken" });
  const noSocket = new SocketControl(join(folder, "no", "c"), "en");
  await t.rejects(noSocket.open(desk), { code: "control.socket_taken" });
  const flood = connect(path);
  flood.on("error", () => {});
  const cut = new Promise((resolve) => flood.on("close", resolve));
  flood.write("x".repeat(10_000));
  await cut;
});
