import type { IPublishPacket, MqttClient } from "mqtt";

/** What the broker may send at once, where the version can say it: bytes of a packet, and packets without receipt. */
export const MOST_PACKET_IN = 65_536;
export const MOST_IN = 16;

export interface CommandListener {
  /** Takes a message over before it returns; must not throw. */
  readonly take: (payload: Uint8Array) => void;
  readonly onRetained: () => void;
  readonly onRefused: (problem: string) => void;
}

/**
 * Subscribes to `command`, for as long as the client is connected. The PUBACK goes out when `take` has returned: mqtt.js
 * sends it before an async listener of `message` is done (pitfalls), so its `handleMessage` is taken over.
 */
export function listenForCommands(
  client: MqttClient,
  topic: string,
  { onRefused, onRetained, take }: CommandListener,
): void {
  const before = client.handleMessage.bind(client);
  client.handleMessage = (packet: IPublishPacket, done) => {
    if (packet.topic !== topic) {
      before(packet, done);
      return;
    }
    // What was retained was asked of nobody in particular, at a time that nobody knows. MQTT 3.1.1, 3.3.1.3: the flag
    // is set only on what the broker had kept; in MQTT 5 it is not sent at all (retain handling 2).
    if (packet.retain) onRetained();
    else take(typeof packet.payload === "string" ? new TextEncoder().encode(packet.payload) : packet.payload);
    done();
  };
  client.subscribe(topic, { qos: 1, rh: 2, rap: false }, (error, granted) => {
    // MQTT 3.1.1, 3.9.3: 0x80 is a refusal.
    const refused = granted?.find(({ qos }) => qos > 2);
    if (error) {
      if (client.connected) onRefused(error.message);
    } else if (refused) onRefused(`0x${refused.qos.toString(16)}`);
  });
}
