/**
 * A mail's HTML made fit for a frame under the page's content security policy, which the frame inherits: style attributes
 * are not allowed there, a style element with this answer's nonce is. Links are made inert, because a preview leads nowhere.
 */
export function mailFrame(html: string, nonce: string): string {
  // Merely parsing a style is reported as a breach of the policy, so both kinds are changed before.
  const inert = html
    .replace(/<style\b/gi, `<style nonce="${nonce}"`)
    .replace(/\sstyle=(["'])/gi, " data-style=$1");
  const page = new DOMParser().parseFromString(inert, "text/html");
  for (const element of page.querySelectorAll("script, link, meta, base")) element.remove();
  for (const link of page.querySelectorAll("a")) {
    for (const name of ["href", "target"]) link.removeAttribute(name);
  }
  const rules: string[] = [];
  for (const [index, element] of [...page.querySelectorAll<HTMLElement>("[data-style]")].entries()) {
    rules.push(`[data-rule="${index}"]{${element.dataset.style}}`);
    element.removeAttribute("data-style");
    element.dataset.rule = String(index);
  }
  const own = page.createElement("style");
  own.setAttribute("nonce", nonce);
  own.textContent = rules.join("\n");
  page.head.append(own);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
