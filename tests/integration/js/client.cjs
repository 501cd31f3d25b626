// The official SignalR client against the simulated gateway.
//
// Reads one JSON line on stdin: {userHub, marketHub, token, skipNegotiation, accountId, contractId}.
// Connects to both hubs, subscribes to every stream, and prints one JSON line per thing that
// happens: {"what": "ready" | "refused" | "event" | "reconnected" | "closed", ...}. After an
// automatic reconnect it subscribes again. A second line on stdin, or its end, stops it.
"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");
const readline = require("node:readline");

const fromModules = createRequire(path.join(process.env.RISK_MANAGER_JS, "package.json"));
const signalR = fromModules("@microsoft/signalr");

const USER = {
  events: ["GatewayUserAccount", "GatewayUserOrder", "GatewayUserPosition", "GatewayUserTrade"],
  calls: (o) => [
    ["SubscribeAccounts"],
    ["SubscribeOrders", o.accountId],
    ["SubscribePositions", o.accountId],
    ["SubscribeTrades", o.accountId],
  ],
};
const MARKET = {
  events: ["GatewayQuote", "GatewayTrade", "GatewayDepth"],
  calls: (o) => [
    ["SubscribeContractQuotes", o.contractId],
    ["SubscribeContractTrades", o.contractId],
    ["SubscribeContractMarketDepth", o.contractId],
  ],
};

function say(what, members) {
  process.stdout.write(JSON.stringify({ what, ...members }) + "\n");
}

function build(url, kind, options) {
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(options.skipNegotiation ? `${url}?access_token=${options.token}` : url, {
      skipNegotiation: options.skipNegotiation,
      transport: signalR.HttpTransportType.WebSockets,
      accessTokenFactory: () => options.token,
    })
    .withAutomaticReconnect([0, 50, 100, 200, 500, 1000])
    .configureLogging(signalR.LogLevel.None)
    .build();
  for (const target of [...kind.events, "GatewayLogout"]) {
    connection.on(target, (...args) => say("event", { target, args }));
  }
  return connection;
}

async function subscribe(connection, kind, options) {
  const results = [];
  for (const call of kind.calls(options)) {
    results.push(await connection.invoke(...call));
  }
  return results;
}

async function refusal(connection, ...call) {
  try {
    await connection.invoke(...call);
    return null;
  } catch (error) {
    return error.message;
  }
}

async function main() {
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const options = JSON.parse((await lines.next()).value);
  const hubs = [
    [build(options.userHub, USER, options), USER],
    [build(options.marketHub, MARKET, options), MARKET],
  ];
  for (const [connection, kind] of hubs) {
    connection.onreconnected(async () => {
      const results = await subscribe(connection, kind, options);
      say("reconnected", { hub: kind === USER ? "user" : "market", results });
    });
    connection.onclose((error) => say("closed", { error: error ? error.message : null }));
    await connection.start();
  }
  const results = [];
  for (const [connection, kind] of hubs) results.push(await subscribe(connection, kind, options));
  say("ready", { results, state: hubs.map(([connection]) => connection.state) });
  say("refused", {
    unknownMethod: await refusal(hubs[0][0], "NoSuchMethod"),
    textAccount: await refusal(hubs[0][0], "SubscribeOrders", String(options.accountId)),
  });
  await lines.next(); // any line, or the end of stdin, ends it
  for (const [connection] of hubs) await connection.stop();
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
