import t from "tap";
import { faultOf, WritesAsked } from "./prove-unplug-wire.js";

const READ = "0103000000044409";
const OTHER = "02030000000a0000";
const write = (value: number): string => `010603e7${value.toString(16).padStart(4, "0")}0000`;

t.test("what the bus heard is held against what was sent", async (t) => {
  t.equal(faultOf([READ, OTHER], [READ, OTHER], 0), undefined);
  t.equal(faultOf([READ], [READ, OTHER], 1), undefined, "the last one went with the wire");
  t.match(faultOf([READ], [READ, OTHER], 0), /not heard/);
  t.match(faultOf([OTHER, READ], [READ], 0), /request 0/, "a stale request first");
  t.match(faultOf([READ, OTHER], [READ], 0), /sent was nothing/, "one that nobody sent");
  t.match(faultOf(["0103"], [READ], 1), /no request/, "half a request");
});

t.test("a write that is heard later than it was asked for, or twice, is found", async (t) => {
  const writes = new WritesAsked();
  const [first, second, unplugged] = [writes.next(1), writes.next(1), writes.next(0)];
  writes.take([READ, write(first)], 1);
  t.match(writes, { asked: 3, heard: 1, stale: 0, repeated: 0 });
  writes.take([write(second)], 2);
  t.match(writes, { stale: 1, repeated: 0 }, "through the plug that came after");
  writes.take([write(unplugged)], 2);
  t.match(writes, { stale: 2, repeated: 0 }, "asked for while nothing was plugged in");
  const fresh = writes.next(2);
  writes.take([write(fresh), write(fresh)], 2);
  t.match(writes, { stale: 2, repeated: 1 });
});
