//! Reading SOQL: the subset that real clients send.
//!
//! `SELECT fields | COUNT() FROM Object [WHERE …] [ORDER BY …] [LIMIT n] [OFFSET n]`, with AND, OR, NOT, brackets, the comparisons, IN,
//! NOT IN and LIKE, and literals for strings, numbers, dates, instants, true, false and null.

use super::ApiError;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    pub fields: Vec<String>,
    pub counts: bool,
    pub from: String,
    pub filter: Option<Condition>,
    pub order: Vec<(String, bool)>,
    pub limit: Option<usize>,
    pub offset: usize,
}

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        field: String,
        operator: Operator,
        values: Vec<Literal>,
    },
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Flag(bool),
    Text(String),
    /// A number, date or instant, as written.
    Bare(String),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

/// Reads a query.
pub(super) fn parse(soql: &str) -> Result<Query, ApiError> {
    let mut parser = Parser {
        tokens: tokens(soql)?,
        at: 0,
    };
    let query = parser.query()?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => Err(malformed(format!("unexpected token: {token:?}"))),
    }
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "MALFORMED_QUERY", message)
}

fn tokens(soql: &str) -> Result<Vec<Token>, ApiError> {
    const SIGNS: [&str; 10] = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ","];
    let mut tokens = Vec::new();
    let mut rest = soql.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (text, after) = quoted(&rest[1..])?;
            tokens.push(Token::Quoted(text));
            rest = after;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || "_.:+-%".contains(c)))
                .unwrap_or(rest.len());
            if end == 0 {
                return Err(malformed(format!("unexpected character: {first}")));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn quoted(text: &str) -> Result<(String, &str), ApiError> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '\'' => return Ok((value, &text[index + 1..])),
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some(c @ ('\'' | '"' | '\\' | '%' | '_')) => value.push(c),
                _ => return Err(malformed("illegal escape in a string")),
            },
            c => value.push(c),
        }
    }
    Err(malformed("a string does not end"))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn expect_keyword(&mut self, word: &str) -> Result<(), ApiError> {
        if self.keyword(word) {
            Ok(())
        } else {
            Err(malformed(format!("expecting {word}")))
        }
    }

    fn name(&mut self) -> Result<String, ApiError> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(malformed(format!("expecting a name, found {other:?}"))),
        }
    }

    fn count(&mut self) -> Result<usize, ApiError> {
        self.name()?.parse().map_err(|_| malformed("expecting a number"))
    }

    fn query(&mut self) -> Result<Query, ApiError> {
        self.expect_keyword("SELECT")?;
        let mut fields = vec![self.name()?];
        let counts = fields[0].eq_ignore_ascii_case("COUNT") && self.sign("(");
        if counts {
            if !self.sign(")") {
                return Err(malformed("only COUNT() without a field is supported"));
            }
        } else {
            while self.sign(",") {
                fields.push(self.name()?);
            }
        }
        self.expect_keyword("FROM")?;
        let from = self.name()?;
        let filter = if self.keyword("WHERE") { Some(self.any()?) } else { None };
        let order = if self.keyword("ORDER") {
            self.order()?
        } else {
            Vec::new()
        };
        let limit = if self.keyword("LIMIT") {
            Some(self.count()?)
        } else {
            None
        };
        let offset = if self.keyword("OFFSET") { self.count()? } else { 0 };
        Ok(Query {
            fields,
            counts,
            from,
            filter,
            order,
            limit,
            offset,
        })
    }

    fn order(&mut self) -> Result<Vec<(String, bool)>, ApiError> {
        self.expect_keyword("BY")?;
        let mut order = Vec::new();
        loop {
            let field = self.name()?;
            let descending = self.keyword("DESC");
            let _ = !descending && self.keyword("ASC");
            if self.keyword("NULLS") && !self.keyword("FIRST") {
                self.expect_keyword("LAST")?;
            }
            order.push((field, descending));
            if !self.sign(",") {
                return Ok(order);
            }
        }
    }

    fn any(&mut self) -> Result<Condition, ApiError> {
        let mut parts = vec![self.all()?];
        while self.keyword("OR") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Condition::Any(parts)
        })
    }

    fn all(&mut self) -> Result<Condition, ApiError> {
        let mut parts = vec![self.one()?];
        while self.keyword("AND") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Condition::All(parts)
        })
    }

    fn one(&mut self) -> Result<Condition, ApiError> {
        if self.keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.sign("(") {
            let inner = self.any()?;
            return if self.sign(")") {
                Ok(inner)
            } else {
                Err(malformed("expecting )"))
            };
        }
        let field = self.name()?;
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => vec![self.literal()?],
        };
        Ok(Condition::Compare {
            field,
            operator,
            values,
        })
    }

    fn operator(&mut self) -> Result<Operator, ApiError> {
        Ok(match self.next() {
            Some(Token::Sign("=")) => Operator::Equal,
            Some(Token::Sign("!=" | "<>")) => Operator::NotEqual,
            Some(Token::Sign("<")) => Operator::Less,
            Some(Token::Sign("<=")) => Operator::LessOrEqual,
            Some(Token::Sign(">")) => Operator::Greater,
            Some(Token::Sign(">=")) => Operator::GreaterOrEqual,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => Operator::Like,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => Operator::In,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("NOT") => {
                self.expect_keyword("IN")?;
                Operator::NotIn
            }
            other => return Err(malformed(format!("expecting a comparison, found {other:?}"))),
        })
    }

    fn list(&mut self) -> Result<Vec<Literal>, ApiError> {
        if !self.sign("(") {
            return Err(malformed("expecting ("));
        }
        let mut values = vec![self.literal()?];
        while self.sign(",") {
            values.push(self.literal()?);
        }
        if self.sign(")") {
            Ok(values)
        } else {
            Err(malformed("expecting )"))
        }
    }

    fn literal(&mut self) -> Result<Literal, ApiError> {
        match self.next() {
            Some(Token::Quoted(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => Ok(match word.to_ascii_lowercase().as_str() {
                "null" => Literal::Null,
                "true" => Literal::Flag(true),
                "false" => Literal::Flag(false),
                _ => Literal::Bare(word),
            }),
            other => Err(malformed(format!("expecting a value, found {other:?}"))),
        }
    }
}
