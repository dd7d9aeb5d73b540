import { execFile } from "node:child_process";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { render } from "../../drivers/core/message.js";
import { configured, freePorts } from "./configured-fixture.js";
import { CountingLedger } from "./device-count.js";
import { FaultDesk } from "./fault-desk.js";
import { StandIn } from "./stand-in.js";

/* What clients that are not ours make of faults that were ordered: mbpoll (libmodbus) and pymodbus. */

interface Ended {
  readonly out: string;
  readonly code: number;
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000, killSignal: "SIGKILL" }, (error, out, err) => {
      resolve({ out: `${out}${err}`, code: typeof error?.code === "number" ? error.code : error ? -1 : 0 });
    });
  });
}

const PYMODBUS = `
import sys
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=1, retries=0)
print("connected" if client.connect() else "refused")
try:
    answer = client.read_holding_registers(0, 1, slave=int(sys.argv[2]))
    print(answer.registers if not answer.isError() else answer)
except Exception as error:
    print("error", error)
client.close()
`;

t.test("mbpoll and pymodbus see each fault, and see it gone", async (t) => {
  const folder = t.testdir();
  const [tcp = 0] = await freePorts(1);
  const { wanted } = configured(
    folder,
    `connections:
  rs485: {driver: modbus-rtu, port: ./bus, baud: 115200}
  plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${tcp}}
devices:
  meter: {connection: rs485, unit_id: 5, points: [{id: a, address: 0, simulate: {start: 101}}]}
  well: {connection: rs485, unit_id: 6, points: [{id: a, address: 0, simulate: {start: 102}}]}
  pump: {connection: plc, unit_id: 1, points: [{id: a, address: 0, simulate: {start: 103}}]}
`,
  );
  const clock = new SystemClock("b");
  const standIn = await StandIn.start(wanted, { clock, ledger: new CountingLedger(), seed: 1, ports: {} });
  const desk = new FaultDesk(standIn);
  t.teardown(async () => {
    desk.close();
    await standIn.stop();
  });
  const path = join(folder, "bus");
  const ask = ["-t", "4", "-0", "-r", "0", "-c", "1", "-1", "-q", "-o", "0.5"];
  const rtu = (unit = 5): Promise<Ended> =>
    run("mbpoll", ["-m", "rtu", "-b", "115200", "-P", "none", "-a", String(unit), ...ask, path]);
  const mbpollTcp = (): Promise<Ended> =>
    run("mbpoll", ["-m", "tcp", "-p", String(tcp), "-a", "1", ...ask, "127.0.0.1"]);
  const pymodbus = (): Promise<Ended> => run("/usr/bin/python3", ["-c", PYMODBUS, String(tcp), "1"]);
  const during = async (order: string, look: () => Promise<Ended>, sees: RegExp): Promise<void> => {
    for (const said of desk.do(order)) t.match(render(said, "en"), /^Fault/);
    t.match((await look()).out, sees, order);
    desk.do("heal");
  };
  await during("silent of meter", rtu, /timed out/);
  await during("garble of meter", rtu, /Invalid CRC/);
  await during("exception 4 of meter", rtu, /Slave device or server failure/i);
  await during("busy of meter", rtu, /busy/i);
  await during("exception 2 on rs485", rtu, /Illegal data address/i);
  await during("truncate 4 of meter", rtu, /timed out/);
  await during("wrong-unit of meter", rtu, /not requested|Invalid|Response/i);
  await during("swap rs485", rtu, /timed out/);
  await during("break rs485 after meter", () => rtu(6), /timed out/);
  await during("break rs485 after meter", rtu, /\[0\]:\s+101/);
  await during("address meter 9", rtu, /timed out/);
  await during("address meter 9", () => rtu(9), /\[0\]:\s+101/);
  await during("address meter 6", () => rtu(6), /timed out|Invalid|Response/i);
  await during("offset meter a 7", rtu, /\[0\]:\s+108/);
  await during("spike meter a to 9999", rtu, /\[0\]:\s+9999/);
  t.match((await rtu()).out, /\[0\]:\s+101/);
  t.match((await rtu(6)).out, /\[0\]:\s+102/, "after all that");

  await during(
    "exception 4 of pump",
    pymodbus,
    /ExceptionResponse|exception_code.*4|Exception Response\(131, 3, SlaveFailure\)/i,
  );
  await during("drop of pump", pymodbus, /error|no response|Modbus Error/i);
  await during("scale pump a 2", pymodbus, /\[206\]/);
  await during("close of pump", mbpollTcp, /Connection (?:reset|closed)|timed out|invalid/i);
  await during("half-open on plc", mbpollTcp, /timed out/);
  await during("power-cycle pump", mbpollTcp, /Connection refused|Connection failed/i);
  const back = async (): Promise<Ended> => {
    // A port is opened again as soon as the system lets it.
    for (let turn = 0; turn < 50; turn++) {
      const seen = await mbpollTcp();
      if (seen.code === 0) return seen;
    }
    return mbpollTcp();
  };
  t.match((await back()).out, /\[0\]:\s+103/);
  desk.do("unplug plc");
  desk.do("unplug plc for 1h");
  t.match((await pymodbus()).out, /refused/);
  desk.do("heal 100");
  const [first] = desk.list();
  desk.do(`heal ${first?.id}`);
  t.match((await pymodbus()).out, /refused/, "the other one keeps it out");
  desk.do("heal plc");
  await back();
  t.match((await pymodbus()).out, /connected\s+\[103\]/);
});
