import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { SystemClock } from "../../../drivers/core/clock.js";
import { TramError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { render } from "../../../drivers/core/message.js";
import { configured, freePorts } from "../../../simulators/configured/configured-fixture.js";
import { CountingLedger } from "../../../simulators/configured/device-count.js";
import { StandIn } from "../../../simulators/configured/stand-in.js";
import { socketPath } from "../../api/socket-path.js";
import type { GatewayConfig } from "../../core/config.js";
import { RunningGateway } from "../../running-gateway.js";
import type { Verb } from "../grammar/verb.js";
import type { Io } from "../io.js";
import { read } from "../points/read.js";
import { write } from "../points/write.js";

/** A site of simulated devices on a pseudo-terminal and on TCP, with a gateway that may run or not. */

export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const CLOCK = new SystemClock("test");

export class Output extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("utf8");
    });
  }

  get lines(): readonly string[] {
    return this.text.trimEnd().split("\n");
  }
}

export interface Ran {
  readonly code: number;
  readonly out: Output;
  readonly err: Output;
}

export interface Site {
  readonly folder: string;
  readonly tcpPort: number;
  readonly config: GatewayConfig;
  readonly env: Readonly<Record<string, string>>;
  startDevices(): Promise<StandIn>;
  startGateway(): Promise<RunningGateway>;
  /** A verb with `-c` of this site; a ConfigurationError gives exit code 2, others 1, as `tram` does. */
  run(verb: "read" | "write", args: readonly string[], more?: Partial<Io>): Promise<Ran>;
}

const DEVICES = `devices:
  meter:
    name: Đồng hồ điện
    connection: rs485
    unit_id: 1
    worst_reply: 1s
    every: 300ms
    points:
      - {id: voltage.l1, name: Điện áp pha L1, table: input, address: 0, type: f32, decimals: 2, unit: V, quantity: voltage}
      - {id: voltage.l2, name: Điện áp pha L2, table: input, address: 2, type: f32, decimals: 2, unit: V, quantity: voltage}
      - {id: power.active.demand.import.max, table: input, address: 4, type: f32, unit: W, quantity: power.active}
      - {id: energy.active.import, table: input, address: 40, type: u64, scale: 0.001, unit: kWh, kind: counter}
  drive:
    name: Biến tần bơm 1
    connection: rs485
    unit_id: 3
    worst_reply: 1s
    profile: invt/gd20
    every: 300ms
    points: [state, state.word2, command, frequency.set, setpoint.frequency, setting.frequency.max]
  station:
    name: PLC
    connection: plc
    unit_id: 1
    every: 300ms
    points:
      - {id: gate.setpoint, name: Độ mở cửa đặt, table: holding, address: 0, type: u16, scale: 0.1, unit: "%", access: read-write, write: {range: [0, 100]}, safety: actuator}
      - {id: pump.run, name: Bơm chạy, table: coil, address: 0, access: read-write}
      - {id: level, table: input, address: 6, type: f32, unit: m, range: [-3, 6]}
`;

/** `name` and `uplinks` in YAML. */
export async function siteOf(
  t: Pick<Test, "teardown">,
  more: { readonly name?: string; readonly uplinks?: string } = {},
): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "tram-rw-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [tcpPort = 0] = await freePorts(1);
  const { config, wanted } = configured(
    folder,
    `connections:
  rs485: {driver: modbus-rtu, port: ${folder}/rs485, baud: 115200, timeout: 1s}
  plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${tcpPort}}
${DEVICES}`,
    more,
  );
  const env = { XDG_RUNTIME_DIR: folder, USER: "kythuat" };
  return {
    folder,
    tcpPort,
    config,
    env,
    async startDevices() {
      const standIn = await StandIn.start(wanted, {
        clock: CLOCK,
        ledger: new CountingLedger(10_000),
        seed: 5,
        ports: {},
      });
      t.teardown(() => standIn.stop());
      return standIn;
    },
    async startGateway() {
      const gateway = await RunningGateway.start(config, {
        version: "0",
        machineId: "m",
        clock: CLOCK,
        clockTrusted: () => true,
        log: SILENT_LOG,
        lock: new SocketLock(),
        random: Math.random,
        socketPath: socketPath(config.buffer.path, env),
        onTurn: () => {},
        onFatal: (error) => {
          throw error;
        },
      });
      t.teardown(() => gateway.stop(2000));
      await untilAnswering(gateway);
      return gateway;
    },
    run: (verb, args, more = {}) =>
      ran(verb === "read" ? read : write, ["-c", config.file, ...args], { env, ...more }),
  };
}

/** What a verb prints, and its exit code. */
export async function ran(verb: Verb, args: readonly string[], more: Partial<Io> = {}): Promise<Ran> {
  const [out, err] = [new Output(), new Output()];
  const io: Io = {
    stdout: out,
    stderr: err,
    stdin: new PassThrough(),
    env: {},
    language: "en",
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: new AbortController().signal,
    root: ROOT,
    version: "1",
    ...more,
  };
  const code = await verb.run(args, io).catch((error: unknown): number => {
    if (!(error instanceof TramError) || error.class === "internal") throw error;
    err.write(`${render(error.said, io.language)}\n`);
    return error.class === "configuration" ? 2 : 1;
  });
  return { code, out, err };
}

function untilAnswering(gateway: RunningGateway): Promise<void> {
  return new Promise((resolve) => {
    const seen = new Set<string>();
    const end = gateway.live.subscribe(({ layout }) => {
      seen.add(layout.device);
      if (!["meter", "drive", "station"].every((id) => seen.has(id))) return;
      end();
      resolve();
    });
  });
}
