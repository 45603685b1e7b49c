// How a state is brought about: answers in place of the server's, and where to go.
export const json = (body, status = 200) => ({
  status,
  contentType: status < 400 ? "application/json" : "application/problem+json",
  body: JSON.stringify(body),
});
export const PROBLEM = {
  type: "about:blank",
  title: "Internal error",
  status: 500,
  code: "internal",
  request_id: "req_01HXEXAMPLE",
};
export const EMPTY_PAGE = { items: [], next_cursor: null };
export const fail = (page, pattern) => page.route(pattern, (route) => route.fulfill(json(PROBLEM, 500)));
export const empty = (page, pattern, body = EMPTY_PAGE) =>
  page.route(pattern, (route) => route.fulfill(json(body)));
export const go = (page, demo, path) => page.goto(demo.base_url + path);
export const heading = (page, name) => page.getByRole("heading", { name, exact: true }).first().waitFor();
