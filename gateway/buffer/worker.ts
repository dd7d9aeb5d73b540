import { parentPort } from "node:worker_threads";
import type { Answer, Envelope } from "./protocol.js";
import { ServedFile } from "./served-file.js";

/** The thread that owns the file: takes requests one by one, answers each. */
const served = new ServedFile();

parentPort?.on("message", ({ id, request }: Envelope) => {
  let answer: Answer;
  try {
    answer = { id, result: served.serve(request) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const message = String(error instanceof Error ? error.message : error);
    answer = { id, error: { code, message } };
    served.failed(request.op, error);
  }
  const reopened = served.takeReopened();
  parentPort?.postMessage(reopened ? { ...answer, reopened } : answer);
});
