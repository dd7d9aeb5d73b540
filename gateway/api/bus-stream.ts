import type { ServerResponse } from "node:http";
import { hexPairs } from "../../drivers/core/bus-text.js";
import type { Clock } from "../../drivers/core/clock.js";
import { type Language, renderText } from "../../drivers/core/message.js";
import type { FrameKind, WireFrame } from "../../drivers/core/wire-frame.js";
import type { BusInfo, GatewayHandle } from "../core/gateway-handle.js";
import { EventStream } from "./event-stream.js";

/** The first event of `GET /v1/bus`: what is watched, and since when. */
export interface ApiBusHead extends BusInfo {
  /** ISO 8601 UTC, and monotonic ms of the same moment. */
  readonly start: string;
  readonly mono: number;
}

/** One frame as the local API gives it. */
export interface ApiFrame {
  /** ISO 8601 UTC. */
  readonly t: string;
  /** Monotonic ms with fractions, of the gateway's process. */
  readonly mono: number;
  readonly direction: WireFrame["direction"];
  readonly kind: FrameKind;
  /** `01 03 FF` */
  readonly hex: string;
  readonly meaning: string;
}

export type BusEvent =
  | { readonly event: "head"; readonly head: ApiBusHead }
  | { readonly event: "frame"; readonly frame: ApiFrame }
  /** So many frames are missing here, because this client was too slow. */
  | { readonly event: "skipped"; readonly frames: number };

export interface BusStreamOptions {
  readonly handle: GatewayHandle;
  readonly bus: BusInfo;
  readonly clock: Pick<Clock, "now" | "mono">;
  readonly language: Language;
}

/** The traffic of one connection as server-sent events: `head` once, then `frame`, and `skipped` for a slow client. */
export class BusStream {
  readonly #stream: EventStream;
  readonly #leave: () => void;

  constructor(
    response: ServerResponse,
    { bus, clock, handle, language }: BusStreamOptions,
    onEnd: () => void,
  ) {
    const stream = new EventStream(response, "frames", () => {
      leave?.();
      onEnd();
    });
    const { connection } = bus;
    const head: ApiBusHead = { ...bus, start: new Date(clock.now()).toISOString(), mono: clock.mono() };
    stream.send("head", () => head);
    const leave = handle.watchBus(connection, (frame) =>
      stream.send("frame", (): ApiFrame => {
        const said = handle.describeFrame(connection, frame);
        return {
          t: new Date(frame.t).toISOString(),
          mono: frame.mono,
          direction: frame.direction,
          kind: frame.kind,
          hex: hexPairs(frame.bytes),
          meaning: said ? renderText(said, language) : "",
        };
      }),
    );
    this.#stream = stream;
    this.#leave = leave ?? (() => {});
  }

  end(): void {
    this.#leave();
    this.#stream.end();
  }
}
