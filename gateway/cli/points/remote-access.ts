import type { Language } from "../../../drivers/core/message.js";
import type { ApiClient } from "../../api/client.js";
import { READ_WITHIN_MS } from "../../command/point-desk.js";
import { WRITE_WITHIN_MS } from "../../command/write-desk.js";
import type {
  PointAccess,
  RawAnswer,
  RawReadWish,
  ReadAnswer,
  ReadWish,
  WriteAnswer,
  WriteWish,
} from "../../core/point-access.js";

/** The gateway has a deadline of its own; this one is for a gateway that hangs. */
const ROOM_MS = 5_000;
/** A write may wait behind others. */
const WRITES_BEFORE = 5;

/** The points of a running gateway, by way of its local API. */
export class RemoteAccess implements PointAccess {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async read(wish: ReadWish, language: Language, signal: AbortSignal): Promise<ReadAnswer> {
    return (await this.#read(wish, language, signal)) as ReadAnswer;
  }

  async readRaw(wish: RawReadWish, language: Language, signal: AbortSignal): Promise<RawAnswer> {
    return (await this.#read(wish, language, signal)) as RawAnswer;
  }

  async write(wish: WriteWish, language: Language): Promise<WriteAnswer> {
    const deadlineMs = WRITES_BEFORE * WRITE_WITHIN_MS + ROOM_MS;
    return (await this.#client.post(`/v1/write?lang=${language}`, wish, { deadlineMs })) as WriteAnswer;
  }

  #read(wish: ReadWish | RawReadWish, language: Language, signal: AbortSignal): Promise<unknown> {
    const deadlineMs = READ_WITHIN_MS + ROOM_MS;
    return this.#client.post(`/v1/read?lang=${language}`, wish, { deadlineMs, signal });
  }
}
