// Asks for the font of all Latin text with the page itself, so that words do not change their shape after they are drawn.
const FONT = /inter-latin-wght-normal-[^/]*\.woff2$/;

export function preloadFont() {
  return {
    name: "momentum-preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const font = Object.keys(bundle).find((name) => FONT.test(name));
        if (!font) throw new Error("the build has no font for Latin text");
        const attrs = { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${font}` };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}
