//! Reading templates without rendering them: every name that a template uses has to be in the view.
//!
//! Strict mode alone is not enough. It sees only the branches that a sample happens to take, and it never sees
//! `{{#if missing}}` or `{{#each missing}}`, which are false in silence.

use super::dialect::{BLOCKS, CONTROLS};
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong, in which template and line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    pub(super) template: String,
    pub(super) line: Option<usize>,
    pub(super) what: String,
}

/// Reads one message's template, and the parts it uses, against the samples of its view.
pub(super) fn faults<'t>(
    templates: &'t BTreeMap<String, Template>,
    name: &'t str,
    samples: &[Value],
) -> BTreeSet<Fault> {
    let mut reader = Reader { templates, within: vec![name], faults: BTreeSet::new() };
    if let Some(template) = templates.get(name) {
        let scopes = vec![samples.iter().collect::<Vec<_>>()];
        reader.template(Place { template: name, in_code: false }, template, &scopes);
    }
    reader.faults
}

/// The values that a name may stand for in the samples, one level for each `each`, `with` and part.
type Scopes<'v> = Vec<Vec<&'v Value>>;

#[derive(Clone, Copy)]
struct Place<'t> {
    template: &'t str,
    in_code: bool,
}

struct Reader<'t> {
    templates: &'t BTreeMap<String, Template>,
    /// The message and the parts that are being read: none may use itself.
    within: Vec<&'t str>,
    faults: BTreeSet<Fault>,
}

impl<'t> Reader<'t> {
    fn template(&mut self, place: Place<'t>, template: &'t Template, scopes: &Scopes<'_>) {
        for (n, element) in template.elements.iter().enumerate() {
            let line = template.mapping.get(n).map(|mapping| mapping.0);
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(expression) => self.expression(place, line, expression, scopes),
                TemplateElement::HelperBlock(block) => self.block(place, line, block, scopes),
                TemplateElement::PartialExpression(part) => self.part(place, line, part, scopes),
                TemplateElement::HtmlExpression(_) => {
                    self.fault(place, line, "{{{ }}} would pass a value by unescaped: write {{ }}");
                }
                _ => self.fault(place, line, "decorators and part blocks are not used in messages"),
            }
        }
    }

    fn fault(&mut self, place: Place<'_>, line: Option<usize>, what: impl Into<String>) {
        self.faults.insert(Fault { template: place.template.to_owned(), line, what: what.into() });
    }

    fn expression(&mut self, place: Place<'_>, line: Option<usize>, ht: &HelperTemplate, scopes: &Scopes<'_>) {
        let name = ht.name.as_name().unwrap_or_default();
        if is_helper(name) {
            return self.fault(place, line, format!("`{name}` is a helper: write {{{{#{name}}}}}…{{{{/{name}}}}}"));
        }
        if !ht.params.is_empty() || !ht.hash.is_empty() {
            return self.fault(place, line, format!("there is no helper `{name}`; {}", known()));
        }
        for value in self.values(place, line, name, scopes) {
            if matches!(value, Value::Array(_) | Value::Object(_) | Value::Bool(_)) {
                self.fault(
                    place,
                    line,
                    format!("`{name}` is not a text: use it in {{{{#if}}}}, {{{{#each}}}} or {{{{#with}}}}"),
                );
            }
        }
    }

    fn block(&mut self, place: Place<'t>, line: Option<usize>, ht: &'t HelperTemplate, scopes: &Scopes<'_>) {
        let name = ht.name.as_name().unwrap_or_default();
        let wanted = match name {
            "b" | "i" | "code" | "fold" | "foldhead" => 0,
            "link" | "if" | "unless" | "each" | "with" => 1,
            _ => return self.fault(place, line, format!("there is no block `{name}`; {}", known())),
        };
        if ht.params.len() != wanted || !ht.hash.is_empty() || ht.block_param.is_some() {
            return self.fault(place, line, format!("`{{{{#{name}}}}}` takes {wanted} name(s) and nothing else"));
        }
        if place.in_code && BLOCKS.contains(&name) {
            self.fault(place, line, "nothing can be marked up inside {{#code}}");
        }
        let values: Vec<&Value> =
            ht.params.iter().flat_map(|param| self.parameter(place, line, param, scopes)).collect();
        let inner = match name {
            "each" => {
                if values.iter().any(|v| !v.is_array()) {
                    self.fault(place, line, "{{#each}} needs a list");
                }
                Some(values.into_iter().filter_map(Value::as_array).flatten().collect())
            }
            "with" => Some(values),
            _ => None,
        };
        let place_inside = Place { in_code: place.in_code || name == "code", ..place };
        if let Some(template) = &ht.template {
            match inner {
                None => self.template(place_inside, template, scopes),
                Some(values) => {
                    let mut deeper = scopes.clone();
                    deeper.push(values);
                    self.template(place_inside, template, &deeper);
                }
            }
        }
        if let Some(template) = &ht.inverse {
            self.template(place, template, scopes);
        }
    }

    fn part(&mut self, place: Place<'t>, line: Option<usize>, part: &'t DecoratorTemplate, scopes: &Scopes<'_>) {
        let name = part.name.as_name().unwrap_or_default();
        let Some((name, template)) = self.templates.get_key_value(name) else {
            return self.fault(place, line, format!("there is no part `{name}`"));
        };
        if self.within.contains(&name.as_str()) {
            return self.fault(place, line, format!("`{name}` would use itself without end"));
        }
        let values = match part.params.as_slice() {
            [] => scopes.last().cloned().unwrap_or_default(),
            [view] => self.parameter(place, line, view, scopes),
            _ => return self.fault(place, line, "a part takes one name at most"),
        };
        if !part.hash.is_empty() {
            return self.fault(place, line, "a part takes no named values");
        }
        let mut deeper = scopes.clone();
        deeper.push(values);
        self.within.push(name);
        self.template(Place { template: name, ..place }, template, &deeper);
        self.within.pop();
    }

    /// The values of a parameter; of `(eq a b)` and its like none, but its names are checked.
    fn parameter<'v>(
        &mut self,
        place: Place<'_>,
        line: Option<usize>,
        parameter: &Parameter,
        scopes: &Scopes<'v>,
    ) -> Vec<&'v Value> {
        match parameter {
            Parameter::Path(_) | Parameter::Name(_) => {
                self.values(place, line, parameter.as_name().unwrap_or_default(), scopes)
            }
            Parameter::Subexpression(inner) => {
                if !matches!(inner.name(), "eq" | "and" | "or" | "not") {
                    self.fault(place, line, format!("there is no test `{}`; use eq, and, or, not", inner.name()));
                }
                for parameter in inner.params().into_iter().flatten() {
                    self.parameter(place, line, parameter, scopes);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// What a path stands for in the samples, null left out.
    fn values<'v>(&mut self, place: Place<'_>, line: Option<usize>, path: &str, scopes: &Scopes<'v>) -> Vec<&'v Value> {
        if let Some(local) = path.strip_prefix('@').filter(|p| !p.starts_with("root")) {
            if !matches!(local, "first" | "last" | "index" | "key") {
                self.fault(place, line, format!("there is no `@{local}`"));
            }
            return Vec::new();
        }
        let mut rest = path;
        let mut level = scopes.len().saturating_sub(1);
        if let Some(from_root) = path.strip_prefix("@root") {
            (rest, level) = (from_root.trim_start_matches(['.', '/']), 0);
        }
        while let Some(up) = rest.strip_prefix("../") {
            (rest, level) = (up, level.saturating_sub(1));
        }
        let mut values = scopes.get(level).cloned().unwrap_or_default();
        for key in rest.split(['.', '/']).filter(|key| !matches!(*key, "" | "." | ".." | "this")) {
            let objects: Vec<_> = values.iter().filter_map(|v| v.as_object()).collect();
            if values.is_empty() {
                self.fault(place, line, format!("no sample has a value for what `{path}` is part of"));
                return Vec::new();
            }
            if !objects.iter().any(|object| object.contains_key(key)) {
                let mut keys: Vec<&str> = objects.iter().flat_map(|o| o.keys().map(String::as_str)).collect();
                keys.sort_unstable();
                keys.dedup();
                self.fault(place, line, format!("there is no `{key}` here; there is {}", keys.join(", ")));
                return Vec::new();
            }
            values = objects.iter().filter_map(|object| object.get(key)).filter(|value| !value.is_null()).collect();
        }
        values
    }
}

fn is_helper(name: &str) -> bool {
    BLOCKS.contains(&name) || CONTROLS.contains(&name)
}

fn known() -> String {
    "there are b, i, code, link, fold, foldhead, if, unless, each and with".to_owned()
}

/// Keys of a view that a helper of the same name would shadow in silence.
#[cfg(test)]
pub(super) fn shadowed(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, inner)| shadowed(inner).into_iter().chain(is_helper(key).then(|| key.clone())))
            .collect(),
        Value::Array(list) => list.iter().flat_map(shadowed).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str) -> Vec<String> {
        let samples = [
            json!({"unit": "Sở", "when": null, "lines": [{"name": "x", "met": true}], "shown": true, "none": []}),
            json!({"unit": "Sở", "when": {"month": "tháng 7"}, "lines": [], "shown": false, "none": []}),
        ];
        let templates = [("main", text), ("_part", "{{name}}")]
            .map(|(name, text)| (name.to_owned(), Template::compile_with_name(text, name.to_owned()).unwrap()));
        faults(&templates.into_iter().collect(), "main", &samples)
            .into_iter()
            .map(|f| format!("{}:{} {}", f.template, f.line.unwrap_or(0), f.what))
            .collect()
    }

    #[test]
    fn what_is_in_the_view_passes() {
        let text = "{{unit}}{{#with when}}{{month}}{{../unit}}{{/with}}{{#if when.month}}{{/if}}\n\
            {{#each lines}}{{#if met}}{{#unless @first}}, {{/unless}}{{name}}{{@root.unit}}{{> _part}}{{/if}}{{/each}}\n\
            {{#if (and shown (eq unit \"x\"))}}a{{else if shown}}{{#b}}b{{/b}}{{else}}c{{/if}}";
        assert_eq!(check(text), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_in_the_view_is_found_with_its_line() {
        let here = "there is lines, none, shown, unit, when";
        for (text, wrong) in [
            ("\n{{#if missing}}x{{/if}}", format!("main:2 there is no `missing` here; {here}")),
            ("{{#each missing}}x{{/each}}", format!("main:1 there is no `missing` here; {here}")),
            ("{{#if (not missing)}}x{{/if}}", format!("main:1 there is no `missing` here; {here}")),
            ("{{#if shown}}{{#if shown}}\n{{typo}}{{/if}}{{/if}}", format!("main:2 there is no `typo` here; {here}")),
            ("{{#each lines}}{{unit}}{{/each}}", "main:1 there is no `unit` here; there is met, name".into()),
            ("{{#each none}}{{x}}{{/each}}", "main:1 no sample has a value for what `x` is part of".into()),
            ("{{> _part}}", format!("_part:1 there is no `name` here; {here}")),
            ("{{> _none}}", "main:1 there is no part `_none`".into()),
            ("{{{unit}}}", "main:1 {{{ }}} would pass a value by unescaped: write {{ }}".into()),
            (
                "{{#bold}}x{{/bold}}",
                "main:1 there is no block `bold`; there are b, i, code, link, fold, foldhead, if, unless, each and with".into(),
            ),
            ("{{shown}}", "main:1 `shown` is not a text: use it in {{#if}}, {{#each}} or {{#with}}".into()),
            ("{{#each unit}}x{{/each}}", "main:1 {{#each}} needs a list".into()),
            ("{{#code}}{{#b}}x{{/b}}{{/code}}", "main:1 nothing can be marked up inside {{#code}}".into()),
            ("{{#if (lookup unit 1)}}x{{/if}}", "main:1 there is no test `lookup`; use eq, and, or, not".into()),
            ("{{code}}", "main:1 `code` is a helper: write {{#code}}…{{/code}}".into()),
            ("{{#each lines}}{{@idx}}{{/each}}", "main:1 there is no `@idx`".into()),
        ] {
            assert_eq!(check(text), [wrong], "{text}");
        }
    }

    #[test]
    fn a_key_that_a_helper_would_shadow_is_found() {
        assert_eq!(shadowed(&json!({"a": [{"code": 1}], "b": 2})), ["code", "b"]);
    }
}
