// Socket.IO of Node with the few events that the benchmarks use; bench/engine_server.py is the same in Python.
import { createServer } from "node:http";
import { Server } from "socket.io";

const redis = process.argv[2];
const http = createServer();
const io = new Server(http, { cors: { origin: "*" } });

if (redis) {
  const { createClient } = await import("redis");
  const { createShardedAdapter } = await import("@socket.io/redis-adapter");
  const publisher = createClient({ url: redis });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createShardedAdapter(publisher, subscriber));
}

let told = 0;
let echoed = 0;
let last = performance.now();
let block = 0;

function tick() {
  const now = performance.now();
  block = Math.max(block, now - last - 1);
  last = now;
  setTimeout(tick, 1);
}
tick();

io.on("connection", (socket) => {
  socket.join(socket.handshake.auth.rooms ?? []);
  socket.on("tell", (room, payload) => {
    told += 1;
    io.to(room).emit("news", payload);
  });
  socket.on("echo", (payload, answer) => {
    echoed += 1;
    answer(payload);
  });
  socket.on("figures", (answer) => {
    answer({ told, echoed, clients: io.engine.clientsCount, block_ms: block });
    block = 0;
  });
});

http.listen(0, "127.0.0.1", 1024, () => console.log(`ready ${http.address().port}`));
