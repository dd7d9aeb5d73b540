import t from "tap";
import { prove } from "./prove.js";

type Counts = Readonly<Record<"records" | "duplicates", number>>;

/** The short forms; docs/en/proofs.md tells the long ones. */
t.jobs = 2;

t.test("the link cut again and again, also between acknowledgement and the record of it", async (t) => {
  const [code, result] = await prove("link-cuts", "--cuts", "20", "--kill-every", "10", "--seed", "4");
  t.match(result, { faults: 0, texts: [], unexplained: 0, cuts: 20, kills: 2, drained: true });
  t.ok((result as Counts).duplicates > 0, "an acknowledgement that did not arrive leads to a second sending");
  t.equal(code, 0);
});

t.test("a backlog made while the broker is away is delivered completely", async (t) => {
  const [code, result] = await prove("backlog", "--records", "5000");
  t.match(result, { faults: 0, texts: [], unexplained: 0, drained: true });
  t.ok((result as Counts).records - (result as Counts).duplicates > 5_000);
  t.equal(code, 0);
});
