// A client as the widget is, over the official JavaScript client: outbox, resume by position, the next node when one is
// gone. Its task comes as JSON in the first argument, what it shall say as lines of JSON on standard input; what it
// sees goes to standard output, one line of JSON each: ["shown", message], ["acked", message], ["hole"], ["offence", text].
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const { urls, namespace, auth, transports, conversation } = JSON.parse(process.argv[2]);
const outbox = [];
const shown = [];
let node = -1;
let wake = () => {};
const tell = (...what) => process.stdout.write(JSON.stringify(what) + "\n");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const position = () => shown.length;

createInterface({ input: process.stdin }).on("line", (line) => {
  outbox.push(JSON.parse(line));
  wake();
});

function show(message) {
  if (message.position <= position()) {
    if (JSON.stringify(shown[message.position - 1]) !== JSON.stringify(message)) {
      tell("offence", `position ${message.position} was shown as something else before`);
    }
    return;
  }
  if (message.position !== position() + 1) {
    tell("offence", `position ${message.position} came right after ${position()}`);
  }
  shown.push(message);
  tell("shown", message);
}

async function live(url) {
  const socket = io(url + namespace, { auth, transports, reconnection: false, forceNew: true, timeout: 3000 });
  const heard = [];
  let lost = false;
  const end = () => {
    lost = true;
    wake();
  };
  socket.on("message", (message) => {
    if (message.conversation === conversation) heard.push(message);
    wake();
  });
  try {
    await new Promise((resolve, reject) => {
      socket.on("session", resolve);
      socket.on("connect_error", reject);
      socket.on("disconnect", reject);
      setTimeout(reject, 8000, new Error("no session")).unref();
    });
    socket.on("disconnect", end);
    tell("connected", url);
    const gone = new Promise((_, reject) => socket.once("disconnect", reject));
    gone.catch(() => {});
    const ask = (command, payload) => Promise.race([socket.timeout(10000).emitWithAck(command, payload), gone]);
    const resume = async () => {
      const answer = await ask("resume", { streams: { [conversation]: { position: position() } } });
      answer.streams[conversation].messages.forEach(show);
    };
    await resume();
    while (!lost) {
      while (heard.length) {
        const message = heard.shift();
        if (message.position > position() + 1) {
          tell("hole");
          await resume();
        }
        show(message);
      }
      if (outbox.length) {
        const answer = await ask("message.send", { ...outbox[0], conversation });
        if (answer.ok) {
          outbox.shift();
          tell("acked", answer.message);
        } else if (!answer.error.retryable) {
          tell("offence", JSON.stringify(answer.error));
          outbox.shift();
        }
      } else if (!heard.length && !lost) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
    }
  } catch {
    // gone: the next node
  } finally {
    socket.close();
  }
}

for (;;) {
  node = (node + 1) % urls.length;
  await live(urls[node]);
  await sleep(20);
}
