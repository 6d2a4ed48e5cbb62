// Bodies of senders that proved nothing yet, which have to be kept before their signature can be checked.
import { createHmac } from "node:crypto";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { mergeRequestPayload } from "../../support/gitlab-payloads.ts";
import { post, type RunningApi, SIGNING_KEY, startApi, tokenFor } from "./start-api.ts";

const LIMIT = 100_000;
const BODIES = 4;

let api: RunningApi;
let sockets: Socket[];
beforeEach(async () => {
  api = await startApi({ webhookBytes: LIMIT });
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await api.close();
});

const timestamp = () => String(Math.floor(api.clock.now() / 1000));

/** Sends the head of a delivery, with a signature of the right form that is no signature, and part of its body. */
function sendPart(bytes: number): void {
  const head = [
    "POST /api/webhooks/gitlab HTTP/1.1",
    "Host: x",
    "Content-Type: application/json",
    `Content-Length: ${LIMIT}`,
    "webhook-id: msg_1",
    `webhook-timestamp: ${timestamp()}`,
    `webhook-signature: v1,${Buffer.alloc(32).toString("base64")}`,
  ];
  const socket = connect(api.port, "127.0.0.1", () => {
    socket.write(`${head.join("\r\n")}\r\n\r\n${" ".repeat(bytes)}`);
  });
  socket.on("error", () => {});
  sockets.push(socket);
}

/** A small delivery with a good signature: its status. */
async function signed(): Promise<number> {
  const body = JSON.stringify(mergeRequestPayload());
  const mac = createHmac("sha256", Buffer.from(SIGNING_KEY, "base64"))
    .update(`msg_2.${timestamp()}.${body}`)
    .digest("base64");
  const headers = { "webhook-id": "msg_2", "webhook-timestamp": timestamp(), "webhook-signature": `v1,${mac}` };
  return (await post(api, body, headers)).status;
}

it("share some memory, and nobody else waits for it", async () => {
  for (let index = 0; index < BODIES; index++) sendPart(LIMIT - 1);
  await eventually(async () => (await signed()) === 503, { what: "a refusal for want of room" });
  const token = await tokenFor("group/src");
  expect((await post(api, mergeRequestPayload(), { "X-Gitlab-Token": token })).status).toBe(202);
  for (const socket of sockets) socket.destroy();
  await eventually(async () => (await signed()) === 202, { what: "room again" });
  // What was given back can be taken again, all of it and no more.
  for (let index = 0; index < BODIES; index++) sendPart(LIMIT - 1);
  await eventually(async () => (await signed()) === 503, { what: "a refusal once more" });
});

it("take no room by what they only announce", async () => {
  for (let index = 0; index < 10 * BODIES; index++) sendPart(1);
  await eventually(() => sockets.every((socket) => socket.bytesWritten > 0), { what: "all to be sent" });
  for (let index = 0; index < 10; index++) expect(await signed()).toBe(202);
});
