import t from "tap";
import { CLEAN, faultsOf, prove } from "./prove.js";

/** The short forms of the proofs of the buffer that need no rights; docs/en/proofs.md tells the long ones. */

t.test("power cuts, out of a diary of storage calls", async (t) => {
  const [code, result] = await prove("power-cuts", "--how", "diary", "--rounds", "12", "--open-every", "4");
  t.same(faultsOf(result), []);
  t.match(result, { ...CLEAN, rounds: 12 });
  t.ok((result as { durable: number }).durable > 1000);
  t.equal(code, 0);
});

t.test("kills", async (t) => {
  const [code, result] = await prove("kills", "--rounds", "6");
  t.same(faultsOf(result), []);
  t.match(result, { ...CLEAN, rounds: 6 });
  t.ok((result as { durable: number }).durable > 100);
  t.equal(code, 0);
});

t.test("a migration killed at some of its storage calls", async (t) => {
  const [code, result] = await prove("migration-kills", "--records", "80", "--step", "29");
  t.same(faultsOf(result), []);
  t.match(result, CLEAN);
  t.ok((result as { rounds: number }).rounds > 2);
  t.equal(code, 0);
});
