import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { InternalError } from "../../drivers/core/errors.js";
import { BUFFER_MESSAGES } from "./messages.js";

/** How the rest of a stored body is packed: its first byte. Four bytes of CRC-32 (of the unpacked bytes) follow. */
const PLAIN = 0;
const DEFLATED = 1;
const HEAD_BYTES = 5;
/** Level 6 costs half a millisecond for a second of 1,000 readings; 9 gains less than 1 %. */
const LEVEL = { level: 6 };
/** No chunk is larger when unpacked: protection against damaged lengths. */
const MOST_BYTES = 64_000_000;

export function pack(body: Uint8Array, compress: boolean): Uint8Array {
  const deflated = compress ? deflateRawSync(body, LEVEL) : body;
  const shorter = deflated.length < body.length;
  const rest = shorter ? deflated : body;
  const packed = Buffer.allocUnsafe(HEAD_BYTES + rest.length);
  packed[0] = shorter ? DEFLATED : PLAIN;
  packed.writeUInt32LE(crc32(body), 1);
  packed.set(rest, HEAD_BYTES);
  return packed;
}

/** SQLite has no checksums of its own: a flipped bit is found here. Throws InternalError `buffer.chunk_damaged`. */
export function unpack(packed: Uint8Array): Uint8Array {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const kind = bytes[0];
  if (bytes.length < HEAD_BYTES || (kind !== PLAIN && kind !== DEFLATED)) throw damaged();
  const body = kind === PLAIN ? bytes.subarray(HEAD_BYTES) : inflate(bytes.subarray(HEAD_BYTES));
  if (crc32(body) !== bytes.readUInt32LE(1)) throw damaged();
  return body;
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw damaged({ cause: error });
  }
}

function damaged(options?: ErrorOptions): InternalError {
  return new InternalError(BUFFER_MESSAGES.chunk_damaged, {}, options);
}
