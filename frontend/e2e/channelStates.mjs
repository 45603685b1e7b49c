// The states of the pages about channels and notices.
import { empty, fail, go, heading } from "./stateSupport.mjs";

export const CHANNEL_STATES = [
  {
    name: "channels",
    open: async (page, demo) => {
      await go(page, demo, "/channels");
      await page.getByRole("table").waitFor();
    },
  },
  {
    name: "channels-picker",
    open: async (page, demo) => {
      await go(page, demo, "/channels");
      await page
        .getByRole("button", { name: /(Choose an|Choose another) account/ })
        .first()
        .click();
      await page.getByRole("listbox").getByRole("option").first().waitFor();
    },
  },
  {
    name: "channels-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/channels?*");
      await go(page, demo, "/channels");
      await heading(page, "No channels yet");
    },
  },
  {
    name: "channels-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/channels?*");
      await go(page, demo, "/channels");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "channels-unmapped",
    open: async (page, demo) => {
      await go(page, demo, "/channels/unmapped");
      await page.locator("article, [role=status] h2").first().waitFor();
    },
  },
  {
    name: "channels-unmapped-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/channels/unmapped*");
      await go(page, demo, "/channels/unmapped");
      await heading(page, "Every channel has an account");
    },
  },
  {
    name: "channels-unmapped-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/channels/unmapped*");
      await go(page, demo, "/channels/unmapped");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "channels-import",
    open: async (page, demo) => {
      await go(page, demo, "/channels/import");
      await page.getByLabel("Or paste the list").fill("channel,account\nno-such-channel,Nobody\n");
      await page.getByRole("button", { name: "Check the list" }).click();
      await page.getByRole("table").waitFor();
    },
  },
  {
    name: "notifications",
    open: async (page, demo) => {
      await go(page, demo, "/settings/notifications");
      await heading(page, "Timezone");
    },
  },
  {
    name: "notifications-timezone",
    open: async (page, demo) => {
      await go(page, demo, "/settings/notifications");
      await page.getByRole("button", { name: "Change", exact: true }).click();
      await page.getByRole("listbox").getByRole("option").first().waitFor();
    },
  },
  {
    name: "notifications-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/notification-preferences");
      await go(page, demo, "/settings/notifications");
      await page.getByRole("button", { name: "Try again" }).first().waitFor();
    },
  },
  {
    name: "notifications-sent-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/notifications?*");
      await go(page, demo, "/settings/notifications?view=sent");
      await heading(page, "Nothing was sent yet");
    },
  },
  {
    name: "notifications-rules",
    open: async (page, demo) => {
      await go(page, demo, "/settings/notifications?view=rules");
      await heading(page, "Team channel");
    },
  },
  {
    name: "unsubscribe",
    signedOut: true,
    open: async (page, demo) => {
      await go(page, demo, "/unsubscribe/not-a-token");
      await heading(page, "Stop these e-mails?");
    },
  },
];
