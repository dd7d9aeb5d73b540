import { messages, type Said, say } from "../../drivers/core/message.js";
import type { WireFrame, WireTap } from "../../drivers/core/wire-frame.js";
import type { MarkAnswer } from "../core/device-marks.js";
import type { BusInfo, GatewayHandle } from "../core/gateway-handle.js";
import { Meanings } from "../core/meanings.js";
import type { GatewayStatus } from "../core/status.js";
import { BusTaps } from "./bus-taps.js";
import { NO_ACCESS, NO_PAUSES } from "./no-access-fixture.js";

const SAID = messages("fake", {
  read: { vi: "địa chỉ Modbus {unit}: đọc", en: "unit {unit}: read" },
});

/** A gateway of which only the buses are there; the test is the driver. */
export class FakeBuses implements GatewayHandle {
  readonly live: GatewayHandle["live"] = {
    update: () => {},
    get: () => undefined,
    batches: () => [],
    subscribe: () => () => {},
  };
  readonly alarms: GatewayHandle["alarms"] = { active: () => [], subscribe: () => () => {} };
  readonly meanings = new Meanings([]);
  readonly pauses = NO_PAUSES;
  readonly access = NO_ACCESS;
  /** Each call of the driver's `monitor`: switched on or off. */
  readonly switched: boolean[] = [];
  described = 0;
  #tap: WireTap | undefined;
  readonly #taps = new BusTaps((tap) => {
    this.#tap = tap;
    this.switched.push(tap !== undefined);
  });

  get on(): boolean {
    return this.#tap !== undefined;
  }

  /** What a driver does with traffic. The bytes are not the listener's afterwards. */
  pass(frame: Partial<WireFrame>, ...bytes: number[]): void {
    const own = Uint8Array.from(bytes);
    this.#tap?.({ kind: "request", direction: "sent", t: 1.7e12, mono: 100, ...frame, bytes: own });
    own.fill(0xee);
  }

  status(): GatewayStatus {
    return {} as GatewayStatus;
  }

  markDevice(): MarkAnswer {
    return {};
  }

  buses(): readonly BusInfo[] {
    return [
      { connection: "rs485", driver: "modbus-rtu", line: "/dev/ttyUSB0 9600 8N1" },
      { connection: "plc", driver: "modbus-tcp" },
    ];
  }

  scan(): undefined {
    return undefined;
  }

  watchBus(connection: string, tap: WireTap): (() => void) | undefined {
    return connection === "rs485" ? this.#taps.add(tap) : undefined;
  }

  describeFrame(_connection: string, { bytes }: Pick<WireFrame, "bytes">): Said {
    this.described++;
    return say(SAID.read, { unit: bytes[0] ?? 0 });
  }
}
