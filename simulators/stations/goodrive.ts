import type { SimulatedPoint, Span } from "../modbus/device.js";
import type { Drive } from "../process/drive.js";

/** Commands of register 2000h (INVT Goodrive, communication chapter). */
const COMMAND = { forward: 1, stop: 5, coast: 6, reset: 7 } as const;
/** Status word 1, register 2100h. */
const STATUS = { forward: 1, stopped: 3, fault: 4 } as const;
/** Register 2103h: a GD20-EU says 0106. */
const IDENTITY = 0x0106;

/** Register 0001h (P00.01): 2 is the bus. */
const COMMANDS_FROM_BUS = 2;

/** An INVT Goodrive drive, holding registers (FC03, FC06, FC16); at most 16 registers a read. */
export function goodrivePoints(drive: Drive): readonly SimulatedPoint[] {
  const register = (id: string, address: number, scale: number, read: () => number): SimulatedPoint => ({
    id,
    table: "holding",
    address,
    type: "u16",
    scale,
    read,
  });
  let lastCommand = 0;
  /** Kept and shown; the drive of the station is not led by it. */
  let pidSetpoint = 0;
  const command = (value: number): void => {
    lastCommand = value;
    if (value === COMMAND.forward) drive.start();
    else if (value === COMMAND.stop || value === COMMAND.coast) drive.stop();
    else if (value === COMMAND.reset) drive.reset();
  };
  const setpoint = (hertz: number): void => {
    drive.setpoint = hertz;
  };
  const powerPercent = (): number => (drive.powerW / (drive.plate.powerKw * 1000)) * 100;
  return [
    { ...register("command", 0x2000, 1, () => lastCommand), write: command },
    { ...register("setpoint.frequency", 0x2001, 0.01, () => drive.setpoint), write: setpoint },
    {
      ...register("setpoint.pid", 0x2002, 0.1, () => pidSetpoint),
      write: (value) => {
        pidSetpoint = value;
      },
    },
    register("setting.command_source", 0x0001, 1, () => COMMANDS_FROM_BUS),
    register("setting.frequency.max", 0x0004, 0.01, () => drive.plate.maximumHz),
    register("setting.frequency.min", 0x0005, 0.01, () => 0),
    register("state", 0x2100, 1, () => STATUS[drive.word]),
    register("state.word2", 0x2101, 1, () => 0),
    register("fault.code", 0x2102, 1, () => drive.faultCode),
    register("model.code", 0x2103, 1, () => IDENTITY),
    register("frequency.output", 0x3000, 0.01, () => drive.frequency),
    register("frequency.set", 0x3001, 0.01, () => drive.setpoint),
    register("voltage.bus", 0x3002, 0.1, () => 541 - 9 * drive.speed),
    register("voltage.output", 0x3003, 1, () => drive.voltageV),
    register("current.output", 0x3004, 0.1, () => drive.currentA),
    register("speed", 0x3005, 1, () => drive.rpm),
    register("power.relative", 0x3006, 0.1, () => (drive.frequency > 0 ? powerPercent() : 0)),
    register("torque.relative", 0x3007, 0.1, () => drive.load * drive.speed ** 2 * 100),
    register("pid.set", 0x3008, 0.1, () => pidSetpoint),
    register("pid.feedback", 0x3009, 0.1, () => 0),
    register("inputs", 0x300a, 1, () => 0),
    register("outputs", 0x300b, 1, () => Number(drive.frequency > 0)),
    register("voltage.ai1", 0x300c, 0.01, () => 0),
    register("voltage.ai2", 0x300d, 0.01, () => 0),
    register("fault", 0x5000, 1, () => drive.faultCode),
  ];
}

/** Between the registers that are modelled here the drive has others. */
export const GOODRIVE_SPANS: readonly Span[] = [{ table: "holding", from: 0x3000, to: 0x3016 }];

export const GOODRIVE_MOST_REGISTERS = 16;
