import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
