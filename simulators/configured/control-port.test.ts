import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import t from "tap";
import { type ControlPort, SocketControl, StreamControl } from "./control-port.js";
import { deskBench } from "./desk-fixture.js";

t.test("orders come through a stream or a socket", async (t) => {
  const { desk } = deskBench(t);
  const opened = async (control: ControlPort): Promise<void> => {
    await control.open(desk);
    t.teardown(() => control.close());
  };
  const input = new PassThrough();
  const answer = new Promise<string>((resolve) => {
    void opened(new StreamControl(input, resolve, "vi"));
  });
  input.write("faults\n");
  t.equal(await answer, "Không có sự cố nào.\n");

  const folder = mkdtempSync(join(tmpdir(), "tram-control-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "c");
  // A run that was killed leaves its socket.
  execFileSync("/usr/bin/python3", ["-c", `import socket; socket.socket(socket.AF_UNIX).bind("${path}")`]);
  await opened(new SocketControl(path, "en"));
  const client = connect(path);
  t.teardown(() => client.destroy());
  const said = new Promise((resolve) => client.once("data", (bytes) => resolve(String(bytes))));
  client.write("stuck me");
  client.write("ter level\n");
  t.equal(await said, "Fault 1: stuck meter level\n");
  await t.rejects(new SocketControl(path, "en").open(desk), { code: "control.socket_taken" });
  const noSocket = new SocketControl(join(folder, "no", "c"), "en");
  await t.rejects(noSocket.open(desk), { code: "control.socket_taken" });
  const flood = connect(path);
  flood.on("error", () => {});
  const cut = new Promise((resolve) => flood.on("close", resolve));
  flood.write("x".repeat(10_000));
  await cut;
});
