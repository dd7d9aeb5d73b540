import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Authority {
  /** Path of its own certificate. */
  readonly ca: string;
  /** Makes `<owner>.pem` and `<owner>.key` in the folder, good for so many days from now; below 0: over already. */
  sign(owner: string, days: number, names?: string): void;
  /** The same between two times of the form YYMMDDHHMMSSZ. */
  signBetween(owner: string, from: string, until: string, names?: string): void;
}

const KEY = ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
const LOOPBACK = "IP:127.0.0.1";

/** An authority in `folder` that signs certificates, for 127.0.0.1 unless told otherwise. */
export function authority(folder: string, name = "ca"): Authority {
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const [pem, secret] = [`${name}.pem`, `${name}.key`];
  openssl("req", "-x509", "-days", "40", ...KEY, "-subj", `/CN=${name}`, "-keyout", secret, "-out", pem);
  const request = (owner: string, names: string): void => {
    openssl("req", ...KEY, "-subj", `/CN=${owner}`, "-keyout", `${owner}.key`, "-out", `${owner}.csr`);
    writeFileSync(join(folder, "ext"), `subjectAltName=${names}\n`);
  };
  return {
    ca: join(folder, pem),
    sign: (owner, days, names = LOOPBACK) => {
      request(owner, names);
      const by = ["-CA", pem, "-CAkey", secret, "-CAcreateserial", "-extfile", "ext"];
      openssl("x509", "-req", "-in", `${owner}.csr`, ...by, "-days", `${days}`, "-out", `${owner}.pem`);
    },
    signBetween: (owner, from, until, names = LOOPBACK) => {
      request(owner, names);
      // Only `openssl ca` takes dates; it wants a book of what it has signed.
      mkdirSync(join(folder, "book"), { recursive: true });
      writeFileSync(join(folder, "book/index"), "");
      const lines = [
        "[ca]",
        "default_ca=a",
        "[a]",
        "database=book/index",
        "new_certs_dir=book",
        "rand_serial=yes",
      ];
      writeFileSync(
        join(folder, "ca.conf"),
        [...lines, "default_md=sha256", "policy=p", "[p]", "commonName=supplied", ""].join("\n"),
      );
      const by = [
        "-config",
        "ca.conf",
        "-batch",
        "-notext",
        "-cert",
        pem,
        "-keyfile",
        secret,
        "-extfile",
        "ext",
      ];
      openssl(
        "ca",
        ...by,
        "-startdate",
        from,
        "-enddate",
        until,
        "-in",
        `${owner}.csr`,
        "-out",
        `${owner}.pem`,
      );
    },
  };
}
