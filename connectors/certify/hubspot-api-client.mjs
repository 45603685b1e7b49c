// HubSpot's CRM API through HubSpot's own client for Node.
import { createRequire } from "node:module";
import { assert, certify, consent, fault, sim } from "./certificate.mjs";

const { Client } = createRequire(import.meta.url)("@hubspot/api-client");
const basePath = `${sim}/hubspot`;
const app = { id: process.env.HUBSPOT_CLIENT_ID, secret: process.env.HUBSPOT_CLIENT_SECRET };
const redirect = "https://app.example/oauth/hubspot/callback";
const hubspot = new Client({ basePath });
const refused = (status, category) => (error) => error.code === status && error.body.category === category;
let refreshToken;
let company;
let task;

await certify("hubspot", "@hubspot/api-client", {
  "a token for a code": async () => {
    const query = new URLSearchParams({ client_id: app.id, redirect_uri: redirect, scope: "oauth", state: "s" });
    const code = await consent(`${basePath}/oauth/authorize?${query}`);
    const tokens = await hubspot.oauth.tokensApi.create("authorization_code", code, redirect, app.id, app.secret);
    assert.ok(tokens.accessToken && tokens.expiresIn <= 1800);
    refreshToken = tokens.refreshToken;
    hubspot.setAccessToken(tokens.accessToken);
  },
  "a token for a refresh token": async () => {
    const { tokensApi } = hubspot.oauth;
    const tokens = await tokensApi.create("refresh_token", undefined, undefined, app.id, app.secret, refreshToken);
    hubspot.setAccessToken(tokens.accessToken);
  },
  "owners": async () => assert.ok((await hubspot.crm.owners.ownersApi.getPage()).results[0].email),
  "companies, all pages": async () => {
    const companies = await hubspot.crm.companies.getAll(5, undefined, ["name", "domain"]);
    assert.equal(new Set(companies.map(({ id }) => id)).size, companies.length);
    assert.ok(companies.length > 5 && companies[0].properties.name);
    company = companies[0];
  },
  "one company": async () => {
    const found = await hubspot.crm.companies.basicApi.getById(company.id, ["name"]);
    assert.equal(found.properties.name, company.properties.name);
  },
  "a search": async () => {
    const filters = [{ propertyName: "name", operator: "EQ", value: company.properties.name }];
    const found = await hubspot.crm.companies.searchApi.doSearch({
      filterGroups: [{ filters }],
      sorts: ["hs_lastmodifieddate"],
      properties: ["name"],
      limit: 10,
      after: "0",
    });
    assert.equal(found.results[0].id, company.id);
  },
  "stages of deals": async () => {
    const { results } = await hubspot.crm.pipelines.pipelinesApi.getAll("deals");
    assert.ok(results[0].stages.some(({ metadata }) => metadata.isClosed === "true"));
  },
  "a property that is unique": async () => {
    const name = "certified_id";
    await hubspot.crm.properties.coreApi.create("tasks", {
      name,
      label: "Certified id",
      type: "string",
      fieldType: "text",
      groupName: "task",
      hasUniqueValue: true,
    });
    assert.equal((await hubspot.crm.properties.coreApi.getByName("tasks", name)).hasUniqueValue, true);
  },
  "batch upsert makes it once": async () => {
    const write = (hs_task_subject) =>
      hubspot.crm.objects.tasks.batchApi.upsert({
        inputs: [{
          id: "certified-1",
          idProperty: "certified_id",
          properties: { certified_id: "certified-1", hs_task_subject, hs_timestamp: "2030-01-01T00:00:00Z" },
        }],
      });
    const [made] = (await write("one")).results;
    const [again] = (await write("two")).results;
    assert.equal(made._new ?? made.new, true);
    assert.equal(again._new ?? again.new, false);
    assert.equal(again.id, made.id);
    task = made.id;
  },
  "a default association": async () => {
    await hubspot.crm.associations.v4.basicApi.createDefault("tasks", task, "companies", company.id);
    const page = await hubspot.crm.associations.v4.basicApi.getPage("tasks", task, "companies");
    assert.equal(String(page.results[0].toObjectId), company.id);
  },
  "update and archive": async () => {
    await hubspot.crm.objects.tasks.basicApi.update(task, { properties: { hs_task_status: "COMPLETED" } });
    const found = await hubspot.crm.objects.tasks.basicApi.getById(task, ["hs_task_status"]);
    assert.equal(found.properties.hs_task_status, "COMPLETED");
    await hubspot.crm.objects.tasks.basicApi.archive(task);
    await assert.rejects(hubspot.crm.objects.tasks.basicApi.getById(task), ({ code }) => code === 404);
  },
  "an unknown property": async () => {
    const write = hubspot.crm.objects.tasks.basicApi.create({ properties: { nope: "x" }, associations: [] });
    await assert.rejects(write, refused(400, "VALIDATION_ERROR"));
  },
  "429": async () => {
    await fault({ vendor: "hubspot", kind: "rate_limit", retry_after: 1 });
    await assert.rejects(hubspot.crm.owners.ownersApi.getPage(), refused(429, "RATE_LIMITS"));
  },
  "a token that is over": async () => {
    const stranger = new Client({ basePath, accessToken: "gone" });
    await assert.rejects(stranger.crm.owners.ownersApi.getPage(), ({ code }) => code === 401);
  },
});
