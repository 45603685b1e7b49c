// Runs before the first paint: sets the colour scheme that Mantine would otherwise set only after it has loaded.
(() => {
  const key = "mantine-color-scheme-value";
  let choice = null;
  try {
    choice = localStorage.getItem(key);
  } catch {
    // Storage can be forbidden; the system's scheme is then the answer.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
