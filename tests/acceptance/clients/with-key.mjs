// Listens on 127.0.0.1 and hands each request on with the key in a file, for a client that can send none: with-key.mjs SERVER FILE
// Host, Origin and all other headers stay as they were sent.
import { readFileSync } from "node:fs";
import http from "node:http";

const [server, file] = process.argv.slice(2);
const { hostname, port } = new URL(server);
const authorization = `Bearer ${readFileSync(file, "utf8").trim()}`;

const proxy = http.createServer((request, answer) => {
  const onward = http.request(
    { hostname, port, path: request.url, method: request.method, headers: { ...request.headers, authorization } },
    (back) => {
      answer.writeHead(back.statusCode, back.headers);
      back.pipe(answer);
    },
  );
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  request.pipe(onward);
});
proxy.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${proxy.address().port}/mcp`));
