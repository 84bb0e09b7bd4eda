//! Dialects: how each medium writes bold, links and code, and what it escapes.
//!
//! A dialect is a row of [`Markup`]; templates name what they mean (`{{#b}}`), never how a medium writes it.

use super::{fold, markdown};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    Renderable,
};

/// How a medium writes marked-up text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Telegram's `parse_mode=HTML`.
    TelegramHtml,
    /// HTML for our own page. Line breaks stay line breaks: the element that shows it has `white-space: pre-wrap`.
    WebHtml,
    /// The markdown of Zalo's bots: `**bold**`, and a backslash before what would be a mark. It knows no links, and no
    /// code; lists are written with a bullet as in every dialect, because nobody has seen how its own ones look.
    ZaloMarkdown,
    /// No marks at all.
    Plain,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TelegramHtml, Self::WebHtml, Self::ZaloMarkdown, Self::Plain];

    /// The word in problems and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TelegramHtml => "telegram",
            Self::WebHtml => "web",
            Self::ZaloMarkdown => "zalo",
            Self::Plain => "plain",
        }
    }

    /// Whether the text holds tags and entities.
    #[must_use]
    pub const fn has_tags(self) -> bool {
        matches!(self, Self::TelegramHtml | Self::WebHtml)
    }

    /// Text as this dialect shows it literally.
    #[must_use]
    pub fn escape(self, text: &str) -> String {
        (self.markup().escape)(text)
    }

    pub(super) const fn markup(self) -> &'static Markup {
        match self {
            Self::TelegramHtml => &TELEGRAM_HTML,
            Self::WebHtml => &WEB_HTML,
            Self::ZaloMarkdown => &ZALO_MARKDOWN,
            Self::Plain => &PLAIN,
        }
    }
}

/// What stands before and after a marked-up passage.
#[derive(Clone, Copy)]
struct Pair {
    open: &'static str,
    close: &'static str,
}

/// One dialect.
pub(super) struct Markup {
    bold: Pair,
    italic: Pair,
    code: Pair,
    /// Around the address, before the text of a link. None: the address follows the text in brackets.
    link: Option<(Pair, &'static str)>,
    /// Around what a reader unfolds, and around its heading. None: the medium cannot fold.
    fold: Option<(Pair, Pair)>,
    escape: fn(&str) -> String,
}

const fn pair(open: &'static str, close: &'static str) -> Pair {
    Pair { open, close }
}

static TELEGRAM_HTML: Markup = Markup {
    bold: pair("<b>", "</b>"),
    italic: pair("<i>", "</i>"),
    code: pair("<code>", "</code>"),
    link: Some((pair("<a href=\"", "\">"), "</a>")),
    fold: None,
    escape: escape_html,
};

static WEB_HTML: Markup = Markup {
    bold: pair("<b>", "</b>"),
    italic: pair("<i>", "</i>"),
    code: pair("<code>", "</code>"),
    link: Some((pair("<a href=\"", "\" rel=\"noopener noreferrer\">"), "</a>")),
    fold: Some((pair("<details>", "</details>"), pair("<summary>", "</summary>"))),
    escape: escape_html,
};

static ZALO_MARKDOWN: Markup = Markup {
    bold: pair(markdown::BOLD, markdown::BOLD),
    italic: pair("", ""),
    code: pair("", ""),
    link: None,
    fold: None,
    escape: markdown::escape,
};

static PLAIN: Markup = Markup {
    bold: pair("", ""),
    italic: pair("", ""),
    code: pair("", ""),
    link: None,
    fold: None,
    escape: str::to_owned,
};

/// The four characters that HTML needs escaped; Telegram knows no other named entities than these.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Block helpers that templates may use.
pub(super) const BLOCKS: [&str; 6] = ["b", "i", "code", "link", "fold", "foldhead"];

/// Control words of templates.
pub(super) const CONTROLS: [&str; 8] = ["if", "unless", "each", "with", "eq", "and", "or", "not"];

/// Built-in helpers that no message needs. Each of them would shadow a field of the same name in silence.
const UNUSED: [&str; 8] = ["lookup", "raw", "log", "ne", "gt", "gte", "lt", "lte"];

/// A strict registry that speaks one dialect.
pub(super) fn registry(dialect: Dialect) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    for name in UNUSED {
        registry.unregister_helper(name);
    }
    registry.unregister_helper("len");
    let markup = dialect.markup();
    registry.register_escape_fn(markup.escape);
    registry.register_helper("b", Box::new(Around(markup.bold)));
    registry.register_helper("i", Box::new(Around(markup.italic)));
    registry.register_helper("code", Box::new(Around(markup.code)));
    registry.register_helper("link", Box::new(Link(markup)));
    registry.register_helper("fold", Box::new(Fold(markup.fold.map(|(around, _)| around))));
    registry.register_helper("foldhead", Box::new(Around(markup.fold.map_or(pair("", ""), |(_, head)| head))));
    registry
}

struct Around(Pair);

impl HelperDef for Around {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(self.0.open)?;
        body(helper, registry, context, render, out)?;
        out.write(self.0.close)?;
        Ok(())
    }
}

/// What a reader unfolds, where the medium can fold; elsewhere what stands behind `{{else}}`. Without `{{else}}` it only
/// marks where what everybody reads ends, for [`super::fold`].
struct Fold(Option<Pair>);

impl HelperDef for Fold {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        match (helper.inverse(), self.0) {
            (None, _) => {
                out.write(fold::MARK_LINE)?;
                body(helper, registry, context, render, out)?;
            }
            (Some(_), Some(around)) => {
                out.write(around.open)?;
                body(helper, registry, context, render, out)?;
                out.write(around.close)?;
            }
            (Some(instead), None) => instead.render(registry, context, render, out)?,
        }
        Ok(())
    }
}

struct Link(&'static Markup);

impl HelperDef for Link {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let url = helper.param(0).and_then(|p| p.value().as_str()).unwrap_or_default();
        // Any other scheme in a message is a mistake or an attack (`javascript:`).
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(other(format!("a link needs an address that starts with https:// or http://, not `{url}`")));
        }
        match self.0.link {
            Some((around, close)) => {
                out.write(around.open)?;
                out.write(&(self.0.escape)(url))?;
                out.write(around.close)?;
                body(helper, registry, context, render, out)?;
                out.write(close)?;
            }
            None => {
                body(helper, registry, context, render, out)?;
                out.write(&format!(" ({})", (self.0.escape)(url)))?;
            }
        }
        Ok(())
    }
}

fn body<'reg: 'rc, 'rc>(
    helper: &Helper<'rc>,
    registry: &'reg Handlebars<'reg>,
    context: &'rc Context,
    render: &mut RenderContext<'reg, 'rc>,
    out: &mut dyn Output,
) -> HelperResult {
    let Some(template) = helper.template() else {
        let name = helper.name();
        return Err(other(format!("`{name}` needs a text: {{{{#{name}}}}}…{{{{/{name}}}}}")));
    };
    template.render(registry, context, render, out)
}

fn other(text: String) -> RenderError {
    RenderErrorReason::Other(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(dialect: Dialect, template: &str) -> Result<String, RenderError> {
        let view = json!({"name": "A & B <\"C\">", "url": "https://example.vn/?a=1&b=2", "bad": "javascript:alert(1)"});
        registry(dialect).render_template(template, &view)
    }

    #[test]
    fn each_dialect_writes_its_own_marks_and_escapes_values() {
        let template = "{{#b}}{{name}}{{/b}} {{#i}}i{{/i}} {{#code}}/status{{/code}} {{#link url}}xem{{/link}}";
        assert_eq!(
            render(Dialect::TelegramHtml, template).unwrap(),
            "<b>A &amp; B &lt;&quot;C&quot;&gt;</b> <i>i</i> <code>/status</code> \
             <a href=\"https://example.vn/?a=1&amp;b=2\">xem</a>"
        );
        assert_eq!(
            render(Dialect::WebHtml, "{{#link url}}{{name}}{{/link}}").unwrap(),
            "<a href=\"https://example.vn/?a=1&amp;b=2\" rel=\"noopener noreferrer\">A &amp; B &lt;&quot;C&quot;&gt;</a>"
        );
        assert_eq!(
            render(Dialect::Plain, template).unwrap(),
            "A & B <\"C\"> i /status xem (https://example.vn/?a=1&b=2)"
        );
        assert_eq!(
            render(Dialect::ZaloMarkdown, template).unwrap(),
            "**A & B <\"C\">** i /status xem (https://example.vn/?a=1&b=2)"
        );
    }

    #[test]
    fn a_link_goes_only_to_the_web_and_marks_need_a_text() {
        for dialect in Dialect::ALL {
            assert!(render(dialect, "{{#link bad}}x{{/link}}").unwrap_err().to_string().contains("https://"));
            assert!(render(dialect, "{{b name}}").is_err());
        }
    }

    #[test]
    fn strict_mode_refuses_a_missing_value() {
        assert!(render(Dialect::Plain, "{{nothing}}").is_err());
    }
}
