import { existsSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import t, { type Test } from "tap";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { type Language, render } from "../../../drivers/core/message.js";
import type { Io } from "../io.js";
import { heldOutput } from "../testing/held-output.js";
import { simulate } from "./simulate.js";

const ROOT = join(import.meta.dirname, "../../../..");

interface Ran {
  readonly code: string;
  readonly out: string;
  readonly err: string;
}

/** Runs the verb until it has said something; then as after Ctrl-C. */
async function run(args: readonly string[], language: Language = "en"): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stop = new AbortController();
  let [out, err] = ["", ""];
  stdout.on("data", (text) => {
    out += String(text);
    stop.abort();
  });
  stderr.on("data", (text) => {
    err += String(text);
  });
  const io: Io = {
    stdout,
    stderr,
    stdin: new PassThrough(),
    env: {},
    language,
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: stop.signal,
    root: ROOT,
    version: "0",
  };
  try {
    const code = await simulate.run(args, io);
    await new Promise(setImmediate);
    return { code: String(code), out, err };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    await new Promise(setImmediate);
    return { code: error.code, out, err: err + render(error.said, language) };
  }
}

function written(t: Test, connections: string, devices: string): string {
  const file = join(t.testdir({ plain: "a file" }), "gateway.yaml");
  writeFileSync(
    file,
    `gateway: {id: gw-1}
connections:
  ${connections.replaceAll("\n", "\n  ")}
devices:
  ${devices.replaceAll("\n", "\n  ")}
uplinks: {centre: {url: "mqtt://localhost"}}
`,
  );
  return file;
}

const METER = "meter: {connection: bus, unit_id: 1, profile: eastron/sdm630, points: [voltage.l1]}";

t.test("a table of what it stands in for, then an account", async (t) => {
  const file = written(
    t,
    "bus: {driver: modbus-rtu, port: ./bus}\nplc: {driver: modbus-tcp, host: 127.0.0.1}",
    `${METER}\nstation: {connection: plc, points: [{id: a, address: 0}]}`,
  );
  const { code, out } = await run(["--from", file, "--port", "plc=0", "--seed=7", "--control", "-"]);
  t.equal(code, "0");
  t.match(
    out,
    /^Stands in for 2 devices on 2 connections of \S+gateway\.yaml, --seed 7\. Ctrl-C stops it\.\n/,
  );
  t.match(out, /connection +transport +where +device +profile +unit id\n/);
  t.match(out, /bus +modbus-rtu +\S+\/bus +meter +eastron\/sdm630 +1\n/);
  t.match(out, /plc +modbus-tcp +127\.0\.0\.1:\d+ +station +points in place +1\n/);
  t.match(out, /Stopped\. 0 requests, .*\nmeter: 0 reads answered, 0 writes\.\n/);
  const vi = await run(["--from", file, "--port=plc=0"], "vi");
  t.match(vi.out, /^Thay cho 2 thiết bị trên 2 kết nối/);
  t.match(vi.out, /các điểm trong cấu hình/);
});

t.test("for programs: an object a line", async (t) => {
  const file = written(t, "bus: {driver: modbus-ascii, port: ./bus}", METER);
  const { out } = await run(["--from", file, "--json"]);
  const lines = out.trim().split("\n");
  t.match(
    lines.map((line) => heldOutput("simulate", line)),
    [
      {
        event: "begun",
        seed: 1,
        devices: [{ connection: "bus", driver: "modbus-ascii", device: "meter", unit: 1 }],
      },
      { event: "ended", requests: 0, devices: [{ device: "meter", reads: 0, breaches: 0 }], faults: {} },
    ],
  );
});

t.test("what cannot be stood in for names file, line and connection or device", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const taken = typeof address === "object" && address ? address.port : 0;
  const serial = (path: string): string => written(t, `bus: {driver: modbus-rtu, port: ${path}}`, METER);
  const twins = written(
    t,
    "a: {driver: modbus-tcp, host: 127.0.0.1}\nb: {driver: modbus-tcp, host: 127.0.0.1}",
    "one: {connection: a, points: [{id: a, address: 0}]}\ntwo: {connection: b, points: [{id: a, address: 0}]}",
  );
  for (const [args, code, en, vi] of [
    [
      ["--from", twins],
      "stand_in.twins",
      /gateway\.yaml:7: device two: one \(gateway\.yaml:6\)/,
      /địa chỉ 1/,
    ],
  ] as const) {
    t.match(await run(args), { code, err: en });
    t.match(await run(args, "vi"), { code, err: vi });
  }
  for (const [path, port, code, en, vi] of [
    [
      "/dev/null",
      undefined,
      "stand_in.device_there",
      /bus \(gateway\.yaml:3\): \/dev\/null is a real/,
      /thật/,
    ],
    ["./plain", undefined, "stand_in.path_taken", /bus \(gateway\.yaml:3\): \S+plain is there/, /đã có/],
    [
      "./plain/bus",
      undefined,
      "stand_in.not_opened",
      /bus \(gateway\.yaml:3\): \S+plain\/bus/,
      /không mở được/,
    ],
    ["./bus", "bys=/tmp/x", "stand_in.unknown_connection", /no connection bys\. It has: bus/, /không có/],
    ["./bus", "/tmp/x", "simulate.port_of_which", /--port rs485=/, /kết nối nào/],
    ["./bus", "bus=/dev/null", "stand_in.not_opened", /bus \(--port bus\): \/dev\/null/, /không mở được/],
  ] as const) {
    const args = ["--from", serial(path), ...(port === undefined ? [] : ["--port", port])];
    t.match(await run(args), { code, err: en }, code);
    t.match(await run(args, "vi"), { code, err: vi }, code);
  }
  const plc = written(
    t,
    `plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${taken}}`,
    "d: {connection: plc, points: [{id: a, address: 0}]}",
  );
  const where = `plc (gateway.yaml:3): 127.0.0.1:${taken} is in use`;
  t.match(await run(["--from", plc]), { code: "stand_in.port_taken", err: where });
  t.match(await run(["--from", plc, "--port", "plc=x"]), {
    code: "stand_in.not_a_port",
    err: /"x" is no TCP/,
  });
  t.match(await run(["--from", plc, "--port", "plc=0", "--control", "/proc/no/socket"]), {
    code: "control.socket_taken",
  });
});

t.test("a link to a real port is left alone, one that leads nowhere is replaced", async (t) => {
  const file = written(t, "bus: {driver: modbus-rtu, port: ./bus}", METER);
  const link = join(dirname(file), "bus");
  symlinkSync("/dev/null", link);
  t.equal((await run(["--from", file])).code, "stand_in.device_there");
  t.equal(readlinkSync(link), "/dev/null");
  unlinkSync(link);
  symlinkSync("/dev/pts/99999", link);
  t.equal((await run(["--from", file])).code, "0");
  t.notOk(existsSync(link), "it is gone at the end");
});

t.test("a wrong configuration is shown as tram check shows it", async (t) => {
  const file = written(t, "bus: {driver: modbus-rtu, port: ./bus}", METER.replace("sdm630", "sdm631"));
  const { code, err } = await run(["--from", file]);
  t.equal(code, "stand_in.invalid");
  t.match(err, /gateway\.yaml:5:\d+[\s\S]*sdm631[\s\S]*has 1 errors/);
  const none = written(t, "bus: {driver: modbus-rtu, port: ./bus}", "{}");
  t.equal((await run(["--from", none])).code, "stand_in.nothing");
});

t.test("wrong use", async (t) => {
  const file = written(t, "bus: {driver: modbus-rtu, port: ./bus}", METER);
  for (const [args, code] of [
    [["--from"], "cli.no_value"],
    [["--from", file, "pump-station"], "simulate.two_chosen"],
    [["--from", file, "--profile", "eastron/sdm630"], "simulate.two_chosen"],
    [["--from", file, "--unit", "3"], "simulate.strange_option"],
    [["--from", file, "--port", "bus="], "cli.wrong_value"],
    [["--from", file, "--tcp", "502"], "simulate.strange_option"],
    [["--from", file, "--port", "1502"], "simulate.port_of_which"],
    [["--from", file, "--speed", "60"], "simulate.needs_scenario"],
    [["--from", file, "--state", "world.json"], "simulate.needs_scenario"],
    [["pump-station", "--scenario", file], "simulate.strange_option"],
    [["pump-station", "--speed", "3601"], "cli.wrong_value"],
    [["pump-station", "--start", "tomorrow"], "cli.wrong_value"],
    [["--profile", "eastron/sdm630", "--speed", "60"], "simulate.strange_option"],
    [["--profile", "eastron/sdm630", "--control", "-"], "simulate.strange_option"],
  ] as const) {
    t.equal((await run(args)).code, code, args.slice(-2).join(" "));
  }
});
