import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type t from "tap";
import { SystemClock } from "../../../drivers/core/clock.js";
import { ProfileLibrary } from "../../../drivers/profiles/library.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../../drivers/registry.js";
import { SimulatedBus } from "../../../simulators/modbus/bus.js";
import { ReadLedger } from "../../../simulators/modbus/ledger.js";
import { MixedPort } from "../../../simulators/modbus/mixed-port.js";
import { ProfiledDevice } from "../../../simulators/modbus/profile/profiled-device.js";
import { RTU_FRAMING } from "../../../simulators/modbus/rtu-framing.js";
import type { ScanReport } from "../../core/scan-report.js";
import { heldOutput } from "../testing/held-output.js";

type Tap = Pick<typeof t, "teardown">;

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
export const TRAM = join(ROOT, "dist/gateway/cli/main.js");
const LIBRARY = new ProfileLibrary(join(ROOT, "config/profiles"), DRIVER_FAMILIES);
export const CLOCK = new SystemClock("scan-test");

export interface Ran {
  readonly code: number | null;
  readonly reports: readonly ScanReport[];
  readonly errors: string;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [TRAM, ...args, "--lang", "en"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

/** Runs `tram scan --json`. */
export async function scan(
  t: Tap,
  args: readonly string[],
  onReport: (report: ScanReport, child: ChildProcess) => void = () => {},
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = start(["scan", "--json", ...args], env);
  t.teardown(() => child.kill("SIGKILL"));
  const reports: ScanReport[] = [];
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on("line", (line) => {
    const report = heldOutput("scan", line) as ScanReport;
    reports.push(report);
    onReport(report, child);
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, reports, errors };
}

export function found({ reports }: Ran): readonly string[] {
  return reports.flatMap((report) =>
    report.event === "recognised"
      ? [`${report.device.line} ${report.device.unit} ${report.device.candidates[0]?.profile}`]
      : [],
  );
}

export function device(id: string, unit: number): ProfiledDevice {
  return new ProfiledDevice({ profile: LIBRARY.get(id)?.profile as Profile, clock: CLOCK, unit });
}

/** Short, because a socket's path may not be long. */
export function folderFor(t: Tap, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "tram-scan-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function serve(
  t: Tap,
  devices: readonly (readonly [string, number, number])[],
): Promise<string> {
  const path = join(folderFor(t), "bus");
  const port = new MixedPort(path, CLOCK);
  for (const [id, unit, baud] of devices) {
    const format = { baud, parity: "none", stopBits: 1 } as const;
    const bus = new SimulatedBus({
      devices: [device(id, unit)],
      clock: CLOCK,
      ledger: new ReadLedger(),
      framing: RTU_FRAMING,
      baud,
      bitsPerCharacter: 10,
    });
    port.attach(bus, format);
  }
  await port.start();
  t.teardown(() => port.stop());
  return path;
}
