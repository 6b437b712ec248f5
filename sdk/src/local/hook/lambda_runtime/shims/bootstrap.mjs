// Runs a Node.js Lambda function: asks the Runtime API for events and calls the handler, one after the other.
// The handler is `_HANDLER`, as `file.export`. It returns a promise, or calls back, or has nothing left to wait for.

import { existsSync } from "node:fs";
import { request as open } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: name, ...env } = process.env;
const base = `http://${api}/2018-06-01/runtime/`;

// By http.request: fetch would give up waiting for an event after five minutes.
function ask(method, to, body, headers) {
  return new Promise((resolve, reject) => {
    const request = open(base + to, { method, headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part)).on("error", reject);
      response.on("end", () => resolve({ headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject).end(body);
  });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

function fail(to, error) {
  const description = describe(error);
  console.error(error);
  return ask("POST", to, JSON.stringify(description), {
    "Content-Type": "application/json",
    "Lambda-Runtime-Function-Error-Type": description.errorType.replace(/[^\w.]/g, ""),
  });
}

async function load() {
  const dot = name.lastIndexOf(".");
  const file = path.resolve(root, name.slice(0, dot));
  const found = ["", ".js", ".mjs", ".cjs"].map((end) => file + end).find((candidate) => existsSync(candidate));
  if (dot < 0 || !found) throw Object.assign(new Error(`there is no ${name} in ${root}`), { name: "Runtime.ImportModuleError" });
  const module = await import(pathToFileURL(found));
  const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof handler !== "function")
    throw Object.assign(new Error(`${found} exports no function ${name.slice(dot + 1)}`), { name: "Runtime.HandlerNotFound" });
  return handler;
}

function contextOf(headers, settle) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: settle,
    fail: (error) => settle(error ?? new Error("failed without a reason")),
    succeed: (result) => settle(null, result),
  };
}

function call(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => (error ? reject(error) : resolve(result));
    // Emitted when nothing is left to do: a handler that has not answered then never will.
    process.removeAllListeners("beforeExit").once("beforeExit", () => resolve(null));
    const returned = handler(event, contextOf(headers, settle), settle);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

let handler;
try {
  handler = await load();
} catch (error) {
  await fail("init/error", error);
  process.exit(1);
}
for (;;) {
  const next = await ask("GET", "invocation/next");
  const id = next.headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"];
  try {
    const result = await call(handler, JSON.parse(next.text), next.headers);
    const body = JSON.stringify(result ?? null) ?? "null";
    await ask("POST", `invocation/${id}/response`, body, { "Content-Type": "application/json" });
  } catch (error) {
    await fail(`invocation/${id}/error`, error);
  }
}
