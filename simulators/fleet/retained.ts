import type { FleetGateway } from "./fleet-gateway.js";
import { birthMessages } from "./record-text.js";

/** A status with its topic, about. */
const STATUS_BYTES = 330;
/** The stations are of a few kinds: so many of them show how large the births of all are. */
const LOOKED_AT = 50;
const EVERY_MS = 60_000;

/** What a broker keeps of these gateways: a status, the birth of the station, one of each device. */
export function retainedOf(gateways: readonly Pick<FleetGateway, "station" | "epoch">[]): {
  readonly retainedMessages: number;
  readonly retainedBytes: number;
} {
  const some = gateways.slice(0, LOOKED_AT);
  const sizes = some.flatMap(({ epoch, station }) =>
    birthMessages(station, epoch, 1, EVERY_MS, true).map((make) => {
      const { payload, topic } = make();
      return Buffer.byteLength(payload) + topic.length;
    }),
  );
  const births = sizes.reduce((sum, size) => sum + size, 0);
  const messages = gateways.reduce((sum, { station }) => sum + 2 + station.devices.length, 0);
  const scale = gateways.length / Math.max(1, some.length);
  return {
    retainedMessages: messages,
    retainedBytes: Math.round(births * scale + STATUS_BYTES * gateways.length),
  };
}
