// Walks the official JavaScript client through a conversation and prints what it saw, as one line of JSON.
// Usage: node official_client.mjs <url> <transports, comma separated>
import { io } from "socket.io-client";

const [url, transports] = process.argv.slice(2);
const seen = { events: [] };
const until = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
setTimeout(() => fail("timed out"), 15000).unref();

const options = { transports: transports.split(","), reconnectionDelay: 50, auth: { key: "abc123" } };
const visitor = io(url, options);
const agent = visitor.io.socket("/agent", { auth: { token: "t" } });
visitor.on("connect_error", (error) => fail(error));
visitor.onAny((...args) => seen.events.push(args));
agent.onAny((...args) => seen.events.push(["agent", ...args]));

await until(visitor, "connect");
if (!agent.connected) await until(agent, "connect");
if (options.transports.length > 1 && visitor.io.engine.transport.name === "polling") {
  await until(visitor.io.engine, "upgrade");
}
seen.transport = visitor.io.engine.transport.name;

const numbers = Array.from({ length: 300 }, (_, n) => n);
seen.pipelined = await Promise.all(numbers.map((n) => visitor.emitWithAck("echo", n)));
seen.text = await agent.emitWithAck("echo", "zażółć 🙂");
const bytes = await visitor.emitWithAck("echo", { file: Buffer.from([0, 1, 255]) });
seen.bytes = [...new Uint8Array(bytes.file)];

visitor.on("ask", (question, picture, answer) => answer(`${question}!`, Buffer.from(picture).reverse()));
seen.asked = await visitor.emitWithAck("ask me");

const refused = visitor.io.socket("/strict", { auth: {} });
seen.refused = await new Promise((resolve) => refused.on("connect_error", (e) => resolve([e.message, e.data])));
const unknown = visitor.io.socket("/nowhere");
seen.unknown = (await until(unknown, "connect_error")).message;

visitor.emit("come back");
seen.closed = await until(visitor, "disconnect");
await until(visitor, "connect");
seen.again = await visitor.emitWithAck("echo", "again");

visitor.emit("kick me");
seen.kicked = await until(visitor, "disconnect");
const engine = visitor.io.engine;
agent.disconnect(); // the last of the connection, which closes with it
if (engine.readyState !== "closed") await until(engine, "close");
console.log(JSON.stringify(seen));
process.exit(0);
