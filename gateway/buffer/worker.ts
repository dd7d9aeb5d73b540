import { parentPort } from "node:worker_threads";
import { dropBallast } from "./disk-room.js";
import type { Answer, Envelope, OpenRequest } from "./protocol.js";
import { StoreFile } from "./store-file.js";

/** The thread that owns the file: takes requests one by one, answers each. */
let file: StoreFile | undefined;

/** On a full disk SQLite cannot even open: what was kept for that is given back. */
function open(request: OpenRequest): StoreFile {
  try {
    return new StoreFile(request);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!/^(SQLITE_(FULL|IOERR|CANTOPEN)|ENOSPC)/.test(code) || !dropBallast(request.path)) throw error;
    return new StoreFile(request);
  }
}

function serve({ request }: Envelope): unknown {
  if (request.op === "open") {
    file = open(request);
    return file.opened;
  }
  if (!file) return undefined;
  switch (request.op) {
    case "commit":
      return file.commit(request);
    case "read":
      return file.read(request);
    case "retain":
      return file.retain(request);
    case "revision":
      return file.revision(request);
    case "close":
      file.close();
      file = undefined;
      return undefined;
  }
}

parentPort?.on("message", (envelope: Envelope) => {
  let answer: Answer;
  try {
    answer = { id: envelope.id, result: serve(envelope) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    answer = {
      id: envelope.id,
      error: { code, message: String(error instanceof Error ? error.message : error) },
    };
  }
  parentPort?.postMessage(answer);
});
