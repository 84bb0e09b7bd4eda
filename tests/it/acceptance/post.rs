//! What chats received.

use std::collections::BTreeMap;
use std::fmt;

/// One message that a chat received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The chat: `unit/so-tu-phap`, `leader`, `office` on the page; `-4001` on Telegram.
    pub chat: String,
    /// Which message.
    pub kind: String,
    /// Why we spoke; empty for answers.
    pub reason: String,
    /// What people read, markup gone.
    pub text: String,
    /// What stood below the picture that followed it.
    pub picture: Option<String>,
}

impl Mail {
    fn what(&self) -> String {
        format!("{} {}", self.kind, self.reason).trim_end().to_owned()
    }
}

/// All that arrived since it was last looked at. What a scenario does not take out fails it.
#[derive(Debug)]
pub struct Post(Vec<Mail>);

impl Post {
    pub fn new(mails: Vec<Mail>) -> Self {
        let mut post: Vec<Mail> = Vec::with_capacity(mails.len());
        for mail in mails {
            // A picture belongs to the words before it; one without any is a message of its own.
            match post.last_mut() {
                Some(words) if mail.kind == "picture" && words.chat == mail.chat && words.picture.is_none() => {
                    words.picture = Some(mail.text);
                }
                _ => post.push(mail),
            }
        }
        Self(post)
    }

    /// Takes out what one chat received, in order.
    pub fn to(&mut self, chat: &str) -> Vec<Mail> {
        let (own, rest) = std::mem::take(&mut self.0).into_iter().partition(|mail| mail.chat == chat);
        self.0 = rest;
        own
    }

    /// Takes out the one message that a chat received.
    pub fn one(&mut self, chat: &str) -> Mail {
        let own = self.to(chat);
        let [mail] = &own[..] else { panic!("{chat} received {} messages: {own:#?}", own.len()) };
        mail.clone()
    }

    /// Takes out everything of one sort, `bulletin first_missed` for example, one message a chat, and gives the chats.
    pub fn chats_with(&mut self, what: &str) -> Vec<String> {
        let (those, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.0).into_iter().partition(|m| m.what() == what);
        self.0 = rest;
        let chats: Vec<String> = those.into_iter().map(|mail| mail.chat).collect();
        let mut distinct = chats.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), chats.len(), "a chat was told twice: {chats:?}");
        distinct
    }

    /// Takes out everything and gives a line for each message, by chat: `leader: digest new_figures`.
    pub fn lines(mut self) -> String {
        let mut mails = std::mem::take(&mut self.0);
        mails.sort_by(|a, b| a.chat.cmp(&b.chat));
        mails.iter().map(|mail| format!("{}: {}\n", mail.chat, mail.what())).collect()
    }

    /// Takes out everything: what a scenario has seen elsewhere.
    pub fn seen(mut self) {
        self.0.clear();
    }

    /// Nothing else was sent.
    pub fn nothing_else(self) {
        drop(self);
    }
}

impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for mail in &self.0 {
            *counted.entry(format!("{}: {}", mail.chat, mail.what())).or_default() += 1;
        }
        counted.iter().try_for_each(|(what, count)| writeln!(f, "{count} × {what}"))
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "this was sent besides:\n{self}");
        }
    }
}
