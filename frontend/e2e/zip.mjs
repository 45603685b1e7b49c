// Slack exports as Slack makes them, stored without compression.

const MESSAGES = [
  ["U01", "Good morning! How is the rollout going on your side?"],
  ["U02", "Great so far. We need more seats: 40 more people join us next month. Can we upgrade our plan?"],
  ["U01", "Happy to help, I will send you a quote today."],
];

const people = (home) => [
  {
    id: "U01",
    team_id: home,
    name: "robin",
    real_name: "Robin Roe",
    profile: { email: "robin@fabrikam.example" },
  },
  {
    id: "U02",
    team_id: "T0CONTOSO",
    name: "casey",
    real_name: "Casey Customer",
    is_stranger: true,
    profile: { email: "casey@contoso.example" },
  },
];

/** The export's bytes; its messages are of the day before `now`. */
export function slackExportZip(now) {
  return exportOf([{ name: "contoso-customer", days: [{ ago: 1, messages: MESSAGES }] }], "T0FABRIKAM", now);
}

/** An export of `home`'s channels, each with its days: so many days `ago`, and the messages, a minute apart. */
export function exportOf(channels, home, now) {
  const users = people(home);
  const files = {
    "users.json": JSON.stringify(users),
    "channels.json": JSON.stringify(
      channels.map(({ name }, index) => ({
        id: `C${String(index + 1).padStart(8, "0")}`,
        name,
        created: 1_700_000_000,
        members: users.map(({ id }) => id),
        is_archived: false,
      })),
    ),
  };
  for (const { name, days } of channels) {
    for (const { ago, messages } of days) {
      const day = new Date(now.getTime() - ago * 24 * 3_600_000);
      const seconds = Math.floor(day.setUTCHours(9, 0, 0, 0) / 1000);
      const written = messages.map(([user, text], index) => ({
        type: "message",
        user,
        text,
        ts: `${seconds + index * 60}.000100`,
      }));
      files[`${name}/${day.toISOString().slice(0, 10)}.json`] = JSON.stringify(written);
    }
  }
  return zip(files);
}

function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const path = Buffer.from(name);
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt32LE(0x5a21_0000, 6); // a fixed time and date
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", 0, "latin1");
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, path);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, data]);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

function crc32(bytes) {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
