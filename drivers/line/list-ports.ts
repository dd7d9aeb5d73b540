import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { SerialPort } from "serialport";

export interface FoundPort {
  /** The name that stays: of by-id where there is one. */
  readonly path: string;
  /** `/dev/ttyUSB0` */
  readonly device: string;
  readonly maker?: string;
}

const BY_ID = "/dev/serial/by-id";

/**
 * The serial ports of this machine, those with a name of their own first. Ports of the mainboard that lead nowhere
 * (`/dev/ttyS4` without a chip behind it) are left out by serialport's list. Never throws.
 */
export async function listPorts(byId = BY_ID): Promise<readonly FoundPort[]> {
  const named = namedPorts(byId);
  const listed = await SerialPort.list().catch(() => []);
  const others = listed.filter(({ path }) => !named.some(({ device }) => device === path));
  return [
    ...named.map((port) => {
      const maker = listed.find(({ path }) => path === port.device)?.manufacturer;
      return { ...port, ...(maker && { maker }) };
    }),
    ...others.map(({ manufacturer, path }) => ({
      path,
      device: path,
      ...(manufacturer && { maker: manufacturer }),
    })),
  ];
}

function namedPorts(folder: string): readonly FoundPort[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder).sort();
  } catch {
    // No adapter is plugged in.
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      return { path, device: realpathSync(path) };
    } catch {
      // It was pulled out just now.
      return [];
    }
  });
}
