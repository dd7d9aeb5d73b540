// Follows every gateway of a broker: node docs/examples/subscriber.mjs mqtt://127.0.0.1:1883
// (in the repository after ./scripts/setup; elsewhere after npm install of this package)

import { Subscriber } from "tram/subscriber";
import { MemoryStore } from "tram/subscriber/store";

const readings = new Map(); // in earnest: your database, see SubscriberStore

/** Called within the step: the records and the state are kept together, or neither. */
function keep(gateway, actions) {
  for (const action of actions) {
    if (action.do !== "store" || action.topic !== "data") continue;
    for (const [point, value] of Object.entries(action.record.v)) {
      readings.set([gateway, action.epoch, action.seq, point].join("/"), { t: action.t, value });
    }
  }
}

function show(gateway, action) {
  if (action.do === "store")
    console.log(gateway, action.seq, action.t, JSON.stringify(action.record.v ?? action.record));
  if (action.do === "gap") console.log(gateway, "MISSING", action.from, "to", action.to);
  if (action.do === "gap_closed")
    console.log(gateway, "no longer missing", action.from, "to", action.to, action.by);
  if (action.do === "conflict") console.log(gateway, "FAULT: two contents under", action.seq);
}

const url = process.argv[2] ?? "mqtt://127.0.0.1:1883";
const store = new MemoryStore(keep);
const subscriber = new Subscriber({
  url,
  store,
  onAction: show,
  onProblem: (error) => console.error(error.message),
});
process.on("SIGINT", async () => {
  await subscriber.close();
  console.log(readings.size, "readings");
});
