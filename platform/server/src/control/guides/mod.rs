//! The guides for the people who use Momentum, as pages, with this installation's own address in them. Whoever installs
//! Momentum reads them before anybody can sign in, and they say nothing that the product's documentation does not.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use pulldown_cmark::{Options, Parser, html};

use crate::foundation::Core;
use crate::foundation::http::Problem;

/// The address in the guides that stands for the installation's own.
const EXAMPLE: &str = "https://momentum.example.com";

/// The guides by the names of their addresses.
const GUIDES: [(&str, &str); 4] = [
    ("hubspot", include_str!("../../../../../docs/guides/hubspot.md")),
    (
        "notifications",
        include_str!("../../../../../docs/guides/notifications.md"),
    ),
    ("salesforce", include_str!("../../../../../docs/guides/salesforce.md")),
    ("slack", include_str!("../../../../../docs/guides/slack.md")),
];

/// The Slack app's manifest, to be pasted.
pub const MANIFEST: &str = include_str!("../../../../../docs/guides/slack-manifest.yaml");

/// The source of a guide, in Markdown.
pub fn guide(name: &str) -> Option<&'static str> {
    GUIDES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The routes, which anybody may open.
pub fn web_routes(config: &mut web::ServiceConfig) {
    config.route("/guides/slack-manifest.yaml", web::get().to(manifest));
    config.route("/guides/guide.css", web::get().to(style));
    config.route("/guides/{name}", web::get().to(page));
}

async fn manifest(core: web::Data<Core>) -> HttpResponse {
    text(
        "text/plain; charset=utf-8",
        MANIFEST.replace(EXAMPLE, &core.settings.base_url()),
    )
}

async fn style() -> HttpResponse {
    text("text/css; charset=utf-8", include_str!("guide.css").to_owned())
}

fn text(content_type: &str, body: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type(content_type)
        .body(body)
}

async fn page(name: web::Path<String>, core: web::Data<Core>) -> Result<HttpResponse, Problem> {
    let source = guide(&name).ok_or_else(Problem::not_found)?;
    let source = source.replace(EXAMPLE, &core.settings.base_url());
    let mut guide = String::new();
    html::push_html(&mut guide, Parser::new_ext(&source, Options::ENABLE_TABLES));
    // Each guide begins with its title.
    let title = source.lines().next().unwrap_or_default().trim_start_matches("# ");
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Momentum</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"guide.css\"></head><body><main>{guide}</main></body></html>"
    );
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("text/html; charset=utf-8")
        .body(page))
}

#[cfg(test)]
mod tests {
    use super::GUIDES;
    use crate::testing::{Answer, TestApp};

    fn text(answer: Answer) -> String {
        answer.expect(200).as_str().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn each_guide_is_a_page_with_this_installations_address_in_it() {
        let app = TestApp::start().await;
        let anybody = app.anonymous();
        for (name, _) in GUIDES {
            let page = text(anybody.get(&format!("/guides/{name}")).await);
            assert!(
                page.contains("<h1>") && page.contains("<table>") && page.contains("guide.css"),
                "{name}: {page}"
            );
            assert!(page.contains(" · Momentum</title>") && !page.contains("# "), "{name}");
        }
        let manifest = text(anybody.get("/guides/slack-manifest.yaml").await);
        assert!(
            manifest.contains("https://momentum.example.com/slack/events"),
            "{manifest}"
        );
        assert!(text(anybody.get("/guides/guide.css").await).contains("color-scheme"));
        anybody.get("/guides/secrets").await.expect(404);
    }
}
