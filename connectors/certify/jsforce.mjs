// Salesforce's REST API through jsforce.
import { createRequire } from "node:module";
import { assert, certify, consent, fault, sim } from "./certificate.mjs";

const jsforce = createRequire(import.meta.url)("jsforce");
const version = "62.0";
const loginUrl = `${sim}/salesforce`;
const oauth2 = new jsforce.OAuth2({
  loginUrl,
  clientId: process.env.SALESFORCE_CLIENT_ID,
  clientSecret: process.env.SALESFORCE_CLIENT_SECRET,
  redirectUri: "https://app.example/oauth/salesforce/callback",
  useVerifier: true,
});
const org = new jsforce.Connection({ oauth2, version });
const refused = (code) => (error) => error.errorCode === code || error.data?.errorCode === code;
let account;
let task;

await certify("salesforce", "jsforce", {
  "authorize with PKCE": async () => {
    const code = await consent(oauth2.getAuthorizationUrl({ scope: "api refresh_token", state: "s" }));
    await org.authorize(code);
    assert.ok(org.instanceUrl && org.refreshToken);
  },
  identity: async () => assert.ok((await org.identity()).organization_id),
  limits: async () => assert.ok((await org.limits()).DailyApiRequests.Max > 0),
  describeGlobal: async () => {
    const names = (await org.describeGlobal()).sobjects.map(({ name }) => name);
    for (const name of ["Account", "Contact", "Opportunity", "Task", "User"]) assert.ok(names.includes(name), name);
  },
  describe: async () => {
    const { fields } = await org.sobject("Task").describe();
    assert.ok(fields.find(({ name }) => name === "Momentum_Signal_Id__c").externalId);
    assert.ok(fields.find(({ name }) => name === "Status").picklistValues.length > 1);
  },
  "query with relations": async () => {
    const { records, totalSize } = await org.query("SELECT Id, Name, Owner.Name FROM Account ORDER BY Name");
    assert.ok(totalSize > 2 && records[0].Owner.Name);
    account = records[0].Id;
  },
  "query, all pages": async () => {
    const { records, totalSize } = await org.query("SELECT Id FROM Contact", { autoFetch: true, maxFetch: 10_000 });
    assert.equal(records.length, totalSize);
  },
  "find with conditions": async () => {
    const found = await org.sobject("Account").find({ Id: account }, ["Id", "Name"]).limit(1);
    assert.equal(found[0].Id, account);
  },
  count: async () => assert.equal(await org.sobject("Account").count({ Id: account }), 1),
  create: async () => {
    const made = await org.sobject("Task").create({ Subject: "call them", WhatId: account });
    assert.ok(made.success);
    task = made.id;
  },
  retrieve: async () => assert.equal((await org.sobject("Task").retrieve(task)).WhatId, account),
  update: async () => assert.ok((await org.sobject("Task").update({ Id: task, Status: "Completed" })).success),
  "upsert makes it once": async () => {
    const write = (Subject) =>
      org.sobject("Task").upsert({ Momentum_Signal_Id__c: "sig_jsforce", Subject }, "Momentum_Signal_Id__c");
    assert.equal((await write("one")).created, true);
    assert.equal((await write("two")).created, false);
    assert.equal(await org.sobject("Task").count({ Momentum_Signal_Id__c: "sig_jsforce" }), 1);
  },
  "a collection tells of each record": async () => {
    const [good, bad] = await org.sobject("Task").create([{ Subject: "a" }, { Subject: "b", Status: "No such" }]);
    assert.ok(good.success && !bad.success && bad.errors.length === 1);
  },
  "a required field": async () => {
    await assert.rejects(org.sobject("Opportunity").create({ Name: "x" }), refused("REQUIRED_FIELD_MISSING"));
  },
  "an unknown field": async () => {
    await assert.rejects(org.sobject("Task").create({ Nope: "x" }), refused("INVALID_FIELD"));
  },
  "what is not there": async () => {
    await assert.rejects(org.sobject("Task").retrieve("00T000000000000AAA"), refused("NOT_FOUND"));
  },
  "a malformed query": async () => await assert.rejects(org.query("SELECT Id FROM"), refused("MALFORMED_QUERY")),
  delete: async () => assert.ok((await org.sobject("Task").destroy(task)).success),
  "a lost session is renewed": async () => {
    const before = org.accessToken;
    await fault({ vendor: "salesforce", kind: "revoked_token", match: { path: "/limits" } });
    assert.ok((await org.limits()).DailyApiRequests);
    assert.notEqual(org.accessToken, before);
  },
  revoke: async () => {
    await org.logout(true);
    const late = new jsforce.Connection({ instanceUrl: loginUrl, accessToken: "gone", version });
    await assert.rejects(late.limits(), refused("INVALID_SESSION_ID"));
  },
});
