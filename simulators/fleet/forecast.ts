/** What was measured while everybody was connected. */
export interface Measured {
  readonly gateways: number;
  readonly seconds: number;
  /** From the gateways to the broker. */
  readonly messagesPerSecond: number;
  readonly peakMessagesPerSecond: number;
  /** MQTT on the sockets of the gateways, from them and to them. */
  readonly sentBytesPerSecond: number;
  readonly receivedBytesPerSecond: number;
  readonly retainedMessages: number;
  readonly retainedBytes: number;
  /** Of one core; absent where the broker cannot be observed. */
  readonly brokerCores?: number | undefined;
  readonly brokerRssBytes?: number | undefined;
  /** Before the first gateway came. */
  readonly brokerEmptyBytes?: number | undefined;
  readonly spreadMs: number;
}

/** What so many gateways of the same kind would need. All of it is scaled from `Measured`. */
export interface Forecast {
  readonly gateways: number;
  readonly connections: number;
  readonly messages_per_second: number;
  /** The busiest second that was measured, scaled. */
  readonly peak_messages_per_second: number;
  /** Into the broker, and out of it to one subscriber, with TCP and IP. */
  readonly mbit_in: number;
  readonly mbit_out: number;
  readonly retained_messages: number;
  readonly retained_mb: number;
  readonly broker_cores?: number;
  readonly broker_mb?: number;
  /** When all come back after a power cut. */
  readonly connections_per_second: number;
  /** Of one gateway in thirty days, both directions, with TCP and IP. */
  readonly mb_a_month_each: number;
}

/** IPv4 and TCP with timestamps: 52 bytes a segment; a message and its receipt are two, and each is confirmed. */
const TCP_BYTES = 52;
const MONTH_S = 30 * 86_400;
const MEGA = 1_000_000;

/** Pure. */
export function forecast(measured: Measured, gateways: number): Forecast {
  const scale = gateways / measured.gateways;
  const { brokerCores, brokerEmptyBytes = 0, brokerRssBytes, messagesPerSecond } = measured;
  const segments = 2 * messagesPerSecond * TCP_BYTES;
  const inBytes = measured.sentBytesPerSecond + segments;
  const backBytes = measured.receivedBytesPerSecond + segments;
  const each = ((inBytes + backBytes) / measured.gateways) * MONTH_S;
  return {
    gateways,
    connections: gateways,
    messages_per_second: round(messagesPerSecond * scale),
    peak_messages_per_second: round(measured.peakMessagesPerSecond * scale),
    mbit_in: round((inBytes * 8 * scale) / MEGA, 1),
    // What came in goes out once to the subscriber, and receipts go back to the gateways.
    mbit_out: round(((inBytes + backBytes) * 8 * scale) / MEGA, 1),
    retained_messages: round(measured.retainedMessages * scale),
    retained_mb: round((measured.retainedBytes * scale) / MEGA),
    ...(brokerCores !== undefined && { broker_cores: round(brokerCores * scale, 1) }),
    ...(brokerRssBytes !== undefined && {
      broker_mb: round((brokerEmptyBytes + Math.max(0, brokerRssBytes - brokerEmptyBytes) * scale) / MEGA),
    }),
    connections_per_second: round((gateways * 1000) / Math.max(1_000, measured.spreadMs)),
    mb_a_month_each: round(each / MEGA, 1),
  };
}

function round(value: number, digits = 0): number {
  const power = 10 ** digits;
  return Math.round(value * power) / power;
}
