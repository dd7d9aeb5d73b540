import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render } from "../../drivers/core/message.js";
import { asciiFrame } from "../modbus/ascii-framing.js";
import { SERIAL_MANNER } from "../modbus/wire.js";
import { PseudoTerminal } from "../pty.js";
import { replayBusOf } from "./replay-bus.js";
import { recording, rtu, tcp } from "./replay-fixture.js";
import { type ReplayEvent, type RunReplayOptions, runReplay } from "./run-replay.js";

type Tap = Pick<typeof t, "match" | "same" | "teardown" | "testdir">;

/* Devices that are made of recordings, against clients that are not ours: pymodbus and mbpoll. */

const ROWS = [
  `0 >> ${rtu("01 0400000004")}`,
  `30 << ${rtu("01 0408 4366 6666 0007 0008")}`,
  `100 >> ${rtu("05 0300100001")}`,
  `600 >> ${rtu("01 0400000004")}`,
  `630 << ${rtu("01 0408 4367 0000 0009 000A")}`,
  `700 >> ${rtu("01 06000200FF")}`,
  `730 << ${rtu("01 06000200FF")}`,
  `800 >> ${rtu("01 0300630001")}`,
  `830 << ${rtu("01 8304")}`,
];
const RTU = recording("modbus-rtu", "/dev/ttyUSB0 115200 8N1", ROWS);

const SCRIPT = `
import sys, json
from pymodbus.client import ModbusTcpClient, ModbusSerialClient
from pymodbus.framer.ascii_framer import ModbusAsciiFramer
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
kind, where = sys.argv[1:]
framer = {"rtu": ModbusRtuFramer, "ascii": ModbusAsciiFramer, "tcp": ModbusSocketFramer}[kind]
if where.isdigit(): client = ModbusTcpClient("127.0.0.1", port=int(where), framer=framer)
else: client = ModbusSerialClient(port=where, framer=framer, baudrate=115200, timeout=2)
assert client.connect()
def words(answer): return answer.registers if hasattr(answer, "registers") else str(answer)
print(json.dumps([words(client.read_input_registers(0, 4, slave=1)), words(client.read_input_registers(0, 4, slave=1)),
  words(client.read_input_registers(2, 2, slave=1)), words(client.read_input_registers(3, 2, slave=1)),
  words(client.read_holding_registers(99, 1, slave=1)), client.write_register(2, 255, slave=1).function_code,
  client.write_register(2, 254, slave=1).function_code]))
`;
const [FIRST, SECOND] = [
  [0x4366, 0x6666, 7, 8],
  [0x4367, 0, 9, 10],
];

function program(name: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(name, args, { timeout: 20_000, killSignal: "SIGKILL" }, (error, out, err) =>
      error ? reject(new Error(`${name}: ${out}${err}`, { cause: error })) : resolve(out),
    );
  });
}

/** Runs until `use` is done, then as after Ctrl-C. */
async function running(
  options: Omit<RunReplayOptions, "after">,
  use: (where: string) => Promise<void>,
  onEvent: (event: ReplayEvent) => void = () => {},
): Promise<readonly ReplayEvent[]> {
  const events: ReplayEvent[] = [];
  const stop = new AbortController();
  let begun = (_: string): void => {};
  const where = new Promise<string>((resolve) => {
    begun = resolve;
  });
  const tell = (event: ReplayEvent): void => {
    events.push(event);
    onEvent(event);
    if (event.kind === "begun") begun(event.where);
  };
  const run = runReplay({ after: "again", ...options }, new SystemClock("test"), tell, stop.signal);
  const found = await Promise.race([where, run.then(() => "")]);
  try {
    await use(found);
  } finally {
    stop.abort();
    await run;
  }
  return events;
}

/** In a path short enough for a socket and a link. */
function folderFor(t: Tap): string {
  const folder = mkdtempSync(join(tmpdir(), "tram-replay-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function fileOf(t: Tap, text: string): string {
  return join(t.testdir({ "bus.txt": text }), "bus.txt");
}

const portOf = (where: string): string => where.split(":").at(-1) ?? "";

async function likePymodbus(t: Tap, kind: string, where: string): Promise<void> {
  const said = JSON.parse(await program("/usr/bin/python3", ["-c", SCRIPT, kind, where])) as unknown[];
  t.same(said.slice(0, 2), [FIRST, SECOND], "as recorded, one after the other");
  t.same(said[2], SECOND.slice(2), "another read of what was seen");
  t.match(String(said[3]), /Exception Response\(132, 4, IllegalAddress\)/);
  t.match(String(said[4]), /Exception Response\(131, 3, SlaveFailure\)/, "as recorded");
  t.same(said.slice(5), [6, 0x86], "a write as recorded; another one is refused");
}

t.test("a recorded serial line on a serial port, for pymodbus and mbpoll", async (t) => {
  const port = join(folderFor(t), "port");
  const events = await running({ file: fileOf(t, RTU), port }, async (where) => {
    t.equal(where, port);
    await likePymodbus(t, "rtu", where);
    const ask = [
      "-m",
      "rtu",
      "-b",
      "115200",
      "-P",
      "none",
      "-a",
      "1",
      "-t",
      "3",
      "-0",
      "-r",
      "2",
      "-1",
      "-q",
    ];
    t.match(await program("mbpoll", [...ask, "-c", "2", where]), /\[2\]:\s+9\s+\[3\]:\s+10/);
    await t.rejects(program("mbpoll", ["-o", "0.3", ...ask.with(7, "5"), where]), /timed out/i);
  });
  const [begun] = events;
  t.match(begun, {
    framing: "rtu",
    units: [
      { unit: 1, known: 3 },
      { unit: 5, known: 1 },
    ],
    exchanges: 5,
  });
  t.match(
    render(begun?.said[0] as never, "en"),
    /Modbus RTU 115200 8N1: unit ids 1, 5; 4 different requests/,
  );
  const told = events.flatMap((event) => (event.kind === "unknown" ? [[event.pdu, event.exception]] : []));
  t.same(told, [
    ["04 00 03 00 02", 2],
    ["06 00 02 00 FE", 2],
  ]);
  const last = events.at(-1);
  t.match(last, { kind: "ended", account: { played: 4, composed: 2, exceptions: 1, refused: 2 } });
  t.equal(existsSync(port), false);
});

t.test("the same on Modbus TCP; a unit that nobody knows", async (t) => {
  const events = await running({ file: fileOf(t, RTU), tcpPort: 0 }, async (where) => {
    await likePymodbus(t, "tcp", portOf(where));
    const ask = ["-m", "tcp", "-p", portOf(where), "-t", "3:float", "-B", "-0", "-r", "0", "-1", "-q"];
    t.match(await program("mbpoll", [...ask, "-a", "1", "127.0.0.1"]), /\[0\]:\s+231/);
    await t.rejects(program("mbpoll", [...ask, "-a", "9", "127.0.0.1"]), /Target device failed to respond/i);
  });
  t.match(events.at(-1), { account: { foreign: 1, devices: [{ unit: 1, refused: 2 }, { unit: 5 }] } });
});

t.test("recordings of other transports come back as they were, or on another", async (t) => {
  const rows = ROWS.map((row, at) => {
    const [, head = "", hex = ""] = /^(\d+ .. )(.*)$/.exec(row) ?? [];
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex").subarray(0, -2);
    const [unit = 0, ...pdu] = bytes;
    const ascii = Buffer.from(asciiFrame(unit, Uint8Array.from(pdu)))
      .toString("hex")
      .replace(/..(?!$)/g, "$& ");
    return { tcp: `${head}${tcp(at >> 1, bytes.toString("hex"))}`, ascii: `${head}${ascii}`, rtu: row };
  });
  // The request to the unit that is silent has no answer of its own: what follows it is one further.
  const ofTcp = rows.map(({ tcp }, at) =>
    at < 3 ? tcp : tcp.replace(/([<>]{2} 00 )../, `$10${(at + 1) >> 1}`),
  );
  const file = (driver: string, lines: readonly string[]) =>
    join(t.testdir({ [driver]: recording(driver, "192.168.1.5:502", lines) }), driver);
  await running({ file: file("modbus-tcp", ofTcp) }, async (where) => {
    await likePymodbus(t, "tcp", portOf(where));
  });
  const port = join(folderFor(t), "port");
  await running(
    {
      file: file(
        "modbus-ascii",
        rows.map(({ ascii }) => ascii),
      ),
      port,
    },
    (where) => likePymodbus(t, "ascii", where),
  );
  for (const driver of ["modbus-rtu-over-tcp", "modbus-dial-in"]) {
    await running(
      {
        file: file(
          driver,
          rows.map((row) => row.rtu),
        ),
      },
      async (where) => {
        await likePymodbus(t, "rtu", portOf(where));
      },
    );
  }
});

t.test("an answer takes as long as it took", async (t) => {
  const clock = new ManualClock();
  const file = fileOf(t, recording("modbus-rtu", "/dev/ttyUSB0 9600 8N1", ROWS));
  const place = { kind: "serial", path: "x", isReal: false } as const;
  const { bus } = await replayBusOf({ file, place, clock, after: "again", onUnknown: () => {} });
  let hear = (_: Uint8Array): void => {};
  let over = 0;
  bus.attach(
    {
      onData: (listener) => {
        hear = listener;
      },
      write: () => {
        over = clock.mono();
      },
    },
    SERIAL_MANNER,
  );
  const frame = rtu("01 0400000004").split(" ");
  hear(Uint8Array.from(frame, (pair) => Number.parseInt(pair, 16)));
  await clock.advance(29);
  t.ok(over > 0 && over < 30, "not all of it");
  await clock.advance(2);
  t.ok(Math.abs(over - 30) <= 1, `${over} ms`);
});

t.test("on a real adapter that hears itself, and is pulled out and put back", async (t) => {
  const path = join(folderFor(t), "ttyUSB0");
  const request = Uint8Array.from(Buffer.from(rtu("01 06000200FF").replaceAll(" ", ""), "hex"));
  let heard = 0;
  let wake = (): void => {};
  const plug = async (): Promise<PseudoTerminal> => {
    const wire = await PseudoTerminal.open(path);
    t.teardown(() => wire.close());
    wire.onData((bytes) => {
      heard += bytes.length;
      wire.write(bytes);
      wake();
    });
    return wire;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  let wire = await plug();
  const states = (): string[] => events.flatMap((event) => (event.kind === "adapter" ? [event.state] : []));
  const events: ReplayEvent[] = [];
  const more = await running(
    { file: fileOf(t, RTU), port: path },
    async () => {
      // The wire keeps the order: the second one comes after the echo of the first answer.
      for (const answers of [1, 2]) {
        wire.write(request);
        await until(() => heard === answers * request.length);
      }
      await wire.close();
      await until(() => states().length === 1);
      wire = await plug();
      await until(() => states().length === 2);
      wire.write(request);
      await until(() => heard === 3 * request.length);
    },
    (event) => {
      events.push(event);
      wake();
    },
  );
  t.same(states(), ["lost", "back"]);
  const last = more.at(-1);
  t.match(last, { account: { requests: 3, played: 3 } }, "its own answer is no request");
  t.ok(last?.kind === "ended" && last.account.echoedBytes >= request.length);
  t.match(
    render(last?.said.at(-1) as never, "vi"),
    /Bộ chuyển USB–RS485 .* nghe lại chính nó: đã bỏ \d+ byte\./,
  );
});

t.test("what is of no use is refused with what is wrong", async (t) => {
  const folder = t.testdir();
  const fails = async (text: string, code: string, params: object = {}, more: object = {}): Promise<void> => {
    const file = join(folder, "bus.txt");
    writeFileSync(file, text);
    const run = runReplay(
      { file, after: "again", tcpPort: 0, ...more },
      new ManualClock(),
      () => {},
      AbortSignal.abort(),
    );
    await t.rejects(run, { code, params }, code);
  };
  await fails(RTU.replace("tram-bus 1", "tram-bus 2"), "core.bus_text_version", { line: 1, version: "2" });
  await fails(`${RTU}0.9 >> 01 0`, "core.bus_text_byte", { line: 14, text: "0" });
  await fails(RTU.replace("0.600000", "0.0"), "core.bus_text_time", { line: 8 });
  await fails(RTU.replace("modbus-rtu", "firmata"), "replay_device.other_driver", { driver: "firmata" });
  await fails("# tram-bus 1\n", "replay_device.nothing", { line: 1 });
  await fails(RTU.replace("modbus-rtu", "modbus-tcp"), "replay_device.nothing", { framing: "tcp", line: 5 });
  await fails("0.1 << 01 03 02 00 07 F9 86", "replay_device.nothing");
  const zero = recording("modbus-tcp", "x:502", [
    `0 >> ${tcp(1, "00 0300000001")}`,
    `9 << ${tcp(1, "00 03020001")}`,
  ]);
  await fails(zero, "replay_device.only_unit_zero", {}, { tcpPort: undefined, port: join(folder, "port") });
  await fails(RTU, "simulators.path_taken", {}, { tcpPort: undefined, port: join(folder, "bus.txt") });
  await fails(
    RTU,
    "replay_device.not_opened",
    { path: "/dev/null" },
    { tcpPort: undefined, port: "/dev/null" },
  );
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const { port = 0 } = server.address() as { port: number };
  await fails(RTU, "simulators.port_taken", { port }, { tcpPort: port });
  const big = join(folder, "big.txt");
  writeFileSync(big, "");
  truncateSync(big, 40_000_000);
  const run = (file: string) =>
    runReplay({ file, after: "again" }, new ManualClock(), () => {}, AbortSignal.abort());
  await t.rejects(run(big), { code: "core.bus_text_big" });
  await t.rejects(run(join(folder, "none.txt")), ConfigurationError);
});

t.test("what is not played is said, in both languages", async (t) => {
  const text = recording("modbus-rtu", "/dev/ttyUSB0 9600 8N1", [
    ...ROWS,
    `900 << ${rtu("05 0302002A")} [late]`,
    "# skipped 2",
    "910 >> 01 03 00 00 00 01 00 00",
    `920 >> ${rtu("00 0600010001")}`,
    `950 >> ${rtu("01 0400000004")}`,
  ]);
  const events = await running({ file: fileOf(t, text), port: join(folderFor(t), "p") }, async () => {});
  const said = (language: "en" | "vi") =>
    (events[0]?.said ?? []).map((each) => render(each, language)).join("\n");
  t.match(said("en"), /Not played: 1 late answers, 0 frames of others, 0 echoes, 0 damaged frames\./);
  t.match(said("en"), /1 frames make no sense, the first in line 16\./);
  t.match(said("en"), /2 frames are missing in the file; 1 requests or answers lack/);
  t.match(said("en"), /Unit id 0 cannot be asked on a serial line: 1 recorded requests/);
  t.match(said("vi"), /Không phát lại: 1 trả lời trễ/);
});
