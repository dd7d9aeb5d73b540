import { parentPort } from "node:worker_threads";
import type { Answer, Envelope } from "./protocol.js";
import { StoreFile } from "./store-file.js";

/** The thread that owns the file: takes requests one by one, answers each. */
let file: StoreFile | undefined;

function serve({ request }: Envelope): unknown {
  if (request.op === "open") {
    file = new StoreFile(request);
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
