// Makes a certificate that signs itself, with Node alone: X.509 (RFC 5280) in DER, written by hand, signed with ECDSA.
import { generateKeyPairSync, sign } from "node:crypto";

/** Key and certificate in PEM, as `https.createServer` takes them. */
export interface MadeCertificate {
  readonly key: string;
  readonly cert: string;
}

const OIDS = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
} as const;

/** A certificate for `localhost` and 127.0.0.1, valid since a day. Whoever trusts it trusts it as an authority, too. */
export function makeCertificate(endsAt: Date): MadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("ecdsaWithSha256"));
  const name = sequence(tag(0x31, sequence(oid("commonName"), tag(0x0c, Buffer.from("tandem test")))));
  const names = sequence(tag(0x82, Buffer.from("localhost")), tag(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(oid("subjectAltName"), tag(0x04, names)),
    sequence(oid("basicConstraints"), TRUE, tag(0x04, sequence(TRUE))),
  );
  const body = sequence(
    // Version 3, and a serial number.
    tag(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(time(new Date(Date.now() - 24 * 3600 * 1_000)), time(endsAt)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, extensions),
  );
  const certificate = sequence(body, algorithm, tag(0x03, Buffer.from([0]), sign("sha256", body, privateKey)));
  const lines = (certificate.toString("base64").match(/.{1,64}/g) ?? []).join("\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

const TRUE = tag(0x01, Buffer.from([0xff]));

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, ...parts);
}

function oid(name: keyof typeof OIDS): Buffer {
  return tag(0x06, Buffer.from(OIDS[name], "hex"));
}

function integer(value: number): Buffer {
  return tag(0x02, Buffer.from([value]));
}

/** Two digits each, from the year to the second. */
function time(at: Date): Buffer {
  return tag(0x17, Buffer.from(`${at.toISOString().replace(/\D/g, "").slice(2, 14)}Z`));
}

function tag(number: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([number, ...size]), content]);
}
