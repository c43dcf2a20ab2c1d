#!/usr/bin/env node
// Verifies true access tokens and forges others, with jose, as somebody does who knows what is public; and some that
// only the server's own key can sign, each wrong in one thing.
//
// Reads JSON from standard input:
//   tokens  true tokens, each of which is verified against the key set; the first one is what the forged ones copy
//   jwks    what /.well-known/jwks.json answered
//   issuer  the `iss` of the tokens
//   key     the private key of the first token's `kid`, PKCS#8 in base64
//   other   { sub, sid } of somebody else
// Writes JSON: { verified: [{ header, claims }], good: [[what, token]], forged: [[what, token]] }. The good ones are made
// here too, as the forged ones are, so that these are known to fail for the one thing that is wrong with them.

import { createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// tests/tools/setup puts its folder on PATH.
const folder = process.env.PATH.split(":").find((folder) => existsSync(join(folder, "jose", "package.json")));
if (!folder) throw new Error("jose is missing: put what tests/tools/setup prints before PATH");
const jose = await import(pathToFileURL(createRequire(join(folder, "_")).resolve("jose")));

const { tokens, jwks, issuer, key, other } = JSON.parse(readFileSync(0, "utf8"));
const audience = "rights-academy";

const keySet = jose.createLocalJWKSet(jwks);
const verified = [];
for (const token of tokens) {
  const options = { issuer, audience, typ: "at+jwt", algorithms: ["EdDSA"], requiredClaims: ["sub", "sid", "exp", "jti"] };
  const { payload, protectedHeader } = await jose.jwtVerify(token, keySet, options);
  verified.push({ header: protectedHeader, claims: payload });
}

const [token] = tokens;
const [{ header, claims }] = verified;
const now = claims.iat;
const theirs = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
const jwk = jwks.keys.find((known) => known.kid === header.kid);
const publicKey = createPublicKey({ key: jwk, format: "jwk" });
const own = await jose.generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
const ownJwk = { ...(await jose.exportJWK(own.publicKey)), kid: header.kid, use: "sig", alg: "EdDSA" };

// `undefined` leaves a member out.
const without = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const jwt = (change, head, signer) =>
  new jose.SignJWT(without({ ...claims, ...change }))
    .setProtectedHeader(without({ ...header, ...head }))
    .sign(signer, { crit: Object.fromEntries((head.crit ?? []).map((name) => [name, true])) });
const base64url = (text) => Buffer.from(text).toString("base64url");
// For what jose refuses to make.
const raw = (head, change, signed) => {
  const text = [without({ ...header, ...head }), without({ ...claims, ...change })].map(JSON.stringify).map(base64url).join(".");
  return `${text}.${base64url(signed(Buffer.from(text)))}`;
};
const [first, second, third] = token.split(".");

const good = [
  ["the same claims, signed anew", await jwt({}, {}, theirs)],
  ["another jti", await jwt({ jti: "AAAAAAAAAAAAAAAAAAAAAA" }, {}, theirs)],
];

const forged = [
  ["no signature", new jose.UnsecuredJWT(claims).encode()],
  ["no token at all", "not-a-token"],
  ["two parts", `${first}.${second}`],
  ["an empty signature", `${first}.${second}.`],
  ["four parts", `${token}.${third}`],
  ["another's claims under the signature", `${first}.${base64url(JSON.stringify({ ...claims, ...other }))}.${third}`],
  ["a signature with one bit changed", `${first}.${second}.${third[0] === "A" ? "B" : "A"}${third.slice(1)}`],
  ["a token as long as a book", `${first}.${second}.${"A".repeat(7000)}`],
  ["JSON serialisation", JSON.stringify({ protected: first, payload: second, signature: third })],
];
for (const alg of ["none", "None", "NONE", "nOnE", "", undefined]) {
  forged.push([`alg ${alg}, no signature`, raw({ alg }, {}, () => "")]);
  forged.push([`alg ${alg}, the old signature`, raw({ alg }, {}, () => Buffer.from(third, "base64url"))]);
}

// The public key as a secret, in every form that a careless library might take it in.
const pem = publicKey.export({ format: "pem", type: "spki" });
const secrets = {
  "raw": Buffer.from(jwk.x, "base64url"),
  "base64url": Buffer.from(jwk.x),
  "PEM": Buffer.from(pem),
  "PEM without its last line end": Buffer.from(pem.trimEnd()),
  "DER": publicKey.export({ format: "der", type: "spki" }),
  "JWK": Buffer.from(JSON.stringify(jwk)),
  "nothing": Buffer.alloc(0),
};
for (const [form, secret] of Object.entries(secrets)) {
  for (const [alg, hash] of [["HS256", "sha256"], ["HS384", "sha384"], ["HS512", "sha512"]]) {
    const hmac = (text) => createHmac(hash, secret).update(text).digest();
    forged.push([`${alg} with the public key as a secret: ${form}`, raw({ alg }, {}, hmac)]);
  }
}
forged.push(["alg EdDSA, and an HMAC", raw({}, {}, (text) => createHmac("sha512", secrets.raw).update(text).digest())]);

// A key of one's own, and every way to offer it.
const offered = {
  "under the server's kid": {},
  "under a kid that nobody knows": { kid: "4711" },
  "under a kid that is a path": { kid: "../../../../dev/null" },
  "under a kid that is a query": { kid: "1' OR '1'='1" },
  "under a kid that is too large": { kid: "99999999999999999999" },
  "under a kid that is negative": { kid: "-1" },
  "under a kid with a sign": { kid: `+${header.kid}` },
  "under an empty kid": { kid: "" },
  "without a kid": { kid: undefined },
  "in the header": { jwk: ownJwk },
  "in the header, under no kid": { jwk: ownJwk, kid: undefined },
  "at an address": { jku: "http://127.0.0.1:9/jwks.json" },
  "at an address, as a certificate": { x5u: "http://127.0.0.1:9/chain.pem" },
  "in a certificate": { x5c: [publicKey.export({ format: "der", type: "spki" }).toString("base64")] },
  "by a thumbprint": { x5t: await jose.calculateJwkThumbprint(ownJwk, "sha256") },
  "with a condition": { crit: ["exp"], exp: claims.exp },
};
for (const [how, head] of Object.entries(offered)) {
  forged.push([`a key of one's own, ${how}`, await jwt({}, head, own.privateKey)]);
}
for (const alg of ["ES256", "ES384", "RS256", "PS256"]) {
  const pair = await jose.generateKeyPair(alg, { extractable: true });
  const ownKey = { ...(await jose.exportJWK(pair.publicKey)), alg };
  forged.push([`${alg} with a key of one's own`, await jwt({}, { alg }, pair.privateKey)]);
  forged.push([`${alg} with a key of one's own, in the header`, await jwt({}, { alg, jwk: ownKey }, pair.privateKey)]);
}
// Points of small order: with some of them as a key, one signature fits every message.
const identity = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
forged.push(["a signature that is the identity", raw({}, {}, () => identity)]);
forged.push(["a signature of zeros", raw({}, {}, () => Buffer.alloc(64))]);

// Encrypted instead of signed.
const encrypted = (secret, head) => new jose.EncryptJWT(claims).setProtectedHeader({ ...header, ...head }).encrypt(secret);
forged.push(["encrypted with the public key as a secret", await encrypted(secrets.raw, { alg: "dir", enc: "A256GCM" })]);
const agreed = await jose.generateKeyPair("ECDH-ES", { crv: "X25519" });
forged.push(["encrypted to a key of one's own", await encrypted(agreed.publicKey, { alg: "ECDH-ES", enc: "A256GCM" })]);
const nested = new jose.CompactEncrypt(Buffer.from(token)).setProtectedHeader({ alg: "dir", enc: "A256GCM", cty: "JWT" });
forged.push(["a true token, encrypted", await nested.encrypt(secrets.raw)]);

// From here on the signature is right: what was signed for another purpose is no access token.
const hour = 3600;
const wrongClaims = {
  "another audience": { aud: "another" },
  "no audience": { aud: undefined },
  "several audiences, ours among them": { aud: [audience, "another"] },
  "another issuer": { iss: "https://elsewhere.example" },
  "an issuer that begins alike": { iss: `${issuer}.elsewhere.example` },
  "an issuer with a slash": { iss: `${issuer}/` },
  "no issuer": { iss: undefined },
  "expired an hour ago": { iat: now - 2 * hour, nbf: now - 2 * hour, exp: now - hour },
  "expired ten seconds before it was made": { exp: now - 10 },
  "an end of 1970": { exp: 0 },
  "no end": { exp: undefined },
  "an end in words": { exp: "tomorrow" },
  "an end that is no whole number": { exp: claims.exp + 0.5 },
  "an end beyond all time": { exp: Number.MAX_SAFE_INTEGER },
  "not yet valid": { nbf: now + hour, exp: now + 2 * hour },
  "no beginning": { nbf: undefined },
  "no time of issue": { iat: undefined },
  "another account": { sub: other.sub },
  "another sign-in": { sid: other.sid },
  "an account that is not there": { sub: "4711" },
  "a sign-in that is not there": { sid: "4711" },
  "an account that is a number": { sub: Number(claims.sub) },
  "an account that is a query": { sub: "1 OR 1=1" },
  "no account": { sub: undefined },
  "no sign-in": { sid: undefined },
  "no id": { jti: undefined },
};
for (const [what, change] of Object.entries(wrongClaims)) {
  forged.push([`rightly signed: ${what}`, raw({}, change, (text) => sign(null, text, theirs))]);
}
const wrongHeaders = {
  "typ JWT": { typ: "JWT" },
  "typ in capitals": { typ: "AT+JWT" },
  "typ of a media type": { typ: "application/at+jwt" },
  "no typ": { typ: undefined },
  "another kid": { kid: "4711" },
  "no kid": { kid: undefined },
  "alg Ed25519": { alg: "Ed25519" },
  "a key in the header": { jwk: ownJwk },
  "the true key in the header": { jwk },
  "an address": { jku: `${issuer}/.well-known/jwks.json` },
  "a condition": { crit: ["exp"], exp: claims.exp },
  "a condition that is not there": { crit: ["b64"] },
  "content that is a token": { cty: "JWT" },
};
for (const [what, head] of Object.entries(wrongHeaders)) {
  forged.push([`rightly signed: ${what}`, raw(head, {}, (text) => sign(null, text, theirs))]);
}

process.stdout.write(JSON.stringify({ verified, good, forged }));
