import { gzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import t from "tap";
import { startBroker } from "../simulators/broker.js";
import { DemoCentre } from "./demo-centre.js";

const DATA = {
  epoch: "k3v9x2m1q8z4a",
  rev: 1,
  pending_from: 1,
  records: [{ seq: 1, prev: null, t: "2026-11-23T02:51:20.123Z", device: "salt", v: { salinity: 4.2 } }],
};

t.test("the centre reads compressed messages as it reads others, and counts what is none", async (t) => {
  const broker = await startBroker({ port: 0 });
  const centre = await DemoCentre.connect(broker.url);
  const gateway = await connectAsync(broker.url, { protocolVersion: 4 });
  t.teardown(async () => {
    await gateway.endAsync(true);
    await centre.close();
    await broker.stop();
  });
  const send = (payload: Buffer) => gateway.publishAsync("tram/v1/gw/data", payload, { qos: 1 });
  await send(gzipSync(JSON.stringify(DATA)));
  await centre.receivedAll(1, 5_000);
  t.same(
    [...centre.inOrder()].map(({ seq, v }) => [seq, v]),
    [[1, { salinity: 4.2 }]],
  );
  t.equal(centre.offences, 0);
  await send(Buffer.from(JSON.stringify(DATA)));
  await send(Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  await send(Buffer.from(JSON.stringify({ ...DATA, records: [{ ...DATA.records[0], seq: 2, prev: 1 }] })));
  await centre.receivedAll(2, 5_000);
  t.equal(centre.duplicates, 1);
  t.equal(centre.changed, 0);
  t.equal(centre.unreadable, 1);
});
