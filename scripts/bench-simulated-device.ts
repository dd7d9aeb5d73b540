import { SystemClock } from "../drivers/core/clock.js";
import { SimulatedDevice } from "../simulators/modbus/device.js";
import { ReadLedger } from "../simulators/modbus/ledger.js";
import { ModbusTcpServer } from "../simulators/modbus/tcp-server.js";

/** The device that tests and stations are made of, on Modbus TCP: prints its port, then serves until SIGTERM. */
const REGISTERS = 125;

const points = Array.from({ length: REGISTERS }, (_, address) => ({
  id: `r${address}`,
  table: "holding" as const,
  address,
  type: "u16" as const,
  read: () => address,
}));
const server = new ModbusTcpServer({
  devices: [new SimulatedDevice({ id: "device", unit: 1, points })],
  clock: new SystemClock("bench"),
  ledger: new ReadLedger(),
  port: 0,
});
console.log(await server.start());
