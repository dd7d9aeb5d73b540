import type { Clock } from "../../../drivers/core/clock.js";
import type { Driver } from "../../../drivers/core/driver.js";
import { ConfigurationError, LinkError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import type { Language } from "../../../drivers/core/message.js";
import { DialInPorts } from "../../../drivers/line/dial-in-ports.js";
import { loadDriver } from "../../../drivers/registry.js";
import { PointDesk } from "../../command/point-desk.js";
import type { Wire } from "../../command/wire.js";
import type { Audit } from "../../core/audit.js";
import type { ConnectionConfig, DeviceConfig } from "../../core/config.js";
import { Meanings } from "../../core/meanings.js";
import type {
  PointAccess,
  RawAnswer,
  RawReadWish,
  ReadAnswer,
  ReadWish,
  WriteAnswer,
  WriteWish,
} from "../../core/point-access.js";

export interface DirectParts {
  readonly clock: Clock;
  readonly audit: Pick<Audit, "note">;
  /** Those that are opened. */
  readonly connections: readonly ConnectionConfig[];
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  /** The ids of all connections that there are; those opened unless given. */
  readonly known?: readonly string[];
}

interface OpenWire {
  readonly driver: Driver;
  problem: LinkError | undefined;
  /** It was open and is so no more. */
  isLost: boolean;
}

/** The points behind connections that this process opens itself, since no gateway runs that owns them. */
export class DirectAccess implements PointAccess {
  readonly #wires = new Map<string, OpenWire>();
  readonly #dialIn: DialInPorts;
  readonly #desk: PointDesk;

  private constructor({ audit, clock, connections, devices, known }: DirectParts) {
    this.#dialIn = new DialInPorts(clock, SILENT_LOG);
    this.#desk = new PointDesk({
      clock,
      audit,
      devices,
      meanings: Meanings.of(devices),
      connections: () => known ?? connections.map(({ id }) => id),
      wireOf: (connection) => this.#wireOf(connection),
    });
  }

  /**
   * Throws ConfigurationError where another process holds a port, LinkError where the only connection cannot be made.
   * Leaves nothing open when it throws.
   */
  static async open(parts: DirectParts, signal: AbortSignal): Promise<DirectAccess> {
    const access = new DirectAccess(parts);
    try {
      for (const connection of parts.connections) await access.#open(connection, parts, signal);
      const [only, ...more] = access.#wires.values();
      if (only?.problem && more.length === 0) throw only.problem;
      return access;
    } catch (error) {
      await access.close();
      throw error;
    }
  }

  async read(wish: ReadWish, language: Language, signal: AbortSignal): Promise<ReadAnswer> {
    await this.#reopen(signal);
    const answer = await this.#desk.read(wish, language, signal);
    if (answer.readings.some(({ reason }) => reason === "link_down")) this.#lost();
    return answer;
  }

  async readRaw(wish: RawReadWish, language: Language, signal: AbortSignal): Promise<RawAnswer> {
    await this.#reopen(signal);
    const answer = await this.#desk.readRaw(wish, language, signal);
    if (answer.reason === "link_down") this.#lost();
    return answer;
  }

  write(wish: WriteWish, language: Language): Promise<WriteAnswer> {
    return this.#desk.write(wish, language);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#wires.values()].map(({ driver }) => driver.close()));
    await this.#dialIn.close();
  }

  async #open(
    connection: ConnectionConfig,
    { clock, devices }: DirectParts,
    signal: AbortSignal,
  ): Promise<void> {
    const create = await loadDriver(connection.driver);
    const own = [...devices.values()].filter((device) => device.connection === connection.id);
    const driver = create(
      connection.settings,
      own.map(({ id, settings }) => ({ id, settings })),
      {
        connection: connection.id,
        clock,
        log: SILENT_LOG,
        lock: new SocketLock(),
        dialIn: this.#dialIn,
        onReady: () => {},
      },
    );
    const wire: OpenWire = { driver, problem: undefined, isLost: false };
    this.#wires.set(connection.id, wire);
    await connect(wire, signal);
  }

  /** After a loss, before the next round. */
  async #reopen(signal: AbortSignal): Promise<void> {
    for (const wire of this.#wires.values()) {
      if (wire.problem || wire.isLost) await connect(wire, signal);
    }
  }

  /** Which of them it was does not matter: making a connection anew costs nothing here. */
  #lost(): void {
    for (const wire of this.#wires.values()) wire.isLost = true;
  }

  #wireOf(connection: string): Wire | undefined {
    const wire = this.#wires.get(connection);
    return wire && { driver: wire.driver, ...(wire.problem && { problem: wire.problem }) };
  }
}

async function connect(wire: OpenWire, signal: AbortSignal): Promise<void> {
  try {
    await wire.driver.connect(signal);
    wire.problem = undefined;
    wire.isLost = false;
  } catch (error) {
    if (error instanceof ConfigurationError || !(error instanceof LinkError)) throw error;
    wire.problem = error;
  }
}
