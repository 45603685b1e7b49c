const KEY = "momentum-reloaded-for";

/** After a deploy an open page asks for parts that are no longer there: it loads itself again, once, to get the new ones. */
export function reloadOnceOnStaleChunk() {
  window.addEventListener("vite:preloadError", (event) => {
    // Without a network the new parts cannot be had either, and a reload would lose the page.
    if (!navigator.onLine) return;
    if (sessionStorage.getItem(KEY) === location.href) return;
    sessionStorage.setItem(KEY, location.href);
    event.preventDefault();
    location.reload();
  });
}
