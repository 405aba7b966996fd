// The TypeScript client, with the Tasks extension, does the main job: node typescript-client.mjs URL KEY
// Prints one line a check and ends with "N passed, N failed"; exit code 1 if one failed.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createTaskSessionFromClient, resultFromTaskOutcome } from "@modelcontextprotocol/ext-tasks/client";

const [url, key] = process.argv.slice(2);
if (!url || !key) {
  console.error("usage: node typescript-client.mjs URL KEY");
  process.exit(2);
}

const headers = { Authorization: `Bearer ${key}` };
const clientInfo = { name: "acceptance", version: "1.0.0" };
const tasks = "io.modelcontextprotocol/tasks";
let passed = 0;
let failed = 0;

async function check(name, action) {
  try {
    const seen = await action();
    passed++;
    console.log(`ok   ${name}${seen ? `: ${seen}` : ""}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error?.stack ?? error}`);
  }
}

function expect(holds, what) {
  if (!holds) throw new Error(`expected ${what}`);
}

async function connect(mode, capabilities = {}) {
  const client = new Client(clientInfo, { capabilities, versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

// The extension's wire shapes need a raw request path next to the client: one POST, one answer.
let rawId = 1000;
async function rawDispatch(request) {
  const body = { jsonrpc: "2.0", id: rawId++, ...request };
  const name = request.params?.name ?? request.params?.taskId;
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      ...headers,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": request.method,
      ...(name ? { "Mcp-Name": name } : {}),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const data = text.startsWith("{") ? text : text.split("\n").filter((l) => l.startsWith("data:")).map((l) => l.slice(5)).at(-1);
  return JSON.parse(data);
}

function taskSession(client, onInputRequest) {
  const clientCapabilities = { elicitation: { form: {} }, extensions: { [tasks]: {} } };
  return createTaskSessionFromClient(client, {
    endpointId: "acceptance",
    rawDispatch,
    v2RequestFraming: { protocolVersion: "2026-07-28", clientInfo, clientCapabilities },
    onInputRequest,
  });
}

const stamp = Date.now().toString(36);
const queuePlan = (n) => ({
  title: `A queue and a topic (${n})`,
  steps: [
    { id: "queue", service: "sqs", operation: "CreateQueue", parameters: { QueueName: `acc-${stamp}-${n}` } },
    { id: "topic", service: "sns", operation: "CreateTopic", parameters: { Name: `acc-${stamp}-${n}` } },
  ],
});

async function callPlain(client, name, args) {
  const result = await client.callTool({ name, arguments: args });
  expect(!result.isError, `${name} to succeed, got ${JSON.stringify(result).slice(0, 600)}`);
  return result.structuredContent;
}

for (const mode of ["legacy", "auto"]) {
  const client = await connect(mode);
  await check(`${mode}: lists tools, each with annotations and an output schema`, async () => {
    const { tools } = await client.listTools();
    expect(tools.length >= 9, "nine tools or more");
    expect(tools.every((t) => t.outputSchema && t.annotations && typeof t.annotations.readOnlyHint === "boolean"), "annotations");
    return `${tools.length} tools, era ${client.getProtocolEra?.() ?? mode}`;
  });
  await check(`${mode}: plans, runs and follows to the end without tasks`, async () => {
    const plan = await callPlain(client, "create_plan", queuePlan(mode));
    let execution = await callPlain(client, "execute_plan", { plan_id: plan.plan_id, plan_hash: plan.plan_hash });
    for (let n = 0; n < 6 && execution.status === "running"; n++) {
      execution = await callPlain(client, "get_execution", { id: execution.execution_id, wait_seconds: 15 });
    }
    expect(execution.status === "succeeded", `succeeded, got ${execution.status}`);
    return execution.execution_id;
  });
  await check(`${mode}: a wrong argument is named`, async () => {
    const result = await client.callTool({ name: "aws_read", arguments: { servce: "ec2", operation: "DescribeVpcs" } });
    expect(result.isError && JSON.stringify(result).includes("service"), "an error that names 'service'");
  });
  await client.close();
}

// Two connections: the SDK's own calls know no tasks, so only the session declares the extension, in each request.
const client = await connect("auto");
await check("tasks: a plan runs as a task to its result", async () => {
  const plan = await callPlain(client, "create_plan", queuePlan("task"));
  const session = taskSession(client);
  const execution = await session.callTool("execute_plan", { plan_id: plan.plan_id, plan_hash: plan.plan_hash });
  expect(execution.kind === "task", "a task");
  const id = execution.handle.taskId;
  const { outcome } = await execution.settle();
  await session.close();
  const result = resultFromTaskOutcome(outcome);
  expect(!result.isError && result.structuredContent.status === "succeeded", `succeeded, got ${JSON.stringify(result).slice(0, 300)}`);
  return id;
});

for (const yes of [true, false]) {
  await check(`tasks: a change without undo asks first; ${yes ? "yes runs it" : "no rejects it"}`, async () => {
    const name = `acc-${stamp}-ask-${yes}`;
    const made = await callPlain(client, "aws_change", { service: "sqs", operation: "CreateQueue", parameters: { QueueName: name } });
    let asked = 0;
    const session = taskSession(client, async () => {
      asked++;
      return { action: yes ? "accept" : "decline", ...(yes ? { content: { confirm: true } } : {}) };
    });
    let queue = await callPlain(client, "get_execution", { id: made.execution_id, wait_seconds: 20, detail: "steps" });
    expect(queue.status === "succeeded", `the queue, got ${queue.status}`);
    const read = await callPlain(client, "aws_read", { service: "sqs", operation: "GetQueueUrl", parameters: { QueueName: name }, query: "QueueUrl" });
    const address = typeof read.result === "string" ? read.result : JSON.stringify(read).match(/http[^"]+/)[0];
    const execution = await session.callTool("aws_change", { service: "sqs", operation: "DeleteQueue", parameters: { QueueUrl: address } });
    const { outcome } = await execution.settle();
    await session.close();
    const result = resultFromTaskOutcome(outcome);
    const status = result.structuredContent?.status;
    expect(asked === 1, `one question, got ${asked}`);
    expect(status === (yes ? "succeeded" : "rejected"), `${yes ? "succeeded" : "rejected"}, got ${JSON.stringify(result).slice(0, 400)}`);
    return status;
  });
}

await client.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
