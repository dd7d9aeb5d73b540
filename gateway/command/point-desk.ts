import type { Clock } from "../../drivers/core/clock.js";
import type { Driver, DriverDevice } from "../../drivers/core/driver.js";
import {
  BusyError,
  ConfigurationError,
  LinkError,
  type TramError,
  TransientError,
} from "../../drivers/core/errors.js";
import type { Inspector } from "../../drivers/core/inspector.js";
import { type Language, render } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Audit } from "../core/audit.js";
import type { DeviceConfig } from "../core/config.js";
import type { Meanings } from "../core/meanings.js";
import type {
  PointAccess,
  RawAnswer,
  RawReadWish,
  ReadAnswer,
  ReadWish,
  TakenReading,
  WriteAnswer,
  WriteWish,
} from "../core/point-access.js";
import { ACCESS_MESSAGES as M } from "./access-messages.js";
import { type Asked, askFor, isSilence } from "./asking.js";
import { type FoundPoints, findDevice, findPoints } from "./find-points.js";
import { reasonOf, takenReadings, told } from "./taken-reading.js";
import { inspectorOf, type Wire } from "./wire.js";
import { WriteDesk } from "./write-desk.js";

/** How long all that one call asks for may take. */
export const READ_WITHIN_MS = 20_000;
/** Reads under way or waiting; each stands in the queue of a bus. */
const MOST_READS = 8;
const AGAIN_MS = 1_000;

export interface PointDeskParts {
  readonly clock: Clock;
  readonly audit: Pick<Audit, "note">;
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  readonly meanings: Meanings;
  readonly connections: () => readonly string[];
  readonly wireOf: (connection: string) => Wire | undefined;
}

/** Reads and writes by hand, for whoever stands before the cabinet; writes go through `WriteDesk` alone. */
export class PointDesk implements PointAccess {
  readonly #parts: PointDeskParts;
  readonly #writes: WriteDesk;
  #reads = 0;

  constructor(parts: PointDeskParts) {
    this.#parts = parts;
    this.#writes = new WriteDesk({
      ...parts,
      readPoint: (device, point, language, signal) => this.#present(device, point, language, signal),
      readRaw: (wish, language, signal) => this.#readRaw(wish, language, signal),
    });
  }

  async read({ names }: ReadWish, language: Language, signal: AbortSignal): Promise<ReadAnswer> {
    const groups = findPoints(this.#parts.devices, names);
    return this.#bounded(signal, async (within) => {
      const byConnection = new Map<string, FoundPoints[]>();
      for (const group of groups) {
        const { connection } = group.device;
        byConnection.set(connection, [...(byConnection.get(connection) ?? []), group]);
      }
      // Side by side on different wires, one after the other on each.
      const taken = await Promise.all(
        [...byConnection.values()].map(async (all) => {
          const readings: TakenReading[] = [];
          for (const { device, points } of all) {
            readings.push(...(await this.#readDevice(device, points, language, within)));
          }
          return readings;
        }),
      );
      const readings = inOrder(taken.flat(), groups);
      const silent = readings.some(isSilence);
      return { readings, findings: silent ? this.#findings([...byConnection.keys()], language) : [] };
    });
  }

  readRaw(wish: RawReadWish, language: Language, signal: AbortSignal): Promise<RawAnswer> {
    return this.#bounded(signal, (within) => this.#readRaw(wish, language, within));
  }

  write(wish: WriteWish, language: Language): Promise<WriteAnswer> {
    return this.#writes.write(wish, language);
  }

  /** Ends what takes too long, and refuses what there is no room for. */
  async #bounded<T>(signal: AbortSignal, work: (within: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#reads >= MOST_READS) {
      throw new BusyError(AGAIN_MS, M.too_many_waiting, { count: this.#reads });
    }
    this.#reads++;
    const deadline = new AbortController();
    const cancel = this.#parts.clock.after(READ_WITHIN_MS, () => deadline.abort());
    try {
      return await work(AbortSignal.any([signal, deadline.signal]));
    } finally {
      this.#reads--;
      cancel();
    }
  }

  async #present(
    device: DeviceConfig,
    point: Point,
    language: Language,
    signal: AbortSignal,
  ): Promise<TakenReading | undefined> {
    const [reading] = await this.#readDevice(device, [point], language, signal);
    return reading;
  }

  async #readDevice(
    device: DeviceConfig,
    points: readonly Point[],
    language: Language,
    signal: AbortSignal,
  ): Promise<readonly TakenReading[]> {
    const { clock, meanings } = this.#parts;
    const { driver, problem } = this.#wireOf(device.connection);
    const inspector = inspectorOf(driver);
    const own: DriverDevice = { id: device.id, settings: device.settings };
    const readings: TakenReading[] = [];
    let silent: TramError | undefined = problem && this.#down(device.connection, problem, language);
    for (const request of driver.plan(own, points, driver.hints(device.id))) {
      const asked: readonly Asked[] = silent
        ? [{ request, nowMs: clock.now(), error: silent }]
        : await askFor(driver, request, clock, signal);
      for (const one of asked) {
        const late = "error" in one && signal.aborted ? { ...one, error: outOfTime(device.id) } : one;
        readings.push(...takenReadings(late, inspector, meanings, language));
        // The same device is not asked again and again for what it will not say.
        if ("error" in late && isSilence(late.error as { reason?: string })) silent ??= late.error;
      }
    }
    return readings;
  }

  async #readRaw(wish: RawReadWish, language: Language, signal: AbortSignal): Promise<RawAnswer> {
    const { clock } = this.#parts;
    const { connection, driver, own, problem } = this.#target(wish);
    const request = driver.planRawRead(own, wish);
    const head = { device: own.id, connection, ...driver.placeOf(request) };
    if (problem) {
      const down = told(this.#down(connection, problem, language).said, language);
      const t = new Date(clock.now()).toISOString();
      return { ...head, t, reason: "link_down", problem: down, findings: [] };
    }
    const [asked] = await askFor(driver, request, clock, signal);
    if (!asked) throw new TypeError("a request without an outcome");
    const t = new Date(asked.nowMs).toISOString();
    if (!("error" in asked)) return { ...head, t, words: asked.inspected.words, findings: [] };
    const error = signal.aborted ? outOfTime(own.id) : asked.error;
    const findings = this.#findings([connection], language);
    return { ...head, t, reason: reasonOf(error), problem: told(error.said, language), findings };
  }

  #target({ of }: RawReadWish): {
    readonly connection: string;
    readonly driver: Driver & Inspector;
    readonly own: DriverDevice;
    readonly problem?: TramError;
  } {
    const device = "device" in of ? findDevice(this.#parts.devices, of.device) : undefined;
    const connection = "connection" in of ? of.connection : (device?.connection ?? "");
    const { driver, problem } = this.#wireOf(connection);
    const inspector = inspectorOf(driver);
    if (!inspector) throw new ConfigurationError(M.not_inspectable, { connection });
    const own =
      "unit" in of ? inspector.deviceAt(of.unit) : { id: device?.id ?? "", settings: device?.settings };
    return { connection, driver: inspector, own, ...(problem && { problem }) };
  }

  #wireOf(connection: string): Wire {
    const wire = this.#parts.wireOf(connection);
    if (wire) return wire;
    const connections = this.#parts.connections().join(", ");
    throw new ConfigurationError(M.no_connection, { connection, connections });
  }

  #down(connection: string, problem: TramError, language: Language): TramError {
    return new LinkError(M.connection_down, { connection, problem: render(problem.said, language) });
  }

  #findings(connections: readonly string[], language: Language): readonly string[] {
    const said = connections.flatMap((id) => this.#parts.wireOf(id)?.driver.diagnose() ?? []);
    return said.map((one) => render(one, language));
  }
}

function outOfTime(device: string): TramError {
  return new TransientError("no_answer", M.out_of_time, { device, seconds: READ_WITHIN_MS / 1000 });
}

/** As configured, not as the requests lay on the wire. */
function inOrder(readings: readonly TakenReading[], groups: readonly FoundPoints[]): readonly TakenReading[] {
  const byName = new Map(readings.map((reading) => [`${reading.device} ${reading.point}`, reading]));
  return groups.flatMap(({ device, points }) =>
    points.flatMap(({ id }) => byName.get(`${device.id} ${id}`) ?? []),
  );
}
