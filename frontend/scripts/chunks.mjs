// How the build's modules are put together. A file costs the browser as much as several kB inside one do, so what is
// always needed together comes together: the frame of every page, and the feed, where nearly everybody begins.
import { fileURLToPath } from "node:url";
import { normalizePath } from "vite";

const FEED = normalizePath(fileURLToPath(new URL("../src/features/signals/FeedPage.tsx", import.meta.url)));
/** A package's list of everything it has says nothing about what is used of it. */
const LIST = /node_modules\/(@mantine\/\w+|lucide-react)\//;

/** A module and everything that it imports at once. */
function needs(id, graph, seen = new Set()) {
  if (seen.has(id) || LIST.test(id)) return seen;
  seen.add(id);
  for (const next of graph.getModuleInfo(id)?.importedIds ?? []) needs(next, graph, seen);
  return seen;
}

/** @returns {import("rolldown").OutputOptions} */
export function chunks() {
  let feed;
  return {
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        // Only menus place floating boxes: left to itself, the bundler ties that code to dialogs too.
        { name: "floating", test: /node_modules[\\/]@floating-ui/ },
        { name: "shell", tags: ["$initial"] },
        {
          debugName: "feed, and what it shares with other pages",
          name: (id, graph) => {
            feed ??= needs(FEED, graph);
            if (/\/(lucide-react|src\/ui)\//.test(id) && (feed.has(id) || LIST.test(id))) return "parts";
            return feed.has(id) ? "feed" : null;
          },
        },
      ],
    },
  };
}

/** The frame of every page, which is part of the entry, and the feed. */
const EAGER = new Set(["index", "feed"]);

/**
 * Lets Chromium compile all of a file while it arrives, beside the main thread, instead of each function at its first call:
 * on the way to the feed that is a tenth of the main thread's work. To other browsers it is a comment.
 */
export function compileAhead() {
  return {
    name: "momentum-compile-ahead",
    apply: "build",
    generateBundle: {
      // The comment counts only as a file's first line, so it comes after whatever else is put there.
      order: "post",
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === "chunk" && EAGER.has(file.name))
            file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
        }
      },
    },
  };
}
